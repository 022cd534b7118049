"""Whatever is planted is found, nothing else is, and nothing recorded after the day of the check decides."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.contracts import ContractReport, check_registers, sound_registers
from governance.registers import TABLES
from governance.settings import Settings
from tests.unit.governance.register_worlds import AS_OF, World, a_person, a_world, as_frame, day, write_world

GENERATE = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = dt.timedelta(days=1)

# (table, column, rule, cells): what makes any row of the table of the small world faulty, and in one way only
PLANTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("person", "status", "unknown-code", {"status": 4}),
    ("person", "birth_date", "date-order", {"birth_date": day("2023-01-01")}),
    ("person", "valid_from", "missing-value", {"valid_from": None}),
    ("person", "recorded_on", "missing-value", {"recorded_on": None}),
    ("address", "postal_code", "length", {"postal_code": "K"}),
    ("address", "tenure", "unknown-code", {"tenure": "squat"}),
    ("residence", "valid_to", "date-order", {"valid_to": day("2000-01-01")}),
    ("residence", "address_id", "unknown-reference", {"address_id": "nowhere"}),
    ("residence", "care_of", "missing-value", {"care_of": None}),
    ("relation", "kind", "unknown-code", {"kind": "friend"}),
    ("relation", "retracted_on", "date-order", {"retracted_on": day("2000-01-01")}),
    ("benefit_grant", "children", "out-of-range", {"children": -2}),
    ("benefit_payment", "amount_ore", "out-of-range", {"amount_ore": -5}),
    ("benefit_payment", "month", "not-first-of-month", {"month": day("2024-05-31")}),
    ("signal", "kind", "missing-value", {"kind": None}),
    ("signal", "person_id", "unknown-reference", {"person_id": "nobody"}),
    ("control_case", "selection_probability", "out-of-range", {"selection_probability": 1.5}),
    ("control_case", "channel", "unknown-code", {"channel": "hunch"}),
    ("control_effect", "reclaim_ore", "out-of-range", {"reclaim_ore": -1}),
    ("control_effect", "reversed_on", "date-order", {"reversed_on": day("2001-01-01")}),
    ("protected", "origin", "unknown-code", {"origin": "unknown"}),
)
WORLD = a_world()
CANDIDATES = [(plant, row) for plant in PLANTS for row in range(len(WORLD[plant[0]]))]


@pytest.fixture(autouse=True, scope="module")
def without_great_expectations() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("governance.contracts.check.guard_table", lambda *_: 0)
        yield


def check(world: World) -> tuple[ContractReport, dict[str, list[dict[str, Any]]]]:
    """The report, and the rows that are left of each register."""
    with tempfile.TemporaryDirectory() as name:
        directory = write_world(world, Path(name))
        report = check_registers(directory, as_of=AS_OF, settings=Settings())
        left = sound_registers(directory, report)
        return report, {table: left.table(table).collect().to_dicts() for table in TABLES}


def consequences_of(world: World, out: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """The slow way: a row follows when some id of it leads to rows that are all out."""
    followed: set[tuple[str, int]] = set()
    for name, table in TABLES.items():
        for row, cells in enumerate(world[name]):
            for reference in table.references:
                there = [
                    (reference.table, n)
                    for n, target in enumerate(world[reference.table])
                    if target[reference.target] == cells[reference.column]
                ]
                if there and set(there) <= out | followed and (name, row) not in out:
                    followed.add((name, row))
    return followed


@GENERATE
@given(st.lists(st.sampled_from(CANDIDATES), max_size=9, unique_by=lambda chosen: (chosen[0][0], chosen[1])))
def test_what_is_planted_is_found_and_nothing_else(chosen: list[tuple[Any, int]]) -> None:
    world = copy.deepcopy(WORLD)
    for (table, _, _, cells), row in chosen:
        world[table][row] |= cells
    report, left = check(world)
    planted = {(table, row, column, rule) for (table, column, rule, _), row in chosen}
    own = report.faults.filter(~pl.col("consequence"))
    assert set(own.select("table", "row", "column", "rule").iter_rows()) == planted
    out = {(table, row) for table, row, _, _ in planted}
    followed = set(report.faults.filter(pl.col("consequence")).select("table", "row").iter_rows())
    assert followed == consequences_of(world, out)
    for name in TABLES:
        kept = [cells for row, cells in enumerate(world[name]) if (name, row) not in out | followed]
        assert left[name] == as_frame(name, kept).to_dicts()


@st.composite
def versions(draw: st.DrawFn) -> dict[str, Any]:
    start, recorded = (day("2024-01-01") + DAY * draw(st.integers(0, 6)) for _ in range(2))
    length, stood = (draw(st.none() | st.integers(least, 5)) for least in (1, 0))
    return {
        "valid_from": start,
        "valid_to": None if length is None else start + DAY * length,
        "recorded_on": recorded,
        "retracted_on": None if stood is None else recorded + DAY * stood,
    }


def on_some_day(rows: tuple[dict[str, Any], ...], start: str, end: str) -> bool:
    """Whether all of `rows` cover one day, looked for day by day."""
    days = (day("2023-12-30") + DAY * n for n in range(20))
    return any(all(row[start] <= d and (row[end] is None or row[end] > d) for row in rows) for d in days)


@GENERATE
@given(st.lists(versions(), min_size=2, max_size=6, unique_by=lambda v: tuple(v.values())))
def test_overlaps_are_those_found_day_by_day(times: list[dict[str, Any]]) -> None:
    world = copy.deepcopy(WORLD)
    first = len(world["person"])
    world["person"].extend(a_person(99, **version) for version in times)
    expected = {
        first + max((a, b), key=lambda n: (times[n]["recorded_on"], n))
        for a, b in itertools.combinations(range(len(times)), 2)
        if on_some_day((times[a], times[b]), "recorded_on", "retracted_on")
        and on_some_day((times[a], times[b]), "valid_from", "valid_to")
    }
    report, _ = check(world)
    assert set(report.faults["row"]) == expected
    assert set(report.faults["rule"]) <= {"version-overlap"}


KNOWN_FROM = {name: table.known_from for name, table in TABLES.items() if table.known_from}


@st.composite
def later_rows(draw: st.DrawFn) -> tuple[str, int, dict[str, Any]]:
    """A row recorded after the day of the check, made from another of the table, and where in the file it stands."""
    name = draw(st.sampled_from([name for name in KNOWN_FROM if name != "control_case"]))
    row = dict(draw(st.sampled_from(WORLD[name])))
    row[KNOWN_FROM[name]] = AS_OF.day + DAY * draw(st.integers(1, 9))
    row |= {"retracted_on": None} if "retracted_on" in row else {}
    for column in ("person_id", "address_id", "grant_id", "signal_id", "effect_id"):
        if column in row and draw(st.booleans()):
            row[column] = draw(st.sampled_from(("new", "p1", "a2", "g9", "s1", "e1")))
    return name, draw(st.integers(0, len(WORLD[name]))), row


@GENERATE
@given(
    st.lists(st.sampled_from(CANDIDATES), max_size=4, unique_by=lambda chosen: (chosen[0][0], chosen[1])),
    st.lists(later_rows(), min_size=1, max_size=6),
)
def test_rows_recorded_later_change_nothing_that_is_left(
    chosen: list[tuple[Any, int]], later: list[tuple[str, int, dict[str, Any]]]
) -> None:
    world = copy.deepcopy(WORLD)
    for (table, _, _, cells), row in chosen:
        world[table][row] |= cells
    _, before = check(world)
    for table, place, row in later:
        world[table].insert(place, row)
    _, after = check(world)
    for name, column in KNOWN_FROM.items():
        assert [row for row in after[name] if row[column] <= AS_OF.day] == before[name]
