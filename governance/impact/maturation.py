"""How cohorts ripen: what share of their cases was concluded, and what saving was known, so many months after opening.

Shares by Kaplan-Meier (statsmodels), because young cases are still on their way; savings only where every case of the
cohort has reached the age: nothing is carried forward. Must not forecast.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimates import IMMATURE, MaturationRow

AGES_MONTHS = (3, 6, 9, 12, 18, 24)
DAYS_A_MONTH = 30.4375
Z_95 = 1.959963984540054
LEAST_AT_RISK = 5
LONGEST_DAYS = 365
"""A case that is open after so long, and the time for an appeal, counts as it stands: one that drags on must not keep
its cohort waiting for ever."""


@dataclass(frozen=True, kw_only=True)
class RipeningCase:
    """A case: when it opened and closed, and its standing municipal savings as (day recorded, øre)."""

    cohort: str
    opened_on: dt.date
    closed_on: dt.date | None
    savings: tuple[tuple[dt.date, float], ...]


def is_old_enough(opened_on: dt.date, *, as_of: dt.date, label_delay_days: int, appeal_days: int) -> bool:
    """Whether most cases opened that day are decided, and the time for an appeal over."""
    return (as_of - opened_on).days >= label_delay_days + appeal_days


def is_mature(
    opened_on: dt.date, closed_on: dt.date | None, *, as_of: dt.date, label_delay_days: int, appeal_days: int
) -> bool:
    """Whether the outcome of a case may be counted: old enough, decided, and the time for an appeal over.

    Age alone would count as nothing what is not decided yet; a decision alone would count the quick ones first.
    """
    if not is_old_enough(opened_on, as_of=as_of, label_delay_days=label_delay_days, appeal_days=appeal_days):
        return False
    if (as_of - opened_on).days >= LONGEST_DAYS + appeal_days:
        return True
    return closed_on is not None and (as_of - closed_on).days >= appeal_days


def build_maturation(
    cases: Sequence[RipeningCase], *, as_of: dt.date, ages_months: Sequence[int] = AGES_MONTHS
) -> tuple[MaturationRow, ...]:
    """One row a cohort and age that at least one of its cases has reached."""
    rows = []
    for cohort in sorted({case.cohort for case in cases}):
        of_it = [case for case in cases if case.cohort == cohort]
        oldest = max((as_of - case.opened_on).days for case in of_it)
        rows += [_row(cohort, of_it, age, as_of) for age in ages_months if age * DAYS_A_MONTH <= oldest]
    return tuple(rows)


def _row(cohort: str, cases: Sequence[RipeningCase], age_months: int, as_of: dt.date) -> MaturationRow:
    days = round(age_months * DAYS_A_MONTH)
    reached = [case for case in cases if (as_of - case.opened_on).days >= days]
    whole = len(reached) == len(cases)
    share, low, high = _concluded(cases, days, as_of) if len(reached) >= LEAST_AT_RISK else (None, None, None)
    return MaturationRow(
        cohort=cohort, age_months=age_months, cases=len(cases), at_risk=len(reached), concluded_share=share,
        concluded_low=low, concluded_high=high, known_ore=_known(cases, days) if whole else None, mature=whole,
        note_da="" if whole else f"{IMMATURE}: {len(reached)} af {len(cases)} sager er så gamle",
    )  # fmt: skip


def _known(cases: Sequence[RipeningCase], days: int) -> float:
    return sum(ore for case in cases for day, ore in case.savings if (day - case.opened_on).days <= days)


def _concluded(cases: Sequence[RipeningCase], days: int, as_of: dt.date) -> tuple[float, float, float]:
    """1 - the Kaplan-Meier share still open at `days`, with its interval on the log-minus-log scale."""
    from statsmodels.duration.survfunc import SurvfuncRight

    # closed on the day it opened is closed on the first day: the estimator knows no time 0
    lasted = [max(((case.closed_on or as_of) - case.opened_on).days, 1) for case in cases]
    closed = [case.closed_on is not None for case in cases]
    if not any(end and time <= days for end, time in zip(closed, lasted, strict=True)):
        return 0.0, 0.0, _at_most(len(cases))
    curve = SurvfuncRight(lasted, np.array(closed, dtype=int))
    place = int(np.searchsorted(curve.surv_times, days, side="right")) - 1
    left, error = float(curve.surv_prob[place]), float(curve.surv_prob_se[place])
    if left <= 0 or not np.isfinite(error):
        return 1.0, 1 - _at_most(len(cases)), 1.0
    reach = Z_95 * error / (left * abs(np.log(left)))
    ends = left ** np.exp(reach), left ** np.exp(-reach)
    return 1 - left, float(1 - ends[1]), float(1 - ends[0])


def _at_most(cases: int) -> float:
    """The upper 97.5 % limit of a share of which nothing was seen (Clopper-Pearson)."""
    return 1 - float(0.025 ** (1 / cases))
