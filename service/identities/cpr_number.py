"""What a CPR number is: ten digits whose first six are a day that exists; and what an invented one is, which none is.

The control digit is not asked for: numbers without it have been given out since 2007. Must not know whose number it is.
"""

from __future__ import annotations

import calendar
import re

_WRITTEN = re.compile(r"(\d{6})-?(\d{4})", re.ASCII)
REPLACEMENT_DAYS = 60
"""Added to the day of a number that an authority gives to somebody who has none (erstatningspersonnummer)."""
INVENTED_MONTHS = range(13, 33)
"""A month that no calendar has: no person and no replacement number ever has it."""


def read_cpr(text: str) -> str | None:
    """The ten digits of `DDMMYYXXXX` or `DDMMYY-XXXX`; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    return found[1] + found[2] if found else None


def written(digits: str) -> str:
    """Ten digits as `DDMMYY-XXXX`."""
    return f"{digits[:6]}-{digits[6:]}"


def possible(digits: str) -> bool:
    """Whether somebody could have this number."""
    day, month = int(digits[:2]), int(digits[2:4])
    day -= REPLACEMENT_DAYS if day > REPLACEMENT_DAYS else 0
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(_year(digits), month)[1]


def invented(digits: str) -> bool:
    """Whether the number is one that nobody can have, made for an invented person."""
    return int(digits[2:4]) in INVENTED_MONTHS and 1 <= int(digits[:2]) <= 31


def _year(digits: str) -> int:
    """The year of birth: the seventh digit says which century the two digits of the year belong to."""
    year, century = int(digits[4:6]), int(digits[6])
    if century < 4:
        return 1900 + year
    if century in (4, 9):
        return (2000 if year < 37 else 1900) + year
    return (2000 if year < 58 else 1800) + year
