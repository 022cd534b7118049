"""The rows of a released list as the columns of cases, and what the whole list promises of its cases.

Must not know what stands in the database about any address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.access.permissions import OFFICES
from governance.audit.events import instant
from governance.benefits import load_catalogue
from governance.pseudonyms import load_pseudonyms
from governance.settings import Settings
from governance.store.opening import Act
from service.cases.tables import LISTS
from service.decisions import PURPOSE, case_pseudonym
from service.worklist_files import BETWEEN_REASONS

CONTROL_OFFICE = "KFF"
"""The control unit belongs to it, and takes what no other administration pays for."""
_PER_HUNDRED = 100


@dataclass(frozen=True)
class Listed:
    """One row of a list: the address, the columns of the case that the list decides, and the facts."""

    address_id: str
    columns: Mapping[str, Any]
    snapshot: Mapping[str, Any]


def build_listed(
    rows: pl.DataFrame,
    snapshots: Mapping[str, Mapping[str, Any]],
    *,
    as_of: dt.date,
    run_id: str,
    settings: Settings,
) -> list[Listed]:
    """The rows in the order of the list; KeyError for an address without a snapshot."""
    names = load_pseudonyms(settings.home, purpose=PURPOSE)
    expires_on = as_of + dt.timedelta(days=settings.list_days)
    return [
        Listed(
            row["address_id"],
            _columns(row, snapshots[row["address_id"]])
            | {
                "run_id": run_id, "as_of": as_of, "expires_on": expires_on,
                "pseudonym": case_pseudonym(names, run_id, row["address_id"]),
            },
            snapshots[row["address_id"]],
        )
        for row in rows.sort("rank").iter_rows(named=True)
    ]  # fmt: skip


def _columns(row: Mapping[str, Any], snapshot: Mapping[str, Any]) -> dict[str, Any]:
    benefits = tuple(sorted({str(grant["benefit"]) for grant in snapshot["grants"]}))
    random = row["arm"] == "random"
    return {
        "place": row["rank"],
        "model_version": row["model_version"],
        "arm": "random" if random else "model",
        "selection_probability": row["selection_probability"] if random else None,
        "benefits": benefits,
        "offices": offices_of(benefits),
        "legal_basis": row["legal_basis"],
        "reasons_for": _sentences(row["reasons_for"]),
        "reasons_against": _sentences(row["reasons_against"]),
    }


def offices_of(benefits: tuple[str, ...]) -> tuple[str, ...]:
    """The administrations that a case with these benefits concerns, sorted: never none."""
    catalogue = load_catalogue().benefits
    paying = {catalogue[code].administration for code in benefits}
    return tuple(sorted(paying.intersection(OFFICES))) or (CONTROL_OFFICE,)


def _sentences(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(BETWEEN_REASONS)) if text else ()


def list_taken_in(connection: sa.Connection, run_id: str) -> bool:
    """Whether the list was taken in before."""
    return connection.execute(sa.select(LISTS.c.run_id).where(LISTS.c.run_id == run_id)).first() is not None


def keep_list(act: Act, run_id: str, rows: pl.DataFrame, *, as_of: dt.date) -> None:
    """Keep how many of 100 addresses of the whole list are expected to lead to a change, both arms together."""
    figures = {
        column: _per_hundred(rows[source])
        for column, source in (
            ("hits_per_100", "hit_probability"), ("hits_low", "hit_low"), ("hits_high", "hit_high")
        )
    }  # fmt: skip
    row = {"run_id": run_id, "at": instant(act.at), "as_of": as_of.isoformat(), "listed": rows.height}
    act.connection.execute(sa.insert(LISTS), row | figures)


def _per_hundred(chances: pl.Series) -> int | None:
    """The mean chance of a list as whole cases of 100; None of an empty list or one that no model made."""
    if not len(chances) or chances.null_count():
        return None
    return round(float(chances.cast(pl.Float64).sum()) / len(chances) * _PER_HUNDRED)
