"""One decision gone through again, and everything that is held about one person: the officer's two long questions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from governance.errors import NotFound
from service.api.documented import GUARDED, WRITING, Responses, refusals
from service.api.models.oversight import DecisionRebuilt, PersonAsked, PersonNamed, Viewings, ViewingShown
from service.api.routing import Place, RunId, make_api_router
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.web.within import InApp

ZIP = "application/zip"
_BYTES = {"type": "string", "format": "binary"}


def make_router() -> APIRouter:
    """`POST /decisions/{run_id}/{place}/replay`, `POST /log/person`, `POST /persons/export`."""
    router = make_api_router("oversight")
    router.add_api_route(
        "/decisions/{run_id}/{place}/replay", _replay, methods=["POST"], operation_id="replay_decision",
        summary="Rebuild one decision end to end", responses=refusals(*GUARDED, 404, 409),
    )  # fmt: skip
    router.add_api_route(
        "/log/person", _viewers, methods=["POST"], operation_id="who_saw", summary="Who saw one person, and why",
        responses=refusals(*WRITING, 404),
    )  # fmt: skip
    packed: Responses = {200: {"description": "The answer as one ZIP.", "content": {ZIP: {"schema": _BYTES}}}}
    router.add_api_route(
        "/persons/export", _export, methods=["POST"], operation_id="export_person",
        summary="Everything that is held about one person", response_class=Response,
        responses=packed | refusals(*WRITING, 404),
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


def _viewers(asked: PersonNamed, app: InApp, visitor: Annotated[Visitor, requires("log.read")]) -> Viewings:
    """Every event that names the person or a case of their household; the search is an event too."""
    from service.rights.log_search import who_saw

    seen = who_saw(app.store, caller=visitor, cpr=asked.cpr_number, purpose=visitor.purpose)
    if seen is None:
        raise _nobody()
    return Viewings(viewings=[ViewingShown.model_validate(each) for each in seen.viewings])


def _nobody() -> NotFound:
    return NotFound("Der er ingen oplysninger under det nummer.", item="cpr_number", remedy="Kontrollér nummeret.")


def _export(asked: PersonAsked, app: InApp, visitor: Annotated[Visitor, requires("person.export")]) -> Response:
    """One ZIP (PDF and JSON) with data, places, reasons, who looked, outcome and letters. Each leaves an event."""
    from service.identities.door import find_person
    from service.rights.exporting import make_access_export

    person_id = find_person(app.store, caller=visitor, cpr=asked.cpr_number, purpose=visitor.purpose)
    if person_id is None:
        raise _nobody()
    made = make_access_export(
        app.store, caller=visitor, person_id=person_id, purpose=visitor.purpose, given=frozenset(asked.given),
        named_staff=asked.named_staff, request_id=asked.request_id,
    )  # fmt: skip
    named = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
    return Response(made.content, media_type=ZIP, headers=named)
