"""What mature years let one conclude: how an effect stands to its limit for renegotiation, and where the case will end.

Everything in the case's own prices. Must not look at a year that is not mature.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from governance.impact.business_case.case import Limit
from governance.impact.expectation import Expectation, nearest, ratio_of
from governance.impact.follow_up_words import committee_da, effect_on, forecast_sentence, limit_sentence
from governance.impact.followed import Forecast, LimitStanding, LimitState, Ratio, Realised
from governance.impact.forecasting import YearRatio, forecast_completion

Bounds = tuple[int, int | None, int | None]
"""A figure and the ends of its interval, None where none is honest."""


def build_limit(limit: Limit, mature: Sequence[Realised], expectation: Expectation) -> LimitStanding:
    """How the effect of the mature years together stands to the limit below which the case is renegotiated."""
    rows = _effect_rows(mature, limit.committee, limit.benefit)
    years = tuple(row.year for row in rows)
    expected = sum(_expected(row, expectation) for row in rows)
    mean, low, high = _summed([_in_own_prices(row, expectation) for row in rows])
    ratio, below = ratio_of(mean, low, high, expected), float(limit.below)
    state = limit_state(ratio, below)
    what = effect_on(limit.committee, limit.benefit)
    return LimitStanding(
        committee=limit.committee,
        benefit=limit.benefit,
        what_da=what,
        below=below,
        years=years,
        expected_ore=expected,
        realised_ore=mean,
        low_ore=low,
        high_ore=high,
        ratio=ratio,
        state=state,
        sentence_da=limit_sentence(what=what, below=below, ratio=ratio, state=state, years=years),
    )


def limit_state(ratio: Ratio | None, below: float) -> LimitState:
    """Above or below when the whole interval is; the limit itself is not below it. Without one it is open."""
    if ratio is None:
        return "not_yet_measurable"
    if ratio.low is None or ratio.high is None:
        return "uncertain"
    if ratio.low >= below:
        return "above"
    return "below" if ratio.high < below else "uncertain"


def build_forecast(committee: str, mature: Sequence[Realised], expectation: Expectation) -> Forecast:
    """The committee's effect over all years of the case: mature years as realised, the others forecast from them."""
    years = expectation.case.years
    rows = [row for row in _effect_rows(mature, committee, "") if row.year in years]
    known = tuple(row.year for row in rows)
    coming = tuple(year for year in years if year not in known)
    bounds = _forecast_bounds(rows, coming, committee, expectation)
    expected = sum(expectation.own_prices_ore(year=year, committee=committee) for year in years)
    realised = sum(_in_own_prices(row, expectation)[0] for row in rows)
    mean, low, high = bounds or (None, None, None)
    return Forecast(
        committee=committee,
        committee_da=committee_da(committee),
        expected_ore=expected,
        realised_ore=realised,
        mature_years=known,
        forecast_years=coming,
        mean_ore=mean,
        low_ore=low,
        high_ore=high,
        sentence_da=forecast_sentence(
            what=effect_on(committee, ""),
            expected_ore=expected,
            bounds=bounds,
            realised_ore=realised,
            mature=known,
            coming=coming,
        ),
    )


def _forecast_bounds(
    rows: Sequence[Realised], coming: Sequence[int], committee: str, expectation: Expectation
) -> Bounds | None:
    """None where no mature year had an effect to be held against, or one has no interval: what few cases brought, or
    none, says next to nothing of a coming year.

    Mature years in which nothing was expected are counted as realised and say nothing about the others.
    """
    came = _summed([_in_own_prices(row, expectation) for row in rows])
    usable = [row for row in rows if _expected(row, expectation) > 0]
    years = [year for row in usable if (year := _year_ratio(row, expectation)) is not None]
    if not usable or (coming and len(years) < len(usable)):
        return None
    if len(years) < len(usable) or came[1] is None:
        return came
    others = [_in_own_prices(row, expectation) for row in rows if row not in usable]
    ahead = [expectation.own_prices_ore(year=year, committee=committee) for year in coming]
    done = forecast_completion(years, ahead)
    mean, low, high = _summed([(round(done.mean), round(done.low), round(done.high)), *others])
    # coming years may save nothing, but not less than nothing
    return mean, low if low is None else max(low, came[1]), high


def _effect_rows(mature: Sequence[Realised], committee: str, benefit: str) -> list[Realised]:
    rows = [row for row in mature if (row.kind, row.committee, row.benefit) == ("effect", committee, benefit)]
    return sorted(rows, key=lambda row: row.year)


def _expected(row: Realised, expectation: Expectation) -> int:
    return expectation.own_prices_ore(year=row.year, committee=row.committee, benefit=row.benefit)


def _in_own_prices(row: Realised, expectation: Expectation) -> Bounds:
    factor = expectation.factor(row.year)
    low, high = (None if end is None else nearest(end / factor) for end in (row.low_ore, row.high_ore))
    return nearest(row.mean_ore / factor), low, high


def _year_ratio(row: Realised, expectation: Expectation) -> YearRatio | None:
    """None of a year without an interval: how well it is known decides what it weighs."""
    mean, low, high = _in_own_prices(row, expectation)
    if low is None or high is None:
        return None
    return YearRatio(expected=_expected(row, expectation), realised=mean, low=low, high=high)


def _summed(parts: Sequence[Bounds]) -> Bounds:
    """The sum of independent estimates with their intervals, which may lean (MOVER, Zou & Donner 2008).

    One part without an interval leaves the sum without one.
    """
    mean = sum(part[0] for part in parts)
    ends = [(part[0] - part[1], part[2] - part[0]) for part in parts if part[1] is not None and part[2] is not None]
    if len(ends) < len(parts):
        return mean, None, None
    below, above = (math.sqrt(sum(each[side] ** 2 for each in ends)) for side in (0, 1))
    return mean, math.floor(mean - below), math.ceil(mean + above)
