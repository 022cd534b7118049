"""Looking things up in the log, newest first: by action, by subject, or the last ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from governance.audit.actions import ACTIONS
from governance.audit.events import Event
from governance.audit.tables import EVENTS
from governance.errors import UsageError


def search(connection: sa.Connection, *, action: str | None, subject: str | None, last: int) -> list[Event]:
    """The `last` newest events of that action and subject (all where None); an unknown action is a `UsageError`."""
    if action is not None and action not in ACTIONS:
        raise UsageError("There is no such action.", item=action, remedy=f"Name one of: {', '.join(ACTIONS)}.")
    query = sa.select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(last)
    if action is not None:
        query = query.where(EVENTS.c.action == action)
    if subject is not None:
        query = query.where(EVENTS.c.subject == subject)
    return [Event(*row) for row in connection.execute(query)]


def last_subject(connection: sa.Connection, action: str) -> str | None:
    """The subject of the newest event of an action; None when it never happened."""
    asked = sa.select(EVENTS.c.subject).where(EVENTS.c.action == action).order_by(EVENTS.c.seq.desc()).limit(1)
    return connection.execute(asked).scalar()


def newest_details(connection: sa.Connection, action: str, subject: str) -> Mapping[str, Any] | None:
    """What the newest event of an action on a subject says; None when there is none."""
    asked = sa.select(EVENTS.c.details).where(EVENTS.c.action == action, EVENTS.c.subject == subject)
    found = connection.execute(asked.order_by(EVENTS.c.seq.desc()).limit(1)).scalar()
    details: Mapping[str, Any] | None = None if found is None else json.loads(found)
    return details
