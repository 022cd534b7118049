"""docs/fairness.md: every figure of the hand tables, every quotient, the JSON example and the code in it are true."""

from __future__ import annotations

import ast
import json
import re

import pytest

from governance.fairness import load_decisions, measure
from governance.fairness.metrics import NAMES
from tests.contract.source_tree import ROOT

PAGE = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
CALLS = {
    "all_known": {"groups": ["group"], "reference": "A"},
    "random_sample": {"groups": ["sex"], "reference": "mænd"},
    "small_groups": {"groups": ["district", "sex"], "reference": "Nord", "intersections": True},
}
ROW = re.compile(r"^\| (\S+) \| (ratio of )?(\w+) \| ([^|]+) \| ([\d.]+|null) \|$", re.MULTILINE)


def section(name: str) -> str:
    start = PAGE.index(f"docs/fairness/{name}.csv`", PAGE.index("## Three tables"))
    following = PAGE.find("\n### ", start)
    return PAGE[start : following if following > 0 else None]


def documented(name: str) -> dict:
    report = measure(load_decisions(ROOT / "docs" / "fairness" / f"{name}.csv"), **CALLS[name])
    return report.as_document()["groups"]


@pytest.mark.parametrize("name", CALLS)
def test_figures_by_hand_are_those_of_the_command(name: str) -> None:
    groups = documented(name)[CALLS[name]["groups"][0]]
    rows = ROW.findall(section(name))
    assert len(rows) >= 17
    for group, ratio, metric, _, shown in rows:
        value = groups[group]["ratios" if ratio else "metrics"][metric]["value"]
        assert ("null" if value is None else f"{value:.4f}") == shown, (group, metric)


@pytest.mark.parametrize("name", CALLS)
def test_quotients_by_hand_give_their_figures(name: str) -> None:
    for *_, quotient, shown in ROW.findall(section(name)):
        if shown == "null":
            assert quotient in {"none", "not shown"}
            continue
        arithmetic = quotient.replace("×", "*")
        assert re.fullmatch(r"[\d\s()*/]+", arithmetic)
        assert f"{eval(compile(ast.parse(arithmetic, mode='eval'), 'page', 'eval')):.4f}" == shown


@pytest.mark.parametrize("name", CALLS)
def test_the_call_on_the_page_is_the_one_compared(name: str) -> None:
    words = [word for column in CALLS[name]["groups"] for word in ("--group", column)]
    words += ["--intersections"] if CALLS[name].get("intersections") else []
    words += ["--reference", CALLS[name]["reference"]]
    assert f"`adressekontrol fairness docs/fairness/{name}.csv {' '.join(words)}`" in PAGE


def test_the_story_of_the_hidden_groups_is_true() -> None:
    groups = documented("small_groups")
    assert {label for label, group in groups["district"].items() if group["suppressed"]} == {"Syd", "Midt"}
    shown = {label for label, group in groups["district & sex"].items() if not group["suppressed"]}
    assert shown == {"Vest & F", "Vest & M"}


def test_the_json_example_is_a_part_of_a_real_document() -> None:
    example = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL).group(1))
    real = documented("small_groups")["district"]
    for label, group in example["groups"]["district"].items():
        assert (group["n"], group["suppressed"]) == (real[label]["n"], real[label]["suppressed"])
        for part in ("metrics", "ratios"):
            assert group[part]["precision"] == pytest.approx(real[label][part]["precision"])


def test_every_metric_is_explained_and_listed_in_order() -> None:
    assert all(f"\n| `{name}` | " in PAGE for name in NAMES)
    assert ", ".join(f"`{name}`" for name in NAMES) in PAGE


def test_the_reproduction_on_the_page_gives_the_same_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL).group(1), names)
    real = documented("all_known")["group"]
    for group in ("A", "B"):
        for metric, rate in names["frame"].by_group.loc[group].items():
            assert real[group]["metrics"][metric]["value"] == pytest.approx(rate)
