"""`python -m benchmarks.explanations`: what explaining a list costs, how exact it is and how still it stands.

Prints what docs/explanations.md states. *still*: cases whose explanation did not move at all when every figure was
moved by less than its sentence prints; *sides*: reasons whose contribution changed its sign.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.meter import measure
from benchmarks.night import make_model, make_town
from features.build import STAKES, build_matrix
from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.legal_bases import load_legal_bases
from governance.registers import load_registers
from governance.settings import Settings
from service.kept_registers import keep_registers
from training.bundle import explain, score
from training.explain import contributions
from training.explanation_contract import check_explanations
from training.inputs import Array, design_matrix
from training.ranking_model import RankingModel
from training.steadiness import SHARES_OF_A_STEP, crossing_factor, disturbed, most_movement
from training.tree_bag import TreeBag
from training.tree_nodes import read_trees

REASONS_A_SIDE = 3
EXACT = 1e-12


def first_places(folder: Path, as_of: AsOf, model: RankingModel, *, cases: int) -> pl.DataFrame:
    """The features of the candidates that are worth most an hour, with the days of their facts."""
    engine = PolarsEngine(load_registers(folder))
    found = find_candidates(engine, as_of=as_of, settings=Settings(), bases=load_legal_bases())
    scores = score(model, build_matrix(engine, found.units))
    worth = pl.col("expected_net_ore") / pl.col("expected_hours")
    first = scores.sort(-worth, "unit_id").head(cases).select("unit_id")
    listed = first.join(found.units, on="unit_id", maintain_order="left")
    return build_matrix(engine, listed, with_fact_dates=True)


def say_contract(model: RankingModel, matrix: pl.DataFrame, as_of: AsOf) -> None:
    """Cost and deviations of the explanation contract."""
    reasons, explained = measure("explain", lambda: explain(model, matrix, as_of=as_of))
    found, checked = measure(
        "contract",
        lambda: check_explanations(model, matrix, reasons, as_of=as_of, rng=np.random.default_rng(1)),
    )
    worst = " / ".join(f"{found.worst[name]:.1e}" for name in ("additivity", "tree_explainer", "exact_shapley"))
    print(f"| {matrix.height} | {explained.cpu_seconds:.2f} | {checked.cpu_seconds:.1f} | {worst} |")


def bounds(model: RankingModel, matrix: pl.DataFrame, moved: pl.DataFrame) -> Array:
    """How far the contract lets each explanation move, logits."""
    before, after = design_matrix(matrix, model.inputs), design_matrix(moved, model.inputs)
    most = np.zeros(len(before))
    for part, weight in zip(model.hit.parts, model.hit.weights, strict=True):
        trees = tuple(tuple(read_trees(each)) for each in part.boosters) if isinstance(part, TreeBag) else ()
        most += weight * most_movement(part, trees, before, after)
    return np.asarray(most * model.hit.stretch.slope * crossing_factor(model.inputs), dtype=np.float64)


def say_movement(model: RankingModel, matrix: pl.DataFrame) -> None:
    """How far explanations move when figures move by less than their sentences print."""
    rng = np.random.default_rng(1)
    told, _ = contributions(model, matrix)
    strongest = [np.argsort(sign * told, axis=1)[:, :REASONS_A_SIDE] for sign in (-1, 1)]
    first = np.abs(told).max(axis=1)
    for share in SHARES_OF_A_STEP:
        moved = disturbed(matrix, model.inputs.names, share_of_step=share, rng=rng)
        new, _ = contributions(model, moved)
        by_case = np.abs(new - told).max(axis=1)
        sides = sum(
            int((np.sign(np.take_along_axis(new, at, 1)) != np.sign(np.take_along_axis(told, at, 1))).sum())
            for at in strongest
        )
        bound, still = np.median(bounds(model, matrix, moved)), 100 * (by_case < EXACT).mean()
        print(
            f"| {share:g} | {still:.0f} | {by_case.max():.3f} | {np.median(by_case):.3f} | {bound:.3f} "
            f"| {np.median(first):.2f} | {sides} of {2 * REASONS_A_SIDE * len(told)} |"
        )


def say_keeping(folder: Path, as_of: AsOf) -> None:
    """What it costs to keep the registers as known, for replays."""
    registers = load_registers(folder)
    with tempfile.TemporaryDirectory() as home:
        _, cost = measure(
            "keep", lambda: keep_registers(registers, as_of=as_of, home=Path(home), today=dt.date(2024, 6, 1))
        )
        size = sum(path.stat().st_size for path in Path(home).rglob("tables/*.parquet"))
    print(f"keeping the registers: {cost.cpu_seconds:.1f} CPU s, {size / 1e6:.1f} MB")


def run(*, persons: int, cases: Sequence[int]) -> None:
    """Print the three tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        as_of = make_town(folder, persons)
        model = make_model(folder, as_of)
        print(f"{persons} persons, {model.labels} labels\n")
        print("| cases | explaining, CPU s | contract, CPU s | additivity / TreeExplainer / by definition |")
        print("|---|---|---|---|")
        matrix = first_places(folder, as_of, model, cases=max(cases))
        for each in cases:
            say_contract(model, matrix.head(each), as_of)
        print("\n| share of a step | still, % | most | median | bound, median | strongest reason, median | sides |")
        print("|---|---|---|---|---|---|---|")
        say_movement(model, matrix.select("unit_id", *model.inputs.names, *STAKES))
        print()
        say_keeping(folder, as_of)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=65_000)
    parser.add_argument("--cases", type=int, nargs="+", default=[30, 300])
    asked = parser.parse_args()
    run(persons=asked.persons, cases=asked.cases)
