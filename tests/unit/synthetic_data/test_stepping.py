"""A steered town lives as a written one, is controlled by nobody but whoever asks, and tells what is planted truly."""

from __future__ import annotations

import copy
import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from contract_checker import faults, read
from towns import CATALOGUE, a_town

from synthetic_data.calendar import add_months
from synthetic_data.controls import DECIDED
from synthetic_data.planted import likeness_to_handover, see_planted
from synthetic_data.stepping import Control, SteppedPlan, SteppedTown, begin_town

START = dt.date(2020, 6, 1)


@cache
def _begun(**asked: object) -> SteppedTown:
    plan = {"persons": 2_000, "seed": 7, "cases": 120, "start": START, "history_months": 24, "steered_months": 24}
    return begin_town(SteppedPlan(**{**plan, **asked}), catalogue=CATALOGUE)  # type: ignore[arg-type]


def a_steered(**asked: object) -> SteppedTown:
    """A town at its handover that no other test has touched."""
    return copy.deepcopy(_begun(**asked))


def free_addresses(town: SteppedTown, count: int) -> list[str]:
    rows = np.flatnonzero(town.now().situation.candidates & ~town.block.dwellings["open_case"])[:count]
    return [str(each) for each in town.ids().of("a", rows).to_pylist()]


def lived_on(town: SteppedTown, months: int) -> SteppedTown:
    for _ in range(months):
        town.advance()
    return town


def test_until_the_handover_it_is_the_town_that_is_written(tmp_path: Path) -> None:
    plan = {"persons": 2_000, "seed": 7, "start": START, "cases": 120, "truth_form": "smooth", "drift": True}
    written = a_town(tmp_path / "written", **plan, years=4)
    steered = begin_town(SteppedPlan(**plan, history_months=48, steered_months=0), catalogue=CATALOGUE)  # type: ignore[arg-type]
    steered.deliver(tmp_path / "delivered")
    for name, frame in read(tmp_path / "delivered").items():
        assert frame.equals(read(written)[name]), name


def test_with_the_old_policy_beside_and_nothing_asked_for_it_is_the_town_that_is_written(tmp_path: Path) -> None:
    plan = {"persons": 2_000, "seed": 7, "start": START}
    written = a_town(tmp_path / "written", **plan, cases=120, years=4)
    steered = SteppedPlan(**plan, cases=40, history_months=24, steered_months=24, beside=1.0)  # type: ignore[arg-type]
    lived_on(begin_town(steered, catalogue=CATALOGUE), 24).deliver(tmp_path / "delivered")
    for name, frame in read(tmp_path / "delivered").items():
        assert frame.equals(read(written)[name]), name


def test_the_old_policy_beside_leaves_alone_what_is_under_control_and_shrinks_with_its_part(tmp_path: Path) -> None:
    cases = {}
    for part in (0.0, 0.5, 1.0):
        town = a_steered(beside=part)
        asked = [Control(address_id=each, channel="model") for each in free_addresses(town, 100)]
        opened = town.control(asked)
        handover = town.today
        since = read(lived_on(town, 12).deliver(tmp_path / f"{part}"))["control_case"].filter(
            pl.col("opened_on") >= handover
        )
        ours = since.filter(pl.col("channel") == "model")
        assert sorted(ours["case_id"]) == sorted(opened)
        month = since.filter(pl.col("opened_on") < add_months(handover, 1))
        assert month["address_id"].is_unique().all()
        cases[part] = since.height - ours.height
    assert cases[0.0] == 0 < cases[0.5] < cases[1.0]


def test_what_is_planted_is_what_a_written_town_tells_beside_its_registers(tmp_path: Path) -> None:
    plan = {"persons": 2_000, "seed": 7, "start": START, "cases": 120}
    written = pl.read_parquet(a_town(tmp_path, **plan, years=4) / "truth" / "address_truth.parquet")
    planted = see_planted(begin_town(SteppedPlan(**plan, history_months=48, steered_months=0), catalogue=CATALOGUE))  # type: ignore[arg-type]
    seen = pl.DataFrame({"address_id": planted.address_id, "chance": planted.chance, "saving": planted.saving_ore})
    both = written.join(seen, on="address_id", how="left")
    municipal = both["saving_bif_ore"] + both["saving_buf_ore"] + both["saving_kff_ore"]
    assert both["chance"].to_numpy() == pytest.approx(DECIDED * both["hit_probability"].to_numpy())
    assert both["saving"].to_numpy() == pytest.approx(municipal.to_numpy())


