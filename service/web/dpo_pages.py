"""The officer's start page, notices, the veto and the stop: about the system, not about persons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.errors import UsageError
from governance.gate.stop import stop, stop_in_force
from service.auth.declared import requires
from service.auth.notices import load_notices, mark_seen
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.rights.clocks import STANDINGS_DA
from service.rights.overview import load_oversight
from service.rights.requests import KINDS
from service.web.dpo_forms import FormPage
from service.web.dpo_rights_pages import ABOVE
from service.web.dpo_words import ASSESSMENTS, BREACH_WORDS
from service.web.rendering import render
from service.web.within import InApp

router = APIRouter(include_in_schema=False)
Stopper = Annotated[Visitor, requires("system.stop")]
NoticeReader = Annotated[Visitor, requires("notice.read")]
CASE_ID = re.compile(r"[a-z]+-[0-9a-f]{6,40}")


@dataclass(frozen=True)
class StoppingAll:
    """Why the system is stopped."""

    reason: str = forms.long(
        "Begrundelse", hint="Skriv ingen navne og numre: begrundelsen kan læses af alle med adgang."
    )


@dataclass(frozen=True)
class ChoosingCase:
    """Which case a veto is meant for."""

    case_id: str = forms.text(
        "Sagens nummer", hint="Som det står i loggen eller på sagen, for eksempel sag-0123456789."
    )


@router.get("/dpo", dependencies=[requires("log.verify")])
def show_oversight(request: Request, app: InApp) -> Response:
    """What awaits the officer."""
    with app.store.reading() as connection:
        oversight = load_oversight(connection, app.store, now=app.clock.now())
    return render(
        request,
        "dpo/start.html",
        oversight=oversight,
        kinds=KINDS,
        standings=STANDINGS_DA,
        assessments=ASSESSMENTS,
        breach_kinds=BREACH_WORDS,
        crumbs=(("Start", "/"), ("Tilsyn", "")),
    )


@router.get("/dpo/meddelelser", dependencies=[requires("notice.read")])
def show_notices(request: Request, app: InApp) -> Response:
    """Every notice, the newest first."""
    with app.store.reading() as connection:
        notices = load_notices(connection)
    return render(request, "dpo/notices.html", notices=notices, crumbs=(*ABOVE, ("Meddelelser", "")))


@router.post("/dpo/meddelelser/{notice_id}")
def read_notice(app: InApp, notice_id: str, caller: NoticeReader) -> Response:
    """Record that a notice has been read."""
    mark_seen(app.store, notice_id=notice_id, user_id=caller.user_id)
    return RedirectResponse("/dpo/meddelelser?gemt=laest", status_code=303)


def _stopping() -> FormPage:
    return FormPage(
        StoppingAll,
        "Stop systemet",
        "Et stop virker straks: ingen model tages i brug, og ingen liste frigives, som en model har dannet. Sager, der "
        "allerede behandles, berøres ikke.",
        "/dpo/stop",
        "Stop systemet nu",
        "/dpo",
        (*ABOVE, ("Stop", "")),
    )


@router.get("/dpo/stop", dependencies=[requires("system.stop")])
def show_stop(request: Request, app: InApp) -> Response:
    """Whether a stop is in force, and how it is lifted; else the button."""
    with app.store.reading() as connection:
        standing = stop_in_force(connection)
    if standing is None:
        return _stopping().show(request)
    return render(request, "dpo/stopped.html", standing=standing, crumbs=(*ABOVE, ("Stop", "")))


@router.post("/dpo/stop")
def stop_system(request: Request, app: InApp, form: SubmittedForm, caller: Stopper) -> Response:
    """Stop the system at once."""

    def do(filled: StoppingAll) -> str:
        try:
            with app.store.act("system.stopped", actor=caller.user_id) as act:
                stop(act, role="dpo", reason=filled.reason)
        except UsageError:
            raise forms.invalid(("reason", "Skriv højst 2.000 tegn og intet CPR-nummer.")) from None
        return "/dpo/stop?gemt=stoppet"

    return _stopping().take(request, form, do)


def _choosing() -> FormPage:
    return FormPage(
        ChoosingCase,
        "Veto mod en sag",
        "Vælg sagen. På næste side skriver du begrundelsen, og sagen standses straks.",
        "/dpo/veto",
        "Videre",
        "/dpo",
        (*ABOVE, ("Veto", "")),
    )


@router.get("/dpo/veto", dependencies=[requires("case.veto", in_case=False, purpose=False)])
def show_veto(request: Request) -> Response:
    """Which case is meant."""
    return _choosing().show(request)


@router.post("/dpo/veto", dependencies=[requires("case.veto", in_case=False, purpose=False)])
def choose_veto(request: Request, form: SubmittedForm) -> Response:
    """On to the step of the case."""

    def do(filled: ChoosingCase) -> str:
        if not CASE_ID.fullmatch(filled.case_id):
            raise forms.invalid(("case_id", "Det er ikke nummeret på en sag."))
        return f"/sager/{filled.case_id}/veto"

    return _choosing().take(request, form, do)
