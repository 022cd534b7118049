"""What a run keeps of itself under the home directory, and the proof that it is still what the log says it was.

The list and its evidence lie beside the run record; their SHA-256 stands in the event of the act that made the list.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.audit.search import newest_details
from governance.errors import AuditLogBroken, GateClosed, UsageError
from governance.gate.documents import as_plain, evidence_document
from governance.rules import evidence as kinds
from governance.rules.reading import read_figures
from governance.settings import Settings
from service.runs import file_hash, keep_in_run

LIST, RECORD, EVIDENCE = "worklist.parquet", "run.json", "evidence.json"
MADE = "list.made"
PRIVATE = 0o600


@dataclass(frozen=True)
class MadeRun:
    """A run as it was made: record, rows of the list, and the evidence by its type."""

    record: Mapping[str, Any]
    rows: pl.DataFrame
    evidence: Mapping[type, object]


def keep_run_files(
    settings: Settings, *, record: Mapping[str, object], rows: pl.DataFrame, evidence: Iterable[object]
) -> dict[str, str]:
    """Write the three files of a run, its owner's alone; returns `<name>_sha256` of each for the event."""
    run_id = str(record["run_id"])
    texts = {
        RECORD: json.dumps(as_plain(record), indent=1, ensure_ascii=False) + "\n",
        EVIDENCE: json.dumps([json.loads(evidence_document(each)) for each in evidence], indent=1) + "\n",
    }
    paths = {name: keep_in_run(settings, run_id, name) for name in (LIST, *texts)}
    for path in paths.values():
        path.touch(mode=PRIVATE)
    rows.write_parquet(paths[LIST])
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    return {f"{name.partition('.')[0]}_sha256": file_hash(path) for name, path in paths.items()}


def load_made_run(settings: Settings, connection: sa.Connection, run_id: str) -> MadeRun:
    """The run of that id; UsageError when there is none, AuditLogBroken when a file is not the one that was made.

    GateClosed for a list of every candidate, of which nothing was kept.
    """
    said = _event_details(connection, run_id)
    if said["every_candidate"]:
        raise GateClosed(
            "A list of every candidate is for evaluation and is never released.",
            item=run_id,
            remedy="Rank without --all, for the hours there are.",
        )
    # what was hashed is what is read: a second reading could find another file
    kept = {name: _as_made(settings, run_id, name, said) for name in (LIST, RECORD, EVIDENCE)}
    return MadeRun(
        record=json.loads(kept[RECORD]),
        rows=pl.read_parquet(io.BytesIO(kept[LIST])),
        evidence=dict(read_evidence_document(document) for document in json.loads(kept[EVIDENCE])),
    )


def _as_made(settings: Settings, run_id: str, name: str, said: Mapping[str, Any]) -> bytes:
    path = settings.home / "runs" / run_id / name
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != said[f"{name.partition('.')[0]}_sha256"]:
        raise AuditLogBroken(
            "The run is not the one that the log says was made.",
            item=f"{run_id}/{name}",
            remedy="Make the list again: adressekontrol rank.",
        )
    return content


def read_evidence_document(document: Mapping[str, Any]) -> tuple[type, object]:
    """Kind and value of one piece of evidence, from its document."""
    kind = getattr(kinds, document["kind"])
    return kind, read_figures(kind, document["figures"])


def _event_details(connection: sa.Connection, run_id: str) -> Mapping[str, Any]:
    details = newest_details(connection, MADE, run_id)
    if details is None:
        raise UsageError(
            "There is no such run.", item=run_id, remedy="Give the run_id of run.json, as adressekontrol rank wrote it."
        )
    return details
