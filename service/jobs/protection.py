"""Name and address protection as the registers tell it: whoever is protected disappears from every case.

An address counts as protected while a protected person is registered there, and while a case there holds somebody who
is: that they moved out does not show what the case says about them. Must not know what a case is about.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
import sqlalchemy as sa

from governance.as_of import AsOf
from governance.registers import Registers
from governance.store.opening import Store
from service.cases.intake import hide_protected
from service.cases.snapshot import build_protected
from service.cases.tables import CASES

REFRESHED = "protection.refreshed"


def protected_addresses(connection: sa.Connection, registers: Registers, *, as_of: AsOf) -> frozenset[str]:
    """The addresses that are shown to nobody, by the protection known at the close of `as_of`."""
    held = _cases(connection)
    return build_protected(registers, as_of=as_of) | frozenset(addresses_held(registers, held, as_of=as_of))


def hide_newly_protected(store: Store, registers: Registers, *, as_of: AsOf) -> int:
    """Hide the cases of whoever is protected now, and show none again; how many were hidden.

    One event when there were any. For registers that nobody has checked yet: what they lack may not uncover anybody.
    """
    with store.reading() as connection:
        protected = protected_addresses(connection, registers, as_of=as_of)
        shown = sa.select(CASES.c.address_id).where(sa.not_(CASES.c.hidden))
        newly = protected.intersection(connection.execute(shown).scalars())
    if not newly:
        return 0
    with store.act(REFRESHED, subject=str(as_of)) as act:
        standing = act.connection.execute(sa.select(CASES.c.address_id).where(CASES.c.hidden)).scalars()
        hidden, _ = hide_protected(act, newly.union(standing), actor=store.actor)
        act.add(hidden=hidden)
    return hidden


def addresses_held(registers: Registers, cases: pl.DataFrame, *, as_of: AsOf) -> list[str]:
    """The `address_id` of those `cases` (`address_id`, `since` date) where a protected person has lived since."""
    day = as_of.day
    persons = _known(registers, "person", day).filter(_holds(day), "address_protected").select("person_id")
    lived = _known(registers, "residence", day).join(persons, on="person_id", how="semi")
    there = lived.filter(pl.col("valid_from") <= day).join(cases.lazy(), on="address_id")
    since = there.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") > pl.col("since")))
    return since.select("address_id").unique().collect(engine="streaming")["address_id"].sort().to_list()


def _known(registers: Registers, register: str, day: dt.date) -> pl.LazyFrame:
    retracted = pl.col("retracted_on")
    return registers.table(register).filter(pl.col("recorded_on") <= day, retracted.is_null() | (retracted > day))


def _holds(day: dt.date) -> pl.Expr:
    return (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") > day))


def _cases(connection: sa.Connection) -> pl.DataFrame:
    # after retention a case has no address, and holds nobody
    asked = sa.select(CASES.c.address_id, CASES.c.as_of).where(CASES.c.address_id != "")
    rows = [(row.address_id, dt.date.fromisoformat(row.as_of)) for row in connection.execute(asked)]
    return pl.DataFrame(rows, schema={"address_id": pl.String, "since": pl.Date}, orient="row")
