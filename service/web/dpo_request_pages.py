"""One request: read with an event, then answered, extended, carried into the person's cases, or handed out as a ZIP.

What a request does to cases is `service.rights.handling`; what an answer holds is `service.rights.exporting`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.as_of import danish_day
from governance.errors import NotFound
from service.auth.declared import requires
from service.auth.submitted import SubmittedForm, first
from service.auth.visitor import Visitor
from service.cases import forms
from service.rights.access_words import SCORES
from service.rights.clocks import PARTY_STANDINGS_DA, STANDINGS_DA
from service.rights.delays import tell_delay
from service.rights.exporting import make_access_export, preview_export
from service.rights.handling import affected_cases, ask_for_reversal, decide_request, pause_cases
from service.rights.requests import (
    KINDS,
    STEPS,
    OpenedRequest,
    answer_request,
    extend,
    load_request,
    open_request,
)
from service.rights.rescored import load_results
from service.web.dpo_forms import FormPage
from service.web.dpo_rights_pages import ABOVE, ANSWER_WORDS, HEADINGS, PATHS
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Exporter = Annotated[Visitor, requires("person.export")]
Rectifier = Annotated[Visitor, requires("person.rectify")]
ROOT = "/dpo/anmodninger"
STANDINGS_OF_SCORE: Mapping[str, str] = {
    "listed": "på listen",
    "not_listed": "ikke på listen: andre kommer først",
    "not_candidate": "ikke på listen: der er ingen grund til at se på husstanden",
    "unknown": "plads kan ikke siges: listen er dannet i en anden rækkefølge end modellens",
}
SCORES_SHOWN = {name: SCORES[name] for name in ("hit_probability", "expected_net_ore")}


@dataclass(frozen=True)
class Extending:
    """Why it takes longer."""

    reason: str = forms.long("Begrundelse", hint="Det samme, som borgeren får at vide.")


@dataclass(frozen=True)
class Delaying:
    """Why access takes longer, and when it comes."""

    reason: str = forms.long("Begrundelse", hint="Det samme, som borgeren får at vide.")
    expected_on: dt.date = forms.day("Svaret kan ventes den")


@dataclass(frozen=True)
class Answering:
    """How a request ends."""

    answer: str = forms.choice("Svar", ANSWER_WORDS)
    words: str = forms.long("Begrundelse", required=False, hint="Skal udfyldes, når noget ikke imødekommes.")


_FORMS: dict[str, tuple[type, str, str]] = {
    "forlaeng": (Extending, "Forlæng fristen", "Forlæng med to måneder"),
    "besked": (Delaying, "Giv besked om forsinkelse", "Registrér beskeden"),
    "svar": (Answering, "Svar på anmodningen", "Registrér svaret"),
}


def _form(request_id: str, word: str) -> FormPage:
    if word not in _FORMS:
        raise NotFound("Siden findes ikke.", item="side", remedy="Gå til Tilsyn.")
    form, heading, button = _FORMS[word]
    here = f"{ROOT}/{request_id}"
    return FormPage(
        form, heading, "", f"{here}/{word}", button, here, (*ABOVE, ("Anmodningen", here), (heading, ""))
    )  # fmt: skip


@router.get("/dpo/anmodninger/{request_id}")
def show_request(request: Request, app: InApp, request_id: str, caller: Rectifier) -> Response:
    """One request with who asked, its clock, and what can be done."""
    opened = open_request(app.store, caller=caller, request_id=request_id, purpose=caller.purpose)
    if opened.request.kind == "access":
        return _access_page(request, app, caller, opened)
    with app.store.reading() as connection:
        affected = affected_cases(connection, app.store, opened.person_id)
        results = load_results(connection, app.settings, opened.request)
    return render(
        request, "dpo/request.html", affected=affected, results=results, rescored=STANDINGS_OF_SCORE,
        score_names=SCORES_SHOWN,
        **_of_request(app, opened),
    )  # fmt: skip


def _access_page(request: Request, app: Within, caller: Visitor, opened: OpenedRequest) -> Response:
    preview = preview_export(
        app.store,
        caller=caller,
        request_id=opened.request.request_id,
        person_id=opened.person_id,
        purpose=caller.purpose,
    )
    return render(request, "dpo/access.html", preview=preview, **_of_request(app, opened))


def _of_request(app: Within, opened: OpenedRequest) -> dict[str, Any]:
    """What every page of one request shows."""
    kind, today = opened.request.kind, danish_day(app.clock.now())
    return {
        "opened": opened,
        "clock": opened.request.clock(today),
        "party_clock": opened.request.party_clock(today),
        "standings": STANDINGS_DA,
        "party_standings": PARTY_STANDINGS_DA,
        "steps": STEPS,
        "here": f"{ROOT}/{opened.request.request_id}",
        "heading": f"Anmodning om {KINDS[kind]}",
        "crumbs": (*ABOVE, (HEADINGS[kind], PATHS[kind]), ("Anmodningen", "")),
    }


@router.get("/dpo/anmodninger/{request_id}/{word}", dependencies=[requires("person.rectify")])
def show_form(request: Request, request_id: str, word: str) -> Response:
    """The form of a thing that can be done with a request."""
    return _form(request_id, word).show(request)


@router.post("/dpo/anmodninger/{request_id}/udlever")
def hand_out(app: InApp, request_id: str, form: SubmittedForm, caller: Exporter) -> Response:
    """The answer as one ZIP."""
    opened = open_request(app.store, caller=caller, request_id=request_id, purpose=caller.purpose)
    export = make_access_export(
        app.store,
        caller=caller,
        person_id=opened.person_id,
        purpose=caller.purpose,
        given=frozenset(form.get("given", ())),
        named_staff=bool(first(form, "named_staff")),
        request_id=request_id,
    )
    named = {"Content-Disposition": f'attachment; filename="{export.file_name}"'}
    return Response(export.content, media_type="application/zip", headers=named)


@router.post("/dpo/anmodninger/{request_id}/stands")
def pause(app: InApp, request_id: str, caller: Rectifier) -> Response:
    """Let the person's cases stand still."""
    pause_cases(app.store, caller=caller, request_id=request_id, purpose=caller.purpose)
    return _back(request_id, "standset")


