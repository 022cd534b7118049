"""The file of a proposal, read strictly: whoever writes one is told which entry and which field is wrong.

Unknown is an error, never a guess: a misspelt field would be a figure that nobody counts. Must not know what the
figures add up to.
"""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from governance.errors import UsageError
from governance.impact.business_case.case import (
    AREAS,
    KINDS,
    RISK_CLASSES,
    TOTALS,
    Amounts,
    BusinessCase,
    Item,
    Risk,
    Share,
    Stated,
    Total,
)
from governance.impact.business_case.fields import (
    Entry,
    amounts,
    check_keys,
    entries,
    load_toml_bytes,
    number,
    read_toml,
    refusal,
    require,
    text,
    texts,
    whole,
    word,
)
from governance.impact.business_case.following import known_benefit, read_criterion, read_limits

SHIPPED = ("address_control", "parkeringsbutik")
ADDRESS_CONTROL = SHIPPED[0]
MOST_YEARS = 100
NEVER = ("never", "aldrig")
FIRST_YEAR, LAST_YEAR = 1900, 2200


def load_case(named: str) -> BusinessCase:
    """The shipped case of that name, or else the file of that path.

    `UsageError` when there is none, `DataContractError` for what the file holds.
    """
    return read_case(_shipped_bytes(named) if named in SHIPPED else _file_bytes(named))


def load_case_in_force(business_case_file: str) -> BusinessCase:
    """The case that follow-up is held against: the file that the setting names, "" the shipped address control."""
    return load_case(business_case_file or ADDRESS_CONTROL)


def _shipped_bytes(name: str) -> bytes:
    return files("governance.impact.business_case").joinpath(f"cases/{name}.toml").read_bytes()


def _file_bytes(named: str) -> bytes:
    try:
        return load_toml_bytes(Path(named))
    except ValueError:  # a name that no file can have
        raise UsageError("There is no such file.", item="FILE", remedy="Name a TOML file.") from None
    except UsageError as error:
        remedy = f"Name a TOML file, or a shipped case: {', '.join(SHIPPED)}."
        raise UsageError(error.what, item=error.item, remedy=remedy) from None


def read_case(content: bytes) -> BusinessCase:
    """The proposal that a file declares; the first fault of its form raises `DataContractError`."""
    required = ("title", "unit", "price_level", "years", "item")
    optional = ("risk", "criterion", "renegotiate", "assumptions", "stated")
    source = check_keys(read_toml(content), required=required, optional=optional, where="file")
    years = _years(source)
    items = _items(source, years)
    return BusinessCase(
        title=text(source, "title", "file"),
        unit=whole(source, "unit", "file", low=1, high=10**9),
        price_level=whole(source, "price_level", "file", low=FIRST_YEAR, high=LAST_YEAR),
        years=years,
        items=items,
        stated=_stated(source, years),
        risk=_risk(source["risk"]) if "risk" in source else None,
        criteria=tuple(read_criterion(each, place) for place, each in enumerate(entries(source, "criterion"), 1)),
        limits=read_limits(entries(source, "renegotiate"), items),
        assumptions=texts(source, "assumptions", "file"),
    )


def _years(source: Entry) -> tuple[int, ...]:
    """The years, each one after the one before: payback counts them, and goes on after the last."""
    years = source["years"]
    require(isinstance(years, list) and bool(years), "file", "years", "must be a list of years")
    require(len(years) <= MOST_YEARS, "file", "years", f"holds more than {MOST_YEARS} years")
    read = tuple(whole({"years": each}, "years", "file", low=FIRST_YEAR, high=LAST_YEAR) for each in years)
    rising = all(later == earlier + 1 for earlier, later in pairwise(read))
    require(rising, "file", "years", "must rise by one from year to year, none missing and none twice")
    return read


def _items(source: Entry, years: tuple[int, ...]) -> tuple[Item, ...]:
    found = entries(source, "item", where="file")
    require(bool(found), "file", "item", "must hold at least one [[item]]")
    return tuple(_item(each, place, years) for place, each in enumerate(found, 1))


def _item(entry: Any, place: int, years: tuple[int, ...]) -> Item:
    required = ("name", "kind", "area", "committee", "amounts")
    where = f"item {place}"
    check_keys(entry, required=required, optional=("benefit", "assumption"), where=where)
    name = text(entry, "name", where)
    where = f"{where} ({name})"
    return Item(
        name=name,
        kind=word(entry, "kind", where, KINDS),
        area=word(entry, "area", where, AREAS),
        committee=text(entry, "committee", where),
        amounts=amounts(entry["amounts"], "amounts", where, years),
        benefit=known_benefit(entry, where),
        assumption=text(entry, "assumption", where, default=""),
    )


def _risk(entry: Any) -> Risk:
    check_keys(entry, required=("class",), optional=("text",), where="risk")
    level = word(entry, "class", "risk", RISK_CLASSES)
    return Risk(level=level, text=text(entry, "text", "risk", default=""))


def _stated(source: Entry, years: tuple[int, ...]) -> Stated:
    if "stated" not in source:
        return Stated()
    optional = (*TOTALS, "payback_years", "distribution")
    entry = check_keys(source["stated"], required=(), optional=optional, where="stated")
    totals: dict[Total, Amounts] = {
        name: amounts(entry[name], name, "stated", years) for name in TOTALS if name in entry
    }
    rows = entries(entry, "distribution", where="stated")
    shares = tuple(_share(each, place, years) for place, each in enumerate(rows, 1))
    _refuse_half_told(shares)
    return Stated(totals=totals, payback=_payback(entry), distribution=shares)


def _payback(entry: Entry) -> Decimal | Literal["never"] | None:
    if "payback_years" not in entry:
        return None
    if entry["payback_years"] in NEVER:
        return "never"
    is_text = isinstance(entry["payback_years"], str)
    require(not is_text, "stated", "payback_years", 'must be a number, or "never" ("aldrig")')
    return number(entry["payback_years"], "payback_years", "stated")


def _share(entry: Any, place: int, years: tuple[int, ...]) -> Share:
    where = f"stated.distribution {place}"
    check_keys(entry, required=("kind", "committee"), optional=("key", "amounts"), where=where)
    committee = text(entry, "committee", where)
    where = f"{where} ({committee})"
    require("key" in entry or "amounts" in entry, where, "amounts", "is missing, and so is key: the row says nothing")
    return Share(
        place=place,
        kind=word(entry, "kind", where, KINDS),
        committee=committee,
        key=number(entry["key"], "key", where) if "key" in entry else None,
        amounts=amounts(entry["amounts"], "amounts", where, years) if "amounts" in entry else None,
    )


def _refuse_half_told(shares: tuple[Share, ...]) -> None:
    """Keys, or amounts, of some rows of a kind only cannot be added up."""
    for kind in KINDS:
        rows = [share for share in shares if share.kind == kind]
        for name in ("key", "amounts"):
            given = [getattr(share, name) is not None for share in rows]
            if any(given) and not all(given):
                lacking = rows[given.index(False)]
                where = f"stated.distribution {lacking.place} ({lacking.committee}): {name}"
                raise refusal(where, f"The field {name} is missing, though other rows of kind {kind} have it.")
