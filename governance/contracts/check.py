"""The door for registers: form, rows, references, freshness, and what is left when the faulty rows are set aside.

Order matters: a row that is already faulty never makes another one faulty. Must not know any table by name, nor drop a
row without counting it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from governance.as_of import AsOf
from governance.contracts.cells import find_cell_faults
from governance.contracts.freshness import find_stale
from governance.contracts.guard import guard_table
from governance.contracts.keys import find_duplicate_keys, find_duplicate_rows, find_version_overlaps
from governance.contracts.quarantine import require_own_directory, write_quarantine
from governance.contracts.references import find_consequences, find_unknown_references
from governance.contracts.report import ContractReport, TableCount, require_acceptable, too_many_faults
from governance.contracts.rules import CONSEQUENCES, RULE_ORDER
from governance.contracts.source import FAULT_SCHEMA, ROW, Source, join_faults, open_source, stream
from governance.contracts.structure import require_structure, unreadable
from governance.errors import DataContractError
from governance.registers import TABLES, Registers, scan_register
from governance.registers.loading import leave_out
from governance.settings import Settings

Reporter = Callable[[str], None]


def check_registers(
    directory: Path,
    *,
    as_of: AsOf,
    settings: Settings,
    quarantine_into: Path | None = None,
    report: Reporter = lambda _: None,
) -> ContractReport:
    """Hold the registers in `directory` to the contract.

    Raises `DataContractError` when the form is wrong (files, columns, types); faulty rows, too many of them or too old
    a register are in what is returned: see `require_acceptable`. `report` is told each step, for a progress display.
    """
    if quarantine_into is not None:
        require_own_directory(quarantine_into, registers=directory)
    report("structure")
    require_structure(directory)
    sources = {name: open_source(directory, name) for name in TABLES}
    outcome = _build_report(sources, as_of=as_of, settings=settings, report=report)
    if quarantine_into is not None:
        write_quarantine(outcome, sources, quarantine_into)
    return outcome


def checked_registers(
    directory: Path,
    *,
    as_of: AsOf,
    settings: Settings,
    quarantine_into: Path | None = None,
    report: Reporter = lambda _: None,
) -> Registers:
    """The registers without their quarantined rows; `DataContractError` when they cannot be used.

    Who also needs the counts calls `check_registers`, `require_acceptable` and `sound_registers` one by one.
    """
    outcome = check_registers(directory, as_of=as_of, settings=settings, quarantine_into=quarantine_into, report=report)
    require_acceptable(outcome)
    return sound_registers(directory, outcome)


def sound_registers(directory: Path, report: ContractReport) -> Registers:
    """The registers in `directory`, lazily without the rows that `report` quarantined."""
    return Registers(
        frames={name: _without(directory, name, report.rows_out(name)) for name in TABLES}, directory=directory
    )


def _without(directory: Path, name: str, rows: pl.Series) -> pl.LazyFrame:
    if not len(rows):
        return scan_register(directory, name)
    return leave_out(scan_register(directory, name, row_number=ROW), rows, row_number=ROW).drop(ROW)


def _build_report(
    sources: Mapping[str, Source], *, as_of: AsOf, settings: Settings, report: Reporter
) -> ContractReport:
    faults: dict[str, pl.DataFrame] = {}
    expectations = 0
    for name, source in sources.items():
        report(name)
        cells, duplicates = _first_reading(source)
        expectations += guard_table(source, cells)
        alone = [cells, duplicates, find_unknown_references(source, sources)]
        faults[name] = _with_key_faults(source, join_faults(alone), as_of=as_of)
    report("references")
    every = _with_consequences(sources, faults, as_of=as_of)
    counts = {name: _count(source, every[name]) for name, source in sources.items()}
    stopping = [
        fault
        for name, source in sources.items()
        for fault in (
            *too_many_faults(name, counts[name], every[name], settings),
            *find_stale(source, as_of=as_of, out=_rows(every[name]), settings=settings),
        )
    ]
    return ContractReport(
        as_of=as_of,
        tables=counts,
        faults=_in_report_order(every),
        table_faults=tuple(stopping),
        expectations=expectations,
    )


def _first_reading(source: Source) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Faults of single cells, and rows that stand twice. Together they read all there is: a damaged file shows here."""
    try:
        return find_cell_faults(source), find_duplicate_rows(source)
    except (pl.exceptions.ComputeError, OSError):
        fault = unreadable(source.path)
    raise DataContractError(fault.what, item=fault.item, remedy=fault.remedy)


def _with_key_faults(source: Source, alone: pl.DataFrame, *, as_of: AsOf) -> pl.DataFrame:
    """`alone` with the faults between rows, in which no row of `alone` takes part."""
    faulty = _rows(alone)
    keys = find_duplicate_keys(source, as_of=as_of, faulty=faulty)
    return join_faults([alone, keys, find_version_overlaps(source, faulty=faulty)])


def _with_consequences(
    sources: Mapping[str, Source], faults: Mapping[str, pl.DataFrame], *, as_of: AsOf
) -> dict[str, pl.DataFrame]:
    """`faults` with the consequences; registers come after those they refer to, so one pass follows every chain."""
    out = {name: _rows(found) for name, found in faults.items()}
    every: dict[str, pl.DataFrame] = {}
    for name, source in sources.items():
        consequences = find_consequences(source, sources, out, as_of=as_of)
        every[name] = join_faults([faults[name], consequences]).with_columns(
            pl.col("rule").is_in(list(CONSEQUENCES)).alias("consequence")
        )
        out[name] = _rows(every[name])
    return every


def _rows(faults: pl.DataFrame) -> pl.Series:
    return faults["row"].unique().sort()


def _count(source: Source, faults: pl.DataFrame) -> TableCount:
    kept_apart = faults.group_by("consequence").agg(pl.col("row").n_unique())
    numbers = dict(kept_apart.iter_rows())
    return TableCount(
        rows=stream(source.raw.select(pl.len())).item(),
        quarantined=numbers.get(False, 0),
        consequences=numbers.get(True, 0),
    )


def _in_report_order(faults: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    place = pl.col("rule").replace_strict({rule: n for n, rule in enumerate(RULE_ORDER)}, return_dtype=pl.Int32)
    parts = [
        found.sort("row", place, "column").select(pl.lit(name).alias("table"), *FAULT_SCHEMA.names(), "consequence")
        for name, found in faults.items()
    ]
    return pl.concat(parts)
