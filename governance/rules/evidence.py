"""What rules look at: figures that others measured, as plain frozen values.

Whoever measures (training, service) fills these in; a rule reads them and says what they mean. Nothing here knows how
a figure came about, and none holds a person. What was not measured is absent from the mapping a gate is given, and
the rule that needs it fails: unknown is never a pass.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval; `count` is the number of rows (persons, cases) that it rests on."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class RegisterEvidence:
    """The contract check of the registers of this run: `worst_share` is the largest quarantined share of any table,
    `newest_days` the age of the newest row of each register that must be fresh."""

    as_of: dt.date
    rows: int
    worst_table: str
    worst_share: float
    acceptable: bool
    newest_days: Mapping[str, int]


@dataclass(frozen=True)
class DriftEvidence:
    """Population stability index (PSI) of each model input: candidates of today against those the model knew."""

    index: Mapping[str, float]
    candidates: int


@dataclass(frozen=True)
class ComparisonEvidence:
    """Share of the saving captured at capacity on later cases, by method, and the paired differences to the model.

    `ahead` holds, for each rival method, the model's share minus the rival's (interval by bootstrap over households).
    """

    captured: Mapping[str, float]
    ahead: Mapping[str, Interval]
    folds: int
    cases: int


@dataclass(frozen=True)
class CalibrationEvidence:
    """The random arm: `ratio` is hits that came over hits promised, with its interval."""

    random_cases: int
    promised: float
    came: int
    ratio: Interval


@dataclass(frozen=True)
class StabilityEvidence:
    """Two trainings that differ in seed only, on the same registers: how alike are their lists at the capacity?

    `overlap` = share of cases on both; `rank_biased_overlap` in [0, 1] (Webber, Moffat & Zobel 2010).
    """

    overlap: float
    rank_biased_overlap: float
    listed: int


@dataclass(frozen=True)
class TwinEvidence:
    """Ensemble minus glass-box twin, percentage points of captured saving, estimated off-policy over four quarters.

    `gap_points` is None when too few cases were drawn with a logged probability; `quarters` tells how many had any.
    `form` is the form about to be promoted, "" while none has been chosen.
    """

    gap_points: Interval | None
    quarters: int
    cases: int
    form: str = ""


@dataclass(frozen=True)
class ModelEvidence:
    """The model itself: when it was trained, its newest label, the share of cases that were ripe and are labelled.

    `random_labels` of the labels are cases of the random arm, which fix the level of what the model promises.
    """

    version: str
    trained_as_of: dt.date
    newest_label: dt.date
    ripe_share: float
    labels: int
    hits: int
    form: str
    random_labels: int = 0


@dataclass(frozen=True)
class ExplanationEvidence:
    """The explanation contract over every listed case: how many cases fail each check, and the worst deviation."""

    cases: int
    failing: Mapping[str, int]
    worst: Mapping[str, float]
    first_failing: str


@dataclass(frozen=True)
class GroupRatio:
    """One group of one attribute against everybody else: the ratio of two rates, None when suppressed."""

    attribute: str
    group: str
    ratio: Interval | None


@dataclass(frozen=True)
class HistoryFairnessEvidence:
    """Needless controls per adult in the history the model learned from: group against the rest, for lawful grounds
    held alike. Measured on `measured_on`; the random arm is no part of it."""

    measured_on: dt.date
    groups: tuple[GroupRatio, ...]


@dataclass(frozen=True)
class ListFairnessEvidence:
    """Innocent-control ratio at the cut-off of one list: the share of the innocent who are controlled, group against
    rest."""

    measured_on: dt.date
    groups: tuple[GroupRatio, ...]
    adults: int


@dataclass(frozen=True)
class Separation:
    """How well something predicts one protected group: cross-validated AUC in [.5, 1]; `subject` names a feature or
    is `matrix`."""

    subject: str
    attribute: str
    group: str
    area: Interval


@dataclass(frozen=True)
class ProxyEvidence:
    """The proxy screen: every feature and the whole matrix against every protected group that is large enough."""

    measured_on: dt.date
    separations: tuple[Separation, ...]


@dataclass(frozen=True)
class BasisEvidence:
    """Legal bases at the run's day: what was left out, and what the run looked at although no basis stands."""

    on: dt.date
    phase: str
    used_without_basis: tuple[str, ...]
    left_out: tuple[str, ...]
    next_expiry: dt.date | None


@dataclass(frozen=True)
class Assessment:
    """One recorded impact assessment: `kind` is dpia, fria, risk_register or administrative_law."""

    kind: str
    version: str
    valid_from: dt.date
    valid_to: dt.date


@dataclass(frozen=True)
class AssessmentEvidence:
    """The newest recorded assessment of each kind."""

    assessments: Mapping[str, Assessment]


@dataclass(frozen=True)
class InputEvidence:
    """The inputs by name with the words of their texts and columns, for the screen of what may never be looked at."""

    texts: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class RandomArmEvidence:
    """The random arm of this list and of the last twelve months; `committed` = the seed was published beforehand.

    `known_on` holds, for each random case whose outcome is known, the day it became so: cases leave the year one by
    one, and without their days nobody could say when the arm has become too small.
    """

    listed: int
    known_last_year: int
    share_of_hours: float
    smallest_probability: float
    committed: bool
    known_on: tuple[dt.date, ...] = ()


@dataclass(frozen=True)
class OperationEvidence:
    """How the list is worked: looks, blind ones, overrides (first looks that ended otherwise than the list says), and
    needless controls per 1,000 adults of the candidate addresses in the last twelve months.

    `churn` = 1 - rank-biased overlap with the list before, None when there was none.
    """

    first_looks: int
    blind_first_looks: int
    overrides: int
    needless_per_1000: float
    churn: float | None


@dataclass(frozen=True)
class StopEvidence:
    """The stop in force: the reason and the role that gave it; `in_force` is False when it was looked for and none
    stands."""

    reason: str
    role: str
    in_force: bool = True
