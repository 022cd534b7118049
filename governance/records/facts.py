"""What the running system knows of itself, as plain values: the only thing that records may state figures from.

Whoever gathers (service) fills these in. What was not measured is absent (None, empty) and reads *not yet assessed*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from governance.benefits import Benefit
from governance.legal_bases import LegalBasis
from governance.records.kodeks import Principle


@dataclass(frozen=True)
class FigureFact:
    """One figure of the evaluation: mean and standard error over the folds, and the cases it rests on."""

    method: str
    metric: str
    mean: float
    standard_error: float | None
    folds: int
    cases: int
    rests_on: str


@dataclass(frozen=True)
class ModelFact:
    """One model of the registry. `earlier` lists the versions up to this one: version, trained as of, matrix hash.

    `measured` are the figures that the gates judge, each with a name of its own; `form` is the form it is used in.
    """

    version: str
    run_id: str
    trained_as_of: dt.date
    catalogue_hash: str
    matrix_hash: str
    seed: str
    label_delay_days: int
    hourly_cost_ore: int
    labels: int
    hits: int
    unused_labels: Mapping[str, int]
    inputs: tuple[str, ...]
    figures: tuple[FigureFact, ...]
    earlier: tuple[tuple[str, str, str], ...]
    measured: tuple[tuple[str, str], ...] = ()
    form: str = "ensemble"


@dataclass(frozen=True)
class FeatureFact:
    """One declared feature."""

    name: str
    text: str
    family: str
    unit: str
    legal_basis: str
    registers: tuple[str, ...]
    direction: int


@dataclass(frozen=True)
class SettingFact:
    """One setting that a result depends on, with the value in force."""

    name: str
    text: str
    value: str


@dataclass(frozen=True)
class RuleFact:
    """One executable rule."""

    name: str
    family: str
    text: str
    authority: str
    principle: str
    severity: str
    gates: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class JudgedFact:
    """How one rule came out in a verdict."""

    rule: str
    family: str
    outcome: str
    figure: str
    limit: str
    item: str


@dataclass(frozen=True)
class VerdictFact:
    """The last verdict of the promote gate on this model."""

    id: str
    gate: str
    passed: bool
    at: str
    judged: tuple[JudgedFact, ...]


@dataclass(frozen=True)
class AssessmentFact:
    """The newest recorded impact assessment of its kind."""

    kind: str
    version: str
    valid_from: dt.date
    valid_to: dt.date


@dataclass(frozen=True)
class SystemFacts:
    """Everything the records of one model are built from.

    `in_use`: a promotion of this model is in force; `stopped` says why nothing is used; `retired` is the month in which
    the municipality took it out of use.
    """

    model: ModelFact
    catalogue_hash: str
    features: tuple[FeatureFact, ...]
    benefits: tuple[Benefit, ...]
    bases: tuple[LegalBasis, ...]
    settings: tuple[SettingFact, ...]
    limits: tuple[SettingFact, ...]
    rules: tuple[RuleFact, ...]
    kodeks: tuple[Principle, ...]
    kodeks_version: str
    software: Mapping[str, str]
    registers: Mapping[str, str]
    audited_acts: Mapping[str, str]
    in_use: bool
    verdict: VerdictFact | None = None
    assessments: tuple[AssessmentFact, ...] = ()
    exceptions: tuple[tuple[str, str, str], ...] = ()
    stopped: str = ""
    retired: str = ""
