"""What one training proves of its model, in one file beside it: gathered once, read back by the gates.

None means *not measured*, which no gate takes for a pass; a file that cannot be read is refused. Must not know any
limit, nor hold a row of a register.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from governance.errors import ModelMismatch
from governance.rules.evidence import (
    CalibrationEvidence,
    ComparisonEvidence,
    ModelEvidence,
    StabilityEvidence,
    TwinEvidence,
)
from governance.rules.reading import read_figures
from training.drift import LEAST_ROWS, Profile, make_profile
from training.evaluate import Evaluation
from training.labels import Labels
from training.model_evidence import calibration_evidence, comparison_evidence, model_evidence
from training.ranking_model import RankingModel
from training.stability import stability_evidence
from training.twin_choice import ListValue, list_values, twin_evidence

Form = Literal["ensemble", "glass_box"]
FORMS: tuple[Form, ...] = ("ensemble", "glass_box")
METHODS: Mapping[Form, str] = {"ensemble": "model", "glass_box": "twin"}


@dataclass(frozen=True)
class FormEvidence:
    """What was measured of one form of the model, the ensemble or its glass-box twin."""

    comparison: ComparisonEvidence | None = None
    calibration: CalibrationEvidence | None = None
    stability: StabilityEvidence | None = None


@dataclass(frozen=True)
class TrainingEvidence:
    """All that is known of a model at its training; `profile` is of the candidates of that day.

    `list_values` say what its lists would have brought, from cases drawn by lot; empty where too few were.
    """

    model: ModelEvidence | None = None
    profile: Profile | None = None
    ensemble: FormEvidence = FormEvidence()
    glass_box: FormEvidence = FormEvidence()
    twin: TwinEvidence | None = None
    list_values: tuple[ListValue, ...] = ()

    def of_form(self, form: Form) -> dict[type, object]:
        """What a gate judges when this form is to be used: evidence by its type, what was not measured left out."""
        measured = self.ensemble if form == "ensemble" else self.glass_box
        model = self.model and replace(self.model, form=form)
        twin = self.twin and replace(self.twin, form=form)
        found = (model, twin, measured.comparison, measured.calibration, measured.stability)
        return {type(one): one for one in found if one is not None}


def gather_evidence(
    model: RankingModel,
    other: RankingModel | None,
    evaluation: Evaluation | None,
    *,
    labels: Labels,
    candidates: pl.DataFrame | None,
    seed: int,
) -> TrainingEvidence:
    """Everything that can be said at training; `other` is `model` trained with another seed, None where it was not.

    `candidates` is the matrix of (a sample of) the candidates of the day: without it, or with fewer than `LEAST_ROWS`
    rows, neither profile nor stability is measured.
    """
    seen = candidates if candidates is not None and candidates.height >= LEAST_ROWS else None
    compared = comparison_evidence(evaluation, rng=np.random.default_rng(seed)) if evaluation else {}
    both = {
        form: FormEvidence(
            comparison=compared.get(method),
            calibration=calibration_evidence(evaluation, method=method) if evaluation else None,
            stability=_stability(model, other, seen, form=form),
        )
        for form, method in METHODS.items()
    }
    return TrainingEvidence(
        model=model_evidence(labels, trained_as_of=model.as_of),
        profile=make_profile(seen, model.inputs.names) if seen is not None else None,
        ensemble=both["ensemble"],
        glass_box=both["glass_box"],
        twin=twin_evidence(evaluation, rng=np.random.default_rng(seed)) if evaluation else None,
        list_values=list_values(evaluation, rng=np.random.default_rng(seed)) if evaluation else (),
    )


def _stability(
    model: RankingModel, other: RankingModel | None, candidates: pl.DataFrame | None, *, form: Form
) -> StabilityEvidence | None:
    if other is None or candidates is None:
        return None
    if form == "glass_box":
        model, other = model.glass_box(), other.glass_box()
    return stability_evidence(model, other, candidates)


def evidence_text(evidence: TrainingEvidence) -> str:
    """The evidence as JSON, dates as YYYY-MM-DD; a figure that is no number is a `ValueError`, never written."""
    return json.dumps(dataclasses.asdict(evidence), indent=1, allow_nan=False, default=str)


def read_evidence(text: str) -> TrainingEvidence:
    """The inverse of `evidence_text`; `ModelMismatch` for what this version did not write."""
    try:
        evidence: TrainingEvidence = read_figures(TrainingEvidence, json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ModelMismatch(
            "The evidence kept with the model cannot be read by this version.",
            item="evidence.json",
            remedy="Train again with this version: a model without readable evidence passes no gate.",
        ) from None
    return evidence
