"""The broken glass: read one case for an hour in an emergency, with a reason, under the officer's eyes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from governance.store.opening import Act, Store
from service.api import PREFIX
from service.api.documented import WRITING, refusals, with_headers
from service.api.models.emergency import GlassAsked, GlassBroken
from service.api.routing import CaseId, NeededKey, make_api_router
from service.api.writing import Change, carried_out
from service.auth.declared import requires
from service.auth.glass import break_glass
from service.auth.visitor import Visitor
from service.web.within import InApp


def make_router() -> APIRouter:
    """`POST /cases/{case_id}/break-glass`."""
    router = make_api_router("cases")
    router.add_api_route(
        "/cases/{case_id}/break-glass", _break, methods=["POST"], status_code=201, operation_id="break_glass",
        summary="Read a case in an emergency",
        responses=with_headers("Idempotent-Replayed", status=201) | refusals(*WRITING, 404),
    )  # fmt: skip
    return router


def _break(
    case_id: CaseId, asked: GlassAsked, app: InApp,
    visitor: Annotated[Visitor, requires("glass.break", in_case=False, purpose=False)], response: Response,
    idempotency_key: NeededKey,
) -> GlassBroken:  # fmt: skip
    """For reading alone, in any administration; the data-protection officer is told at once."""
    change = Change(app.store, visitor, f"{PREFIX}/cases/{case_id}/break-glass", asked, idempotency_key)
    return carried_out(
        change, response, shown=GlassBroken, answer=_broken,
        do=lambda store: _opened(store, visitor, case_id, asked.reason),
    )  # fmt: skip


def _opened(store: Store, visitor: Visitor, case_id: str, reason: str) -> GlassBroken:
    return GlassBroken(case_id=case_id, until=break_glass(store, caller=visitor, case_id=case_id, reason=reason))


def _broken(act: Act) -> GlassBroken:
    return GlassBroken(case_id=act.subject, until=act.details["until"])
