"""What was not known at the close of the day changes nothing: no value, no date, no stake, no candidate.

The last tests take the filters away and demand that the comparisons above notice: a proof that cannot fail is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import narwhals as nw
import polars as pl
import pytest
from builders import DAY
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import a_random_world, address_ids
from world_changes import same, with_a_future, with_undone_rows

import features.candidates
import features.world
from features.build import build_matrix
from features.candidates import Candidates, find_candidates
from features.engines import Frame, PolarsEngine
from features.world import VERSION_COLUMNS, World
from governance.as_of import AsOf
from governance.legal_bases import load_legal_bases
from governance.registers import Registers
from governance.settings import Settings

SEEDS = st.integers(0, 10**9)
DAYS_EARLIER = st.sampled_from((0, 0, 45, 300))
SEARCHED_SEEDS = range(6)


def _matrix(registers: Registers, addresses: list[str], day: dt.date) -> pl.DataFrame:
    """Each address seen from `day` and, as a second unit, from 100 days before: later units must not open the past."""
    units = pl.DataFrame(
        {
            "unit_id": [f"{name}@{seen}" for seen in (day, day - dt.timedelta(days=100)) for name in addresses],
            "address_id": addresses * 2,
            "as_of": [day] * len(addresses) + [day - dt.timedelta(days=100)] * len(addresses),
        }
    )
    return build_matrix(PolarsEngine(registers), units, with_fact_dates=True)


def _candidates(registers: Registers, day: dt.date) -> Candidates:
    return find_candidates(PolarsEngine(registers), as_of=AsOf(day), settings=Settings(), bases=load_legal_bases())


def same_knowledge(left: Registers, right: Registers, day: dt.date) -> bool:
    """Whether two worlds look the same at the close of `day`."""
    addresses = address_ids(left)
    before, after = _candidates(left, day), _candidates(right, day)
    return (
        same(_matrix(left, addresses, day), _matrix(right, addresses, day))
        and same(before.units, after.units)
        and (before.considered, before.excluded) == (after.considered, after.excluded)
    )


@given(seed=SEEDS, earlier=DAYS_EARLIER)
@settings(max_examples=15, deadline=None)
def test_rows_recorded_after_the_day_change_nothing(seed: int, earlier: int) -> None:
    registers, day = a_random_world(seed), DAY - dt.timedelta(days=earlier)
    assert same_knowledge(registers, with_a_future(registers, seed=seed + 1, day=day), day)


@given(seed=SEEDS, earlier=DAYS_EARLIER)
@settings(max_examples=12, deadline=None)
def test_a_row_recorded_and_corrected_away_leaves_no_trace(seed: int, earlier: int) -> None:
    registers, day = a_random_world(seed), DAY - dt.timedelta(days=earlier)
    # undone by the earlier of the two days from which `_matrix` looks, less the row's life
    undone = with_undone_rows(registers, seed=seed + 1, day=day - dt.timedelta(days=100 + 400))
    assert same_knowledge(registers, undone, day)


def test_the_future_is_seen_when_its_day_has_come() -> None:
    """The changes are real: seen from a later day the worlds differ."""
    for seed in SEARCHED_SEEDS:
        registers = a_random_world(seed)
        assert not same_knowledge(registers, with_a_future(registers, seed=seed, day=DAY), DAY + dt.timedelta(days=500))


def test_undone_rows_are_seen_while_they_stand() -> None:
    for seed in SEARCHED_SEEDS:
        registers = a_random_world(seed)
        undone = with_undone_rows(registers, seed=seed, day=DAY + dt.timedelta(days=1))
        assert not same_knowledge(registers, undone, DAY)


def _everything() -> nw.Expr:
    return nw.col("recorded_on") == nw.col("recorded_on")


def _rows_of_every_day(world: World, table: str, columns: Mapping[str, str], key: str) -> Frame:
    rows = world.engine.table(table)
    return rows.select(nw.col(key).alias("join_key"), *(nw.col(old).alias(new) for new, old in columns.items()))


def _facts_with_late_rows(
    world: World, table: str, *, of: Frame, on: str, columns: Mapping[str, str], key: str
) -> Frame:
    """`World.facts` that honours corrections made by the day, but not the day a row was recorded."""
    versions = _rows_of_every_day(world, table, {**columns, **{name: name for name in VERSION_COLUMNS}}, key)
    stands = nw.col("retracted_on").is_null() | (nw.col("retracted_on") > nw.col("day"))
    return of.join(versions, left_on=on, right_on="join_key", how="inner").filter(stands)


def _events_with_late_rows(
    world: World, table: str, *, of: Frame, on: str, columns: Mapping[str, str], key: str
) -> Frame:
    rows = _rows_of_every_day(world, table, {**columns, "recorded_on": "recorded_on"}, key)
    return of.join(rows, left_on=on, right_on="join_key", how="inner")


def _cases_with_late_rows(world: World, *, of: Frame) -> Frame:
    rows = world.engine.table("control_case").select("case_id", "address_id", "opened_on", "closed_on", "outcome")
    return of.join(rows, on="address_id", how="inner")


def _cases_unmasked(world: World, *, of: Frame) -> Frame:
    return _cases_with_late_rows(world, of=of).filter(nw.col("opened_on") <= nw.col("day"))


def _everything_known(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(features.world, "known", _everything)
    patch.setattr(World, "_rows_of", _rows_of_every_day)


def _candidates_blind(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(features.candidates, "known", _everything)


def _late_facts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(World, "facts", _facts_with_late_rows)


def _late_events(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(World, "events", _events_with_late_rows)


def _late_cases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(World, "cases", _cases_with_late_rows)


def _unmasked_cases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(World, "cases", _cases_unmasked)


@pytest.mark.parametrize(
    "remove_filter",
    [_everything_known, _candidates_blind, _late_facts, _late_events, _late_cases, _unmasked_cases],
    ids=lambda remove: remove.__name__.strip("_"),
)
def test_without_the_filter_the_future_is_noticed(
    remove_filter: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_filter(monkeypatch)
    found = 0
    for seed in SEARCHED_SEEDS:
        # few persons at many addresses, so that not every address is a candidate anyway
        registers = a_random_world(seed, persons=8, addresses=20)
        found += not same_knowledge(registers, with_a_future(registers, seed=seed + 1, day=DAY), DAY)
    assert found >= len(SEARCHED_SEEDS) // 2


def test_without_the_filter_an_undone_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features.world, "known", _everything)
    for seed in SEARCHED_SEEDS:
        registers = a_random_world(seed)
        undone = with_undone_rows(registers, seed=seed, day=DAY - dt.timedelta(days=500))
        assert not same_knowledge(registers, undone, DAY)
