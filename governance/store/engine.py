"""A connection to SQLite or PostgreSQL that keeps what it acknowledges and lets one writer in at a time.

Must not know what is stored. SQLite: write-ahead log, `synchronous=FULL`, BEGIN IMMEDIATE for whoever writes.
PostgreSQL: `synchronous_commit=on` and one advisory lock that lasts as long as the transaction.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings

WRITING = "adressekontrol_writing"
PATIENCE_SECONDS = 60
_SETTING = PREFIX + "DATABASE"
# any number does, as long as no other program uses it in the same database
_ADVISORY_LOCK = 6_962_001


def make_engine(settings: Settings) -> sa.Engine:
    """The engine for the database of `settings`; one that is neither SQLite nor PostgreSQL is a `SettingsError`."""
    url = _url(settings)
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        if url.get_backend_name() == "postgresql":
            return _postgresql_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise SettingsError(
            "The driver of that database is not installed.",
            item=_SETTING,
            remedy="Install the extra [postgres], and write the address as postgresql+psycopg://...",
        ) from None
    raise SettingsError(
        "Only SQLite and PostgreSQL keep the audit log.",
        item=_SETTING,
        remedy="Write sqlite:///FILE or postgresql+psycopg://...",
    )


def _url(settings: Settings) -> sa.URL:
    text = settings.database or f"sqlite:///{(settings.home / 'adressekontrol.db').absolute()}"
    try:
        return sa.make_url(text)
    except ArgumentError:
        # the text itself may hold a password
        raise SettingsError(
            "That is not the address of a database.",
            item=_SETTING,
            remedy="Write sqlite:///FILE or postgresql+psycopg://...",
        ) from None


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if url.database in (None, "", ":memory:") or "uri" in url.query:
        raise SettingsError(
            "An audit log needs a file of its own.",
            item=_SETTING,
            remedy="Write sqlite:///FILE with the path of a file.",
        )
    _make_private_file(Path(str(url.database)))
    engine = sa.create_engine(url, connect_args={"timeout": PATIENCE_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private_file(path: Path) -> None:
    """Nobody but the owner reads the database; SQLite gives its side files the same rights.

    A file that is there is not opened: closing it again would take away every lock that this process has on it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, stat.S_IRUSR | stat.S_IWUSR))
        fine = path.is_file() and os.access(path, os.R_OK | os.W_OK)
    except OSError:
        fine = False
    if not fine:
        raise SettingsError(
            "The database cannot be written there.",
            item=str(path),
            remedy=f"Choose another {PREFIX}HOME or {_SETTING}.",
        )


def _prepare_sqlite(connection: Any, _: object) -> None:
    # the driver's own BEGIN comes too late, before the first change only
    connection.isolation_level = None
    _switch_to_write_ahead(connection)
    # what was deleted is overwritten: the key of a forgotten case must not stand in a free page
    for pragma in ("secure_delete=ON", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_write_ahead(connection: Any) -> None:
    """Of two that switch a new file at once SQLite refuses one at once, however patient it is otherwise."""
    last = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(0.005)


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True)
    sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get(WRITING, False):
        # every read of a long check sees the log as it stood at the first
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return
    connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
