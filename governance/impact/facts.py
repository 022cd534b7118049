"""The facts that everything about impact is worked out from: cases, their effects, payments of claims, and costs.

Frozen and complete: the months a change counts for and the municipality's share are settled by whoever reads them
(`governance.impact.saving`, registers.md). Ids are those of the registers, or pseudonyms of them (`under_pseudonyms`):
arithmetic does not care. Must not know a database or a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from governance.pseudonyms import Pseudonyms

PURPOSE = "impact"
"""Of the pseudonyms under which the ledger knows cases, effects, grants, persons and addresses."""
MoneyKind = Literal["collected", "written_off"]
CostKind = Literal["running", "investment"]
COMMITTEES = ("BIF", "BUF", "KFF")


@dataclass(frozen=True)
class CaseFact:
    """A control as it was known: still open when `closed_on` is None (then without outcome and hours).

    `selection_probability` null where nobody knows it; `model_version` "" when unknown; `cohort` like 2024-Q3.
    """

    case_id: str
    address_id: str
    opened_on: dt.date
    closed_on: dt.date | None
    channel: str
    arm: str
    cohort: str
    selection_probability: float | None
    hours: float | None
    outcome: str | None
    model_version: str = ""


@dataclass(frozen=True)
class EffectFact:
    """A change of one benefit that a decision made; it stands while `reversed_on` is None.

    `monthly_change_ore` is negative when less is paid; `months_forward` months are counted from the month after
    `recorded_on` (or `effective_from` if later); of a saving the municipality keeps `municipal_permille` / 1000.
    `household_id` is the address of the case where the benefit is paid for the household, None where for the person.
    """

    effect_id: str
    case_id: str
    person_id: str
    grant_id: str | None
    benefit: str
    administration: str
    effect: str
    monthly_change_ore: int
    effective_from: dt.date
    reclaim_ore: int
    recorded_on: dt.date
    reversed_on: dt.date | None
    months_forward: int
    municipal_permille: int
    household_id: str | None = None


@dataclass(frozen=True)
class MoneyFact:
    """A payment of a claim, or the giving up of (part of) it; whole øre, more than 0."""

    money_id: str
    effect_id: str
    kind: MoneyKind
    amount_ore: int
    on_day: dt.date


@dataclass(frozen=True)
class CostFact:
    """A cost of the control besides case hours; an amount below 0 corrects an earlier one."""

    cost_id: str
    kind: CostKind
    committee: str
    amount_ore: int
    on_day: dt.date
    text: str


@dataclass(frozen=True)
class Facts:
    """All that was known at the close of `as_of`; each tuple has every id once. An hour costs `hourly_cost_ore`."""

    cases: tuple[CaseFact, ...]
    effects: tuple[EffectFact, ...]
    money: tuple[MoneyFact, ...]
    costs: tuple[CostFact, ...]
    as_of: dt.date
    hourly_cost_ore: int


def arm_of(channel: str) -> str:
    """The arm of a case: drawn by lot (`random`), put forward by the model (`list`), else its channel."""
    return "list" if channel == "model" else channel


def cohort_of(opened_on: dt.date) -> str:
    """The quarter in which a case was opened, as 2024-Q3."""
    return f"{opened_on.year}-Q{(opened_on.month + 2) // 3}"


def under_pseudonyms(facts: Facts, pseudonyms: Pseudonyms) -> Facts:
    """The same facts with every id of a person, a case or an address replaced (`PURPOSE` says by whose key)."""
    return replace(
        facts,
        cases=tuple(_named_case(each, pseudonyms) for each in facts.cases),
        effects=tuple(_named_effect(each, pseudonyms) for each in facts.effects),
        money=tuple(
            replace(
                each,
                money_id=pseudonyms.of("money", each.money_id),
                effect_id=pseudonyms.of("effect", each.effect_id),
            )
            for each in facts.money
        ),
    )


def only_once(ids: Iterable[str]) -> bool:
    """Whether no id stands twice."""
    seen = list(ids)
    return len(seen) == len(set(seen))


def _named_case(case: CaseFact, pseudonyms: Pseudonyms) -> CaseFact:
    named, place = pseudonyms.of("case", case.case_id), pseudonyms.of("address", case.address_id)
    return replace(case, case_id=named, address_id=place)


def _named_effect(effect: EffectFact, pseudonyms: Pseudonyms) -> EffectFact:
    return replace(
        effect,
        effect_id=pseudonyms.of("effect", effect.effect_id),
        case_id=pseudonyms.of("case", effect.case_id),
        person_id=pseudonyms.of("person", effect.person_id),
        grant_id=None if effect.grant_id is None else pseudonyms.of("grant", effect.grant_id),
        household_id=None if effect.household_id is None else pseudonyms.of("address", effect.household_id),
    )
