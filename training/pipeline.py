"""The line from registers to a registered model: check, label, build, fit, judge, log."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.build import build_matrix, matrix_hash
from features.definitions import load_catalogue_of_features
from features.engines import Engine
from features.input_screen import refuse_prohibited
from features.lawful import lawful_features, left_out, require_features, require_labels
from features.lineage import feature_columns
from governance.as_of import AsOf
from governance.errors import GateClosed, ModelMismatch
from governance.legal_bases import Lawful, bases_digest, lawful, legal_bases_in_force
from governance.settings import Settings
from training.bundle import model_inputs
from training.calibration_plot import draw_reliability
from training.candidate_sample import sampled_candidates
from training.cases import make_cases
from training.checked import Checked, load_reported
from training.evaluate import Evaluation, evaluate
from training.evidence import TrainingEvidence, evidence_text, gather_evidence
from training.inputs import Inputs
from training.labels import Labels, build_labels
from training.plan import fast_plan
from training.ranking_model import RankingModel, fit_ranking_model
from training.registry import EVIDENCE_FILE, RegisteredModel, log_training
from training.rule_list import rule_score
from training.stability import OTHER_SEED, retrained

Report = Callable[[str], None]
EVALUATION_FOLDS = 4  # quarters: the twin may replace the ensemble after four
POOL_CANDIDATES = 2_000


@dataclass(frozen=True)
class Training:
    """What one training produced: the registered model, its labels, and how good it is on later cases.

    `evaluation` is None when it was not asked for or when there are too few cases; `not_judged` then says why.
    `left_out`: benefits, register columns and features that had no legal basis for development on the day.
    """

    registered: RegisteredModel
    labels: Labels
    evaluation: Evaluation | None
    not_judged: str
    evidence: TrainingEvidence
    left_out: tuple[str, ...] = ()

    @property
    def hits(self) -> int:
        """Closed cases with a finding."""
        return int(self.labels.cases["hit"].sum())


class Witness:
    """Who watches a training; this one lets everything pass and records nothing, as measurements may."""

    def admit(self, checked: Checked, inputs: Inputs, seen: Lawful) -> None:
        """Raise `GateClosed` when nothing may be learned from these registers."""

    @contextlib.contextmanager
    def registering(self) -> Iterator[Callable[[RegisteredModel, Labels], None]]:
        """Around the registration; what is yielded is told the outcome."""
        yield lambda _registered, _labels: None


def feature_catalogue_hash() -> str:
    """SHA-256 of every feature's declaration, with legal basis and register columns; part of a run's identity."""
    parts = [
        f"{name}|{declared.text}|{declared.view}|{declared.aggregate}|{declared.unit}|{declared.direction}"
        f"|{declared.legal_basis}|{','.join(sorted(feature_columns(name)))}"
        for name, declared in load_catalogue_of_features().items()
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def require_same_features(registered: RegisteredModel) -> None:
    """Refuse a model whose features meant something else: a name that stayed may have been declared anew."""
    if registered.tags.get("feature_catalogue") != feature_catalogue_hash():
        raise ModelMismatch(
            "The model was trained on another catalogue of features than this version declares.",
            item=registered.version,
            remedy="Train again with this version, or rank with the version the model was trained by.",
        )


def lawful_inputs(seen: Lawful, asked: Sequence[str] = ()) -> Inputs:
    """What a model may learn from on the day: features with a basis for development, all or those asked for by name.

    Raises `GateClosed` for a name without a basis, when none is left, when the labels lack a basis, and for what may
    never be an input.
    """
    require_labels(seen)
    require_features(asked, seen)
    names = [name for name in lawful_features(seen) if name in (asked or (name,))]
    if not names:
        raise GateClosed(
            f"No feature has a legal basis for {seen.phase} on {seen.on}.",
            item="features",
            remedy="Record a dated basis (setting legal_bases_file), or choose a day on which one stands.",
        )
    refuse_prohibited(names, on=seen.on)
    return model_inputs(names)


def train(
    directory: Path,
    *,
    as_of: AsOf,
    settings: Settings,
    seed: int,
    report: Report,
    judge: bool = True,
    features: Sequence[str] = (),
    witness: Witness | None = None,
) -> Training:
    """Train on what was known at `as_of`, judge on later cases than it learned from, and register the model.

    Only what has a legal basis for development on the day is looked at; `features` asks for some by name. `witness`
    may refuse the training before anything is learned, and records that the model was registered.
    """
    seen = lawful(legal_bases_in_force(settings), on=as_of.day, phase="development")
    inputs = lawful_inputs(seen, features)
    checked = load_reported(directory, as_of=as_of, settings=settings, report=report)
    registers, engine, watched = checked.registers, checked.engine, witness or Witness()
    watched.admit(checked, inputs, seen)

    def labels_at(day: dt.date) -> Labels:
        return build_labels(registers, engine, as_of=AsOf(day), settings=settings, lawful=seen)

    report("labelling closed cases")
    labels = labels_at(as_of.day)
    report("building features of past cases")
    matrix = build_matrix(engine, labels.units, lawful=seen)
    model = fit_ranking_model(
        matrix, labels.cases, inputs=inputs, as_of=as_of.day, hourly_cost_ore=settings.hourly_cost_ore,
        seed=seed, threads=settings.threads, report=report,
    )  # fmt: skip
    evaluation, not_judged = _judged(
        matrix, labels, labels_at, inputs=inputs, engine=engine, settings=settings, seed=seed, report=report,
        judge=judge,
    )  # fmt: skip
    evidence = _proven(
        model, matrix, labels, evaluation, engine=engine, settings=settings, seed=seed, report=report, judge=judge
    )
    report("registering the model")
    with watched.registering() as told:
        registered = _log(model, matrix, labels, evaluation, evidence, as_of=as_of, settings=settings, seed=seed)
        told(registered, labels)
    return Training(registered, labels, evaluation, not_judged, evidence, left_out(seen))


def _judged(
    matrix: pl.DataFrame,
    labels: Labels,
    labels_at: Callable[[dt.date], Labels],
    *,
    inputs: Inputs,
    engine: Engine,
    settings: Settings,
    seed: int,
    report: Report,
    judge: bool,
) -> tuple[Evaluation | None, str]:
    if not judge:
        return None, "Evaluation was not asked for."
    report("judging on later cases")

    def pool_at(day: dt.date) -> pl.DataFrame | None:
        return sampled_candidates(engine, as_of=AsOf(day), settings=settings, seed=seed, most=POOL_CANDIDATES)

    evaluation = evaluate(
        matrix, labels.cases, inputs=inputs, label_delay_days=settings.label_delay_days,
        hourly_cost_ore=settings.hourly_cost_ore, seed=seed, threads=settings.threads, rule_score=rule_score,
        labels_at=lambda day: labels_at(day).cases, pool_at=pool_at, base_plan=fast_plan(),
        folds=EVALUATION_FOLDS, report=report,
    )  # fmt: skip
    too_few = f"{labels.cases.height} usable closed cases leave no past to learn from and future to judge by."
    return evaluation, "" if evaluation else f"{too_few} The order of the list is unproven."


def _proven(
    model: RankingModel,
    matrix: pl.DataFrame,
    labels: Labels,
    evaluation: Evaluation | None,
    *,
    engine: Engine,
    settings: Settings,
    seed: int,
    report: Report,
    judge: bool,
) -> TrainingEvidence:
    """What the gates will ask; without a judgement only the profile of the candidates and the facts of the model."""
    other = None
    if judge:
        report("training again with another seed")
        cases = make_cases(matrix, labels.cases, inputs=model.inputs)
        other = retrained(model, cases, seed=seed + OTHER_SEED, threads=settings.threads)
    report("gathering the evidence")
    candidates = sampled_candidates(engine, as_of=AsOf(model.as_of), settings=settings, seed=seed)
    return gather_evidence(model, other, evaluation, labels=labels, candidates=candidates, seed=seed)


def typical_rows(matrix: pl.DataFrame) -> pl.DataFrame:
    """Two rows of column medians and upper quartiles: an input example that is nobody's household."""
    numbers = matrix.select(pl.col(pl.Float64))
    return pl.concat([numbers.median(), numbers.quantile(0.75, interpolation="nearest")])


