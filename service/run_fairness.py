"""The ten fairness figures of one list by group, as anybody would get them from its decisions table.

Measured when the list is made, by the code of `adressekontrol fairness`, small groups suppressed; only the aggregate is
kept. Outcomes are not known yet: figures that need them are null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.audit.search import newest_details
from governance.errors import AuditLogBroken, UsageError
from governance.fairness import measure
from governance.gate.documents import digest
from governance.settings import Settings
from governance.store.opening import Act
from service.run_files import PRIVATE
from service.runs import keep_in_run
from training.adults import ATTRIBUTES
from training.list_fairness import decisions_table

MEASURED = "fairness.measured"
FIGURES = "fairness.json"
SEAL = "fairness_sha256"


def keep_run_fairness(
    act: Act, settings: Settings, *, scores: pl.DataFrame, listed: pl.DataFrame, adults: pl.DataFrame, min_cell: int
) -> None:
    """Measure and keep the figures of the run that `act` is about; their SHA-256 goes into its event."""
    report = measure(
        decisions_table(scores, listed, adults), groups=ATTRIBUTES, reference=None, min_cell=min_cell,
        intersections=False,
    )  # fmt: skip
    text = json.dumps(report.as_document(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    path = keep_in_run(settings, act.subject, FIGURES)
    path.touch(mode=PRIVATE)
    path.write_text(text, encoding="utf-8")
    act.add(**{SEAL: digest(text)})


def load_run_fairness(settings: Settings, connection: sa.Connection, run_id: str) -> Mapping[str, Any]:
    """The figures of a run; UsageError when none were measured, AuditLogBroken when they are not those of the log."""
    said = newest_details(connection, MEASURED, run_id)
    if said is None:
        raise UsageError(
            "Fairness was not measured for such a run.",
            item=run_id,
            remedy="Give the run_id of a list made by a model; without rows in `protected` there are no figures.",
        )
    path = settings.home / "runs" / run_id / FIGURES
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if digest(text) != said.get(SEAL):
        raise AuditLogBroken(
            "The figures are not those that the log says were measured.",
            item=f"{run_id}/{FIGURES}",
            remedy="Make the list again: adressekontrol rank.",
        )
    document: Mapping[str, Any] = json.loads(text)
    return document
