"""What awaits the officer: notices, clocks, lapses, how the log stands. Counts, codes and our own ids alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from governance.as_of import danish_day
from governance.audit.appending import log_size
from governance.gate.standing import Standing, load_standing
from governance.store.opening import Store
from service.auth.notices import Notice, load_notices
from service.rights.breaches import Breach, list_breaches
from service.rights.clocks import Clock
from service.rights.requests import Request, list_requests

STANDS = "stands"


@dataclass(frozen=True)
class Oversight:
    """The officer's start page. `waiting` counts events that no published checkpoint covers."""

    notices: tuple[Notice, ...]
    requests: tuple[tuple[Request, Clock], ...]
    breaches: tuple[tuple[Breach, Clock], ...]
    standing: Standing
    events: int
    waiting: int

    @property
    def lapsed(self) -> tuple[str, ...]:
        """The kinds of assessments that do not stand today."""
        return tuple(each["kind"] for each in self.standing.assessments if each["today"] != STANDS)


def load_oversight(connection: sa.Connection, store: Store, *, now: dt.datetime) -> Oversight:
    """Everything that is open at the moment."""
    today, events = danish_day(now), log_size(connection)
    return Oversight(
        notices=load_notices(connection, unseen_only=True),
        requests=tuple((each, each.nearest(today)) for each in list_requests(connection) if each.answer is None),
        breaches=tuple((each, each.clock(now)) for each in list_breaches(connection) if not each.closed),
        standing=load_standing(connection, today),
        events=events,
        waiting=events - store.publisher.size,
    )
