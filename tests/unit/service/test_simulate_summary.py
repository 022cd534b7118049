"""Worlds into means: a world is one observation, coverage counts cohorts, and what cannot be told is not told as zero."""

from __future__ import annotations

import numpy as np
import pytest

from service.impact.simulate.cohorts import ASKED, OWN_LIST, REALISED, Estimate
from service.impact.simulate.figures import CohortFigures, PolicyFigures, QuarterFigures, WorldFigures
from service.impact.simulate.over_worlds import Covered, Mean, covered, mean_of
from service.impact.simulate.shown import build_tables, shown_coverage, shown_mean
from service.impact.simulate.summary import EVERY_ARM, build_summary


def a_quarter(*, net: float = 60.0, best: float = 100.0, needless: float = 2.0) -> QuarterFigures:
    return QuarterFigures(
        labels=100, listed=20, drawn=2, hits=5.0, net_ore=net, best_net_ore=best, saving_ore=80.0, best_saving_ore=100.0,
        realised_ore=88.0, promised_ore=90.0, promised_true_ore=75.0, needless={"all adults": 10.0, "some": needless},
        innocent={"all adults": 1_000.0, "some": 100.0},
    )  # fmt: skip


def cohorts(*told: tuple[float | None, float | None, float | None], truth: float = 100.0) -> tuple[CohortFigures, ...]:
    asked = {OWN_LIST: (REALISED,), **ASKED}
    return tuple(
        CohortFigures(
            span="quarter", target=target, truth_ore=truth, drawn=2,
            estimates={name: Estimate(total=total, low=low, high=high) for name in names},
        )
        for total, low, high in told for target, names in asked.items()
    )  # fmt: skip


def a_world(number: int, *quarters: QuarterFigures, told: tuple[CohortFigures, ...] = ()) -> WorldFigures:
    policy = PolicyFigures(
        policy="retrained", arm=0.1, learns=True, quarters=quarters, cohorts=told or cohorts((100.0, 90.0, 110.0)),
        likeness=0.9, cpu_seconds=1.0,
    )  # fmt: skip
    return WorldFigures(world=number, truth_form="mixed", hours_a_quarter=100.0, policies=(policy,), cpu_seconds=1.0)


def test_captured_is_a_ratio_of_sums_and_its_error_is_over_worlds() -> None:
    worlds = [
        a_world(1, a_quarter(net=10, best=100), a_quarter(net=290, best=300)),
        a_world(2, a_quarter(net=85), a_quarter(net=85)),
    ]
    captured = build_summary(worlds).policies[0].captured_net
    assert captured.mean == pytest.approx((75 + 85) / 2)
    assert captured.standard_error == pytest.approx(5.0)
    assert (captured.worst, captured.worlds) == (75, 2)


def test_years_are_four_quarters_each() -> None:
    quarters = [a_quarter(net=net) for net in (10, 20, 30, 40, 90)]
    years = build_summary([a_world(1, *quarters)]).policies[0].captured_net_by_year
    assert [year.mean for year in years] == pytest.approx([25.0, 90.0])


def test_one_world_has_no_standard_error() -> None:
    assert mean_of([3.0]) == Mean(mean=3.0, standard_error=None)
    assert mean_of([float("nan")]).mean is None


def test_the_interval_of_a_mean_is_students_and_holds_as_often_as_it_says() -> None:
    found = mean_of([1.0, float("nan"), 5.0], worst=max)
    assert (found.mean, found.standard_error, found.worst, found.worlds) == (3.0, 2.0, 5.0, 2)
    # one degree of freedom: tan(0.475 pi) = 12.706
    assert (found.low, found.high) == pytest.approx((3 - 2 * 12.7062, 3 + 2 * 12.7062), rel=1e-4)
    rng = np.random.default_rng(4)
    means = [mean_of(rng.normal(7.0, 3.0, 10)) for _ in range(1_500)]
    assert 0.93 < np.mean([mean.low <= 7.0 <= mean.high for mean in means if mean.low and mean.high]) < 0.97


def test_a_group_is_held_against_everybody_else() -> None:
    summary = build_summary([a_world(1, a_quarter(needless=2.0))]).policies[0]
    assert summary.needless_per_1000["all adults"].mean == pytest.approx(10.0)
    assert summary.needless_per_1000["some"].mean == pytest.approx(20.0)
    assert summary.needless_ratio["some"].mean == pytest.approx((2 / 100) / (8 / 900))


def test_what_came_and_what_was_promised_are_told_against_the_truth() -> None:
    summary = build_summary([a_world(1, a_quarter())]).policies[0]
    assert summary.realised_over_true.mean == pytest.approx(1.1)
    assert summary.promised_over_true is not None
    assert summary.promised_over_true.mean == pytest.approx(1.2)


def test_coverage_counts_intervals_and_says_how_many_there_were_not() -> None:
    told = cohorts((100.0, 90.0, 110.0), (150.0, 120.0, 180.0), (100.0, None, None))
    pool = [each for each in told if each.target == "pool"]
    found = covered([pool], "horvitz_thompson")
    assert found == Covered(cohorts=2, covered=1, without=1, share=0.5)
    assert shown_coverage(found) == "50.0 % of 2, 1 without"
    assert covered([pool[2:]], "horvitz_thompson") == Covered(cohorts=0, covered=0, without=1)
    assert shown_coverage(Covered(cohorts=0, covered=0, without=3)) == "- of 0, 3 without"
    assert shown_coverage(None) == "-"


