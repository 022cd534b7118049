from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from governance.impact.drift import FALSE_ALARMS_A_YEAR, Quarter, measure_false_alarms, score_of, watch, watch_promise
from governance.impact.maturation import RipeningCase, build_maturation, is_mature
from governance.impact.power import LEAST_A_YEAR, ArmDesign, build_power_rows, detectable_ratio, detectable_share
from governance.impact.prevalence import DrawnFinding, build_prevalence, weighted_share
from governance.impact.promise import PromisedCase, build_promise_rows

DAY = dt.date(2026, 1, 1)


def case(place: int, *, saved: float = 0.0, promised: float = 1_000.0, mature: bool = True, **changed) -> PromisedCase:
    told = {
        "household": f"h{place}", "cohort": "2025-Q1", "mature": mature, "chance": 0.25,
        "promised_ore": {"BIF": promised * 0.75, "BUF": promised * 0.25, "KFF": 0.0},
        "realised_ore": {"BIF": saved}, "benefit_promised_ore": {"kontanthjaelp": promised * 0.75},
        "benefit_realised_ore": {"kontanthjaelp": saved},
    }  # fmt: skip
    return PromisedCase(**(told | changed))


def kept_promise(cases: int = 100) -> list[PromisedCase]:
    return [case(place, saved=4_000.0 if place % 4 == 0 else 0.0) for place in range(cases)]


def test_a_kept_promise_has_ratio_one_inside_its_interval() -> None:
    rows = {
        (row.dimension, row.key): row for row in build_promise_rows(kept_promise(), benefits_da={"kontanthjaelp": "K"})
    }
    whole = rows["all", "all"]
    assert whole.ratio == 1.0 and whole.low < 1 < whole.high
    assert (whole.promised_ore, whole.realised_ore, whole.cases) == (100_000, 100_000, 100)
    assert rows["administration", "BIF"].ratio == pytest.approx(4 / 3)
    assert rows["administration", "BUF"].ratio == 0
    assert rows["administration", "KFF"].ratio is None and rows["administration", "KFF"].note_da
    assert rows["benefit", "kontanthjaelp"].text_da == "K"
    assert rows["cohort", "2025-Q1"].text_da == "2025K1"


def test_cases_that_are_not_mature_wait_and_count_on_neither_side() -> None:
    young = [case(1_000 + place, mature=False, saved=9e9) for place in range(7)]
    (whole, *_rest) = build_promise_rows([*kept_promise(), *young], benefits_da={})
    assert (whole.cases, whole.waiting, whole.ratio, whole.mature) == (100, 7, 1.0, False)
    assert "umoden" in whole.note_da


def test_few_cases_give_a_ratio_and_no_interval() -> None:
    (whole, *_rest) = build_promise_rows(kept_promise(8), benefits_da={})
    assert whole.ratio == 1.0 and whole.low is None and "kan ikke estimeres" in whole.note_da


def test_cases_of_one_household_are_not_taken_for_independent() -> None:
    def width(households: int) -> float:
        pairs = [
            case(place, household=f"h{place // households}", saved=4_000.0 if place % 8 < 2 else 0.0)
            for place in range(200)
        ]
        whole = build_promise_rows(pairs, benefits_da={})[0]
        assert whole.ratio == 1.0
        return whole.high - whole.low

    assert width(2) > 1.2 * width(1)


def test_the_interval_of_the_ratio_holds_in_about_95_of_100() -> None:
    random = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        cases = []
        for place in range(150):
            hit = random.random() < 0.2
            saved = 5_000.0 * random.lognormal(-0.125, 0.5) if hit else 0.0
            cases.append(case(place, chance=0.2, saved=saved))
        whole = build_promise_rows(cases, benefits_da={})[0]
        held += whole.low <= 1.0 <= whole.high
    assert 0.92 <= held / 300 <= 0.985


def test_a_quarter_is_scored_as_its_place_under_a_kept_promise() -> None:
    assert abs(score_of(Quarter("", 95.0, 100.0, 900.0))) < 0.2
    assert score_of(Quarter("", 40.0, 100.0, 900.0)) < -2
    assert score_of(Quarter("", 180.0, 100.0, 900.0)) > 2
    assert score_of(Quarter("", 5.0, 0.0, 0.0)) == 0


def test_a_level_that_falls_raises_the_alarm_and_a_kept_one_does_not() -> None:
    kept = [Quarter(f"q{place}", 100.0, 100.0, 900.0) for place in range(12)]
    assert not any(point.alarm for point in watch(kept).points)
    fallen = watch([*kept, *[Quarter(f"f{place}", 45.0, 100.0, 900.0) for place in range(3)]])
    assert [point.cohort for point in fallen.points if point.alarm] == ["f2"]
    assert fallen.alarm and "0,05 gange om året" in fallen.note_da


