"""The log: searched by action, subject, actor and period; by person; and checked against its signed checkpoints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from governance.access.permissions import PURPOSES
from governance.audit.actions import ACTIONS
from governance.audit.search import LogPage, Sought
from governance.audit.verifying import Verified, verify
from governance.errors import AuditLogBroken, InvalidForm
from governance.gate.logged import require_rows_logged
from service.auth.declared import requires
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.cases.forms import form_fields, read_form
from service.rights.log_search import search_log, who_saw
from service.web.dpo_forms import FormPage
from service.web.dpo_rights_pages import ABOVE
from service.web.log_words import details_shown
from service.web.rendering import render
from service.web.step_pages import values_of
from service.web.within import InApp

router = APIRouter(include_in_schema=False)
Searcher = Annotated[Visitor, requires("log.read")]
ROWS_A_PAGE = 50


class Wanted(BaseModel, frozen=True):
    """What the address of the page asks for; "" asks nothing."""

    handling: str = Field("", max_length=60)
    om: str = Field("", max_length=120)
    hvem: str = Field("", max_length=120)
    fra: str = Field("", max_length=10)
    til: str = Field("", max_length=10)
    foer: str = Field("", max_length=15)

    def address(self, before: int | None) -> str:
        """The address of the same search, further back."""
        words = {"handling": self.handling, "om": self.om, "hvem": self.hvem, "fra": self.fra, "til": self.til}
        words["foer"] = str(before or "")
        return "/dpo/log?" + urlencode({name: word for name, word in words.items() if word})


WantedHere = Annotated[Wanted, Query()]


@dataclass(frozen=True)
class AskingPerson:
    """Whose log is asked for."""

    cpr: str = forms.text("CPR-nummer", hint="Ti cifre. Opslaget noteres i loggen.")


def _sought(wanted: Wanted) -> Sought:
    if wanted.handling and wanted.handling not in ACTIONS:
        raise forms.invalid(("handling", "Der er ingen sådan handling."))
    since, until = _day(wanted.fra, "fra"), _day(wanted.til, "til")
    if since and until and since > until:
        raise forms.invalid(("til", "Perioden slutter, før den begynder."))
    return Sought(
        action=wanted.handling or None,
        actor=wanted.hvem.strip() or None,
        mentions=frozenset({wanted.om.strip()}) if wanted.om.strip() else None,
        since=since,
        until=until,
    )


def _day(word: str, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(word) if word else None
    except ValueError:
        raise forms.invalid((name, "Skriv datoen som år-måned-dag.")) from None


@router.get("/dpo/log")
def show_log(request: Request, app: InApp, wanted: WantedHere, caller: Searcher) -> Response:
    """The newest events that are asked for."""
    page = LogPage((), None)
    faults: tuple[tuple[str, str], ...] = ()
    before = int(wanted.foer) if wanted.foer.isascii() and wanted.foer.isdigit() else None
    try:
        sought = _sought(wanted)
        page = search_log(
            app.store, caller=caller, sought=sought, purpose=caller.purpose, before=before, size=ROWS_A_PAGE
        )
    except InvalidForm as refused:
        faults = refused.faults
    return render(
        request,
        "dpo/log.html",
        status=422 if faults else 200,
        page=page,
        wanted=wanted,
        faults=faults,
        actions=sorted(((code, action.text_da) for code, action in ACTIONS.items()), key=lambda each: each[1]),
        texts={code: action.text_da for code, action in ACTIONS.items()},
        details={event.seq: details_shown(event) for event in page.events},
        older=wanted.address(page.next_before) if page.next_before else "",
        crumbs=(*ABOVE, ("Loggen", "")),
    )


def _asking() -> FormPage:
    return FormPage(
        AskingPerson,
        "Hvem har set en person",
        "Viser, hvem der har set eller behandlet oplysninger om personen eller dennes husstand, og hvorfor.",
        "/dpo/log/person",
        "Søg",
        "/dpo",
        (*ABOVE, ("Hvem har set en person", "")),
    )


@router.get("/dpo/log/person", dependencies=[requires("log.read")])
def show_asking(request: Request) -> Response:
    """Whose log is asked for."""
    return _asking().show(request)


@router.post("/dpo/log/person")
def show_viewers(request: Request, app: InApp, form: SubmittedForm, caller: Searcher) -> Response:
    """Who saw the person; the number comes in the form and goes nowhere."""
    page = _asking()
    try:
        filled = read_form(page, values_of(form_fields(AskingPerson), form))
        seen = who_saw(app.store, caller=caller, cpr=filled.cpr, purpose=caller.purpose)
    except InvalidForm as refused:
        return page.show(request, faults=refused.faults)
    if seen is None:
        return page.show(request, faults=(("cpr", "Der er ingen med det nummer i systemet."),))
    return render(
        request, "dpo/viewers.html", seen=seen, purposes=PURPOSES, crumbs=(*ABOVE, ("Hvem har set en person", ""))
    )  # fmt: skip


@router.get("/dpo/log/kontrol", dependencies=[requires("log.verify")])
def show_verifying(request: Request, app: InApp) -> Response:
    """The newest checkpoint, and the button that checks everything."""
    return _verify_page(request, app, None, None)


@router.post("/dpo/log/kontrol", dependencies=[requires("log.verify")])
def verify_log(request: Request, app: InApp) -> Response:
    """Check every event, hash, checkpoint and guard, and the rows of the gates; say what is off."""
    try:
        with app.store.reading() as connection:
            publisher = app.store.publisher
            done = verify(connection, publisher.directory, publisher.key().public)
            require_rows_logged(connection)
    except AuditLogBroken as broken:
        return _verify_page(request, app, None, broken)
    return _verify_page(request, app, done, None)


def _verify_page(request: Request, app: InApp, done: Verified | None, broken: AuditLogBroken | None) -> Response:
    newest = None if broken else app.store.publisher.newest()
    note = app.store.publisher.note(newest.size) if newest else ""
    return render(
        request,
        "dpo/verify.html",
        done=done,
        broken=broken,
        newest=newest,
        note=note,
        crumbs=(*ABOVE, ("Efterprøv loggen", "")),
    )
