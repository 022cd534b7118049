"""One typed route for each step of a case, made from the steps that there are: a new step has its route by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Response

from governance.errors import NotNow
from governance.store.opening import Store
from service.api import PREFIX
from service.api.documented import WRITING, refusals, with_headers
from service.api.models.base import Asked
from service.api.models.cases import CaseStanding
from service.api.models.forms import form_model
from service.api.routing import CaseId, IdempotencyKey, IfMatch, make_api_router
from service.api.versions import asked_version
from service.api.writing import Change, as_changed_since, carried_out, standing_after, with_etag
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.forms import read_form
from service.cases.registry import Step
from service.cases.states import STATES
from service.cases.step import STEPS, perform
from service.web.within import InApp, Within


def make_router() -> APIRouter:
    """Every step as `POST /cases/{case_id}/steps/<code>`."""
    router = make_api_router("steps")
    for step in STEPS.values():
        router.add_api_route(
            f"/cases/{{case_id}}/steps/{step.code}",
            _endpoint(step),
            methods=["POST"],
            operation_id=f"step_{step.code}",
            summary=step.text_da,
            description=_description(step),
            response_model=CaseStanding,
            responses=with_headers("ETag", "Idempotent-Replayed") | refusals(*WRITING, 404, 412, 428),
        )
    return router


def _endpoint(step: Step) -> Callable[..., CaseStanding]:
    def take(
        case_id: CaseId, form: Asked, app: InApp, visitor: Visitor, response: Response, if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> CaseStanding:  # fmt: skip
        path = f"{PREFIX}/cases/{case_id}/steps/{step.code}"
        change = Change(app.store, visitor, path, form, idempotency_key, asked_version(if_match))
        done = carried_out(
            change, response, shown=CaseStanding, answer=standing_after(case_id),
            do=lambda store: _taken(step, case_id, change, store, app),
        )  # fmt: skip
        return with_etag(response, done)

    # what is different from step to step: the body, and the permission
    take.__annotations__ |= {
        "form": form_model(step.code, step.form),
        "visitor": Annotated[Visitor, requires(step.permission)],
    }
    return take


def _taken(step: Step, case_id: str, change: Change, store: Store, app: Within) -> CaseStanding:
    form: Any = read_form(step, change.body.model_dump(mode="json"))
    version = change.version or 0
    try:
        case = perform(
            store, case_id=case_id, code=step.code, form=form, caller=change.visitor, version=version,
            settings=app.settings, purpose=change.visitor.purpose or None,
        )  # fmt: skip
    except NotNow as refused:
        raise as_changed_since(app.store, case_id, version, refused) from None
    return CaseStanding.model_validate(case)


def _description(step: Step) -> str:
    states = ", ".join(f"`{state}`" for state in STATES if state in step.from_states)
    lines = [step.help_da, "", f"From: {states}."]
    lines += ["For whoever has the case."] if step.owner_only else []
    lines += [f"- {guard.text}" for guard in step.guards] + [f"- {rule}" for rule in step.form_rules]
    return "\n".join(lines)
