"""One filled-in value as its type: what a page sends as text and what JSON has as itself become the same.

A `ValueError` carries the Danish words for whoever filled it in. Must not know forms or steps.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

Fault = tuple[str, str]
MOST_ORE = 10**12
MOST_NUMBER = 10**9
_KRONER = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d{1,2})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


class Described(Protocol):
    """What a value is held against."""

    @property
    def kind(self) -> str:
        """The kind of field."""
        ...

    @property
    def required(self) -> bool:
        """Whether it must be filled in."""
        ...

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The codes that may be chosen; empty when the case decides."""
        ...

    @property
    def most(self) -> int | None:
        """The largest number of characters."""
        ...


def read_value(described: Described, value: Any) -> Any:
    """The value in the type of its kind; `ValueError` in Danish for whatever is missing or cannot be taken."""
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
    if value in (None, "", [], ()):
        if described.required:
            raise ValueError("Feltet skal udfyldes.")
        return _EMPTY[described.kind]
    return _READERS[described.kind](described, value)


def _read_text(described: Described, value: Any) -> str:
    if not isinstance(value, str) or _CONTROL.search(value) or (described.kind == "text" and "\n" in value):
        raise ValueError("Her skal stå almindelig tekst.")
    if len(value) > (described.most or len(value)):
        raise ValueError(f"Teksten må højst fylde {described.most} tegn.")
    return value


def _read_choice(described: Described, value: Any) -> str:
    if not isinstance(value, str) or (described.choices and value not in dict(described.choices)):
        raise ValueError("Vælg en af mulighederne.")
    return value


def _read_choices(described: Described, value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or len(listed) > 100:
        raise ValueError("Vælg blandt mulighederne.")
    return tuple(dict.fromkeys(_read_choice(described, each) for each in listed))


def _read_day(_: Described, value: Any) -> dt.date:
    try:
        read = dt.date.fromisoformat(value)
        exact = read.isoformat() == value and _EARLIEST <= read < _LATEST
    except (TypeError, ValueError):
        exact = False
    if not exact:
        raise ValueError("Skriv datoen som år-måned-dag, for eksempel 2026-12-14.")
    return read


def _read_number(_: Described, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,10}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST_NUMBER:
        raise ValueError("Skriv et helt tal.")
    return value


def _read_money(_: Described, value: Any) -> int:
    if isinstance(value, str) and _KRONER.fullmatch(value):
        kroner, __, ore = value.lstrip("-").replace(".", "").partition(",")
        sign = -1 if value.startswith("-") else 1
        value = sign * (int(kroner) * 100 + int(ore.ljust(2, "0") or 0))
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST_ORE:
        raise ValueError("Skriv beløbet i kroner, for eksempel 1.234,50.")
    return value


def _read_checkbox(_: Described, value: Any) -> bool:
    if value in (True, "on", "true", "1", "ja"):
        return True
    if value in (False, "off", "false", "0", "nej"):
        return False
    raise ValueError("Sæt eller fjern fluebenet.")


_READERS: Mapping[str, Callable[[Described, Any], Any]] = {
    "text": _read_text,
    "long": _read_text,
    "choice": _read_choice,
    "choices": _read_choices,
    "day": _read_day,
    "number": _read_number,
    "money": _read_money,
    "minutes": _read_number,
    "checkbox": _read_checkbox,
}
_EMPTY: Mapping[str, Any] = {
    "text": "", "long": "", "choice": "", "choices": (), "day": None, "number": 0, "money": 0, "minutes": 0,
    "checkbox": False,
}  # fmt: skip
