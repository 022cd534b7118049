"""Requests for a right: access, rectification, objection. Received, perhaps extended, answered; each step stays.

Sources: Regulation (EU) 2016/679, Articles 12(3)-(4), 15, 16, 18 and 21; forvaltningsloven §§ 9 and 16 (party access
goes by the same export, and by the shorter clock: nobody is asked under which act the access is wanted). Must not know
what an answer holds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.audit.events import canonical, instant
from governance.errors import InvalidForm, NotFound, NotNow
from governance.store.opening import Act, Store
from service.identities.door import log_name
from service.rights.clocks import (
    ANSWER_MONTHS,
    Clock,
    answer_clock,
    day_clock,
    months_later,
    party_clock,
)
from service.rights.sealed_words import new_id, open_words, seal_words
from service.rights.tables import REQUEST_STEPS, REQUESTS

Kind = Literal["access", "rectification", "objection"]
KINDS: Mapping[Kind, str] = {"access": "indsigt", "rectification": "berigtigelse", "objection": "indsigelse"}
PERMISSION: Mapping[Kind, str] = {
    "access": "person.export",
    "rectification": "person.rectify",
    "objection": "person.rectify",
}
STEPS: Mapping[str, str] = {
    "extended": "fristen er forlænget, og borgeren har fået det at vide",
    "delayed": "borgeren har fået at vide, hvorfor svaret er forsinket, og hvornår det kan ventes",
    "paused": "sagen er standset, mens anmodningen behandles",
    "correction": "en rettelse er noteret på sagen",
    "rescored": "husstanden er regnet om med rettelsen",
    "rescore_failed": "husstanden kunne ikke regnes om",
    "applied": "rettelsen er lagt ind i sagen",
    "reopened": "afgørelsen er genoptaget",
    "taken_off": "sagen er taget af listen",
    "reversal_asked": "kontrolenheden er bedt om at omgøre afgørelsen",
    "reversed": "afgørelsen er omgjort",
    "resumed": "sagen behandles videre",
    "exported": "oplysningerne er udleveret",
    "granted": "anmodningen er imødekommet",
    "partly_granted": "anmodningen er delvist imødekommet",
    "refused": "anmodningen er afslået",
}
ANSWERS = ("granted", "partly_granted", "refused")
WORDS_LONGEST = 4000


@dataclass(frozen=True)
class RequestStep:
    """One thing done; `at` in UTC, `case_id` "" for none, `details` codes and ids of ours."""

    number: int
    at: dt.datetime
    actor: str
    step: str
    case_id: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """A request without its words; `person` is the pseudonym of the log."""

    request_id: str
    kind: Kind
    person: str
    received_on: dt.date
    steps: tuple[RequestStep, ...]

    @property
    def extended(self) -> bool:
        """Whether the citizen was told in time that it takes longer."""
        return any(each.step == "extended" for each in self.steps)

    @property
    def answer(self) -> RequestStep | None:
        """The step that closed it."""
        return next((each for each in self.steps if each.step in ANSWERS), None)

    def clock(self, today: dt.date) -> Clock:
        """How its deadline stands on the day."""
        return answer_clock(self.received_on, extended=self.extended, closed_on=self._closed_on, today=today)

    def party_clock(self, today: dt.date) -> Clock | None:
        """The clock of access for a party; None for other requests. Telling of a delay stops it."""
        if self.kind != "access":
            return None
        done_on = next((danish_day(each.at) for each in self.steps if each.step in ("delayed", *ANSWERS)), None)
        return party_clock(self.received_on, done_on=done_on, today=today)

    @property
    def expected_on(self) -> dt.date | None:
        """The day on which the citizen was told, last, to expect the answer."""
        told = [each.details["expected_on"] for each in self.steps if each.step == "delayed"]
        return dt.date.fromisoformat(told[-1]) if told else None

    def nearest(self, today: dt.date) -> Clock:
        """Of its clocks that still run the one that ends first; the clock of its answer when none does."""
        clocks = [self.clock(today), self.party_clock(today)]
        if self.expected_on:
            clocks.append(day_clock(self.expected_on, done_on=self._closed_on, today=today))
        running = [each for each in clocks if each and each.standing not in ("done", "done_late")]
        return min(running, key=lambda each: each.due, default=self.clock(today))

    @property
    def _closed_on(self) -> dt.date | None:
        return danish_day(self.answer.at) if self.answer else None


@dataclass(frozen=True)
class OpenedRequest:
    """A request with what is personal in it: who asked, in which words, and the words of each step by its number."""

    request: Request
    person_id: str
    words: str
    step_words: Mapping[int, str]


def receive_request(
    store: Store, *, caller: Caller, kind: Kind, person_id: str, received_on: dt.date, words: str, purpose: str
) -> str:
    """Record a request; returns its id. One event `right.received`."""
    caller.require(PERMISSION[kind])
    checked = checked_words(words, field="words", needed=kind != "access")
    home, request_id = store.settings.home, new_id("request")
    details = {"kind": kind, "purpose": purpose, "person": log_name(store.settings, person_id)}
    with store.act("right.received", subject=request_id, details=details, actor=caller.user_id) as act:
        _refuse_future(received_on, danish_day(act.at))
        row = {
            "request_id": request_id, "at": instant(act.at), "kind": kind, "person": details["person"],
            "received_on": received_on.isoformat(),
            "sealed": seal_words(home, {"person_id": person_id, "words": checked}, about=request_id),
        }  # fmt: skip
        act.connection.execute(sa.insert(REQUESTS), [row])
    return request_id


def extend(store: Store, *, caller: Caller, request_id: str, reason: str) -> None:
    """Take two months more, as Article 12(3) allows when the citizen is told why within the first; else `NotNow`."""
    words = checked_words(reason, field="reason", needed=True)
    with handling(store, caller=caller, request_id=request_id, step="extended") as act:
        request = load_request(act.connection, request_id)
        caller.require(PERMISSION[request.kind])
        if request.extended or danish_day(act.at) > months_later(request.received_on, ANSWER_MONTHS):
            raise NotNow(
                "Fristen kan ikke forlænges.",
                item=request_id,
                remedy="Den kan forlænges én gang, og kun inden den første måned er gået. Besvar anmodningen nu.",
            )
        record_step(act, request, step="extended", actor=caller, words=words, store=store)


def answer_request(store: Store, *, caller: Caller, request_id: str, answer: str, words: str) -> None:
    """Close a request for access; a refusal, whole or in part, needs its grounds (Article 12(4)).

    Rectification and objection do something with cases and are answered by `handling.decide_request`: `NotFound` here.
    """
    if answer not in ANSWERS:
        raise InvalidForm("Vælg et svar.", item="answer", remedy="Vælg imødekommet, delvist imødekommet eller afslået.")
    checked = checked_words(words, field="words", needed=answer != "granted")
    with handling(store, caller=caller, request_id=request_id, step=answer) as act:
        request = load_request(act.connection, request_id)
        caller.require(PERMISSION[request.kind])
        require_access(request)
        record_step(act, request, step=answer, actor=caller, words=checked, store=store)


def handling(store: Store, *, caller: Caller, request_id: str, step: str) -> AbstractContextManager[Act]:
    """The one act of a step of a request: `right.handled`."""
    return store.act("right.handled", subject=request_id, details={"step": step}, actor=caller.user_id)


def record_step(
    act: Act,
    request: Request,
    *,
    step: str,
    actor: Caller,
    store: Store,
    words: str = "",
    case_id: str = "",
    details: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write one step inside an act, `more` sealed with its words; `NotNow` when the request is closed already."""
    if request.answer is not None:
        raise NotNow(
            "Anmodningen er besvaret.", item=request.request_id, remedy="Registrer en ny anmodning, hvis der er mere."
        )
    number = len(request.steps) + 1
    about = f"{request.request_id} {number}"
    row = {
        "request_id": request.request_id,
        "number": number,
        "at": instant(act.at),
        "actor": actor.user_id,
        "step": step,
        "case_id": case_id,
        "details": canonical(dict(details or {})),
        "sealed": seal_words(store.settings.home, ({"words": words} if words else {}) | {**(more or {})}, about=about),
    }
    act.connection.execute(sa.insert(REQUEST_STEPS), [row])


