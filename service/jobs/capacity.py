"""The hours that an administration has for controls in a week: set by its team leader, filled by the nightly list.

A week is named by its Monday; setting it again stands beside what was set before, and the newest counts. Must not know
a case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.access.permissions import OFFICES
from governance.as_of import danish_day
from governance.audit.events import instant
from governance.errors import InvalidForm
from governance.store.opening import Store
from service.jobs.tables import CAPACITY

SET = "capacity.set"
MOST_MINUTES = 60 * 40 * 500
"""Five hundred people for a week: more is a slip of the pen."""
MINUTES_AN_HOUR = 60
WORKDAYS = 5
DAYS_FILLED = 7


@dataclass(frozen=True)
class Capacity:
    """What one administration has for one week, and who said so when (`at` is UTC, ISO 8601)."""

    office: str
    week: dt.date
    minutes: int
    user_id: str
    at: str


def set_capacity(store: Store, *, caller: Caller, office: str, week: dt.date, minutes: int) -> Capacity:
    """Say how many minutes `office` has in the week of the Monday `week`.

    `PermissionDenied` without `capacity.write` there; `InvalidForm` for a day that is no Monday, a week that is over,
    or minutes that nobody has.
    """
    caller.require("capacity.write", [office] if office in OFFICES else None)
    _require_sensible(office, week, minutes)
    said = {"office": office, "week": week.isoformat(), "minutes": minutes}
    with store.act(SET, subject=f"{office} {week.isoformat()}", details=said, actor=caller.user_id) as act:
        _refuse_past(week, today=danish_day(act.at))
        at, number = instant(act.at), _next_number(act.connection, office, week)
        row = {**said, "at": at, "user_id": caller.user_id, "number": number}
        act.connection.execute(sa.insert(CAPACITY), [row])
    return Capacity(office, week, minutes, caller.user_id, at)


def _require_sensible(office: str, week: dt.date, minutes: int) -> None:
    faults = []
    if office not in OFFICES:
        faults.append(("office", f"Forvaltningen skal være en af {', '.join(OFFICES)}."))
    if week.weekday() != 0:
        faults.append(("week", "En uge angives ved sin mandag."))
    if not 0 <= minutes <= MOST_MINUTES:
        faults.append(("minutes", f"Timerne skal ligge fra 0 til {MOST_MINUTES // MINUTES_AN_HOUR}."))
    if faults:
        field, what = faults[0]
        raise InvalidForm(what, item=field, remedy="Ret feltet, og send igen.", faults=faults)


def _refuse_past(week: dt.date, *, today: dt.date) -> None:
    if week + dt.timedelta(days=DAYS_FILLED) <= today:
        raise InvalidForm("Ugen er forbi.", item="week", remedy="Vælg denne uge eller en senere.")


def _next_number(connection: sa.Connection, office: str, week: dt.date) -> int:
    mine = (CAPACITY.c.office == office) & (CAPACITY.c.week == week.isoformat())
    return (
        int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(CAPACITY.c.number), 0)).where(mine)).scalar_one())
        + 1
    )


def capacity_of_week(
    connection: sa.Connection, *, week: dt.date, offices: Collection[str] = OFFICES
) -> Mapping[str, Capacity]:
    """Administration → what it last said of the week of the Monday `week`; one that said nothing is not there."""
    mine = (CAPACITY.c.week == week.isoformat()) & CAPACITY.c.office.in_(sorted(offices))
    rows = connection.execute(sa.select(CAPACITY).where(mine).order_by(CAPACITY.c.office, CAPACITY.c.number))
    return {row.office: Capacity(row.office, week, row.minutes, row.user_id, row.at) for row in rows}


def monday_of(day: dt.date) -> dt.date:
    """The Monday that names the week of `day`."""
    return day - dt.timedelta(days=day.weekday())


def hours_ahead(connection: sa.Connection, *, day: dt.date) -> float:
    """The hours of all administrations in the seven days after `day`; a week's lie evenly on its five workdays."""
    ahead = [day + dt.timedelta(days=number) for number in range(1, DAYS_FILLED + 1)]
    worked = [each for each in ahead if each.weekday() < WORKDAYS]
    weeks = {monday_of(each) for each in worked}
    minutes = {week: sum(each.minutes for each in capacity_of_week(connection, week=week).values()) for week in weeks}
    return sum(minutes[monday_of(each)] for each in worked) / WORKDAYS / MINUTES_AN_HOUR
