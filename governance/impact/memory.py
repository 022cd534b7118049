"""What the ledger was told: facts that later registers no longer have still stand.

A case leaves the registers when retention forgets its address, when somebody at it is protected, or when a row is set
aside by a contract check. None of these is a reversal, so nothing is taken back for it. Nor is an older copy of a row,
which does not know yet that the case was closed or the decision set aside. Must not know an entry.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from governance.audit.events import canonical
from governance.errors import SettingsError
from governance.impact.facts import CaseFact, EffectFact, Facts
from governance.impact.tables import FACTS

_DAYS = ("opened_on", "closed_on", "effective_from", "recorded_on", "reversed_on")
RATE = "hourly_cost_ore"
KEY = "key"
"""A fact of its own: by which key the ledger's pseudonyms were made."""
_NO_DAY = dt.date.min


@dataclass(frozen=True)
class Told:
    """The newest word on each case and effect, by pseudonym, and øre an hour of cases whose hours were booked."""

    cases: Mapping[str, CaseFact]
    effects: Mapping[str, EffectFact]
    hourly_rates: Mapping[str, int]


def load_told(connection: sa.Connection, *, booking: int | None = None) -> Told:
    """Everything that bookings have rested on so far, or had up to one of them."""
    newest = (
        sa.select(FACTS.c.kind, FACTS.c.fact_id, sa.func.max(FACTS.c.booking).label("booking"))
        .where(sa.true() if booking is None else FACTS.c.booking <= booking)
        .group_by(FACTS.c.kind, FACTS.c.fact_id)
        .subquery()
    )
    same = sa.and_(*(FACTS.c[name] == newest.c[name] for name in ("kind", "fact_id", "booking")))
    rows = connection.execute(
        sa.select(FACTS.c.kind, FACTS.c.fact_id, FACTS.c.document).join(newest, same).where(FACTS.c.kind != KEY)
    ).all()
    documents: dict[str, dict[str, dict[str, Any]]] = {"case": {}, "effect": {}}
    for kind, fact_id, text in rows:
        documents[kind][fact_id] = _read(text)
    rates = {name: each.pop(RATE) for name, each in documents["case"].items() if RATE in each}
    return Told(
        {name: CaseFact(**each) for name, each in documents["case"].items()},
        {name: EffectFact(**each) for name, each in documents["effect"].items()},
        rates,
    )


def require_key(connection: sa.Connection, name: str) -> None:
    """`SettingsError` when the ledger's pseudonyms were made by another key than the one that gives this name."""
    known = connection.execute(sa.select(FACTS.c.fact_id).where(FACTS.c.kind == KEY)).scalars().all()
    if any(each != name for each in known):
        raise SettingsError(
            "The key of the ledger's pseudonyms is not the one that it was booked with: everything would count twice.",
            item="pseudonyms-impact.key",
            remedy="Restore the file from the backup.",
        )


def keep_key(connection: sa.Connection, name: str, *, booking: int) -> None:
    """Say once by which key it was booked; nothing where that stands already, or nothing has been booked."""
    known = connection.execute(sa.select(FACTS.c.fact_id).where(FACTS.c.kind == KEY)).first()
    if known is None and booking:
        connection.execute(sa.insert(FACTS), [{"kind": KEY, "fact_id": name, "booking": booking, "document": "{}"}])


def remember(facts: Facts, told: Told) -> Facts:
    """The facts with those that the registers no longer have; what is in both is as it is now.

    What was closed or set aside stays so: a row that does not say it yet is an older copy, whenever it comes, or the
    balance would hang on the order of arrival. Payments of effects that nobody was told of are left out.
    """
    effects = {**told.effects, **{each.effect_id: _still_set_aside(each, told) for each in facts.effects}}
    cases = {**told.cases, **{each.case_id: _still_closed(each, told) for each in facts.cases}}
    money = tuple(each for each in facts.money if each.effect_id in effects)
    return replace(facts, cases=tuple(cases.values()), effects=tuple(effects.values()), money=money)


def with_told_months(facts: Facts, told: Told, *, name: Callable[[str], str]) -> Facts:
    """The facts under their own ids, with months and share of each effect as they were booked.

    Both hang on what the decision knew of its grant, and registers that were kept as they were known on a later day no
    longer hold that. `name` gives the ledger's pseudonym of an effect.
    """
    return replace(
        facts, effects=tuple(_as_booked(each, told.effects.get(name(each.effect_id))) for each in facts.effects)
    )


def _as_booked(effect: EffectFact, told: EffectFact | None) -> EffectFact:
    if told is None:
        return effect
    return replace(effect, months_forward=told.months_forward, municipal_permille=told.municipal_permille)


def stand_as_told(facts: Facts, whole: Facts) -> int:
    """How many effects stand as they were told: those that the facts do not have, or not as set aside."""
    reversals = {each.effect_id: each.reversed_on for each in facts.effects}
    return sum(reversals.get(each.effect_id, _NO_DAY) != each.reversed_on for each in whole.effects)


def _still_set_aside(effect: EffectFact, told: Told) -> EffectFact:
    before = told.effects.get(effect.effect_id)
    if before is None or effect.reversed_on is not None:
        return effect
    return replace(effect, reversed_on=before.reversed_on)


def _still_closed(case: CaseFact, told: Told) -> CaseFact:
    before = told.cases.get(case.case_id)
    if before is None or before.closed_on is None:
        return case
    if case.closed_on is None:
        return replace(case, closed_on=before.closed_on, hours=before.hours, outcome=before.outcome)
    return case if case.hours is not None else replace(case, hours=before.hours)


def rates_of(facts: Facts, told: Told) -> Mapping[str, int]:
    """`case_id` → øre an hour: the rate at which hours of the case were first booked, else that of today."""
    booked = (each.case_id for each in facts.cases if each.closed_on is not None and each.hours is not None)
    return {name: told.hourly_rates.get(name, facts.hourly_cost_ore) for name in booked}


def new_facts(facts: Facts, told: Told, rates: Mapping[str, int]) -> list[dict[str, str]]:
    """Rows of `impact_fact` (without their booking) for what was not told before, or otherwise.

    Only of cases that a figure can rest on: those with an effect, and those that were closed.
    """
    bearing = {each.case_id for each in facts.effects}
    bearing |= {each.case_id for each in facts.cases if each.closed_on is not None}
    cases = [
        {"kind": "case", "fact_id": name, "document": _case_document(each, rates)}
        for each in facts.cases
        if (name := each.case_id) in bearing
        and (told.cases.get(name), told.hourly_rates.get(name)) != (each, rates.get(name))
    ]
    effects = [
        {"kind": "effect", "fact_id": each.effect_id, "document": _write(vars(each))}
        for each in facts.effects
        if told.effects.get(each.effect_id) != each
    ]
    return sorted([*cases, *effects], key=lambda row: (row["kind"], row["fact_id"]))


def _case_document(case: CaseFact, rates: Mapping[str, int]) -> str:
    rate = {RATE: rates[case.case_id]} if case.case_id in rates else {}
    return _write(vars(case) | rate)


def _write(document: Mapping[str, Any]) -> str:
    return canonical({name: f"{value}" if isinstance(value, dt.date) else value for name, value in document.items()})


def _read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    days = {name: dt.date.fromisoformat(document[name]) for name in _DAYS if document.get(name)}
    return document | days
