"""One value a world into a mean with its 95 % interval, and cohorts into a coverage with one.

A world is one observation: quarters, arms and policies of one town hang together, so nothing here takes its error from
anything but the spread between worlds. Must not know what a value means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from service.impact.simulate.figures import CohortFigures

TAIL = 0.025


@dataclass(frozen=True, kw_only=True)
class Mean:
    """Over worlds that can tell it: None where none can; no error and no interval with one.

    `low`, `high`: 95 % by Student's t, a world an observation. `worst`: None when unasked.
    """

    mean: float | None
    standard_error: float | None
    low: float | None = None
    high: float | None = None
    worst: float | None = None
    worlds: int = 1


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How many cohorts had an interval, how many of these held the truth, and how many could not be estimated at all.

    `share`: covered of those with an interval; `low`, `high`: its own 95 % interval, None with fewer than two worlds.
    """

    cohorts: int
    covered: int
    without: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


def mean_of(values: Iterable[float], *, worst: Callable[[Iterable[float]], float] | None = None) -> Mean:
    """Mean, standard error and interval of one value a world; worlds that cannot tell it count as none."""
    found = np.array([value for value in values if np.isfinite(value)], dtype=np.float64)
    if not len(found):
        return Mean(mean=None, standard_error=None, worlds=0)
    mean = float(found.mean())
    extreme = float(worst(found.tolist())) if worst else None
    if len(found) == 1:
        return Mean(mean=mean, standard_error=None, worst=extreme)
    error = float(found.std(ddof=1) / np.sqrt(len(found)))
    reach = error * _student(len(found))
    return Mean(
        mean=mean, standard_error=error, low=mean - reach, high=mean + reach, worst=extreme, worlds=len(found)
    )  # fmt: skip


def covered(worlds: Sequence[Sequence[CohortFigures]], estimator: str) -> Covered:
    """Count, world by world, the cohorts whose interval holds the truth."""
    return covered_in([_counted(world, estimator) for world in worlds])


def covered_in(worlds: Sequence[tuple[int, int, int]]) -> Covered:
    """The coverage of worlds with so many intervals, so many that held the truth, and so many cohorts without one."""
    counts = np.array(worlds, dtype=np.float64).reshape(-1, 3)
    told, held, without = (int(each) for each in counts.sum(axis=0))
    if not told:
        return Covered(cohorts=0, covered=0, without=without)
    low, high = _share_limits(counts[:, 1], counts[:, 0])
    return Covered(cohorts=told, covered=held, without=without, share=held / told, low=low, high=high)


def _counted(cohorts: Sequence[CohortFigures], estimator: str) -> tuple[int, int, int]:
    told = [(cohort.estimates[estimator], cohort.truth_ore) for cohort in cohorts]
    having = [(estimate, truth) for estimate, truth in told if estimate.low is not None]
    return len(having), sum(estimate.covers(truth) for estimate, truth in having), len(told) - len(having)


def _share_limits(held: np.typing.NDArray[np.float64], told: np.typing.NDArray[np.float64]) -> tuple[float | None, ...]:
    """Clopper-Pearson at the effective number of cohorts (Korn & Graubard 1998), worlds being clusters.

    Where all cohorts or none held the truth the spread between worlds tells nothing: each world then counts once.
    """
    from scipy.stats import beta

    held, told = held[told > 0], told[told > 0]
    worlds, cohorts = len(told), float(told.sum())
    if worlds < 2:
        return None, None
    share = float(held.sum()) / cohorts
    variance = worlds / (worlds - 1) * float(((held - share * told) ** 2).sum()) / cohorts**2
    spread = share * (1 - share)
    effective = float(worlds) if not spread else min(spread / variance if variance else cohorts, cohorts)
    hits = share * effective
    low = float(beta.ppf(TAIL, hits, effective - hits + 1)) if share > 0 else 0.0
    return low, float(beta.ppf(1 - TAIL, hits + 1, effective - hits)) if share < 1 else 1.0


def _student(worlds: int) -> float:
    from scipy.stats import t

    return float(t.ppf(1 - TAIL, worlds - 1))
