"""The records against the facts: what they state, what stays open, and that no disagreement goes unseen."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.errors import SettingsError
from governance.records.build import LAYOUTS, build_records
from governance.records.checking import check_files, render_files
from governance.records.markdown import blocks
from governance.records.record import NOT_ASSESSED, NOT_FILLED_IN, Entry, Statement, Table
from governance.records.statements import STATEMENTS
from governance.records.texts import Asked, load_record_texts
from tests.unit.governance.record_facts import a_feature, a_figure, a_model, a_verdict, an_assessment, some_facts

MODEL = "adressekontrol/3"
TEXTS = load_record_texts()
RECORDS = build_records(some_facts(), TEXTS)
WRITTEN = render_files(RECORDS, model=MODEL)
# domain: the fields of the Dutch publication standard 1.0
DUTCH = [
    "name", "description_short", "organization", "category", "status", "begin_date", "end_date", "contact_email",
    "website", "publication_category", "url", "goal", "proportionality", "human_intervention", "risks", "lawful_basis",
    "lawful_basis_grouping", "process_index_url", "impacttoetsen", "impacttoetsen_grouping", "source_data",
    "source_data_grouping", "methods_and_models", "provider", "publiccode", "lang", "standard_version", "source_id", "tags",
]  # fmt: skip


def record(code, facts=None, texts=TEXTS):
    return next(each for each in build_records(facts or some_facts(), texts) if each.code == code)


def entry(code, field, **changes):
    return next(each for each in record(code, some_facts(**changes)).entries if each.code == field)


def differ(**changes):
    facts = some_facts(**changes)
    return check_files(WRITTEN, build_records(facts, TEXTS), model=facts.model.version)


def test_what_was_just_written_agrees() -> None:
    assert check_files(WRITTEN, RECORDS, model=MODEL) == []


@pytest.mark.parametrize(
    ("changes", "record_code", "told"),
    [
        ({"features": (*some_facts().features, a_feature("new_one"))}, "technical_file", "new_one"),
        ({"features": (a_feature(unit="years"), some_facts().features[1])}, "model_card", "row adults, unit"),
        ({"model": a_model(version="adressekontrol/4")}, "eu_database", "A.4"),
        ({"model": a_model(figures=(a_figure("model", mean=0.8766), a_figure("rules", mean=0.4321)))}, "model_card",
         "row model, captured_saving_at_5%, mean"),
        ({"model": a_model(form="glass_box")}, "model_card", "details"),
        ({"model": a_model(hits=32)}, "algorithm_register", "methods_and_models"),
        ({"bases": some_facts().bases[1:]}, "dpia_annex", "35(7)(a)"),
        ({"verdict": a_verdict()}, "fria_annex", "27(1)(d)"),
        ({"assessments": (an_assessment(),)}, "algorithm_register", "impacttoetsen"),
        ({"in_use": True}, "kodeks", "status"),
        ({"rules": ()}, "kodeks", "rules"),
        ({"settings": (replace(some_facts().settings[0], value="0.06"), some_facts().settings[1])}, "model_card",
         "row random_share, value"),
        ({"software": {"python": "3.12.0"}}, "technical_file", "1(c)"),
        ({"benefits": some_facts().benefits[1:]}, "fria_annex", "27(1)(a)"),
        ({"registers": {"person": "2", "address": "1", "residence": "1"}}, "transparency_record", "4.3.1"),
    ],
)  # fmt: skip
def test_a_system_that_has_changed_is_told_by_record_and_field(changes, record_code: str, told: str) -> None:
    found = differ(**changes)
    assert any(each.record == record_code and told in each.field for each in found)
    assert all(each.text != each.system for each in found)


def test_the_disagreement_says_what_stands_and_what_is() -> None:
    found = differ(model=a_model(figures=(a_figure("model", mean=0.8766), a_figure("rules", mean=0.4321))))
    assert {(each.text, each.system) for each in found} == {("0.8765", "0.8766")}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.code)
def test_markdown_that_was_edited_anywhere_is_told_by_its_field(layout) -> None:
    name = f"{layout.code}.md"
    for field, lines in blocks(WRITTEN[name]).items():
        edited = WRITTEN[name].replace("\n".join(lines), "\n".join([*lines, "It is better than that."]), 1)
        found = check_files({**WRITTEN, name: edited}, RECORDS, model=MODEL)
        assert [(each.record, each.field) for each in found] == [(name, field)]


def test_a_digit_of_the_markdown_is_enough() -> None:
    edited = WRITTEN["model_card.md"].replace("0.8765", "0.8766")
    found = check_files({**WRITTEN, "model_card.md": edited}, RECORDS, model=MODEL)
    assert [each.field for each in found] == ["quantitative_analyses"]
    assert "0.8766" in found[0].text
    assert "0.8765" in found[0].system


def test_markdown_and_json_edited_alike_still_differ_from_the_system() -> None:
    edited = {name: text.replace("0.8765", "0.9765") for name, text in WRITTEN.items()}
    found = check_files(edited, RECORDS, model=MODEL)
    assert {(each.text, each.system) for each in found} == {("0.9765", "0.8765")}


NAMES = sorted(WRITTEN)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_single_character_of_any_file_changes_unseen(data) -> None:
    name = data.draw(st.sampled_from(NAMES))
    text = WRITTEN[name]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("x7 é"))
    edited = text[:at] + other + text[at + 1 :]
    # blanks between the parts of a JSON document say nothing
    same = edited == text or (name.endswith(".json") and _parses_to_the_same(edited, text))
    assert bool(check_files({**WRITTEN, name: edited}, RECORDS, model=MODEL)) is not same


def _parses_to_the_same(edited: str, text: str) -> bool:
    try:
        return json.loads(edited) == json.loads(text)
    except json.JSONDecodeError:
        return False


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_gone_is_told(name: str) -> None:
    found = check_files({each: text for each, text in WRITTEN.items() if each != name}, RECORDS, model=MODEL)
    assert [(each.record, each.field) for each in found] == [(name, "(file)")]


@pytest.mark.parametrize("text", ["", "[]", "not json", "{}", '{"fields": 3, "title": "x", "standard": "y"}'])
def test_a_file_that_is_no_record_is_told_and_no_crash(text: str) -> None:
    assert check_files({**WRITTEN, "model_card.json": text}, RECORDS, model=MODEL)


# what they state


def test_the_fields_are_those_of_the_standards() -> None:
    fields = {each.code: [one.code for one in each.entries] for each in RECORDS}
    assert fields["algorithm_register"] == DUTCH
    assert fields["eu_database"] == [*(f"A.{n}" for n in range(1, 14)), *(f"C.{n}" for n in range(1, 6))]
    assert fields["technical_file"] == [
        *(f"1({letter})" for letter in "abcdefgh"), *(f"2({letter})" for letter in "abcdefgh"), *"3456789",
    ]  # fmt: skip
    assert fields["fria_annex"][:6] == [f"27(1)({letter})" for letter in "abcdef"]
    assert fields["dpia_annex"][:4] == [f"35(7)({letter})" for letter in "abcd"]
    assert {"(a)", "(b)(i)", "(b)(vii)", "(c)", "(d)", "(e)", "(f)"} <= set(fields["instructions_for_use"])
    assert len(fields["transparency_record"]) == len(set(fields["transparency_record"]))


def test_the_entry_of_the_register_is_flat_and_bare() -> None:
    flat = record("algorithm_register", some_facts(assessments=(an_assessment(),))).as_document()["entry"]
    assert list(flat) == DUTCH
    assert flat["status"] == "In ontwikkeling"
    assert flat["begin_date"] is None
    assert flat["impacttoetsen_grouping"] == [{"title": "Data Protection Impact Assessment (DPIA)", "link": None}]
    assert "dpia 1.0 to 2025-01-01" in flat["impacttoetsen"]
    assert {each["title"] for each in flat["lawful_basis_grouping"]} >= {"CPR-loven § 10, stk. 1"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "In ontwikkeling"),
        ({"in_use": True}, "In gebruik"),
        ({"in_use": True, "stopped": "dpo: a doubt"}, "Buiten gebruik"),
        ({"in_use": True, "retired": "2024-07"}, "Buiten gebruik"),
    ],
)
def test_the_status_follows_promotion_stop_and_end(changes, status: str) -> None:
    assert entry("algorithm_register", "status", **changes).value == status


def test_what_nobody_assessed_is_said_to_be_so_and_never_invented() -> None:
    for code, field in (("model_card", "groups"), ("kodeks", "verdict"), ("algorithm_register", "impacttoetsen")):
        said = entry(code, field).statements[-1]
        assert said.text == NOT_ASSESSED
        assert said.table is None
        assert said.open_point.startswith(NOT_ASSESSED)
    bare = a_model(figures=(), measured=())
    assert [each.text for each in entry("model_card", "quantitative_analyses", model=bare).statements[1:]] == [
        NOT_ASSESSED
    ] * 2


def test_the_fairness_of_the_last_verdict_is_told_as_it_was_judged() -> None:
    said = entry("model_card", "groups", verdict=a_verdict()).statements[-1]
    assert said.table.rows == (("history_fair_by_law (origin: group_b)", "failed", "1.62 (1.31 to 1.98)", "1.25"),)
    assert "promote-0123456789abcdef" in said.text
    assert "failed" in said.text
    assert not said.open_point


def test_a_model_of_other_features_is_an_open_point() -> None:
    assert entry("model_card", "inputs", catalogue_hash="d" * 64).statements[0].open_point
    assert entry("model_card", "inputs", model=a_model(inputs=("gone",))).statements[0].open_point
    assert not entry("model_card", "inputs").statements[0].open_point


def test_every_statement_names_its_source() -> None:
    assert all(said.source for each in RECORDS for one in each.entries for said in one.statements)


def test_every_statement_and_every_text_is_used() -> None:
    used = {key for layout in LAYOUTS for slot in layout.slots for key in slot.keys}
    assert {key.removeprefix("fact:") for key in used if key.startswith("fact:")} == set(STATEMENTS)
    assert {key.removeprefix("municipality.") for key in used if key.startswith("municipality.")} == set(TEXTS.asked)
    assert {key for key in used if not key.startswith(("fact:", "municipality.", "="))} == set(TEXTS.said)


def test_no_figure_is_typed_into_a_text() -> None:
    typed = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|per cent|procent|kr|dage|days|features|cases|sager)")
    source = tomllib.loads(files("governance").joinpath("catalogue/record_texts.toml").read_text(encoding="utf-8"))
    said = {f"{key}.{language}": text for key, texts in source["text"].items() for language, text in texts.items()}
    assert {key: typed.findall(text) for key, text in said.items() if typed.search(text)} == {}


# what only people know


def texts_with(**asked: Asked):
    return replace(TEXTS, asked={**TEXTS.asked, **asked})


@pytest.mark.parametrize(
    ("key", "field", "value", "fault"),
    [
        ("organisation", "organization", "", "mandatory"),
        ("contact_email", "contact_email", "", "mandatory"),
        ("contact_email", "contact_email", "ring to us", "form"),
        ("begin_date", "begin_date", "spring", "form"),
        ("begin_date", "begin_date", "2024-13", "form"),
        ("website", "website", "www.kommune.example", "form"),
        ("organisation", "organization", "K" * 100, "longer"),
    ],
)
def test_what_the_standard_refuses_fails_the_check_with_the_field(key, field, value: str, fault: str) -> None:
    records = build_records(some_facts(), texts_with(**{key: Asked("question", value, False, False)}))
    found = check_files(render_files(records, model=MODEL), records, model=MODEL)
    assert [(each.record, each.field) for each in found] == [("algorithm_register", field)]
    assert fault in found[0].text


def test_a_value_outside_the_code_list_is_a_fault() -> None:
    odd = Entry("status", "Status", (Statement("x", "y", value="Misschien"),), allowed=("In gebruik",))
    assert ["not one of" in fault for fault in odd.faults()] == [True]


def test_what_is_empty_or_for_demonstration_is_counted_as_open() -> None:
    open_points = record("algorithm_register").open_points()
    told = {field: missing for _, field, missing in open_points}
    assert told["begin_date"].startswith(NOT_FILLED_IN)
    assert "demonstration" in told["organization"]
    assert "end_date" not in told
    index = json.loads(WRITTEN["index.json"])
    assert len(index["open_points"]) == sum(len(each.open_points()) for each in RECORDS)


def test_a_municipality_replaces_single_entries_by_its_own_file(tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[municipality.organisation]\nvalue = "Vores Kommune"\n', encoding="utf-8")
    texts = load_record_texts(own)
    said = texts.answer("organisation")
    assert (said.value, said.open_point) == ("Vores Kommune", "")
    assert "own.toml" in said.source
    assert texts.answer("contact_email") == TEXTS.answer("contact_email")


@pytest.mark.parametrize(
    "text",
    [
        "[municipality.unknown]\nvalue = 'x'\n",
        "[municipality.organisation]\nworth = 'x'\n",
        "[text.purpose]\nen = 'only English'\n",
        "not toml",
        "name = 'loose'\n",
        "[municipality.organisation]\nvalue = 3\n",
        "[municipality.organisation]\nplaceholder = 'no'\n",
        "[municipality]\norganisation = 'x'\n",
    ],
)
def test_a_file_of_texts_that_is_off_is_refused(tmp_path, text: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        load_record_texts(own)


def test_a_text_that_names_no_fact_is_refused(tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[text.goal]\nen = 'has {made_up} facts'\nda = 'x'\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="made_up"):
        build_records(some_facts(), load_record_texts(own))


def test_rows_of_a_table_have_a_name_of_their_own() -> None:
    with pytest.raises(ValueError, match="once each"):
        Table(("a",), (("x",), ("x",)))
