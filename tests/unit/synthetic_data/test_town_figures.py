"""A town looks like the city of the domain figures, in wide bands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from contract_checker import read
from towns import HITS, a_town, decided, holding

DAY = dt.date(2024, 6, 1)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12,000 persons and 1,500 controls."""
    return a_town(tmp_path_factory.mktemp("town"), persons=12_000, cases=1_500, seed=41)


def test_people_and_dwellings(town: Path) -> None:
    registers = read(town)
    home = holding(registers["residence"], DAY)
    assert 11_200 <= home.height <= 12_400
    assert 1.6 <= home.height / home["address_id"].n_unique() <= 2.0
    assert registers["address"]["district"].n_unique() == 10
    uses = set(registers["address"]["unit_use_code"])
    assert {140, 150, 160} <= uses
    assert any(use > 300 for use in uses)
    people = home.join(holding(registers["person"], DAY), on="person_id")
    years = (pl.lit(DAY) - pl.col("birth_date")).dt.total_days() / 365.25
    assert 0.13 <= people.select((years < 18).mean()).item() <= 0.27
    assert 0.08 <= people.select((years >= 67).mean()).item() <= 0.20
    assert 0.002 <= people["address_protected"].mean() <= 0.02
    assert 0.005 <= home["care_of"].mean() <= 0.05


def test_moves_in_out_and_within(town: Path) -> None:
    homes = [holding(read(town)["residence"], day) for day in (dt.date(2023, 6, 1), DAY)]
    before, after = homes
    assert 0.06 <= before.join(after, on="person_id", how="anti").height / before.height <= 0.13
    assert 0.06 <= after.join(before, on="person_id", how="anti").height / after.height <= 0.13
    both = before.join(after, on="person_id")
    assert 0.06 <= (both["address_id"] != both["address_id_right"]).mean() <= 0.16


def test_life_events_leave_their_codes(town: Path) -> None:
    registers = read(town)
    assert {1, 80, 90} <= set(registers["person"]["status"])
    assert {"U", "G", "F", "E"} <= set(registers["person"]["civil_status"])
    assert {"spouse", "parent", "custody"} <= set(registers["relation"]["kind"])
    born = registers["person"].filter(pl.col("birth_date") >= dt.date(2020, 6, 1))["person_id"].n_unique()
    assert born > 150


def test_records_are_late_and_sometimes_undone(town: Path) -> None:
    residence = read(town)["residence"].filter(pl.col("valid_from") > dt.date(2020, 8, 1))
    late = (residence["recorded_on"] - residence["valid_from"]).dt.total_days()
    assert late.min() < 0
    assert late.quantile(0.5) <= 25
    assert late.max() > 60
    last = pl.col("recorded_on").max().over("person_id", "valid_from", "address_id")
    undone = residence.filter(pl.col("retracted_on").is_not_null() & (pl.col("recorded_on") == last))
    assert undone.height > 5


def test_benefits_fit_the_household_and_are_paid(town: Path) -> None:
    registers = read(town)
    assert registers["benefit_grant"]["benefit"].n_unique() == 9
    assert registers["benefit_grant"]["basis"].n_unique() == 6
    running = holding(registers["benefit_grant"], DAY)
    paid = registers["benefit_payment"].filter(pl.col("month") == DAY)
    assert 0.93 <= paid.join(running, on="grant_id", how="semi").height / running.height <= 1.0
    mean_kroner = paid.group_by("benefit").agg(pl.col("amount_ore").mean() / 100)
    amount = dict(mean_kroner.iter_rows())
    assert 9_000 <= amount["kontanthjaelp"] <= 15_355
    assert 1_200 <= amount["friplads"] <= 3_800
    assert 1_700 <= amount["boligstoette"] <= 2_700
    open_ended = running["valid_to"].is_null().mean()
    assert 0.2 <= open_ended <= 0.9


def test_signals_are_noisy_and_of_every_kind(town: Path) -> None:
    registers = read(town)
    signals = registers["signal"]
    assert signals["kind"].n_unique() == 7
    assert 0.1 <= signals["person_id"].is_null().mean() <= 0.5
    lived_in = holding(registers["residence"], DAY).select("address_id").unique()
    assert signals.join(lived_in, on="address_id", how="anti").height > 0
    truth = pl.read_parquet(town / "truth" / "address_truth.parquet")
    heard = truth.join(signals.filter(pl.col("recorded_on") > DAY - dt.timedelta(365)), on="address_id", how="semi")
    silent = truth.join(heard, on="address_id", how="anti")
    assert heard["hit_probability"].mean() > 1.5 * silent["hit_probability"].mean()
    assert heard["hit_probability"].quantile(0.5) < 0.10


def test_outcomes_hours_and_appeals(town: Path) -> None:
    registers = read(town)
    cases, effects = registers["control_case"], registers["control_effect"]
    assert 1_250 <= cases.height <= 1_750
    months = (cases["closed_on"] - cases["opened_on"]).dt.total_days().drop_nulls() / 30.4
    assert months.quantile(0.2) >= 3.0
    assert months.quantile(0.9) <= 9.5
    assert cases["hours"].min() >= 2.0
    assert cases["hours"].max() <= 20.0
    assert 0.01 <= effects["reversed_on"].is_not_null().mean() <= 0.08
    forward = -effects.filter(pl.col("effect") != "increased")["monthly_change_ore"].sum() * 10
    assert 0.55 <= forward / (forward + effects["reclaim_ore"].sum()) <= 0.85
    assert cases["outcome"].null_count() > 0
    assert {"referred", "inconclusive", *HITS} <= set(cases["outcome"].drop_nulls())


def test_channels_hit_as_in_the_public_figures(tmp_path: Path) -> None:
    cases = decided(a_town(tmp_path, persons=20_000, cases=800, seed=42))
    mean = dict(cases.group_by("channel").agg(pl.col("hit_probability").mean()).iter_rows())
    assert 0.12 <= mean["rule_list"] <= 0.30
    assert mean["random"] < 0.06
    for channel in ("tip", "own_lead", "data_unit"):
        assert mean["random"] < mean[channel] < 0.30
