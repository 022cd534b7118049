"""MLflow: every training is a run, every model a pyfunc with signature and input example, found by name and version.

MLflow is imported where it is used, because it is slow to load. Approval does not live here: an alias only mirrors it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from governance.errors import ModelMismatch
from governance.settings import Settings
from training.evidence import FORMS, Form, TrainingEvidence, read_evidence
from training.ranking_model import RankingModel

MODEL_NAME = "adressekontrol"
EXPERIMENT = "adressekontrol"
EVIDENCE_FILE = "evidence.json"
FORM_TAG = "form"


@dataclass(frozen=True)
class RegisteredModel:
    """A model in the form that it is used in, with its place in the registry: `version` reads `adressekontrol/7`."""

    model: RankingModel
    version: str
    run_id: str
    tags: Mapping[str, str]

    @property
    def form(self) -> Form:
        """The form in use; a model from before there was a choice is an ensemble. `ModelMismatch` for any other."""
        return _known_form(self.tags.get(FORM_TAG, "ensemble"), self.version)


@contextlib.contextmanager
def quiet_mlflow(settings: Settings) -> Iterator[Any]:
    """MLflow pointed at the store of these settings, without its progress bars, telemetry and chatter."""
    settings.home.mkdir(parents=True, exist_ok=True)
    # MLflow reads these at import; they are its own switches, not settings of ours.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # noqa: TID251
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # noqa: TID251
    with warnings.catch_warnings():
        # Deprecations inside MLflow and its dependencies are not ours to mend.
        warnings.simplefilter("ignore")
        import mlflow
        from mlflow.utils.logging_utils import disable_logging

        disable_logging()
        for name in ("mlflow", "alembic"):
            logging.getLogger(name).setLevel(logging.ERROR)
        mlflow.set_tracking_uri(settings.mlflow_tracking_uri)
        yield mlflow


def as_model_input(matrix: pl.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The model's input columns as float64 pandas, unknown as NaN."""
    return pd.DataFrame({name: matrix[name].cast(pl.Float64).to_numpy() for name in columns})


def log_training(
    model: RankingModel,
    *,
    example: pl.DataFrame,
    parameters: Mapping[str, object],
    metrics: Mapping[str, float],
    tags: Mapping[str, str],
    artifacts: Sequence[Path],
    settings: Settings,
) -> RegisteredModel:
    """Log one training as a run and register its model; returns the model with its new version."""
    with quiet_mlflow(settings) as mlflow:
        from training.pyfunc import RankingPyfunc, input_columns, model_signature

        experiment = _experiment(mlflow, settings)
        with mlflow.start_run(experiment_id=experiment) as run:
            mlflow.log_params(dict(parameters))
            mlflow.log_metrics(dict(metrics))
            for path in artifacts:
                mlflow.log_artifact(str(path))
            inputs = as_model_input(example, input_columns(model))
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=RankingPyfunc(model),
                signature=model_signature(model, inputs),
                input_example=inputs,
                # Named, not inferred: inference would load the model in a new environment and ask a package registry.
                pip_requirements=["adressekontrol"],
                registered_model_name=MODEL_NAME,
                tags=dict(tags),
            )
        client = mlflow.MlflowClient()
        version = str(logged.registered_model_version)
        for name, value in tags.items():
            client.set_model_version_tag(MODEL_NAME, version, name, value)
        client.set_registered_model_alias(MODEL_NAME, "challenger", version)
    return RegisteredModel(model, f"{MODEL_NAME}/{version}", run.info.run_id, dict(tags))


def _experiment(mlflow: Any, settings: Settings) -> str:
    found = mlflow.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    artifacts = (settings.home / "artifacts").absolute()
    location = None if settings.mlflow_uri else artifacts.as_uri()
    return str(mlflow.create_experiment(EXPERIMENT, artifact_location=location))


def load_model(reference: str | None, *, settings: Settings, form: str | None = None) -> RegisteredModel:
    """The model `NAME@ALIAS` or `NAME/VERSION`; None for the newest trained. `ModelMismatch` when there is none.

    Where the glass-box form has been chosen for it, the twin comes back in place of the ensemble; `form` asks for one
    by name, whatever has been chosen since.
    """
    with quiet_mlflow(settings) as mlflow:
        client = mlflow.MlflowClient()
        found = _newest(client) if reference is None else _named(client, reference)
        loaded = mlflow.pyfunc.load_model(f"models:/{found.name}/{found.version}")
        model: RankingModel = loaded.unwrap_python_model().model
    tags = dict(found.tags) | ({} if form is None else {FORM_TAG: form})
    registered = RegisteredModel(model, f"{found.name}/{found.version}", str(found.run_id), tags)
    return replace(registered, model=model.glass_box()) if registered.form == "glass_box" else registered


def load_evidence(registered: RegisteredModel, *, settings: Settings) -> TrainingEvidence:
    """What was measured of the model when it was trained; of one that has none kept nothing is measured.

    `ModelMismatch` when what is kept cannot be read.
    """
    with quiet_mlflow(settings) as mlflow, tempfile.TemporaryDirectory() as folder:
        client = mlflow.MlflowClient()
        if EVIDENCE_FILE not in {kept.path for kept in client.list_artifacts(registered.run_id)}:
            return TrainingEvidence()
        path = Path(client.download_artifacts(registered.run_id, EVIDENCE_FILE, folder))
        evidence = read_evidence(path.read_text(encoding="utf-8"))
    known = evidence.model and replace(evidence.model, version=registered.version, form=registered.form)
    return replace(evidence, model=known)


def set_alias(version: str, alias: str, *, settings: Settings) -> None:
    """Point `alias` (`champion`, `challenger`) at `NAME/VERSION`; `ModelMismatch` when there is no such model."""
    with quiet_mlflow(settings) as mlflow:
        client = mlflow.MlflowClient()
        found = _named(client, version)
        client.set_registered_model_alias(found.name, alias, found.version)


def set_form(version: str, form: Form, *, settings: Settings) -> None:
    """Say in which form `NAME/VERSION` is loaded from now on; `ModelMismatch` when there is no such model or form."""
    with quiet_mlflow(settings) as mlflow:
        client = mlflow.MlflowClient()
        found = _named(client, version)
        client.set_model_version_tag(found.name, found.version, FORM_TAG, _known_form(form, version))


def _known_form(form: str, version: str) -> Form:
    for known in FORMS:
        if form == known:
            return known
    raise ModelMismatch(
        f"A model is used as {' or '.join(FORMS)}, not as '{form}'.",
        item=version,
        remedy="Promote the model again, so that its form is recorded.",
    )


def _newest(client: Any) -> Any:
    versions = client.search_model_versions(f"name='{MODEL_NAME}'")
    if not versions:
        raise ModelMismatch(
            "No model has been trained yet.", item="model", remedy="Run: adressekontrol train DIR --as-of D"
        )
    return max(versions, key=lambda version: int(version.version))


def _named(client: Any, reference: str) -> Any:
    from mlflow.exceptions import MlflowException

    name, at, alias = reference.partition("@")
    try:
        if at:
            return client.get_model_version_by_alias(name, alias)
        name, _, version = reference.partition("/")
        return client.get_model_version(name, version)
    except MlflowException:
        raise ModelMismatch(
            "There is no such model in the registry.",
            item=reference,
            remedy="Name it as NAME@ALIAS or NAME/VERSION, for example adressekontrol@challenger.",
        ) from None
