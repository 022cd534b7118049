"""`python -m benchmarks.calibration --out docs/calibration.png`: promised against realised on the random arm.

Pools the random-arm cases of several towns' histories, each scored by members that never saw its household, with the
level as fitted; beside it all closed cases, which were selected and therefore prove nothing about the pool.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.ranking import Problem, make_problem
from governance.settings import Settings
from synthetic_data.town import TRUTH_FORMS, TownPlan
from training.bundle import model_inputs
from training.calibration_plot import draw_reliability
from training.hit_model import household_folds
from training.inputs import Array
from training.linear_part import sigmoid
from training.metrics import ReliabilityBin, promise, reliability_bins
from training.plan import make_plan
from training.ranking_model import fit_on_cases

SEED = 1
BINS = 8


def out_of_fold_chance(problem: Problem) -> Array:
    """`[cases]` hit probability of each closed case from members that did not see its household."""
    cases = problem.train
    model = fit_on_cases(
        cases, inputs=model_inputs(), as_of=problem.as_of.day, hourly_cost_ore=Settings().hourly_cost_ore,
        seed=SEED, threads=2,
    )  # fmt: skip
    plan = make_plan(labels=len(cases), hits=int(cases.hit.sum()))
    fold = household_folds(cases.hit, cases.household, folds=plan.folds, seed=SEED)
    return sigmoid(model.hit.out_of_fold(cases.x, fold) + model.level.shift)


def run(*, persons: int, cases: int, seeds: Sequence[int], out: Path) -> None:
    """Print the bins and write the picture."""
    chance, hit, drawn = [], [], []
    for seed in seeds:
        for form in TRUTH_FORMS:
            with tempfile.TemporaryDirectory() as folder:
                plan = TownPlan(persons=persons, seed=seed, cases=cases, truth_form=form)
                problem = make_problem(Path(folder), plan)
            chance.append(out_of_fold_chance(problem))
            hit.append(problem.train.hit)
            drawn.append(problem.train.channel == "random")
            print(f"{problem.name}: {int(drawn[-1].sum())} random of {len(hit[-1])}", file=sys.stderr, flush=True)
    every_chance, every_hit, arm = np.concatenate(chance), np.concatenate(hit), np.concatenate(drawn)
    series = {
        "random arm": reliability_bins(every_chance[arm], every_hit[arm], bins=BINS),
        "all closed cases (selected)": reliability_bins(every_chance, every_hit, bins=BINS),
    }
    for name, bins in series.items():
        _print_bins(name, bins)
    kept = promise(every_chance[arm], every_hit[arm].astype(np.float64))
    print(f"\nrandom arm: {arm.sum()} cases, {kept.predicted:.1f} hits promised, {kept.realised:.0f} came, "
          f"ratio {kept.ratio:.2f}")  # fmt: skip
    draw_reliability(series, out)


def _print_bins(name: str, bins: Sequence[ReliabilityBin]) -> None:
    print(f"\n{name}\n\n| cases | predicted % | realised % | 95 % interval |\n|---|---|---|---|")
    for shown in bins:
        print(f"| {shown.cases} | {100 * shown.predicted:.1f} | {100 * shown.realised:.1f} "
              f"| {100 * shown.low:.1f} to {100 * shown.high:.1f} |")  # fmt: skip


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=65_000)
    parser.add_argument("--cases", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path, default=Path("docs/calibration.png"))
    chosen = parser.parse_args()
    run(persons=chosen.persons, cases=chosen.cases, seeds=chosen.seeds, out=chosen.out)


if __name__ == "__main__":
    main()
