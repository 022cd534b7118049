"""The log of breaches of the security of personal data, and the 72 hours in which the authority must be told.

Source: Regulation (EU) 2016/679, Articles 33 (also its point 5: every breach is documented) and 34. What happened is
sealed, for it may tell of persons; when it was known, its kind and each step stand open. Append-only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.audit.events import instant
from governance.errors import InvalidForm, NotFound, NotNow
from governance.store.opening import Store
from service.rights.clocks import Clock, breach_clock
from service.rights.requests import checked_words
from service.rights.sealed_words import new_id, open_words, seal_words
from service.rights.tables import BREACH_STEPS, BREACHES

KINDS: Mapping[str, str] = {
    "confidentiality": "uvedkommende har set eller fået oplysninger",
    "integrity": "oplysninger er ændret uberettiget",
    "availability": "oplysninger er gået tabt eller kan ikke nås",
}
STEPS: Mapping[str, str] = {
    "authority_notified": "anmeldt til Datatilsynet",
    "authority_not_needed": "vurderet: ingen risiko for borgerne, anmeldes ikke",
    "citizens_told": "de berørte borgere er underrettet",
    "note": "notat",
    "closed": "afsluttet",
}
CLOCK_STOPS = ("authority_notified", "authority_not_needed")
PERMISSION = "breach.write"


@dataclass(frozen=True)
class BreachStep:
    """One thing done about a breach; `done_at` as told, in UTC."""

    number: int
    at: dt.datetime
    actor: str
    step: str
    done_at: dt.datetime


@dataclass(frozen=True)
class Breach:
    """A breach without its words."""

    breach_id: str
    known_at: dt.datetime
    kind: str
    persons: int | None
    steps: tuple[BreachStep, ...]

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be done."""
        return any(each.step == "closed" for each in self.steps)

    def clock(self, now: dt.datetime) -> Clock:
        """How the 72 hours stand; assessed as no risk to the citizens, they stop as well."""
        stopped = [each.done_at for each in self.steps if each.step in CLOCK_STOPS]
        return breach_clock(self.known_at, notified_at=min(stopped, default=None), now=now)


@dataclass(frozen=True)
class OpenedBreach:
    """A breach with what is told of it, and the words of each step by its number."""

    breach: Breach
    words: Mapping[str, str]
    step_words: Mapping[int, str]


def record_breach(
    store: Store,
    *,
    caller: Caller,
    known_at: dt.datetime,
    kind: str,
    persons: int | None,
    happened: str,
    consequences: str,
    measures: str,
) -> str:
    """Record a breach with what Article 33(3) asks; returns its id. One event `breach.recorded`."""
    caller.require(PERMISSION)
    if kind not in KINDS:
        raise InvalidForm("Vælg, hvad der er sket.", item="kind", remedy="Vælg en af de tre slags brud.")
    if persons is not None and persons < 0:
        raise InvalidForm("Antallet kan ikke være negativt.", item="persons", remedy="Skriv 0 eller mere.")
    words = {
        "happened": checked_words(happened, field="happened", needed=True),
        "consequences": checked_words(consequences, field="consequences", needed=True),
        "measures": checked_words(measures, field="measures", needed=True),
    }
    breach_id = new_id("breach")
    with store.act("breach.recorded", subject=breach_id, details={"kind": kind}, actor=caller.user_id) as act:
        _refuse_future(known_at, act.at, field="known_at")
        row = {
            "breach_id": breach_id,
            "at": instant(act.at),
            "known_at": instant(known_at),
            "kind": kind,
            "persons": persons,
            "sealed": seal_words(store.settings.home, dict(words), about=breach_id),
        }
        act.connection.execute(sa.insert(BREACHES), [row])
    return breach_id


