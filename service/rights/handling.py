"""What a rectification or an objection does to the person's cases, through the cases' own steps and none of ours.

Received: cases that are not decided stand still (`object`). Refused: they go on (`lift_veto`). Accepted: an objection
ends them (`end_vetoed`); a correction ends those nobody has opened, and gives the others the corrected facts. A
decision already announced is reopened in its case (`reopen`) and reversed (`appeal_outcome`) by somebody who may settle
an appeal and neither reopened nor proposed it: an officer advises and does not decide benefits.

Sources: GDPR Articles 16, 18, 19, 21 and 38(6). Each step of a case is an act of its own; what was done stands when a
later one is refused, and taking up the request again goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.errors import InvalidForm, NotFound, NotNow
from governance.store.opening import Store
from service.cases.case import CaseFile, as_case, load_case
from service.cases.correcting import correction_of
from service.cases.effects import load_effects
from service.cases.forms import read_form
from service.cases.standing import load_history
from service.cases.states import OPEN, WAITING
from service.cases.step import STEPS, perform
from service.cases.tables import CASES
from service.rights.applying import apply_corrections
from service.rights.requests import (
    ANSWERS,
    OpenedRequest,
    Request,
    checked_words,
    handling,
    list_requests,
    load_request,
    open_request,
    record_step,
)
from service.rights.rescored import Noted, load_noted, require_scored
from service.rights.subject import load_subject

PERMISSION = "person.rectify"
REOPENED_FROM = STEPS["reopen"].from_states
REOPENED = "Afgørelsen er genoptaget, fordi den kan hvile på det, som anmodning {request_id} handler om."
STANDS_STILL = "Anmodning {request_id} er modtaget. Sagen står stille, til der er taget stilling."


@dataclass(frozen=True)
class Affected:
    """A case that a request is about, and what may be done with it because of it."""

    case: CaseFile
    paused: bool
    standing_effects: tuple[str, ...]
    corrects: bool

    @property
    def decided(self) -> bool:
        """Whether the citizen has been told a decision that still has an effect, or corrects a registration."""
        return bool(self.standing_effects) or self.corrects


def affected_cases(connection: sa.Connection, store: Store, person_id: str) -> tuple[Affected, ...]:
    """Every case of the person that is neither hidden nor gone with its list."""
    cases = load_subject(connection, store.settings, person_id).cases
    shown = [each for each in cases if not each.hidden and each.state != "expired"]
    return tuple(
        Affected(
            each, each.state == "vetoed", standing_effects(connection, each.case_id),
            bool(corrected(connection, each.case_id)),
        )
        for each in shown
    )  # fmt: skip


def standing_effects(connection: sa.Connection, case_id: str) -> tuple[str, ...]:
    """The effects of an announced decision that no appeal has set aside."""
    history = load_history(connection, case_id)
    proposals = [taken.version for taken in history if taken.step == "propose"]
    if not proposals or not any(taken.step == "announce" for taken in history):
        return ()
    effects = load_effects(connection, case_id, proposal=proposals[-1])
    return tuple(each.effect_id for each in effects if each.reversed_on is None)


def corrected(connection: sa.Connection, case_id: str) -> tuple[int, ...]:
    """Whose registration an announced decision corrects and no appeal has set aside: numbers of the snapshot."""
    return correction_of(load_history(connection, case_id)).standing


def pause_cases(store: Store, *, caller: Caller, request_id: str, purpose: str) -> tuple[str, ...]:
    """Let every case that is not decided stand still; returns their ids. One event a case and one of the request."""
    caller.require(PERMISSION)
    opened = open_unanswered(store, caller, request_id, purpose)
    with store.reading() as connection:
        affected = affected_cases(connection, store, opened.person_id)
    stopped = [each.case.case_id for each in affected if each.case.state in WAITING | OPEN]
    text = STANDS_STILL.format(request_id=request_id)
    for case_id in stopped:
        take_step(store, caller, case_id, "object", purpose, text=text)
        _record(store, caller, request_id, "paused", case_id=case_id)
    return tuple(stopped)


def decide_request(
    store: Store, *, caller: Caller, request_id: str, answer: str, words: str, purpose: str
) -> tuple[str, ...]:
    """Answer a rectification or an objection and do with its cases what follows; returns the cases that were ended.

    `NotNow` while a decision of the person's still stands that an accepted request must reverse first, naming the
    cases: whoever may settle an appeal does that (`reverse_decided`).
    """
    caller.require(PERMISSION)
    if answer not in ANSWERS:
        raise InvalidForm("Vælg et svar.", item="answer", remedy="Vælg imødekommet, delvist imødekommet eller afslået.")
    text = checked_words(words, field="words", needed=True)
    opened = open_unanswered(store, caller, request_id, purpose)
    with store.reading() as connection:
        affected = affected_cases(connection, store, opened.person_id)
        noted = load_noted(connection, store.settings, opened.request)
    require_scored(opened.request, now=store.clock.now())
    if answer == "granted":
        _require_reversed(affected)
    if opened.request.kind == "rectification" and answer != "refused":
        _pause_listed(store, caller, request_id, affected, noted, purpose)
        opened = open_unanswered(store, caller, request_id, purpose)
        with store.reading() as connection:
            affected = affected_cases(connection, store, opened.person_id)
    ended = [
        each.case.case_id
        for each in affected
        if each.paused and _go_on(store, caller, opened.request, each, answer=answer, words=text, purpose=purpose)
    ]
    if opened.request.kind == "rectification" and answer != "refused":
        apply_corrections(store, caller=caller, request_id=request_id)
    _record(store, caller, request_id, answer, words=text, details={"ended": sorted(ended)})
    return tuple(ended)


def _pause_listed(
    store: Store, caller: Caller, request_id: str, affected: tuple[Affected, ...], noted: Noted, purpose: str
) -> None:
    """What nobody has opened and a register row brought wrongly does not stay on the list, paused before or not."""
    for each in affected:
        if each.case.state in WAITING and noted.of(each.case.case_id):
            text = STANDS_STILL.format(request_id=request_id)
            take_step(store, caller, each.case.case_id, "object", purpose, text=text)
            _record(store, caller, request_id, "paused", case_id=each.case.case_id)


def _go_on(
    store: Store, caller: Caller, request: Request, affected: Affected, *, answer: str, words: str, purpose: str
) -> bool:
    """End the paused case or let it go on; whether it was ended. A veto that stood before is not this request's."""
    before = affected.case.vetoed_from
    ends = answer != "refused" and before in (WAITING | OPEN if request.kind == "objection" else WAITING)
    if not ends and not _paused_by(request, affected.case.case_id):
        return False
    step = "end_vetoed" if ends else "lift_veto"
    take_step(store, caller, affected.case.case_id, step, purpose, text=words)
    _record(store, caller, request.request_id, "taken_off" if ends else "resumed", case_id=affected.case.case_id)
    return ends


