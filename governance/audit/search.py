"""Looking things up in the log, newest first: by action, by subject, or the last ones."""

from __future__ import annotations

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
