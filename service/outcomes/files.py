"""The registers of our own cases as files, for whoever keeps the municipality's delivery. Must not know a case."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from governance.settings import Settings
from governance.store.opening import Store
from service.outcomes.export import Outcomes, load_outcomes

EXPORTED = "outcomes.exported"
PRIVATE, PRIVATE_FOLDER = 0o600, 0o700


def write_outcomes(out: Path, *, store: Store, settings: Settings) -> Outcomes:
    """Write `control_case.parquet` and `control_effect.parquet` to `out`, the owner's alone; one event with counts."""
    with store.act(EXPORTED, subject="control_case, control_effect") as act:
        outcomes = load_outcomes(act.connection, home=settings.home)
        act.add(cases=outcomes.cases.height, effects=outcomes.effects.height, left_out=dict(outcomes.left_out))
        out.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        _write(outcomes.cases, out / "control_case.parquet")
        _write(outcomes.effects, out / "control_effect.parquet")
    return outcomes


def _write(rows: pl.DataFrame, path: Path) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=PRIVATE)
    rows.write_parquet(path)
