"""An alarm when the promised kroner cease to come: two one-sided CUSUMs (Page 1954) over mature quarters.

Each quarter's realised sum is placed in the distribution that it would have if the promise were kept (a gamma with the
promise's mean and variance), as a normal score; so skew alone raises no alarm. How often it is raised for nothing was
measured (`measure_false_alarms`) and is said beside it. Must not know a register or a model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimates import DriftPoint, DriftWatch
from governance.impact.estimators import Array
from governance.impact.interval import PRIOR_SPREAD, learned_spread
from governance.impact.promise import Households, PromisedCase, by_household

THRESHOLD = 3.5
SLACK = 0.5
"""Beyond half a deviation a quarter, summed: a level two deviations off is seen after about three quarters, one after
about seven."""
FALSE_ALARMS_A_YEAR = 0.05
"""Of a promise that is kept: 0.04 to 0.07 by `measure_false_alarms` with 60 to 8 expected hits a quarter."""
QUARTERS_A_YEAR = 4
FAR = 6.0


@dataclass(frozen=True)
class Quarter:
    """One mature quarter: realised and promised øre, and the variance of the realised if the promise is kept."""

    cohort: str
    realised: float
    promised: float
    variance: float


def watch_promise(cases: Sequence[PromisedCase]) -> DriftWatch:
    """The watch over all quarters whose cases are all mature; others are not looked at."""
    found = {}
    for cohort in sorted({case.cohort for case in cases}):
        of_it = [case for case in cases if case.cohort == cohort]
        if all(case.mature for case in of_it):
            found[cohort] = by_household(of_it)
    # how unequal savings are, not how large: a level that falls throughout does not hide itself
    spread = learned_spread(*_hits(list(found.values()))) if found else PRIOR_SPREAD
    return watch([make_quarter(cohort, households, spread=spread) for cohort, households in found.items()])


def _hits(quarters: Sequence[Households]) -> tuple[Array, Array]:
    saving = np.concatenate([each.saving for each in quarters])
    return saving, np.concatenate([each.promised / each.chance for each in quarters])


def make_quarter(cohort: str, households: Households, *, spread: float = PRIOR_SPREAD) -> Quarter:
    """The quarter's sums, and the variance of independent households: chance x (saving given a hit)² (1 + `spread`),
    the squared coefficient of variation of a saving around its promise."""
    given_hit = households.promised / households.chance
    variance = households.chance * given_hit**2 * (1 + spread) - households.promised**2
    return Quarter(
        cohort, float(households.saving.sum()), float(households.promised.sum()), float(np.maximum(variance, 0).sum())
    )  # fmt: skip


def watch(quarters: Sequence[Quarter]) -> DriftWatch:
    """The two sums quarter by quarter; after an alarm they start anew, and the alarm stands at its quarter."""
    points, over, under = [], 0.0, 0.0
    for quarter in quarters:
        score = score_of(quarter)
        over, under = max(0.0, over + score - SLACK), max(0.0, under - score - SLACK)
        alarm = max(over, under) > THRESHOLD
        ratio = quarter.realised / quarter.promised if quarter.promised > 0 else None
        points.append(DriftPoint(cohort=quarter.cohort, ratio=ratio, score=score, over=over, under=under, alarm=alarm))
        if alarm:
            over = under = 0.0
    return DriftWatch(
        points=tuple(points), alarm=bool(points) and points[-1].alarm, threshold=THRESHOLD, slack=SLACK,
        false_alarms_a_year=FALSE_ALARMS_A_YEAR, note_da=_note(len(points)),
    )  # fmt: skip


def score_of(quarter: Quarter) -> float:
    """The normal score of the quarter if the promise were kept; 0 of a quarter that promised nothing."""
    from scipy.stats import gamma, norm

    if quarter.promised <= 0 or quarter.variance <= 0:
        return 0.0
    shape = quarter.promised**2 / quarter.variance
    place = gamma.cdf(quarter.realised, shape, scale=quarter.variance / quarter.promised)
    return float(np.clip(norm.ppf(place), -FAR, FAR))


def measure_false_alarms(random: np.random.Generator, *, expected_hits: float, years: int, runs: int) -> float:
    """Alarms a year over `runs` histories in which every promise is kept: Poisson hits with log-normal savings."""
    quarters = years * QUARTERS_A_YEAR
    alarms = 0
    for _ in range(runs):
        history = [_kept(random, expected_hits) for _ in range(quarters)]
        alarms += sum(point.alarm for point in watch(history).points)
    return alarms / (runs * years)


def _kept(random: np.random.Generator, expected_hits: float) -> Quarter:
    """A quarter of savings with mean 1 and squared variation `PRIOR_SPREAD`."""
    spread = np.log(1 + PRIOR_SPREAD)
    savings: Array = random.lognormal(-spread / 2, np.sqrt(spread), random.poisson(expected_hits))
    return Quarter("", float(savings.sum()), expected_hits, expected_hits * (1 + PRIOR_SPREAD))


def _note(quarters: int) -> str:
    if not quarters:
        return "Ingen modne kvartaler med et løfte endnu."
    return (
        f"To kumulerede summer (CUSUM) over {quarters} modne kvartaler. Holder løftet, giver vagten alligevel alarm "
        f"cirka {FALSE_ALARMS_A_YEAR:.2f} gange om året.".replace("0.", "0,")
    )


def alarms_of(watched: DriftWatch) -> Mapping[str, bool]:
    """Quarter → whether it raised the alarm."""
    return {point.cohort: point.alarm for point in watched.points}
