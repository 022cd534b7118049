"""The file of legal bases, read strictly: whoever writes one is told which entry and which field is wrong.

Unknown is an error, never a guess: a key, a code or a column that nobody knows could be a misspelt safeguard. Must not
know which day it is.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from governance.errors import SettingsError
from governance.legal_bases import FAIRNESS, PHASES, PROTECTED_PREFIX, PURPOSES, LegalBasis, columns_of, never_scored
from governance.registers import BENEFIT_CODES

TEXTS = ("code", "act", "paragraph", "text_da")
LISTS = ("phases", "benefits", "columns")
DATES = ("valid_from", "valid_to")
OPTIONAL = ("valid_to",)
KEYS = (*TEXTS, "purpose", *LISTS, *DATES)


def load_bytes(path: Path) -> bytes:
    """The file's bytes; `SettingsError` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        raise _wrong("legal_bases_file", "The file of legal bases cannot be read.") from None


def read_legal_bases(content: bytes) -> tuple[LegalBasis, ...]:
    """Every entry in the order of the file; the first fault raises `SettingsError`."""
    entries = read_entries(content, "basis", item="legal_bases_file")
    bases = tuple(_basis(entry, where=_where(place, entry)) for place, entry in enumerate(entries, start=1))
    _refuse_doubles(bases)
    return bases


def read_entries(content: bytes, key: str, *, item: str) -> Sequence[Mapping[str, Any]]:
    """The tables `[[key]]` of a TOML file that holds nothing else."""
    try:
        source = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        # the words of a decoding fault quote the file
        told = str(fault) if isinstance(fault, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise _wrong(item, f"The file is not TOML: {told}.") from None
    entries = source.get(key)
    if set(source) != {key} or not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise _wrong(item, f"The file must hold entries [[{key}]] and nothing else.")
    return entries


def _where(place: int, entry: Mapping[str, Any]) -> str:
    return f"basis {place} ({entry.get('code', 'without code')})"


def _wrong(item: str, what: str) -> SettingsError:
    return SettingsError(what, item=item, remedy="Correct the file that the setting names, or empty the setting.")


def _basis(entry: Mapping[str, Any], *, where: str) -> LegalBasis:
    check_keys(entry, KEYS, optional=OPTIONAL, where=where)
    for name in TEXTS:
        _require(isinstance(entry[name], str) and entry[name].strip() != "", where, name, "must be a text")
    _require(re.fullmatch(r"[a-z0-9_]+", entry["code"]) is not None, where, "code", "may hold a-z, 0-9 and _ only")
    for name in LISTS:
        _require(is_list_of_texts(entry[name]), where, name, "must be a list of texts, each named once")
    _require(entry["purpose"] in PURPOSES, where, "purpose", f"must be one of {', '.join(PURPOSES)}")
    _check_phases(entry["phases"], where)
    check_period(entry, where=where)
    _check_codes(entry["benefits"], BENEFIT_CODES.__contains__, where, "benefits", "benefit")
    _check_codes(entry["columns"], lambda column: bool(columns_of(column)), where, "columns", "register column")
    _check_reach(entry, where)
    lists = {name: tuple(entry[name]) for name in LISTS}
    return LegalBasis(**{**entry, **lists, "valid_to": entry.get("valid_to")})


def check_keys(entry: Mapping[str, Any], keys: Sequence[str], *, optional: Sequence[str], where: str) -> None:
    """Refuse a key that is unknown or missing."""
    for name in entry:
        _require(name in keys, where, name, f"is not a field; the fields are {', '.join(keys)}")
    for name in keys:
        _require(name in entry or name in optional, where, name, "is missing")


def is_list_of_texts(value: object) -> bool:
    """Whether it is a list of texts without doubles."""
    texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return texts and len(set(value)) == len(value)  # type: ignore[arg-type, call-overload]


def check_period(entry: Mapping[str, Any], *, where: str) -> None:
    """Refuse what is no date, and a period that ends before it begins."""
    for name in DATES:
        # a moment is a date to Python, and a text that looks like one is none
        _require(name not in entry or type(entry[name]) is dt.date, where, name, "must be a date, as 2015-01-01")
    ends = entry.get("valid_to")
    _require(ends is None or ends > entry["valid_from"], where, "valid_to", "must lie after valid_from")


def _check_phases(phases: Sequence[str], where: str) -> None:
    known = bool(phases) and set(phases) <= set(PHASES)
    _require(known, where, "phases", f"must name {' or '.join(PHASES)}, or both")


def _check_codes(codes: Sequence[str], known: Callable[[str], bool], where: str, name: str, kind: str) -> None:
    for code in codes:
        _require(known(code), where, name, f"names '{code}', which is no {kind} of the contract")


def _check_reach(entry: Mapping[str, Any], where: str) -> None:
    """Only the fairness run reads `protected`, on a basis that is for nothing else; what is never scored has none."""
    if entry["code"] == FAIRNESS:
        alone = all(column.startswith(PROTECTED_PREFIX) for column in entry["columns"])
        _require(alone, where, "columns", "may name columns of protected only")
        _require(not entry["benefits"], where, "benefits", "must be empty: it is no basis for a score")
        return
    for column in entry["columns"]:
        # `address.*` means the columns of the table that may be covered at all
        named = column if not column.endswith(".*") or column.startswith(PROTECTED_PREFIX) else ""
        _require(not never_scored(named), where, "columns", f"names '{column}', which no basis makes an input")


def _refuse_doubles(bases: Sequence[LegalBasis]) -> None:
    for place, basis in enumerate(bases):
        for earlier in bases[:place]:
            twice = basis.code == earlier.code and set(basis.phases) & set(earlier.phases) and _overlap(basis, earlier)
            _require(
                not twice, f"basis {place + 1} ({basis.code})", "code", "stands twice in the same phase and period"
            )


def _overlap(one: LegalBasis, other: LegalBasis) -> bool:
    return one.valid_from < (other.valid_to or dt.date.max) and other.valid_from < (one.valid_to or dt.date.max)


def _require(holds: bool, where: str, name: str, what: str) -> None:
    if not holds:
        raise _wrong(f"{where}: {name}", f"The field {name} {what}.")
