"""Letters of a case: written from a form of the letter's own fields, kept as they were made, read back as PDF.

The words of a letter come from the caseworker and the recorded facts; nothing of the explanation reaches this page.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from governance.errors import InvalidForm, NotFound, NotNow
from service.auth.declared import requires
from service.auth.submitted import SubmittedForm, first
from service.auth.visitor import Visitor
from service.letters.choices import letter_fields
from service.letters.kinds import LETTER_KINDS, LetterKind
from service.letters.making import make_letter
from service.letters.opening import letters_of, open_letter
from service.web.case_pages import crumbs_of, load_shown
from service.web.rendering import render
from service.web.step_pages import Filled, labels_of, values_of
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Writer = Annotated[Visitor, requires("case.work")]
LetterReader = Annotated[Visitor, requires("case.identity")]


def find_kind(code: str) -> LetterKind:
    """The kind of letter; `NotFound` for a code that is none."""
    if code not in LETTER_KINDS:
        raise NotFound("Der er ikke et sådant brev.", item="kind", remedy="Vælg brevet på sagens side.")
    return LETTER_KINDS[code]


@router.get("/sager/{case_id}/breve/ny")
def show_letter_form(
    request: Request, app: InApp, case_id: str, caller: Writer, kind: Annotated[str, Query(max_length=20)]
) -> Response:  # fmt: skip
    """The form of one kind of letter."""
    return _form_page(request, app, caller, case_id, find_kind(kind), Filled())


@router.post("/sager/{case_id}/breve/ny")
def write_letter(request: Request, app: InApp, case_id: str, form: SubmittedForm, caller: Writer) -> Response:
    """Make the letter and go back to the case; or show the form again with what is wrong."""
    kind = find_kind(first(form, "kind"))
    values = {name: value for name, value in values_of(kind.fields, form).items() if name != "kind"}
    try:
        make_letter(
            app.store,
            case_id=case_id,
            kind=kind.code,
            fields=values,
            caller=caller,
            purpose=caller.purpose,
            settings=app.settings,
        )
    except InvalidForm as refused:
        return _form_page(request, app, caller, case_id, kind, Filled(values, refused.faults, status=422))
    return RedirectResponse(f"/sager/{case_id}?gemt=brev", status_code=303)


@router.get("/sager/{case_id}/breve/{letter_id}")
def read_letter(app: InApp, case_id: str, letter_id: str, caller: LetterReader) -> Response:
    """The letter as it was made, byte for byte."""
    with app.store.reading() as connection:
        own = {each.letter_id for each in letters_of(connection, case_id)}
    # a glass that was broken for one case opens no letter of another
    if letter_id not in own:
        raise NotFound("Brevet findes ikke i sagen.", item="brev", remedy="Vælg brevet på sagens side.")
    content = open_letter(
        app.store, caller=caller, letter_id=letter_id, purpose=caller.purpose, broken_glass=caller.emergency
    )
    named = {"Content-Disposition": f'inline; filename="brev-{case_id}.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=named)


def _form_page(
    request: Request, app: Within, caller: Visitor, case_id: str, kind: LetterKind, filled: Filled
) -> Response:
    shown = load_shown(app, caller, case_id, page=f"letter {kind.code}")
    case = shown.view.case
    if case.state not in kind.states or case.owner != caller.user_id:
        raise NotNow("Brevet kan ikke skrives nu.", item="sag", remedy="Se på sagen, hvad der kan gøres nu.")
    with app.store.reading() as connection:
        fields = letter_fields(connection, case_id=case_id, kind=kind.code, settings=app.settings)
    names = {each.name for each in fields}
    return render(
        request,
        "letter.html",
        status=filled.status,
        kind=kind,
        fields=fields,
        values=filled.values,
        faults=tuple((name if name in names else "", text) for name, text in filled.faults),
        labels=labels_of(fields, filled),
        case=case,
        line=shown.line,
        crumbs=crumbs_of(caller, case_id, shown.line, last=kind.text_da),
    )
