"""What the registry holds of one training besides the model: parameters, evaluation, labels, the versions before it.

Reads and never writes; must not know what becomes of it.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.settings import Settings
from training.evidence import TrainingEvidence
from training.registry import RegisteredModel, load_evidence, quiet_mlflow


@dataclass(frozen=True)
class RunRecord:
    """`figures` are the rows of evaluation.csv as text; `earlier` holds version, as of and matrix of every version up
    to this one, oldest first; `unused` counts closed cases by the reason for which they were left out; `evidence`
    is empty for a model that was trained without."""

    parameters: Mapping[str, str]
    figures: tuple[Mapping[str, str], ...]
    unused: Mapping[str, int]
    earlier: tuple[tuple[str, str, str], ...]
    evidence: TrainingEvidence


def load_run_record(registered: RegisteredModel, *, settings: Settings) -> RunRecord:
    """The record of the run that made this model."""
    evidence = load_evidence(registered, settings=settings)
    with quiet_mlflow(settings) as mlflow, tempfile.TemporaryDirectory() as folder:
        client = mlflow.MlflowClient()
        run = client.get_run(registered.run_id)
        labels, figures = (
            Path(client.download_artifacts(registered.run_id, name, folder))
            for name in ("labels.json", "evaluation.csv")
        )
        return RunRecord(
            parameters=dict(run.data.params),
            figures=_rows(figures),
            unused=json.loads(labels.read_text(encoding="utf-8"))["unused"],
            earlier=_earlier(client, registered.version),
            evidence=evidence,
        )


def _rows(path: Path) -> tuple[Mapping[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _earlier(client: Any, version: str) -> tuple[tuple[str, str, str], ...]:
    name, _, number = version.partition("/")
    found = sorted(client.search_model_versions(f"name='{name}'"), key=lambda each: int(each.version))
    return tuple(
        (f"{name}/{each.version}", str(each.tags.get("as_of", "unknown")), str(each.tags.get("matrix", "unknown"))[:16])
        for each in found
        if int(each.version) <= int(number)
    )
