"""Calibration in kroner: what was promised of the listed cases when they were listed, against what they brought.

Ratios of sums, never means of ratios, over mature cases alone; each with the interval of rare savings
(`governance.impact.interval`), household by household. Must not know a model or a register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimates import IMMATURE, NOT_ESTIMABLE, PromiseRow
from governance.impact.interval import Drawn, is_estimable, learned_spread, total_limits

ADMINISTRATIONS_DA: Mapping[str, str] = {
    "BIF": "Beskæftigelse (BIF)",
    "BUF": "Børn og unge (BUF)",
    "KFF": "Kultur og fritid (KFF)",
}


@dataclass(frozen=True, kw_only=True)
class PromisedCase:
    """One listed case: municipal øre promised and realised by administration and by benefit, and the chance of a hit.

    `mature`: old enough that its outcome counts. `benefit_promised_ore` is empty where it was not logged.
    """

    household: str
    cohort: str
    mature: bool
    chance: float
    promised_ore: Mapping[str, float]
    realised_ore: Mapping[str, float]
    benefit_promised_ore: Mapping[str, float]
    benefit_realised_ore: Mapping[str, float]


Amounts = Callable[[PromisedCase], tuple[float, float]]


def build_promise_rows(cases: Sequence[PromisedCase], *, benefits_da: Mapping[str, str]) -> tuple[PromiseRow, ...]:
    """One row for all, each administration, benefit and cohort, in that order."""
    rows = [_row("all", "all", "I alt", cases, _whole)]
    rows += [
        _row("administration", office, name, cases, _of_office(office)) for office, name in ADMINISTRATIONS_DA.items()
    ]
    logged = [case for case in cases if case.benefit_promised_ore]
    for benefit in sorted({code for case in logged for code in case.benefit_promised_ore}):
        rows.append(_row("benefit", benefit, benefits_da.get(benefit, benefit), logged, _of_benefit(benefit)))
    for cohort in sorted({case.cohort for case in cases}):
        of_it = [case for case in cases if case.cohort == cohort]
        rows.append(_row("cohort", cohort, cohort.replace("-Q", "K"), of_it, _whole))
    return tuple(rows)


def _whole(case: PromisedCase) -> tuple[float, float]:
    return sum(case.promised_ore.values()), sum(case.realised_ore.values())


def _of_office(office: str) -> Amounts:
    return lambda case: (case.promised_ore.get(office, 0.0), case.realised_ore.get(office, 0.0))


def _of_benefit(benefit: str) -> Amounts:
    return lambda case: (case.benefit_promised_ore.get(benefit, 0.0), case.benefit_realised_ore.get(benefit, 0.0))


def _row(dimension: str, key: str, text_da: str, cases: Sequence[PromisedCase], amounts: Amounts) -> PromiseRow:
    mature = [case for case in cases if case.mature]
    summed = by_household(mature, amounts)
    promised, realised = float(summed.promised.sum()), float(summed.saving.sum())
    low, high, note = _ends(summed, promised)
    complete = len(mature) == len(cases) and bool(cases)
    return PromiseRow(
        dimension=dimension, key=key, text_da=text_da, promised_ore=promised, realised_ore=realised,  # type: ignore[arg-type]
        ratio=realised / promised if promised > 0 else None, low=low, high=high, cases=len(mature),
        waiting=len(cases) - len(mature), mature=complete, note_da=note if complete or not mature else _immature(note),
    )  # fmt: skip


def _immature(note: str) -> str:
    return f"{IMMATURE}: kun de modne sager er talt med" + (f"; {note}" if note else "")


@dataclass(frozen=True)
class Households:
    """Sums by household `[n]`, øre, and the chance that any of its cases is a hit."""

    saving: np.typing.NDArray[np.float64]
    promised: np.typing.NDArray[np.float64]
    chance: np.typing.NDArray[np.float64]


def by_household(cases: Iterable[PromisedCase], amounts: Amounts = _whole) -> Households:
    """The cases of one household together: what one brings hangs on what the other did."""
    sums: dict[str, list[float]] = {}
    for case in cases:
        promised, realised = amounts(case)
        whole = sums.setdefault(case.household, [0.0, 0.0, 1.0])
        whole[0] += promised
        whole[1] += realised
        whole[2] *= 1 - case.chance
    table = np.array(list(sums.values()), dtype=np.float64).reshape(-1, 3)
    return Households(saving=table[:, 1], promised=table[:, 0], chance=np.maximum(1 - table[:, 2], 1e-6))


def _ends(summed: Households, promised: float) -> tuple[float | None, float | None, str]:
    if promised <= 0:
        return None, None, f"{NOT_ESTIMABLE}: ingen modne sager med et løfte"
    drawn = Drawn(
        saving=summed.saving, probability=np.ones(len(summed.saving)), chance=summed.chance, promised=summed.promised,
        spread=learned_spread(summed.saving, summed.promised / summed.chance),
    )  # fmt: skip
    of = (summed.promised > 0).astype(np.float64)
    if not is_estimable(drawn, of):
        return None, None, f"{NOT_ESTIMABLE}: for få forventede fund til et ærligt interval"
    # a saving where nothing was promised counts in the sum as it does in the ratio
    limits = total_limits(drawn, np.ones(len(of)), repeated=True)
    return limits.low / promised, limits.high / promised, ""
