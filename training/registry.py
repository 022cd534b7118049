"""MLflow: every training is a run, every model a pyfunc with signature and input example, found by name and version.

MLflow is imported where it is used, because it is slow to load. Approval does not live here: an alias only mirrors it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from governance.errors import ModelMismatch
from governance.settings import Settings
from training.ranking_model import RankingModel

MODEL_NAME = "adressekontrol"
EXPERIMENT = "adressekontrol"


@dataclass(frozen=True)
class RegisteredModel:
    """A model with its place in the registry: `version` reads `adressekontrol/7`."""

    model: RankingModel
    version: str
    run_id: str
    tags: Mapping[str, str]


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


def load_model(reference: str | None, *, settings: Settings) -> RegisteredModel:
    """The model `NAME@ALIAS` or `NAME/VERSION`; None for the newest trained. `ModelMismatch` when there is none."""
    with quiet_mlflow(settings) as mlflow:
        client = mlflow.MlflowClient()
        found = _newest(client) if reference is None else _named(client, reference)
        loaded = mlflow.pyfunc.load_model(f"models:/{found.name}/{found.version}")
        model: RankingModel = loaded.unwrap_python_model().model
    return RegisteredModel(model, f"{found.name}/{found.version}", str(found.run_id), dict(found.tags))


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