def test_only_what_is_asked_for_is_controlled_and_is_answered_late(tmp_path: Path) -> None:
    town = a_steered()
    drawn, chosen = free_addresses(town, 2)
    asked = [
        Control(address_id=drawn, channel="random", selection_probability=0.25),
        Control(address_id=chosen, channel="model"),
    ]
    opened = town.control(asked)
    handover = town.today
    one_month_on = read(lived_on(town, 1).deliver(tmp_path / "soon"))["control_case"]
    cases = read(lived_on(town, 12).deliver(tmp_path / "later"))["control_case"]
    steered = cases.filter(pl.col("opened_on") >= handover)
    assert steered["case_id"].to_list() == opened
    assert steered["channel"].to_list() == ["random", "model"]
    assert steered["selection_probability"].to_list() == [0.25, None]
    assert one_month_on.filter(pl.col("case_id").is_in(opened))["closed_on"].null_count() >= 1
    assert steered["closed_on"].null_count() == 0


def test_every_delivery_keeps_the_contract(tmp_path: Path) -> None:
    town = a_steered()
    town.control([Control(address_id=each, channel="model") for each in free_addresses(town, 40)])
    for month in (0, 3, 12):
        delivered = copy.deepcopy(town)
        lived_on(delivered, month)
        assert faults(read(delivered.deliver(tmp_path / str(month))), as_of=delivered.today) == []


def test_what_is_delivered_was_known_the_day_before(tmp_path: Path) -> None:
    town = lived_on(a_steered(), 2)
    registers = read(town.deliver(tmp_path))
    assert town.known_at == dt.date(2022, 7, 31)
    assert registers["signal"]["recorded_on"].max() <= town.known_at
    assert registers["benefit_payment"]["recorded_on"].max() <= town.known_at


def test_forks_of_one_number_share_their_luck_and_leave_the_town_alone(tmp_path: Path) -> None:
    town = a_steered()
    before = read(copy.deepcopy(town).deliver(tmp_path / "before"))
    ends = [
        read(lived_on(town.fork(number), 2).deliver(tmp_path / f"{place}")) for place, number in enumerate((1, 1, 2))
    ]
    assert all(ends[0][name].equals(ends[1][name]) for name in ends[0])
    assert not ends[0]["residence"].equals(ends[2]["residence"])
    assert all(before[name].equals(frame) for name, frame in read(town.deliver(tmp_path / "after")).items())


def test_no_address_is_controlled_twice_at_once_or_invented() -> None:
    town = a_steered()
    (address,) = free_addresses(town, 1)
    one = Control(address_id=address, channel="model")
    with pytest.raises(ValueError, match="twice"):
        town.control([one, one])
    with pytest.raises(ValueError, match="no such address"):
        town.control([Control(address_id="syn-a-nowhere", channel="model")])
    town.control([one])
    with pytest.raises(ValueError, match="open case"):
        town.control([one])
    assert town.control([]) == []


def test_the_truth_drifts_while_the_town_is_steered_and_not_unless_asked() -> None:
    moving, still = (lived_on(a_steered(drift=drift), 24) for drift in (True, False))
    assert likeness_to_handover(still) == pytest.approx(1.0)
    assert likeness_to_handover(moving) < 0.995


def test_a_town_ends_with_its_plan() -> None:
    town = a_steered(steered_months=1, run_off_months=0)
    town.advance()
    with pytest.raises(ValueError, match="no more months"):
        town.advance()


def test_groups_of_adults_add_up_to_everybody() -> None:
    planted = see_planted(a_steered())
    everybody = planted.adults["all adults"]
    for ground in ("sex ", "origin ", "citizenship ", "age "):
        parts = [counts for name, counts in planted.adults.items() if name.startswith(ground)]
        assert np.sum(parts, axis=0) == pytest.approx(everybody)
    assert everybody.sum() > 1_000


def test_what_comes_of_many_controls_is_what_was_planted(tmp_path: Path) -> None:
    town = a_steered(persons=6_000, cases=150)
    planted = see_planted(town)
    likely = np.argsort(-planted.chance)
    rows = likely[~town.block.dwellings["open_case"][likely]][:300]
    hits = []
    for number in range(6):
        future = town.fork(number)
        future.control([Control(address_id=planted.address_id[row], channel="model") for row in rows])
        lived_on(future, 12)
        outcome = future.block.cases["outcome"][-len(rows) :]
        hits.append(np.isin(outcome, (1, 2)).sum())
    expected = planted.chance[rows].sum()
    sd = np.sqrt((planted.chance[rows] * (1 - planted.chance[rows])).sum() * len(hits))
    assert abs(sum(hits) - len(hits) * expected) < 4 * sd
    assert expected > 20
