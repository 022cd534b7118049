"""One decision gone through again, and everything that is held about one person: the officer's two long questions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from service.api.documented import GUARDED, refusals
from service.api.models.oversight import DecisionRebuilt
from service.api.routing import Place, RunId, make_api_router
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.web.within import InApp


def make_router() -> APIRouter:
    """`POST /decisions/{run_id}/{place}/replay`."""
    router = make_api_router("oversight")
    router.add_api_route(
        "/decisions/{run_id}/{place}/replay", _replay, methods=["POST"], operation_id="replay_decision",
        summary="Rebuild one decision end to end", responses=refusals(*GUARDED, 404, 409),
    )  # fmt: skip
    return router


def _replay(
    run_id: RunId, place: Place, app: InApp, visitor: Annotated[Visitor, requires("decision.replay")]
) -> DecisionRebuilt:
    """From the registers as known then: features, score, explanation and hashes, and who has looked since."""
    from service.rights.rebuilding import rebuild_decision

    done = rebuild_decision(
        app.store, caller=visitor, run_id=run_id, place=place, purpose=visitor.purpose, report=lambda _: None
    )
    return DecisionRebuilt.of(done)
