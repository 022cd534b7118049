"""The file of legal bases is read strictly: a fault is told with its entry and its field."""

from __future__ import annotations

import pytest

from governance.errors import SettingsError
from governance.legal_bases import load_legal_bases

GOOD = {
    "code": '"lov_1"', "act": '"en lov"', "paragraph": '"§ 1"', "text_da": '"en tekst"', "purpose": '"single_case"',
    "phases": '["operation"]', "valid_from": "2020-01-01", "valid_to": "2021-01-01", "benefits": '["friplads"]',
    "columns": '["person.*", "address.rooms"]',
}  # fmt: skip
WRONG = {
    "code": ['""', "1", '"a+b"', '"Lov 1"'],
    "act": ['" "', "7"],
    "text_da": ["true"],
    "purpose": ['"curiosity"', "1"],
    "phases": ["[]", '["pilot"]', '"operation"', '["operation", "operation"]'],
    "valid_from": ['"2020-01-01"', "2020-01-01T00:00:00", "7"],
    "valid_to": ["2020-01-01", "2019-12-31", '"never"'],
    "benefits": ['["luftkastel"]', '"friplads"', '["friplads", "friplads"]', "[1]"],
    "columns": [
        '["person.shoe_size"]', '["shoes.*"]', '["person"]', '["*"]', '["address.district"]',
        '["control_case.caseworker_id"]', '["protected.*"]', '["protected.sex"]', "7",
    ],
}  # fmt: skip


def an_entry(**changed: str | None) -> str:
    fields = {**GOOD, **changed}
    return "[[basis]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items() if value is not None)


def refusal(tmp_path, text: str) -> SettingsError:
    path = tmp_path / "bases.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_legal_bases(path)
    assert refused.value.exit_code == 10
    return refused.value


def test_a_good_entry_is_read(tmp_path) -> None:
    path = tmp_path / "bases.toml"
    path.write_text(an_entry() + an_entry(code='"lov_2"', valid_to=None), encoding="utf-8")
    first, second = load_legal_bases(path)
    assert (first.code, first.phases, str(first.valid_to)) == ("lov_1", ("operation",), "2021-01-01")
    assert second.valid_to is None
    assert "person.birth_date" in first.covered


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_told_with_entry_and_field(tmp_path, name: str, value: str) -> None:
    item = refusal(tmp_path, an_entry(code='"before"') + an_entry(**{name: value})).item
    assert item.startswith("basis 2")
    assert item.endswith(f": {name}")


@pytest.mark.parametrize("name", [name for name in GOOD if name != "valid_to"])
def test_a_missing_field_is_told(tmp_path, name: str) -> None:
    assert refusal(tmp_path, an_entry(**{name: None})).item.endswith(f": {name}")


def test_an_unknown_field_is_told(tmp_path) -> None:
    assert refusal(tmp_path, an_entry(valid_untl="2021-01-01")).item == "basis 1 (lov_1): valid_untl"


def test_a_code_may_follow_itself_in_time_or_stand_in_the_other_phase_but_not_twice(tmp_path) -> None:
    after = an_entry(valid_from="2021-01-01", valid_to=None)
    other = an_entry(phases='["development"]')
    path = tmp_path / "bases.toml"
    path.write_text(an_entry() + after + other, encoding="utf-8")
    assert len(load_legal_bases(path)) == 3
    assert refusal(tmp_path, an_entry() + an_entry(valid_from="2020-12-31")).item == "basis 2 (lov_1): code"
    assert (
        refusal(tmp_path, an_entry() + an_entry(phases='["development", "operation"]')).item == "basis 2 (lov_1): code"
    )


@pytest.mark.parametrize(
    ("name", "value"), [("columns", '["person.*"]'), ("columns", '["protected.sex", "signal.kind"]'),
                        ("benefits", '["friplads"]')],
)  # fmt: skip
def test_the_basis_of_the_fairness_run_is_for_nothing_else(tmp_path, name: str, value: str) -> None:
    fairness = {"code": '"fairness_monitoring"', "benefits": "[]", "columns": '["protected.*"]'}
    assert refusal(tmp_path, an_entry(**fairness | {name: value})).item.endswith(f": {name}")


@pytest.mark.parametrize(
    "text", ["[[basis]", "basis = 1", "basis = [1]", "", "[[bases]]", 'x = 1\n[[basis]]\ncode="a"']
)
def test_what_is_no_file_of_bases_is_refused(tmp_path, text: str) -> None:
    assert refusal(tmp_path, text).item == "legal_bases_file"


def test_bytes_that_are_no_text_and_a_file_that_is_not_there_are_refused(tmp_path) -> None:
    path = tmp_path / "bases.toml"
    path.write_bytes(b"\xff\xfe")
    for wrong in (path, tmp_path / "none.toml", tmp_path):
        with pytest.raises(SettingsError) as refused:
            load_legal_bases(wrong)
        assert refused.value.item == "legal_bases_file"
