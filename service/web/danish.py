"""How numbers, days, times and money read in Danish on a page. Knows no page, no case and no database."""

from __future__ import annotations

import datetime as dt
import re

from governance.as_of import danish_day, danish_time
from governance.money import Ore, as_danish_number, as_kroner

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
NOTHING = "–"


def dansk_dato(day: dt.date | dt.datetime | str | None) -> str:
    """`2026-12-14` → `14. december 2026`; nothing → a dash. A moment reads as its day in Denmark."""
    if not day:
        return NOTHING
    if isinstance(day, str):
        day = dt.date.fromisoformat(day) if len(day) == 10 else danish_day(day)
    if isinstance(day, dt.datetime):
        day = danish_day(day)
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def danske_datoer(text: str) -> str:
    """A sentence with its `2026-12-14` as `14. december 2026`."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: dansk_dato(found.group()), text)


def dansk_tid(moment: dt.datetime | str | None) -> str:
    """A moment in UTC (or its ISO text) → `14. december 2026 kl. 13.05`, Danish time; nothing → a dash."""
    if not moment:
        return NOTHING
    local = danish_time(moment)
    return f"{dansk_dato(local)} kl. {local.hour:02d}.{local.minute:02d}"


def kroner(amount_ore: Ore | int | None) -> str:
    """Whole øre → `1.234.567,50 kr.`; nothing → a dash."""
    return NOTHING if amount_ore is None else as_kroner(amount_ore, decimals=2)


def tal(value: float | None, decimals: int = 0) -> str:
    """`1234.5` → `1.234,5`; nothing → a dash."""
    return NOTHING if value is None else as_danish_number(value, decimals)


def timer(minutes: int | None) -> str:
    """Whole minutes → `2 t. 15 min.`; nothing → a dash."""
    if minutes is None:
        return NOTHING
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{tal(hours)} t."] * bool(hours) + [f"{rest} min."] * bool(rest or not hours)
    return ("-" if minutes < 0 else "") + " ".join(parts)


def dansk_uge(monday: dt.date) -> str:
    """The Monday of a week → `uge 51, 14.–20. december 2026`."""
    sunday = monday + dt.timedelta(days=6)
    start = f"{monday.day}."
    if monday.month != sunday.month:
        start += f" {MONTHS[monday.month - 1]}"
    return f"uge {monday.isocalendar().week}, {start}–{dansk_dato(sunday)}"


def i_rad(words: list[str] | tuple[str, ...]) -> str:
    """`["a", "b", "c"]` → `a, b og c`; nothing → a dash."""
    if not words:
        return NOTHING
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} og {words[-1]}"


FILTERS = {
    "dansk_dato": dansk_dato,
    "danske_datoer": danske_datoer,
    "dansk_tid": dansk_tid,
    "dansk_uge": dansk_uge,
    "kroner": kroner,
    "tal": tal,
    "timer": timer,
    "i_rad": i_rad,
}
"""What templates call these by."""
