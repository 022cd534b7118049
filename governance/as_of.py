"""The only reader of clock and calendar.

An `AsOf` is the close of a day: everything a register had recorded by then is known, nothing later is. Moments are UTC
wherever they are kept; the day of a moment is Denmark's, and is told here and nowhere else: letters, deadlines, forms
and gates must agree about which day it is, also between midnight in Copenhagen and midnight in Greenwich.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from governance.errors import SettingsError, UsageError

DENMARK = "Europe/Copenhagen"
"""The zone of every calendar day (IANA time zone database)."""


@dataclass(frozen=True, order=True)
class AsOf:
    """The close of one day; the knowledge date of a run."""

    day: dt.date

    def __str__(self) -> str:
        return self.day.isoformat()

    def minus_days(self, days: int) -> AsOf:
        """The close of the day `days` days before."""
        return AsOf(self.day - dt.timedelta(days=days))

    @classmethod
    def parse(cls, text: str) -> AsOf:
        """Read `YYYY-MM-DD`; anything else is a usage error."""
        day = _iso_day(text)
        # `fromisoformat` reads weeks and dates without dashes too
        if day is None or day.isoformat() != text:
            raise UsageError(
                f"'{text}' is not a date.", item="--as-of", remedy="Write it as YYYY-MM-DD, for example 2024-06-01."
            )
        return cls(day)


def _iso_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


class Clock(Protocol):
    """What may tell the time; passed in, so that a test can hold it still."""

    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        return dt.datetime.now(dt.UTC)  # noqa: TID251  this is the one place


class SetClock:
    """The machine's time of day in Denmark on a day that was set: for towns that were invented at another time."""

    def __init__(self, day: dt.date, clock: Clock) -> None:
        self.day = day
        self.clock = clock

    def now(self) -> dt.datetime:
        """The present time of day, on the day that was set, in UTC."""
        return danish_moment(self.day, danish_time(self.clock.now()).time())


def require_calendar() -> None:
    """`SettingsError` when this machine does not know which day it is in Denmark."""
    _denmark()


def danish_time(moment: dt.datetime | str) -> dt.datetime:
    """A moment, or the text that it is kept as, by the clocks of Denmark; a moment of no zone is a ValueError.

    Errors otherwise as of `require_calendar`.
    """
    read = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    if read.tzinfo is None:
        raise ValueError("a moment of no zone")
    return read.astimezone(_denmark())


def danish_day(moment: dt.datetime | str) -> dt.date:
    """The calendar day of a moment in Denmark; errors as of `danish_time`."""
    return danish_time(moment).date()


def danish_moment(day: dt.date, time: dt.time = dt.time.min) -> dt.datetime:
    """When a day has that time in Denmark, in UTC; its beginning of its own accord.

    Of an hour that the clocks go through twice the first, and of one that they leave out as if they had not.
    """
    return dt.datetime.combine(day, time.replace(fold=0), _denmark()).astimezone(dt.UTC)


def _denmark() -> ZoneInfo:
    try:
        return ZoneInfo(DENMARK)
    except ZoneInfoNotFoundError:
        raise SettingsError(
            f"This machine does not know the time zone {DENMARK}.",
            item="time zone",
            remedy="Install the Python package tzdata, or the system package of that name.",
        ) from None


def add_months(day: dt.date, months: int) -> dt.date:
    """The first day of the month `months` months after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` months earlier, moved back to a day that exists."""
    first = add_months(day, -months)
    last = (add_months(first, 1) - dt.timedelta(days=1)).day
    return first.replace(day=min(day.day, last))