def in_worlds(*held: tuple[int, int]) -> Covered:
    """The coverage of worlds with so many cohorts that held the truth and so many that did not."""
    hit, miss = (100.0, 90.0, 110.0), (150.0, 120.0, 180.0)
    worlds = [cohorts(*[hit] * good, *[miss] * bad) for good, bad in held]
    return covered(
        [[each for each in world if each.target == "pool"] for world in worlds], "horvitz_thompson"
    )  # fmt: skip


def test_the_interval_of_a_coverage_counts_worlds_and_not_the_cohorts_of_one() -> None:
    even = in_worlds(*[(19, 1)] * 10)
    # as if the 200 cohorts had nothing to do with one another: Clopper-Pearson of 190 of 200
    assert (even.low, even.high) == pytest.approx((0.9100, 0.9758), abs=2e-4)
    in_one = in_worlds(*[(20, 0)] * 9, (10, 10))
    assert in_one.share == even.share == 0.95
    assert in_one.low is not None
    assert in_one.high is not None
    assert even.low is not None
    assert in_one.low < even.low - 0.1
    assert shown_coverage(even) == "95.0 % of 200 (91.0 to 97.6)"


def test_where_every_cohort_held_the_truth_a_world_counts_once() -> None:
    sure = in_worlds(*[(20, 0)] * 10)
    assert (sure.low, sure.high) == pytest.approx((0.025 ** (1 / 10), 1.0))
    never = in_worlds(*[(0, 2)] * 3)
    assert (never.low, never.high) == pytest.approx((0.0, 1 - 0.025 ** (1 / 3)))


def test_policies_are_compared_town_by_town() -> None:
    def policy(name: str, arm: float, net: float, *, learns: bool) -> PolicyFigures:
        return PolicyFigures(
            policy=name, arm=arm, learns=learns, quarters=(a_quarter(net=net, needless=2.0 if learns else 4.0),),
            cohorts=cohorts((100.0, 90.0, 110.0)), likeness=0.9, cpu_seconds=1.0,
        )  # fmt: skip

    def world(number: int, level: float, lead: float) -> WorldFigures:
        ran = (
            policy("a", 0.05, level + lead, learns=True), policy("b", 0.2, level + lead - 4, learns=True),
            policy("c", 0.05, level, learns=False),
        )  # fmt: skip
        return WorldFigures(world=number, truth_form="mixed", hours_a_quarter=9.0, policies=ran, cpu_seconds=1.0)

    # towns differ by fifty points, what learning brings by two
    summary = build_summary([world(1, 20.0, 9.0), world(2, 70.0, 11.0)])
    told = {(each.policy, each.against): each for each in summary.comparisons}
    assert set(told) == {("a", "c"), ("b", "c"), ("b", "a")}
    assert told["a", "c"].captured_net.mean == pytest.approx(10.0)
    assert told["a", "c"].captured_net.standard_error == pytest.approx(1.0)
    assert told["b", "a"].captured_net.mean == pytest.approx(-4.0)
    assert told["a", "c"].needless_per_1000["some"].mean == pytest.approx(-20.0)


def test_estimates_say_what_they_rest_on() -> None:
    nothing, something = (0.0, None, None), (130.0, None, None)
    worlds = [
        a_world(1, a_quarter(), told=cohorts(nothing, something, something)),
        a_world(2, a_quarter(), told=cohorts(nothing, nothing, nothing)),
    ]
    summary = build_summary(worlds)
    assert {each.finding_quarters for each in summary.estimators if each.target == "rules"} == {1.0}
    assert {each.drawn for each in summary.estimators if each.target == "rules"} == {6.0}
    assert {each.finding_quarters for each in summary.estimators if each.target == OWN_LIST} == {None}
    (table,) = [each for each in build_tables(summary) if each.title.startswith("Estimators")]
    assert {row[3] for row in table.rows if row[1] == "rules"} == {"6, 1.0"}


def test_bias_is_of_the_mean_truth_and_leaves_out_what_could_not_be_told() -> None:
    first = a_world(1, a_quarter(), told=cohorts((130.0, 0.0, 1.0), (110.0, 0.0, 1.0), (None, None, None)))
    second = a_world(2, a_quarter(), told=cohorts((100.0, 0.0, 1.0)))
    (naive,) = [
        each for each in build_summary([first, second]).estimators
        if (each.policy, each.target, each.estimator) == (EVERY_ARM, "pool", "naive")
    ]  # fmt: skip
    assert naive.bias is not None
    assert (naive.bias.mean, naive.bias.standard_error) == pytest.approx((10.0, 10.0))
    assert naive.root_mean_square == pytest.approx(np.sqrt((30**2 + 10**2 + 0) / 3))
    assert naive.coverage == {}


def test_text_shows_mean_interval_and_worst() -> None:
    assert shown_mean(Mean(mean=1.25, standard_error=0.5, low=0.25, high=2.35, worst=-3.0)) == (
        "1.2 (0.2 to 2.4, worst -3.0)"
    )
    assert shown_mean(Mean(mean=1.25, standard_error=0.5, low=0.25, high=2.35)) == "1.2 (0.2 to 2.4)"
    assert shown_mean(Mean(mean=1.25, standard_error=None), digits=2) == "1.25"
    assert shown_mean(None) == "-"
    assert shown_mean(Mean(mean=None, standard_error=None)) == "-"
    for table in build_tables(build_summary([a_world(1, a_quarter())])):
        assert {len(row) for row in table.rows} <= {len(table.header)}
