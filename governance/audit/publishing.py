"""Signed checkpoints outside the database: one file for each size of the log that was published, and `latest`.

Whoever rewrites the database cannot rewrite these without the key, nor what others have already fetched. Nothing is
signed that does not continue what was signed before.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import sqlalchemy as sa

from governance.audit.appending import log_size, root_at
from governance.audit.breaks import broken
from governance.audit.files import write_durably
from governance.audit.keys import LogKey, load_key, make_key
from governance.audit.notes import Checkpoint, NotGenuine, PublicKey, read_checkpoint, sign
from governance.errors import SettingsError

LATEST = "latest"
OPEN_FOLDER = 0o755
_NAME = re.compile(r"checkpoint-(\d{12})\.txt")
Reading = Callable[[], AbstractContextManager[sa.Connection]]


def file_name(size: int) -> str:
    """Where the checkpoint of that size stands; names sort as sizes do."""
    return f"checkpoint-{size:012d}.txt"


def published_sizes(directory: Path) -> list[int]:
    """The sizes that have a file, smallest first; unread."""
    found = (_NAME.fullmatch(path.name) for path in directory.iterdir()) if directory.is_dir() else ()
    return sorted(int(name[1]) for name in found if name)


def load_published(directory: Path, size: int, key: PublicKey) -> Checkpoint:
    """The published checkpoint of that size; one that is not genuine is `AuditLogBroken`."""
    path = directory / file_name(size)
    try:
        checkpoint = read_checkpoint(path.read_bytes(), key)
    except (OSError, NotGenuine) as wrong:
        raise broken(f"A published checkpoint is not genuine: {_reason(wrong)}.", item=path.name) from None
    if checkpoint.size != size:
        raise broken(f"A published checkpoint speaks of {checkpoint.size} events.", item=path.name)
    return checkpoint


def _reason(wrong: OSError | NotGenuine) -> str:
    return "it cannot be read" if isinstance(wrong, OSError) else str(wrong)


class Publisher:
    """The directory of checkpoints and the key; remembers how far the log has been published."""

    def __init__(self, *, directory: Path, keys: Path) -> None:
        self.directory = directory
        self.keys = keys
        self.size = (published_sizes(directory) or [0])[-1]

    def make_directory(self) -> None:
        """Make the directory; one that cannot be made is a `SettingsError`."""
        try:
            if not self.directory.is_dir():
                self.directory.mkdir(parents=True, exist_ok=True)
                # checkpoints are there for others to read
                self.directory.chmod(OPEN_FOLDER)
        except OSError:
            raise SettingsError(
                "Checkpoints of the audit log cannot be written there.",
                item=str(self.directory),
                remedy="Choose another ADRESSEKONTROL_CHECKPOINT_DIR.",
            ) from None

    def publish(self, reading: Reading) -> Checkpoint | None:
        """Sign the log as it stands, unless that is published already; None of a log with no event.

        A log that does not continue the newest checkpoint is `AuditLogBroken`, and is not signed.
        """
        with self._alone(), reading() as connection:
            key = self.key()
            newest = self.newest()
            size = log_size(connection)
            if newest:
                refuse_other_history(connection, newest, size=size)
            checkpoint = self._next(connection, key, newest, size)
            self.size = checkpoint.size if checkpoint else 0
            return checkpoint

    def _next(self, connection: sa.Connection, key: LogKey, newest: Checkpoint | None, size: int) -> Checkpoint | None:
        if size == (newest.size if newest else 0):
            return newest
        checkpoint = Checkpoint(key.public.name, size, root_at(connection, size))
        note = sign(checkpoint, key.private).encode()
        write_durably(self.directory / file_name(size), note)
        write_durably(self.directory / LATEST, note)
        return checkpoint

    def newest(self) -> Checkpoint | None:
        """The newest published checkpoint, its signature checked."""
        sizes = published_sizes(self.directory)
        return load_published(self.directory, sizes[-1], self.key().public) if sizes else None

    def note(self, size: int) -> str:
        """The signed text of the checkpoint of that size."""
        return (self.directory / file_name(size)).read_text(encoding="utf-8")

    def key(self) -> LogKey:
        """The key of the log, made when nothing has been signed yet; one that is gone later is `AuditLogBroken`."""
        found = load_key(self.keys)
        if found:
            return found
        if published_sizes(self.directory):
            raise broken("The key that signed the checkpoints is gone.", item=str(self.keys))
        return make_key(self.keys)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process publishes at a time, or `latest` could go back."""
        with (self.directory / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def refuse_other_history(connection: sa.Connection, published: Checkpoint, *, size: int) -> None:
    """Raise `AuditLogBroken` when the log is not a continuation of what was published."""
    if size < published.size:
        raise broken("Events that were published are gone.", item=f"event {size + 1}")
    try:
        root = root_at(connection, published.size)
    except KeyError:
        raise broken("Stored hashes are gone.", item=f"events 1 to {published.size}") from None
    if root != published.root:
        raise broken("Published events have been rewritten.", item=f"events 1 to {published.size}")
