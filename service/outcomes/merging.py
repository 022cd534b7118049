"""Today's delivery and what we ourselves recorded, in one directory in contract form: what a night ranks by.

Ours are the leads that were entered by hand, our cases and their effects. A row of ours stands in place of the
delivered row of the same key, which is an older export of it; what would refer to something that the delivery does not
know is left out with its whole case, and counted. Everything is the owner's alone. Must not know what is ranked.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.contracts.structure import require_structure
from governance.errors import DataContractError
from governance.registers import POLARS_TYPES, TABLES
from governance.registers.loading import register_file, scan_raw, scan_register
from service.cases.tables import LEADS
from service.outcomes.export import load_outcomes
from service.runs import register_snapshot

PRIVATE, PRIVATE_FOLDER = 0o600, 0o700
OWN = ("signal", "control_case", "control_effect")


@dataclass(frozen=True)
class Merged:
    """`registers`: SHA-256 of what was written. By register, `added` rows of ours that the delivery did not have and
    `renewed` ones that stand in place of a delivered row; `left_out`: reason → number."""

    registers: str
    added: Mapping[str, int]
    renewed: Mapping[str, int]
    left_out: Mapping[str, int]

    def counts(self) -> dict[str, Any]:
        """What was added, renewed and left out."""
        return {"added": dict(self.added), "renewed": dict(self.renewed), "left_out": dict(self.left_out)}

    def as_details(self) -> dict[str, Any]:
        """Hash and counts for the log."""
        return {"merged": self.registers, **self.counts()}


def merge_own(directory: Path, out: Path, *, connection: sa.Connection, home: Path, delivery: str) -> Merged:
    """Write the delivery in `directory` with our own rows to `out`, which is made anew (0700, files 0600).

    `delivery` is its `register_snapshot`: `DataContractError` when the delivery is not (or no longer) that one, or has
    not the form of the contract.
    """
    _copy(directory, out, delivery)
    require_structure(out)
    own, left_out = _own_rows(connection, home)
    own, dangling = _without_dangling(own, out)
    written = {name: _write(out, name, own[name]) for name in OWN}
    added = {name: count for name, (count, _) in written.items()}
    renewed = {name: count for name, (_, count) in written.items()}
    return Merged(register_snapshot(out), added, renewed, dict(Counter(left_out) + Counter(dangling)))


def _copy(directory: Path, out: Path, delivery: str) -> None:
    """A copy, not links: a delivery that is overwritten meanwhile must not change a night that is under way."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, mode=PRIVATE_FOLDER)
    # every visible file, so that one that is not of the contract is refused here as everywhere
    for path in sorted(path for path in directory.iterdir() if path.is_file() and not path.name.startswith(".")):
        _make_private(out / path.name)
        shutil.copyfile(path, out / path.name)
    if register_snapshot(out) != delivery:
        raise DataContractError(
            "The registers changed while they were read.",
            item="registers",
            remedy="Deliver into another directory and move it into place whole; then run the night again.",
        )


def _own_rows(connection: sa.Connection, home: Path) -> tuple[dict[str, pl.DataFrame], Mapping[str, int]]:
    outcomes = load_outcomes(connection, home=home)
    leads = connection.execute(sa.select(LEADS).where(LEADS.c.address_id != "").order_by(LEADS.c.signal_id)).mappings()
    rows = [{**each, "recorded_on": dt.date.fromisoformat(each["recorded_on"])} for each in leads]
    schema = {column.name: POLARS_TYPES[column.kind] for column in TABLES["signal"].columns}
    signals = pl.DataFrame([[row[name] for name in schema] for row in rows], schema=schema, orient="row")
    own = {"signal": signals, "control_case": outcomes.cases, "control_effect": outcomes.effects}
    return own, outcomes.left_out


def _without_dangling(own: Mapping[str, pl.DataFrame], out: Path) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """Without what refers to nothing. A case with one such effect goes whole: half of what it saved would be wrong."""
    signals = own["signal"].join(_dangling(out, "signal", own["signal"]), on="signal_id", how="anti")
    lost = _dangling(out, "control_effect", own["control_effect"]).join(own["control_effect"], on="effect_id")
    gone = pl.concat([_dangling(out, "control_case", own["control_case"]), lost.select("case_id")]).unique()
    cases = own["control_case"].join(gone, on="case_id", how="anti")
    effects = own["control_effect"].join(cases, on="case_id", how="semi")
    counts = {
        "signal_of_unknown": own["signal"].height - signals.height,
        "case_of_unknown": own["control_case"].height - cases.height,
    }
    kept = {"signal": signals, "control_case": cases, "control_effect": effects}
    return kept, {name: count for name, count in counts.items() if count}


def _dangling(out: Path, register: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of rows that refer to what no row of the delivery has; cases of ours are known by themselves."""
    key = TABLES[register].unique_key
    assert key is not None  # noqa: S101  the three registers of ours have one
    found = [rows.select(key).clear()]
    for reference in TABLES[register].references:
        if reference.table == "control_case":
            continue
        known = scan_register(out, reference.table).select(pl.col(reference.target).alias(reference.column)).unique()
        named = rows.lazy().filter(pl.col(reference.column).is_not_null())
        found.append(named.join(known, on=reference.column, how="anti").select(key).collect(engine="streaming"))
    return pl.concat(found).unique()


def _write(out: Path, register: str, own: pl.DataFrame) -> tuple[int, int]:
    """The register with our rows last; returns how many were added and how many stand in place of another."""
    if own.is_empty():
        return 0, 0
    path, key = register_file(out, register), TABLES[register].unique_key
    assert key is not None  # noqa: S101  as above
    delivered = scan_raw(path).select(TABLES[register].column_names).collect()
    ours = pl.col(key).cast(pl.String).is_in(own[key].implode())
    # a row without its key is a fault that the contract's check must still find
    others = delivered.filter(~ours.fill_null(value=False))
    renewed = delivered.height - others.height
    if path.suffix == ".csv":
        pl.concat([others, own.select(pl.all().cast(pl.String))]).write_csv(path)
    else:
        # in the file's own types where they hold ours: whatever it was, the contract's check reads it next
        pl.concat([others, own], how="vertical_relaxed").write_parquet(path)
    return own.height - renewed, renewed


def _make_private(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
