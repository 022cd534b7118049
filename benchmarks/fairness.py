"""`python -m benchmarks.fairness`: what evening out a gap between groups costs, on towns with planted truth.

For each town the group with the highest innocent-control ratio, once among the grounds that the law names and once
among age bands, and each option of `service.fair_choice` on the list that fills 2 per cent of all hours: the ratio by
the true chances before and after, and the price in points of captured true net saving (of the best possible list).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.ranking import Problem, make_problem
from features.engines import PolarsEngine
from governance.gate.approvals import Approval
from governance.legal_bases import load_legal_bases
from governance.registers import load_registers
from governance.settings import Settings
from service.fair_choice import CAP, bounded, choose_with_penalty, choose_within_quotas, fill, gap_drivers, make_pool
from synthetic_data.town import TRUTH_FORMS, TownPlan
from training.adults import UNKNOWN, adults_at
from training.cases import Cases
from training.group_share import infer_share
from training.inputs import Array, Inputs
from training.protected import BY_LAW, load_protected
from training.ranking_model import RankingModel, fit_on_cases

TARGETS: Mapping[str, Sequence[str]] = {"grounds that the law names": BY_LAW, "age band": ("age_band",)}
HOURS_SHARE = 0.02  # with more, most that is worth a control is taken and there is no choice to make
LEAST_SHARE = 0.05  # of the adults, in the group and in the rest: the widest gap of a few is chance
DRIVERS = 3
EXPLAINED = 600
OPTIONS = (
    "model's list", "Bayes-optimal list", "(a) 3 inputs bounded", "(a) 3 inputs dropped", "(b) quotas at 1.10",
    "(c) group-blind penalty",
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """A problem with its adults, its model and the model's scores."""

    problem: Problem
    adults: pl.DataFrame
    model: RankingModel
    scores: pl.DataFrame


def approval(kind: str) -> Approval:
    """On invented towns nobody's rights are at stake; a real list needs the recorded and signed one."""
    return Approval("benchmark", kind, "an invented town", dt.date.max)


def make_town(plan: TownPlan) -> Town:
    """Write the town, train on its history, score its candidates, and look up who lives there."""
    with tempfile.TemporaryDirectory() as name:
        problem = make_problem(Path(name), plan)
        registers = load_registers(Path(name))
        protected = load_protected(registers, as_of=problem.as_of, bases=load_legal_bases())
        assert protected is not None
        adults = adults_at(
            PolarsEngine(registers), problem.pool.select("unit_id", "address_id", "as_of"), protected=protected
        )
    model = fit(problem, problem_inputs(problem))
    return Town(problem, adults, model, model.score(problem.pool))


def problem_inputs(problem: Problem) -> Inputs:
    """The inputs that the cases hold."""
    from training.bundle import model_inputs

    inputs = model_inputs()
    assert len(inputs.column_directions) == problem.train.x.shape[1]
    return inputs


def fit(problem: Problem, inputs: Inputs, cases: Cases | None = None) -> RankingModel:
    """A model with the default plan."""
    return fit_on_cases(
        cases or problem.train, inputs=inputs, as_of=problem.as_of.day, hourly_cost_ore=Settings().hourly_cost_ore,
        seed=1, threads=1,
    )  # fmt: skip


def without(town: Town, dropped: Sequence[str]) -> RankingModel:
    """The model trained again without some inputs."""
    names = town.model.inputs.names
    kept = [place for place, name in enumerate(names) if name not in dropped]
    inputs = Inputs(
        tuple(names[place] for place in kept),
        {name: way for name, way in town.model.inputs.directions.items() if name not in dropped},
    )
    return fit(town.problem, inputs, replace(town.problem.train, x=town.problem.train.x[:, kept]))


def true_scores(town: Town) -> pl.DataFrame:
    """What a list by the planted truth would rank by."""
    return town.scores.select("unit_id").with_columns(
        hit_probability=pl.Series(town.problem.true_chance),
        expected_net_ore=pl.Series(town.problem.true_net_ore),
        expected_hours=pl.Series(town.problem.true_hours),
    )


def plain_list(scores: pl.DataFrame) -> tuple[str, ...]:
    """The units of the list without any mitigation, at the benchmark's share of all hours."""
    pool = make_pool(scores, scores.select("unit_id", one=pl.lit("one")), grounds=["one"])
    taken = fill(pool, np.arange(len(pool.units)), hours=hours_of(scores))
    return tuple(unit for unit, chosen in zip(pool.units, taken, strict=True) if chosen)


def hours_of(scores: pl.DataFrame) -> float:
    """The capacity in expected hours."""
    return HOURS_SHARE * float(scores["expected_hours"].sum())