def load_request(connection: sa.Connection, request_id: str) -> Request:
    """The request of that id; `NotFound` when there is none."""
    found = connection.execute(sa.select(REQUESTS).where(REQUESTS.c.request_id == request_id)).one_or_none()
    if found is None:
        raise NotFound("Der er ingen sådan anmodning.", item=request_id, remedy="Find den i oversigten.")
    return _with_steps(connection, [found])[0]


def list_requests(connection: sa.Connection, *, kind: Kind | None = None) -> tuple[Request, ...]:
    """Every request, the open ones first, each group by the day it was received. Nothing personal, so no event."""
    asked = sa.select(REQUESTS).order_by(REQUESTS.c.received_on, REQUESTS.c.request_id)
    if kind is not None:
        asked = asked.where(REQUESTS.c.kind == kind)
    found = _with_steps(connection, list(connection.execute(asked)))
    return tuple(sorted(found, key=lambda each: (each.answer is not None, each.received_on, each.request_id)))


def open_request(store: Store, *, caller: Caller, request_id: str, purpose: str) -> OpenedRequest:
    """The request with who asked and what was said; one event `right.read`."""
    home = store.settings.home
    with store.act("right.read", subject=request_id, details={"purpose": purpose}, actor=caller.user_id) as act:
        request = load_request(act.connection, request_id)
        caller.require(PERMISSION[request.kind])
        sealed = act.connection.execute(sa.select(REQUESTS.c.sealed).where(REQUESTS.c.request_id == request_id))
        said = open_words(home, bytes(sealed.scalar_one()), about=request_id)
        steps = sa.select(REQUEST_STEPS.c.number, REQUEST_STEPS.c.sealed).where(
            REQUEST_STEPS.c.request_id == request_id
        )
        words = {
            number: open_words(home, bytes(text), about=f"{request_id} {number}").get("words", "")
            for number, text in act.connection.execute(steps)
        }
        act.add(person=request.person)
    return OpenedRequest(request, str(said["person_id"]), str(said["words"]), words)