def record_breach_step(
    store: Store, *, caller: Caller, breach_id: str, step: str, done_at: dt.datetime, words: str
) -> None:
    """Record what was done; telling the authority late needs the reason for the delay (Article 33(1))."""
    caller.require(PERMISSION)
    if step not in STEPS:
        raise InvalidForm("Vælg, hvad der er gjort.", item="step", remedy="Vælg et af trinnene.")
    with store.act("breach.handled", subject=breach_id, details={"step": step}, actor=caller.user_id) as act:
        breach = load_breach(act.connection, breach_id)
        _refuse_future(done_at, act.at, field="done_at")
        if breach.closed:
            raise NotNow("Bruddet er afsluttet.", item=breach_id, remedy="Registrer et nyt, hvis der er sket mere.")
        if step == "closed" and not any(each.step in CLOCK_STOPS for each in breach.steps):
            raise NotNow(
                "Det er ikke vurderet, om bruddet skal anmeldes.",
                item=breach_id,
                remedy="Anmeld det til Datatilsynet, eller skriv, hvorfor der ingen risiko er for borgerne.",
            )
        late = step in CLOCK_STOPS and breach_clock(breach.known_at, notified_at=done_at, now=act.at).late
        text = checked_words(words, field="words", needed=late or step in ("authority_not_needed", "note"))
        number = len(breach.steps) + 1
        row = {
            "breach_id": breach_id,
            "number": number,
            "at": instant(act.at),
            "actor": caller.user_id,
            "step": step,
            "done_at": instant(done_at),
            "sealed": seal_words(store.settings.home, {"words": text} if text else {}, about=f"{breach_id} {number}"),
        }
        act.connection.execute(sa.insert(BREACH_STEPS), [row])


def load_breach(connection: sa.Connection, breach_id: str) -> Breach:
    """The breach of that id; `NotFound` when there is none."""
    found = connection.execute(sa.select(BREACHES).where(BREACHES.c.breach_id == breach_id)).one_or_none()
    if found is None:
        raise NotFound("Der er intet sådant brud.", item=breach_id, remedy="Find det i oversigten.")
    return _with_steps(connection, [found])[0]


def list_breaches(connection: sa.Connection) -> tuple[Breach, ...]:
    """Every breach, the newest first; nothing personal, so no event."""
    rows = list(connection.execute(sa.select(BREACHES).order_by(BREACHES.c.known_at.desc(), BREACHES.c.breach_id)))
    return tuple(_with_steps(connection, rows))


def open_breach(store: Store, *, caller: Caller, breach_id: str, purpose: str) -> OpenedBreach:
    """The breach with its words; one event `breach.read`."""
    caller.require(PERMISSION)
    home = store.settings.home
    with store.act("breach.read", subject=breach_id, details={"purpose": purpose}, actor=caller.user_id) as act:
        breach = load_breach(act.connection, breach_id)
        sealed = act.connection.execute(sa.select(BREACHES.c.sealed).where(BREACHES.c.breach_id == breach_id))
        words = open_words(home, bytes(sealed.scalar_one()), about=breach_id)
        steps = sa.select(BREACH_STEPS.c.number, BREACH_STEPS.c.sealed).where(BREACH_STEPS.c.breach_id == breach_id)
        step_words = {
            number: open_words(home, bytes(text), about=f"{breach_id} {number}").get("words", "")
            for number, text in act.connection.execute(steps)
        }
    return OpenedBreach(breach, words, step_words)


def _refuse_future(moment: dt.datetime, now: dt.datetime, *, field: str) -> None:
    if moment > now:
        raise InvalidForm("Tidspunktet ligger ude i fremtiden.", item=field, remedy="Angiv, hvornår det skete.")


def _with_steps(connection: sa.Connection, rows: list[sa.Row[Any]]) -> list[Breach]:
    asked = sa.select(BREACH_STEPS).where(BREACH_STEPS.c.breach_id.in_([row.breach_id for row in rows]))
    steps: dict[str, list[BreachStep]] = {row.breach_id: [] for row in rows}
    for each in connection.execute(asked.order_by(BREACH_STEPS.c.breach_id, BREACH_STEPS.c.number)):
        at, done_at = (dt.datetime.fromisoformat(text) for text in (each.at, each.done_at))
        steps[each.breach_id].append(BreachStep(each.number, at, each.actor, each.step, done_at))
    return [
        Breach(
            row.breach_id, dt.datetime.fromisoformat(row.known_at), row.kind, row.persons, tuple(steps[row.breach_id])
        )
        for row in rows
    ]
