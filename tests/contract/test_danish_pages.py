"""Danish on the pages: every rule, limit, action, detail, note and record says what it is in Danish, where it is declared.

A new one without Danish fails here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest

from governance.audit.actions import ACTIONS
from governance.audit.details import DETAILS_DA, TECHNICAL
from governance.fairness import note_texts
from governance.fairness.note_texts import NOTES, Note
from governance.gate.approvals import MITIGATIONS
from governance.gate.judge import Judged
from governance.gate.role_keys import ROLES
from governance.legal_bases import PHASES
from governance.records import danish
from governance.records.build import LAYOUTS
from governance.registers import TABLES
from governance.rules.explanation_rules import CHECKS
from governance.rules.law_rules import ASSESSMENT_KINDS
from governance.rules.limits import LIMITS_DA, RIVALS, Limits
from governance.rules.rule import EXAMPLE_DAY, GATES, Finding, Rule, load_rules
from service.cases.intake import Intake
from service.identities.importing import Imported
from service.jobs.nights import Asked
from service.jobs.retention import Retained
from service.outcomes.merging import Merged
from service.web import dpo_words, finding_words, log_words
from service.web.finding_words import figure_da, finding_da, item_da
from tests.contract.source_tree import dotted, functions_of, module_files
from training.baselines import BASELINES
from training.evidence import METHODS

RULES = load_rules()
LIMITS = Limits(today=EXAMPLE_DAY)
BRACES = re.compile(r"\{(\w+)\}")
ENGLISH = re.compile(
    r"\b(the|of|and|that|which|with|than|is|are|was|were|no|not|none|days|cases|at least|has|been)\b", re.IGNORECASE
)
FIGURE_WORDS = {
    "AUC", "af", "afgørelse", "aldrig", "alle", "anslå", "april", "august", "blev", "bygger", "dag", "dage",
    "december", "efter", "eller", "ende", "februar", "for", "få", "grunde", "gruppe", "grupper", "gældende", "højst",
    "i", "ikke", "intet", "interval", "intervallet", "intervallets", "januar", "juli", "juni", "kvartaler", "maj", "marts",
    "mindst", "nedre", "noget", "november", "oktober", "oplysninger", "over", "på", "point", "pr", "ramme", "sager",
    "senere", "september", "sige", "skal", "stoppet", "større", "end", "tal", "til", "uendelig", "alt", "var",
    "vurderinger", "at",
}  # fmt: skip


def findings_of(rule: Rule) -> Iterator[Finding]:
    """Of both examples, and of evidence that has no figure to show."""
    examples = [rule.passing, rule.failing]
    names = {each.name for each in fields(rule.passing)}
    nothing = {"next_expiry": None, "gap_points": None, "churn": None, "first_looks": 3, "blind_first_looks": 0}
    examples += [replace(rule.passing, **{name: value}) for name, value in nothing.items() if name in names]
    empty = {"newest_days": {}, "index": {}, "groups": (), "separations": (), "assessments": {}, "ahead": {}}
    examples += [replace(rule.passing, **{name: value}) for name, value in empty.items() if name in names]
    for example in examples:
        yield from rule.findings(example, LIMITS)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_in_danish_what_it_demands_and_what_it_found(name: str) -> None:
    rule = RULES[name]
    for text in (rule.text_da, rule.finding_da, *([rule.nothing_da] if rule.nothing_da else [])):
        assert text.endswith(".")
        assert not ENGLISH.search(text), text
    assert rule.text_da != rule.text
    assert set(BRACES.findall(rule.finding_da)) <= {"figure", "limit"}
    assert "{figure}" in rule.finding_da


@pytest.mark.parametrize("name", RULES)
def test_every_finding_of_a_rule_reads_in_danish(name: str) -> None:
    rule = RULES[name]
    for found in findings_of(rule):
        judged = Judged(name, rule.severity, "passed", found.figure, found.limit, found.item, found.reason, "")
        for text in (figure_da(found.figure), figure_da(found.limit)):
            assert set(re.findall(r"[^\W\d_]+", text)) <= FIGURE_WORDS, text
            assert not re.search(r"\d{4}-\d\d-\d\d|\d\.\d(?!\d\d)", text), text
        said = finding_da(rule, judged)
        assert said[0].isupper() or said[0].isdigit() or said[0] == "-"
        assert said.endswith(".")
        assert found.figure != "none" or said == rule.nothing_da, f"{name} has no words for no figure"
        assert not ENGLISH.search(said), said


def test_a_finding_of_a_rule_that_is_gone_still_reads() -> None:
    judged = Judged("gone", "stop", "failed", "46 days", "at most 0.60", "", "It was.", "")
    assert finding_da(None, judged) == "Tallet er 46 dage. Grænsen er højst 0,60. Kravet findes ikke længere."


def test_every_limit_gate_role_and_kind_has_a_danish_name() -> None:
    assert set(LIMITS_DA) == {each.name for each in fields(Limits)} - {"today"}
    assert set(dpo_words.GATES) == set(GATES)
    assert set(dpo_words.ASSESSMENTS) == set(ASSESSMENT_KINDS)
    assert set(dpo_words.ROLES) == set(ROLES)
    assert set(dpo_words.APPROVALS) == set(MITIGATIONS)
    assert set(finding_words.CHECKS) == set(CHECKS)
    for item in (*RIVALS, *PHASES, *ASSESSMENT_KINDS, *finding_words.FORMS, "matrix"):
        assert item_da(item) != item


def test_records_in_danish_name_no_register_assessment_or_method_by_its_code() -> None:
    assert set(danish.REGISTERS) == set(TABLES) - {"protected"}
    assert set(danish.ASSESSMENTS) == set(ASSESSMENT_KINDS)
    assert set(danish.METHODS) == {*METHODS.values(), "rules", *BASELINES}
    assert danish.in_danish(["signal", "new"], danish.REGISTERS) == "henvendelser, new"


@pytest.mark.parametrize("code", ACTIONS)
def test_every_action_is_named_in_danish(code: str) -> None:
    text = ACTIONS[code].text_da
    assert text[:1].isupper() and " " in text and not re.search(r"[._]|\.$", text)
    assert not ENGLISH.search(text), text
    assert [each.code for each in ACTIONS.values() if each.text_da == text] == [code]


def _keys(node: ast.expr | None, function: ast.AST) -> set[str]:
    """The keys of a literal, or of every literal that the function gives that name."""
    if isinstance(node, ast.Dict):
        return {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    if isinstance(node, ast.IfExp):
        return _keys(node.body, function) | _keys(node.orelse, function)
    if isinstance(node, ast.Name):
        return set().union(
            *(
                _keys(each.value, function)
                for each in ast.walk(function)
                if isinstance(each, ast.Assign)
                and any(isinstance(one, ast.Name) and one.id == node.id for one in each.targets)
            )
        )
    return set()


def _written(call: ast.Call, function: ast.AST) -> set[str]:
    """The keys that one call writes into the details of an event."""
    named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {each.arg: each.value for each in call.keywords if each.arg}
    if named == "add" and dotted(call.func).split(".")[-2] in ("act", "?"):
        spread = [_keys(each.value, function) for each in call.keywords if each.arg is None]
        return set(given).union(*spread)
    return _keys(given["details"], function) if named == "act" and "details" in given else set()


def keys_written() -> set[str]:
    found: set[str] = set()
    for path in module_files("governance", "training", "service"):
        for function in functions_of(path) if "act" in path.read_text(encoding="utf-8") else ():
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                found |= _written(call, function)
    for counted in (Retained, Imported, Intake, Asked, Merged):
        found |= {each.name for each in fields(counted)}
    return found


def test_every_detail_of_an_event_has_a_danish_name_or_is_technical() -> None:
    written = {key for key in keys_written() if not key.endswith("_sha256")}
    assert {"purpose", "gate", "step", "left_out", "mentions", "amount_ore"} <= written
    assert written - DETAILS_DA.keys() - TECHNICAL == set()
    assert not DETAILS_DA.keys() & TECHNICAL


def test_every_name_of_a_detail_is_danish() -> None:
    for key, text in DETAILS_DA.items():
        assert text[0].isupper(), key
        assert "_" not in text


def test_every_code_in_the_details_is_given_in_danish() -> None:
    for key, words in log_words._words().items():
        assert key in DETAILS_DA
        assert all(text and "_" not in text for text in words.values()), key


def test_every_note_on_fairness_is_listed_and_has_the_same_names_in_danish() -> None:
    declared = [each for each in vars(note_texts).values() if isinstance(each, Note)]
    assert {each.text for each in declared} == {each.text for each in NOTES}
    for note in NOTES:
        assert set(BRACES.findall(note.text_da)) == set(BRACES.findall(note.text))
        assert not ENGLISH.search(note.text_da)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.code)
def test_every_record_has_a_danish_title_and_a_danish_summary(layout) -> None:
    assert layout.title_da and layout.title_da != layout.title
    assert layout.summary_da.endswith(".") and layout.summary_da.count(". ") == 0
    assert layout.standard_da and not layout.standard_da.endswith(".")
    assert not ENGLISH.search(f"{layout.title_da} {layout.summary_da}")
    assert layout.language in dpo_words.RECORD_LANGUAGES
    codes = set() if layout.language else {slot.code for slot in layout.slots}
    assert set(layout.headings_da) == codes
    assert not ENGLISH.search(" ".join(layout.headings_da.values()))