def checked_words(words: str, *, field: str, needed: bool) -> str:
    """Trimmed text; `InvalidForm` when it is missing or too long."""
    text = words.strip()
    if needed and not text:
        raise InvalidForm("Feltet skal udfyldes.", item=field, remedy="Skriv det med almindelige ord.")
    if len(text) > WORDS_LONGEST:
        raise InvalidForm("Teksten er for lang.", item=field, remedy=f"Skriv højst {WORDS_LONGEST} tegn.")
    return text


def require_access(request: Request) -> None:
    """`NotFound` unless access is what is asked for."""
    if request.kind != "access":
        raise NotFound("Anmodningen er af en anden art.", item=request.request_id, remedy="Find den i oversigten.")


def _refuse_future(day: dt.date, today: dt.date) -> None:
    if day > today:
        raise InvalidForm(
            "Dagen ligger ude i fremtiden.", item="received_on", remedy="Angiv den dag, anmodningen kom frem."
        )


def _with_steps(connection: sa.Connection, rows: list[sa.Row[Any]]) -> list[Request]:
    asked = sa.select(REQUEST_STEPS).where(REQUEST_STEPS.c.request_id.in_([row.request_id for row in rows]))
    steps: dict[str, list[RequestStep]] = {row.request_id: [] for row in rows}
    for each in connection.execute(asked.order_by(REQUEST_STEPS.c.request_id, REQUEST_STEPS.c.number)):
        at = dt.datetime.fromisoformat(each.at)
        step = RequestStep(each.number, at, each.actor, each.step, each.case_id, json.loads(each.details))
        steps[each.request_id].append(step)
    return [
        Request(
            row.request_id,
            row.kind,
            row.person,
            dt.date.fromisoformat(row.received_on),
            tuple(steps[row.request_id]),
        )
        for row in rows
    ]
