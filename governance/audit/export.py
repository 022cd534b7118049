"""The log handed out: the exact bytes that were hashed, one event a line, with checkpoint and key to check them.

Handing the log out is itself an act. Must not know who gets it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from governance.audit.events import Event
from governance.audit.files import READABLE, sync_directory, write_durably
from governance.audit.notes import Checkpoint, sign
from governance.audit.tables import EVENTS
from governance.errors import UsageError
from governance.store.opening import Store

EVENTS_FILE, CHECKPOINT_FILE, KEY_FILE = "events.jsonl", "checkpoint", "key.vkey"
BATCH_EVENTS = 10_000


@dataclass(frozen=True)
class Exported:
    """What was handed out: the directory and the checkpoint that covers every line of it."""

    directory: Path
    checkpoint: Checkpoint


def export_log(store: Store, directory: Path) -> Exported:
    """Write events, checkpoint and key into `directory`, new or empty; an empty log is a `UsageError`.

    The event of the export itself comes after what is exported, and is in the next one.
    """
    checkpoint = store.publish()
    if checkpoint is None:
        raise UsageError("The log is empty.", item="audit log", remedy="There is nothing to export yet.")
    _make_empty(directory)
    key = store.publisher.key()
    ready = _write_events(store, checkpoint.size, directory)
    try:
        with store.act("log.exported", details={"events": checkpoint.size, "root": checkpoint.root.hex()}):
            ready.replace(directory / EVENTS_FILE)
            write_durably(directory / KEY_FILE, f"{key.public}\n".encode())
            write_durably(directory / CHECKPOINT_FILE, sign(checkpoint, key.private).encode())
    except BaseException:
        for path in (ready, *(directory / name for name in (EVENTS_FILE, CHECKPOINT_FILE, KEY_FILE))):
            path.unlink(missing_ok=True)
        raise
    return Exported(directory, checkpoint)


def _make_empty(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        empty = not any(directory.iterdir())
    except OSError:
        raise UsageError("Nothing can be written there.", item=str(directory), remedy="Name another place.") from None
    if not empty:
        raise UsageError("There is something there already.", item=str(directory), remedy="Name a new directory.")


def _write_events(store: Store, size: int, directory: Path) -> Path:
    """The lines in a file of another name: they have their own only when the act has its event."""
    descriptor, path = tempfile.mkstemp(dir=directory, prefix=".writing-")
    with store.reading() as connection, os.fdopen(descriptor, "wb") as file:
        for leaves in _leaves(connection, size):
            file.write(b"".join(leaf + b"\n" for leaf in leaves))
        file.flush()
        os.fchmod(file.fileno(), READABLE)
        os.fsync(file.fileno())
    sync_directory(directory)
    return Path(path)


def _leaves(connection: sa.Connection, size: int) -> Iterator[list[bytes]]:
    query = sa.select(EVENTS).order_by(EVENTS.c.seq)
    for start in range(0, size, BATCH_EVENTS):
        rows = connection.execute(query.where(EVENTS.c.seq.between(start + 1, min(start + BATCH_EVENTS, size))))
        yield [Event(*row).leaf for row in rows]
