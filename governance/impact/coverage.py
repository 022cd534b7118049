"""How often the intervals hold the truth, how far the estimates lean, and how far the naive figure does.

Every cohort is a new pool with planted savings, ranked by a list, drawn from by the service's own random arm (passed
in), and estimated by the very functions that the report uses. Whether a total is told stands before the draw, so the
mean error is over the told and the untold alike. Must not tune anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.arm import Listing, Pools, estimate_total
from governance.impact.estimates import Estimator, Target
from governance.impact.estimators import Array
from governance.impact.interval import Drawn, learned_spread
from governance.impact.invented_pools import POOL_KINDS, InventedPool, PoolKind, make_pool, probabilities_of

Places = np.typing.NDArray[np.int64]
Probabilities = Callable[[Array, int], Array]
Draw = Callable[[Array, int], Places]
LEAST_COVERAGE, MOST_COVERAGE = 0.92, 0.98
LEAST_TOLD = 100
"""Intervals that a coverage is judged by; of fewer it is shown and no more."""
LIST_SHARE = 0.05
"""Of the candidates: what a list of the cohort holds."""
JUDGED: tuple[tuple[Target, Estimator], ...] = (
    ("pool", "horvitz_thompson"),
    ("pool", "hajek"),
    ("pool", "doubly_robust"),
    ("pool", "with_list"),
    ("rules", "with_list"),
)
BESIDE: tuple[tuple[Target, Estimator], ...] = (("pool", "naive"), ("pool", "promise"))


@dataclass(frozen=True, kw_only=True)
class CoverageRow:
    """One estimator over `cohorts` simulated ones. Errors are in shares of the true total.

    `told` cohorts had an interval, the others were `not estimable`; `coverage` None when none was told. `missed_low`,
    `missed_high`: the truth lay below, above the interval. `error` is over all cohorts, `told_error` over the told ones
    alone: where only few are told it shows whether those are the lucky ones.
    """

    kind: str
    drawn: int
    target: Target
    estimator: Estimator
    cohorts: int
    told: int
    coverage: float | None
    coverage_low: float | None
    coverage_high: float | None
    missed_low: float | None
    missed_high: float | None
    width: float | None
    error: float
    error_se: float
    told_error: float | None
    told_error_se: float | None

    @property
    def holds(self) -> bool | None:
        """Whether the coverage is between 92 and 98 %; None where too few intervals were told to judge by."""
        if self.coverage is None or self.told < LEAST_TOLD:
            return None
        return LEAST_COVERAGE <= self.coverage <= MOST_COVERAGE

    @property
    def beyond_chance(self) -> bool:
        """Whether the coverage itself, with its own 95 % interval, lies outside 92 to 98 %."""
        if self.holds is not False or self.coverage_low is None or self.coverage_high is None:
            return False
        return self.coverage_high < LEAST_COVERAGE or self.coverage_low > MOST_COVERAGE

    @property
    def centred(self) -> bool:
        """Whether the mean error is within two of its standard errors."""
        return abs(self.error) <= 2 * self.error_se


@dataclass(frozen=True)
class _Seen:
    error: float
    truth: float
    low: float | None
    high: float | None


Seen = Mapping[tuple[Target, Estimator], _Seen]


def measure_coverage(
    *,
    cohorts: int,
    sizes: Sequence[int],
    seed: int,
    probabilities: Probabilities,
    draw: Draw,
    kinds: Mapping[str, PoolKind] = POOL_KINDS,
    report: Callable[[str], None] = lambda _: None,
) -> tuple[CoverageRow, ...]:
    """Rows by kind of pool and size of the arm, `cohorts` of each, and over all kinds of a size (kind `all`).

    `probabilities(spread [n], size)` and `draw(π [n], seed)` are the service's own.
    """
    rows: list[CoverageRow] = []
    for size in sizes:
        whole: list[Seen] = []
        for place, (name, kind) in enumerate(kinds.items()):
            report(f"{size} drawn, {kind.text}")
            random = np.random.default_rng([seed, size, place])
            seen = [_cohort(kind, size, random, probabilities, draw) for _ in range(cohorts)]
            rows += _rows(name, size, seen)
            whole += seen
        rows += _rows("all", size, whole)
    return tuple(rows)


def _cohort(kind: PoolKind, size: int, random: np.random.Generator, probabilities: Probabilities, draw: Draw) -> Seen:
    """One cohort: what each estimator says of it, and what is true."""
    pool = make_pool(kind, random)
    pi = probabilities_of(kind, pool, size, by_spread=probabilities)
    listed, ruled = _lists(pool, random)
    drawn = draw(pi, int(random.integers(2**31)))
    pools = _pools(pool, pi, drawn, listed, ruled, logged=kind.logged)
    truth: Mapping[Target, float] = {"pool": float(pool.saving.sum()), "rules": float((ruled * pool.saving).sum())}
    found = {pair: _seen(pools, *pair, truth[pair[0]]) for pair in (*JUDGED, *BESIDE)}
    return {pair: seen for pair, seen in found.items() if seen is not None}


def _lists(pool: InventedPool, random: np.random.Generator) -> tuple[Array, Array]:
    """Our list, by the promise, and one by rules, which see the chance through more noise and no amount."""
    places = max(1, round(LIST_SHARE * len(pool.saving)))
    points = np.log(pool.chance) + random.normal(0.0, 1.0, len(pool.saving))
    return _best(pool.promised, places), _best(points, places)


def _best(worth: Array, places: int) -> Array:
    listed = np.zeros(len(worth))
    listed[np.argpartition(-worth, places)[:places]] = 1.0
    return listed


def _pools(
    pool: InventedPool, pi: Array, drawn: Places, listed: Array, ruled: Array, *, logged: bool
) -> Pools:  # fmt: skip
    controlled = np.union1d(np.flatnonzero(listed), drawn)

    def listing(of: Array) -> Listing:
        certain = of * listed
        return Listing(
            of_drawn=of[drawn], of_controlled=of[controlled], size=float(of.sum()),
            promised_ore=float(of @ pool.promised) if logged else None, certain_ore=float(certain @ pool.saving),
            certain_promised_ore=float(certain @ pool.promised),
        )  # fmt: skip

    return Pools(
        drawn=Drawn(
            saving=pool.saving[drawn], probability=pi[drawn], chance=pool.chance[drawn] if logged else None,
            promised=pool.promised[drawn] if logged else None,
            spread=learned_spread(pool.saving[controlled], (pool.promised / pool.chance)[controlled]),
        ),
        certain=listed[drawn], controlled_saving=pool.saving[controlled],
        listings={"pool": listing(np.ones(len(pi))), "rules": listing(ruled)}, draws=1, cohorts=(),
    )  # fmt: skip


def _seen(pools: Pools, target: Target, estimator: Estimator, truth: float) -> _Seen | None:
    found = estimate_total(pools, target, estimator)
    if isinstance(found, str):
        return None
    total, limits = found
    low, high = (None, None) if limits is None else (limits.low, limits.high)
    return _Seen(total - truth, truth, low, high)


def _rows(kind: str, size: int, seen: Sequence[Seen]) -> list[CoverageRow]:
    said = {pair: [each[pair] for each in seen if pair in each] for pair in (*JUDGED, *BESIDE)}
    return [_row(kind, size, pair, found) for pair, found in said.items() if found]


def _row(kind: str, size: int, pair: tuple[Target, Estimator], seen: Sequence[_Seen]) -> CoverageRow:
    errors = np.array([each.error for each in seen])
    of_told = np.array([each.error for each in seen if each.low is not None])
    truth = np.array([each.truth for each in seen])
    mean = float(truth.mean())
    ends = np.array([(each.low, each.high, each.truth) for each in seen if each.low is not None], dtype=np.float64)
    told = ends.reshape(-1, 3)
    low, high = wilson(int(_held(told).sum()), len(told))
    return CoverageRow(
        kind=kind, drawn=size, target=pair[0], estimator=pair[1], cohorts=len(seen), told=len(told),
        coverage=_mean(_held(told)), coverage_low=low, coverage_high=high,
        missed_low=_mean(told[:, 2] < told[:, 0]), missed_high=_mean(told[:, 2] > told[:, 1]),
        width=_mean((told[:, 1] - told[:, 0]) / mean),
        error=float(errors.mean()) / mean, error_se=_standard_error(errors) / mean,
        told_error=_mean(of_told / mean), told_error_se=_standard_error(of_told) / mean if len(of_told) > 1 else None,
    )  # fmt: skip


def _standard_error(values: Array) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def _held(told: Array) -> np.typing.NDArray[np.bool_]:
    return np.asarray((told[:, 0] <= told[:, 2]) & (told[:, 2] <= told[:, 1]), dtype=bool)


def _mean(values: np.typing.NDArray[np.bool_] | Array) -> float | None:
    return float(values.mean()) if len(values) else None


def wilson(found: int, cases: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a share by Wilson; None of nothing."""
    from statsmodels.stats.proportion import proportion_confint

    if not cases:
        return None, None
    low, high = proportion_confint(found, cases, method="wilson")
    return float(low), float(high)
