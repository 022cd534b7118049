"""Follow-up: expected figures by year and prices, what immature years may not say, limits, criteria and forecasts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from governance.impact.business_case.case import BusinessCase, Criterion
from governance.impact.business_case.prices import PriceIndex, read_price_index
from governance.impact.business_case.reading import load_case
from governance.impact.follow_up import build_follow_up, criterion_state
from governance.impact.followed import FollowUp, Measured, Realised
from governance.impact.forecasting import YearRatio, forecast_completion, spread_between_years
from tests.proposals import a_proposal, an_item, case_of

AS_OF = dt.date(2018, 12, 31)
FLAT = "".join(f"[[change]]\nyear = {year}\npercent = 0\nsource = 'S'\n" for year in range(2014, 2031))
RISING = FLAT.replace("year = 2016\npercent = 0", "year = 2016\npercent = 25\nassumption = true")


def index_of(text: str = FLAT) -> PriceIndex:
    return read_price_index(text.encode())


def realised(year: int = 2015, mean: int = 62, low: int = 48, high: int = 77, **changes: Any) -> Realised:
    """In thousands of kr.; the case below expects 100 a year."""
    amounts = {"mean_ore": mean * 100_000, "low_ore": low * 100_000, "high_ore": high * 100_000}
    return Realised(**{"year": year, "committee": "BUF", "elapsed": 1.0, "matured": 1.0, **amounts, **changes})


def a_case(**changes: Any) -> BusinessCase:
    effect = an_item(committee="BUF", benefit="friplads")
    limit = {"committee": "BUF", "benefit": "friplads", "below": Decimal("0.75")}
    return case_of(a_proposal(effect, an_item("running"), an_item("investment"), **{"renegotiate": [limit], **changes}))


def followed(*rows: Realised, case: BusinessCase | None = None, index: str = FLAT, **changes: Any) -> FollowUp:
    given = {"measured": {}, "as_of": AS_OF, **changes}
    return build_follow_up(case or a_case(), realised=rows, index=index_of(index), **given)


def friplads(*rows: Realised) -> FollowUp:
    return followed(*(replace(row, benefit="friplads") for row in rows))


def test_the_sentence_the_committee_needs() -> None:
    (limit,) = friplads(realised()).limits
    assert limit.sentence_da == (
        "Effekten på økonomisk friplads (BUF) er 62 pct. af det forventede (95 %-interval 48–77 pct.) i 2015; "
        "grænsen for genforhandling er 75 pct., så det bedste skøn ligger under grænsen, men intervallet rummer den: "
        "det er ikke afgjort."
    )


@pytest.mark.parametrize(
    ("mean", "low", "high", "state", "words"),
    [
        (62, 48, 74, "below", "så sagen skal genforhandles mellem forvaltningerne."),
        (62, 48, 75, "uncertain", "ligger under grænsen, men"),
        (80, 60, 90, "uncertain", "ligger på eller over grænsen, men"),
        (90, 75, 99, "above", "så sagen skal ikke genforhandles"),
        (-5, -9, -1, "below", "så sagen skal genforhandles"),
    ],
)
def test_the_whole_interval_decides_on_renegotiation(mean, low, high, state, words) -> None:
    (limit,) = friplads(realised(mean=mean, low=low, high=high)).limits
    assert limit.state == state
    assert words in limit.sentence_da


def test_a_figure_just_under_the_limit_is_not_rounded_onto_it() -> None:
    row = replace(realised(), low_ore=4_800_000, high_ore=7_496_000, benefit="friplads")
    (limit,) = followed(row).limits
    assert limit.state == "below"
    assert "48,00–74,96 pct." in limit.sentence_da


def test_years_are_added_up_with_their_intervals() -> None:
    (limit,) = friplads(realised(2015, 60, 50, 70), realised(2016, 80, 70, 90)).limits
    assert (limit.years, limit.realised_ore, limit.expected_ore) == ((2015, 2016), 14_000_000, 20_000_000)
    half = round(1_000_000 * 2**0.5)
    assert (limit.low_ore, limit.high_ore) == pytest.approx((14_000_000 - half, 14_000_000 + half), abs=2)
    assert "i 2015 og 2016" in limit.sentence_da


def unknown(year: int = 2015, mean: int = 0, **changes: Any) -> Realised:
    """What too few cases brought, or none: an amount without an interval."""
    return replace(realised(year, mean, mean, mean, **changes), low_ore=None, high_ore=None)


@pytest.mark.parametrize("mean", [0, 62, 140])
def test_what_too_few_cases_brought_decides_nothing_least_of_all_that_nothing_came(mean) -> None:
    told = friplads(realised(2015, 62, 48, 70), unknown(2016, mean))
    (limit,) = told.limits
    assert (limit.state, limit.low_ore, limit.high_ore) == ("uncertain", None, None)
    assert limit.realised_ore == (62 + mean) * 100_000
    assert "for få sager, der sparede noget" in limit.sentence_da and "ikke afgjort" in limit.sentence_da
    assert "skal genforhandles" not in limit.sentence_da and "95 %" not in limit.sentence_da
    shown = told.comparisons[1]
    assert shown.ratio is not None and (shown.ratio.low, shown.low_ore) == (None, None)


def test_nothing_is_forecast_from_years_without_an_interval() -> None:
    (forecast,) = followed(realised(2015, 62, 48, 76), unknown(2016)).forecasts
    assert (forecast.mean_ore, forecast.low_ore, forecast.realised_ore) == (None, None, 6_200_000)
    assert "fremskrives ikke: i 2015 og 2016 er der for få sager" in forecast.sentence_da


def test_a_case_that_is_over_is_what_came_with_or_without_an_interval() -> None:
    (forecast,) = followed(*[unknown(year) for year in range(2015, 2019)]).forecasts
    assert (forecast.mean_ore, forecast.low_ore, forecast.high_ore) == (0, None, None)
    assert "blev 0 kr. (for få sager" in forecast.sentence_da


def test_coming_years_do_not_save_less_than_nothing() -> None:
    """Two years that differ leave a wide spread; its lower end stops at what the two are known to have brought."""
    (forecast,) = followed(realised(2015, 30, 20, 40), realised(2016, 120, 110, 130)).forecasts
    assert forecast.low_ore == pytest.approx((150 - 200**0.5) * 100_000, abs=2)
    assert forecast.high_ore > 60_000_000


@pytest.mark.parametrize("changes", [{"elapsed": 0.5}, {"matured": 0.94}], ids=["the year runs", "outcomes lack"])
def test_nothing_is_concluded_from_an_immature_year(changes) -> None:
    mature, immature = realised(2015, 90, 80, 99), realised(2016, 5, 1, 9, **changes)
    rows = [replace(row, benefit=benefit) for row in (mature, immature) for benefit in ("", "friplads")]
    with_it, without = followed(*rows), followed(*rows[:2])
    assert with_it.limits == without.limits
    assert with_it.forecasts == without.forecasts
    (shown,) = [each for each in with_it.comparisons if each.year == 2016 and not each.benefit]
    assert not shown.mature
    assert "Året er ikke modent" in shown.sentence_da


def test_without_a_mature_year_nothing_is_forecast_and_that_is_said() -> None:
    told = friplads(realised(matured=0.5))
    (limit,) = told.limits
    assert (limit.state, limit.ratio, limit.years) == ("not_yet_measurable", None, ())
    assert "intet modent år er gjort op; grænsen for genforhandling er 75 pct." in limit.sentence_da
    (forecast,) = told.forecasts
    assert (forecast.mean_ore, forecast.low_ore, forecast.high_ore) == (None, None, None)
    assert "fremskrives ikke" in forecast.sentence_da


def test_a_running_year_is_held_against_the_part_of_it_that_has_passed() -> None:
    (shown,) = followed(realised(mean=30, low=20, high=40, elapsed=0.5, matured=0.4)).comparisons
    assert (shown.expected_ore, shown.expected_so_far_ore) == (10_000_000, 5_000_000)
    assert shown.ratio is not None
    assert (shown.ratio.value, shown.ratio.low, shown.ratio.high) == (0.6, 0.4, 0.8)
    assert "udfaldet kendes for 40 pct." in shown.sentence_da


def test_the_case_is_carried_to_the_prices_of_the_year() -> None:
    told = followed(realised(2015), realised(2016, 125, 100, 150), index=RISING)
    assert [each.expected_ore for each in told.comparisons] == [10_000_000, 12_500_000]
    assert told.comparisons[1].ratio is not None
    assert told.comparisons[1].ratio.value == 1.0
    (forecast,) = told.forecasts
    assert forecast.realised_ore == 6_200_000 + 10_000_000  # back in the case's own prices
    assert told.assumptions_da[-1] == "Prisudvikling i 2016: 25 pct. (S)"


def test_costs_stand_beside_the_case_as_costs() -> None:
    spent = [realised(2015, 33, 33, 33, committee="KFF", kind=kind) for kind in ("running", "investment")]
    shown = {each.kind: each for each in followed(*spent).comparisons}
    assert (shown["running"].expected_ore, shown["investment"].expected_ore) == (3_000_000, 9_000_000)
    assert shown["running"].sentence_da == "2015: Driftsudgiften i KFF er 110 pct. af det forventede."


@pytest.mark.parametrize(("year", "expected"), [(2014, 0), (2018, 10_000_000), (2025, 10_000_000)])
def test_after_the_last_year_the_effect_goes_on(year, expected) -> None:
    (shown,) = followed(realised(year)).comparisons
    assert shown.expected_ore == expected
    assert (shown.ratio is None) == (expected == 0)


def test_the_case_as_a_whole_is_all_committees() -> None:
    case = case_of(a_proposal(an_item(committee="BUF"), an_item(committee="BIF"), an_item("running")))
    told = followed(realised(committee=""), case=case)
    assert told.comparisons[0].expected_ore == 20_000_000
    assert [each.committee for each in told.forecasts] == ["BUF", "BIF", ""]


def test_a_year_that_nobody_worked_out_is_told() -> None:
    told = followed(realised(2015), as_of=dt.date(2016, 3, 1))
    assert [sentence for sentence in told.sentences_da if sentence.startswith("201")] == [
        "2015: Effekten på økonomisk friplads (BUF) er ikke gjort op.",
        "2016: Effekten i BUF er ikke gjort op.",
        "2016: Effekten på økonomisk friplads (BUF) er ikke gjort op.",
    ]


def test_the_same_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        followed(realised(), realised())


@pytest.mark.parametrize("changes", [{"low_ore": 7_000_000}, {"low_ore": None}, {"elapsed": 1.1}, {"matured": -0.1}])
def test_a_realised_figure_that_contradicts_itself_is_an_error(changes) -> None:
    with pytest.raises(ValueError):
        replace(realised(), **changes)


PLAIN = Criterion(what="W", how_measured="H", who="O", when=dt.date(2016, 12, 31))
AT_LEAST = replace(PLAIN, measure="m", target=Decimal(10))
AT_MOST = replace(AT_LEAST, at_most=True)
STATES = [
    # criterion, (low, high), mature, passed, state
    (AT_LEAST, (10, 12), True, True, "met"),
    (AT_LEAST, (7, 9), True, True, "not_met"),
    (AT_LEAST, (9, 12), True, True, "not_yet_measurable"),
    (AT_LEAST, (9, 12), True, False, "on_the_way"),
    (AT_LEAST, (11, 12), True, False, "on_the_way"),
    (AT_LEAST, (7, 9), True, False, "not_met"),
    (AT_LEAST, (11, 12), False, True, "not_yet_measurable"),
    (AT_MOST, (7, 10), True, True, "met"),
    (AT_MOST, (11, 12), True, True, "not_met"),
    (AT_MOST, (9, 12), True, False, "on_the_way"),
    (AT_LEAST, None, True, True, "not_yet_measurable"),
    (PLAIN, (11, 12), True, True, "not_yet_measurable"),
]


@pytest.mark.parametrize(("criterion", "ends", "mature", "passed", "state"), STATES)
def test_a_criterion_is_met_when_its_whole_interval_says_so(criterion, ends, mature, passed, state) -> None:
    found = ends and Measured(code="m", value=sum(ends) / 2, low=ends[0], high=ends[1], mature=mature)
    assert criterion_state(criterion, found, passed=passed) == state


def test_a_criterion_without_an_interval_is_not_decided() -> None:
    criterion = replace(AT_LEAST, what="Besparelse")
    found = Measured(code="m", value=3.0, low=None, high=None, mature=True)
    assert criterion_state(criterion, found, passed=True) == "not_yet_measurable"
    case = replace(a_case(), criteria=(criterion,))
    (standing,) = followed(case=case, measured={"m": found}).criteria
    assert "Målt 3 (for få sager" in standing.sentence_da and "ikke afgjort" in standing.sentence_da


def test_every_criterion_is_told_with_its_owner_and_its_day() -> None:
    case = load_case("address_control")
    measured = {"hit_share": Measured(code="hit_share", value=0.31, low=0.26, high=0.36, mature=True)}
    told = followed(case=case, measured=measured, as_of=dt.date(2022, 12, 31))
    assert len(told.criteria) == len(case.criteria)
    for standing, criterion in zip(told.criteria, case.criteria, strict=True):
        assert (standing.who, standing.when) == (criterion.who, criterion.when)
        assert f"({criterion.who}, {criterion.when:%d.%m.%Y})" in standing.sentence_da
        assert standing.sentence_da in told.sentences_da
    assert [each.state for each in told.criteria].count("met") == 1


def test_a_case_that_is_over_and_mature_is_what_was_realised() -> None:
    (forecast,) = followed(*[realised(year) for year in range(2015, 2019)]).forecasts
    assert forecast.forecast_years == ()
    assert forecast.mean_ore == forecast.realised_ore == 4 * 6_200_000
    assert "Alle år er modne" in forecast.sentence_da


def test_one_mature_year_says_that_its_interval_is_too_narrow() -> None:
    (forecast,) = followed(realised(2015, 62, 48, 76)).forecasts
    assert (forecast.mean_ore, forecast.low_ore, forecast.high_ore) == (24_800_000, 19_200_000, 30_400_000)
    assert "derfor er for smalt" in forecast.sentence_da


def a_year(ratio: float, error: float, expected: float = 1000) -> YearRatio:
    half = 1.959963984540054 * error * expected
    return YearRatio(
        expected=expected, realised=ratio * expected, low=ratio * expected - half, high=ratio * expected + half
    )


def test_years_that_differ_by_sampling_alone_have_no_spread() -> None:
    assert spread_between_years(np.array([0.8, 0.82, 0.79]), np.array([0.1, 0.1, 0.1])) == 0
    assert np.isnan(spread_between_years(np.array([0.8]), np.array([0.1])))


def test_certain_years_have_the_spread_that_is_seen() -> None:
    """Without sampling error Paule and Mandel's spread is the plain standard deviation."""
    ratios = np.array([0.6, 0.9, 1.2])
    assert spread_between_years(ratios, np.full(3, 1e-6)) == pytest.approx(ratios.std(ddof=1), rel=1e-3)


def test_a_year_weighs_by_how_well_it_is_known() -> None:
    """Inverse variances: 4 to 1."""
    done = forecast_completion([a_year(0.8, 0.1), a_year(0.9, 0.2)], [1000])
    assert done.between_years == 0
    assert done.ratio == pytest.approx(0.82)
    assert done.mean == pytest.approx(800 + 900 + 820)


def test_nothing_is_forecast_from_nothing() -> None:
    with pytest.raises(ValueError, match="no mature year"):
        forecast_completion([], [1000])


def test_forecast_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """400 cases: three mature years, one to come, true ratios that differ more than sampling does."""
    rng = np.random.default_rng(20_240_601)
    held = 0
    for _ in range(400):
        true = rng.normal(0.8, 0.2, 4)
        seen = [a_year(float(rng.normal(ratio, 0.08)), 0.08) for ratio in true[:3]]
        done = forecast_completion(seen, [1000])
        held += done.low <= 1000 * true.sum() <= done.high
    assert 0.92 <= held / 400 <= 0.99
