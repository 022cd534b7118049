"""Small towns for these tests, and the little catalogue that they are paid by."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
from contract_checker import read

from synthetic_data.town import TownPlan, write_town

CATALOGUE = [
    {"code": code, "administration": administration, "refund": refund, "rates": rates}
    for code, administration, refund, rates in (
        ("kontanthjaelp", "BIF", "step", [
            {"from": "2015-01-01", "basis": "single_provider", "ore": 1_535_500},
            {"from": "2015-01-01", "basis": "couple_provider", "ore": 1_535_500},
            {"from": "2015-01-01", "basis": "any", "ore": 1_155_400},
        ]),
        ("uddannelseshjaelp", "BIF", "step", [
            {"from": "2015-01-01", "basis": "living_at_home", "ore": 272_800},
            {"from": "2015-01-01", "basis": "any", "ore": 633_100},
        ]),
        ("friplads", "BUF", "none", [{"from": "2015-01-01", "basis": "any", "ore": 236_100}]),
        ("soeskenderabat", "BUF", "none", [{"from": "2015-01-01", "basis": "any", "ore": 118_050}]),
        ("enkeltydelse", "KFF", "half", [{"from": "2015-01-01", "basis": "any", "ore": 50_000}]),
        ("helbredstillaeg", "KFF", "half", [{"from": "2015-01-01", "basis": "any", "ore": 40_000}]),
        ("boligstoette", "STATE", "state", [{"from": "2015-01-01", "basis": "any", "ore": 215_300}]),
        ("boernetilskud", "STATE", "state", [{"from": "2015-01-01", "basis": "any", "ore": 99_700}]),
        ("folkepension_enlig", "STATE", "state", [
            {"from": "2015-01-01", "basis": "any", "ore": 360_000}, {"from": "2022-01-01", "basis": "any", "ore": 390_000},
        ]),
    )
]  # fmt: skip
HITS = ("registration_corrected", "benefit_changed")


def a_town(out: Path, **plan: object) -> Path:
    """Write a town of 2,000 persons, or what `plan` says, into `out`."""
    write_town(out, TownPlan(**{"persons": 2_000, "seed": 1, **plan}), catalogue=CATALOGUE)  # type: ignore[arg-type]
    return out


def known(frame: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Rows known at a day, with nothing on them that was recorded later."""
    later = pl.col("retracted_on") > day
    return frame.filter((pl.col("recorded_on") <= day) & (pl.col("retracted_on").is_null() | later)).with_columns(
        retracted_on=pl.when(later).then(None).otherwise(pl.col("retracted_on"))
    )


def holding(frame: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Rows known at a day that hold on it."""
    open_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") > day)
    return known(frame, day).filter((pl.col("valid_from") <= day) & open_ended)


def decided(out: Path) -> pl.DataFrame:
    """Cases with a verdict beside their planted probability, and whether they hit."""
    truth = pl.read_parquet(out / "truth" / "case_truth.parquet")
    verdict = pl.col("outcome").is_in(["no_change", *HITS])
    cases = read(out)["control_case"].join(truth, on="case_id").filter(verdict)
    return cases.with_columns(hit=pl.col("outcome").is_in(HITS))
