"""Worlds into one table: every figure as mean over worlds with its 95 % interval, and the worst world.

A world is one observation (`over_worlds.py`); policies are compared town by town, since all of them met the same towns.
Must not know how a figure came about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.arm import BY_DESIGN
from service.impact.simulate.cohorts import ASKED, OWN_LIST, REALISED
from service.impact.simulate.figures import (
    QUARTERS_A_YEAR,
    CohortFigures,
    PolicyFigures,
    QuarterFigures,
    WorldFigures,
)
from service.impact.simulate.over_worlds import Covered, Mean, covered, covered_in, mean_of
from service.impact.simulate.plan import YARDSTICK_ARM
from service.impact.simulate.redraw import Redrawn

SPANS = ("quarter", "year", "all")
EVERYBODY = "all adults"
EVERY_ARM = "every arm"
"""The retrained policies of all arms together: as many cohorts as there are."""


@dataclass(frozen=True, kw_only=True)
class PolicySummary:
    """One policy. Captured figures are per cent of the best possible with the same candidates and hours."""

    policy: str
    captured_net: Mean
    captured_saving: Mean
    captured_net_by_year: tuple[Mean, ...]
    net_kroner_a_quarter: Mean
    listed_a_quarter: Mean
    hit_rate: Mean
    realised_over_true: Mean
    promised_over_true: Mean | None
    needless_per_1000: Mapping[str, Mean]
    needless_ratio: Mapping[str, Mean]
    likeness: Mean


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`policy` less `against`, town by town: points of per cent, kroner, and adults controlled needlessly per 1,000."""

    policy: str
    against: str
    captured_net: Mean
    captured_saving: Mean
    net_kroner_a_quarter: Mean
    hit_rate: Mean
    needless_per_1000: Mapping[str, Mean]


@dataclass(frozen=True, kw_only=True)
class EstimatorSummary:
    """One estimator of one target under one policy; bias and error of a quarter, per cent of the mean truth.

    `drawn`: cases drawn by lot in a world, all quarters together; `finding_quarters`: quarters of a world in which one
    of them that was of the target saved something. What came of the own list rests on no draw.
    """

    policy: str
    target: str
    estimator: str
    bias: Mean | None
    root_mean_square: float | None
    drawn: float
    finding_quarters: float | None
    coverage: Mapping[str, Covered]


@dataclass(frozen=True, kw_only=True)
class RedrawnSummary:
    """One estimator of one target over all draws of all worlds; errors in per cent of each world's truth.

    `bias`: mean over worlds, its standard error from the draws, since the worlds are given. `below`, `above`: shares
    of the intervals that lay wholly below and above the truth.
    """

    arm: float
    target: str
    estimator: str
    bias: float
    standard_error: float
    median_error: float
    saving_cases: float
    covered: Covered
    below: float | None
    above: float | None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """All there is to say of a simulation."""

    policies: tuple[PolicySummary, ...]
    comparisons: tuple[Comparison, ...]
    estimators: tuple[EstimatorSummary, ...]
    redrawn: tuple[RedrawnSummary, ...]
    worlds: int
    cpu_seconds: tuple[float, ...]


def build_summary(worlds: Sequence[WorldFigures]) -> Summary:
    """The summary of worlds of the same plan."""
    names = [policy.policy for policy in worlds[0].policies]
    each = {name: [_of(world, name) for world in worlds] for name in names}
    return Summary(
        policies=tuple(_summarised(name, found) for name, found in each.items()),
        comparisons=tuple(_compared(each, name, against) for name, against in _pairs(each)),
        estimators=tuple(_estimators(each)), redrawn=tuple(_redrawn(worlds)), worlds=len(worlds),
        cpu_seconds=tuple(world.cpu_seconds for world in worlds),
    )  # fmt: skip


def _of(world: WorldFigures, name: str) -> PolicyFigures:
    return next(policy for policy in world.policies if policy.policy == name)


