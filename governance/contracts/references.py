"""Rules between registers: every reference leads somewhere, and what leads only to quarantined rows follows them.

Must not know any table by name; relies on `TABLES` naming a register after every one it refers to.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from governance.as_of import AsOf
from governance.contracts import rules
from governance.contracts.source import ROW, Source, as_faults, join_faults, stream
from governance.registers import Reference, Table
from governance.registers.loading import leave_out

_KEY = "__key"
_NO_KEYS = pl.Series(_KEY, dtype=pl.String)


def find_unknown_references(source: Source, sources: Mapping[str, Source]) -> pl.DataFrame:
    """Rows with an id that no row of the other register has, of any version, quarantined or not."""
    return join_faults([_unknown(source, sources[reference.table], reference) for reference in source.table.references])


def _unknown(source: Source, target: Source, reference: Reference) -> pl.DataFrame:
    cells = source.typed.select(ROW, pl.col(reference.column).alias(_KEY)).drop_nulls(_KEY)
    dangling = cells.join(_keys(target.typed, reference), on=_KEY, how="anti").select(ROW)
    return as_faults(stream(dangling)[ROW].sort(), column=reference.column, rule=rules.UNKNOWN_REFERENCE)


def _keys(frame: pl.LazyFrame, reference: Reference) -> pl.LazyFrame:
    return frame.select(pl.col(reference.target).alias(_KEY)).drop_nulls().unique()


def find_consequences(
    source: Source, sources: Mapping[str, Source], out: Mapping[str, pl.Series], *, as_of: AsOf
) -> pl.DataFrame:
    """Rows that refer only to rows in `out` (quarantined row numbers by register), `source`'s own faulty rows excepted.

    A row known at `as_of` must lead to a row that was recorded by then too: a later record may not keep it in, because
    nothing recorded after `as_of` may change what is seen at that day.
    """
    found = [
        _lost(source, sources[reference.table], reference, out[reference.table], as_of=as_of)
        for reference in source.table.references
    ]
    return join_faults(found).filter(~pl.col("row").is_in(out[source.table.name].implode()))


def _lost(source: Source, target: Source, reference: Reference, out: pl.Series, *, as_of: AsOf) -> pl.DataFrame:
    kept = leave_out(target.typed, out, row_number=ROW)
    cells = source.typed.select(ROW, pl.col(reference.column).alias(_KEY), _seen(source.table, as_of).alias("seen"))
    gone = _gone_keys(target, kept, reference, out)
    late = _late_keys(target, kept, reference, as_of) if source.table.known_from else gone.clear()
    return join_faults(
        [
            _leading_to(gone, cells, column=reference.column, rule=rules.REFERS_TO_QUARANTINED),
            _leading_to(late, cells.filter("seen"), column=reference.column, rule=rules.REFERS_TO_UNSEEN),
        ]
    )


def _gone_keys(target: Source, kept: pl.LazyFrame, reference: Reference, out: pl.Series) -> pl.Series:
    """Keys of which every row is quarantined."""
    gone = _keys(target.typed.filter(pl.col(ROW).is_in(out.implode())), reference)
    return stream(gone.join(_keys(kept, reference), on=_KEY, how="anti"))[_KEY] if len(out) else _NO_KEYS


def _late_keys(target: Source, kept: pl.LazyFrame, reference: Reference, as_of: AsOf) -> pl.Series:
    """Keys of which every row that is left was recorded after `as_of`."""
    seen = _seen(target.table, as_of)
    unseen = stream(_keys(kept.filter(~seen), reference))
    return stream(unseen.lazy().join(_keys(kept.filter(seen), reference), on=_KEY, how="anti"))[_KEY]


def _leading_to(keys: pl.Series, cells: pl.LazyFrame, *, column: str, rule: str) -> pl.DataFrame:
    if not len(keys):
        return join_faults([])
    rows = stream(cells.filter(pl.col(_KEY).is_in(keys.implode())).select(ROW))[ROW]
    return as_faults(rows.sort(), column=column, rule=rule)


def _seen(table: Table, as_of: AsOf) -> pl.Expr:
    return pl.lit(True) if table.known_from is None else pl.col(table.known_from) <= as_of.day
