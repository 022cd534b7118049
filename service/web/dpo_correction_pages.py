"""What is wrong in a case, noted by the officer: in words, and as the row of a register that is scored anew.

The rows are those that the list of the case knew of the person and the home; showing them is a personal read with an
event. What a correction does is `service.rights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth.declared import requires
from service.auth.submitted import SubmittedForm, first
from service.auth.visitor import Visitor
from service.cases import forms
from service.cases.states import FACT_SOURCES
from service.rights.access_words import CODES
from service.rights.noting import columns_to_choose, note_correction, rows_to_choose, told_rows
from service.rights.requests import open_request
from service.rights.row_corrections import Row, RowCorrection, read_correction
from service.web.dpo_forms import FormPage
from service.web.dpo_rights_pages import ABOVE
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Rectifier = Annotated[Visitor, requires("person.rectify")]
ROOT = "/dpo/anmodninger"
HEADING = "Notér en rettelse"
Rows = Mapping[str, tuple[str, Row]]


@dataclass(frozen=True)
class Correcting:
    """What is wrong in a case, and what is right."""

    case_id: str = forms.text("Sag", hint="Sagens nummer, som det står under anmodningen.")
    words: str = forms.long("Hvilken oplysning er forkert, og hvad er det rigtige?")
    source: str = forms.choice("I hvilket register?", FACT_SOURCES)
    row: str = forms.choice(
        "Hvilken række i registret er forkert?", required=False,
        hint="Så bliver husstanden regnet om med rettelsen inden for få minutter.",
    )  # fmt: skip
    column: str = forms.choice(
        "Hvad i rækken er forkert?", required=False, hint="Vælg intet, når rækken slet ikke må bruges."
    )
    value: str = forms.text(
        "Hvad er det rigtige?", required=False, hint="Dage skrives som 2024-05-31, beløb i øre, ja eller nej."
    )
    rests: bool = forms.checkbox("Den meddelte afgørelse hviler på oplysningen og skal genoptages")


def _page(request_id: str) -> FormPage:
    here = f"{ROOT}/{request_id}"
    crumbs = (*ABOVE, ("Anmodningen", here), (HEADING, ""))
    return FormPage(Correcting, HEADING, "", f"{here}/rettelse", "Notér rettelsen", here, crumbs)


def _chosen_from(app: Within, caller: Visitor, request_id: str, case_id: str) -> tuple[FormPage, Rows]:
    """The page with the rows of the case to choose from; none where no case is named or no registers are kept."""
    opened = open_request(app.store, caller=caller, request_id=request_id, purpose=caller.purpose)
    rows = rows_to_choose(app.store, opened, case_id) if case_id else {}
    told = told_rows(app.store, opened, case_id, rows) if rows else ()
    tables = sorted({table for table, _ in rows.values()})
    return replace(_page(request_id), choices={"row": told, "column": columns_to_choose(tables)}), rows


@router.get("/dpo/anmodninger/{request_id}/rettelse")
def show_correcting(request: Request, app: InApp, request_id: str, caller: Rectifier) -> Response:
    """The form of a correction."""
    case_id = request.query_params.get("sag", "")
    page, _ = _chosen_from(app, caller, request_id, case_id)
    return page.show(request, values={"case_id": case_id})


@router.post("/dpo/anmodninger/{request_id}/rettelse")
def correct(request: Request, app: InApp, request_id: str, form: SubmittedForm, caller: Rectifier) -> Response:
    """Mark a case with what is wrong."""
    page, rows = _chosen_from(app, caller, request_id, first(form, "case_id"))

    def do(filled: Correcting) -> str:
        note_correction(
            app.store, caller=caller, request_id=request_id, case_id=filled.case_id, words=filled.words,
            source=filled.source, purpose=caller.purpose, rows=_corrections(filled, rows), rests=filled.rests,
        )  # fmt: skip
        return f"{ROOT}/{request_id}?gemt=rettelse"

    return page.take(request, form, do)


def _corrections(filled: Correcting, rows: Rows) -> tuple[RowCorrection, ...]:
    if not filled.row:
        if filled.column or filled.value:
            raise forms.invalid(("row", "Vælg rækken."))
        return ()
    if filled.row not in rows:
        raise forms.invalid(("row", "Vælg en af rækkerne."))
    table, row = rows[filled.row]
    codes = {word: code for code, word in CODES.get(filled.column, {}).items()}
    made = read_correction(table, row, filled.column, codes.get(filled.value.strip(), filled.value))
    if not isinstance(made, RowCorrection):
        raise forms.invalid(*made)
    return (made,)
