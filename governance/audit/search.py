"""Looking things up in the log, newest first: by action, subject, actor, period, or whatever an event tells of.

Pages go by the number of an event, so that what is appended meanwhile neither shifts nor hides a row.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.as_of import danish_moment
from governance.audit.actions import ACTIONS
from governance.audit.events import Event, instant
from governance.audit.tables import EVENTS
from governance.errors import UsageError

MOST_ON_A_PAGE = 200
_NAME = re.compile(r"[\w.:/@+ ()-]{1,120}")


def search(connection: sa.Connection, *, action: str | None, subject: str | None, last: int) -> list[Event]:
    """The `last` newest events of that action and subject (all where None); an unknown action is a `UsageError`."""
    _refuse_unknown_action(action)
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


@dataclass(frozen=True)
class Sought:
    """What is looked for; everything named must hold, None asks nothing.

    `mentions`: one of our ids or pseudonyms, of which an event tells as its subject or as a whole value in its details
    (any of them will do). `since` and `until` are days in Denmark, both included.
    """

    action: str | None = None
    subject: str | None = None
    actor: str | None = None
    mentions: frozenset[str] | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class LogPage:
    """Events, the newest first, and the number before which the next page begins; None on the last."""

    events: tuple[Event, ...]
    next_before: int | None


def search_page(connection: sa.Connection, sought: Sought, *, before: int | None = None, size: int = 50) -> LogPage:
    """The `size` (at most `MOST_ON_A_PAGE`) newest events that are sought, with numbers under `before`.

    `UsageError` for an unknown action, an impossible period, or a name that no event can hold.
    """
    size = max(1, min(size, MOST_ON_A_PAGE))
    _refuse_unknown_action(sought.action)
    query = sa.select(EVENTS).where(*_conditions(sought)).order_by(EVENTS.c.seq.desc()).limit(size + 1)
    if before is not None:
        query = query.where(EVENTS.c.seq < before)
    events = [Event(*row) for row in connection.execute(query)]
    return LogPage(tuple(events[:size]), events[size - 1].seq if len(events) > size else None)


def _conditions(sought: Sought) -> list[sa.ColumnElement[bool]]:
    """As few as are asked for; a day is Denmark's, compared by its first moment as moments are kept."""
    if sought.since and sought.until and sought.since > sought.until:
        raise UsageError("The period ends before it begins.", item="until", remedy="Give an earlier first day.")
    told = [
        column == value
        for column, value in (
            (EVENTS.c.action, sought.action),
            (EVENTS.c.subject, sought.subject),
            (EVENTS.c.actor, sought.actor),
        )
        if value is not None
    ]
    if sought.since:
        told.append(EVENTS.c.at >= instant(danish_moment(sought.since)))
    if sought.until:
        told.append(EVENTS.c.at < instant(danish_moment(sought.until + dt.timedelta(days=1))))
    if sought.mentions is not None:
        told.append(_mentions(sought.mentions))
    return told


def _mentions(names: Collection[str]) -> sa.ColumnElement[bool]:
    """Canonical JSON keeps a text between quotes as it stands, so a whole value is found by its quotes."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError("No event can hold such a name.", item="mentions", remedy="Give an id or a pseudonym.")
    ordered = sorted(names)
    if not ordered:
        return sa.false()
    # LIKE would take capitals for small letters on one of the databases
    told = [sa.func.replace(EVENTS.c.details, f'"{name}"', "") != EVENTS.c.details for name in ordered]
    return sa.or_(EVENTS.c.subject.in_(ordered), *told)


def _refuse_unknown_action(action: str | None) -> None:
    if action is not None and action not in ACTIONS:
        raise UsageError("There is no such action.", item=action, remedy=f"Name one of: {', '.join(ACTIONS)}.")
