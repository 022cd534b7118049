"""One case on one page: facts, reasons for and against, what has happened, and what can be done now.

The page shows what `service.cases.reading` gives this caller and adds nothing: what is hidden there is hidden here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from governance.as_of import danish_day
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.case import load_case
from service.cases.choices import fields_for
from service.cases.forms import FormField
from service.cases.reading import CaseView, case_view
from service.cases.registry import Step
from service.cases.snapshot import persons_of
from service.cases.standing import Standing
from service.cases.vault import load_vault
from service.identities.door import reveal
from service.letters.kinds import LETTER_KINDS, LetterKind
from service.web.addresses import address_of, load_roads
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Reader = Annotated[Visitor, requires("case.read")]
IdentityReader = Annotated[Visitor, requires("case.identity")]
_SHARING = frozenset({"claim", "release", "assign", "skip", "declare_conflict"})
_NOT_MISSED = _SHARING | {"clear_suspicion", "first_look", "second_look"}
"""Steps whose absence tells nobody what to do next."""
_BACK = frozenset({"withdraw", "send_back", "reject", "refer", "veto"})
"""Steps that end or undo the usual course: offered after those that go on."""
_HEADINGS = ("Næste skridt", "Notér", "Hvem har sagen")


@dataclass(frozen=True)
class Shown:
    """A case with the line of its address, as it was read for one page; `fields` are those of the step asked for."""

    view: CaseView
    line: str
    fields: tuple[FormField, ...] = ()


def load_shown(app: Within, caller: Visitor, case_id: str, *, page: str, step: Step | None = None) -> Shown:
    """The case for one page; leaves the event `case.read` with the purpose and which page it was."""
    said = {"purpose": caller.purpose, "page": page}
    with app.store.act("case.read", subject=case_id, details=said, actor=caller.user_id) as act:
        case, vault, today = load_case(act.connection, case_id), load_vault(app.settings), danish_day(act.at)
        view = case_view(act.connection, case, caller=caller, settings=app.settings, today=today, vault=vault)
        address = address_of(view.snapshot)
        line = load_roads(act.connection, [address], settings=app.settings).line(address)
        standing = Standing(act.connection, case, caller, today, app.settings, vault)
        return Shown(view, line, fields_for(step, standing) if step else ())


def crumbs_of(caller: Visitor, case_id: str, line: str, *, last: str = "") -> tuple[tuple[str, str], ...]:
    """Start, the list (for whoever has it), the case, and the page within the case when there is one."""
    listed = (("Listen", "/liste"),) if caller.may("worklist.read") else ()
    above = (("Start", "/"), *listed, (line, f"/sager/{case_id}" if last else ""))
    return (*above, (last, "")) if last else above


def grouped(steps: tuple[Step, ...]) -> list[tuple[str, list[Step]]]:
    """The steps under the headings of the page: what moves the case, what is only noted, and who has it."""
    groups: dict[str, list[Step]] = {heading: [] for heading in _HEADINGS}
    for each in sorted(steps, key=lambda step: step.code in _BACK):
        place = 2 if each.code in _SHARING else (0 if each.to_states else 1)
        groups[_HEADINGS[place]].append(each)
    return [(heading, listed) for heading, listed in groups.items() if listed]


def _letter_kinds(shown: Shown, caller: Visitor) -> list[LetterKind]:
    """The letters that this caller may write now."""
    case = shown.view.case
    if case.owner != caller.user_id or shown.view.read_only_da or not caller.may("case.work", case.offices):
        return []
    return [kind for kind in LETTER_KINDS.values() if case.state in kind.states]


def _words(shown: Shown, caller: Visitor) -> dict[str, Any]:
    """What both the page and the paper say."""
    case = shown.view.case
    return {
        "shown": shown,
        "view": shown.view,
        "case": case,
        "may_identity": case.opened_on is not None and (caller.emergency or caller.may("case.identity", case.offices)),
        "may_replay": bool(case.run_id) and caller.may("decision.replay"),
        "emergency": caller.emergency,
        "letter_names": {kind.code: kind.text_da for kind in LETTER_KINDS.values()},
    }


@router.get("/sager/{case_id}")
def show_case(request: Request, app: InApp, case_id: str, caller: Reader) -> Response:
    """The case, with what can be done now."""
    shown = load_shown(app, caller, case_id, page="case")
    return render(
        request,
        "case.html",
        groups=grouped(shown.view.steps_now),
        letter_kinds=_letter_kinds(shown, caller),
        not_yet=[each for each in shown.view.not_yet if each.step.code not in _NOT_MISSED],
        crumbs=crumbs_of(caller, case_id, shown.line),
        **_words(shown, caller),
    )


@router.get("/sager/{case_id}/udskriv")
def show_print(request: Request, app: InApp, case_id: str, caller: Reader) -> Response:
    """The case on paper: the same words without anything to press, with who printed it and when."""
    shown = load_shown(app, caller, case_id, page="print")
    return render(
        request,
        "case_print.html",
        printed_at=app.clock.now(),
        crumbs=crumbs_of(caller, case_id, shown.line, last="Udskrift"),
        **_words(shown, caller),
    )


@router.get("/sager/{case_id}/personer")
def show_persons(request: Request, app: InApp, case_id: str, caller: IdentityReader) -> Response:
    """Names and CPR numbers of an opened case, through the one door to them."""
    with app.store.reading() as connection:
        case = load_case(connection, case_id)
        standing = Standing(
            connection, case, caller, danish_day(app.clock.now()), app.settings, load_vault(app.settings)
        )  # fmt: skip
        snapshot = standing.snapshot
        address = address_of(snapshot)
        line = load_roads(connection, [address], settings=app.settings).line(address)
    numbered = persons_of(snapshot)
    known = reveal(
        app.store,
        caller=caller,
        case=case,
        persons=set(numbered.values()),
        purpose=caller.purpose,
        broken_glass=caller.emergency,
    )
    return render(
        request,
        "persons.html",
        case=case,
        line=line,
        persons=[(number, known.get(person_id)) for number, person_id in sorted(numbered.items())],
        crumbs=crumbs_of(caller, case_id, line, last="Navne og CPR-numre"),
    )
