"""Every rule against its own two examples, and the book of rules against what a book must hold."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

import pytest

from governance.rules import evidence as evidence_module
from governance.rules.evidence import Assessment, GroupRatio, Interval, Separation
from governance.rules.limits import Limits, limits
from governance.rules.rule import EXAMPLE_DAY, FAMILIES, GATES, load_rules, rule, rules_of
from governance.settings import Settings

RULES = load_rules()
LIMITS = Limits(today=EXAMPLE_DAY)
PRINCIPLES = {
    "self_determination", "dignity", "responsibility", "explainability", "equality_and_justice", "development",
    "legal_certainty", "lawfulness",
}  # fmt: skip
PARTS = {Interval, GroupRatio, Separation, Assessment}
"""Classes that stand inside evidence and are judged with it."""


@pytest.mark.parametrize("name", RULES)
def test_a_rule_passes_its_passing_example_and_fails_its_failing_one(name: str) -> None:
    rule = RULES[name]
    passing, failing = (rule.findings(example, LIMITS) for example in (rule.passing, rule.failing))
    assert all(finding.passed for finding in passing)
    assert not all(finding.passed for finding in failing)
    for finding in (*passing, *failing):
        assert finding.figure
        assert finding.limit
        assert finding.reason.endswith(".")
    if not rule.per_item:
        assert len(passing) == len(failing) == 1


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_it_is(name: str) -> None:
    rule = RULES[name]
    assert rule.text.endswith(".")
    assert rule.authority
    assert rule.principle in PRINCIPLES
    assert rule.family in FAMILIES
    assert set(rule.gates) <= set(GATES)
    assert rule.gates
    assert rule.judge.__doc__
    assert rule.judge.__module__ == f"governance.rules.{rule.family}_rules"


def classes_of_evidence() -> set[type]:
    return {
        each
        for _, each in inspect.getmembers(evidence_module, inspect.isclass)
        if each.__module__ == evidence_module.__name__
    } - PARTS


def test_every_kind_of_evidence_is_judged_by_some_rule() -> None:
    assert {rule.evidence for rule in RULES.values()} == classes_of_evidence()


def test_every_family_has_rules_and_every_gate_asks_some_that_stop() -> None:
    assert {rule.family for rule in RULES.values()} == set(FAMILIES)
    for gate in GATES:
        assert any(rule.severity == "stop" for rule in rules_of(gate))


def test_one_sound_piece_of_evidence_of_each_kind_is_enough_for_all_its_rules() -> None:
    for kind in classes_of_evidence():
        assert len({repr(rule.passing) for rule in RULES.values() if rule.evidence is kind}) == 1


NEVER_EXCEPTED = {
    "registers_within_contract", "plainest_form_chosen", "explanations_hold", "inputs_not_prohibited",
    "fairness_measured", "nothing_without_basis", "bases_not_lapsed", "dpia_stands", "fria_stands",
    "risk_register_stands", "administrative_law_assessment_stands", "no_stop_in_force", "random_arm_reaches_all",
    "random_arm_committed",
}  # fmt: skip


def test_what_can_never_be_excepted_is_written_down_twice() -> None:
    assert {name for name, rule in RULES.items() if not rule.exceptable} == NEVER_EXCEPTED


def without_numbers(value):
    """The same evidence with every fraction replaced by what is no number."""
    if isinstance(value, float):
        return float("nan")
    if dataclasses.is_dataclass(value):
        return dataclasses.replace(
            value, **{each.name: without_numbers(getattr(value, each.name)) for each in dataclasses.fields(value)}
        )
    if isinstance(value, dict):
        return {key: without_numbers(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(without_numbers(inner) for inner in value)
    return value


# the fractions in their evidence are shown and not judged
JUDGED_BY_OTHER_THINGS = {
    "registers_within_contract", "registers_fresh", "enough_random_cases", "labels_recent", "model_recent", "explanations_hold",
    "fairness_measured", "fairness_run_recent", "proxy_screen_recent", "random_arm_listed", "random_arm_committed",
    "random_arm_kept_up", "people_judge_for_themselves", "first_looks_blind",
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_a_figure_that_is_no_number_never_passes(name: str) -> None:
    rule = RULES[name]
    spoilt = without_numbers(rule.passing)
    passed = all(finding.passed for finding in rule.findings(spoilt, LIMITS))
    nothing_to_spoil = repr(spoilt) == repr(rule.passing)
    # a twin that cannot be compared leaves the ensemble in place
    assert passed == (nothing_to_spoil or name in JUDGED_BY_OTHER_THINGS or name == "plainest_form_chosen")


def test_evidence_of_another_kind_is_a_fault_and_no_pass() -> None:
    with pytest.raises(TypeError, match="dpia_stands"):
        RULES["dpia_stands"].findings(RULES["model_recent"].passing, LIMITS)


def test_a_rule_cannot_be_declared_twice() -> None:
    again = RULES["model_recent"]
    declare = rule(
        family="model", text="x.", text_da="x.", finding_da="x.", authority="x", principle="dignity", gates=("promote",),
        passing=None, failing=None,
    )  # fmt: skip
    with pytest.raises(ValueError, match="model_recent"):
        declare(again.judge)


def test_limits_and_settings_have_the_same_defaults() -> None:
    assert limits(Settings(), today=EXAMPLE_DAY) == LIMITS


def test_an_installation_chooses_its_limits_by_settings() -> None:
    chosen = limits(Settings(proxy_auc_feature=0.6, model_age_days=10, freshness_days=3), today=EXAMPLE_DAY)
    assert (chosen.proxy_auc_feature, chosen.model_age_days, chosen.freshness_days) == (0.6, 10, 3)


@pytest.mark.parametrize("limit", [each.name for each in dataclasses.fields(Limits)])
def test_no_limit_stands_idle(limit: str) -> None:
    places = [*Path(inspect.getfile(evidence_module)).parent.glob("*_rules.py"), Path("governance/gate/judge.py")]
    root = Path(inspect.getfile(evidence_module)).parents[2]
    assert any(f"limits.{limit}" in (root / place).read_text(encoding="utf-8") for place in places)
