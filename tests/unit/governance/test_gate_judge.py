"""What a gate answers: unknown closes it, alarms do not, exceptions cover what they name, and every lapse closes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from governance.gate.exceptions import SignedException
from governance.gate.judge import good_through, is_open, judge
from governance.rules.evidence import Interval, OperationEvidence, ProxyEvidence, Separation
from governance.rules.limits import Limits
from governance.rules.rule import GATES, load_rules, rules_of
from tests.gates import TODAY, sound_evidence

RULES = load_rules()
LIMITS = Limits(today=TODAY)
DAY = dt.timedelta(days=1)


def closers(gate: str, evidence, limits: Limits = LIMITS, exceptions=()) -> set[str]:
    return {each.rule for each in judge(gate, evidence, limits=limits, exceptions=exceptions) if each.closes}


@pytest.mark.parametrize("gate", GATES)
def test_sound_evidence_opens_the_gate(gate: str) -> None:
    judged = judge(gate, sound_evidence(gate), limits=LIMITS)
    assert is_open(judged)
    assert {each.rule for each in judged} == {rule.name for rule in rules_of(gate)}
    assert {each.outcome for each in judged} == {"passed"}
    assert all(len(each.evidence) == 64 for each in judged)


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_without_evidence_is_closed_by_every_rule_that_stops(gate: str) -> None:
    judged = judge(gate, {}, limits=LIMITS)
    assert {each.outcome for each in judged} == {"not_measured"}
    assert {each.rule for each in judged if each.closes} == {
        rule.name for rule in rules_of(gate) if rule.severity == "stop"
    }


@pytest.mark.parametrize(("gate", "name"), [(gate, rule.name) for gate in GATES for rule in rules_of(gate)])
def test_each_rule_alone_closes_its_gate_or_raises_its_alarm(gate: str, name: str) -> None:
    rule = RULES[name]
    judged = judge(gate, {**sound_evidence(gate), rule.evidence: rule.failing}, limits=LIMITS)
    mine = [each for each in judged if each.rule == name]
    assert any(each.outcome == ("failed" if rule.severity == "stop" else "alarm") for each in mine)
    assert any(each.closes for each in mine) is (rule.severity == "stop")
    if rule.severity == "stop":
        assert not is_open(judged)


@pytest.mark.parametrize(("gate", "kind"), [(gate, kind) for gate in GATES for kind in sound_evidence(gate)])
def test_each_missing_piece_of_evidence_closes_the_gate(gate: str, kind: type) -> None:
    evidence = {key: value for key, value in sound_evidence(gate).items() if key is not kind}
    assert closers(gate, evidence) == {
        rule.name for rule in rules_of(gate) if rule.evidence is kind and rule.severity == "stop"
    }
    assert closers(gate, evidence)


def test_a_gate_that_asked_nothing_is_closed() -> None:
    assert not is_open(())


HIGH = Interval(0.9, 0.85, 0.95, 300)
PROXIES = ProxyEvidence(
    measured_on=TODAY,
    separations=(
        Separation("movers", "origin", "immigrant", HIGH),
        Separation("care_of", "sex", "F", HIGH),
        Separation("matrix", "sex", "F", replace(HIGH, value=0.8)),
    ),
)


def an_exception(rule: str, item: str = "", *, expires: dt.date = TODAY) -> SignedException:
    return SignedException(f"exception-{rule}-{item}", rule, item, "Needed by law.", expires)


def test_an_exception_covers_the_item_it_names_and_no_other() -> None:
    evidence = {**sound_evidence("promote"), ProxyEvidence: PROXIES}
    one = an_exception("no_proxy_feature", "movers|origin")
    judged = judge("promote", evidence, limits=LIMITS, exceptions=[one])
    outcomes = {each.item: each.outcome for each in judged if each.rule == "no_proxy_feature"}
    assert outcomes == {"movers|origin": "excepted", "care_of|sex": "failed"}
    assert not is_open(judged)
    both = [one, an_exception("no_proxy_feature", "care_of|sex")]
    judged = judge("promote", evidence, limits=LIMITS, exceptions=both)
    assert is_open(judged)
    assert {each.exception for each in judged if each.outcome == "excepted"} == {each.id for each in both}


@pytest.mark.parametrize("item", ["", "movers", "movers|sex", "matrix|origin"])
def test_an_exception_for_another_item_covers_nothing(item: str) -> None:
    evidence = {**sound_evidence("promote"), ProxyEvidence: PROXIES}
    assert closers("promote", evidence, exceptions=[an_exception("no_proxy_feature", item)]) == {"no_proxy_feature"}


def test_an_exception_never_covers_what_was_not_measured() -> None:
    evidence = {key: value for key, value in sound_evidence("publish").items() if key is not OperationEvidence}
    everything = [an_exception(rule.name) for rule in rules_of("publish")]
    assert closers("publish", evidence, exceptions=everything) == {"first_looks_blind", "needless_burden_capped"}


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if not rule.exceptable])
def test_what_can_never_be_excepted_is_not(name: str) -> None:
    rule = RULES[name]
    gate = rule.gates[0]
    (item,) = {finding.item for finding in rule.findings(rule.failing, LIMITS) if not finding.passed}
    exceptions = [an_exception(name, item), an_exception(name)]
    assert name in closers(gate, {**sound_evidence(gate), rule.evidence: rule.failing}, exceptions=exceptions)


def test_an_exception_from_what_passes_is_not_said_to_be_used() -> None:
    judged = judge("publish", sound_evidence("publish"), limits=LIMITS, exceptions=[an_exception("model_recent")])
    assert {each.exception for each in judged} == {""}


def with_last_day(name: str, last: dt.date) -> dict[type, object]:
    """Sound evidence that rests on something whose last day is `last`, by the rule that lapses."""
    changes = {
        "registers_fresh": {"as_of": last - 30 * DAY, "newest_days": {"residence": 15}},
        "labels_recent": {"newest_label": last - LIMITS.label_age_days * DAY},
        "model_recent": {"trained_as_of": last - LIMITS.model_age_days * DAY},
        "fairness_run_recent": {"measured_on": last - LIMITS.fairness_age_days * DAY},
        "proxy_screen_recent": {"measured_on": last - LIMITS.fairness_age_days * DAY},
        "bases_not_lapsed": {"next_expiry": last + DAY},
        "random_arm_kept_up": {
            "known_on": (last - 365 * DAY, *(last - each * DAY for each in range(1, LIMITS.random_arm_year_cases)))
        },
        **{name: {"assessments": _assessed_to(name, last)} for name in ASSESSMENT_RULES},
    }
    rule = RULES[name]
    return {rule.evidence: replace(rule.passing, **changes[name])}


ASSESSMENT_RULES = {
    "dpia_stands": "dpia",
    "fria_stands": "fria",
    "risk_register_stands": "risk_register",
    "administrative_law_assessment_stands": "administrative_law",
}


def _assessed_to(name: str, last: dt.date):
    kind = ASSESSMENT_RULES[name]
    assessed = RULES[name].passing.assessments
    return {**assessed, kind: replace(assessed[kind], valid_to=last)}


LAPSES = [
    *ASSESSMENT_RULES, "fairness_run_recent", "proxy_screen_recent", "bases_not_lapsed", "random_arm_kept_up",
    "labels_recent", "model_recent", "registers_fresh",
]  # fmt: skip
AT_GATES = [(gate, name) for name in LAPSES for gate in RULES[name].gates]


def test_every_lapse_stops_publication() -> None:
    assert {name for gate, name in AT_GATES if gate == "publish"} == set(LAPSES)


@pytest.mark.parametrize(("gate", "name"), AT_GATES)
def test_each_lapse_closes_the_gate_the_day_after_and_not_before(gate: str, name: str) -> None:
    evidence = {**sound_evidence(gate), **with_last_day(name, TODAY)}
    assert closers(gate, evidence) == set()
    assert closers(gate, evidence, replace(LIMITS, today=TODAY + DAY)) == {name}
    assert good_through(gate, evidence, limits=LIMITS) == TODAY


def test_an_exception_lapses_too() -> None:
    rule = RULES["needless_burden_capped"]
    evidence = {**sound_evidence("publish"), rule.evidence: rule.failing}
    exceptions = [an_exception(rule.name, expires=TODAY)]
    assert closers("publish", evidence, exceptions=exceptions) == set()
    assert closers("publish", evidence, replace(LIMITS, today=TODAY + DAY), exceptions) == {rule.name}
    assert good_through("publish", evidence, limits=LIMITS, exceptions=exceptions) == TODAY


def test_sound_evidence_is_good_for_as_long_as_a_verdict_may_be_used() -> None:
    assert good_through("publish", sound_evidence("publish"), limits=LIMITS) == TODAY + DAY
    longer = replace(LIMITS, verdict_hours=49)
    assert good_through("publish", sound_evidence("publish"), limits=longer) == TODAY + 3 * DAY


def test_the_evidence_is_named_by_its_content() -> None:
    evidence = sound_evidence("publish")
    same, other = (
        {each.rule: each.evidence for each in judge("publish", given, limits=LIMITS)}
        for given in (
            sound_evidence("publish"),
            {**evidence, OperationEvidence: replace(evidence[OperationEvidence], churn=0.31)},
        )
    )
    assert {name for name in same if same[name] != other[name]} == {
        rule.name for rule in rules_of("publish") if rule.evidence is OperationEvidence
    }