def _summarised(name: str, worlds: Sequence[PolicyFigures]) -> PolicySummary:
    def over(figure: Callable[[Sequence[QuarterFigures]], float]) -> list[float]:
        return [figure(world.quarters) for world in worlds]

    asked = all(quarter.promised_ore is not None for world in worlds for quarter in world.quarters)
    groups = worlds[0].quarters[0].innocent
    return PolicySummary(
        policy=name,
        captured_net=mean_of(over(captured_net), worst=min),
        captured_saving=mean_of(over(_captured_saving), worst=min),
        captured_net_by_year=tuple(_by_year(worlds)),
        net_kroner_a_quarter=mean_of(over(_net_kroner), worst=min),
        listed_a_quarter=mean_of(over(lambda rows: float(np.mean([row.listed for row in rows])))),
        hit_rate=mean_of(over(_hit_rate), worst=min),
        realised_over_true=mean_of(over(lambda rows: _ratio(rows, "realised_ore", "saving_ore"))),
        promised_over_true=mean_of(over(_promise)) if asked else None,
        needless_per_1000={group: mean_of(over(_needless(group)), worst=max) for group in groups},
        needless_ratio={group: mean_of(over(_unevenness(group)), worst=max) for group in groups if group != EVERYBODY},
        likeness=mean_of([world.likeness for world in worlds], worst=min),
    )


def _ratio(rows: Sequence[QuarterFigures], above: str, below: str) -> float:
    return _over(sum(getattr(row, above) for row in rows), sum(getattr(row, below) for row in rows))


def captured_net(rows: Sequence[QuarterFigures]) -> float:
    """True net saving as per cent of the best possible, over quarters together."""
    return 100 * _ratio(rows, "net_ore", "best_net_ore")


def _captured_saving(rows: Sequence[QuarterFigures]) -> float:
    return 100 * _ratio(rows, "saving_ore", "best_saving_ore")


def _net_kroner(rows: Sequence[QuarterFigures]) -> float:
    return float(np.mean([row.net_ore for row in rows])) / 100


def _hit_rate(rows: Sequence[QuarterFigures]) -> float:
    return 100 * _ratio(rows, "hits", "listed")


def _pairs(each: Mapping[str, Sequence[PolicyFigures]]) -> Iterable[tuple[str, str]]:
    """Every arm of the retrained model against each policy that never learns, and against the arm in use."""
    learning = [name for name, worlds in each.items() if worlds[0].learns]
    for against in (name for name in each if name not in learning):
        yield from ((name, against) for name in learning)
    for usual in (name for name in learning if each[name][0].arm == YARDSTICK_ARM):
        yield from ((name, usual) for name in learning if name != usual)


def _compared(each: Mapping[str, Sequence[PolicyFigures]], name: str, against: str) -> Comparison:
    def less(figure: Callable[[Sequence[QuarterFigures]], float]) -> Mean:
        both = zip(each[name], each[against], strict=True)
        return mean_of([figure(one.quarters) - figure(other.quarters) for one, other in both])

    return Comparison(
        policy=name, against=against, captured_net=less(captured_net), captured_saving=less(_captured_saving),
        net_kroner_a_quarter=less(_net_kroner), hit_rate=less(_hit_rate),
        needless_per_1000={group: less(_needless(group)) for group in each[name][0].quarters[0].innocent},
    )  # fmt: skip


def _promise(rows: Sequence[QuarterFigures]) -> float:
    return _ratio(rows, "promised_ore", "promised_true_ore")


def _by_year(worlds: Sequence[PolicyFigures]) -> Iterable[Mean]:
    for first in range(0, len(worlds[0].quarters), QUARTERS_A_YEAR):
        yield mean_of([captured_net(world.quarters[first : first + QUARTERS_A_YEAR]) for world in worlds], worst=min)


def _share(rows: Sequence[QuarterFigures], *groups: tuple[str, int]) -> float:
    """Needlessly controlled of the innocent, over groups added (+1) or taken away (-1)."""
    needless = sum(sign * row.needless[group] for row in rows for group, sign in groups)
    innocent = sum(sign * row.innocent[group] for row in rows for group, sign in groups)
    return needless / innocent if innocent else float("nan")


def _needless(group: str) -> Callable[[Sequence[QuarterFigures]], float]:
    return lambda rows: 1000 * _share(rows, (group, 1))