def _paused_by(request: Request, case_id: str) -> bool:
    return any(each.step == "paused" and each.case_id == case_id for each in request.steps)


def reverse_decided(
    store: Store, *, caller: Caller, request_id: str, case_id: str, words: str, decided_on: dt.date, purpose: str
) -> CaseFile:
    """Reverse an announced decision because of a request: an appeal and its outcome, all that stands set aside.

    For whoever may settle appeals in the case (`case.settle`). `NotNow` when there is nothing to reverse.
    """
    text = checked_words(words, field="words", needed=True)
    with store.reading() as connection:
        request, case = load_request(connection, request_id), load_case(connection, case_id)
        effects, registration = standing_effects(connection, case_id), corrected(connection, case_id)
        told = [danish_day(taken.at) for taken in load_history(connection, case_id) if taken.step == "announce"]
        asked = any(each.case_id == case_id for each in request.steps)
    caller.require("case.settle", case.offices)
    if not asked or request.kind == "access":
        raise NotFound("Anmodningen er ikke om den sag.", item="sag", remedy="Find sagen under anmodningen.")
    if not effects and not registration:
        raise NotNow("Der er ikke noget at omgøre.", item="sag", remedy="Afgørelsen er omgjort eller ikke meddelt.")
    if case.state != "appealed":
        received_on = max(request.received_on, *told).isoformat()
        take_step(store, caller, case_id, "appeal", purpose, text=text, received_on=received_on)
    ending = {
        "result": "reversed",
        "decided_on": decided_on.isoformat(),
        "registration": [str(each) for each in registration],
    }
    after = take_step(store, caller, case_id, "appeal_outcome", purpose, reversed=list(effects), **ending)
    _record(store, caller, request_id, "reversed", case_id=case_id)
    return after


