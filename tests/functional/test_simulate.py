"""`adressekontrol simulate` on the smallest towns: figures as text, as JSON and as a file, and refusals with a remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.calls import call

SMALL = (
    "simulate", "--seed", 5, "--quarters", 2, "--worlds", 2, "--arm", 0.2, "--persons", 2_000, "--controls", 16,
    "--history-cases", 240, "--workers", 1,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("simulate")
    return call(*SMALL, "--json", "--out", home / "out", home=home), home / "out" / "simulation.json"


def test_one_document_holds_plan_model_summary_and_every_world(told) -> None:
    called, file = told
    assert called.code == 0, called.err
    document = called.document
    assert json.loads(file.read_text(encoding="utf-8")) == document
    assert document["plan"]["arms"] == [0.2]
    assert len(document["worlds"]) == document["summary"]["worlds"] == 2
    policies = [each["policy"] for each in document["summary"]["policies"]]
    assert policies == ["retrained, arm 20%", "frozen, arm 5%", "rules, arm 5%"]
    assert document["worlds"][0]["truth_form"] != document["worlds"][1]["truth_form"]


def test_progress_says_what_each_world_cost(told) -> None:
    called, _ = told
    assert "world 1: retrained, arm 20% done" in called.err
    assert called.err.count("s of CPU") == 2 * 3 + 2


def test_the_figures_hold_what_was_asked_for(told) -> None:
    summary = told[0].document["summary"]
    for policy in summary["policies"]:
        assert policy["captured_net"]["mean"] < 100
        assert {"all adults", "origin immigrant", "sex F", "disability pension"} <= set(policy["needless_per_1000"])
    named = {(each["policy"], each["target"], each["estimator"]) for each in summary["estimators"]}
    assert {
        ("every arm", "list", "realised"),
        ("every arm", "pool", "with_list"),
        ("every arm", "rules", "naive"),
    } <= named
    compared = {(each["policy"], each["against"]) for each in summary["comparisons"]}
    assert compared == {("retrained, arm 20%", "frozen, arm 5%"), ("retrained, arm 20%", "rules, arm 5%")}
    for interval in [each["captured_net"] for each in (*summary["policies"], *summary["comparisons"])]:
        assert interval["low"] < interval["mean"] < interval["high"]
    cohorts = [each for each in summary["estimators"] if each["policy"] == "every arm"]
    counted = [each["coverage"]["quarter"] for each in cohorts if each["estimator"] in ("realised", "with_list")]
    assert {each["cohorts"] + each["without"] for each in counted} == {2 * 2}


@pytest.mark.parametrize(
    ("option", "value"),
    [("--arm", "0"), ("--arm", "0.9"), ("--quarters", "0"), ("--worlds", "0"), ("--controls", "3"), ("--workers", "0"),
     ("--persons", "100"), ("--history-cases", "0"), ("--seed", "-1"), ("--redraws", "1"), ("--redraws", "-2")],
)  # fmt: skip
def test_what_cannot_be_simulated_is_refused_before_any_work(tmp_path: Path, option: str, value: str) -> None:
    called = call(*SMALL, option, value, "--json", home=tmp_path)
    assert called.code == 2
    assert called.problem["remedy"]
    assert "s of CPU" not in called.err


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_times(each) for key, each in value.items() if key != "cpu_seconds"}
    return [without_times(each) for each in value] if isinstance(value, list) else value


def test_processes_side_by_side_tell_the_same_figures(told, tmp_path: Path) -> None:
    called = call(*SMALL, "--workers", 2, "--json", home=tmp_path)
    assert called.code == 0, called.err
    assert without_times(called.document) == without_times(told[0].document)
    assert called.err.count("s of CPU") == 2 * 3 + 2


def test_without_json_the_tables_are_read_as_text(tmp_path: Path) -> None:
    called = call(*SMALL, "--worlds", 1, "--quarters", 1, home=tmp_path)
    assert called.code == 0, called.err
    titles = (
        "What each policy captures.", "One against the other.", "Drift:", "Needless controls by group.",
        "Estimators against the truth.",
    )  # fmt: skip
    assert [title for title in titles if title in called.out] == list(titles)
    assert "1 world of 2000 persons, 1 quarter of about 16 controls, seed 5" in called.out
    assert "The model: 3 members of each kind of tree" in called.out
