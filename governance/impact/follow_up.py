"""Follow-up: what was realised beside what the business case promised, and what the committee must be told.

Pure: it is given the case, realised figures and a day. Must not know the ledger, the registers or any estimator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from governance.impact.business_case.case import BusinessCase, Criterion
from governance.impact.business_case.prices import PriceIndex
from governance.impact.expectation import MATURE_FROM, Expectation, build_comparison, is_mature
from governance.impact.follow_up_limits import build_forecast, build_limit
from governance.impact.follow_up_words import (
    METHOD_DA,
    STATE_DA,
    criterion_sentence,
    effect_on,
    missing_sentence,
    price_assumption,
)
from governance.impact.followed import Comparison, CriterionStanding, CriterionState, FollowUp, Measured, Realised


def build_follow_up(
    case: BusinessCase,
    *,
    realised: Sequence[Realised],
    measured: Mapping[str, Measured],
    index: PriceIndex,
    as_of: dt.date,
    mature_from: float = MATURE_FROM,
) -> FollowUp:
    """The case beside what was realised up to the close of `as_of`.

    `realised` holds at most one row for each year, committee, benefit and kind; committee "" is the case as a whole.
    `measured` are the figures that criteria name, by code. A year is mature when it is over and `mature_from` of it is
    known. `ValueError` for two rows of the same, `DataContractError` for a year that the price index lacks.
    """
    _refuse_doubles(realised)
    expectation = Expectation(case=case, index=index)
    mature = [row for row in realised if is_mature(row, mature_from)]
    comparisons = tuple(build_comparison(row, expectation, mature_from) for row in sorted(realised, key=_order))
    limits = tuple(build_limit(limit, mature, expectation) for limit in case.limits)
    criteria = tuple(build_criterion(each, measured.get(each.measure), as_of) for each in case.criteria)
    forecasts = tuple(build_forecast(each, mature, expectation) for each in _with_effect(case, realised))
    told = (
        *(limit.sentence_da for limit in limits),
        *(forecast.sentence_da for forecast in forecasts),
        *(criterion.sentence_da for criterion in criteria),
    )
    return FollowUp(
        title=case.title,
        as_of=as_of,
        price_level=case.price_level,
        comparisons=comparisons,
        limits=limits,
        criteria=criteria,
        forecasts=forecasts,
        sentences_da=(*told, *_missing(case, realised, as_of)),
        method_da=METHOD_DA,
        assumptions_da=_assumptions(case, comparisons, index),
    )


def build_criterion(criterion: Criterion, found: Measured | None, as_of: dt.date) -> CriterionStanding:
    """Where one criterion of success stands on a day; `found` is what its measure gave, None when nothing did."""
    passed = as_of >= criterion.when
    state = criterion_state(criterion, found, passed=passed)
    return CriterionStanding(
        what=criterion.what,
        how_measured=criterion.how_measured,
        who=criterion.who,
        when=criterion.when,
        target=None if criterion.target is None else float(criterion.target),
        value=found.value if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        state=state,
        state_da=STATE_DA[state],
        sentence_da=criterion_sentence(criterion, found, state, passed=passed),
    )


def criterion_state(criterion: Criterion, found: Measured | None, *, passed: bool) -> CriterionState:
    """Met or not met when the whole interval says so; before its date a criterion is at best on the way.

    What is immature, has no interval, or one that holds the target when the date has passed, is not yet measurable.
    """
    if criterion.target is None or found is None or not found.mature:
        return "not_yet_measurable"
    target = float(criterion.target)
    if found.low is None or found.high is None:
        return "not_yet_measurable"
    met = found.high <= target if criterion.at_most else found.low >= target
    missed = found.low > target if criterion.at_most else found.high < target
    if missed:
        return "not_met"
    if not passed:
        return "on_the_way"
    return "met" if met else "not_yet_measurable"


def _order(row: Realised) -> tuple[int, str, str, str]:
    return (row.year, row.committee, row.benefit, row.kind)


def _refuse_doubles(realised: Sequence[Realised]) -> None:
    if len({_order(row) for row in realised}) < len(realised):
        raise ValueError("a year of a committee, benefit and kind stands twice")


def _with_effect(case: BusinessCase, realised: Sequence[Realised]) -> tuple[str, ...]:
    """Every committee with an effect in the case; the case as a whole where it was worked out."""
    named = dict.fromkeys(item.committee for item in case.items if item.kind == "effect")
    whole = [""] if any(not row.committee and row.kind == "effect" for row in realised) else []
    return (*named, *whole)


def _missing(case: BusinessCase, realised: Sequence[Realised], as_of: dt.date) -> tuple[str, ...]:
    """A sentence for each year begun in which a committee, or what a limit is about, was not worked out."""
    known = {(row.year, row.committee, row.benefit) for row in realised if row.kind == "effect"}
    limited = [(limit.committee, limit.benefit) for limit in case.limits]
    wanted = dict.fromkeys([*((committee, "") for committee in _with_effect(case, ())), *limited])
    return tuple(
        missing_sentence(year, effect_on(committee, benefit))
        for year in case.years
        if year <= as_of.year
        for committee, benefit in wanted
        if (year, committee, benefit) not in known
    )


def _assumptions(case: BusinessCase, comparisons: Sequence[Comparison], index: PriceIndex) -> tuple[str, ...]:
    """Those of the case and its items, and the changes of prices that are assumed and were used."""
    items = tuple(f"{item.name}: {item.assumption}" for item in case.items if item.assumption)
    used = {
        change.year: change
        for each in comparisons
        for change in index.conversion(from_year=case.price_level, to_year=each.year).changes
        if change.assumption
    }
    prices = tuple(price_assumption(used[year]) for year in sorted(used))
    return (*case.assumptions, *items, *prices)
