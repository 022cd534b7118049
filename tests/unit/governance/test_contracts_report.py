"""Counts, limits, freshness, the quarantine, and what is left to read."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from governance.contracts import ContractReport, check_registers, checked_registers, require_acceptable
from governance.errors import DataContractError, UsageError
from governance.registers import TABLES
from governance.settings import Settings
from tests.unit.governance.register_worlds import AS_OF, World, a_person, a_world, as_frame, day, write_world


@pytest.fixture(autouse=True)
def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance.contracts.check.guard_table", lambda *_: 0)


def a_crowd(persons: int, faulty: int) -> World:
    world = a_world()
    crowd = range(100, 100 + persons - len(world["person"]))
    world["person"].extend(a_person(number, status=2 if number < 100 + faulty else 1) for number in crowd)
    return world


def report_of(world: World, directory: Path, settings: Settings | None = None) -> ContractReport:
    return check_registers(write_world(world, directory), as_of=AS_OF, settings=settings or Settings())


@pytest.mark.parametrize(
    ("persons", "faulty", "acceptable"), [(100, 10, True), (100, 11, False), (1000, 20, True), (1000, 21, False)]
)
def test_two_percent_or_ten_rows_may_be_faulty(persons: int, faulty: int, acceptable: bool, tmp_path: Path) -> None:
    report = report_of(a_crowd(persons, faulty), tmp_path)
    assert report.tables["person"].rows == persons
    assert report.tables["person"].quarantined == faulty
    assert report.acceptable is acceptable
    if not acceptable:
        with pytest.raises(DataContractError, match=rf"{faulty} of {persons} rows.*{faulty} unknown-code in status"):
            require_acceptable(report)


def test_the_limits_are_settings(tmp_path: Path) -> None:
    strict = Settings(quarantine_share=0.0, quarantine_rows=0)
    assert not report_of(a_crowd(100, 1), tmp_path, strict).acceptable
    assert report_of(a_world(), tmp_path, strict).acceptable


def test_consequences_do_not_count_against_the_limit(tmp_path: Path) -> None:
    world = a_world()
    world["person"][5]["status"] = 2
    report = report_of(world, tmp_path, Settings(quarantine_share=0.0, quarantine_rows=1))
    assert report.tables["benefit_payment"].consequences == 3
    assert report.acceptable


@pytest.mark.parametrize("table", ["residence", "benefit_payment", "signal"])
@pytest.mark.parametrize(("newest", "acceptable"), [("2024-04-17", True), ("2024-04-16", False)])
def test_the_newest_record_is_at_most_45_days_old(table: str, newest: str, acceptable: bool, tmp_path: Path) -> None:
    world = a_world()
    for row in world[table]:
        row["recorded_on"] = min(row["recorded_on"], day(newest))
    world[table][0]["recorded_on"] = day(newest)
    late = world[table][-1] | {"recorded_on": day("2024-06-02")}  # recorded after the day of the check: does not help
    late |= {"signal_id": "s9"} if table == "signal" else {}
    late |= {"valid_from": day("2024-06-02"), "person_id": "p6"} if table == "residence" else {}
    world["residence"][6]["valid_to"] = day("2024-06-02")
    world[table].append(late)
    report = report_of(world, tmp_path)
    assert report.faults.rows() == []
    assert [fault.table for fault in report.table_faults] == ([] if acceptable else [table])
    assert report.acceptable is acceptable


def test_an_empty_register_is_read_and_is_not_recent(tmp_path: Path) -> None:
    report = report_of(a_world() | {"signal": [], "control_effect": []}, tmp_path)
    assert [(fault.table, fault.rule) for fault in report.table_faults] == [("signal", "stale")]
    with pytest.raises(DataContractError, match="signal"):
        require_acceptable(report)


def test_the_report_is_plain_json(tmp_path: Path) -> None:
    world = a_world()
    world["person"][5]["status"] = 2
    document = json.loads(json.dumps(report_of(world, tmp_path).as_json()))
    assert document["tables"]["person"] == {"rows": 10, "quarantined": 1, "consequences": 0}
    assert document["faults"][0] == {
        "table": "person",
        "row": 5,
        "column": "status",
        "rule": "unknown-code",
        "consequence": False,
    }
    assert list(document["tables"]) == list(TABLES)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_quarantine_holds_the_rows_themselves(form: str, tmp_path: Path) -> None:
    world = a_world()
    world["person"][5] |= {"status": 2, "birth_date": day("2024-01-01")}
    out = tmp_path / "out"
    out.mkdir()
    (out / "signal.parquet").write_bytes(b"left from an earlier check")
    check_registers(
        write_world(world, tmp_path / "in", form="csv" if form == "csv" else "parquet"),
        as_of=AS_OF,
        settings=Settings(),
        quarantine_into=out,
    )
    person = pl.read_parquet(out / "person.parquet")
    assert person.select("row", "rule", "consequence").rows() == [(5, "unknown-code, date-order", False)]
    assert person.columns[3:] == list(TABLES["person"].column_names)
    assert str(person["status"][0]) == "2"
    payments = pl.read_parquet(out / "benefit_payment.parquet")
    assert payments.select("rule", "consequence").unique().rows() == [("refers-to-quarantined", True)]
    assert pl.read_parquet(out / "signal.parquet").height == 0


def test_the_quarantine_never_overwrites_the_registers(tmp_path: Path) -> None:
    write_world(a_world(), tmp_path)
    with pytest.raises(UsageError):
        check_registers(tmp_path, as_of=AS_OF, settings=Settings(), quarantine_into=tmp_path / ".")


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_what_is_left_is_everything_but_the_quarantined_rows(form: str, tmp_path: Path) -> None:
    world = a_world()
    world["person"][5]["status"] = 2
    write_world(world, tmp_path, form="csv" if form == "csv" else "parquet")
    left = checked_registers(tmp_path, as_of=AS_OF, settings=Settings())
    for name in ("person", "residence", "benefit_payment", "signal"):
        rows = [row for row in world[name] if row.get("person_id") != "p3"]
        assert left.table(name).collect().equals(as_frame(name, rows))
        assert left.table(name).collect(engine="streaming").height == len(rows)


def test_registers_that_cannot_be_used_are_not_handed_out(tmp_path: Path) -> None:
    write_world(a_crowd(100, 11), tmp_path)
    with pytest.raises(DataContractError):
        checked_registers(tmp_path, as_of=AS_OF, settings=Settings())


def test_each_step_is_told(tmp_path: Path) -> None:
    steps: list[str] = []
    check_registers(write_world(a_world(), tmp_path), as_of=AS_OF, settings=Settings(), report=steps.append)
    assert steps == ["structure", *TABLES, "references"]


def test_messages_hold_no_cell_of_a_register(tmp_path: Path) -> None:
    world = a_crowd(100, 50)
    report = report_of(world, tmp_path)
    with pytest.raises(DataContractError) as caught:
        require_acceptable(report)
    text = str(caught.value) + json.dumps(report.as_json())
    assert not any(row["person_id"] in text for row in world["person"] if len(row["person_id"]) > 2)
