"""Fields of a declared file, each read as what it must be; a refusal names the entry and the field.

Must not know which fields an entry has. A boolean is no number, though Python thinks so; neither is `nan` or `inf`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from governance.errors import DataContractError, UsageError

Entry = Mapping[str, Any]
Word = TypeVar("Word", bound=str)
LARGEST = Decimal(10) ** 12
"""Largest amount in any unit: a figure beyond is a slip of the pen, and sums stay exact."""
MOST_DECIMALS = 60
LARGEST_FILE_BYTES = 1_000_000
LONGEST_TEXT = 2_000


def load_toml_bytes(path: Path) -> bytes:
    """The file's bytes; `UsageError` when there is none to read, `DataContractError` when it is far too large."""
    if not path.is_file():
        what = "A directory stands there, not a file." if path.is_dir() else "There is no such file."
        raise UsageError(what, item=str(path), remedy="Name a TOML file.")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
    except OSError:
        raise UsageError("The file cannot be read.", item=str(path), remedy="Name a file you may read.") from None
    if len(content) > LARGEST_FILE_BYTES:
        raise refusal("file", "The file is larger than 1 MB.")
    return content


def read_toml(content: bytes) -> dict[str, Any]:
    """The file as TOML, every broken number exact as it is written."""
    try:
        # some editors begin a file with a byte order mark
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise refusal("file", "The file is not TOML: it is not UTF-8.") from None
    except tomllib.TOMLDecodeError as fault:
        raise refusal("file", f"The file is not TOML: {fault}.") from None
    # a number or a nesting beyond what Python reads at all
    except (ValueError, InvalidOperation, RecursionError):
        raise refusal("file", "The file is not TOML that can be read: a number or a nesting is too large.") from None


def refusal(item: str, what: str) -> DataContractError:
    """What is wrong with the file; `item` is the entry and the field."""
    return DataContractError(what, item=item, remedy="Correct the file; docs/business_case.md says what it may hold.")


def require(holds: bool, where: str, name: str, what: str) -> None:
    """Refuse the field unless it holds."""
    if not holds:
        raise refusal(f"{where}: {name}" if where else name, f"The field {name} {what}.")


def check_keys(entry: Any, *, required: Sequence[str], optional: Sequence[str], where: str) -> Entry:
    """The entry itself when it is a table of these keys; an unknown or missing one is refused by name."""
    if not isinstance(entry, dict):
        raise refusal(where, f"The entry {where} must be a table.")
    known = (*required, *optional)
    for name in entry:
        named = name if name.isprintable() else "?"
        require(name in known, where, named, f"is not a field here; the fields are {', '.join(known)}")
    for name in required:
        require(name in entry, where, name, "is missing")
    return entry


def entries(entry: Entry, name: str, *, where: str = "") -> Sequence[Any]:
    """The tables `[[name]]`, none when there are none."""
    found = entry.get(name, [])
    require(isinstance(found, list), where, name, f"must be tables [[{name}]]")
    return found  # type: ignore[no-any-return]


def text(entry: Entry, name: str, where: str, *, default: str | None = None) -> str:
    """A text that can be printed on one line: every run of spaces or lines is one space, every letter spelt one way."""
    value = entry.get(name, default)
    require(isinstance(value, str), where, name, "must be a text")
    plain = " ".join(unicodedata.normalize("NFC", str(value)).split())
    require(
        plain.isprintable() and len(plain) <= LONGEST_TEXT,
        where,
        name,
        f"must be a printable text of at most {LONGEST_TEXT} letters",
    )
    require(bool(plain) or default == "", where, name, "must not be empty")
    return plain


def texts(entry: Entry, name: str, where: str) -> tuple[str, ...]:
    """A list of such texts; none when the field is not there."""
    values = entry.get(name, [])
    require(isinstance(values, list), where, name, "must be a list of texts")
    return tuple(text({name: value}, name, where) for value in values)


def word(entry: Entry, name: str, where: str, words: Sequence[Word]) -> Word:
    """One of the words."""
    value = entry[name]
    for each in words:
        if isinstance(value, str) and value == each:
            return each
    raise refusal(f"{where}: {name}", f"The field {name} must be one of {', '.join(words)}.")


def switch(entry: Entry, name: str, where: str) -> bool:
    """A boolean; false when the field is not there."""
    value = entry.get(name, False)
    require(isinstance(value, bool), where, name, "must be true or false")
    return bool(value)


def whole(entry: Entry, name: str, where: str, *, low: int, high: int) -> int:
    """A whole number between two bounds."""
    value = entry[name]
    fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    require(fits, where, name, f"must be a whole number from {low} to {high}")
    return int(value)


def number(value: Any, name: str, where: str) -> Decimal:
    """A number as it is written: `37.50` keeps both decimals."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    require(is_number, where, name, "must hold numbers only")
    exact = value if isinstance(value, Decimal) else Decimal(value) if abs(value) <= LARGEST else LARGEST + 1
    require(exact.is_finite(), where, name, "must hold finite numbers only, neither nan nor inf")
    require(abs(exact) <= LARGEST, where, name, "holds a number beyond a million million")
    require(_decimals(exact) <= MOST_DECIMALS, where, name, f"holds a number of more than {MOST_DECIMALS} decimals")
    return exact


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def amounts(value: Any, name: str, where: str, years: Sequence[int]) -> tuple[Decimal, ...]:
    """One number for each year."""
    require(isinstance(value, list), where, name, "must be a list of numbers, one for each year")
    span = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
    counted = f"holds {len(value)} amounts, but the years are {len(years)} ({span})"
    require(len(value) == len(years), where, name, counted)
    return tuple(number(each, f"{name} {year}", where) for each, year in zip(value, years, strict=True))


def day(entry: Entry, name: str, where: str) -> dt.date:
    """A date; a moment is none."""
    require(type(entry[name]) is dt.date, where, name, "must be a date, as 2022-12-31")
    return entry[name]  # type: ignore[no-any-return]
