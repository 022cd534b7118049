"""`python -m benchmarks.ranking`: captured true net saving on towns with planted truth, beside every baseline.

A figure is the true net saving of the cases a method would take, as a share of the best possible, on the candidates of
the day: at 2, 5 and 10 per cent of them and at an hours budget of five per cent of all hours. Only this module and the
tests read `truth/`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.legal_bases import load_legal_bases
from governance.registers import load_registers
from governance.settings import Settings
from synthetic_data.town import TRUTH_FORMS, TownPlan, write_town
from training.baselines import BASELINES, Setting
from training.bundle import model_inputs
from training.cases import Cases, make_cases, stake_matrix
from training.inputs import Array, design_matrix
from training.labels import build_labels
from training.metrics import captured_in_hours, top_count, top_sum
from training.ranking_model import fit_on_cases
from training.rule_list import rule_score

SHARES = (0.02, 0.05, 0.10)
HOURS_SHARE = 0.05
COLUMNS = ("2 %", "5 %", "10 %", "hours")


@dataclass(frozen=True)
class Problem:
    """One town: closed cases to learn from, candidates to rank, and what is true of them."""

    name: str
    train: Cases
    pool: pl.DataFrame
    true_net_ore: Array
    true_hours: Array
    true_chance: Array
    as_of: AsOf


@dataclass(frozen=True)
class Scored:
    """A method's score a candidate, the hours to divide it by, and what it promises to save (øre) if it does."""

    method: str
    score: Array
    hours: Array
    promise_ore: Array | None = None


def make_problem(folder: Path, plan: TownPlan) -> Problem:
    """Write a town, label its history and find its candidates."""
    write_town(folder, plan, catalogue=load_catalogue().as_rows())
    as_of = AsOf(plan.start.replace(year=plan.start.year + plan.years))
    registers, settings = load_registers(folder), Settings()
    engine = PolarsEngine(registers)
    labels = build_labels(registers, engine, as_of=as_of, settings=settings)
    train = make_cases(build_matrix(engine, labels.units), labels.cases, inputs=model_inputs())
    candidates = find_candidates(engine, as_of=as_of, settings=settings, bases=load_legal_bases())
    truth = pl.read_parquet(folder / "truth" / "address_truth.parquet")
    units = candidates.units.join(truth, on="address_id", how="inner")
    net, hours = _true_net(units, hourly_cost_ore=settings.hourly_cost_ore)
    chance = units["hit_probability"].to_numpy()
    pool = build_matrix(engine, units.select(candidates.units.columns))
    return Problem(f"{plan.truth_form}, seed {plan.seed}", train, pool, net, hours, chance, as_of)


def promise_kept(problem: Problem, scored: Scored) -> float:
    """Promised over true municipal saving of the five per cent the method would take first."""
    assert scored.promise_ore is not None
    taken = np.argsort(-scored.score, kind="stable")[: top_count(len(scored.score), 0.05)]
    cost = problem.true_hours * Settings().hourly_cost_ore
    return float(scored.promise_ore[taken].sum() / (problem.true_net_ore + cost)[taken].sum())


def _true_net(units: pl.DataFrame, *, hourly_cost_ore: int) -> tuple[Array, Array]:
    saving = sum(units[f"saving_{purse}_ore"].to_numpy() for purse in ("bif", "buf", "kff"))
    hours = units["expected_hours"].to_numpy()
    return np.asarray(units["hit_probability"].to_numpy() * saving - hours * hourly_cost_ore), hours


def scores(problem: Problem, *, seed: int = 1, threads: int = 1) -> Iterator[Scored]:
    """Each method's score of every candidate; the first is the model with its promise."""
    settings = Settings()
    model = fit_on_cases(
        problem.train, inputs=model_inputs(), as_of=problem.as_of.day, hourly_cost_ore=settings.hourly_cost_ore,
        seed=seed, threads=threads,
    )  # fmt: skip
    for name, chosen in (("model", model), ("twin", model.glass_box())):
        scored = chosen.score(problem.pool)
        hours = scored["expected_hours"].to_numpy()
        yield Scored(name, scored["expected_net_ore"].to_numpy(), hours, scored["expected_municipal_ore"].to_numpy())
    yield Scored("rule list", rule_score(problem.pool), np.ones(len(hours)))
    test = _as_cases(problem)
    for name, baseline in BASELINES.items():
        setting = Setting(hourly_cost_ore=settings.hourly_cost_ore, seed=seed, threads=threads)
        kroner = name in ("no_skill", "tweedie", "single_hurdle")
        yield Scored(name, baseline(problem.train, test, setting), hours if kroner else np.ones(len(hours)))


