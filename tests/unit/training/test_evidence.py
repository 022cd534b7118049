"""What is gathered at training comes back from its file to the last digit; what was not measured stays absent."""

from __future__ import annotations

import datetime as dt
import functools
import json

import polars as pl
import pytest
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from governance.errors import ModelMismatch
from governance.rules.evidence import (
    CalibrationEvidence,
    ComparisonEvidence,
    ModelEvidence,
    StabilityEvidence,
    TwinEvidence,
)
from training.cases import make_cases
from training.drift import LEAST_ROWS, drift_evidence
from training.evaluate import evaluate
from training.evidence import TrainingEvidence, evidence_text, gather_evidence, read_evidence
from training.labels import Labels
from training.ranking_model import fit_ranking_model
from training.stability import retrained

MEASURED = {ModelEvidence, TwinEvidence, ComparisonEvidence, CalibrationEvidence, StabilityEvidence}


@functools.cache
def trained():
    """The labels, two trainings that differ in the seed, and the evaluation."""
    history = a_matrix(1_200, prefix="c")
    labels = labels_of(history, random_share=0.8)
    model = fit_ranking_model(
        history, labels, inputs=INPUTS, as_of=AS_OF, hourly_cost_ore=COST_ORE, seed=1, base_plan=QUICK
    )
    other = retrained(model, make_cases(history, labels, inputs=INPUTS), seed=2, base_plan=QUICK)
    evaluation = evaluate(
        history, labels, inputs=INPUTS, label_delay_days=180, hourly_cost_ore=COST_ORE, seed=3, base_plan=QUICK,
        pool_at=lambda day: a_matrix(200, seed=day.month),
    )  # fmt: skip
    return labels, model, other, evaluation


@functools.cache
def gathered(*, judged: bool = True, candidates: int | None = 300) -> TrainingEvidence:
    labels, model, other, evaluation = trained()
    return gather_evidence(
        model, other if judged else None, evaluation if judged else None, labels=Labels(labels, {"still_open": 7}),
        candidates=None if candidates is None else a_matrix(candidates, seed=5), seed=1,
    )  # fmt: skip


def test_it_comes_back_as_it_was() -> None:
    assert gathered().list_values
    assert gathered().twin.gap_points is not None
    assert read_evidence(evidence_text(gathered())) == gathered()
    assert read_evidence(evidence_text(TrainingEvidence())) == TrainingEvidence()


def test_each_form_is_judged_by_its_own_figures() -> None:
    ensemble, twin = gathered().of_form("ensemble"), gathered().of_form("glass_box")
    assert set(ensemble) == set(twin) == MEASURED
    assert (ensemble[ModelEvidence].form, twin[TwinEvidence].form) == ("ensemble", "glass_box")
    assert "twin" in ensemble[ComparisonEvidence].ahead
    assert "model" in twin[ComparisonEvidence].ahead
    assert ensemble[CalibrationEvidence].promised != twin[CalibrationEvidence].promised
    assert ensemble[StabilityEvidence] != twin[StabilityEvidence]


def test_without_a_judgement_only_the_model_and_its_candidates_are_known() -> None:
    evidence = gathered(judged=False)
    assert set(evidence.of_form("ensemble")) == {ModelEvidence}
    assert evidence.profile is not None
    assert evidence.list_values == ()


@pytest.mark.parametrize("candidates", [None, LEAST_ROWS - 1])
def test_without_candidates_neither_profile_nor_stability_is_known(candidates) -> None:
    evidence = gathered(candidates=candidates)
    assert evidence.profile is None
    assert set(evidence.of_form("ensemble")) == MEASURED - {StabilityEvidence}


def test_the_profile_tells_candidates_of_another_world_apart() -> None:
    profile = gathered().profile
    assert profile.rows == 300
    assert set(profile.inputs) == set(INPUTS.names)
    assert max(drift_evidence(profile, a_matrix(300, seed=6)).index.values()) < 0.1
    moved = a_matrix(300, seed=6).with_columns(tips=pl.col("tips") + 2)
    assert drift_evidence(profile, moved).index["tips"] > 0.25


def test_nothing_in_the_file_is_of_one_case() -> None:
    text = evidence_text(gathered())
    assert '"c000' not in text
    assert '"h1' not in text
    assert dt.date.fromisoformat(json.loads(text)["model"]["trained_as_of"]) == AS_OF


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document | {"more": 1},
        lambda document: document | {"model": document["model"] | {"labels": "many"}},
        lambda document: document | {"model": {"version": "1"}},
        lambda document: document | {"twin": []},
        lambda document: document | {"model": document["model"] | {"newest_label": "yesterday"}},
        lambda document: document | {"model": document["model"] | {"ripe_share": True}},
        lambda document: [],
    ],
)
def test_what_this_version_did_not_write_is_refused(damage) -> None:
    document = json.loads(evidence_text(gathered(judged=False)))
    with pytest.raises(ModelMismatch) as refused:
        read_evidence(json.dumps(damage(document)))
    assert refused.value.item == "evidence.json"


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(ModelMismatch):
        read_evidence("{")
