"""What was promised of our own opened cases, as sums of a report: all of them, and the mature ones beside what came.

Must not know which of it may be told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from governance.impact.facts import CaseFact, EffectFact, Facts
from governance.settings import Settings
from service.impact.estimating import counted_cases, effect_saving_ore
from service.impact.expected import CasePromise, Logged, promises_of
from service.impact.promised import PromisedPart
from service.impact.strata import Beside


def build_promised(parts: Iterable[PromisedPart]) -> tuple[Beside, ...]:
    """Every part of a promise that `impact explain expected_municipal` lists."""
    return tuple(
        Beside(case_id=each.case_id, cohort=each.cohort, year=each.year, account="case.promised",
               amount_ore=each.amount_ore, administration=each.administration)
        for each in parts
    )  # fmt: skip


def build_mature(facts: Facts, logged: Logged, *, settings: Settings) -> tuple[Beside, ...]:
    """What mature cases with a promise were promised and brought, by the ids of `facts` (those of the registers)."""
    promises = promises_of(logged)
    mature = counted_cases(facts, promises, settings=settings)
    by_case: dict[str, list[EffectFact]] = {}
    for effect in facts.effects:
        by_case.setdefault(effect.case_id, []).append(effect)
    return tuple(
        each
        for case in facts.cases
        if case.case_id in mature
        for each in _mature(case, promises[case.case_id], by_case.get(case.case_id, []), facts)
        if each.amount_ore
    )


def known_at(facts: Facts, day: dt.date) -> Facts:
    """What of the facts was known at the close of an earlier day, as far as their own days tell."""
    cases = tuple(_case_at(each, day) for each in facts.cases if each.opened_on <= day)
    there = {each.case_id for each in cases}
    effects = tuple(
        replace(each, reversed_on=None) if each.reversed_on is not None and each.reversed_on > day else each
        for each in facts.effects
        if each.recorded_on <= day and each.case_id in there
    )
    return replace(facts, cases=cases, effects=effects, as_of=day)


def _case_at(case: CaseFact, day: dt.date) -> CaseFact:
    if case.closed_on is None or case.closed_on <= day:
        return case
    return replace(case, closed_on=None, outcome=None, hours=None)


def _mature(case: CaseFact, promise: CasePromise, effects: list[EffectFact], facts: Facts) -> Iterator[Beside]:
    for office, amount in promise.by_office.items():
        yield _of(case, "mature.promised", amount, office=office)
    for benefit, amount in promise.by_benefit.items():
        yield _of(case, "mature.promised_benefit", amount, benefit=benefit)
    for effect in effects:
        saved = effect_saving_ore(effect, facts.as_of)
        yield _of(case, "mature.realised", saved, office=effect.administration, benefit=effect.benefit)


def _of(case: CaseFact, account: str, amount: float, *, office: str = "", benefit: str = "") -> Beside:
    return Beside(
        case_id=case.case_id, cohort=case.cohort, year=case.opened_on.year, account=account, amount_ore=round(amount),
        administration=office, benefit=benefit,
    )  # fmt: skip
