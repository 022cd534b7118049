"""How long there is to answer: a month from receipt, two more when that was told in time; 7 working days; 72 hours.

Sources: forvaltningsloven § 16, stk. 2 (access for a party: decided within 7 working days of receipt, or the party told
why not and when); Regulation (EU) 2016/679, Articles 12(3) and 33(1); Regulation (EEC, Euratom) No 1182/71, Article 3:
a period of months ends with the day of the last month that has the same number as the day of receipt, or its last day.
That a last day which is a holiday moves the end is not used: here a clock is never later than the law's.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal

from governance.as_of import danish_moment
from service.working_days import working_days_later

ANSWER_MONTHS = 1
EXTENSION_MONTHS = 2
PARTY_WORKING_DAYS = 7
BREACH_HOURS = 72
SOON_DAYS = 7
PARTY_SOON_DAYS = 2
SOON_HOURS = 24
Standing = Literal["running", "soon", "overdue", "done", "done_late"]
STANDINGS_DA: dict[Standing, str] = {
    "running": "inden for fristen",
    "soon": "fristen er nær",
    "overdue": "fristen er overskredet",
    "done": "besvaret i tide",
    "done_late": "besvaret for sent",
}
PARTY_STANDINGS_DA: dict[Standing, str] = STANDINGS_DA | {
    "done": "besvaret, eller besked givet, i tide",
    "done_late": "besvaret, eller besked givet, for sent",
}


@dataclass(frozen=True)
class Clock:
    """One deadline: when it ends, how it stands, and what is left (days or hours, below 0: over)."""

    due: dt.datetime
    standing: Standing
    left: int

    @property
    def late(self) -> bool:
        """Whether it was or is missed."""
        return self.standing in ("overdue", "done_late")


def due_day(received_on: dt.date, *, extended: bool) -> dt.date:
    """The last day on which a request may be answered."""
    return months_later(received_on, ANSWER_MONTHS + (EXTENSION_MONTHS if extended else 0))


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def answer_clock(received_on: dt.date, *, extended: bool, closed_on: dt.date | None, today: dt.date) -> Clock:
    """The clock of a request; `left` counts days."""
    return day_clock(due_day(received_on, extended=extended), done_on=closed_on, today=today)


def party_clock(received_on: dt.date, *, done_on: dt.date | None, today: dt.date) -> Clock:
    """The clock of access for a party: `done_on` is the day of the answer, or on which the delay was told."""
    due = working_days_later(received_on, PARTY_WORKING_DAYS)
    return day_clock(due, done_on=done_on, today=today, soon=PARTY_SOON_DAYS)


def day_clock(due: dt.date, *, done_on: dt.date | None, today: dt.date, soon: int = SOON_DAYS) -> Clock:
    """A clock that ends with the last day; `left` counts days."""
    left = (due - (done_on or today)).days
    return Clock(_end_of(due), _standing(left, soon=soon, done=done_on is not None), left)


def breach_clock(known_at: dt.datetime, *, notified_at: dt.datetime | None, now: dt.datetime) -> Clock:
    """The clock of a breach that must be told to the authority; `left` counts whole hours, rounded down."""
    due = known_at + dt.timedelta(hours=BREACH_HOURS)
    left = (due - (notified_at or now)) // dt.timedelta(hours=1)
    return Clock(due, _standing(left, soon=SOON_HOURS, done=notified_at is not None), left)


def _standing(left: int, *, soon: int, done: bool) -> Standing:
    if done:
        return "done" if left >= 0 else "done_late"
    if left < 0:
        return "overdue"
    return "soon" if left <= soon else "running"


def _end_of(day: dt.date) -> dt.datetime:
    return danish_moment(day, dt.time(23, 59, 59))
