"""What follow-up takes and gives: figures that were realised, and how they stand beside the business case.

Amounts are whole øre; savings are positive here, also where the business case writes them as negative; costs are
positive too (`kind` says which it is). Every expected amount is in the prices of the year it is compared in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from governance.impact.business_case.case import Kind

CriterionState = Literal["met", "on_the_way", "not_met", "not_yet_measurable"]
LimitState = Literal["above", "below", "uncertain", "not_yet_measurable"]


@dataclass(frozen=True, kw_only=True)
class Realised:
    """What was realised in one year by one committee: municipal, in the prices of that year, with its 95 % interval.

    `benefit` "" is the committee as a whole (not the rest of it), `committee` "" the case as a whole; `elapsed` is the
    share of the year that has passed, `matured` the share of what was started in that time whose outcome is known;
    both 0 to 1. A cost from the books is certain: low = mean = high. An effect that too few cases brought has no
    honest interval: both ends are None, and nothing is concluded from it, least of all that nothing is certain.
    """

    year: int
    committee: str
    mean_ore: int
    low_ore: int | None
    high_ore: int | None
    elapsed: float
    matured: float
    kind: Kind = "effect"
    benefit: str = ""

    def __post_init__(self) -> None:
        if (self.low_ore is None) != (self.high_ore is None):
            raise ValueError("an interval has two ends or none")
        if (
            self.low_ore is not None
            and self.high_ore is not None
            and not self.low_ore <= self.mean_ore <= self.high_ore
        ):
            raise ValueError("a realised figure lies inside its own interval")
        if not (0 <= self.elapsed <= 1 and 0 <= self.matured <= 1):
            raise ValueError("elapsed and matured are shares")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A figure that a criterion of success names by its code, with its 95 % interval where it has one."""

    code: str
    value: float
    low: float | None
    high: float | None
    mature: bool


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Realised over expected, 1.0 = as expected, with its 95 % interval; ends None where none is honest."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One year of one committee (or benefit of it) beside the case.

    `expected_ore` is the whole year's, `expected_so_far_ore` its share that has passed; `ratio` is realised over
    expected so far, None where nothing was expected. Immature: the figures stand, but nothing is concluded from them.
    """

    year: int
    committee: str
    committee_da: str
    benefit: str
    kind: Kind
    expected_ore: int
    expected_so_far_ore: int
    realised_ore: int
    low_ore: int | None
    high_ore: int | None
    ratio: Ratio | None
    elapsed: float
    matured: float
    mature: bool
    sentence_da: str


@dataclass(frozen=True, kw_only=True)
class LimitStanding:
    """How the effect stands to the limit for renegotiation, over all mature years together; `what_da` names it.

    Amounts are in the case's own prices, all 0 while no year is mature; ends None where a year has no interval.
    """

    committee: str
    benefit: str
    what_da: str
    below: float
    years: tuple[int, ...]
    expected_ore: int
    realised_ore: int
    low_ore: int | None
    high_ore: int | None
    ratio: Ratio | None
    state: LimitState
    sentence_da: str


@dataclass(frozen=True, kw_only=True)
class CriterionStanding:
    """How one criterion of success stands; `value` is what was measured, None while nothing is."""

    what: str
    how_measured: str
    who: str
    when: dt.date
    target: float | None
    value: float | None
    low: float | None
    high: float | None
    state: CriterionState
    state_da: str
    sentence_da: str


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A committee's effect at the completion of the case, all its years together, in the case's own prices.

    `mean_ore`, `low_ore` and `high_ore` are None while no year is mature, or too few cases saved anything in them:
    nothing is extrapolated then. Where every year is mature nothing is left to forecast, and `mean_ore` is what came.
    `mature_years` are realised, `forecast_years` are what is forecast.
    """

    committee: str
    committee_da: str
    expected_ore: int
    realised_ore: int
    mature_years: tuple[int, ...]
    forecast_years: tuple[int, ...]
    mean_ore: int | None
    low_ore: int | None
    high_ore: int | None
    sentence_da: str


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Everything that the committee is told; `sentences_da` first, then the tables they rest on.

    `method_da` are (heading, text); `assumptions_da` are those of the case and of the price index that were used.
    """

    title: str
    as_of: dt.date
    price_level: int
    comparisons: tuple[Comparison, ...]
    limits: tuple[LimitStanding, ...]
    criteria: tuple[CriterionStanding, ...]
    forecasts: tuple[Forecast, ...]
    sentences_da: tuple[str, ...]
    method_da: tuple[tuple[str, str], ...]
    assumptions_da: tuple[str, ...]
