"""A model before the promote gate, through the command line: what opens it, what holds it shut, and what is no way in."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from governance.errors import AuditLogBroken, GateClosed
from governance.gate.verdicts import judge_and_record, load_verdict
from governance.rules.law_rules import ASSESSMENT_KINDS
from governance.rules.limits import limits
from governance.rules.rule import rules_of
from service import promotion
from service.log_checks import require_as_trained
from tests.functional.governed import DAY, Governed, assess
from tests.gates import HandClock, sound_evidence
from training.registry import MODEL_NAME, load_model, quiet_mlflow, set_alias, set_form

VERSION = f"{MODEL_NAME}/1"
STABLE = {"stability_overlap": "1.0"}
"""A limit that no two trainings keep."""


def refused(called, code: int, said: str = "") -> None:
    assert called.code == code, (called.code, called.err)
    assert said in called.problem["what"] + called.problem["item"], called.err


def failed(document) -> set[str]:
    return {each["rule"] for each in document["judged"] if each["outcome"] in {"failed", "not_measured"}}


@pytest.fixture
def waiting(unpromoted, tmp_path) -> Governed:
    """A judged model before the gate, to be changed at will."""
    return unpromoted.copy(tmp_path / "home")


def test_a_verdict_is_shown_with_every_rule(promoted) -> None:
    shown = promoted.call("gate", "show", promoted.promotion, "--json").document
    assert shown["passed"] is True and shown["subject"] == VERSION
    assert {each["rule"] for each in shown["judged"]} == {rule.name for rule in rules_of("promote")}
    for each in shown["judged"]:
        assert each["figure"] and each["limit"] and each["reason"]
        assert shown["evidence"][each["evidence"]]["figures"]
    printed = promoted.call("gate", "show", promoted.promotion)
    assert printed.code == 0
    assert all(each["rule"] in printed.out and each["reason"] in printed.out for each in shown["judged"])


def test_a_promotion_stands_in_the_log_and_the_registry_mirrors_it(promoted) -> None:
    assert promoted.actions()[-3:] == ["fairness.measured", "gate.judged", "model.promoted"]
    _, subject, said = promoted.events()[-1]
    (trained,) = (details for action, _, details in promoted.events() if action == "model.trained")
    assert (subject, said["verdict"], said["form"]) == (VERSION, promoted.promotion, "ensemble")
    assert {name: said[name] for name in ("run", "model_sha256", "evidence_sha256")} == {
        name: trained[name] for name in ("run", "model_sha256", "evidence_sha256")
    }
    assert load_model("adressekontrol@champion", settings=promoted.settings()).version == VERSION


@pytest.mark.parametrize("kinds", [(), ("dpia", "fria", "risk_register")])
def test_without_assessments_the_gate_names_them(waiting, quickly, kinds) -> None:
    assess(waiting, kinds=kinds)
    closed = waiting.promote()
    refused(closed, 13)
    missing = set(ASSESSMENT_KINDS) - set(kinds)
    rules = {f"{kind}{'_assessment' if kind == 'administrative_law' else ''}_stands" for kind in missing}
    assert failed(closed.document) == rules
    assert all(
        f"{rule} ({kind})" in closed.problem["what"] for rule, kind in zip(sorted(rules), sorted(missing), strict=True)
    )
    assert "model.promoted" not in waiting.actions()


@pytest.fixture
def nobody_described(unpromoted, tmp_path) -> Iterator[Path]:
    town = tmp_path / "town"
    shutil.copytree(unpromoted.town, town)
    path = town / "protected.parquet"
    pl.read_parquet(path).clear().write_parquet(path)
    yield town


def test_without_protected_fairness_is_not_measured_and_the_gate_stays_shut(waiting, nobody_described) -> None:
    assess(waiting)
    before = waiting.actions()
    closed = waiting.promote(town=nobody_described)
    refused(closed, 13, "fairness_measured")
    unmeasured = {each["rule"] for each in closed.document["judged"] if each["outcome"] == "not_measured"}
    assert failed(closed.document) == unmeasured
    assert {"fairness_measured", "history_fair_by_law", "no_proxy_feature", "no_proxy_matrix"} <= unmeasured
    assert waiting.actions()[len(before) :] == ["gate.judged"]
    signing = ("--reason", "Nobody is described.", "--until", DAY, "--key", waiting.key("dpo"))
    assert waiting.call("gate", "except", "fairness_measured", *signing).code == 13


def test_an_exception_lets_an_excepted_rule_pass_until_its_last_day(waiting, quickly) -> None:
    assess(waiting)
    refused(waiting.promote(**STABLE), 13, "list_stable_under_retraining")
    until = DAY + dt.timedelta(days=3)
    words = ("gate", "except", "list_stable_under_retraining", "--reason", "A small town.", "--until", until)
    assert waiting.call(*words, "--key", waiting.key("owner")).code == 12
    assert waiting.call(*words, "--key", waiting.key("dpo")).code == 0

    def on(day: dt.date):
        words = ("gate", "promote", waiting.town, "--as-of", day, "--json")
        return waiting.call(*words, invented_day=day.isoformat(), **STABLE)

    after = on(until + dt.timedelta(days=1))
    refused(after, 13, "list_stable_under_retraining")
    assert failed(after.document) == {"list_stable_under_retraining"}
    passed = on(until)
    assert passed.code == 0, passed.err
    (excepted,) = (each for each in passed.document["judged"] if each["outcome"] == "excepted")
    assert excepted["rule"] == "list_stable_under_retraining" and excepted["exception"].startswith("exception-1-")


def test_a_model_of_no_later_judgement_is_not_promoted(waiting, quickly, monkeypatch) -> None:
    """`train --no-evaluate` leaves comparison, calibration, stability and twin unmeasured."""
    from tests.functional.governed import learn_quickly

    assess(waiting)
    learn_quickly(monkeypatch)
    assert waiting.call("train", waiting.town, "--as-of", DAY, "--no-evaluate").code == 0
    closed = waiting.promote()
    refused(closed, 13, "beats_what_it_replaces")
    assert failed(closed.document) == {
        "beats_what_it_replaces", "calibrated_on_random_arm", "list_stable_under_retraining", "plainest_form_chosen",
    }  # fmt: skip


@pytest.fixture
def altered(unpromoted):
    """A function that alters an artifact of the model, which is put back afterwards: copies of a home share them."""
    kept: dict[Path, bytes] = {}
    times: dict[Path, int] = {}

    def alter(name: str) -> None:
        # later trainings of copies keep their artifacts there, too
        path = min((unpromoted.home / "artifacts").rglob(name), key=lambda each: each.stat().st_mtime_ns)
        kept[path], times[path] = path.read_bytes(), path.stat().st_mtime_ns
        if name == "evidence.json":
            path.write_text(json.dumps(json.loads(kept[path]) | {"twin": None}), encoding="utf-8")
        else:
            path.write_bytes(kept[path] + b"\n")

    yield alter
    for path, content in kept.items():
        path.write_bytes(content)
        os.utime(path, ns=(times[path], times[path]))


@pytest.mark.parametrize(
    ("name", "seal"),
    [("evidence.json", "evidence_sha256"), ("python_model.pkl", "model_sha256"), ("MLmodel", "model_sha256")],
)
def test_a_model_that_was_altered_after_its_training_is_found(governed, altered, name, seal) -> None:
    altered(name)
    before = governed.actions()
    refused(governed.promote(), 14, seal)
    assert governed.actions() == before


def test_a_list_of_an_altered_model_is_not_made(governed, altered) -> None:
    altered("python_model.pkl")
    refused(governed.rank("--json"), 14, "model_sha256")
    assert governed.actions().count("list.made") == 1


def test_a_model_that_another_installation_trained_is_not_promoted(waiting) -> None:
    (waiting.home / "adressekontrol.db").unlink()
    shutil.rmtree(waiting.home / "checkpoints")
    refused(waiting.promote(), 13, "knows no training")
    assert waiting.actions() == []


def test_another_model_under_a_promoted_number_is_not_the_promoted_one(governed, unpromoted) -> None:
    """MLflow's store made anew counts from 1 again."""
    registered = load_model(None, settings=governed.settings())
    other = type(registered)(registered.model, registered.version, "0" * 32, registered.tags)
    with governed.store().act("model.trained", subject=VERSION, details={"run": "0" * 32}):
        pass
    store = governed.store()
    with pytest.raises(AuditLogBroken, match="run"):
        require_as_trained(registered, settings=governed.settings(), store=store)
    assert other.version == VERSION