def _unevenness(group: str) -> Callable[[Sequence[QuarterFigures]], float]:
    """The group's share over that of everybody else."""
    return lambda rows: _over(_share(rows, (group, 1)), _share(rows, (EVERYBODY, 1), (group, -1)))


def _over(above: float, below: float) -> float:
    return above / below if below else float("nan")


def _estimators(each: Mapping[str, Sequence[PolicyFigures]]) -> Iterable[EstimatorSummary]:
    asked = {name: worlds for name, worlds in each.items() if worlds[0].cohorts}
    by_policy = {name: [world.cohorts for world in worlds] for name, worlds in asked.items()}
    learning = [worlds for worlds in asked.values() if worlds[0].learns]
    together = [[cohort for world in arms for cohort in world.cohorts] for arms in zip(*learning, strict=True)]
    for name, cohorts in ({EVERY_ARM: together} | by_policy).items():
        yield _estimator(name, OWN_LIST, REALISED, cohorts)
        for target, estimators in ASKED.items():
            yield from (_estimator(name, target, estimator, cohorts) for estimator in estimators)


def _estimator(name: str, target: str, estimator: str, worlds: Sequence[Sequence[CohortFigures]]) -> EstimatorSummary:
    kept = [[cohort for cohort in world if cohort.target == target] for world in worlds]
    truth = float(np.mean([cohort.truth_ore for world in kept for cohort in _quarters(world)]))
    said = [each for each in (_errors(world, estimator) for world in kept) if len(each) and truth > 0]
    everything = np.concatenate(said) if said else np.array([])
    return EstimatorSummary(
        policy=name, target=target, estimator=estimator,
        bias=mean_of([100 * float(each.mean() / truth) for each in said]) if said else None,
        root_mean_square=100 * float(np.sqrt((everything**2).mean()) / truth) if said else None,
        drawn=float(np.mean([sum(cohort.drawn for cohort in _quarters(world)) for world in kept])),
        finding_quarters=None if target == OWN_LIST else float(np.mean([_finding(world) for world in kept])),
        coverage={span: covered([[cohort for cohort in world if cohort.span == span] for world in kept], estimator)
                  for span in SPANS} if estimator in (*BY_DESIGN, REALISED) else {},
    )  # fmt: skip


def _quarters(cohorts: Sequence[CohortFigures]) -> list[CohortFigures]:
    return [cohort for cohort in cohorts if cohort.span == "quarter"]


def _finding(cohorts: Sequence[CohortFigures]) -> int:
    """Quarters with a saving among the drawn: only then is their weighted sum above 0."""
    return sum((cohort.estimates["horvitz_thompson"].total or 0) > 0 for cohort in _quarters(cohorts))


def _errors(cohorts: Sequence[CohortFigures], estimator: str) -> np.typing.NDArray[np.float64]:
    pairs = [(cohort.estimates[estimator].total, cohort.truth_ore) for cohort in _quarters(cohorts)]
    return np.array([total - truth for total, truth in pairs if total is not None], dtype=np.float64)


def _redrawn(worlds: Sequence[WorldFigures]) -> Iterable[RedrawnSummary]:
    found: dict[tuple[float, str, str], list[Redrawn]] = {}
    for row in (row for world in worlds for row in world.redrawn):
        found.setdefault((row.arm, row.target, row.estimator), []).append(row)
    yield from (_over_draws(rows) for rows in found.values())


def _over_draws(rows: Sequence[Redrawn]) -> RedrawnSummary:
    told = sum(row.told for row in rows)
    return RedrawnSummary(
        arm=rows[0].arm, target=rows[0].target, estimator=rows[0].estimator,
        bias=float(np.mean([row.bias for row in rows])),
        standard_error=float(np.sqrt(sum(row.standard_error**2 for row in rows)) / len(rows)),
        median_error=float(np.mean([row.median_error for row in rows])),
        saving_cases=float(np.mean([row.saving_cases for row in rows])),
        covered=covered_in([(row.told, row.held, row.cohorts - row.told) for row in rows]),
        below=sum(row.below for row in rows) / told if told else None,
        above=sum(row.above for row in rows) / told if told else None,
    )  # fmt: skip
