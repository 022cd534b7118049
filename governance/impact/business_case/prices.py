"""Price levels: a declared index, year by year, each change with its source or marked as an assumption.

The shipped index holds assumptions only: official figures are for the municipality to fill in. Must not know which
year somebody would like to see.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

from governance.errors import DataContractError
from governance.impact.business_case.case import Amounts, BusinessCase, Stated
from governance.impact.business_case.fields import (
    check_keys,
    entries,
    load_toml_bytes,
    number,
    read_toml,
    require,
    switch,
    text,
    whole,
)

LARGEST_CHANGE = Decimal(50)
WIDE = Context(prec=400)


@dataclass(frozen=True, kw_only=True)
class Change:
    """How much dearer a year is than the year before, per cent; where that is from, and whether it is assumed."""

    year: int
    percent: Decimal
    source: str
    assumption: bool


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What a conversion between two price levels rests on; `factor` is exact."""

    from_year: int
    to_year: int
    factor: Fraction
    changes: tuple[Change, ...]

    @property
    def assumed(self) -> bool:
        """Whether any of it is an assumption."""
        return any(change.assumption for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class PriceIndex:
    """The declared changes by year."""

    changes: Mapping[int, Change]

    def conversion(self, *, from_year: int, to_year: int) -> Conversion:
        """What an amount in the prices of one year is multiplied by to be in those of another, and why.

        `DataContractError` names a year between them that has no change.
        """
        low, high = min(from_year, to_year), max(from_year, to_year)
        changes = tuple(self._change(year) for year in range(low + 1, high + 1))
        dearer = math.prod((1 + Fraction(each.percent) / 100 for each in changes), start=Fraction(1))
        factor = dearer if to_year >= from_year else 1 / dearer
        return Conversion(from_year=from_year, to_year=to_year, factor=factor, changes=changes)

    def _change(self, year: int) -> Change:
        if year not in self.changes:
            raise DataContractError(
                f"The price index has no change for {year}.",
                item=f"price index {year}",
                remedy="Add the year with its source to the file that price_index_file names, or ask for another year.",
            )
        return self.changes[year]


def load_price_index(price_index_file: str) -> PriceIndex:
    """The index of the file that the setting names, "" the shipped one."""
    if price_index_file:
        return read_price_index(load_toml_bytes(Path(price_index_file)))
    return read_price_index(files("governance.impact.business_case").joinpath("price_index.toml").read_bytes())


def read_price_index(content: bytes) -> PriceIndex:
    """The entries `[[change]]` of a file that holds nothing else; the first fault raises `DataContractError`."""
    source = check_keys(read_toml(content), required=("change",), optional=(), where="file")
    changes = [_change(each, place) for place, each in enumerate(entries(source, "change"), 1)]
    _refuse_doubles(changes)
    return PriceIndex(changes={change.year: change for change in changes})


def _change(entry: Any, place: int) -> Change:
    where = f"change {place}"
    check_keys(entry, required=("year", "percent", "source"), optional=("assumption",), where=where)
    percent = number(entry["percent"], "percent", where)
    require(abs(percent) <= LARGEST_CHANGE, where, "percent", f"must lie within {LARGEST_CHANGE} per cent of nothing")
    return Change(
        year=whole(entry, "year", where, low=1900, high=2200),
        percent=percent,
        source=text(entry, "source", where),
        assumption=switch(entry, "assumption", where),
    )


def _refuse_doubles(changes: Sequence[Change]) -> None:
    years = [change.year for change in changes]
    for place, year in enumerate(years, 1):
        require(years.index(year) == place - 1, f"change {place}", "year", f"{year} stands twice")


def convert_case(case: BusinessCase, index: PriceIndex, *, to_year: int) -> BusinessCase:
    """The same proposal in the prices of another year, every amount to the nearest øre; what it states is left out."""
    factor = index.conversion(from_year=case.price_level, to_year=to_year).factor
    items = tuple(dataclasses.replace(item, amounts=_converted(item.amounts, factor, case.unit)) for item in case.items)
    return dataclasses.replace(case, price_level=to_year, items=items, stated=Stated())


def _converted(amounts: Iterable[Decimal], factor: Fraction, unit: int) -> Amounts:
    decimals = len(str(unit * 100)) - 1
    return tuple(_rounded(Fraction(amount) * factor, decimals) for amount in amounts)


def _rounded(amount: Fraction, decimals: int) -> Decimal:
    """Half of the last digit goes away from zero."""
    whole_digits = math.floor(abs(amount) * 10**decimals + Fraction(1, 2))
    return Decimal(whole_digits if amount >= 0 else -whole_digits).scaleb(-decimals, WIDE)
