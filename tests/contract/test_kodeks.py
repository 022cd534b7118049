"""The Kodeks is complete: page and rules agree, every principle is answered for, every test that it names exists."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from governance.errors import SettingsError
from governance.records.kodeks import STANDINGS, load_kodeks, make_kodeks
from governance.records.kodeks_page import render, render_kodeks_page
from governance.rules.rule import load_rules
from tests.contract.source_tree import ROOT

KODEKS = load_kodeks()
RULES = load_rules()
NATIONAL = ("self_determination", "dignity", "responsibility", "explainability", "equality_and_justice", "development")
CITY = ("trust", "better_service", "lawfulness", "legal_certainty", "administrative_and_data_protection_law")


def test_the_published_page_is_what_its_renderer_says() -> None:
    published = (ROOT / "docs" / "kodeks.md").read_text(encoding="utf-8")
    assert published == render_kodeks_page(), "write it anew: python -m service.pages docs"


def test_the_principles_are_those_known() -> None:
    assert {each.code for each in KODEKS.principles} == {*NATIONAL, *CITY}


@pytest.mark.parametrize("principle", KODEKS.principles, ids=lambda each: each.code)
def test_a_principle_has_rules_or_says_why_not(principle) -> None:
    assert bool(principle.rules) != bool(principle.no_rule)
    assert principle.tests
    assert principle.evidence
    assert principle.reading
    assert principle.reading_da


@pytest.mark.parametrize("principle", KODEKS.principles, ids=lambda each: each.code)
def test_every_phrase_is_quoted_or_to_be_confirmed_and_cites_no_paragraph(principle) -> None:
    assert principle.phrases
    for phrase in principle.phrases:
        assert phrase.standing in STANDINGS
        assert phrase.source
        assert "§" not in phrase.text_da + phrase.source
    section = render_kodeks_page().split(f"## {principle.title} (")[1].split("\n## ")[0]
    for phrase in principle.phrases:
        assert f"»{phrase.text_da}« - **{phrase.standing}**" in section
    assert all(f"| `{name}` |" in section for name in principle.rules)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda each: each.name)
def test_every_rule_stands_under_the_principle_that_it_names(rule) -> None:
    by_code = {each.code: each for each in KODEKS.principles}
    assert rule.name in by_code[rule.principle].rules


def test_no_principle_names_a_rule_twice_or_one_that_is_none() -> None:
    for each in KODEKS.principles:
        assert len(set(each.rules)) == len(each.rules)
        assert set(each.rules) <= set(RULES)


NAMED = sorted({test for each in KODEKS.principles for test in each.tests})


@pytest.mark.parametrize("named", NAMED)
def test_every_test_that_is_named_exists(named: str) -> None:
    path, _, function = named.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_a_rule_that_is_none_is_refused() -> None:
    wrong = replace(KODEKS, principles=(replace(KODEKS.principles[0], rules=("no_such_rule",)), *KODEKS.principles[1:]))
    with pytest.raises(SettingsError) as refused:
        render(wrong, RULES)
    assert refused.value.item == "trust: no_such_rule"


ENTRY = """
version = "1"
document = "d"
[[principle]]
code = "trust"
title = "Trust"
title_da = "Tillid"
phrases = [{ text_da = "tillid", standing = "STANDING", source = "s" }]
reading = "r"
reading_da = "l"
tests = ["t"]
evidence = ["e"]
REST
"""


@pytest.mark.parametrize(
    ("standing", "rest", "accepted"),
    [
        ("quoted", 'rules = ["a"]', True),
        ("quoted", 'no_rule = "nobody knows how yet"', True),
        ("quoted", "", False),
        ("quoted", 'rules = ["a"]\nno_rule = "both"', False),
        ("surely", 'rules = ["a"]', False),
    ],
)
def test_a_principle_that_answers_for_nothing_is_refused(standing: str, rest: str, accepted: bool) -> None:
    text = ENTRY.replace("STANDING", standing).replace("REST", rest)
    if accepted:
        kodeks = make_kodeks(text)
        page = render(kodeks, {"a": next(iter(RULES.values()))})
        assert ("No executable rule yet: nobody knows how yet" in page) is bool(kodeks.principles[0].no_rule)
        return
    with pytest.raises(SettingsError):
        make_kodeks(text)
