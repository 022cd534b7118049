"""What the kept registers of a run held about one person, and nothing of anybody else.

Other persons leave here as numbers ("person 1"), in the order in which they are met. Which rows are a person's own is
decided table by table: of the home the facts that stand about the address, of its earlier residents nothing. Must not
know lists, cases or pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from service.kept_registers import load_listing, require_kept

OTHER = "person {number}"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Home:
    """Where the person was registered, from and to (None: still), as one run knew it."""

    address_id: str
    valid_from: dt.date
    valid_to: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Whether the person was registered there on the day."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)


@dataclass(frozen=True)
class KnownRows:
    """What one run knew: the person's rows by table, homes, and how many others shared the home on its day."""

    tables: Mapping[str, tuple[Row, ...]]
    homes: tuple[Home, ...]
    others_at_home: int


@dataclass
class KeptRows:
    """Reads one person's rows from run after run; a table that did not change is proven and read once."""

    home: Path
    person_id: str
    _numbers: dict[str, int] = field(default_factory=dict)
    _proven: dict[str, Path] = field(default_factory=dict)

    def known(self, kept: str, day: dt.date) -> KnownRows:
        """The rows of the registers kept under that name; errors as of `service.kept_registers.load_kept`."""
        listing = load_listing(kept, home=self.home)
        tables = {name: self._scan(kept, name, content) for name, content in listing.items()}
        own: dict[str, list[Row]] = {name: self._own(frame) for name, frame in tables.items() if name in _OF_THE_PERSON}
        homes = tuple(Home(row["address_id"], row["valid_from"], row["valid_to"]) for row in own["residence"])
        current = {each.address_id for each in homes if each.holds(day)}
        own["relation"] = self._relations(tables["relation"])
        own["address"] = _rows(
            tables["address"].filter(pl.col("address_id").is_in({each.address_id for each in homes}))
        )
        own["signal"] = [*own["signal"], *_rows(_of_the_address(tables["signal"], current))]
        own["control_case"] = _cases_while_there(tables["control_case"], homes)
        others = _others(tables["residence"], self.person_id, current, day)
        return KnownRows({name: tuple(rows) for name, rows in own.items()}, homes, others)

    def _scan(self, kept: str, table: str, content: str) -> pl.LazyFrame:
        if content not in self._proven:
            self._proven[content] = require_kept(kept, table, content, home=self.home)
        return pl.scan_parquet(self._proven[content])

    def _own(self, frame: pl.LazyFrame) -> list[Row]:
        return _rows(frame.filter(pl.col("person_id") == self.person_id))

    def _relations(self, frame: pl.LazyFrame) -> list[Row]:
        """Who somebody is related to is told as a number, from either side."""
        named = (pl.col("person_id") == self.person_id) | (pl.col("related_id") == self.person_id)
        return [
            {**row, "person_id": self._number(row["person_id"]), "related_id": self._number(row["related_id"])}
            for row in _rows(frame.filter(named))
        ]

    def _number(self, person_id: str) -> str:
        if person_id == self.person_id:
            return person_id
        return OTHER.format(number=self._numbers.setdefault(person_id, len(self._numbers) + 1))


_OF_THE_PERSON = frozenset({"person", "residence", "benefit_grant", "benefit_payment", "signal", "control_effect"})
_UNTOLD: Mapping[str, tuple[str, ...]] = {"control_case": ("caseworker_id",)}


def _rows(frame: pl.LazyFrame) -> list[Row]:
    collected = frame.collect()
    rows: list[Row] = [*collected.sort(collected.columns, nulls_last=True).to_dicts()]
    return rows


def _of_the_address(signals: pl.LazyFrame, addresses: set[str]) -> pl.LazyFrame:
    """Signals about the home that name nobody; what was said of somebody else there is not this person's."""
    return signals.filter(pl.col("address_id").is_in(addresses) & pl.col("person_id").is_null())


def _cases_while_there(cases: pl.LazyFrame, homes: tuple[Home, ...]) -> list[Row]:
    """Controls that were opened while the person was registered there."""
    found = _rows(cases.filter(pl.col("address_id").is_in({each.address_id for each in homes})))
    return [
        {name: value for name, value in row.items() if name not in _UNTOLD["control_case"]}
        for row in found
        if any(each.address_id == row["address_id"] and each.holds(row["opened_on"]) for each in homes)
    ]


def _others(residences: pl.LazyFrame, person_id: str, addresses: set[str], day: dt.date) -> int:
    there = residences.filter(
        pl.col("address_id").is_in(addresses)
        & (pl.col("person_id") != person_id)
        & (pl.col("valid_from") <= day)
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") > day))
    )
    return int(there.select(pl.col("person_id").n_unique()).collect().item())
