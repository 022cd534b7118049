"""The town's clock: month starts, and when in a month the registers write things down.

Controls open in the first six days of a month; registers record after them. So what is known at a month start is
exactly what is known the day before every case of that month opens, and the planted truth belongs to that knowledge.
"""

from __future__ import annotations

import calendar as gregorian
import datetime as dt
from dataclasses import dataclass

import numpy as np

from synthetic_data.columns import Ints

EPOCH = dt.date(1970, 1, 1)
OPENING_DAYS = 6
YEAR_DAYS = 365.25
MONTH_DAYS = YEAR_DAYS / 12


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def month_starts(start: dt.date, months: int) -> Ints:
    """Day numbers of `start` + 0..`months` months, shape (months + 1,)."""
    return np.array([day_number(add_months(start, count)) for count in range(months + 1)], dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Span:
    """One simulated month: `number` counts from 0, `first` is its day number, `after` the next month's first day."""

    number: int
    first: int
    after: int

    def recording_days(self, rng: np.random.Generator, count: int) -> Ints:
        """Days on which registers record, after the days on which controls open."""
        return rng.integers(self.first + OPENING_DAYS, self.after, count)


def reporting_lags(rng: np.random.Generator, count: int) -> Ints:
    """Days from when a fact holds to when it is recorded: mostly days, sometimes months, now and then in advance."""
    kind = rng.random(count)
    lags = rng.integers(0, 6, count)
    lags = np.where(kind > 0.55, rng.integers(5, 30, count), lags)
    lags = np.where(kind > 0.80, -rng.integers(1, 6, count), lags)
    return np.where(kind > 0.92, rng.integers(30, 200, count), lags)
