"""What the registers said about an address when it was listed, with register and day: the facts of the desk review.

Only what was known at the close of the day, and nothing that may never be looked at. Persons and grants are numbered
for people to read; their ids stay in the sealed document. Must not know scores, reasons or arms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import polars as pl

from governance.as_of import AsOf, add_months
from governance.registers import Registers

ADDRESS_PARTS = ("municipality_code", "road_code", "house_number", "floor", "door", "postal_code")
DWELLING = ("unit_use_code", "area_m2", "rooms", "tenure")
GRANT = ("benefit", "basis", "children", "valid_from", "valid_to", "recorded_on")
MONTHS_OF_MEAN: Final = 3
MONTHS_BACK: Final = 12
ADULT_YEARS: Final = 18
Snapshot = dict[str, Any]


def build_snapshots(registers: Registers, addresses: Collection[str], *, as_of: AsOf) -> Mapping[str, Snapshot]:
    """address_id → JSON document, for each of `addresses` that the registers know.

    Keys: `as_of`; `address` (ADDRESS_PARTS, "" where unknown, recorded_on); `dwelling` (DWELLING); `residents`
    [person, person_id, birth_year, since, care_of, recorded_on]; `grants` [grant, grant_id, person, benefit, basis,
    children, valid_from, valid_to, monthly_ore (mean of the last three months paid within a year, null for none),
    recorded_on]; `signals` [kind, recorded_on]; `cases` [opened_on, closed_on, outcome]. Days are YYYY-MM-DD.
    """
    wanted = pl.LazyFrame({"address_id": sorted(addresses)}, schema={"address_id": pl.String})
    homes = _now(registers, "address", as_of).join(wanted, on="address_id", how="semi").collect()
    residents = _residents(registers, wanted, as_of)
    grants = _grants(registers, residents, as_of)
    signals = _events(registers, "signal", wanted, as_of)
    cases = _cases(registers, wanted, as_of)
    parts = [_by_address(rows) for rows in (residents, grants, signals, cases)]
    return {
        row["address_id"]: _document(row, [found.get(row["address_id"], []) for found in parts], as_of)
        for row in homes.iter_rows(named=True)
    }


def build_protected(registers: Registers, *, as_of: AsOf) -> frozenset[str]:
    """The addresses where somebody with address protection is registered; they are shown to nobody."""
    persons = _now(registers, "person", as_of).filter("address_protected").select("person_id")
    homes = _now(registers, "residence", as_of).join(persons, on="person_id", how="semi")
    return frozenset(homes.select("address_id").unique().collect()["address_id"])


def _known(registers: Registers, table: str, as_of: AsOf) -> pl.LazyFrame:
    day, retracted = pl.lit(as_of.day), pl.col("retracted_on")
    return registers.table(table).filter(
        pl.col("recorded_on") <= day, retracted.is_null() | (retracted > day)
    )  # fmt: skip


def _now(registers: Registers, table: str, as_of: AsOf) -> pl.LazyFrame:
    day, ended = pl.lit(as_of.day), pl.col("valid_to")
    return _known(registers, table, as_of).filter(pl.col("valid_from") <= day, ended.is_null() | (ended > day))


def _residents(registers: Registers, wanted: pl.LazyFrame, as_of: AsOf) -> pl.DataFrame:
    births = _now(registers, "person", as_of).select("person_id", birth_year=pl.col("birth_date").dt.year())
    return (
        _now(registers, "residence", as_of)
        .join(wanted, on="address_id", how="semi")
        .join(births, on="person_id", how="left")
        .sort("address_id", "birth_year", "person_id", nulls_last=True)
        .select(
            "address_id", "person_id", "birth_year", "care_of", "recorded_on", since="valid_from",
            person=pl.int_range(1, pl.len() + 1).over("address_id"),
        )
        .collect()
    )  # fmt: skip


def _grants(registers: Registers, residents: pl.DataFrame, as_of: AsOf) -> pl.DataFrame:
    people = residents.lazy().select("address_id", "person_id", "person")
    return (
        _now(registers, "benefit_grant", as_of)
        .join(people, on="person_id", how="inner")
        .join(_monthly(registers, as_of), on="grant_id", how="left")
        .sort("address_id", "person", "benefit", "grant_id")
        .select(
            "address_id", "grant_id", "person", *GRANT, "monthly_ore",
            grant=pl.int_range(1, pl.len() + 1).over("address_id"),
        )
        .collect()
    )  # fmt: skip


def _monthly(registers: Registers, as_of: AsOf) -> pl.LazyFrame:
    """Whole øre a month: the mean of a grant's newest months paid, three at most, within a year of the day."""
    earliest = add_months(as_of.day, -MONTHS_BACK)
    paid = registers.table("benefit_payment").filter(
        pl.col("recorded_on") <= as_of.day, pl.col("month").is_between(earliest, as_of.day)
    )
    months = paid.group_by("grant_id", "month").agg(pl.col("amount_ore").sum())
    newest = pl.col("month").rank("ordinal", descending=True).over("grant_id") <= MONTHS_OF_MEAN
    total, count = pl.col("amount_ore").sum(), pl.len().cast(pl.Int64)
    return months.filter(newest).group_by("grant_id").agg(monthly_ore=(total * 2 + count) // (count * 2))


def _events(registers: Registers, table: str, wanted: pl.LazyFrame, as_of: AsOf) -> pl.DataFrame:
    found = registers.table(table).filter(pl.col("recorded_on") <= as_of.day)
    found = found.join(wanted, on="address_id", how="semi").sort("address_id", "recorded_on", "signal_id")
    return found.select("address_id", "kind", "recorded_on").collect()


def _cases(registers: Registers, wanted: pl.LazyFrame, as_of: AsOf) -> pl.DataFrame:
    closed = pl.col("closed_on") <= as_of.day
    found = registers.table("control_case").filter(pl.col("opened_on") <= as_of.day)
    found = found.join(wanted, on="address_id", how="semi").sort("address_id", "opened_on", "case_id")
    ends = {name: pl.when(closed).then(pl.col(name)) for name in ("closed_on", "outcome")}
    return found.select("address_id", "opened_on", **ends).collect()


def _by_address(rows: pl.DataFrame) -> Mapping[str, list[Snapshot]]:
    found: dict[str, list[Snapshot]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row["address_id"], []).append(_plain(row, leave_out=("address_id",)))
    return found


def _document(home: Mapping[str, Any], parts: Iterable[list[Snapshot]], as_of: AsOf) -> Snapshot:
    address = {name: home[name] or "" for name in ADDRESS_PARTS} | {"recorded_on": home["recorded_on"].isoformat()}
    dwelling = _plain({name: home[name] for name in (*DWELLING, "recorded_on")})
    listed = dict(zip(("residents", "grants", "signals", "cases"), parts, strict=True))
    return {"as_of": as_of.day.isoformat(), "address": address, "dwelling": dwelling, **listed}


def _plain(row: Mapping[str, Any], *, leave_out: Collection[str] = ()) -> Snapshot:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in row.items()
        if name not in leave_out
    }


def persons_of(snapshot: Mapping[str, Any]) -> Mapping[int, str]:
    """Number of a person in the snapshot → person_id; personal, for the door to the identities and for effects."""
    return {int(each["person"]): str(each["person_id"]) for each in snapshot.get("residents", [])}


def adults_of(snapshot: Mapping[str, Any], today: dt.date) -> frozenset[str]:
    """person_id of those who come of age this year or have; where no year of birth is known, somebody is of age."""
    return frozenset(
        str(each["person_id"])
        for each in snapshot.get("residents", [])
        if each["birth_year"] is None or today.year - each["birth_year"] >= ADULT_YEARS
    )


def grants_of(snapshot: Mapping[str, Any]) -> Mapping[int, Mapping[str, Any]]:
    """Number of a grant in the snapshot → the grant as it stands there, with `grant_id`."""
    return {int(each["grant"]): each for each in snapshot.get("grants", [])}


def without_ids(snapshot: Mapping[str, Any]) -> Snapshot:
    """The snapshot as it may be shown: persons and grants by number alone."""
    return {
        name: [{key: each[key] for key in each if key not in ("person_id", "grant_id")} for each in value]
        if isinstance(value, list)
        else value
        for name, value in snapshot.items()
    }
