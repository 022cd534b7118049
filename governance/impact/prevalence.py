"""How often something is wrong at a candidate address, by the cases that were drawn by lot.

A weighted share (Hájek) with the interval of Korn & Graubard (1998): Clopper-Pearson at the effective number of cases,
which holds for rare things and unequal weights. Must not look at a case that a list picked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from governance.impact.estimates import NOT_ESTIMABLE, PrevalenceRow
from governance.impact.estimators import Array, effective_cases

What = Literal["registration", "payment", "any"]
TEXTS_DA: dict[What, str] = {
    "registration": "Forkert bopælsregistrering, rettet uden ændring af en ydelse",
    "payment": "Forkert udbetaling: mindst én ydelse ændret, og afgørelsen står",
    "any": "Registrering eller udbetaling forkert",
}
LEAST_CASES = 30
TAIL = 0.025
METHOD_DA = "Vægtet andel med 1/π; 95 %-interval efter Korn og Graubard (Clopper-Pearson ved det effektive antal)."


@dataclass(frozen=True, kw_only=True)
class DrawnFinding:
    """A drawn and mature case with an outcome: its π, and what was found."""

    probability: float
    registration: bool
    payment: bool


def build_prevalence(findings: Sequence[DrawnFinding]) -> tuple[PrevalenceRow, ...]:
    """The three shares; fewer than `LEAST_CASES` drawn cases tell nothing."""
    probability = np.array([each.probability for each in findings], dtype=np.float64)
    found: dict[What, list[bool]] = {
        "registration": [each.registration for each in findings],
        "payment": [each.payment for each in findings],
        "any": [each.registration or each.payment for each in findings],
    }
    return tuple(_row(what, np.array(flags, dtype=np.float64), probability) for what, flags in found.items())


def _row(what: What, found: Array, probability: Array) -> PrevalenceRow:
    cases = len(found)
    told = cases >= LEAST_CASES
    share, low, high, effective = weighted_share(found, probability) if told else (None, None, None, 0.0)
    return PrevalenceRow(
        what=what, text_da=TEXTS_DA[what], share=share, low=low, high=high, cases=cases, found=int(found.sum()),
        effective_cases=effective, weighted_cases=effective_cases(np.ones(cases), probability) if cases else 0.0,
        note_da=METHOD_DA if told else f"{NOT_ESTIMABLE}: under {LEAST_CASES} lodtrukne, afsluttede sager",
    )  # fmt: skip


def weighted_share(found: Array, probability: Array) -> tuple[float, float, float, float]:
    """Share, its 95 % limits and the effective number of cases that they rest on.

    The effective number is share x (1 - share) / design variance, never above the number of cases; Kish's where nobody
    or everybody was found.
    """
    from scipy.stats import beta

    weight = 1 / probability
    share = float(weight @ found / weight.sum())
    variance = _design_variance(found - share, weight)
    spread = share * (1 - share)
    kish = effective_cases(np.ones(len(found)), probability)
    effective = min(spread / variance, float(len(found))) if variance > 0 and spread > 0 else kish
    effective *= _student_share(len(found))
    hits = share * effective
    low = float(beta.ppf(TAIL, hits, effective - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(1 - TAIL, hits + 1, effective - hits)) if hits < effective else 1.0
    return share, low, high, effective


def _design_variance(residual: Array, weight: Array) -> float:
    cases = len(residual)
    linear = weight * residual / weight.sum()
    return float(cases / (cases - 1) * (linear**2).sum()) if cases > 1 else 0.0


def _student_share(cases: int) -> float:
    """Korn & Graubard's adjustment for the degrees of freedom that the variance was estimated with."""
    from scipy.stats import norm, t

    return float((norm.ppf(TAIL) / t.ppf(TAIL, cases - 1)) ** 2) if cases > 1 else 0.0
