"""One night at a time in one installation, however many machines start it.

The lock belongs to the process, not to a clock: who is killed lets go of it at once, who is slow keeps it. SQLite: a
lock on a file beside the database. PostgreSQL: an advisory lock of a session of its own. Must not know what is done
under it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator

import sqlalchemy as sa

# any number does, as long as no other program uses it in the same database; the schema tells installations apart
_TRY = sa.text("SELECT pg_try_advisory_lock(6962002, hashtext(current_schema()))")


@contextlib.contextmanager
def night_lock(engine: sa.Engine) -> Iterator[bool]:
    """Whether the lock is ours; another holds it otherwise, and nobody waits."""
    locked = _file_lock(engine) if engine.dialect.name == "sqlite" else _session_lock(engine)
    with locked as mine:
        yield mine


@contextlib.contextmanager
def _file_lock(engine: sa.Engine) -> Iterator[bool]:
    handle = os.open(f"{engine.url.database}.nightly", os.O_CREAT | os.O_RDWR, stat.S_IRUSR | stat.S_IWUSR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        # the file stays: another may already have opened it, and would lock what no longer has a name
        os.close(handle)


@contextlib.contextmanager
def _session_lock(engine: sa.Engine) -> Iterator[bool]:
    connection = engine.connect()
    try:
        mine = bool(connection.execute(_TRY).scalar_one())
        # the lock is the session's: no transaction stays open for as long as the night takes
        connection.commit()
        yield mine
    finally:
        # ended, not handed back: the lock would go with it to whoever takes the connection next
        connection.invalidate()
        connection.close()
