"""Labelled history: a case is seen from the close of the day before it opened, and what it changed does not leak back."""

from __future__ import annotations

import datetime as dt

import polars as pl
from builders import AS_OF
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import Rows, a_random_world, registers_of, rows_of
from world_changes import same

from features.build import build_matrix
from features.engines import PolarsEngine
from governance.registers import Registers
from governance.settings import Settings
from training.labels import Labels, build_labels

SEEDS = st.integers(0, 10**9)
# every case of the worlds of chance that was closed, however young
SETTINGS = Settings(label_delay_days=0)
SEARCHED_SEEDS = range(8)


def _labels(registers: Registers) -> Labels:
    return build_labels(registers, PolarsEngine(registers), as_of=AS_OF, settings=SETTINGS)


def with_what_the_case_did(registers: Registers, case_id: str) -> Registers:
    """The world in which the control of this case, from its opening day on, emptied the address and stopped its grants.

    The registration of everybody it knew there is corrected, their grants end, what was paid is paid back in part, notices
    come in, and an effect is recorded: all recorded on the opening day or later.
    """
    rows = rows_of(registers)
    case = next(row for row in rows["control_case"] if row["case_id"] == case_id)
    opened, address = case["opened_on"], case["address_id"]
    people = {row["person_id"] for row in rows["residence"] if row["address_id"] == address}
    _end(rows, "residence", on=opened, among=[row for row in rows["residence"] if row["address_id"] == address])
    _end(rows, "benefit_grant", on=opened, among=[row for row in rows["benefit_grant"] if row["person_id"] in people])
    _end(rows, "relation", on=opened, among=[row for row in rows["relation"] if row["person_id"] in people])
    rows["signal"].append(
        {
            "signal_id": "caused",
            "address_id": address,
            "person_id": None,
            "kind": "other_authority",
            "recorded_on": opened,
        }
    )
    rows["benefit_payment"] += [
        row | {"amount_ore": 77, "recorded_on": max(opened, row["recorded_on"])}
        for row in rows["benefit_payment"]
        if row["person_id"] in people
    ]
    case.update(outcome="registration_corrected", closed_on=max(opened, case["closed_on"] or opened), hours=31.0)
    return registers_of(rows)


def _end(rows: Rows, register: str, *, on: dt.date, among: list[dict[str, object]]) -> None:
    """Retract what stands on the day and record, from that day, that it ended before."""
    for row in list(among):
        begun = row["valid_from"] < on - dt.timedelta(days=1)
        if row["retracted_on"] is None and row["valid_to"] is None and row["recorded_on"] < on and begun:
            rows[register].append(row | {"valid_to": on - dt.timedelta(days=1), "recorded_on": on})
            row["retracted_on"] = on


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_what_a_case_changes_does_not_reach_its_own_features(seed: int) -> None:
    registers = a_random_world(seed)
    units = _labels(registers).units
    before = build_matrix(PolarsEngine(registers), units, with_fact_dates=True)
    for case_id in units["unit_id"]:
        changed = with_what_the_case_did(registers, case_id)
        after = build_matrix(PolarsEngine(changed), units, with_fact_dates=True)
        own = pl.col("unit_id") == case_id
        assert same(before.filter(own), after.filter(own))


def test_units_stand_at_the_close_of_the_day_before_opening() -> None:
    for seed in SEARCHED_SEEDS:
        labels = _labels(a_random_world(seed))
        opened = dict(zip(labels.cases["case_id"], labels.cases["opened_on"], strict=True))
        seen = dict(zip(labels.units["unit_id"], labels.units["as_of"], strict=True))
        assert seen == {case_id: day - dt.timedelta(days=1) for case_id, day in opened.items()}


def test_one_day_later_the_case_would_see_itself() -> None:
    """The changes are real and recorded on the opening day: seen from its close, features would hold the answer."""
    noticed = cases = 0
    for seed in SEARCHED_SEEDS:
        registers = a_random_world(seed)
        units = _labels(registers).units.with_columns(pl.col("as_of").dt.offset_by("1d"))
        before = build_matrix(PolarsEngine(registers), units)
        for case_id in units["unit_id"]:
            own = pl.col("unit_id") == case_id
            after = build_matrix(PolarsEngine(with_what_the_case_did(registers, case_id)), units)
            noticed += not same(before.filter(own), after.filter(own))
            cases += 1
    assert cases
    assert noticed == cases
