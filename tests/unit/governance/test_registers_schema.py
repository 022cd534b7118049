"""The declared schema is whole and consistent, and the published page is generated from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.contracts import CONSEQUENCES, RULES, render_schema_page
from governance.registers import POLARS_TYPES, TABLES, Table, load_registers
from tests.unit.governance.register_worlds import a_world, as_frame, write_world

EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


@EVERY_TABLE
def test_what_a_column_leans_on_exists(table: Table) -> None:
    for column in table.columns:
        others = [column.after, column.not_before, column.not_after, column.differs_from, column.null_with]
        others += [column.limit_unless.column] if column.limit_unless else []
        assert {other for other in others if other} <= set(table.column_names)
    keys = {*table.fact_key, table.unique_key, table.known_from, table.freshness_column} - {None}
    assert keys <= set(table.column_names)


@EVERY_TABLE
def test_a_table_stands_after_those_it_refers_to(table: Table) -> None:
    before = list(TABLES)[: list(TABLES).index(table.name)]
    for reference in table.references:
        assert reference.table in before
        assert reference.target in TABLES[reference.table].column_names
        assert reference.column in table.column_names


@EVERY_TABLE
def test_every_id_of_another_register_is_a_reference(table: Table) -> None:
    ids = {"person_id", "related_id", "address_id", "grant_id", "case_id"} & set(table.column_names)
    own = {"person": "person_id", "address": "address_id", "benefit_grant": "grant_id", "control_case": "case_id"}
    assert {reference.column for reference in table.references} == ids - {own.get(table.name)}


@EVERY_TABLE
def test_versions_carry_all_of_time(table: Table) -> None:
    time = {"valid_from", "valid_to", "recorded_on", "retracted_on"}
    assert table.versioned == (time <= set(table.column_names))


@EVERY_TABLE
def test_codes_and_texts_are_of_the_kind(table: Table) -> None:
    for column in table.columns:
        assert column.text
        assert all(isinstance(code, int if column.kind == "int" else str) for code in column.codes)


@EVERY_TABLE
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_both_forms_load_to_the_same_types(table: Table, form: str, tmp_path: Path) -> None:
    write_world(a_world(), tmp_path, form="csv" if form == "csv" else "parquet")
    loaded = load_registers(tmp_path).table(table.name).collect()
    assert loaded.schema == {column.name: POLARS_TYPES[column.kind] for column in table.columns}
    assert loaded.equals(as_frame(table.name, a_world()[table.name]))


def test_the_published_page_is_the_schema() -> None:
    page = Path(__file__).parents[3] / "docs" / "registers.md"
    assert page.read_text(encoding="utf-8") == render_schema_page()


def test_the_page_names_every_column_code_and_rule() -> None:
    page = render_schema_page()
    for table in TABLES.values():
        assert f"### {table.name}\n" in page
        for column in table.columns:
            assert f"| `{column.name}` | {column.type_text} |" in page
            assert all(f"`{code}`" in page for code in column.codes)
    assert all(f"| `{rule}` |" in page for rule in (*RULES, *CONSEQUENCES))