def ask_for_reversal(store: Store, *, caller: Caller, request_id: str, case_id: str, purpose: str) -> None:
    """Reopen the decision in its case and ask those who settle appeals to reverse it; it then stands on their page.

    Who reopens cannot settle, and neither can whoever proposed the decision: four eyes, as the step demands.
    """
    caller.require(PERMISSION)
    opened = open_unanswered(store, caller, request_id, purpose)
    with store.reading() as connection:
        affected = affected_cases(connection, store, opened.person_id)
    require_of_person(affected, case_id)
    [decided] = [each for each in affected if each.case.case_id == case_id]
    if not decided.decided:
        raise NotNow("Der er ikke noget at omgøre.", item="sag", remedy="Der er ikke meddelt en afgørelse, som står.")
    if decided.case.state in REOPENED_FROM:
        text = REOPENED.format(request_id=request_id)
        take_step(store, caller, case_id, "reopen", purpose, text=text)
        _record(store, caller, request_id, "reopened", case_id=case_id)
    _record(store, caller, request_id, "reversal_asked", case_id=case_id)


@dataclass(frozen=True)
class WaitingReversal:
    """A decision that an officer asked to be reversed, and nobody has yet."""

    request_id: str
    kind: str
    case: CaseFile
    asked_at: dt.datetime


def reversals_waiting(connection: sa.Connection, *, caller: Caller) -> tuple[WaitingReversal, ...]:
    """Those in the administrations where the caller may settle appeals, the oldest first; nothing personal."""
    asked = {
        step.case_id: (request, step)
        for request in list_requests(connection)
        for step in request.steps
        if step.step == "reversal_asked"
    }
    shown = sa.select(CASES).where(CASES.c.case_id.in_(asked), ~CASES.c.hidden)
    cases = [as_case(row) for row in connection.execute(shown).mappings()]
    waiting = [
        WaitingReversal(asked[case.case_id][0].request_id, asked[case.case_id][0].kind, case, asked[case.case_id][1].at)
        for case in cases
        if caller.may("case.settle", case.offices)
        and (standing_effects(connection, case.case_id) or corrected(connection, case.case_id))
    ]
    return tuple(sorted(waiting, key=lambda each: each.asked_at))


def open_unanswered(store: Store, caller: Caller, request_id: str, purpose: str) -> OpenedRequest:
    """A rectification or an objection that nobody has answered, opened with its event; else `NotFound` or `NotNow`."""
    opened = open_request(store, caller=caller, request_id=request_id, purpose=purpose)
    if opened.request.kind == "access":
        raise NotFound("Anmodningen er af en anden art.", item=request_id, remedy="Find den i oversigten.")
    if opened.request.answer is not None:
        raise NotNow("Anmodningen er besvaret.", item=request_id, remedy="Registrer en ny, hvis der er mere.")
    return opened


def take_step(store: Store, caller: Caller, case_id: str, code: str, purpose: str, **fields: Any) -> CaseFile:
    """Take a step of a case with these fields, as a page would."""
    form = read_form(STEPS[code], fields)
    return perform(
        store, case_id=case_id, code=code, form=form, caller=caller, version=None, settings=store.settings,
        purpose=purpose,
    )  # fmt: skip


def _record(store: Store, caller: Caller, request_id: str, step: str, **said: Any) -> None:
    with handling(store, caller=caller, request_id=request_id, step=step) as act:
        request = load_request(act.connection, request_id)
        record_step(act, request, step=step, actor=caller, store=store, **said)
        if said.get("case_id"):
            act.add(case=said["case_id"])


def require_of_person(affected: tuple[Affected, ...], case_id: str) -> None:
    """`NotFound` for a case that is none of the person's."""
    if case_id not in {each.case.case_id for each in affected}:
        raise NotFound("Sagen er ikke en af personens.", item="sag", remedy="Vælg blandt personens sager.")


def _require_reversed(affected: tuple[Affected, ...]) -> None:
    standing = [each.case.case_id for each in affected if each.decided]
    if standing:
        raise NotNow(
            "En meddelt afgørelse står endnu ved magt.",
            item=", ".join(standing),
            remedy="Bed om, at afgørelsen omgøres, før anmodningen imødekommes, eller imødekom den delvist.",
        )
