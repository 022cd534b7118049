"""Whether a register is recent enough to act on: an old extract would rank homes that people have since left."""

from __future__ import annotations

import polars as pl

from governance.as_of import AsOf
from governance.contracts.report import TableFault
from governance.contracts.source import ROW, Source, stream
from governance.registers.loading import leave_out
from governance.settings import Settings


def find_stale(source: Source, *, as_of: AsOf, out: pl.Series, settings: Settings) -> list[TableFault]:
    """The fault of a register whose newest sound row known at `as_of` is older than `settings.freshness_days`."""
    column = source.table.freshness_column
    if column is None:
        return []
    known = leave_out(source.typed, out, row_number=ROW).filter(pl.col(column) <= as_of.day)
    newest = stream(known.select(pl.col(column).max())).item()
    if newest is not None and (as_of.day - newest).days <= settings.freshness_days:
        return []
    age = "has no row recorded by then" if newest is None else f"was last recorded to on {newest}"
    return [
        TableFault(
            table=source.table.name,
            column=column,
            rule="stale",
            what=f"{source.table.name}: too old for {as_of}: it {age}; {settings.freshness_days} days are allowed.",
            remedy="Export the register anew, or check as of an earlier day.",
        )
    ]
