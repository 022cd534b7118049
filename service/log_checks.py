"""What must be so before a gate is asked: the model is the one that was trained, and no clock was set back.

What a gate rests on lies in files and in MLflow's store, where anybody with a file in hand may change it; the log says
by hash what it was.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from governance.as_of import danish_day
from governance.audit.appending import last_time
from governance.audit.search import newest_details
from governance.errors import AuditLogBroken, GateClosed
from governance.settings import Settings
from governance.store.opening import Store
from service.runs import file_hash
from training.registry import EVIDENCE_FILE, RegisteredModel, quiet_mlflow

TRAINED = "model.trained"
SEALS = ("run", "model_sha256", "evidence_sha256")
WRITTEN_ON_READING = "registered_model_meta"  # MLflow notes there from which alias or version a model was last fetched


def model_seals(registered: RegisteredModel, *, settings: Settings) -> dict[str, str]:
    """`SEALS`: the training it came from, and SHA-256 of the model's files and of what was measured of it."""
    with quiet_mlflow(settings) as mlflow, tempfile.TemporaryDirectory() as folder:
        fetched = mlflow.artifacts.download_artifacts(
            artifact_uri=f"models:/{registered.version}", dst_path=f"{folder}/model"
        )
        measured = mlflow.MlflowClient().download_artifacts(registered.run_id, EVIDENCE_FILE, folder)
        files = sorted(
            path for path in Path(fetched).rglob("*") if path.is_file() and path.name != WRITTEN_ON_READING
        )  # fmt: skip
        listing = "".join(f"{path.relative_to(fetched)}:{file_hash(path)}\n" for path in files)
        sealed = (registered.run_id, hashlib.sha256(listing.encode()).hexdigest(), file_hash(Path(measured)))
    return dict(zip(SEALS, sealed, strict=True))


def require_as_trained(registered: RegisteredModel, *, settings: Settings, store: Store) -> dict[str, str]:
    """The seals of the model, which are those of its training in the log.

    `GateClosed` when the log knows no such training, `AuditLogBroken` when model or evidence is another than then.
    """
    with store.reading() as connection:
        said = newest_details(connection, TRAINED, registered.version)
    if said is None:
        raise GateClosed(
            "The log knows no training of this model.",
            item=registered.version,
            remedy="Train with this installation: adressekontrol train.",
        )
    return _same(registered, said, model_seals(registered, settings=settings))


def refuse_altered(registered: RegisteredModel, *, settings: Settings, store: Store) -> None:
    """The same for whoever may use a model that was trained elsewhere, as long as it is not to be released."""
    with store.reading() as connection:
        said = newest_details(connection, TRAINED, registered.version)
    if said is not None:
        _same(registered, said, model_seals(registered, settings=settings))


def _same(registered: RegisteredModel, said: Mapping[str, Any], seals: dict[str, str]) -> dict[str, str]:
    altered = [name for name in SEALS if said.get(name) != seals[name]]
    if altered:
        raise AuditLogBroken(
            f"The model is not the one that the log says was trained: {', '.join(altered)}.",
            item=registered.version,
            remedy="Stop, and have the DPO look into it; then train again.",
        )
    return seals


def refuse_clock_set_back(store: Store) -> None:
    """`GateClosed` when today lies before the newest event, for then nothing lapses; an invented day says so itself."""
    if store.settings.invented_day:
        return
    with store.reading() as connection:
        last, today = last_time(connection), danish_day(store.clock.now())
    newest = danish_day(last) if last else today
    if today < newest:
        raise GateClosed(
            f"The clock says {today}, but the log holds an event of {newest}.",
            item="clock",
            remedy="Set the clock of this machine right.",
        )
