"""The quarantined rows themselves, kept for whoever corrects the export. Holds personal data: the caller says where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from governance.contracts.report import ContractReport
from governance.contracts.source import ROW, Source
from governance.errors import UsageError


def require_own_directory(out: Path, *, registers: Path) -> None:
    """Refuse to write quarantined rows over the registers they came from."""
    if out.resolve() == registers.resolve():
        raise UsageError(
            "Quarantined rows cannot be written over the registers.", item=str(out), remedy="Name another directory."
        )


def write_quarantine(report: ContractReport, sources: Mapping[str, Source], out: Path) -> None:
    """Write `out/NAME.parquet` for every register: the rows, `row` (u32), `rule` (comma-separated), `consequence`.

    A register without quarantined rows gets an empty file, so that nothing of an earlier check is left standing.
    Rows from CSV keep their cells as text: the faulty cell is the evidence.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        rows = report.faults.filter(pl.col("table") == name)
        reasons = rows.group_by("row").agg(
            pl.col("rule").unique(maintain_order=True).str.join(", "), pl.col("consequence").all()
        )
        found = source.as_written.filter(pl.col(ROW).is_in(reasons["row"].implode())).rename({ROW: "row"})
        written = found.collect(engine="streaming").join(reasons, on="row", how="left").sort("row")
        written.select("row", "rule", "consequence", *source.table.column_names).write_parquet(out / f"{name}.parquet")
