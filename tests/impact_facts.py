"""Facts of impact in few words, for tests that say themselves what matters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from governance.impact.facts import CaseFact, CostFact, EffectFact, Facts, MoneyFact, MoneyKind, arm_of, cohort_of

DAY = dt.date(2024, 6, 1)
DECIDED = dt.date(2024, 3, 10)


def a_case_fact(
    case_id: str = "k",
    *,
    opened: dt.date = dt.date(2024, 1, 15),
    closed: dt.date | None = dt.date(2024, 3, 10),
    hours: float | None = None,
    channel: str = "model",
    model: str = "m1",
) -> CaseFact:
    outcome = None if closed is None else "benefit_changed"
    return CaseFact(
        case_id, f"home of {case_id}", opened, closed, channel, arm_of(channel), cohort_of(opened), None, hours,
        outcome, model,
    )  # fmt: skip


def an_effect_fact(
    effect_id: str = "e",
    *,
    case: str = "k",
    person: str = "ane",
    grant: str | None = "g",
    benefit: str = "kontanthjaelp",
    administration: str = "BIF",
    kind: str = "stopped",
    monthly: int = -100_000,
    months: int = 12,
    reclaim: int = 0,
    permille: int = 800,
    recorded: dt.date = DECIDED,
    effective: dt.date | None = None,
    reversed_on: dt.date | None = None,
    home: str | None = None,
) -> EffectFact:
    return EffectFact(
        effect_id, case, person, grant, benefit, administration, kind, monthly, effective or recorded, reclaim,
        recorded, reversed_on, months, permille, home,
    )  # fmt: skip


def a_payment_fact(
    money_id: str = "m", *, effect: str = "e", kind: MoneyKind = "collected", amount: int = 100, on: dt.date = DAY
) -> MoneyFact:
    return MoneyFact(money_id, effect, kind, amount, on)


def facts_of(*rows: CaseFact | EffectFact | MoneyFact | CostFact, as_of: dt.date = DAY, rate: int = 70_000) -> Facts:
    """The facts, with an ordinary case for every effect that names one which is missing."""
    by_kind: dict[type, tuple[Any, ...]] = {
        kind: tuple(row for row in rows if isinstance(row, kind))
        for kind in (CaseFact, EffectFact, MoneyFact, CostFact)
    }
    named = {each.case_id for each in by_kind[EffectFact]} - {each.case_id for each in by_kind[CaseFact]}
    cases = (*by_kind[CaseFact], *(a_case_fact(name) for name in sorted(named)))
    return Facts(cases, by_kind[EffectFact], by_kind[MoneyFact], by_kind[CostFact], as_of, rate)
