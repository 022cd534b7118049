"""The registers as a run knew them, kept so that the run can be gone through again after they have moved on.

`home/registers/tables/<sha256>.parquet` holds one table as known at a day: rows in one order and compressed, so that
what did not change between two runs is one file. `home/registers/<sha256>/` holds a run's ten tables under their
contract names (hard links) and `tables.json`, whose SHA-256 is the directory's name: any altered byte shows. All files
are the owner's alone (0600) and have a retention of their own, counted from `kept_on.txt`. Of what no ranking may ever
read (`legal_bases.never_scored`: fairness attributes, districts, caseworkers) nothing is kept. Must not know what a
feature reads.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from governance.as_of import AsOf, danish_day
from governance.errors import AuditLogBroken, DataContractError
from governance.legal_bases import never_scored
from governance.registers import POLARS_TYPES, TABLES, Registers, load_registers
from governance.registers.schema import Table
from governance.settings import Settings
from governance.store.opening import Act
from service.runs import file_hash

FOLDER = "registers"
POOL = "tables"
LISTING = "tables.json"
KEPT_ON = "kept_on.txt"
PRIVATE = stat.S_IRUSR | stat.S_IWUSR
ROWS_A_GROUP = 1 << 18
"""Of its own accord the writer cuts a table by the threads it has, and the same knowledge would have two names."""


def keep_known(act: Act, registers: Registers, *, as_of: AsOf, settings: Settings) -> str:
    """`keep_registers` in the act that makes a list, and let go of those whose time is over, as the event says."""
    today = danish_day(act.at)
    kept = keep_registers(registers, as_of=as_of, home=settings.home, today=today)
    gone, _ = remove_expired(home=settings.home, today=today, days=settings.kept_registers_days)
    act.add(registers_expired=gone)
    return kept


def keep_registers(registers: Registers, *, as_of: AsOf, home: Path, today: dt.date) -> str:
    """Keep `registers` as known at the close of `as_of`; returns the hex SHA-256 by which `load_kept` finds them.

    The same knowledge gives the same name, whatever came later and in whatever order the rows stood. Their retention
    counts from `today`, the last day on which they were kept. One at a time: call it inside an act.
    """
    pool = home / FOLDER / POOL
    pool.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pool.mkdir(exist_ok=True, mode=0o700)
    tables = {name: _keep_table(frame, pool) for name, frame in known_at(registers, as_of=as_of).items()}
    listing = json.dumps({"as_of": str(as_of), "tables": tables}, sort_keys=True, separators=(",", ":"))
    name = hashlib.sha256(listing.encode()).hexdigest()
    if not (home / FOLDER / name).is_dir():
        _link_tables(home / FOLDER, name, listing, tables)
    _write_private(home / FOLDER / name / KEPT_ON, today.isoformat())
    return name


def known_at(registers: Registers, *, as_of: AsOf) -> Mapping[str, pl.LazyFrame]:
    """Every register as its contract says it was known at the close of `as_of`, in contract columns.

    Rows not known by then are gone; what was filled in later (a correction's date, a case's end, an appeal) is empty.
    """
    return {name: _known(table, registers.table(name), as_of.day) for name, table in TABLES.items()}


def _known(table: Table, rows: pl.LazyFrame, day: dt.date) -> pl.LazyFrame:
    rows = _without_never_scored(table, rows)
    if table.known_from is not None:
        rows = rows.filter(pl.col(table.known_from) <= day)
    if table.versioned:
        rows = rows.filter(pl.col("retracted_on").is_null() | (pl.col("retracted_on") > day))
        return rows.with_columns(retracted_on=pl.lit(None, pl.Date))
    if table.name == "control_case":
        return _cases_known(rows, day)
    if table.name == "control_effect":
        return rows.with_columns(pl.when(pl.col("reversed_on") <= day).then(pl.col("reversed_on")))
    return rows


def _cases_known(rows: pl.LazyFrame, day: dt.date) -> pl.LazyFrame:
    """A case closed later was open: neither its end, its outcome nor its hours were known."""
    closed = pl.col("closed_on") <= day
    return rows.with_columns(
        pl.when(closed).then(pl.col(name)).alias(name) for name in ("closed_on", "outcome", "hours")
    )


def _without_never_scored(table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """No value of a column that may never be scored; a table of nothing else has no row."""
    never = [name for name in table.column_names if never_scored(f"{table.name}.{name}")]
    if len(never) == len(table.columns):
        return rows.filter(pl.lit(value=False))
    return rows.with_columns(pl.lit(None, POLARS_TYPES[table.column(name).kind]).alias(name) for name in never)


def _keep_table(frame: pl.LazyFrame, pool: Path) -> str:
    rows = frame.collect(engine="streaming")
    draft = pool / f".{secrets.token_hex(8)}"
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        # in one order, or the same rows exported in another would be another file
        rows.sort(rows.columns).rechunk().write_parquet(
            draft, compression="zstd", statistics=False, row_group_size=ROWS_A_GROUP
        )
        name = file_hash(draft)
        if not (pool / f"{name}.parquet").exists():
            _sync(draft)
            draft.replace(pool / f"{name}.parquet")
            _sync(pool)
    finally:
        draft.unlink(missing_ok=True)
    return name


def _link_tables(folder: Path, name: str, listing: str, tables: Mapping[str, str]) -> None:
    draft = folder / f".{secrets.token_hex(8)}"
    draft.mkdir(mode=0o700)
    try:
        for table, content in tables.items():
            os.link(folder / POOL / f"{content}.parquet", draft / f"{table}.parquet")
        _write_private(draft / LISTING, listing)
        # the whole directory at once: half of one is never found under its name
        draft.rename(folder / name)
        _sync(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=PRIVATE)
    path.write_text(text, encoding="utf-8")
    _sync(path)


def load_kept(name: str, *, home: Path) -> Registers:
    """The registers kept under `name`, by the loader of every register.

    `DataContractError` when they are gone (retention), `AuditLogBroken` when a byte of them was altered.
    """
    for table, content in load_listing(name, home=home).items():
        require_kept(name, table, content, home=home)
    return load_registers(home / FOLDER / name)


def load_listing(name: str, *, home: Path) -> Mapping[str, str]:
    """Table → SHA-256 of its file, of the registers kept under `name`; errors as of `load_kept`, files unread."""
    folder = home / FOLDER / name
    if not folder.is_dir():
        raise DataContractError(
            "The registers of that run are no longer kept.",
            item=name[:16],
            remedy="Give today's registers with --registers DIR: what was known then must still stand in them.",
        )
    text = (folder / LISTING).read_text(encoding="utf-8") if (folder / LISTING).is_file() else ""
    if hashlib.sha256(text.encode()).hexdigest() != name:
        raise _altered(LISTING)
    tables: Mapping[str, str] = json.loads(text)["tables"]
    return tables


def require_kept(name: str, table: str, content: str, *, home: Path) -> Path:
    """The file of one table of `load_listing`; `AuditLogBroken` when it is not the one that was kept."""
    path = home / FOLDER / name / f"{table}.parquet"
    if not path.is_file() or file_hash(path) != content:
        raise _altered(f"{table}.parquet")
    return path


def _altered(item: str) -> AuditLogBroken:
    return AuditLogBroken(
        "The kept registers of that run are not those it was made from.",
        item=item,
        remedy="Restore the file from the backup, or give today's registers with --registers DIR.",
    )


def newest_kept(home: Path) -> str | None:
    """The name of the registers that were kept last, whatever list they were kept for; None before the first."""
    kept = sorted((_kept_on(path), path.name) for path in _kept(home / FOLDER))
    return kept[-1][1] if kept else None


def remove_expired(*, home: Path, today: dt.date, days: int) -> tuple[int, int]:
    """Remove what was last kept more than `days` days before `today`; the numbers of runs and of tables removed.

    A table goes with the last run that holds it. Decisions, hashes and the audit log stay: a replay then needs today's
    registers. A draft that a broken-off run left behind goes too. One at a time: call it inside an act.
    """
    folder = home / FOLDER
    expired = [path for path in _kept(folder) if (today - _kept_on(path)).days > days]
    drafts = list(folder.glob(".*")) + list((folder / POOL).glob(".*"))
    for path in expired:
        shutil.rmtree(path)
    for path in drafts:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    alone = [path for path in (folder / POOL).glob("*.parquet") if path.stat().st_nlink == 1]
    for path in alone:
        path.unlink()
    return len(expired), len(alone)


def _kept(folder: Path) -> list[Path]:
    return [path.parent for path in folder.glob(f"*/{LISTING}") if not path.parent.name.startswith(".")]


def _kept_on(path: Path) -> dt.date:
    return dt.date.fromisoformat((path / KEPT_ON).read_text(encoding="utf-8"))


def _sync(path: Path) -> None:
    """The file or directory is on the disk, not only on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
