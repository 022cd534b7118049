"""How large the random arm must be to see a difference, and why the default share is what it is.

A total of rare savings is seen as sharply as its effective number of jumps allows (the interval's own arithmetic); a
share by the standard power of a proportion (statsmodels). Must not know what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimates import NOT_ESTIMABLE, PowerRow
from governance.impact.interval import LEAST_EXPECTED, ONE_MORE, TAIL

SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
POWER = 0.8
ALPHA = 0.05
ALL = 0.999
LEAST_A_YEAR = 52
"""One a week: the arm is never smaller (method.md, *Random arm*)."""


@dataclass(frozen=True, kw_only=True)
class ArmDesign:
    """What an arm would be drawn from: `cases_a_year` that the hours hold, and the share of them that is in force.

    The rest is what the service's own draw gave in invented pools of the usual kind (4 % hits, `invented_pools`), and
    is replaced where something is known: `hits_of_drawn`, `saving_of_hit`; `evenness` of the weighted savings, (Σa)² /
    (m Σa²) over m of them; `weighting`, Kish's effective share of the drawn; `hit_share` of the candidates; `arm_value`
    of a drawn case over that of a listed one.
    """

    cases_a_year: int
    chosen_share: float
    hits_of_drawn: float = 0.059
    saving_of_hit: float = 0.72
    evenness: float = 0.67
    weighting: float = 0.41
    hit_share: float = 0.04
    arm_value: float = 0.44


def build_power_rows(design: ArmDesign, *, shares: Sequence[float] = SHARES, years: int = 1) -> tuple[PowerRow, ...]:
    """One row a share, the chosen one marked; `years` of drawing together."""
    asked = sorted({*shares, design.chosen_share})
    return tuple(_row(design, share, years) for share in asked)


def drawn_a_year(design: ArmDesign, share: float) -> int:
    """Cases that the arm draws a year, never fewer than one a week (as far as the hours hold so many)."""
    return min(max(round(share * design.cases_a_year), LEAST_A_YEAR), design.cases_a_year)


def _row(design: ArmDesign, share: float, years: int) -> PowerRow:
    drawn = drawn_a_year(design, share) * years
    hits = drawn * design.hits_of_drawn
    jumps = hits * design.saving_of_hit * design.evenness
    told = hits >= LEAST_EXPECTED
    taken = drawn / years / design.cases_a_year
    return PowerRow(
        share=share, drawn=drawn, power=POWER, relative_half_width=half_width(jumps) if told else None,
        detectable_ratio=detectable_ratio(jumps) if told else None,
        detectable_share=detectable_share(design.hit_share, drawn * design.weighting),
        cost_share=taken * (1 - design.arm_value), chosen=share == design.chosen_share,
        note_da="" if told else f"beløb {NOT_ESTIMABLE} af så få: {hits:.0f} ventede fund, {LEAST_EXPECTED:.0f} kræves",
    )  # fmt: skip


def half_width(jumps: float) -> float:
    """Half the interval of a total over the total, with so many effective jumps."""
    from scipy.stats import chi2

    ends = chi2.ppf(TAIL, 2 * jumps) / 2, chi2.ppf(1 - TAIL, 2 * (jumps + ONE_MORE)) / 2
    return float((ends[1] - ends[0]) / 2 / jumps)


def detectable_ratio(jumps: float) -> float | None:
    """The smallest fall, realised over promised, that the interval shows with probability `POWER`; None for none.

    The square root of a Poisson number of jumps has a variance of a quarter whatever their number.
    """
    from scipy.stats import norm

    distance = float(norm.ppf(1 - ALPHA / 2) + norm.ppf(POWER)) / 2
    left = np.sqrt(jumps) - distance
    return float(left**2 / jumps) if left > 0 else None


def detectable_share(expected: float, cases: float) -> float | None:
    """The smallest rise of a share above the `expected` that so many cases show with probability `POWER`, if any."""
    from scipy.optimize import brentq
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    def lacking(share: float) -> float:
        effect = proportion_effectsize(share, expected)
        return float(NormalIndPower().power(effect, cases, ALPHA, ratio=0) - POWER)

    if cases < 1 or lacking(ALL) < 0:
        return None
    return float(brentq(lacking, expected + 1e-6, ALL)) - expected
