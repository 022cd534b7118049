"""What lies with an administration and with each of its people: the figures of the team leader's page.

Counts and our own ids only; hidden cases are nobody's and are not counted. Must not know what a case is about.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from service.cases.states import ACTIVE, WAITING
from service.cases.tables import CASES
from service.jobs.capacity import Capacity, capacity_of_week, monday_of

WEEKS_SHOWN = 4
BETWEEN_CODES = "+"


@dataclass(frozen=True)
class OfficeLoad:
    """One administration: its hours in each week (None = not said), and the cases that concern it.

    `waiting` are not opened; `unclaimed` of them have no owner; `assigned` have one; `overdue` are past their deadline.
    A case of two administrations counts in both.
    """

    office: str
    weeks: tuple[Capacity | None, ...]
    waiting: int
    unclaimed: int
    assigned: int
    overdue: int


@dataclass(frozen=True)
class OwnerLoad:
    """One person at work: active cases, and how many of them are past their deadline."""

    user_id: str
    active: int
    overdue: int


@dataclass(frozen=True)
class Overview:
    """`weeks` are the Mondays of `OfficeLoad.weeks`; each case counts once in `owners`."""

    weeks: tuple[dt.date, ...]
    offices: tuple[OfficeLoad, ...]
    owners: tuple[OwnerLoad, ...]


def load_overview(
    connection: sa.Connection, *, offices: Collection[str], today: dt.date, weeks: int = WEEKS_SHOWN
) -> Overview:
    """Hours, assignment and what is overdue in `offices`, this week (of `today`) and those after it."""
    mondays = tuple(monday_of(today) + dt.timedelta(weeks=number) for number in range(weeks))
    active = [row for row in _active(connection) if set(row["offices"].split(BETWEEN_CODES)) & set(offices)]
    said = {week: capacity_of_week(connection, week=week, offices=offices) for week in mondays}
    loads = tuple(
        _office(office, [row for row in active if office in row["offices"].split(BETWEEN_CODES)],
                tuple(said[week].get(office) for week in mondays), today)
        for office in sorted(offices)
    )  # fmt: skip
    return Overview(mondays, loads, _owners(active, today))


def _active(connection: sa.Connection) -> Sequence[sa.RowMapping]:
    columns = (CASES.c.offices, CASES.c.state, CASES.c.owner, CASES.c.deadline)
    shown = CASES.c.state.in_(sorted(ACTIVE)) & sa.not_(CASES.c.hidden)
    return connection.execute(sa.select(*columns).where(shown)).mappings().all()


def _office(
    office: str, rows: Sequence[sa.RowMapping], weeks: tuple[Capacity | None, ...],
    today: dt.date,
) -> OfficeLoad:  # fmt: skip
    waiting = [row for row in rows if row["state"] in WAITING]
    return OfficeLoad(
        office=office,
        weeks=weeks,
        waiting=len(waiting),
        unclaimed=sum(row["owner"] is None for row in waiting),
        assigned=sum(row["owner"] is not None for row in rows),
        overdue=sum(_overdue(row["deadline"], today) for row in rows),
    )


def _owners(rows: Sequence[sa.RowMapping], today: dt.date) -> tuple[OwnerLoad, ...]:
    active = Counter(row["owner"] for row in rows if row["owner"] is not None)
    late = Counter(row["owner"] for row in rows if row["owner"] is not None and _overdue(row["deadline"], today))
    return tuple(OwnerLoad(user, active[user], late[user]) for user in sorted(active))


def _overdue(deadline: str | None, today: dt.date) -> bool:
    return deadline is not None and deadline < today.isoformat()