def test_false_alarms_are_as_rare_as_said() -> None:
    found = [
        measure_false_alarms(np.random.default_rng(8), expected_hits=hits, years=5, runs=60) for hits in (8.0, 40.0)
    ]
    assert all(0.01 <= rate <= 0.1 for rate in found)
    assert abs(FALSE_ALARMS_A_YEAR - np.mean(found)) < 0.03


def test_an_immature_quarter_is_not_watched() -> None:
    late = [case(place, cohort="2025-Q2", mature=place % 2 == 0) for place in range(100)]
    assert [point.cohort for point in watch_promise([*kept_promise(), *late]).points] == ["2025-Q1"]


def finding(*, probability: float = 0.1, registration: bool = False, payment: bool = False) -> DrawnFinding:
    return DrawnFinding(probability=probability, registration=registration, payment=payment)


def test_prevalence_is_weighted_by_what_each_drawn_case_stands_for() -> None:
    # half of the drawn had something, but they stand for a tenth of the candidates
    rows = build_prevalence([*[finding(probability=0.9, payment=True)] * 40, *[finding(probability=0.1)] * 40])
    payment = next(row for row in rows if row.what == "payment")
    assert payment.share == pytest.approx((40 / 0.9) / (40 / 0.9 + 400))
    assert payment.low < payment.share < payment.high
    assert (payment.cases, payment.found) == (80, 40)


def test_prevalence_of_nothing_seen_has_an_upper_end_and_of_few_cases_none() -> None:
    registration = build_prevalence([finding()] * 100)[0]
    assert (registration.share, registration.low) == (0.0, 0.0)
    assert registration.high == pytest.approx(1 - 0.025 ** (1 / 100), rel=0.05)
    assert build_prevalence([finding()] * 29)[0].share is None


def test_equal_weights_give_the_interval_of_clopper_and_pearson() -> None:
    from statsmodels.stats.proportion import proportion_confint

    found = np.array([1.0] * 12 + [0.0] * 188)
    share, low, high, effective = weighted_share(found, np.full(200, 0.05))
    exact = proportion_confint(12, 200, method="beta")
    assert share == 0.06 and effective == pytest.approx(200, rel=0.02)
    assert (low, high) == pytest.approx(exact, rel=0.02)


def test_the_interval_of_prevalence_holds_under_an_unequal_draw() -> None:
    random = np.random.default_rng(5)
    chance = np.exp(random.normal(-3.4, 1.0, 4_000)).clip(max=0.6)
    pi = (chance**0.5 / (chance**0.5).sum() * 300).clip(max=1)
    held = 0
    for _ in range(300):
        wrong = random.random(4_000) < chance
        seen = random.random(4_000) < pi
        _, low, high, _ = weighted_share(wrong[seen].astype(np.float64), pi[seen])
        held += low <= wrong.mean() <= high
    assert 0.93 <= held / 300 <= 1.0


def ripening(opened: int, closed: int | None, saved: int | None = None) -> RipeningCase:
    day = dt.timedelta(days=1)
    return RipeningCase(
        cohort="2025-Q1", opened_on=DAY + opened * day, closed_on=None if closed is None else DAY + closed * day,
        savings=() if saved is None else ((DAY + saved * day, 1_000.0),),
    )  # fmt: skip


def test_savings_are_known_by_age_only_once_every_case_is_so_old() -> None:
    cases = [ripening(0, 60, 60), ripening(0, 150, 150), *[ripening(60, 100) for _ in range(5)]]
    rows = {row.age_months: row for row in build_maturation(cases, as_of=DAY + dt.timedelta(days=200))}
    assert rows[3].known_ore == 1_000.0 and rows[3].mature
    assert rows[6].known_ore is None and not rows[6].mature and "umoden" in rows[6].note_da
    assert 9 not in rows


def test_open_cases_count_as_open_and_not_as_never_closed() -> None:
    old = [ripening(0, 50), ripening(0, 80), *[ripening(0, None) for _ in range(8)]]
    row = build_maturation(old, as_of=DAY + dt.timedelta(days=100))[0]
    assert row.concluded_share == pytest.approx(0.2)
    assert row.concluded_low < 0.2 < row.concluded_high
    # two more that were opened 40 days ago can say nothing of day 91
    young = build_maturation([*old, ripening(60, None), ripening(60, None)], as_of=DAY + dt.timedelta(days=100))[0]
    assert young.concluded_share == pytest.approx(row.concluded_share, abs=0.03)
    assert young.at_risk == 10 and not young.mature


