"""`python -m benchmarks.town`: what the invented towns look like, as docs/synthetic.md states it.

Each figure of each town; of several towns the smallest and the largest. `z` holds the hits of the decided cases against
the planted chances of those very cases.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from governance.benefits import load_catalogue
from synthetic_data.town import TRUTH_FORMS, TownPlan, write_town

DAY, YEAR_BEFORE = dt.date(2024, 6, 1), dt.date(2023, 6, 1)
HITS = ("registration_corrected", "benefit_changed")
CHANNELS = ("rule_list", "own_lead", "tip", "data_unit", "random")
FORWARD_MONTHS = 9.5
HOURLY_COST_ORE = 70_000
MONTH_DAYS = 30.4
Figures = Mapping[str, float]


def holding(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Rows that were known at the day and hold on it."""
    stands = pl.col("retracted_on").is_null() | (pl.col("retracted_on") > day)
    open_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") > day)
    return rows.filter((pl.col("recorded_on") <= day) & stands & (pl.col("valid_from") <= day) & open_ended)


def figures_of_people(town: Path) -> Figures:
    """Persons an address, moves of a year, and addresses where somebody is paid."""
    residence = pl.read_parquet(town / "residence.parquet")
    before, after = holding(residence, YEAR_BEFORE), holding(residence, DAY)
    both = before.join(after, on="person_id")
    granted = holding(pl.read_parquet(town / "benefit_grant.parquet"), DAY)
    homes = after["address_id"].n_unique()
    paid = after.join(granted, on="person_id", how="semi")["address_id"].n_unique()
    return {
        "persons per inhabited address": after.height / homes,
        "gone after a year, %": 100 * before.join(after, on="person_id", how="anti").height / before.height,
        "came within a year, %": 100 * after.join(before, on="person_id", how="anti").height / after.height,
        "moved within, %": 100 * (both["address_id"] != both["address_id_right"]).sum() / both.height,
        "addresses with a running grant, %": 100 * paid / homes,
    }


def figures_of_truth(town: Path) -> Figures:
    """The planted chances among candidates, and what a hit is worth."""
    truth = pl.read_parquet(town / "truth" / "address_truth.parquet")
    residence = holding(pl.read_parquet(town / "residence.parquet"), DAY)
    people = residence.join(holding(pl.read_parquet(town / "person.parquet"), DAY), on="person_id")
    adults = people.filter(pl.col("birth_date") <= DAY.replace(year=DAY.year - 18))
    hits = adults.join(truth.select("address_id", "hit_probability"), on="address_id")["hit_probability"].sum()
    chance = truth["hit_probability"]
    worth = truth.select(pl.sum_horizontal("saving_bif_ore", "saving_buf_ore", "saving_kff_ore")).to_series()
    net = chance * worth - truth["expected_hours"] * HOURLY_COST_ORE
    return {
        "mean P among candidates, %": 100 * chance.mean(),
        "98th percentile of P": chance.quantile(0.98),
        "expected hits, % of adults": 100 * hits / adults.height,
        "municipal saving of a hit, kr.": (chance * worth).sum() / chance.sum() / 100,
        "candidates worth a control, %": 100 * (net > 0).mean(),
    }


def figures_of_cases(town: Path) -> Figures:
    """What the old policy's controls ended in; hits less their planted chances in standard deviations."""
    cases = pl.read_parquet(town / "control_case.parquet")
    effects = pl.read_parquet(town / "control_effect.parquet")
    decided = cases.filter(pl.col("outcome").is_in(["no_change", *HITS])).join(
        pl.read_parquet(town / "truth" / "case_truth.parquet"), on="case_id"
    )
    hit, chance = decided["outcome"].is_in(HITS), decided["hit_probability"]
    months = (cases["closed_on"] - cases["opened_on"]).dt.total_days().drop_nulls() / MONTH_DAYS
    forward = -FORWARD_MONTHS * effects.filter(pl.col("effect") != "increased")["monthly_change_ore"].sum()
    return {
        "decided cases": decided.height,
        **{f"hits {name}, %": 100 * hit.filter(decided["channel"] == name).mean() for name in CHANNELS},
        "hours of a case, mean": cases["hours"].mean(),
        "hours, least": cases["hours"].min(),
        "hours, most": cases["hours"].max(),
        "months to the outcome, first quarter": months.quantile(0.25),
        "months to the outcome, third quarter": months.quantile(0.75),
        "effects reversed, %": 100 * effects["reversed_on"].is_not_null().mean(),
        "forward share of the saving, %": 100 * forward / (forward + effects["reclaim_ore"].sum()),
        "hits less chances": hit.sum() - chance.sum(),
        "variance of the hits": (chance * (1 - chance)).sum(),
    }  # fmt: skip


def run(*, persons: int, cases: int, seeds: Sequence[int], forms: Sequence[str]) -> None:
    """Print every figure: one column for one town, smallest and largest for more."""
    towns: list[Figures] = []
    cpu = time.process_time()
    spent = 0.0
    for seed, form in [(seed, form) for seed in seeds for form in forms]:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.process_time()
            plan = TownPlan(persons=persons, seed=seed, cases=cases, truth_form=form)
            write_town(Path(folder), plan, catalogue=load_catalogue().as_rows())
            spent += time.process_time() - begun
            towns.append(
                {
                    **figures_of_people(Path(folder)),
                    **figures_of_truth(Path(folder)),
                    **figures_of_cases(Path(folder)),
                }
            )
    z = sum(each["hits less chances"] for each in towns) / sum(each["variance of the hits"] for each in towns) ** 0.5
    print(f"{persons} persons, {cases} cases asked for, seeds {list(seeds)}, forms {', '.join(forms)}\n")
    print("| figure | " + ("town |" if len(towns) == 1 else "towns |"))
    print("|---|---|")
    for name in towns[0]:
        if name not in {"hits less chances", "variance of the hits"}:
            low, high = min(each[name] for each in towns), max(each[name] for each in towns)
            print(f"| {name} | {shown(low)}{'' if len(towns) == 1 else ' to ' + shown(high)} |")
    decided = int(sum(each["decided cases"] for each in towns))
    print(f"\nhits less the sum of P of {decided} decided cases: {z:+.1f} standard deviations")
    print(f"making the towns: {spent:.1f} CPU s of {time.process_time() - cpu:.1f}")


def shown(value: float) -> str:
    """Three significant figures, whole numbers whole."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=65_000)
    parser.add_argument("--cases", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--forms", nargs="+", choices=TRUTH_FORMS, default=["mixed"])
    asked = parser.parse_args()
    run(persons=asked.persons, cases=asked.cases, seeds=asked.seeds, forms=asked.forms)
