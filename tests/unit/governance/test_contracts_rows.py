"""Every rule on rows, with an example that breaks it and one that just does not.

Great Expectations stays outside: it takes most of a second a world, and has its own test against the same examples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.contracts import RULES, check_registers
from governance.settings import Settings
from tests.unit.governance.register_worlds import (
    AS_OF,
    World,
    a_person,
    a_residence,
    a_signal,
    a_world,
    day,
    version,
    write_world,
)


@dataclass(frozen=True)
class Example:
    """One row changed, or rows added at the end of a table.

    `column` is the faulty one; the faulty row is the changed or the last one unless `faulty_row` says otherwise.
    """

    rule: str
    table: str
    column: str
    row: int | None = None
    cells: dict[str, Any] = field(default_factory=dict)
    added: tuple[dict[str, Any], ...] = ()
    faulty_row: int | None = None

    def planted(self) -> tuple[World, int]:
        """The world with the example in it, and the number of the faulty row."""
        world = a_world()
        if self.row is not None:
            world[self.table][self.row] |= self.cells
        world[self.table].extend(self.added)
        candidates = (self.faulty_row, self.row, len(world[self.table]) - 1)
        return world, next(row for row in candidates if row is not None)


def cell(rule: str, table: str, column: str, row: int, value: Any, **others: Any) -> Example:
    return Example(rule, table, column, row=row, cells={column: value, **others})


def added(rule: str, table: str, column: str, *rows: dict[str, Any], faulty_row: int | None = None) -> Example:
    return Example(rule, table, column, added=rows, faulty_row=faulty_row)


PAYMENT = a_world()["benefit_payment"][0]
FAULTY = (
    cell("missing-value", "person", "civil_status", 3, None),
    cell("missing-value", "address", "unit_use_code", 1, None),
    cell("missing-value", "control_effect", "effective_from", 0, None),
    cell("missing-value", "protected", "disability_pension", 2, None),
    cell("missing-value", "signal", "address_id", 2, None),
    cell("unknown-code", "person", "status", 3, 2),
    cell("unknown-code", "person", "civil_status", 3, "u"),
    cell("unknown-code", "benefit_grant", "benefit", 4, "dagpenge"),
    cell("unknown-code", "control_case", "outcome", 0, "closed"),
    cell("unknown-code", "control_effect", "effect", 1, "paused"),
    cell("length", "address", "municipality_code", 1, "101"),
    cell("length", "address", "postal_code", 1, "21000"),
    cell("length", "address", "road_code", 1, ""),
    cell("out-of-range", "benefit_payment", "amount_ore", 5, 0),
    cell("out-of-range", "benefit_grant", "children", 4, -1),
    cell("out-of-range", "control_case", "hours", 1, -0.5),
    cell("out-of-range", "control_case", "selection_probability", 1, 0.0),
    cell("out-of-range", "control_case", "selection_probability", 1, 1.0001),
    cell("out-of-range", "control_effect", "reclaim_ore", 1, -1),
    cell("out-of-range", "control_effect", "monthly_change_ore", 2, 1),
    cell("not-first-of-month", "benefit_payment", "month", 5, day("2024-05-02")),
    cell("date-order", "person", "valid_to", 3, day("2020-01-01")),
    cell("date-order", "residence", "retracted_on", 3, day("2019-12-31")),
    cell("date-order", "person", "birth_date", 3, day("2020-01-02")),
    cell("date-order", "control_case", "closed_on", 1, day("2023-05-31")),
    cell("date-order", "control_effect", "reversed_on", 2, day("2023-08-31")),
    cell("self-relation", "relation", "related_id", 3, "p0"),
    cell("empty-together", "control_case", "outcome", 1, None),
    cell("empty-together", "control_case", "outcome", 2, "referred"),
    added("duplicate-row", "benefit_payment", "grant_id", PAYMENT),
    added("duplicate-row", "person", "person_id", a_person(4)),
    added("duplicate-row", "signal", "signal_id", a_signal(0, 0)),
    cell("unknown-reference", "residence", "person_id", 6, "nobody"),
    cell("unknown-reference", "relation", "related_id", 3, "nobody"),
    cell("unknown-reference", "signal", "address_id", 2, "nowhere"),
    cell("unknown-reference", "signal", "person_id", 1, "nobody"),
    cell("unknown-reference", "benefit_payment", "grant_id", 5, "g404"),
    cell("unknown-reference", "control_effect", "case_id", 1, "c404"),
    cell("unknown-reference", "control_effect", "grant_id", 0, "g404"),
    cell("unknown-reference", "protected", "person_id", 5, "nobody"),
    added("duplicate-key", "signal", "signal_id", a_signal(1, 3)),
    added("duplicate-key", "protected", "person_id", a_world()["protected"][0] | {"sex": "M"}),
    cell("duplicate-key", "control_effect", "effect_id", 2, "e0"),
    cell("duplicate-key", "control_case", "case_id", 2, "c0"),
    # the later recorded is faulty, though it stands earlier in the file
    added(
        "version-overlap",
        "residence",
        "valid_from",
        a_residence(5, 3, **version("2020-01-01", recorded="2019-06-01")),
        faulty_row=5,
    ),
    # recorded on one day: the later in the file
    added(
        "version-overlap",
        "person",
        "valid_from",
        a_person(4, status=80, **version("2023-01-01", recorded="2020-01-01")),
    ),
    # a person has at most one residence a day, at whatever address
    added("version-overlap", "residence", "valid_from", a_residence(1, 3, **version("2023-01-01", "2023-01-02"))),
    # known together for one day only
    added(
        "version-overlap",
        "residence",
        "valid_from",
        a_residence(1, 3, **version("2020-01-01", recorded="2024-01-01", retracted="2024-01-02")),
    ),
)

LAWFUL = (
    cell("missing-value", "address", "area_m2", 1, None),
    cell("missing-value", "signal", "person_id", 1, None),
    cell("unknown-code", "person", "status", 3, 3),
    cell("unknown-code", "control_effect", "benefit", 0, "folkepension_enlig"),
    cell("unknown-code", "address", "unit_use_code", 1, 999),
    cell("length", "address", "postal_code", 1, "0999"),
    cell("out-of-range", "benefit_payment", "amount_ore", 5, 1),
    cell("out-of-range", "benefit_grant", "children", 4, 0),
    cell("out-of-range", "control_case", "hours", 1, 0.0),
    cell("out-of-range", "control_case", "selection_probability", 1, 1.0),
    cell("out-of-range", "control_effect", "reclaim_ore", 1, 0),
    cell("out-of-range", "control_effect", "monthly_change_ore", 0, 0),
    cell("out-of-range", "control_effect", "monthly_change_ore", 1, -5),
    cell("out-of-range", "address", "area_m2", 1, -1),
    cell("not-first-of-month", "benefit_payment", "month", 5, day("2030-12-01")),
    cell("date-order", "person", "valid_to", 3, day("2020-01-02")),
    cell("date-order", "residence", "retracted_on", 3, day("2020-01-01")),
    cell("date-order", "person", "birth_date", 3, day("2020-01-01")),
    cell("date-order", "control_case", "closed_on", 1, day("2023-06-01")),
    cell("date-order", "control_effect", "reversed_on", 2, day("2023-09-01")),
    cell("self-relation", "relation", "related_id", 3, "p3"),
    cell("empty-together", "control_case", "outcome", 2, "referred", closed_on=day("2024-01-01")),
    added("duplicate-row", "benefit_payment", "grant_id", PAYMENT | {"amount_ore": 1}),
    cell("unknown-reference", "control_effect", "grant_id", 0, None),
    # any version will do, also one that no longer holds
    cell("unknown-reference", "residence", "person_id", 6, "p6", valid_from=day("2019-01-01")),
    added("duplicate-key", "signal", "signal_id", a_signal(4, 3)),
    # touching, not overlapping: in time of validity, and in time of knowledge
    cell("version-overlap", "person", "valid_to", 3, day("2023-01-01")),
    added("version-overlap", "residence", "valid_from", a_residence(7, 0, **version("2019-01-01", "2020-01-01"))),
    added(
        "version-overlap",
        "person",
        "valid_from",
        a_person(0, status=80, **version("2020-01-01", recorded="2019-01-01", retracted="2020-01-01")),
    ),
    # never known at all: retracted the day it was recorded
    added(
        "version-overlap",
        "residence",
        "valid_from",
        a_residence(1, 3, **version("2020-01-01", recorded="2024-01-01", retracted="2024-01-01")),
    ),
    # recorded after the day of the check
    cell("date-order", "signal", "recorded_on", 2, day("2024-07-01")),
)


@pytest.fixture(autouse=True)
def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance.contracts.check.guard_table", lambda *_: 0)


def faults_of(world: World, directory: Path, **options: Any) -> set[tuple[str, int, str, str]]:
    report = check_registers(write_world(world, directory, **options), as_of=AS_OF, settings=Settings())
    return {(f["table"], f["row"], f["column"], f["rule"]) for f in report.as_json()["faults"] if not f["consequence"]}


def identify(example: Example) -> str:
    return f"{example.rule}-{example.table}-{example.column}"


def test_the_small_world_is_lawful(tmp_path: Path) -> None:
    report = check_registers(write_world(a_world(), tmp_path), as_of=AS_OF, settings=Settings())
    assert report.as_json()["faults"] == []
    assert report.acceptable


@pytest.mark.parametrize("example", FAULTY, ids=identify)
def test_a_broken_rule_is_the_only_fault(example: Example, tmp_path: Path) -> None:
    world, row = example.planted()
    assert faults_of(world, tmp_path) == {(example.table, row, example.column, example.rule)}


@pytest.mark.parametrize("example", LAWFUL, ids=identify)
def test_what_just_keeps_a_rule_is_no_fault(example: Example, tmp_path: Path) -> None:
    world, _ = example.planted()
    assert faults_of(world, tmp_path) == set()


@pytest.mark.parametrize("examples", [FAULTY, LAWFUL], ids=["faulty", "lawful"])
def test_every_rule_has_its_example(examples: tuple[Example, ...]) -> None:
    only_in_csv = {"type"}
    assert {example.rule for example in examples} == set(RULES) - only_in_csv


@pytest.mark.parametrize(
    ("table", "row", "column", "text", "faulty"),
    [
        ("person", 3, "status", "one", True),
        ("person", 3, "status", "1.5", True),
        ("person", 3, "status", "1.0", False),
        ("person", 3, "birth_date", "1980-3-4", True),
        ("person", 3, "birth_date", "04-03-1980", True),
        ("person", 3, "birth_date", "1980-02-30", True),
        ("person", 3, "address_protected", "nej", True),
        ("person", 3, "address_protected", "True", False),
        ("control_case", 1, "closed_on", "soon", True),
        ("control_case", 1, "hours", "4,5", True),
        ("control_case", 1, "hours", "4", False),
    ],
)
def test_a_csv_cell_of_another_type_is_one_fault(
    table: str, row: int, column: str, text: str, faulty: bool, tmp_path: Path
) -> None:
    write_world(a_world(), tmp_path, form="csv")
    file = tmp_path / f"{table}.csv"
    frame = pl.read_csv(file, infer_schema=False).with_row_index("row")
    changed = pl.when(pl.col("row") == row).then(pl.lit(text)).otherwise(pl.col(column)).alias(column)
    frame.with_columns(changed).drop("row").write_csv(file)
    report = check_registers(tmp_path, as_of=AS_OF, settings=Settings())
    expected = [(table, row, column, "type", False)] if faulty else []
    own = report.as_json()["faults"]
    assert [tuple(fault.values()) for fault in own if not fault["consequence"]] == expected
    assert report.tables[table].quarantined == len(expected)


def test_csv_and_parquet_are_judged_alike(tmp_path: Path) -> None:
    world = a_world()
    for example in FAULTY[:4]:
        world[example.table][example.row or 0] |= example.cells
    parquet, csv = (faults_of(world, tmp_path / form, form=form) for form in ("parquet", "csv"))
    assert parquet == csv
    assert len(parquet) == 4


def test_a_quarantined_row_takes_along_what_leads_only_to_it(tmp_path: Path) -> None:
    world = a_world()
    world["person"][5]["status"] = 2  # the only version of p3: residence, grant, payments, protected
    report = check_registers(write_world(world, tmp_path), as_of=AS_OF, settings=Settings())
    counts = {name: (count["quarantined"], count["consequences"]) for name, count in report.as_json()["tables"].items()}
    assert {name: count for name, count in counts.items() if count != (0, 0)} == {
        "person": (1, 0),
        "residence": (0, 1),
        "benefit_grant": (0, 1),
        "benefit_payment": (0, 3),
        "protected": (0, 1),
    }
    assert {fault["rule"] for fault in report.as_json()["faults"] if fault["consequence"]} == {"refers-to-quarantined"}


def test_a_consequence_takes_along_what_leads_only_to_it(tmp_path: Path) -> None:
    world = a_world()
    world["address"][1]["tenure"] = "squat"  # a1: case c1, and through the case effect e2
    report = check_registers(write_world(world, tmp_path), as_of=AS_OF, settings=Settings())
    followed = {(f["table"], f["row"], f["column"]) for f in report.as_json()["faults"] if f["consequence"]}
    assert ("control_case", 1, "address_id") in followed
    assert ("control_effect", 2, "case_id") in followed
    assert report.tables["control_effect"].quarantined == 0


def test_another_version_holds_the_reference_up(tmp_path: Path) -> None:
    world = a_world()
    world["person"][2]["status"] = 2  # one of three versions of p0
    report = check_registers(write_world(world, tmp_path), as_of=AS_OF, settings=Settings())
    assert report.faults.rows() == [("person", 2, "status", "unknown-code", False)]


def test_a_faulty_row_makes_no_other_faulty(tmp_path: Path) -> None:
    world = a_world()
    world["person"][3] |= {"status": 2, "recorded_on": day("2019-01-01")}
    world["person"].append(a_person(1, status=80))
    assert faults_of(world, tmp_path) == {("person", 3, "status", "unknown-code")}


def test_a_row_broken_in_two_ways_is_one_quarantined_row(tmp_path: Path) -> None:
    world = a_world()
    world["person"][3] |= {"status": 2, "civil_status": None}
    report = check_registers(write_world(world, tmp_path), as_of=AS_OF, settings=Settings())
    assert [fault["rule"] for fault in report.as_json()["faults"] if fault["table"] == "person"] == [
        "missing-value",
        "unknown-code",
    ]
    assert report.tables["person"].quarantined == 1


def test_each_pair_of_versions_is_judged(tmp_path: Path) -> None:
    world = a_world()
    later = [version("2021-01-01", "2022-01-01"), version("2021-06-01", "2023-01-01"), version("2022-06-01")]
    world["person"][3]["valid_to"] = day("2021-03-01")
    world["person"].extend(a_person(1, **times) for times in later)
    first = len(world["person"]) - 3
    assert faults_of(world, tmp_path) == {("person", first + n, "valid_from", "version-overlap") for n in range(3)}


def test_a_key_recorded_later_never_decides_over_one_known(tmp_path: Path) -> None:
    world = a_world()
    world["signal"].insert(0, a_signal(1, 3, recorded_on=day("2024-07-01")))
    assert faults_of(world, tmp_path) == {("signal", 0, "signal_id", "duplicate-key")}


def test_a_row_that_leads_only_to_what_was_recorded_later_is_not_seen(tmp_path: Path) -> None:
    world = a_world()
    world["person"][6] |= {"recorded_on": day("2024-06-02")}  # p4 is registered at a2 since 2020
    report = check_registers(write_world(world, tmp_path), as_of=AS_OF, settings=Settings())
    assert report.faults.rows() == [("residence", 4, "person_id", "refers-to-unseen", True)]


def test_a_row_recorded_later_may_lead_to_one_recorded_later(tmp_path: Path) -> None:
    world = a_world()
    world["person"].append(a_person(50, **version("2024-06-05")))
    world["residence"].append(a_residence(50, 0, **version("2024-06-05")))
    assert faults_of(world, tmp_path) == set()
