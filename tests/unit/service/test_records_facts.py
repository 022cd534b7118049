"""What is gathered for the records: promotion, verdicts, assessments, exceptions and stop, figures written out flat."""

from __future__ import annotations

import dataclasses
import datetime as dt
from types import SimpleNamespace

import pytest

from governance.gate.exceptions import sign_exception
from governance.gate.stop import resume, stop
from governance.rules.evidence import CalibrationEvidence, ComparisonEvidence, Interval, TwinEvidence
from governance.settings import Settings
from service.records_facts import NOT_STATED, gather_facts
from service.records_run import promoted_model
from tests.gates import TODAY, HandClock, a_gate_store, assess_everything, judged_on, register_keys
from training.evidence import FormEvidence, TrainingEvidence
from training.registry import RegisteredModel
from training.run_record import RunRecord

VERSION = "adressekontrol/7"
RATIO = Interval(0.123456, 0.1, 0.25, 40)
MEASURED = TrainingEvidence(
    ensemble=FormEvidence(
        comparison=ComparisonEvidence({"model": 0.5}, {"rules": RATIO}, 3, 120),
        calibration=CalibrationEvidence(40, 2.5, 3, RATIO),
    ),
    twin=TwinEvidence(None, 1, 12),
)


@pytest.fixture
def store(tmp_path):
    opened = a_gate_store(tmp_path / "home", HandClock())
    yield opened
    opened.close()


def facts(store, *, evidence=MEASURED, **changes):
    model = SimpleNamespace(
        as_of=TODAY, labels=300, hits=30, hourly_cost_ore=70_000, inputs=SimpleNamespace(names=("adults",))
    )
    run = RunRecord(
        parameters={"seed": "1", "label_delay_days": "180"},
        figures=(
            {"method": "model", "metric": "m", "mean": "0.5", "standard_error": "NaN", "folds": "1", "cases": "9",
             "rests_on": "later cases"},
        ),
        unused={"outcome": 3},
        earlier=((VERSION, "2024-06-01", "m"),),
        evidence=evidence,
    )  # fmt: skip
    registered = RegisteredModel(model, VERSION, "run", {"feature_catalogue": "c", "matrix": "m"})
    given = {"settings": Settings(), "on": TODAY, "in_use": False, "retired": ""} | changes
    with store.reading() as connection:
        return gather_facts(registered, run, connection, **given)


def test_where_nothing_was_judged_nothing_is_stated(store) -> None:
    found = facts(store)
    assert (found.verdict, found.assessments, found.exceptions, found.stopped) == (None, (), (), "")
    with store.reading() as connection:
        assert promoted_model(connection) is None


def test_the_last_promote_verdict_on_this_very_model_is_told_rule_by_rule(store) -> None:
    judged_on(store, TODAY, gate="promote", subject=VERSION)
    last = judged_on(store, TODAY, gate="promote", subject=VERSION)
    judged_on(store, TODAY, gate="promote", subject="adressekontrol/8")
    judged_on(store, TODAY, gate="publish", subject=VERSION)
    found = facts(store).verdict
    assert (found.id, found.passed) == (last.id, last.passed)
    assert [(each.rule, each.outcome, each.figure, each.limit) for each in found.judged] == [
        (each.rule, each.outcome, each.figure, each.limit) for each in last.judged
    ]
    assert {"fairness", "law", "model"} <= {each.family for each in found.judged}


def test_assessments_stop_and_exceptions_are_those_in_force(store) -> None:
    assess_everything(store)
    keys = register_keys(store)
    with store.act("exception.signed") as act:
        sign_exception(
            act, rule="model_recent", item="", reason="a new one is in training",
            expires=TODAY + dt.timedelta(days=30), key=keys["dpo"],
        )  # fmt: skip
    with store.act("system.stopped") as act:
        stop(act, role="dpo", reason="a doubt about the register")
    found = facts(store)
    assert {each.kind for each in found.assessments} == {"dpia", "fria", "risk_register", "administrative_law"}
    assert found.exceptions == (("model_recent", "", (TODAY + dt.timedelta(days=30)).isoformat()),)
    assert found.stopped == "dpo: a doubt about the register"
    with store.act("system.resumed") as act:
        resume(act, reason="looked into", key=keys["dpo"])
    assert facts(store).stopped == ""
    assert facts(store, on=TODAY + dt.timedelta(days=31)).exceptions == ()


def test_the_model_in_use_is_the_one_promoted_last(store) -> None:
    for version in ("adressekontrol/3", VERSION):
        with store.act("model.promoted", subject=version):
            pass
    with store.reading() as connection:
        assert promoted_model(connection) == VERSION


def test_figures_for_the_gates_are_written_out_with_their_intervals(store) -> None:
    told = dict(facts(store).model.measured)
    assert told["ensemble, calibration ratio"] == "0.1235 (0.1000 to 0.2500; 40)"
    assert told["ensemble, comparison ahead rules"] == "0.1235 (0.1000 to 0.2500; 40)"
    assert told["ensemble, comparison captured model"] == "0.5000"
    assert told["ensemble, twin gap_points"] == "not yet assessed"
    assert told["glass_box, twin quarters"] == "1"
    assert facts(store, evidence=TrainingEvidence()).model.measured == ()


def test_one_fold_has_no_standard_error(store) -> None:
    assert [each.standard_error for each in facts(store).model.figures] == [None]


def test_every_setting_is_stated_or_left_out_by_name(store) -> None:
    stated = {each.name for each in facts(store).settings}
    assert stated | NOT_STATED >= {each.name for each in dataclasses.fields(Settings)}
    assert not stated & NOT_STATED
    assert {each.name for each in facts(store, settings=Settings(innocent_ratio=1.5)).limits} >= {"innocent_ratio"}
    assert {each.value for each in facts(store, settings=Settings(innocent_ratio=1.5)).limits} >= {"1.5"}
