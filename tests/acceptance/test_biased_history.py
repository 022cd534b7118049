"""A town whose officers picked on the foreign-born is stopped before a model may learn from it; its fair twin is not.

Two towns that differ in nothing but whether rule list and own leads pushed addresses with a resident of foreign origin,
through the command line, by the limits as shipped.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from governance.rules.law_rules import ASSESSMENT_KINDS
from tests.functional.calls import Called, call
from tests.functional.governed import learn_quickly

DAY = "2024-06-01"
PERSONS, CASES, SEED = 10_000, 1_200, 1
STATE = {"invented_day": DAY, "threads": "1"}


@dataclass(frozen=True)
class Judged:
    """What the promote gate answered, and the state that it left."""

    home: Path
    called: Called

    @property
    def verdict(self) -> dict[str, Any]:
        return self.called.document

    def findings(self, rule: str) -> list[dict[str, Any]]:
        return [each for each in self.verdict["judged"] if each["rule"] == rule]


def judge(place: Path, *options: str) -> Judged:
    """Make the town, train, record the assessments and ask the gate."""
    town, home, document = place / "town", place / "home", place / "assessment.md"

    def done(*words: object) -> Called:
        return call(*words, home=home, **STATE)

    made = done("synth", town, "--persons", PERSONS, "--cases", CASES, "--seed", SEED, *options)
    assert made.code == 0, made.err
    with pytest.MonkeyPatch.context() as patch:
        learn_quickly(patch)
        trained = done("train", town, "--as-of", DAY, "--json")
    assert trained.code == 0, trained.err
    document.write_text("Assessed.")
    for kind in ASSESSMENT_KINDS:
        words = ("--version", "1.0", "--document", document, "--from", "2024-01-01", "--until", "2025-01-01")
        assert done("gate", "assess", kind, *words).code == 0
    return Judged(home, done("gate", "promote", town, "--as-of", DAY, "--json"))


@pytest.fixture(scope="module")
def biased(tmp_path_factory) -> Judged:
    return judge(tmp_path_factory.mktemp("biased"), "--discriminate")


@pytest.fixture(scope="module")
def fair(tmp_path_factory) -> Judged:
    return judge(tmp_path_factory.mktemp("fair"))


def test_a_biased_history_is_stopped_by_rule_group_figure_and_limit(biased) -> None:
    assert biased.called.code == 13
    assert biased.verdict["passed"] is False
    found = {each["item"]: each for each in biased.findings("history_fair_by_law")}
    assert {"origin|not danish", "origin|immigrant"} <= set(found)
    for each in found.values():
        assert each["outcome"] == "failed"
        value, low, high = (float(number) for number in re.findall(r"\d+\.\d+", each["figure"]))
        assert 1.25 < low < value < high
        assert each["limit"] == "lower end at most 1.25"
    # what was planted pushes addresses of foreign origin: no other ground may stand out
    assert {item.partition("|")[0] for item in found} <= {"origin", "citizenship"}
    worst = found["origin|not danish"]
    assert worst["reason"].startswith("origin not danish against the rest: ratio ")
    assert (
        f"history_fair_by_law (origin|not danish): {worst['figure']}, limit {worst['limit']}"
        in (biased.called.problem["what"])
    )


def test_nothing_but_the_bias_stops_it(biased) -> None:
    closing = {each["rule"] for each in biased.verdict["judged"] if each["outcome"] in {"failed", "not_measured"}}
    assert closing == {"history_fair_by_law"}


def test_the_verdict_can_be_shown_and_nothing_was_promoted(biased) -> None:
    shown = call("gate", "show", biased.verdict["id"], home=biased.home, **STATE)
    assert shown.code == 0
    (line,) = (line for line in shown.out.splitlines() if "origin|not danish" in line and "failed" in line)
    assert "history_fair_by_law" in line and "lower end at most 1.25" in line
    log = call("audit", "log", "--json", home=biased.home, **STATE).document
    assert "model.promoted" not in {event["action"] for event in log}
    said = [event["details"] for event in log if event["action"] == "gate.judged"]
    assert {"passed": False, "failed": ["history_fair_by_law"]}.items() <= said[0].items()


def test_the_same_town_without_bias_passes(fair) -> None:
    assert fair.called.code == 0, fair.called.err
    assert fair.verdict["passed"] is True
    (finding,) = fair.findings("history_fair_by_law")
    assert finding["outcome"] == "passed"
    log = call("audit", "log", "--json", home=fair.home, **STATE).document
    assert log[0]["action"] == "model.promoted"
    assert json.dumps(log)


def test_the_two_are_well_apart(biased, fair) -> None:
    """Robust: the lower end of the biased town lies well above the limit, that of the fair one well below."""

    def lowest(judged: Judged) -> float:
        figures = [each["figure"] for each in judged.findings("history_fair_by_law")]
        return max(float(re.findall(r"\d+\.\d+", figure)[1]) for figure in figures)

    assert lowest(fair) < 1.15 and lowest(biased) > 1.5
