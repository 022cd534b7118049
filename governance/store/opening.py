"""The door to the database: nothing is written without its event, and no event without what it records.

`with store.act("list.made", subject=run_id) as act:` is one transaction. Whatever the block writes through
`act.connection` and the one event of the act stand together or not at all. Must not know what any act does.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.as_of import Clock
from governance.audit.actions import ACTIONS
from governance.audit.appending import append, log_size, time_of
from governance.audit.events import Draft, instant
from governance.audit.notes import Checkpoint
from governance.audit.publishing import Publisher
from governance.settings import Settings
from governance.store.engine import WRITING, make_engine
from governance.store.upgrading import is_empty, require_head, upgrade_within

CHECKPOINT_MINUTES = 10


@dataclass
class Act:
    """One act under way: write through `connection`; `subject` and the details may still grow until the block ends.

    `at` is the clock's moment (UTC) once the write lock is held.
    """

    connection: sa.Connection
    action: str
    at: dt.datetime
    subject: str
    details: dict[str, Any]

    def add(self, **details: Any) -> None:
        """Say more in the event: JSON values, our own ids and pseudonyms only."""
        self.details |= details


class Store:
    """An open database with its audit log; `act` to write, `reading` to read, `close` when done."""

    def __init__(self, settings: Settings, *, clock: Clock, actor: str) -> None:
        self.settings = settings
        self.clock = clock
        self.actor = actor
        self.engine = make_engine(settings)
        self.publisher = Publisher(directory=settings.checkpoints, keys=settings.home / "keys")
        self._inside = threading.local()
        self._acted = False

    @contextlib.contextmanager
    def act(
        self, action: str, *, subject: str = "", details: Mapping[str, Any] | None = None, actor: str | None = None
    ) -> Iterator[Act]:
        """One write transaction with exactly one event at its end; an exception leaves neither.

        `actor` is who acts when it is not whoever opened the store (a service acts for its callers).

        Other writers wait meanwhile: work out first, then act. An unknown code, a person in the event or an act within
        an act is a fault of ours (ValueError, RuntimeError). When enough events await one, a checkpoint is published
        after the act: one that cannot be raises although the act stands.
        """
        if action not in ACTIONS:
            raise ValueError(f"there is no action {action}")
        with self._alone(), self._writing() as connection:
            act = Act(connection, action, self.clock.now(), subject, dict(details or {}))
            yield act
            [event] = append(connection, [Draft(act.at, action, actor or self.actor, act.subject, act.details)])
        self._acted = True
        if self._due(event.seq, act.at):
            self.publish()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that cannot write."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Publish a checkpoint when this store has acted, and let go of the database."""
        try:
            if self._acted:
                self.publish()
        finally:
            self.engine.dispose()

    def publish(self) -> Checkpoint | None:
        """Publish a checkpoint of the log as it stands; None of a log with no event."""
        return self.publisher.publish(self.reading)

    def publish_when_due(self) -> None:
        """What a timer calls: publish when this store has acted and an event has waited for `CHECKPOINT_MINUTES`."""
        if self._acted and self.overdue():
            self.publish()

    def overdue(self) -> bool:
        """Whether more events await a checkpoint than may, or one of them for longer than it may."""
        with self.reading() as connection:
            size = log_size(connection)
        return self._due(size, self.clock.now())

    def _due(self, size: int, now: dt.datetime) -> bool:
        """Whether more events than allowed await a checkpoint, or one of them for too long."""
        waiting = size - self.publisher.size
        if waiting <= 0 or waiting > self.settings.checkpoint_events:
            return waiting > 0
        with self.reading() as connection:
            oldest = time_of(connection, self.publisher.size + 1)
        return oldest < instant(now - dt.timedelta(minutes=CHECKPOINT_MINUTES))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """An act within an act would wait for itself."""
        if getattr(self._inside, "act", False):
            raise RuntimeError("an act within an act")
        self._inside.act = True
        try:
            yield
        finally:
            self._inside.act = False

    def make_schema(self) -> None:
        """Build an empty database; `SettingsError` for one that is older or newer than this program."""
        with self.reading() as connection:
            if not is_empty(connection):
                require_head(connection)
                return
        # nothing is left to do where another process was faster
        with self._writing() as connection:
            upgrade_within(connection)


def open_store(settings: Settings, *, clock: Clock, actor: str) -> Store:
    """The database of `settings`, made when it is empty; one of another release than this program: `SettingsError`."""
    store = Store(settings, clock=clock, actor=actor)
    try:
        store.make_schema()
        store.publisher.make_directory()
    except BaseException:
        store.engine.dispose()
        raise
    return store
