"""What is written down in a case without moving it: facts, corrections, notes and hours. Nothing is ever taken out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from service.cases import guards
from service.cases.forms import choice, day, long, minutes
from service.cases.moving import Moving, new_id
from service.cases.own_words import REPEATED_DA, repeats_explanation
from service.cases.registry import step
from service.cases.states import FACT_SOURCES, STATES, State
from service.cases.tables import HOURS

_WORKED_ON = frozenset(STATES) - {"listed", "proposed", "vetoed", "rejected", "expired"}
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class RecordedFact:
    """A fact that may carry a decision: what, from where, since when known."""

    text: str = long("Oplysningen", hint="Skriv hvad der er konstateret, ikke hvad det kan betyde.")
    source: str = choice("Kilde", FACT_SOURCES)
    known_on: dt.date = day("Kendt fra den")


@step(
    "Notér en oplysning",
    help_da="Oplysninger, du noterer, er det, en sag kan åbnes og afgøres på.",
    from_states=_WORKED_ON - {"decided", "announced", "appealed", "closed"},
    permission="case.work",
    form=RecordedFact,
    guards=(guards.own_first_look,),
    form_rules=("known_on is not in the future", "the text holds none of the reasons for the place on the list"),
)
def record_fact(moving: Moving, form: RecordedFact) -> State:
    moving.require(form.known_on <= moving.today, "known_on", "Dagen ligger i fremtiden.")
    moving.require(not repeats_explanation(moving.case, form.text), "text", REPEATED_DA)
    moving.write_text("fact", text=form.text, source=form.source, known_on=form.known_on.isoformat())
    moving.reason = form.source
    return moving.state


@dataclass(frozen=True)
class WrongFact:
    """A fact of a register that is not right."""

    text: str = long("Hvilken oplysning er forkert, og hvad er det rigtige?")
    source: str = choice("I hvilket register?", FACT_SOURCES)


@step(
    "Oplysningen er forkert",
    help_da="Meld en fejl i et register. Det tæller hverken for eller imod nogen.",
    from_states=frozenset(STATES) - {"expired"},
    permission="case.work",
    form=WrongFact,
    while_lapsed=True,
)
def report_wrong_fact(moving: Moving, form: WrongFact) -> State:
    moving.write_text("wrong_fact", text=form.text, source=form.source)
    moving.reason = form.source
    return moving.state


@dataclass(frozen=True)
class Note:
    """A note for the file."""

    text: str = long("Notat")


@step(
    "Skriv et notat",
    help_da="Et notat kan ikke rettes eller slettes.",
    from_states=frozenset(STATES) - {"expired"},
    permission="case.work",
    form=Note,
    while_lapsed=True,
)
def add_note(moving: Moving, form: Note) -> State:
    moving.write_text("note", text=form.text)
    return moving.state


@dataclass(frozen=True)
class Worked:
    """Time spent on the case."""

    minutes: int = minutes("Minutter")
    on_day: dt.date = day("Dag")


@step(
    "Notér tid",
    help_da="Den tid, du har brugt på sagen en dag.",
    from_states=frozenset(STATES),
    permission="case.approve",
    form=Worked,
    owner_only=False,
    form_rules=("1 to 1,440 minutes", "on_day is between the listing and today"),
    while_lapsed=True,
)
def record_hours(moving: Moving, form: Worked) -> State:
    moving.require(0 < form.minutes <= _MINUTES_A_DAY, "minutes", "Skriv mellem 1 og 1.440 minutter.")
    begun = min(moving.case.listed_on, moving.case.as_of)
    moving.require(begun <= form.on_day <= moving.today, "on_day", "Dagen ligger uden for sagens tid.")
    moving.insert(
        HOURS, hours_id=new_id("hours"), user_id=moving.caller.user_id, minutes=form.minutes,
        on_day=form.on_day.isoformat(),
    )  # fmt: skip
    moving.keep(minutes=form.minutes)
    return moving.state