def _as_cases(problem: Problem) -> Cases:
    """The candidates in the form baselines score; outcomes are blank, no baseline looks at them."""
    size = problem.pool.height
    blank = np.full(size, np.nan)
    row = problem.train.rows(np.zeros(size, dtype=np.int64))
    return replace(
        row, ids=problem.pool["unit_id"].to_numpy().astype(object), x=design_matrix(problem.pool, model_inputs()),
        hit=np.zeros(size, dtype=bool), hours=blank, stakes=stake_matrix(problem.pool), savings=np.zeros((size, 4)),
    )  # fmt: skip


def captured(problem: Problem, score: Array, hours: Array) -> list[float]:
    """Share of the best possible true net saving at each of `COLUMNS`; ties are given their mean.

    Within an hours budget cases are taken by net saving an hour, by a method in kroner as by the best possible.
    """
    shares = []
    for share in SHARES:
        count = top_count(len(score), share)
        best = top_sum(problem.true_net_ore, problem.true_net_ore, count).expected
        shares.append(top_sum(score, problem.true_net_ore, count).expected / best)
    budget = HOURS_SHARE * float(problem.true_hours.sum())
    rate = problem.true_net_ore / problem.true_hours
    best = captured_in_hours(rate, problem.true_net_ore, problem.true_hours, budget).expected
    shares.append(captured_in_hours(score / hours, problem.true_net_ore, problem.true_hours, budget).expected / best)
    return [100 * value for value in shares]


def table(results: Mapping[str, Sequence[Sequence[float]]]) -> list[str]:
    """Markdown: method × column, mean ± standard deviation over towns, and the worst town."""
    lines = ["| method | " + " | ".join(COLUMNS) + " | worst town at 5 % |", "|---" * (len(COLUMNS) + 2) + "|"]
    for method, rows in results.items():
        figures = np.array(rows)
        spread = figures.std(axis=0, ddof=1) if len(figures) > 1 else np.zeros(figures.shape[1])
        cells = [f"{mean:.1f} ± {sd:.1f}" for mean, sd in zip(figures.mean(axis=0), spread, strict=True)]
        lines.append(f"| {method} | " + " | ".join(cells) + f" | {figures[:, 1].min():.1f} |")
    return lines


def run(*, persons: int, cases: int, seeds: Sequence[int], forms: Sequence[str]) -> None:
    """Print one table for towns of this size."""
    results: dict[str, list[list[float]]] = {}
    kept: dict[str, list[float]] = {}
    labels, hits = [], []
    for seed in seeds:
        for form in forms:
            started = time.perf_counter()
            plan = TownPlan(persons=persons, seed=seed, cases=cases, truth_form=form)
            with tempfile.TemporaryDirectory() as folder:
                problem = make_problem(Path(folder), plan)
            labels.append(len(problem.train))
            hits.append(int(problem.train.hit.sum()))
            for scored in scores(problem):
                results.setdefault(scored.method, []).append(captured(problem, scored.score, scored.hours))
                if scored.promise_ore is not None:
                    kept.setdefault(scored.method, []).append(promise_kept(problem, scored))
            best = results["model"][-1]
            print(f"{problem.name}: {labels[-1]} labels, {hits[-1]} hits, model at 5 % {best[1]:.1f}, "
                  f"{time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)  # fmt: skip
    print(f"\n{persons} persons, {np.mean(labels):.0f} usable closed cases ({np.mean(hits):.0f} hits) on average, "
          f"{len(labels)} towns (seeds {list(seeds)}; {', '.join(forms)})\n")  # fmt: skip
    print("\n".join(table(results)))
    for method, ratios in kept.items():
        error = np.mean(np.abs(np.log(ratios)))
        print(f"\n{method}: promised over true municipal saving of the top 5 %: {np.mean(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}), mean |log| {error:.2f}")  # fmt: skip


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=65_000)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 4_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--forms", nargs="+", default=list(TRUTH_FORMS))
    chosen = parser.parse_args()
    for cases in chosen.cases:
        run(persons=chosen.persons, cases=cases, seeds=chosen.seeds, forms=chosen.forms)


if __name__ == "__main__":
    main()