def judged(town: Town, listed: Sequence[str], attribute: str, group: str) -> tuple[float, float]:
    """(innocent-control ratio of the group by the true chances, true net saving in øre)."""
    chosen = town.scores["unit_id"].is_in(list(listed)).to_numpy()
    innocent = pl.DataFrame({"unit_id": town.scores["unit_id"], "innocent": 1 - town.problem.true_chance, "on": chosen})
    people = town.adults.filter(pl.col(attribute) != UNKNOWN).join(innocent, on="unit_id")
    inside = pl.col(attribute) == group

    def rate(side: pl.Expr) -> float:
        rows = people.filter(side)
        return float(rows.filter("on")["innocent"].sum() / rows["innocent"].sum())

    return rate(inside) / max(rate(~inside), 1e-9), float(town.problem.true_net_ore[chosen].sum())


def widest_gap(town: Town, attributes: Sequence[str]) -> tuple[str, str]:
    """The attribute and group with the highest ratio on the model's own list, groups of some size only."""
    listed = plain_list(town.scores)
    sized = [
        (attribute, name)
        for attribute in attributes
        for name, count in town.adults[attribute].value_counts().iter_rows()
        if LEAST_SHARE <= count / town.adults.height <= 1 - LEAST_SHARE and name != UNKNOWN
    ]
    return max(sized, key=lambda each: (judged(town, listed, *each)[0], each))


def options(town: Town, attribute: str, group: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Each option's list; the first is the model's own."""
    rng = np.random.default_rng(1)
    pool, scores, adults = town.problem.pool, town.scores, town.adults
    explained = pool[np.sort(rng.permutation(pool.height)[:EXPLAINED])]
    drivers = (
        gap_drivers(town.model, explained, adults, attribute=attribute, group=group)["input"].head(DRIVERS).to_list()
    )
    print(f"  {attribute} {group}: driven by {', '.join(drivers)}", file=sys.stderr, flush=True)
    lists = [plain_list(scores), plain_list(true_scores(town))]
    lists += [plain_list(town.model.score(bounded(pool, drivers))), plain_list(without(town, drivers).score(pool))]
    asked: dict[str, Any] = {"hours": hours_of(scores), "on": town.problem.as_of.day}
    lists.append(choose_within_quotas(approval("quota"), scores, adults, groups=[(attribute, group)], **asked).listed)
    inferred = infer_share(
        pool, adults, features=town.model.inputs.names, attribute=attribute, group=group, rng=rng
    )  # fmt: skip
    blind = approval("group_blind")
    lists.append(choose_with_penalty(blind, scores, adults, inferred, group=(attribute, group), **asked).listed)
    yield from zip(OPTIONS, lists, strict=True)


def run(*, persons: int, cases: int, seeds: Sequence[int]) -> None:
    """Print one table a target."""
    found: dict[str, dict[str, list[tuple[float, float]]]] = {target: {} for target in TARGETS}
    for seed in seeds:
        started = time.perf_counter()
        form = TRUTH_FORMS[seed % len(TRUTH_FORMS)]
        town = make_town(TownPlan(persons=persons, seed=seed, cases=cases, truth_form=form))
        print(f"seed {seed}, {form}: {town.scores.height} candidates, {town.adults.height} adults", file=sys.stderr)
        for target, attributes in TARGETS.items():
            attribute, group = widest_gap(town, attributes)
            best = 0.0
            for option, listed in options(town, attribute, group):
                ratio, net = judged(town, listed, attribute, group)
                found[target].setdefault(option, []).append((ratio, net))
                best = net if option == OPTIONS[1] else best
            for option in OPTIONS:
                ratio, net = found[target][option][-1]
                found[target][option][-1] = (ratio, 100 * net / best)
        print(f"  {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(f"{persons} persons, {cases} cases asked for, {len(seeds)} towns (seeds {list(seeds)}), cap {CAP:.2f}")
    for target, rows in found.items():
        print(f"\nHighest ratio among {target}\n")
        print("\n".join(table(rows)))


def table(rows: Mapping[str, Sequence[tuple[float, float]]]) -> list[str]:
    """Markdown: option × ratio, captured saving, price against the model's list; mean ± standard deviation."""
    lines = ["| list | ratio | captured, % of the best | price, points |", "|---|---|---|---|"]
    own = np.array(rows[OPTIONS[0]])
    for option in OPTIONS:
        figures = np.array(rows[option])
        price = own[:, 1] - figures[:, 1]
        cells = [_spread(figures[:, 0], 2), _spread(figures[:, 1], 1), _spread(price, 1)]
        lines.append(f"| {option} | " + " | ".join(cells) + " |")
    return lines


def _spread(values: Array, decimals: int) -> str:
    sd = values.std(ddof=1) if len(values) > 1 else 0.0
    return f"{values.mean():.{decimals}f} ± {sd:.{decimals}f}"


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=40_000)
    parser.add_argument("--cases", type=int, default=2_400)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    chosen = parser.parse_args()
    run(persons=chosen.persons, cases=chosen.cases, seeds=chosen.seeds)


if __name__ == "__main__":
    main()
