"""How a database says that it was begun in an invented town: the actor of its first event, for ever."""

from __future__ import annotations

import sqlalchemy as sa

from governance.audit.tables import EVENTS

INVENTED = "opfundet dag"


def first_actor(connection: sa.Connection) -> str | None:
    """Who the first event of the log names; None of an empty log."""
    actor: str | None = connection.execute(sa.select(EVENTS.c.actor).where(EVENTS.c.seq == 1)).scalar()
    return actor


def is_invented(connection: sa.Connection) -> bool:
    """Whether the log was begun on an invented day: the stamp of a demonstration."""
    return INVENTED in (first_actor(connection) or "")
