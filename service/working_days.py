"""Which days count: working days, Danish public holidays, and the day on which a deadline that falls on none ends.

Sources: the holidays of the national church and 1 January; store bededag is none since 2024 (lov nr. 214 af 6. marts
2023). Grundlovsdag, 24 and 31 December are no public holidays, though much is closed. So each is taken as is better for
the citizen: the authority's own working days count them (forvaltningsloven § 16 leaves out no such day), while a
deadline of the citizen's never ends on one (the rule of forældelsesloven § 27, stk. 2, and restaurationsloven § 36 a,
stk. 5). Must not know what a deadline is for.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

_SATURDAY = 5
_OF_EASTER = (-3, -2, 0, 1, 39, 49, 50)
"""Days from Easter Sunday: Maundy Thursday, Good Friday, Easter, Easter Monday, Ascension, Whitsun, Whit Monday."""
_FIXED = ((1, 1), (12, 25), (12, 26))
_CLOSED = ((6, 5), (12, 24), (12, 31))
_PRAYER_DAY, _LAST_PRAYER_DAY = 26, 2023


def is_working_day(day: dt.date) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def working_days_later(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after the day."""
    for _ in range(count):
        day = _next(day)
        while not is_working_day(day):
            day = _next(day)
    return day


def open_day(day: dt.date) -> dt.date:
    """The day itself where offices are open, else the first day after it on which they are."""
    while not is_working_day(day) or (day.month, day.day) in _CLOSED:
        day = _next(day)
    return day


@cache
def public_holidays(year: int) -> frozenset[dt.date]:
    """Danish public holidays of a year, Sundays other than Easter and Whitsun left out."""
    prayer_day = (_PRAYER_DAY,) if year <= _LAST_PRAYER_DAY else ()
    moving = {easter_sunday(year) + dt.timedelta(days=days) for days in (*_OF_EASTER, *prayer_day)}
    return frozenset(moving | {dt.date(year, month, day) for month, day in _FIXED})


def easter_sunday(year: int) -> dt.date:
    """Of the Gregorian calendar, by Gauss's rule as Butcher states it (Nature, 20 April 1876)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    corrected = (8 * century + 13) // 25
    epact = (19 * golden + century - century // 4 - corrected + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)
