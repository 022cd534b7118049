"""A town breaks no rule of the contract, repeats to the byte, and keeps its truth apart."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from contract_checker import TABLES, faults, read
from towns import CATALOGUE, HITS, a_town, holding, known

from synthetic_data import town as town_module
from synthetic_data.town import TownPlan, write_town


@pytest.mark.parametrize(
    "plan",
    [
        {"seed": 1},
        {"seed": 2, "cases": 400, "truth_form": "thresholds", "discriminate": True, "drift": True},
        {"seed": 3, "start": dt.date(2019, 1, 31), "years": 2},
        {"seed": 4, "persons": 9_000, "cases": 900},
        {"seed": 5, "years": 1, "start": dt.date(2023, 2, 15)},
    ],
)  # fmt: skip
def test_no_row_breaks_the_contract(tmp_path: Path, plan: dict[str, object]) -> None:
    out = a_town(tmp_path, **plan)
    as_of = dt.date.fromisoformat(json.loads((out / "world.json").read_text())["as_of"])
    assert faults(read(out), as_of=as_of) == []


def test_the_checker_sees_each_kind_of_fault(tmp_path: Path) -> None:
    registers = read(a_town(tmp_path))
    as_of = dt.date(2024, 6, 1)
    first = pl.int_range(pl.len()) == 0

    def broken(table: str, column: str, value: object) -> list[str]:
        frame = registers[table]
        changed = frame.with_columns(
            pl.when(first).then(pl.lit(value, frame[column].dtype)).otherwise(column).alias(column)
        )
        return faults({**registers, table: changed}, as_of=as_of)

    assert broken("residence", "address_id", "nowhere") == ["residence reference address_id"]
    assert broken("benefit_payment", "amount_ore", 0) == ["benefit_payment amount"]
    assert broken("person", "status", 42) == ["person code status"]
    assert broken("residence", "retracted_on", dt.date(1900, 1, 1)) == ["residence retracted_on 1"]
    doubled = pl.concat(
        [registers["residence"], registers["residence"].head(1).with_columns(care_of=~pl.col("care_of"))]
    )
    assert faults({**registers, "residence": doubled}, as_of=as_of) == ["residence versions 1"]


def test_the_same_plan_writes_the_same_bytes(tmp_path: Path) -> None:
    def fingerprint(out: Path) -> dict[str, str]:
        return {
            str(file.relative_to(out)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(out.rglob("*.*"))
        }  # fmt: skip

    one = fingerprint(a_town(tmp_path / "one", seed=7))
    assert one == fingerprint(a_town(tmp_path / "again", seed=7))
    assert one["residence.parquet"] != fingerprint(a_town(tmp_path / "other", seed=8))["residence.parquet"]


def test_only_the_contract_stands_in_the_folder_and_the_truth_apart(tmp_path: Path) -> None:
    out = a_town(tmp_path)
    assert {file.name for file in out.iterdir()} == {f"{name}.parquet" for name in TABLES} | {"world.json", "truth"}
    assert {file.name for file in (out / "truth").iterdir()} == {"address_truth.parquet", "case_truth.parquet"}
    world = json.loads((out / "world.json").read_text())
    assert world["as_of"] == "2024-06-01"
    assert (world["hourly_cost_ore"], world["persons"]) == (70_000, 2_000)
    assert world["hours_per_week"] > 0


def test_truth_covers_the_addresses_with_a_running_grant_or_a_signal_and_every_case(tmp_path: Path) -> None:
    out, day = a_town(tmp_path), dt.date(2024, 6, 1)
    registers = read(out)
    paid = holding(registers["benefit_grant"], day).join(holding(registers["residence"], day), on="person_id")
    heard = registers["signal"].filter(pl.col("recorded_on") > day - dt.timedelta(730))
    truth = pl.read_parquet(out / "truth" / "address_truth.parquet")
    assert set(truth["address_id"]) == set(paid["address_id"]) | set(heard["address_id"])
    assert truth["address_id"].is_unique().all()
    assert truth["hit_probability"].is_between(0.0, 1.0).all()
    cases = pl.read_parquet(out / "truth" / "case_truth.parquet")
    assert cases["case_id"].to_list() == registers["control_case"]["case_id"].to_list()


def test_what_comes_later_changes_nothing_that_was_known(tmp_path: Path) -> None:
    """A fifth year of history leaves the first four as they were known."""
    four = read(a_town(tmp_path / "four", cases=72))
    five = read(a_town(tmp_path / "five", cases=96, years=5))
    day = dt.date(2024, 5, 31)
    for name in ("person", "residence", "relation", "address", "benefit_grant"):
        order = list(TABLES[name])
        before, after = (known(registers[name], day).sort(order) for registers in (four, five))
        assert before.equals(after), name


def test_blocks_are_appended_and_keep_ids_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town_module, "_PERSONS_A_BLOCK", 1_100)
    heard: list[float] = []
    write_town(
        tmp_path, TownPlan(persons=3_000, seed=1), catalogue=CATALOGUE, report=lambda _, done: heard.append(done)
    )  # fmt: skip
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) == 4
    assert faults(read(tmp_path), as_of=dt.date(2024, 6, 1)) == []
    assert 2_700 <= holding(read(tmp_path)["residence"], dt.date(2024, 6, 1)).height <= 3_200


def test_case_and_effects_tell_one_story(tmp_path: Path) -> None:
    registers = read(a_town(tmp_path, persons=6_000, cases=700))
    cases, effects = registers["control_case"], registers["control_effect"]
    changed = cases.filter(pl.col("outcome") == "benefit_changed")["case_id"]
    assert set(effects["case_id"]) == set(changed)
    joined = effects.join(cases, on="case_id")
    assert (joined["recorded_on"] >= joined["closed_on"]).all()
    assert (joined["effective_from"] > joined["closed_on"]).all()
    assert cases.filter(pl.col("outcome").is_null())["hours"].is_null().all()
    assert cases.filter(pl.col("channel") == "random")["selection_probability"].is_not_null().all()
    assert cases.filter(pl.col("channel") != "random")["selection_probability"].is_null().all()
    spans = cases.sort("address_id", "opened_on").with_columns(before=pl.col("closed_on").shift().over("address_id"),
                                                               again=pl.int_range(pl.len()).over("address_id") > 0)  # fmt: skip
    repeated = spans.filter("again")
    assert repeated.height > 0
    assert (repeated["before"].is_not_null() & (repeated["before"] < repeated["opened_on"])).all()


def test_registers_follow_a_hit_only_after_the_decision(tmp_path: Path) -> None:
    registers = read(a_town(tmp_path, persons=6_000, cases=700))
    stopped = (
        registers["control_effect"].filter(pl.col("effect") == "stopped").join(registers["control_case"], on="case_id")
    )
    grants = registers["benefit_grant"].filter(pl.col("retracted_on").is_null())
    ends = stopped.join(grants.select("grant_id", "valid_to", ended_on="recorded_on"), on="grant_id")
    own = ends.filter(pl.col("valid_to") == pl.col("effective_from"))
    assert own["grant_id"].n_unique() == stopped["grant_id"].n_unique()
    assert (own["ended_on"] > own["closed_on"]).all()
    later = registers["benefit_payment"].join(own.select("grant_id", "effective_from"), on="grant_id")
    assert later.filter(pl.col("month") >= pl.col("effective_from")).is_empty()
    hits = registers["control_case"].filter(pl.col("outcome").is_in(HITS))
    moved = registers["residence"].filter(pl.col("channel") == "authority").join(hits, on="address_id")
    assert hits.height > 20
    assert moved.height > 0


@pytest.mark.parametrize(
    "wrong", [{"persons": 1_999}, {"persons": 6_000_001}, {"years": 0}, {"truth_form": "linear"}]
)  # fmt: skip
def test_an_impossible_plan_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))[:5]):
        TownPlan(**{"persons": 2_000, "seed": 1, **wrong})  # type: ignore[arg-type]