@router.post("/dpo/anmodninger/{request_id}/omgoer")
def ask_reversal(app: InApp, request_id: str, form: SubmittedForm, caller: Rectifier) -> Response:
    """Ask the control unit to reverse a decision."""
    case_id = first(form, "case_id")
    ask_for_reversal(app.store, caller=caller, request_id=request_id, case_id=case_id, purpose=caller.purpose)
    return _back(request_id, "omgoerelse_bedt")


@router.post("/dpo/anmodninger/{request_id}/svar")
def answer(request: Request, app: InApp, request_id: str, form: SubmittedForm, caller: Rectifier) -> Response:
    """Answer a request; an accepted one does with its cases what follows."""
    with app.store.reading() as connection:
        kind = load_request(connection, request_id).kind

    def do(filled: Answering) -> str:
        said: dict[str, Any] = {"request_id": request_id, "answer": filled.answer, "words": filled.words}
        if kind == "access":
            answer_request(app.store, caller=caller, **said)
        else:
            decide_request(app.store, caller=caller, purpose=caller.purpose, **said)
        return f"{ROOT}/{request_id}?gemt=svar"

    return _form(request_id, "svar").take(request, form, do)


@router.post("/dpo/anmodninger/{request_id}/forlaeng")
def extend_deadline(request: Request, app: InApp, request_id: str, form: SubmittedForm, caller: Rectifier) -> Response:
    """Take two months more."""

    def do(filled: Extending) -> str:
        extend(app.store, caller=caller, request_id=request_id, reason=filled.reason)
        return f"{ROOT}/{request_id}?gemt=forlaenget"

    return _form(request_id, "forlaeng").take(request, form, do)


@router.post("/dpo/anmodninger/{request_id}/besked")
def tell_of_delay(request: Request, app: InApp, request_id: str, form: SubmittedForm, caller: Exporter) -> Response:
    """Record that the citizen was told why access is late and when it can be expected."""

    def do(filled: Delaying) -> str:
        tell_delay(
            app.store, caller=caller, request_id=request_id, reason=filled.reason, expected_on=filled.expected_on
        )
        return f"{ROOT}/{request_id}?gemt=forsinket"

    return _form(request_id, "besked").take(request, form, do)


def _back(request_id: str, notice: str) -> Response:
    return RedirectResponse(f"{ROOT}/{request_id}?gemt={notice}", status_code=303)
