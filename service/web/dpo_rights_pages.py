"""The citizens' requests with their clocks, and receiving one by CPR number. No CPR number stands in an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from governance.as_of import danish_day
from service.auth.declared import requires
from service.auth.submitted import Fields, SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.identities.door import find_person
from service.rights.clocks import STANDINGS_DA
from service.rights.requests import ANSWERS, KINDS, STEPS, Kind, list_requests, receive_request
from service.web.dpo_forms import FormPage
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Exporter = Annotated[Visitor, requires("person.export")]
Rectifier = Annotated[Visitor, requires("person.rectify")]
PATHS: Mapping[Kind, str] = {
    "access": "/dpo/indsigt",
    "rectification": "/dpo/berigtigelse",
    "objection": "/dpo/indsigelse",
}
HEADINGS: Mapping[Kind, str] = {"access": "Indsigt", "rectification": "Berigtigelse", "objection": "Indsigelse"}
LAW: Mapping[Kind, str] = {
    "access": "Aktindsigt for en part afgøres inden 7 arbejdsdage, eller borgeren får besked om hvorfor og hvornår. "
    "Databeskyttelsesforordningens artikel 15, forvaltningslovens §§ 9 og 16, stk. 2.",
    "rectification": "Databeskyttelsesforordningens artikel 16 og 18.",
    "objection": "Databeskyttelsesforordningens artikel 21 og 18.",
}
ANSWER_WORDS = {code: STEPS[code] for code in ANSWERS}
ABOVE = (("Start", "/"), ("Tilsyn", "/dpo"))


@dataclass(frozen=True)
class Receiving:
    """A request as it came in."""

    cpr: str = forms.text("CPR-nummer", hint="Ti cifre. Nummeret gemmes ikke her.")
    received_on: dt.date = forms.day("Modtaget den", hint="Fristerne regnes herfra.")
    words: str = forms.long("Hvad borgeren skriver", required=False, hint="Skal udfyldes ved en indsigelse.")


def _receiving(kind: Kind) -> FormPage:
    path = PATHS[kind]
    return FormPage(
        Receiving,
        f"Registrér en anmodning om {KINDS[kind]}",
        "Skriv, hvem anmodningen kommer fra, og hvornår den er modtaget.",
        f"{path}/ny",
        "Registrér",
        path,
        (*ABOVE, (HEADINGS[kind], path), ("Ny", "")),
    )


def _list_page(request: Request, app: Within, kind: Kind) -> Response:
    with app.store.reading() as connection:
        found = list_requests(connection, kind=kind)
    today = danish_day(app.clock.now())
    return render(
        request,
        "dpo/requests.html",
        path=PATHS[kind],
        heading=HEADINGS[kind],
        law=LAW[kind],
        rows=[(each, each.nearest(today)) for each in found],
        standings=STANDINGS_DA,
        answers=ANSWER_WORDS,
        crumbs=(*ABOVE, (HEADINGS[kind], "")),
    )


def _receive(request: Request, app: Within, caller: Visitor, kind: Kind, sent: Fields) -> Response:
    def do(form: Receiving) -> str:
        person = find_person(app.store, caller=caller, cpr=form.cpr, purpose=caller.purpose)
        if person is None:
            raise forms.invalid(("cpr", "Der er ingen med det nummer i systemet."))
        request_id = receive_request(
            app.store,
            caller=caller,
            kind=kind,
            person_id=person,
            received_on=form.received_on,
            words=form.words,
            purpose=caller.purpose,
        )
        return f"/dpo/anmodninger/{request_id}?gemt=anmodning"

    return _receiving(kind).take(request, sent, do)


@router.get("/dpo/indsigt", dependencies=[requires("person.export")])
def list_access(request: Request, app: InApp) -> Response:
    """Requests for access with their clocks."""
    return _list_page(request, app, "access")


@router.get("/dpo/berigtigelse", dependencies=[requires("person.rectify")])
def list_rectification(request: Request, app: InApp) -> Response:
    """Requests for rectification with their clocks."""
    return _list_page(request, app, "rectification")


@router.get("/dpo/indsigelse", dependencies=[requires("person.rectify")])
def list_objection(request: Request, app: InApp) -> Response:
    """Objections with their clocks."""
    return _list_page(request, app, "objection")


@router.get("/dpo/indsigt/ny", dependencies=[requires("person.export")])
def show_new_access(request: Request) -> Response:
    """The form of a new request for access."""
    return _receiving("access").show(request)


@router.get("/dpo/berigtigelse/ny", dependencies=[requires("person.rectify")])
def show_new_rectification(request: Request) -> Response:
    """The form of a new request for rectification."""
    return _receiving("rectification").show(request)


@router.get("/dpo/indsigelse/ny", dependencies=[requires("person.rectify")])
def show_new_objection(request: Request) -> Response:
    """The form of a new objection."""
    return _receiving("objection").show(request)


@router.post("/dpo/indsigt/ny")
def new_access(request: Request, app: InApp, form: SubmittedForm, caller: Exporter) -> Response:
    """Record a request for access."""
    return _receive(request, app, caller, "access", form)


@router.post("/dpo/berigtigelse/ny")
def new_rectification(request: Request, app: InApp, form: SubmittedForm, caller: Rectifier) -> Response:
    """Record a request for rectification."""
    return _receive(request, app, caller, "rectification", form)


@router.post("/dpo/indsigelse/ny")
def new_objection(request: Request, app: InApp, form: SubmittedForm, caller: Rectifier) -> Response:
    """Record an objection."""
    return _receive(request, app, caller, "objection", form)
