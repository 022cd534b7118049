"""Rules between rows of one register: no row twice, no key twice, no two versions of a fact at once.

Keys are grouped first and only groups of several rows are looked into. Must not know any table by name.
"""

from __future__ import annotations

import polars as pl

from governance.as_of import AsOf
from governance.contracts import rules
from governance.contracts.source import ROW, Source, as_faults, stream
from governance.registers import Table
from governance.registers.loading import leave_out

_HASH = "__hash"
_EARLIER = "__earlier"


def find_duplicate_rows(source: Source) -> pl.DataFrame:
    """Rows that stand earlier in the file too. Hashes find the candidates, the cells themselves decide."""
    names = source.table.column_names
    # one seed a column, so that two equal cells in one row do not cancel out
    hashed = pl.reduce(lambda left, right: left ^ right, [pl.col(n).hash(seed=i) for i, n in enumerate(names)])
    hashes = stream(source.as_written.select(ROW, hashed.alias(_HASH)))
    suspects = hashes.filter(pl.col(_HASH).is_duplicated())[ROW]
    if not len(suspects):
        return as_faults(suspects, column=_key_column(source.table), rule=rules.DUPLICATE_ROW)
    cells = stream(source.as_written.filter(pl.col(ROW).is_in(suspects.implode()))).sort(ROW)
    later = cells.filter(~pl.struct(*names).is_first_distinct())[ROW]
    return as_faults(later, column=_key_column(source.table), rule=rules.DUPLICATE_ROW)


def _key_column(table: Table) -> str:
    return table.unique_key or table.column_names[0]


def find_duplicate_keys(source: Source, *, as_of: AsOf, faulty: pl.Series) -> pl.DataFrame:
    """Rows whose key an earlier row has; rows in `faulty` take no part.

    Rows recorded after `as_of` come last, so that nothing recorded later decides over what was known.
    """
    key = source.table.unique_key
    if key is None:
        return as_faults(pl.Series(dtype=pl.UInt32), column="", rule=rules.DUPLICATE_KEY)
    rows = leave_out(source.typed, faulty, row_number=ROW).filter(pl.col(key).is_not_null())
    shared = stream(rows.group_by(key).len().filter(pl.col("len") > 1).select(key))
    known_from = source.table.known_from
    unseen = pl.col(known_from) > as_of.day if known_from else pl.lit(False)
    order = stream(rows.join(shared.lazy(), on=key, how="semi").select(ROW, key, unseen.alias("unseen")))
    later = order.sort("unseen", ROW).filter(~pl.col(key).is_first_distinct())[ROW]
    return as_faults(later.sort(), column=key, rule=rules.DUPLICATE_KEY)


def find_version_overlaps(source: Source, *, faulty: pl.Series) -> pl.DataFrame:
    """Rows that overlap an earlier recorded version of their fact; rows in `faulty` take no part.

    Each pair of versions is judged: of two that are both known and both hold on some day the later recorded is faulty,
    the later in the file when recorded on the same day.
    """
    key = list(source.table.fact_key)
    if not key:
        return as_faults(pl.Series(dtype=pl.UInt32), column="", rule=rules.VERSION_OVERLAP)
    rows = leave_out(source.typed, faulty, row_number=ROW)
    rows = rows.select(ROW, *key, "valid_from", "valid_to", "recorded_on", "retracted_on").drop_nulls(key)
    several = rows.group_by(key).len().filter(pl.col("len") > 1)
    versions = stream(rows.join(several, on=key, how="semi"))
    pairs = versions.lazy().join(versions.lazy(), on=key, how="inner", suffix=_EARLIER).filter(_overlaps())
    later = stream(pairs.select(ROW).unique())[ROW].sort()
    return as_faults(later, column="valid_from", rule=rules.VERSION_OVERLAP)


def _overlaps() -> pl.Expr:
    """A row against an earlier one of its fact: both known on some day, and both holding on some day."""
    recorded, earlier_recorded = pl.col("recorded_on"), pl.col(f"recorded_on{_EARLIER}")
    is_later = (recorded > earlier_recorded) | ((recorded == earlier_recorded) & (pl.col(ROW) > pl.col(ROW + _EARLIER)))
    # since the other was recorded first, they are known together from the day this one was recorded, if ever
    both_known = _ends_after(f"retracted_on{_EARLIER}", recorded) & _ends_after("retracted_on", recorded)
    both_hold = _ends_after(f"valid_to{_EARLIER}", pl.col("valid_from")) & _ends_after(
        "valid_to", pl.col(f"valid_from{_EARLIER}")
    )
    return is_later & both_known & both_hold


def _ends_after(end: str, day: pl.Expr) -> pl.Expr:
    return pl.col(end).is_null() | (pl.col(end) > day)