def test_an_alias_moved_by_hand_promotes_nothing(governed) -> None:
    settings = governed.settings()
    with quiet_mlflow(settings) as mlflow:
        client = mlflow.MlflowClient()
        first = client.get_model_version(MODEL_NAME, "1")
        second = client.create_model_version(MODEL_NAME, first.source, first.run_id, tags=first.tags)
    set_alias(f"{MODEL_NAME}/{second.version}", "champion", settings=settings)
    listed = governed.rank("--model", "adressekontrol@champion", "--json")
    assert listed.code == 0, listed.err
    assert listed.document["model_version"] == f"{MODEL_NAME}/2"
    refused(governed.publish(listed.document["run_id"]), 13, "never promoted")
    refused(governed.promote("--model", f"{MODEL_NAME}/2"), 13, "knows no training")


def test_a_form_changed_by_hand_promotes_nothing(governed) -> None:
    set_form(VERSION, "glass_box", settings=governed.settings())
    listed = governed.rank("--json")
    assert listed.document["model_form"] == "glass_box"
    refused(governed.publish(listed.document["run_id"]), 13, "never promoted as glass_box")


def test_an_old_verdict_opens_nothing(governed) -> None:
    """The passing verdict of the first promotion, after the gate was asked again and stayed shut."""
    store, settings = governed.store(), governed.settings()
    with store.reading() as connection:
        old = load_verdict(connection, governed.promotion)
    by = limits(settings, today=DAY)
    failing = {rule.evidence: rule.failing for rule in rules_of("promote") if rule.name == "calibrated_on_random_arm"}
    judge_and_record(
        store, gate="promote", subject=VERSION, evidence={**sound_evidence("promote"), **failing}, limits=by
    )
    with pytest.raises(GateClosed, match="calibrated_on_random_arm"):
        promotion._make_champion(old, "ensemble", {}, settings=settings, store=store)
    judge_and_record(store, gate="promote", subject=VERSION, evidence=sound_evidence("promote"), limits=by)
    with pytest.raises(GateClosed, match="Another verdict"):
        promotion._make_champion(old, "glass_box", {}, settings=settings, store=store)
    assert governed.actions().count("model.promoted") == 1


