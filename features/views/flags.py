"""Small expressions that several views share."""

from __future__ import annotations

import narwhals as nw

from features.engines import Frame

YEAR_DAYS = 365
TWO_YEARS_DAYS = 730
THREE_YEARS_DAYS = 1095
ADULT_DAYS = 6574
"""18 years, of 365.25 days, in whole days: the one age that enters, because the law turns on it."""


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where the condition is true, 0 where it is false or unknown."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def or_zero(column: str) -> nw.Expr:
    """The column with null as 0, for flags after a left join."""
    return nw.col(column).fill_null(0).cast(nw.Int64)


def without_versions(frame: Frame) -> Frame:
    """The frame without the time columns of the register just joined."""
    return frame.drop("valid_from", "valid_to", "recorded_on", "retracted_on")
