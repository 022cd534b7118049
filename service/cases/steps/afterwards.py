"""After a decision was announced: closing, appeals, reopening, and what was paid back or written off.

Sources: retssikkerhedsloven §§ 66-67 (the authority looks again), forvaltningsloven § 25; an effect that an appeal set
aside is kept, with the day, so that no saving is counted that did not stand.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from governance.as_of import danish_day
from service.cases.correcting import chosen_numbers, correction_of
from service.cases.effects import COLLECTED, WRITTEN_OFF, KeptEffect, announced_effects
from service.cases.forms import NoFields, choice, choices, day, long, money
from service.cases.moving import Moving, new_id, not_now
from service.cases.registry import Guard, step
from service.cases.standing import Standing
from service.cases.states import APPEAL_RESULTS, WRITE_OFFS, State
from service.cases.tables import MONEY, REVERSALS
from service.outbox.queueing import queue_decision

_TOLD: frozenset[State] = frozenset({"announced", "appealed", "closed"})


@step(
    "Afslut sagen",
    help_da="Alt er gjort. En klage kan stadig registreres.",
    from_states={"announced"},
    to_states=("closed",),
    permission="case.work",
    journal=True,
)
def close(moving: Moving, _: NoFields) -> State:
    moving.change(deadline=None)
    return "closed"


@dataclass(frozen=True)
class Appeal:
    """A complaint against the decision."""

    received_on: dt.date = day("Modtaget den")
    text: str = long("Hvad klages der over?")


@step(
    "Registrér en klage",
    help_da="Klagen registreres, også når fristen er overskredet: det er klageinstansen, der afgør det.",
    from_states={"announced", "closed"},
    to_states=("appealed",),
    permission="case.settle",
    form=Appeal,
    owner_only=False,
    form_rules=("a decision was announced", "received_on from the announcement to today"),
)
def appeal(moving: Moving, form: Appeal) -> State:
    told = _announced_on(moving)
    moving.require(told is not None, "received_on", "Der er ikke meddelt nogen afgørelse, der kan klages over.")
    inside = told is not None and told <= form.received_on <= moving.today
    moving.require(inside, "received_on", "Dagen ligger ikke mellem afgørelsen og i dag.")
    moving.write_text("appeal", text=form.text, received_on=form.received_on.isoformat())
    moving.keep(received_on=form.received_on.isoformat())
    moving.change(deadline=None)
    return "appealed"


def _announced_on(moving: Moving) -> dt.date | None:
    announced = moving.last("announce")
    return danish_day(announced.at) if announced else None


@dataclass(frozen=True)
class Reopening:
    """What the decision rests on that is wrong."""

    text: str = long("Hvilken oplysning er forkert, og hvad er det rigtige?")


@step(
    "Genoptag afgørelsen",
    help_da="Afgørelsen kan hvile på en forkert oplysning. En anden, som hverken har genoptaget eller indstillet den, "
    "afgør, hvad der omgøres.",
    from_states={"announced", "closed"},
    to_states=("appealed",),
    permission="person.rectify",
    form=Reopening,
    owner_only=False,
    purpose="supervision",
    journal=True,
    form_rules=("a decision was announced of which something stands",),
)
def reopen(moving: Moving, form: Reopening) -> State:
    standing = any(each.reversed_on is None for each in _decided(moving)) or correction_of(moving.history).stands
    if not standing:
        raise not_now("Der er ikke meddelt en afgørelse, som står ved magt.")
    moving.write_text("appeal", text=form.text, received_on=moving.today.isoformat())
    moving.keep(received_on=moving.today.isoformat())
    moving.change(deadline=None)
    return "appealed"


def _not_reopened_by(standing: Standing) -> str | None:
    begun = standing.last("appeal", "reopen")
    if begun is None or begun.step != "reopen":
        return None
    proposal = standing.last("propose")
    if standing.caller.user_id in (begun.actor, proposal.actor if proposal else None):
        return "Sagen er genoptaget: en, som hverken har genoptaget eller indstillet afgørelsen, skal afgøre den."
    return None


four_eyes_when_reopened = Guard(
    "after a reopening the caller neither reopened the case nor proposed the decision", _not_reopened_by
)


@dataclass(frozen=True)
class AppealOutcome:
    """How an appeal ended, and which effects it set aside."""

    result: str = choice("Udfald", APPEAL_RESULTS)
    reversed: tuple[str, ...] = choices("Ændringer, der ophæves", required=False, source="effects")
    registration: tuple[str, ...] = choices(
        "Personer, hvis rettede registrering ophæves", required=False, source="corrected"
    )
    decided_on: dt.date = day("Afgjort den")


@step(
    "Registrér klagens udfald",
    help_da="Det, der ophæves, overdrages til ydelsessystemerne.",
    from_states={"appealed"},
    to_states=("announced",),
    permission="case.settle",
    form=AppealOutcome,
    owner_only=False,
    guards=(four_eyes_when_reopened,),
    journal=True,
    form_rules=(
        "each effect that stands and each person's corrected registration is set aside by itself: all of them by"
        " `reversed`, some by `partly_reversed`, else none",
        "decided_on from the receipt of the appeal to today",
    ),
)
def appeal_outcome(moving: Moving, form: AppealOutcome) -> State:
    standing = {each.effect_id: each for each in _decided(moving) if each.reversed_on is None}
    corrected = {str(each) for each in correction_of(moving.history).standing}
    moving.require(
        set(form.registration) <= corrected, "registration", "Ingen sådan rettelse af registreringen står ved magt."
    )
    moving.require(_fits(form, set(standing), corrected), "reversed", "Ændringerne passer ikke til klagens udfald.")
    received = dt.date.fromisoformat(_received_on(moving))
    moving.require(received <= form.decided_on <= moving.today, "decided_on", "Dagen ligger uden for klagens tid.")
    for effect_id in form.reversed:
        moving.insert(REVERSALS, effect_id=effect_id, reversed_on=form.decided_on.isoformat())
    _set_aside(moving, form, [standing[effect_id] for effect_id in form.reversed])
    moving.keep(
        reversed=sorted(set(form.reversed)), registration=list(chosen_numbers(form.registration)),
        decided_on=form.decided_on.isoformat(),
    )  # fmt: skip
    moving.reason = form.result
    return "announced"


def _fits(form: AppealOutcome, standing: set[str], corrected: set[str]) -> bool:
    """Whether what is set aside is what the result says: each registration stands or falls apart from the effects."""
    named, registrations = set(form.reversed), set(form.registration)
    everything = named == standing and registrations == corrected
    something = bool(named or registrations)
    return named <= standing and {
        "reversed": everything,
        "partly_reversed": something and not everything,
    }.get(form.result, not something)


def _received_on(moving: Moving) -> str:
    received = moving.last("appeal", "reopen")
    assert received is not None  # noqa: S101  no other step leads here
    return str(received.details["received_on"])


def _set_aside(moving: Moving, form: AppealOutcome, effects: list[KeptEffect]) -> None:
    """A corrected registration that was set aside was no correction; each receiver hears of what was its own."""
    corrected = chosen_numbers(form.registration)
    if corrected and corrected == correction_of(moving.history).standing:
        moving.change(outcome="benefit_changed" if _decided(moving) else "no_change")
    told = "registration_reversed" if corrected else "reversed"
    queue_decision(moving.act, dataclasses.replace(moving.case, outcome=told), effects, corrected=corrected)


def _decided(moving: Moving) -> tuple[KeptEffect, ...]:
    return announced_effects(moving.connection, moving.case.case_id)


@dataclass(frozen=True)
class Collection:
    """Money paid back."""

    effect: str = choice("Krav", source="effects")
    amount_ore: int = money("Indbetalt")
    on_day: dt.date = day("Indbetalt den")


@step(
    "Registrér en indbetaling",
    help_da="Hvad der er betalt tilbage af et krav.",
    from_states=_TOLD,
    permission="case.settle",
    form=Collection,
    owner_only=False,
    form_rules=("a claim that stands", "more than 0 and no more than is owed", "on_day from the decision to today"),
)
def collect(moving: Moving, form: Collection) -> State:
    _pay(moving, form, COLLECTED)
    return moving.state


@dataclass(frozen=True)
class WritingOff:
    """Money that will not be claimed any more."""

    effect: str = choice("Krav", source="effects")
    amount_ore: int = money("Afskrives")
    on_day: dt.date = day("Afskrevet den")
    reason: str = choice("Hvorfor?", WRITE_OFFS)


@step(
    "Afskriv et krav",
    help_da="Hvad der ikke længere kræves betalt.",
    from_states=_TOLD,
    permission="case.settle",
    form=WritingOff,
    owner_only=False,
    form_rules=("a claim that stands", "more than 0 and no more than is owed", "on_day from the decision to today"),
)
def write_off(moving: Moving, form: WritingOff) -> State:
    _pay(moving, form, WRITTEN_OFF)
    moving.reason = form.reason
    return moving.state


def _pay(moving: Moving, form: Collection | WritingOff, kind: str) -> None:
    claims = {each.effect_id: each for each in _decided(moving) if each.reversed_on is None and each.reclaim_ore}
    moving.require(form.effect in claims, "effect", "Vælg et krav, der står ved magt.")
    owed = claims[form.effect].owed_ore
    moving.require(0 < form.amount_ore <= owed, "amount_ore", "Beløbet skal ligge mellem 0 og det, der skyldes.")
    told = _announced_on(moving) or moving.today
    moving.require(told <= form.on_day <= moving.today, "on_day", "Dagen ligger ikke mellem afgørelsen og i dag.")
    moving.insert(
        MONEY, money_id=new_id("beloeb"), effect_id=form.effect, kind=kind, amount_ore=form.amount_ore,
        on_day=form.on_day.isoformat(),
    )  # fmt: skip
    moving.keep(effect=form.effect, amount_ore=form.amount_ore)
