"""Great Expectations and the Polars rules are compiled from one schema; here they must agree, row by row."""

from __future__ import annotations

import socket
from pathlib import Path

import polars as pl
import pytest

from governance.contracts import check_registers
from governance.contracts.cells import find_cell_faults
from governance.contracts.guard import find_witnesses, guard_table
from governance.contracts.rules import GUARDED_RULES
from governance.contracts.source import FAULT_SCHEMA, ROW, Source, open_source
from governance.contracts.suites import build_suite, make_context, run_suite
from governance.registers import TABLES, Column
from governance.settings import Settings
from tests.unit.governance.register_worlds import AS_OF, World, a_world, write_world

EVERY_TABLE = pytest.mark.parametrize("table", TABLES)
WRONG_TEXT = "\N{LATIN SMALL LETTER O WITH STROKE}?"


def wrong_values(column: Column) -> list[object]:
    """One value for each guarded rule of the column that breaks it."""
    values: list[object] = [] if column.nullable else [None]
    values += [-7 if column.kind == "int" else WRONG_TEXT] if column.codes else []
    values += ["12345"] if column.length else []
    values += [column.above] if column.above is not None else []
    values += [column.at_least - 1] if column.at_least is not None else []
    values += [column.at_most + 1] if column.at_most is not None else []
    return values


def a_faulty_world() -> World:
    """One more row for each way a guarded rule can be broken."""
    world = a_world()
    for name, table in TABLES.items():
        sound = dict(world[name][0])
        for column in table.columns:
            world[name] += [sound | {column.name: value} for value in wrong_values(column)]
    return world


def guarded(source: Source) -> pl.DataFrame:
    return find_cell_faults(source).filter(pl.col("rule").is_in(list(GUARDED_RULES)))


@EVERY_TABLE
def test_both_find_the_same_rows_in_a_whole_register(table: str, tmp_path: Path) -> None:
    source = open_source(write_world(a_faulty_world(), tmp_path), table)
    rows = source.typed.collect()
    verdict = run_suite(source.table, rows.drop(ROW).to_pandas().set_index(rows[ROW].to_numpy()))
    assert verdict.broken == set(guarded(source).iter_rows())
    planted = sum(len(wrong_values(column)) for column in source.table.columns)
    assert len(verdict.broken) == planted


@EVERY_TABLE
def test_the_witnesses_show_every_broken_column_and_rule(table: str, tmp_path: Path) -> None:
    source = open_source(write_world(a_faulty_world(), tmp_path), table)
    faults = guarded(source)
    shown = faults.filter(pl.col("row").is_in(find_witnesses(source).implode()))
    assert set(shown.select("column", "rule").iter_rows()) == set(faults.select("column", "rule").iter_rows())
    assert guard_table(source, find_cell_faults(source)) == len(build_suite(source.table).expectations)


@EVERY_TABLE
def test_a_rule_that_ours_no_longer_finds_stops_the_run(table: str, tmp_path: Path) -> None:
    source = open_source(write_world(a_faulty_world(), tmp_path), table)
    with pytest.raises(RuntimeError, match=f"disagree on {table}"):
        guard_table(source, pl.DataFrame(schema=FAULT_SCHEMA))


@pytest.mark.parametrize("form", ["parquet", "csv"])
@pytest.mark.parametrize("shape", ["lawful", "no rows", "all empty"])
def test_the_guard_judges_worlds_of_any_shape(form: str, shape: str, tmp_path: Path) -> None:
    world = a_world()
    if shape == "no rows":
        world = {name: [] for name in world}
    if shape == "all empty":
        world = {name: [dict.fromkeys(row) for row in rows] for name, rows in world.items()}
    write_world(world, tmp_path, form="csv" if form == "csv" else "parquet")
    report = check_registers(tmp_path, as_of=AS_OF, settings=Settings())
    assert report.expectations == sum(len(build_suite(table).expectations) for table in TABLES.values())
    assert report.acceptable is (shape == "lawful")


def test_every_rule_on_values_is_an_expectation() -> None:
    for table in TABLES.values():
        kinds = [(type(e).__name__, getattr(e, "column", None)) for e in build_suite(table).expectations]
        assert ("ExpectTableColumnsToMatchSet", None) in kinds
        for column in table.columns:
            limited = (column.above, column.at_least, column.at_most) != (None, None, None)
            assert (("ExpectColumnValuesToNotBeNull", column.name) in kinds) is (not column.nullable)
            assert (("ExpectColumnValuesToBeInSet", column.name) in kinds) is bool(column.codes)
            assert (("ExpectColumnValueLengthsToEqual", column.name) in kinds) is (column.length is not None)
            assert (("ExpectColumnValuesToBeBetween", column.name) in kinds) is limited


def test_nothing_is_written_and_nothing_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was opened"))
    source = open_source(write_world(a_world(), tmp_path / "registers"), "signal")
    guard_table(source, find_cell_faults(source))
    assert list(home.iterdir()) == []
    assert list(here.iterdir()) == []
    assert make_context().config.analytics_enabled is False
