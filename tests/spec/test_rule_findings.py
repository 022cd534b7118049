"""What rules say beyond their two examples: which item, by how much, and where exactly the limit lies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from governance.prohibited import load_input_exceptions
from governance.rules.evidence import GroupRatio, Interval, Separation, StopEvidence, TwinEvidence
from governance.rules.limits import STATUTORY_GROUNDS, Limits
from governance.rules.model_rules import form_to_promote
from governance.rules.rule import EXAMPLE_DAY, load_rules

RULES = load_rules()
LIMITS = Limits(today=EXAMPLE_DAY)


def found(name: str, limits: Limits = LIMITS, **changes):
    """Findings of the rule over its passing example with some figures changed."""
    rule = RULES[name]
    return rule.findings(replace(rule.passing, **changes), limits)


def passes(name: str, limits: Limits = LIMITS, **changes) -> bool:
    return all(finding.passed for finding in found(name, limits, **changes))


def items(findings) -> set[str]:
    return {finding.item for finding in findings if not finding.passed}


NINETY = Interval(0.90, 0.86, 0.93, 500)


def test_every_proxy_is_named_with_its_worst_group_and_figure() -> None:
    separations = (
        Separation("movers", "origin", "descendant", Interval(0.80, 0.7, 0.9, 90)),
        Separation("movers", "origin", "immigrant", NINETY),
        Separation("care_of", "sex", "F", Interval(0.76, 0.70, 0.80, 90)),
        Separation("area", "sex", "F", Interval(0.75, 0.70, 0.80, 90)),
    )
    failed = found("no_proxy_feature", separations=separations)
    assert items(failed) == {"movers|origin", "care_of|sex"}
    assert all(not finding.passed for finding in failed)
    by_item = {finding.item: finding for finding in failed}
    assert by_item["movers|origin"].figure == "0.90 (0.86 to 0.93, n = 500)"
    assert "immigrant" in by_item["movers|origin"].reason


def test_the_matrix_has_a_limit_of_its_own_and_must_have_been_screened() -> None:
    at = {area: Separation("matrix", "sex", "F", Interval(area, 0.5, 0.9, 90)) for area in (0.80, 0.86)}
    assert passes("no_proxy_matrix", separations=(at[0.80],))
    assert items(found("no_proxy_matrix", separations=(at[0.86],))) == {"matrix|sex"}
    assert not passes("no_proxy_matrix", separations=(Separation("movers", "sex", "F", NINETY),))
    assert not passes("no_proxy_feature", separations=(at[0.80],))


def groups(**ratios: Interval | None) -> tuple[GroupRatio, ...]:
    """One group for every ground that the law names, even unless said otherwise, and those said."""
    even = dict.fromkeys(STATUTORY_GROUNDS, Interval(1.0, 0.9, 1.1, 90))
    return tuple(GroupRatio(attribute, "g", ratio) for attribute, ratio in {**even, **ratios}.items())


@pytest.mark.parametrize("name", ["history_fair_by_law", "list_fair_by_law"])
def test_a_ratio_is_judged_by_its_lower_end(name: str) -> None:
    assert passes(name, groups=groups(origin=Interval(9.0, 1.25, 20.0, 12)))
    failed = found(name, groups=groups(origin=Interval(1.4, 1.26, 1.6, 900), sex=Interval(1.5, 1.3, 1.8, 900)))
    assert items(failed) == {"origin|g", "sex|g"}
    assert "1.40 (1.26 to 1.60, n = 900)" in {finding.figure for finding in failed}
    assert {finding.limit for finding in failed} == {"lower end at most 1.25"}


@pytest.mark.parametrize("name", ["history_fair_by_law", "list_fair_by_law"])
def test_a_ground_that_was_not_measured_fails_and_a_small_one_is_told(name: str) -> None:
    assert items(found(name, groups=groups()[1:])) == {STATUTORY_GROUNDS[0]}
    small = found(name, groups=groups(disability_pension=None))
    assert all(finding.passed for finding in small)
    assert "disability_pension|g" in small[0].reason


@pytest.mark.parametrize("name", ["history_fair_otherwise", "list_fair_otherwise"])
def test_what_the_law_does_not_name_is_judged_apart(name: str) -> None:
    uneven = Interval(2.0, 1.5, 2.6, 900)
    assert passes(name, groups=groups(origin=uneven))
    assert items(found(name, groups=groups(district=uneven))) == {"district|g"}
    assert passes(name.replace("otherwise", "by_law"), groups=groups(district=uneven))
    assert RULES[name].severity == "alarm"


def test_fairness_of_nobody_is_not_measured() -> None:
    assert not passes("fairness_measured", groups=groups(**dict.fromkeys(STATUTORY_GROUNDS)))
    assert passes("fairness_measured", groups=groups(sex=None, origin=None))


def test_every_rival_must_have_been_tried_and_beaten() -> None:
    ahead = RULES["beats_what_it_replaces"].passing.ahead
    assert items(found("beats_what_it_replaces", ahead={"rules": ahead["rules"]})) == {"logistic_by_p"}
    even = Interval(0.0, -0.1, 0.1, 90)
    assert items(found("beats_what_it_replaces", ahead={**ahead, "rules": even})) == {"rules"}


@pytest.mark.parametrize(
    ("low", "high", "passed"),
    [(0.2, 0.66, False), (0.2, 0.67, True), (1.5, 3.0, True), (1.51, 3.0, False), (0.1, 9.0, True)],
)
def test_the_level_may_be_off_by_half(low: float, high: float, passed: bool) -> None:
    ratio = Interval((low + high) / 2, low, high, 60)
    assert passes("calibrated_on_random_arm", ratio=ratio) is passed


def a_twin(value: float | None, *, quarters: int = 4, form: str = "") -> TwinEvidence:
    gap = None if value is None else Interval(value, value - 2, value + 2, 500)
    return TwinEvidence(gap_points=gap, quarters=quarters, cases=500, form=form)


@pytest.mark.parametrize(
    ("twin", "form"),
    [
        (a_twin(1.5), "glass_box"),
        (a_twin(-3.0), "glass_box"),
        (a_twin(1.6), "ensemble"),
        (a_twin(0.0, quarters=3), "ensemble"),
        (a_twin(None), "ensemble"),
        (a_twin(float("nan")), "ensemble"),
    ],
)
def test_the_twin_decides_which_form_is_promoted(twin: TwinEvidence, form: str) -> None:
    rule = RULES["plainest_form_chosen"]
    assert form_to_promote(twin, LIMITS) == form
    (undecided,) = rule.findings(twin, LIMITS)
    assert undecided.passed
    assert undecided.item == form
    for chosen in ("ensemble", "glass_box"):
        (finding,) = rule.findings(replace(twin, form=chosen), LIMITS)
        assert finding.passed is (chosen == form)


def test_a_gap_that_cannot_be_estimated_says_so() -> None:
    (finding,) = RULES["plainest_form_chosen"].findings(a_twin(None), LIMITS)
    assert finding.figure == "not estimable"
    assert "cannot be estimated" in finding.reason


def test_one_failing_case_stops_the_list_and_so_does_a_check_that_was_not_made() -> None:
    kept = RULES["explanations_hold"].passing.failing
    assert not passes("explanations_hold", failing={**kept, "additivity": 1})
    assert not passes("explanations_hold", failing={k: v for k, v in kept.items() if k != "exact_shapley"})
    assert not passes("explanations_hold", failing={**kept, "something_new": 1})
    assert not passes("explanations_hold", cases=0)


def test_the_input_that_drifted_is_named() -> None:
    assert items(found("inputs_have_not_drifted", index={"a": 0.26, "b": 0.25, "c": 3.0})) == {"a", "c"}
    assert items(found("inputs_are_steady", index={"a": 0.26, "b": 0.10})) == {"a"}
    assert not passes("inputs_have_not_drifted", index={})
    assert not passes("inputs_have_not_drifted", candidates=0)


def test_the_stale_register_is_named() -> None:
    assert items(found("registers_fresh", newest_days={"a": 45, "b": 46})) == {"b"}
    assert not passes("registers_fresh", newest_days={})


def test_left_out_is_told_and_used_without_basis_stops() -> None:
    (finding,) = found("nothing_without_basis", left_out=("benefit x", "feature f"))
    assert finding.passed
    assert "benefit x, feature f" in finding.reason
    (finding,) = found("nothing_without_basis", used_without_basis=("column a.b",))
    assert finding.item == "column a.b"


def test_an_assessment_that_has_not_begun_does_not_stand() -> None:
    assessed = RULES["dpia_stands"].passing.assessments
    later = replace(assessed["dpia"], valid_from=EXAMPLE_DAY + dt.timedelta(days=1))
    assert not passes("dpia_stands", assessments={**assessed, "dpia": later})
    assert passes("fria_stands", assessments={**assessed, "dpia": later})


@pytest.mark.parametrize(
    ("overrides", "passed"), [(9, False), (10, True), (120, True), (121, False), (0, False), (200, False)]
)
def test_both_hardly_ever_and_nearly_always_overruled_raise_the_alarm(overrides: int, passed: bool) -> None:
    assert passes("people_judge_for_themselves", overrides=overrides) is passed


def test_few_looks_tell_nothing() -> None:
    few = {"first_looks": 29, "blind_first_looks": 0, "overrides": 0}
    assert passes("people_judge_for_themselves", **few)
    assert passes("first_looks_blind", **few)
    assert "too few" in found("first_looks_blind", **few)[0].reason
    assert not passes("first_looks_blind", **{**few, "first_looks": 30})


def test_half_of_the_drawn_blind_looks_is_enough() -> None:
    assert passes("first_looks_blind", blind_first_looks=20)
    assert not passes("first_looks_blind", blind_first_looks=19)
    assert not passes("first_looks_blind", replace(LIMITS, blind_share=0.3), blind_first_looks=29)


def test_a_first_list_turns_over_nothing() -> None:
    assert passes("list_turns_over_slowly", churn=None)
    assert not passes("list_turns_over_slowly", churn=0.61)


def test_the_random_arm_counts_no_case_that_has_no_day() -> None:
    days = tuple(EXAMPLE_DAY - dt.timedelta(days=days) for days in (1, 2, 3, 4, 365, 366))
    assert passes("random_arm_kept_up", known_on=days)
    assert not passes("random_arm_kept_up", known_on=(*days[:4], days[5]))
    assert not passes("random_arm_kept_up", known_on=())
    assert not passes("random_arm_kept_up", known_on=days, known_last_year=4)


def test_the_burden_is_capped() -> None:
    assert passes("needless_burden_capped", needless_per_1000=200.0)
    assert not passes("needless_burden_capped", needless_per_1000=200.1)


def test_a_stop_is_told_with_who_gave_it_and_why() -> None:
    (finding,) = RULES["no_stop_in_force"].findings(StopEvidence("Too many of one group.", "owner"), LIMITS)
    assert not finding.passed
    assert finding.item == "owner"
    assert "Too many of one group." in finding.reason


def test_an_input_passes_by_an_entry_of_the_catalogue_until_its_last_day() -> None:
    entry = next(entry for entry in load_input_exceptions() if entry.columns)
    name = entry.features[0]
    inputs = {"texts": {name: ""}, "columns": {name: entry.columns}}
    last = entry.valid_to - dt.timedelta(days=1)
    assert passes("inputs_not_prohibited", replace(LIMITS, today=last), **inputs)
    (finding,) = found("inputs_not_prohibited", replace(LIMITS, today=entry.valid_to), **inputs)
    assert not finding.passed
    assert entry.columns[0] in finding.reason


def test_inputs_that_were_not_shown_whole_do_not_pass() -> None:
    assert not passes("inputs_not_prohibited", texts={}, columns={})
    assert not passes("inputs_not_prohibited", columns={})
    assert not passes("inputs_not_prohibited", texts={"citizenship_code": "x"}, columns={"citizenship_code": ()})
