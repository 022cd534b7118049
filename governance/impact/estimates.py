"""What impact estimates look like when they are done: the rows of the report's sections, with their Danish words.

Every row says what it rests on and, where it has no figure, why: a figure that cannot be had is None, never a guess.
Money is øre (float64: estimates are no ledger amounts), intervals are 95 %. Must not know how a figure came about, nor
a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

NOT_ESTIMABLE = "kan ikke estimeres"
NOT_LOGGED = "ikke logget"
IMMATURE = "umoden"

Target = Literal["pool", "model", "rules", "logistic"]
TARGETS_DA: dict[Target, str] = {
    "pool": "Alle kandidater",
    "model": "Vores liste",
    "rules": "De gamle regler",
    "logistic": "Simpel logistisk liste",
}
Estimator = Literal["horvitz_thompson", "hajek", "doubly_robust", "with_list", "naive", "promise"]
ESTIMATORS_DA: dict[Estimator, str] = {
    "horvitz_thompson": "Horvitz-Thompson",
    "hajek": "Hájek (selvnormeret)",
    "doubly_robust": "Dobbelt robust",
    "with_list": "Dobbelt robust, listens egne kontroller talt som de er",
    "naive": "Naivt gennemsnit (misvisende)",
    "promise": "Modellens eget løfte (ikke et estimat)",
}


@dataclass(frozen=True, kw_only=True)
class ArmRow:
    """The municipal saving of one target by one estimator, øre an average draw (one list, one pool).

    `total_ore` None: `note_da` says why; `low_ore`/`high_ore` None: no honest interval (`note_da`). `naive` rows are
    for comparison only and must be shown labelled. `effective_cases`: Kish (1965), of the cases that the row rests on.
    """

    target: Target
    estimator: Estimator
    text_da: str
    naive: bool
    total_ore: float | None
    low_ore: float | None
    high_ore: float | None
    cases: int
    saved_cases: int
    effective_cases: float
    note_da: str = ""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The cases of one target that saved something, as places among the `drawn` and among all `controlled` cases."""

    drawn: frozenset[int]
    controlled: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class ArmTable:
    """All rows of one period: `draws` averaged, `candidates` an average draw, `cohorts` (quarters) it covers.

    `saved`: which cases stand behind the amounts of each target, for whoever decides what may be told.
    """

    rows: tuple[ArmRow, ...]
    cohorts: tuple[str, ...]
    draws: int
    candidates: float
    drawn: int
    immature: int
    note_da: str = ""
    saved: Mapping[Target, Saved] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PrevalenceRow:
    """The share of candidate addresses where something is wrong; `what` "registration", "payment" or "any".

    `effective_cases` depends on what was found, `weighted_cases` (Kish 1965) on the draw alone.
    """

    what: Literal["registration", "payment", "any"]
    text_da: str
    share: float | None
    low: float | None
    high: float | None
    cases: int
    found: int
    effective_cases: float
    note_da: str = ""
    weighted_cases: float = 0.0


@dataclass(frozen=True, kw_only=True)
class MaturationRow:
    """One cohort at one age; `mature` False: shown marked, never carried forward.

    `concluded_share`: Kaplan-Meier share of the cases closed by that age, with interval; `known_ore`: municipal saving
    recorded by that age. `at_risk` cases old enough to tell. `mature`: every case of the cohort has reached the age.
    """

    cohort: str
    age_months: int
    cases: int
    at_risk: int
    concluded_share: float | None
    concluded_low: float | None
    concluded_high: float | None
    known_ore: float | None
    mature: bool
    note_da: str = ""


@dataclass(frozen=True, kw_only=True)
class PromiseRow:
    """Promised and realised municipal saving of the same cases: calibration in kroner.

    `dimension` "administration", "benefit", "cohort" or "all"; `ratio` realised / promised with its interval. A row
    that is not `mature` counts only its mature cases; `waiting` are the others.
    """

    dimension: Literal["all", "administration", "benefit", "cohort"]
    key: str
    text_da: str
    promised_ore: float
    realised_ore: float
    ratio: float | None
    low: float | None
    high: float | None
    cases: int
    waiting: int
    mature: bool
    note_da: str = ""


@dataclass(frozen=True, kw_only=True)
class DriftPoint:
    """One mature quarter of the watch: its ratio, the two sums (high: more than promised), whether they passed."""

    cohort: str
    ratio: float | None
    score: float
    over: float
    under: float
    alarm: bool


@dataclass(frozen=True, kw_only=True)
class DriftWatch:
    """The watch over promised kroner; `false_alarms_a_year` was measured at a model that keeps its promise."""

    points: tuple[DriftPoint, ...]
    alarm: bool
    threshold: float
    slack: float
    false_alarms_a_year: float
    note_da: str = ""


@dataclass(frozen=True, kw_only=True)
class PowerRow:
    """An arm of `share` of the hours: `drawn` cases a year, what it shows with probability `power`.

    `relative_half_width` of the interval of the pool's saving; `detectable_ratio`: smallest true fall of realised below
    promised of the pool that is seen; `detectable_share`: smallest prevalence difference from the expected, percentage
    points as a share; `cost_share`: of the list's saving that the arm costs.
    """

    share: float
    drawn: int
    power: float
    relative_half_width: float | None
    detectable_ratio: float | None
    detectable_share: float | None
    cost_share: float | None
    chosen: bool
    note_da: str = ""


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """All estimates of one day, as the report shows them."""

    arm: ArmTable
    prevalence: tuple[PrevalenceRow, ...]
    maturation: tuple[MaturationRow, ...]
    promise: tuple[PromiseRow, ...]
    drift: DriftWatch
    power: tuple[PowerRow, ...]
    method: tuple[tuple[str, str], ...]
