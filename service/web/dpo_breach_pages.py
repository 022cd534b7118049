"""The log of breaches of the security of personal data, with the 72 hours of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth.declared import requires
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.rights.breaches import KINDS, STEPS, list_breaches, open_breach, record_breach, record_breach_step
from service.rights.clocks import STANDINGS_DA
from service.web.dpo_forms import FormPage, read_moment
from service.web.dpo_rights_pages import ABOVE
from service.web.rendering import render
from service.web.within import InApp

router = APIRouter(include_in_schema=False)
Writer = Annotated[Visitor, requires("breach.write")]
ROOT = "/dpo/brud"
OVERSIGHT = "supervision"


@dataclass(frozen=True)
class Recording:
    """What Article 33(3) asks of a breach."""

    known_on: dt.date = forms.day("Kommunen blev klar over bruddet den")
    known_clock: str = forms.text("Klokken", hint="For eksempel 13.05. De 72 timer regnes herfra.")
    kind: str = forms.choice("Hvad er der sket?", KINDS)
    persons: str = forms.text("Hvor mange er berørt?", required=False, hint="Tomt, hvis det ikke vides endnu.")
    happened: str = forms.long("Hvad er der sket, og med hvilke oplysninger?")
    consequences: str = forms.long("Hvad kan det betyde for de berørte?")
    measures: str = forms.long("Hvad er gjort, og hvad bliver gjort?")


@dataclass(frozen=True)
class Handling:
    """What was done about a breach."""

    step: str = forms.choice("Hvad er gjort?", STEPS)
    done_on: dt.date = forms.day("Dag")
    done_clock: str = forms.text("Klokken", hint="For eksempel 13.05.")
    words: str = forms.long(
        "Bemærkning",
        required=False,
        hint="Skal udfyldes, når bruddet ikke anmeldes, eller når det anmeldes efter 72 timer.",
    )


def _recording() -> FormPage:
    crumbs = (*ABOVE, ("Brud", ROOT), ("Nyt", ""))
    intro = "Alle brud registreres, også dem, der ikke skal anmeldes (databeskyttelsesforordningens artikel 33)."
    return FormPage(Recording, "Registrér et brud", intro, f"{ROOT}/nyt", "Registrér bruddet", ROOT, crumbs)


def _handling(breach_id: str) -> FormPage:
    here = f"{ROOT}/{breach_id}"
    crumbs = (*ABOVE, ("Brud", ROOT), ("Bruddet", here), ("Hvad er gjort", ""))
    return FormPage(Handling, "Hvad er gjort", "", f"{here}/trin", "Gem", here, crumbs)


@router.get("/dpo/brud", dependencies=[requires("breach.write")])
def show_breaches(request: Request, app: InApp) -> Response:
    """Every breach, the newest first."""
    with app.store.reading() as connection:
        breaches = list_breaches(connection)
    now = app.clock.now()
    return render(
        request,
        "dpo/breaches.html",
        rows=[(each, each.clock(now)) for each in breaches],
        kinds=KINDS,
        standings=STANDINGS_DA,
        crumbs=(*ABOVE, ("Brud", "")),
    )


@router.get("/dpo/brud/nyt", dependencies=[requires("breach.write")])
def show_new(request: Request) -> Response:
    """The form of a new breach."""
    return _recording().show(request)


@router.post("/dpo/brud/nyt")
def new(request: Request, app: InApp, form: SubmittedForm, caller: Writer) -> Response:
    """Record a breach."""

    def do(filled: Recording) -> str:
        breach_id = record_breach(
            app.store,
            caller=caller,
            known_at=read_moment(filled.known_on, filled.known_clock, name="known_clock"),
            kind=filled.kind,
            persons=_number(filled.persons),
            happened=filled.happened,
            consequences=filled.consequences,
            measures=filled.measures,
        )
        return f"{ROOT}/{breach_id}?gemt=brud"

    return _recording().take(request, form, do)


@router.get("/dpo/brud/{breach_id}")
def show_breach(request: Request, app: InApp, breach_id: str, caller: Writer) -> Response:
    """One breach with its words."""
    opened = open_breach(app.store, caller=caller, breach_id=breach_id, purpose=OVERSIGHT)
    return render(
        request,
        "dpo/breach.html",
        opened=opened,
        clock=opened.breach.clock(app.clock.now()),
        kinds=KINDS,
        steps=STEPS,
        standings=STANDINGS_DA,
        crumbs=(*ABOVE, ("Brud", ROOT), ("Bruddet", "")),
    )


@router.get("/dpo/brud/{breach_id}/trin", dependencies=[requires("breach.write")])
def show_handling(request: Request, breach_id: str) -> Response:
    """The form of what was done."""
    return _handling(breach_id).show(request)


@router.post("/dpo/brud/{breach_id}/trin")
def handle(request: Request, app: InApp, breach_id: str, form: SubmittedForm, caller: Writer) -> Response:
    """Record what was done."""

    def do(filled: Handling) -> str:
        record_breach_step(
            app.store,
            caller=caller,
            breach_id=breach_id,
            step=filled.step,
            done_at=read_moment(filled.done_on, filled.done_clock, name="done_clock"),
            words=filled.words,
        )
        return f"{ROOT}/{breach_id}?gemt=brudtrin"

    return _handling(breach_id).take(request, form, do)


def _number(word: str) -> int | None:
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 9):
        raise forms.invalid(("persons", "Skriv et helt tal, eller lad feltet stå tomt."))
    return int(word)
