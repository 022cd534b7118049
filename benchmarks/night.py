"""`python -m benchmarks.night --persons 65000 650000`: what one night's run costs, beside bare floors.

Each stage of `rank` in this process, and the least that anything could cost: reading every column once, one bare
`predict` of the boosted trees, writing the rows. Ratios of CPU seconds are what to quote; the machine is shared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.meter import Cost, measure
from features.build import build_matrix
from features.candidates import Candidates, find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.contracts import checked_registers
from governance.legal_bases import load_legal_bases
from governance.registers import TABLES, load_registers
from governance.settings import Settings
from service.random_arm import Seed
from service.worklist import fill_capacity
from service.worklist_files import worklist_rows
from synthetic_data.town import TownPlan, write_town
from training.bundle import explain, model_inputs, score
from training.inputs import design_matrix
from training.labels import build_labels
from training.ranking_model import RankingModel, fit_ranking_model

HOURS_A_THOUSAND_PERSONS = 2.75
TRAINING_PERSONS = 65_000


def make_town(folder: Path, persons: int) -> AsOf:
    """A town of this size; returns the day its registers end."""
    plan = TownPlan(persons=persons, seed=1, cases=4_000 * persons // TRAINING_PERSONS)
    write_town(folder, plan, catalogue=load_catalogue().as_rows())
    return AsOf(plan.start.replace(year=plan.start.year + plan.years))


def make_model(folder: Path, as_of: AsOf) -> RankingModel:
    """The model the night runs with, trained once."""
    settings, registers = Settings(), load_registers(folder)
    engine = PolarsEngine(registers)
    labels = build_labels(registers, engine, as_of=as_of, settings=settings)
    return fit_ranking_model(
        build_matrix(engine, labels.units), labels.cases, inputs=model_inputs(), as_of=as_of.day,
        hourly_cost_ore=settings.hourly_cost_ore, seed=1, threads=2,
    )  # fmt: skip


def night(folder: Path, as_of: AsOf, model: RankingModel, *, hours: float) -> list[tuple[Cost, Cost]]:
    """Every stage with its floor."""
    settings = Settings()
    registers, check = measure("check", lambda: checked_registers(folder, as_of=as_of, settings=settings))
    engine = PolarsEngine(registers)
    scan = _floor("read every column once", lambda: _scan(folder))

    def build() -> tuple[Candidates, pl.DataFrame]:
        found = find_candidates(engine, as_of=as_of, settings=settings, bases=load_legal_bases())
        return found, build_matrix(engine, found.units)

    (candidates, matrix), built = measure("build", build)
    scores, scored = measure("score", lambda: score(model, matrix))
    predict = _floor("one LightGBM predict", _bare_predict(model, matrix))
    worklist = fill_capacity(scores, hours=hours, random_share=0.05, seed=Seed(1))
    listed = worklist.rows.select("unit_id").join(candidates.units, on="unit_id", maintain_order="left")
    reasons, explained = measure(
        f"explain {listed.height}",
        lambda: explain(model, build_matrix(engine, listed, with_fact_dates=True), as_of=as_of),
    )
    rows = worklist_rows(worklist.rows, reasons, model_version="benchmark", run_id="benchmark")
    target = folder / "worklist.parquet.tmp"
    _, written = measure("write", lambda: _write(rows, target))
    bare = _floor("write the scores", lambda: scores.write_parquet(target))
    print(f"{matrix.height} candidates of {candidates.considered} addresses considered", file=sys.stderr)
    return [(check, scan), (built, scan), (scored, predict), (explained, predict), (written, bare)]


def _floor(name: str, work: Callable[[], object]) -> Cost:
    return measure(name, work)[1]


def _scan(folder: Path) -> None:
    for name in TABLES:
        pl.scan_parquet(folder / f"{name}.parquet").select(pl.all().null_count()).collect(engine="streaming")
        pl.scan_parquet(folder / f"{name}.parquet").select(pl.all().max()).collect(engine="streaming")


def _bare_predict(model: RankingModel, matrix: pl.DataFrame) -> Callable[[], object]:
    """One booster of the size of a member of the bag, ready to predict."""
    import lightgbm

    x = design_matrix(matrix, model.inputs)
    outcome = (np.arange(len(x)) % 7 == 0).astype(np.float64)
    settings = {"objective": "binary", "verbose": -1, "num_threads": 2, "num_leaves": 12}
    booster = lightgbm.train(settings, lightgbm.Dataset(x, outcome), 120)
    return lambda: booster.predict(x, num_threads=2)


def _write(rows: pl.DataFrame, target: Path) -> None:
    rows.write_parquet(target)
    rows.write_csv(target)


def table(costs: list[tuple[Cost, Cost]]) -> list[str]:
    """Markdown: one line a stage."""
    lines = [
        "| stage | CPU s | wall s | peak MiB | floor | floor CPU s | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for cost, floor in costs:
        ratio = cost.cpu_seconds / max(floor.cpu_seconds, 0.01)
        lines.append(
            f"| {cost.stage} | {cost.cpu_seconds:.1f} | {cost.wall_seconds:.1f} | {cost.peak_mib:.0f} "
            f"| {floor.stage} | {floor.cpu_seconds:.2f} | {ratio:.1f} |"
        )
    return lines


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, nargs="+", default=[65_000, 650_000])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        small = Path(scratch) / "training"
        model = make_model(small, make_town(small, TRAINING_PERSONS))
        for persons in chosen.persons:
            folder = Path(scratch) / str(persons)
            as_of, made = measure("synth", partial(make_town, folder, persons))
            print(f"\n{persons} persons (made in {made.wall_seconds:.0f} s)\n")
            costs = night(folder, as_of, model, hours=HOURS_A_THOUSAND_PERSONS * persons / 1000)
            print("\n".join(table(costs)), flush=True)


if __name__ == "__main__":
    main()
