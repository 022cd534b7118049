"""Letters of a case: made from recorded facts and chosen rules, and read byte for byte as they were made."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response

from governance.errors import NotFound
from governance.store.opening import Act, Store
from service.api import PREFIX
from service.api.documented import GUARDED, WRITING, Responses, refusals, with_headers
from service.api.models.letters import LetterAsked, LetterMade, letter_body
from service.api.routing import CaseId, LetterId, NeededKey, make_api_router
from service.api.writing import Change, carried_out
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.letters.making import make_letter
from service.letters.opening import letters_of, open_letter
from service.web.within import InApp, Within

PDF = "application/pdf"


def make_router() -> APIRouter:
    """`POST /cases/{case_id}/letters`, `GET /cases/{case_id}/letters/{letter_id}`."""
    router = make_api_router("letters")
    _make.__annotations__["asked"] = Annotated[letter_body(), Body()]
    router.add_api_route(
        "/cases/{case_id}/letters", _make, methods=["POST"], status_code=201, operation_id="make_letter",
        summary="Make a letter", response_model=LetterMade,
        responses=with_headers("Idempotent-Replayed", status=201) | refusals(*WRITING, 404),
    )  # fmt: skip
    shown: Responses = {200: {"description": "The letter as it was made.", "content": {PDF: {"schema": _BYTES}}}}
    router.add_api_route(
        "/cases/{case_id}/letters/{letter_id}", _open, operation_id="read_letter", summary="Read a letter",
        response_class=Response, responses={**shown, **refusals(*GUARDED, 404, 409)},
    )  # fmt: skip
    return router


_BYTES: dict[str, Any] = {"type": "string", "format": "binary"}


def _make(
    case_id: CaseId, asked: LetterAsked, app: InApp, visitor: Annotated[Visitor, requires("case.work")],
    response: Response, idempotency_key: NeededKey,
) -> LetterMade:  # fmt: skip
    """The exact copy is kept under the key of the case; to send it is a step of the case (inform, hear, announce)."""
    change = Change(app.store, visitor, f"{PREFIX}/cases/{case_id}/letters", asked, idempotency_key)
    return carried_out(
        change, response, shown=LetterMade, answer=lambda act: _newest(act, case_id),
        do=lambda store: _made(store, case_id, asked, visitor, app),
    )  # fmt: skip


def _made(store: Store, case_id: str, asked: LetterAsked, visitor: Visitor, app: Within) -> LetterMade:
    fields = asked.model_dump(mode="json")["fields"]
    letter = make_letter(
        store, case_id=case_id, kind=asked.kind, fields=fields, caller=visitor, purpose=visitor.purpose,
        settings=app.settings,
    )  # fmt: skip
    return LetterMade.model_validate(letter)


def _newest(act: Act, case_id: str) -> LetterMade:
    return LetterMade.model_validate(letters_of(act.connection, case_id)[-1])


def _open(
    case_id: CaseId, letter_id: LetterId, app: InApp, visitor: Annotated[Visitor, requires("case.identity")]
) -> Response:
    """A letter names a person: each reading leaves an event."""
    with app.store.reading() as connection:
        of_case = {letter.letter_id for letter in letters_of(connection, case_id)}
    if letter_id not in of_case:
        raise NotFound("Der er intet sådant brev på sagen.", item="brev", remedy="Find brevet på sagen.")
    return Response(
        open_letter(app.store, caller=visitor, letter_id=letter_id, purpose=visitor.purpose), media_type=PDF
    )
