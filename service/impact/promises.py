"""What was promised of our own opened cases, as sums of a report: all of them, and the mature ones beside what came.

Must not know which of it may be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from governance.impact.facts import CaseFact, EffectFact, Facts
from governance.settings import Settings
from service.impact.estimating import effect_saving_ore, mature_cases
from service.impact.expected import CasePromise, Logged, promises_of
from service.impact.strata import Beside


def build_promised(facts: Facts, logged: Logged, *, settings: Settings) -> tuple[Beside, ...]:
    """One amount a case, administration and account, by the ids of `facts` (those of the registers)."""
    promises = promises_of(logged)
    mature = mature_cases(facts, settings=settings)
    by_case: dict[str, list[EffectFact]] = {}
    for effect in facts.effects:
        by_case.setdefault(effect.case_id, []).append(effect)
    found: list[Beside] = []
    for case in facts.cases:
        promise = promises.get(case.case_id)
        if promise is not None:
            found += _by_office(case, promise, "case.promised")
            if case.case_id in mature:
                found += _mature(case, promise, by_case.get(case.case_id, []), facts)
    return tuple(each for each in found if each.amount_ore)


def _by_office(case: CaseFact, promise: CasePromise, account: str) -> Iterator[Beside]:
    for office, amount in promise.by_office.items():
        yield Beside(case=case, account=account, amount_ore=round(amount), administration=office)


def _mature(case: CaseFact, promise: CasePromise, effects: list[EffectFact], facts: Facts) -> Iterator[Beside]:
    yield from _by_office(case, promise, "mature.promised")
    for benefit, amount in promise.by_benefit.items():
        yield Beside(case=case, account="mature.promised_benefit", amount_ore=round(amount), benefit=benefit)
    for effect in effects:
        saved = effect_saving_ore(effect, facts.as_of)
        yield Beside(
            case=case, account="mature.realised", amount_ore=saved, administration=effect.administration,
            benefit=effect.benefit,
        )  # fmt: skip