def test_a_promotion_that_the_registry_refuses_is_none(waiting, quickly, monkeypatch) -> None:
    def broken(*_, **__):
        raise OSError("the registry is away")

    assess(waiting)
    monkeypatch.setattr(promotion, "set_alias", broken)
    assert waiting.promote().code == 1
    assert "model.promoted" not in waiting.actions()


def test_with_a_clock_that_was_set_back_nothing_is_promoted(governed) -> None:
    from governance.as_of import AsOf

    store = governed.store(HandClock(DAY - dt.timedelta(days=1)))
    with pytest.raises(GateClosed, match="The clock says"):
        promotion.promote(
            governed.town, as_of=AsOf(DAY), model=None, settings=governed.settings(), store=store, seed=1,
            report=lambda _: None,
        )  # fmt: skip


def test_what_lapses_is_measured_anew_with_the_next_promotion(governed) -> None:
    """A fairness run that was lapsing is renewed by promoting again, on all that has closed by then."""
    later = DAY + dt.timedelta(days=30)
    words = ("gate", "promote", governed.town, "--as-of", later, "--json")
    done = governed.call(*words, invented_day=later.isoformat())
    shown = governed.call("gate", "show", done.document["id"], "--json").document["evidence"].values()
    days = {each["figures"]["measured_on"] for each in shown if "measured_on" in each["figures"]}
    assert days == {later.isoformat()}
