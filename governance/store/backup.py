"""One file from which an installation can be made again: database, keys, checkpoints and what the runs left at home.

Whoever has the file has everything: it is the owner's alone, and is to be kept as the keys are. Must not know what any
of it means. What stands in the outbox' folder is left out: the database knows what has no receipt, and sends it again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.audit.events import instant
from governance.audit.files import sync_directory
from governance.errors import UsageError
from governance.settings import Settings
from governance.store.archive import PRIVATE, Archive
from governance.store.opening import Store
from governance.store.postgresql_programs import current_schema, dump_rows
from governance.store.upgrading import current

BACKED_UP = "database.backed_up"
DATABASE, CHECKPOINTS, HOME = "database", "checkpoints", "home"
REGISTERS = "registers"
_SQLITE_HEADER = b"SQLite format 3\x00"
_SIDES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True)
class BackedUp:
    """A backup that was made: its file and SHA-256, the events its checkpoints vouch for, and what is not in it."""

    file: Path
    size_bytes: int
    sha256: str
    events: int
    left_out: tuple[str, ...]


def back_up(store: Store, file: Path, *, environment: Mapping[str, str], with_registers: bool = True) -> BackedUp:
    """Write everything to `file`, which must not be there yet, while others go on working; one event when it stands.

    `environment` is what PostgreSQL's programs run in. `with_registers=False` leaves the kept registers out. The log
    in the backup ends before the event of the backup itself. `UsageError` for a place that will not do.
    """
    _refuse_place(store.settings, file)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as place:
        draft = Path(place) / "backup"
        about = _pack(store, draft, environment=environment, with_registers=with_registers)
        with draft.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        said = {"sha256": digest, "events": about["events"], "left_out": about["left_out"]}
        try:
            with store.act(BACKED_UP, subject=f"backup-{digest[:16]}", details=said):
                draft.rename(file)
                sync_directory(file.parent)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    return BackedUp(file, file.stat().st_size, digest, about["events"], tuple(about["left_out"]))


def _refuse_place(settings: Settings, file: Path) -> None:
    """Before the work: a new file, in a directory that is there, and not among what is backed up."""
    if file.exists() or not file.parent.is_dir():
        raise UsageError(
            "A backup is a new file in a directory that is there.", item=str(file), remedy="Name another file."
        )
    place = file.absolute().resolve()
    if any(place.is_relative_to(each.absolute().resolve()) for each in (settings.home, settings.checkpoints)):
        raise UsageError(
            "A backup within what it keeps would be lost with it.",
            item=str(file),
            remedy="Name a file on another disk.",
        )


def _pack(store: Store, draft: Path, *, environment: Mapping[str, str], with_registers: bool) -> dict[str, Any]:
    """Write the archive; what its manifest says.

    Checkpoints first and keys last: a checkpoint must never be newer than the log, nor a row than its key.
    """
    about = _about(store, with_registers=with_registers)
    draft.touch(mode=PRIVATE)
    with draft.open("wb") as out, tempfile.TemporaryDirectory(dir=draft.parent) as place:
        with Archive(out) as archive:
            _fill(archive, store, Path(place), environment=environment, with_registers=with_registers)
            archive.finish(about)
        out.flush()
        os.fsync(out.fileno())
    return about


def _fill(archive: Archive, store: Store, place: Path, *, environment: Mapping[str, str], with_registers: bool) -> None:
    for path in _visible_files(store.settings.checkpoints):
        archive.add(path, f"{CHECKPOINTS}/{path.relative_to(store.settings.checkpoints).as_posix()}")
    copy = place / DATABASE
    _copy_database(store.engine, copy, environment=environment)
    archive.add(copy, DATABASE)
    for path in _home_files(store, with_registers=with_registers):
        _add(archive, path, f"{HOME}/{path.relative_to(store.settings.home).as_posix()}", place)


def _about(store: Store, *, with_registers: bool) -> dict[str, Any]:
    """What is said of the backup: where it is from, and up to which event its checkpoints vouch for it."""
    checkpoint = store.publish()
    with store.reading() as connection:
        revision = current(connection)
    return {
        "made_at": instant(store.clock.now()),
        "dialect": store.engine.dialect.name,
        "schema": current_schema(store.engine) if store.engine.dialect.name == "postgresql" else "",
        "revision": revision,
        "home": str(store.settings.home.absolute()),
        "events": checkpoint.size if checkpoint else 0,
        "left_out": [
            name
            for name, out in (("registers", not with_registers), ("models", bool(store.settings.mlflow_uri)))
            if out
        ],
    }


def _copy_database(engine: sa.Engine, into: Path, *, environment: Mapping[str, str]) -> None:
    if engine.dialect.name == "postgresql":
        dump_rows(engine, into, environment=environment)
    else:
        _copy_sqlite(Path(str(engine.url.database)), into)


def _copy_sqlite(path: Path, into: Path) -> None:
    """A copy as of one moment, whoever writes meanwhile."""
    into.touch(mode=PRIVATE)
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(into)) as target:
        source.backup(target)


def _add(archive: Archive, path: Path, name: str, place: Path) -> None:
    """Put a file of the home directory in; another program's SQLite file as of one moment."""
    # retention may have removed what was there a moment ago
    with contextlib.suppress(FileNotFoundError):
        if not _is_sqlite(path):
            archive.add(path, name)
            return
        copy = place / "copy"
        _copy_sqlite(path, copy)
        archive.add(copy, name)
        copy.unlink()


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER


def _home_files(store: Store, *, with_registers: bool) -> Iterator[Path]:
    """Everything under the home directory but our database, the checkpoints, what leaves the house, and drafts."""
    settings = store.settings
    without = [settings.checkpoints, Path(settings.outbox_dir) if settings.outbox_dir else settings.home / "outbox"]
    without += [] if with_registers else [settings.home / REGISTERS]
    places = [place.absolute() for place in without]
    own = Path(str(store.engine.url.database)).absolute() if store.engine.dialect.name == "sqlite" else None
    for path in _visible_files(settings.home):
        beside = path.absolute()
        if own and beside.name in {own.name + side for side in _SIDES} and beside.parent == own.parent:
            continue
        if not any(beside.is_relative_to(place) for place in places) and not _is_side(path):
            yield path


def _is_side(path: Path) -> bool:
    """Whether the file holds what SQLite has not yet written into another, which is copied with it."""
    return any(path.name.endswith(side) and _beside(path, side).is_file() for side in _SIDES[1:])


def _beside(path: Path, side: str) -> Path:
    return path.with_name(path.name.removesuffix(side))


def _visible_files(directory: Path) -> list[Path]:
    """Every file below; what begins with a dot is a draft or a lock."""
    return sorted(
        path
        for path in directory.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(directory).parts)
    )