def _metrics(labels: Labels, evaluation: Evaluation | None) -> dict[str, float]:
    metrics = {"cases": float(labels.cases.height), "hits": float(labels.cases["hit"].sum())}
    for figure in evaluation.figures if evaluation else ():
        metrics[f"{figure.method}/{figure.metric}".replace("%", "pct")] = figure.mean
    return metrics


def _log(
    model: RankingModel,
    matrix: pl.DataFrame,
    labels: Labels,
    evaluation: Evaluation | None,
    evidence: TrainingEvidence,
    *,
    as_of: AsOf,
    settings: Settings,
    seed: int,
) -> RegisteredModel:
    tags = {
        "as_of": str(as_of),
        "feature_catalogue": feature_catalogue_hash(),
        "legal_bases": bases_digest(legal_bases_in_force(settings)),
        "matrix": matrix_hash(matrix),
        "approval": "ikke godkendt",
        "form": "ensemble",
    }
    parameters = {"seed": seed, "label_delay_days": settings.label_delay_days, "features": len(model.inputs.names)}
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "labels.json"
        counts.write_text(json.dumps({"used": labels.cases.height, "unused": dict(labels.unused)}), encoding="utf-8")
        proof = Path(folder) / EVIDENCE_FILE
        proof.write_text(evidence_text(evidence), encoding="utf-8")
        figures = Path(folder) / "evaluation.csv"
        (evaluation.table() if evaluation else pl.DataFrame()).write_csv(figures)
        pictures = []
        if evaluation:
            pictures.append(Path(folder) / "calibration.png")
            draw_reliability({shown.rests_on: shown.bins for shown in evaluation.calibrations}, pictures[0])
        return log_training(
            model, example=typical_rows(matrix), parameters=parameters, metrics=_metrics(labels, evaluation), tags=tags,
            artifacts=[counts, proof, figures, *pictures], settings=settings,
        )  # fmt: skip