def test_a_cohort_in_which_nothing_or_all_is_concluded_keeps_an_interval() -> None:
    none = build_maturation([ripening(0, None)] * 10, as_of=DAY + dt.timedelta(days=100))[0]
    assert (none.concluded_share, none.concluded_low) == (0.0, 0.0) and 0.2 < none.concluded_high < 0.4
    every = build_maturation([ripening(0, 20)] * 10, as_of=DAY + dt.timedelta(days=100))[0]
    assert (every.concluded_share, every.concluded_high) == (1.0, 1.0) and 0.6 < every.concluded_low < 0.8


def test_a_case_matures_when_decision_and_appeal_have_had_their_time() -> None:
    opened = dt.date(2025, 1, 1)
    for days, expected in ((207, False), (208, True)):
        day = opened + dt.timedelta(days=days)
        assert is_mature(opened, opened, as_of=day, label_delay_days=180, appeal_days=28) is expected
        assert not is_mature(opened, None, as_of=day, label_delay_days=180, appeal_days=28)
    assert is_mature(opened, None, as_of=opened + dt.timedelta(days=393), label_delay_days=180, appeal_days=28)


def test_a_larger_arm_sees_smaller_differences_and_costs_more() -> None:
    design = ArmDesign(cases_a_year=6_000, chosen_share=0.05)
    rows = build_power_rows(design)
    assert [row.share for row in rows if row.chosen] == [0.05]
    for smaller, larger in itertools.pairwise(rows):
        assert smaller.drawn <= larger.drawn and smaller.cost_share <= larger.cost_share
        assert smaller.detectable_share >= larger.detectable_share
        if smaller.relative_half_width is not None and smaller.drawn < larger.drawn:
            assert smaller.relative_half_width > larger.relative_half_width
    assert rows[-1].detectable_ratio > 0.5


def test_a_small_arm_says_what_it_cannot_tell_and_is_never_below_one_a_week() -> None:
    small = build_power_rows(ArmDesign(cases_a_year=600, chosen_share=0.05))[0]
    assert small.drawn == LEAST_A_YEAR
    assert small.relative_half_width is None and "kan ikke estimeres" in small.note_da
    years = build_power_rows(ArmDesign(cases_a_year=600, chosen_share=0.05), years=6)[0]
    assert years.relative_half_width is not None


def test_the_power_of_a_share_is_that_of_the_standard_formula() -> None:
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    more = detectable_share(0.04, 300)
    effect = proportion_effectsize(0.04 + more, 0.04)
    assert NormalIndPower().power(effect, 300, 0.05, ratio=0) == pytest.approx(0.8, abs=1e-6)


def test_the_ratio_that_is_seen_is_seen_four_times_in_five() -> None:
    random = np.random.default_rng(1)
    jumps = 40.0
    ratio = detectable_ratio(jumps)
    from scipy.stats import chi2

    counts = random.poisson(jumps * ratio, 4_000)
    seen = chi2.ppf(0.975, 2 * (counts + 0.5)) / 2 < jumps
    assert seen.mean() == pytest.approx(0.8, abs=0.05)
    assert detectable_ratio(1.5) is None


def a_history(
    seed: int, *, spread: float, level: float = 1.0, quarters: int = 8, listed: int = 120
) -> list[PromisedCase]:
    """Quarters of listed cases whose promise is kept, and from the fifth on at a `level`; log-normal savings."""
    random = np.random.default_rng([seed, round(10 * spread)])
    sigma = np.log(1 + spread) ** 0.5
    found = []
    for quarter in range(quarters):
        chance = np.clip(random.beta(1.2, 6, listed), 0.01, 0.9)
        size = 300_000 * np.exp(random.normal(0, 0.8, listed))
        hit = random.random(listed) < chance * (level if quarter >= 4 else 1.0)
        came = np.where(hit, size * random.lognormal(-(sigma**2) / 2, sigma, listed), 0.0)
        found += [
            case(0, household=f"{quarter}-{place}", cohort=f"{2020 + quarter // 4}-Q{quarter % 4 + 1}", saved=came[place],
                 promised=chance[place] * size[place], chance=float(chance[place]))
            for place in range(listed)
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("spread", [0.1, 1.0, 3.0])
def test_kept_promises_stay_quiet_over_many_seeds_however_unequal_savings_are(spread) -> None:
    alarms = sum(
        point.alarm for seed in range(40) for point in watch_promise(a_history(seed, spread=spread)).points
    )  # fmt: skip
    assert alarms / (40 * 2) <= 0.12


def test_a_planted_fall_is_found_and_does_not_hide_itself_among_unequal_savings() -> None:
    for spread in (0.5, 3.0):
        found = [watch_promise(a_history(seed, spread=spread, level=0.3)) for seed in range(20)]
        assert sum(any(point.alarm and point.under > 0 for point in each.points[4:]) for each in found) >= 16
