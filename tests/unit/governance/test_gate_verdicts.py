"""A verdict is stored whole with one event, is what was recorded, and may be relied on only while it is fresh."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from governance.as_of import danish_moment
from governance.errors import GateClosed, UsageError
from governance.gate.documents import digest
from governance.gate.stop import resume, stop
from governance.gate.tables import EVIDENCE, VERDICTS
from governance.gate.verdicts import (
    fresh_passing_verdict,
    judge_and_record,
    list_verdicts,
    load_evidence,
    load_verdict,
    record_verdict,
)
from governance.rules.evidence import (
    AssessmentEvidence,
    BasisEvidence,
    HistoryFairnessEvidence,
    ModelEvidence,
    RandomArmEvidence,
    StopEvidence,
)
from governance.rules.limits import Limits
from governance.rules.rule import load_rules
from tests.gates import (
    SUBJECT,
    TODAY,
    HandClock,
    a_gate_store,
    assess_everything,
    break_in,
    events_of,
    judged_on,
    register_keys,
    sound_evidence,
)

RULES = load_rules()
DAY = dt.timedelta(days=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path, clock):
    store = a_gate_store(tmp_path, clock)
    assess_everything(store)
    yield store
    store.close()


def fresh(store, clock, *, gate="publish", subject=SUBJECT, hours=24):
    with store.reading() as connection:
        return fresh_passing_verdict(connection, gate=gate, subject=subject, now=clock.now(), verdict_hours=hours)


def test_a_verdict_is_stored_whole_with_exactly_one_event(store) -> None:
    verdict = judged_on(store, TODAY)
    assert verdict.passed
    assert verdict.id.startswith("publish-")
    assert events_of(store, "gate.judged") == [verdict.id]
    with store.reading() as connection:
        assert load_verdict(connection, verdict.id) == verdict
        assert list_verdicts(connection, newest=5) == (verdict,)
        evidence = load_evidence(connection, verdict)
    assert set(evidence) == {each.evidence for each in verdict.judged}
    assert {each["kind"] for each in evidence.values()} == {kind.__name__ for kind in sound_evidence("publish")}


def test_the_event_carries_ids_and_names_of_rules_alone(store) -> None:
    evidence = {**sound_evidence("publish"), ModelEvidence: RULES["model_recent"].failing}
    verdict = judge_and_record(store, gate="publish", subject=SUBJECT, evidence=evidence, limits=Limits(today=TODAY))
    with store.reading() as connection:
        text = connection.exec_driver_sql("SELECT details FROM audit_event WHERE action = 'gate.judged'").scalar()
    assert json.loads(text) == {
        "gate": "publish",
        "about": SUBJECT,
        "passed": False,
        "failed": ["model_recent"],
        "document_sha256": digest(verdict.document),
        "limits_changed": [],
    }


def test_a_limit_that_was_set_otherwise_is_told(store) -> None:
    limits = Limits(today=TODAY, needless_per_1000=500.0)
    verdict = judge_and_record(
        store, gate="publish", subject=SUBJECT, evidence=sound_evidence("publish"), limits=limits
    )
    assert verdict.changed_limits == {"needless_per_1000": (500.0, 200.0)}
    with store.reading() as connection:
        text = connection.exec_driver_sql("SELECT details FROM audit_event WHERE action = 'gate.judged'").scalar()
    assert json.loads(text)["limits_changed"] == ["needless_per_1000"]


def test_the_same_evidence_twice_is_two_verdicts_and_one_piece_of_evidence(store) -> None:
    first, second = judged_on(store, TODAY), judged_on(store, TODAY)
    assert first.id != second.id
    assert first.judged == second.judged
    with store.reading() as connection:
        assert [each.id for each in list_verdicts(connection, newest=5)] == [second.id, first.id]
        assert [each.id for each in list_verdicts(connection, newest=1)] == [second.id]
        assert connection.execute(EVIDENCE.select()).mappings().all()


def test_a_gate_looks_up_the_stop_and_the_assessments_itself(tmp_path) -> None:
    store = a_gate_store(tmp_path)
    claimed = {
        **sound_evidence("publish"),
        StopEvidence: StopEvidence("", "", in_force=False),
        AssessmentEvidence: RULES["dpia_stands"].passing,
    }
    with store.act("system.stopped") as act:
        stop(act, role="owner", reason="Enough.")
    verdict = judge_and_record(store, gate="publish", subject=SUBJECT, evidence=claimed, limits=Limits(today=TODAY))
    assert {each.rule for each in verdict.failed} == {
        "no_stop_in_force", "dpia_stands", "fria_stands", "risk_register_stands",
        "administrative_law_assessment_stands",
    }  # fmt: skip
    store.close()


def test_a_verdict_is_recorded_by_no_other_act(store) -> None:
    with pytest.raises(ValueError, match="no part of"), store.act("list.published") as act:
        record_verdict(act, gate="publish", subject=SUBJECT, evidence={}, limits=Limits(today=TODAY))
    assert events_of(store, "list.published") == []


def test_a_refused_act_leaves_neither_verdict_nor_event(store) -> None:
    class Odd:
        pass

    with pytest.raises(TypeError):
        judge_and_record(
            store, gate="publish", subject=SUBJECT, evidence={ModelEvidence: Odd()}, limits=Limits(today=TODAY)
        )
    with store.reading() as connection:
        assert connection.execute(VERDICTS.select()).all() == []
    assert events_of(store, "gate.judged") == []


def test_a_figure_that_is_no_number_can_be_stored(store) -> None:
    spoilt = replace(RULES["needless_burden_capped"].passing, needless_per_1000=float("nan"))
    evidence = {**sound_evidence("publish"), type(spoilt): spoilt}
    verdict = judge_and_record(store, gate="publish", subject=SUBJECT, evidence=evidence, limits=Limits(today=TODAY))
    assert [each.rule for each in verdict.failed] == ["needless_burden_capped"]


def test_there_is_no_verdict_of_that_id(store) -> None:
    with store.reading() as connection, pytest.raises(UsageError) as refused:
        load_verdict(connection, "publish-0000")
    assert refused.value.item == "publish-0000"


def test_a_fresh_passing_verdict_is_given_back(store, clock) -> None:
    verdict = judged_on(store, TODAY)
    clock.pass_by(hours=23, minutes=59)
    assert fresh(store, clock) == verdict


@pytest.mark.parametrize(("gate", "subject"), [("publish", "run-2"), ("promote", SUBJECT)])
def test_a_verdict_speaks_for_its_gate_and_subject_alone(store, clock, gate, subject) -> None:
    judged_on(store, TODAY)
    with pytest.raises(GateClosed, match="No verdict has been given"):
        fresh(store, clock, gate=gate, subject=subject)


def test_a_closed_gate_names_the_rule_the_group_the_figure_and_the_limit(store, clock) -> None:
    rule = RULES["history_fair_by_law"]
    evidence = {**sound_evidence("promote"), HistoryFairnessEvidence: rule.failing}
    verdict = judge_and_record(store, gate="promote", subject="m/1", evidence=evidence, limits=Limits(today=TODAY))
    with pytest.raises(GateClosed) as closed:
        fresh(store, clock, gate="promote", subject="m/1")
    for said in ("history_fair_by_law", "origin|immigrant", "1.90 (1.40 to 2.50", "lower end at most 1.25"):
        assert said in closed.value.what
    assert closed.value.item == verdict.id
    assert closed.value.exit_code == 13
    assert verdict.id in closed.value.remedy


def test_what_was_not_measured_is_named(store, clock) -> None:
    judge_and_record(store, gate="publish", subject=SUBJECT, evidence={}, limits=Limits(today=TODAY))
    with pytest.raises(GateClosed, match=r"explanations_hold \(not measured\)"):
        fresh(store, clock)


def test_the_newest_verdict_counts_even_after_a_passing_one(store, clock) -> None:
    judged_on(store, TODAY)
    judge_and_record(store, gate="publish", subject=SUBJECT, evidence={}, limits=Limits(today=TODAY))
    with pytest.raises(GateClosed):
        fresh(store, clock)
    judged_on(store, TODAY)
    assert fresh(store, clock).passed


def test_a_verdict_grows_old(store, clock) -> None:
    judged_on(store, TODAY, verdict_hours=24)
    clock.pass_by(hours=24)
    with pytest.raises(GateClosed, match="older than 24 hours"):
        fresh(store, clock)


def test_a_verdict_is_fresh_all_of_its_day(store, clock) -> None:
    clock.at = danish_moment(TODAY, dt.time(0, 1))
    judged_on(store, TODAY)
    clock.pass_by(hours=23)
    assert fresh(store, clock, hours=1).passed
    clock.pass_by(hours=1)
    with pytest.raises(GateClosed, match="older than 1 hours"):
        fresh(store, clock, hours=1)


def test_a_verdict_from_the_future_is_not_believed(store, clock) -> None:
    judged_on(store, TODAY)
    clock.pass_by(hours=-1)
    with pytest.raises(GateClosed, match="future"):
        fresh(store, clock)


def test_a_stop_outdates_every_verdict_even_once_it_is_lifted(store, clock) -> None:
    keys = register_keys(store)
    judged_on(store, TODAY)
    clock.pass_by(minutes=1)
    with store.act("system.stopped") as act:
        stop(act, role="dpo", reason="Look again.")
    with pytest.raises(GateClosed, match="A stop by the dpo is in force"):
        fresh(store, clock)
    with store.act("system.resumed") as act:
        resume(act, reason="Looked.", key=keys["dpo"])
    clock.pass_by(minutes=1)
    with pytest.raises(GateClosed, match="stopped after the verdict"):
        fresh(store, clock)
    judged_on(store, TODAY)
    assert fresh(store, clock).passed


LAPSING = {
    "labels_recent": (ModelEvidence, {"newest_label": TODAY - 450 * DAY}),
    "model_recent": (ModelEvidence, {"trained_as_of": TODAY - 200 * DAY}),
    "fairness_run_recent": (HistoryFairnessEvidence, {"measured_on": TODAY - 100 * DAY}),
    "bases_not_lapsed": (BasisEvidence, {"next_expiry": TODAY + DAY}),
    "random_arm_kept_up": (RandomArmEvidence, {"known_on": tuple(TODAY - d * DAY for d in (365, 9, 8, 7, 6))}),
}


@pytest.mark.parametrize("name", LAPSING)
def test_a_lapse_outdates_a_verdict_within_its_hours(store, clock, name) -> None:
    kind, changes = LAPSING[name]
    sound = sound_evidence("publish")
    evidence = {**sound, kind: replace(sound[kind], **changes)}
    verdict = judge_and_record(store, gate="publish", subject=SUBJECT, evidence=evidence, limits=Limits(today=TODAY))
    assert verdict.good_through == TODAY
    clock.at = danish_moment(TODAY, dt.time(23, 59))
    assert fresh(store, clock).passed
    clock.pass_by(minutes=2)
    with pytest.raises(GateClosed, match="has lapsed"):
        fresh(store, clock)
    again = judge_and_record(
        store, gate="publish", subject=SUBJECT, evidence=evidence, limits=Limits(today=TODAY + DAY)
    )
    assert [each.rule for each in again.failed] == [name]


@pytest.mark.parametrize("kind", ["dpia", "fria", "risk_register", "administrative_law"])
def test_a_lapsed_assessment_stops_publication_by_itself(tmp_path, kind) -> None:
    store = a_gate_store(tmp_path)
    assess_everything(store, **{kind: TODAY})
    assert judged_on(store, TODAY).passed
    (failed,) = judged_on(store, TODAY + DAY).failed
    assert failed.item == kind
    store.close()


def test_a_verdict_that_was_changed_in_the_database_is_refused(store, clock, tmp_path) -> None:
    judge_and_record(store, gate="publish", subject=SUBJECT, evidence={}, limits=Limits(today=TODAY))
    break_in(tmp_path, "UPDATE gate_verdict SET document = replace(document, '\"passed\":false', '\"passed\":true')")
    with pytest.raises(GateClosed, match="not the one that was recorded"):
        fresh(store, clock)


def test_a_verdict_that_was_slipped_in_has_no_event(store, clock, tmp_path) -> None:
    verdict = judged_on(store, TODAY)
    document = verdict.document.replace('"number":1', '"number":2')
    slipped = (2, "2024-06-01T12:00:00.000000Z", f"publish-{digest(document)[:16]}", "publish", SUBJECT, document)
    break_in(
        tmp_path, "INSERT INTO gate_verdict (number, at, id, gate, subject, document) VALUES (?,?,?,?,?,?)", *slipped
    )
    with pytest.raises(GateClosed, match="no event in the log"):
        fresh(store, clock)


def test_the_database_refuses_to_change_a_verdict(store) -> None:
    verdict = judged_on(store, TODAY)
    for statement in (
        VERDICTS.update().values(document="{}"),
        VERDICTS.delete().where(VERDICTS.c.id == verdict.id),
        EVIDENCE.delete(),
    ):
        with pytest.raises(Exception, match="append-only"), store.act("gate.judged") as act:
            act.connection.execute(statement)
