"""What control has cost the citizens: needless controls of a year, and the random arm that came of it.

Counts adults at addresses; must not know who they are, nor any group.
"""

from __future__ import annotations

import datetime as dt

import narwhals as nw
import polars as pl

from features.engines import Engine
from features.views.residence import registered
from features.world import make_world
from governance.as_of import AsOf, months_before
from governance.registers import Registers

YEAR_MONTHS = 12
PER = 1_000


def needless_per_1000(registers: Registers, engine: Engine, units: pl.DataFrame, *, as_of: AsOf) -> float:
    """Adults controlled for nothing in the twelve months to `as_of`, per 1,000 adults at the candidate `units`.

    A control for nothing is a case closed with no change; its adults are those registered the day before it opened.
    0 when no adult lives at a candidate address.
    """
    closed = _closed_last_year(registers, as_of=as_of).filter(pl.col("outcome") == "no_change")
    seen = closed.select("address_id", unit_id="case_id", as_of=pl.col("opened_on").dt.offset_by("-1d"))
    adults = _adults(engine, units)
    return PER * _adults(engine, seen) / adults if adults else 0.0


def random_cases_known(registers: Registers, *, as_of: AsOf) -> tuple[dt.date, ...]:
    """Days on which cases of the random arm closed, in the twelve months to `as_of`."""
    closed = _closed_last_year(registers, as_of=as_of).filter(pl.col("channel") == "random")
    return tuple(closed["closed_on"].sort())


def _closed_last_year(registers: Registers, *, as_of: AsOf) -> pl.DataFrame:
    closed = pl.col("closed_on")
    return (
        registers.table("control_case")
        .filter(closed <= as_of.day, closed > months_before(as_of.day, YEAR_MONTHS))
        .collect()
    )


def _adults(engine: Engine, units: pl.DataFrame) -> int:
    world = make_world(engine, units)
    grown = registered(world).filter(nw.col("is_adult") == 1).select("unit_id", "person_id").unique()
    return engine.collect(grown).height
