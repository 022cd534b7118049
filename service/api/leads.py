"""Tips and own observations, typed in by hand: they become signals and compete on the same list as everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from governance.store.opening import Act, Store
from service.api import PREFIX
from service.api.documented import WRITING, refusals, with_headers
from service.api.models.leads import LeadAsked, LeadEntered
from service.api.routing import NeededKey, make_api_router
from service.api.writing import Change, carried_out
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.leads import enter_lead
from service.web.within import InApp, Within


def make_router() -> APIRouter:
    """`POST /leads`."""
    router = make_api_router("worklist")
    router.add_api_route(
        "/leads", _enter, methods=["POST"], status_code=201, operation_id="enter_lead",
        summary="Type in a tip or an own observation",
        responses=with_headers("Idempotent-Replayed", status=201) | refusals(*WRITING),
    )  # fmt: skip
    return router


def _enter(
    asked: LeadAsked, app: InApp, visitor: Annotated[Visitor, requires("lead.write")], response: Response,
    idempotency_key: NeededKey,
) -> LeadEntered:  # fmt: skip
    """The words are sealed and never reach a score. An address cools off after a control that changed nothing (409)."""
    change = Change(app.store, visitor, f"{PREFIX}/leads", asked, idempotency_key)
    return carried_out(
        change, response, shown=LeadEntered, answer=_entered, do=lambda store: _kept(store, visitor, asked, app)
    )


def _kept(store: Store, visitor: Visitor, asked: LeadAsked, app: Within) -> LeadEntered:
    signal_id = enter_lead(
        store, caller=visitor, address_id=asked.address_id, kind=asked.kind, text=asked.text, settings=app.settings,
        person_id=asked.person_id,
    )  # fmt: skip
    return LeadEntered(signal_id=signal_id)


def _entered(act: Act) -> LeadEntered:
    return LeadEntered(signal_id=act.subject)
