"""Small expressions that several views share."""

from __future__ import annotations

import narwhals as nw

from features.engines import Frame

HALF_YEAR_DAYS = 183
YEAR_DAYS = 365
TWO_YEARS_DAYS = 730
THREE_YEARS_DAYS = 1095
ADULT_DAYS = 6574
"""18 years that hold four leap days; with a fifth they are one day longer."""
LEAP_CYCLE_DAYS = 1461
FIRST_OF_MARCH_AFTER_LEAP = -29891
"""1972-03-01 less 21 cycles, before any birth that matters: a negative remainder differs between engines."""
FIFTH_LEAP_DAY_FROM = 730
"""Days after the 1 March that follows a leap day, from which eighteen years hold a fifth leap day."""


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where the condition is true, 0 where it is false or unknown."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def full_age(day: str, birth_date: str) -> nw.Expr:
    """1 from the eighteenth birthday on (born 29 February: 1 March), else 0: the age on which law turns.

    Whole-number arithmetic on days since 1970-01-01, the same on every engine; exact for births from March 1900.
    """
    since_leap_day = (nw.col(birth_date) - FIRST_OF_MARCH_AFTER_LEAP) % LEAP_CYCLE_DAYS
    longer = flag(since_leap_day >= FIFTH_LEAP_DAY_FROM)
    return flag(nw.col(day) - nw.col(birth_date) >= ADULT_DAYS + longer)


def or_zero(column: str) -> nw.Expr:
    """The column with null as 0, for flags after a left join."""
    return nw.col(column).fill_null(0).cast(nw.Int64)


def without_versions(frame: Frame) -> Frame:
    """The frame without the time columns of the register just joined."""
    return frame.drop("valid_from", "valid_to", "recorded_on", "retracted_on")
