"""`python -m benchmarks.biased_history`: does the test of the history tell a discriminating town from a fair one?

Towns in pairs that differ only in whether rule list and own leads push addresses with a resident of foreign origin.
For each: the group with the highest lower end of the interval among the grounds that the law names (the gate stops
above 1.25), and the input and matrix that tell a group best (the gate stops above .75 and .85).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.legal_bases import load_legal_bases
from governance.registers import load_registers
from governance.rules.evidence import GroupRatio, ProxyEvidence, Separation
from governance.settings import Settings
from synthetic_data.town import TRUTH_FORMS, TownPlan, write_town
from training.adults import adults_at
from training.bundle import model_inputs
from training.history_fairness import history_fairness
from training.labels import build_labels
from training.protected import BY_LAW, load_protected
from training.proxy_screen import MATRIX, screen_proxies

SIZES = ((10_000, 800), (20_000, 1_500), (40_000, 2_400))


@dataclass(frozen=True)
class Measured:
    """One town: its usable cases, the most controlled group, and the best separations of a feature and the matrix."""

    cases: int
    worst: GroupRatio
    feature: Separation
    matrix: Separation


def measure(folder: Path, plan: TownPlan) -> Measured:
    """Write the town and measure it as training would."""
    write_town(folder, plan, catalogue=load_catalogue().as_rows())
    registers, as_of, bases = load_registers(folder), AsOf(plan.as_of), load_legal_bases()
    engine = PolarsEngine(registers)
    protected = load_protected(registers, as_of=as_of, bases=bases)
    assert protected is not None
    labels = build_labels(registers, engine, as_of=as_of, settings=Settings())
    history = history_fairness(
        engine, labels, build_matrix(engine, labels.units), protected=protected, inputs=model_inputs(),
        settings=Settings(), bases=bases, as_of=as_of, rng=np.random.default_rng(1),
    )  # fmt: skip
    units = find_candidates(engine, as_of=as_of, settings=Settings(), bases=bases).units
    screened = screen_proxies(
        build_matrix(engine, units), adults_at(engine, units, protected=protected), features=model_inputs().names,
        measured_on=as_of.day, rng=np.random.default_rng(1),
    )  # fmt: skip
    shown = [each for each in history.groups if each.attribute in BY_LAW and each.ratio is not None]
    worst = max(shown, key=lambda each: each.ratio.low if each.ratio else 0.0)
    return Measured(labels.cases.height, worst, *best(screened))


def best(screened: ProxyEvidence) -> tuple[Separation, Separation]:
    """The highest area of a single feature and of the matrix, on the grounds that the law names."""
    by_law = [each for each in screened.separations if each.attribute in BY_LAW]
    alone, whole = ([e for e in by_law if (e.subject == MATRIX) == together] for together in (False, True))
    return max(alone, key=lambda e: e.area.value), max(whole, key=lambda e: e.area.value)


def line(plan: TownPlan, found: Measured) -> str:
    """One row of the table."""
    ratio = found.worst.ratio
    assert ratio is not None
    cells = [
        "discriminating" if plan.discriminate else "fair", f"{plan.persons}", f"{plan.seed}", f"{found.cases}",
        f"{found.worst.attribute} {found.worst.group}", f"{ratio.value:.2f}", f"**{ratio.low:.2f}**",
        f"{found.feature.area.value:.2f} ({found.feature.subject}, {found.feature.attribute})",
        f"{found.matrix.area.value:.2f} ({found.matrix.attribute})",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def run(*, seeds: Sequence[int]) -> None:
    """Print one table, fair towns first."""
    print("| history | persons | seed | usable cases | group | ratio | lower end | best feature, AUC | matrix, AUC |")
    print("|---" * 9 + "|")
    for discriminate in (False, True):
        for persons, cases in SIZES:
            for seed in seeds:
                form = TRUTH_FORMS[seed % len(TRUTH_FORMS)]
                plan = TownPlan(persons=persons, seed=seed, cases=cases, truth_form=form, discriminate=discriminate)
                with tempfile.TemporaryDirectory() as folder:
                    print(line(plan, measure(Path(folder), plan)), flush=True)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    run(seeds=parser.parse_args().seeds)


if __name__ == "__main__":
    main()
