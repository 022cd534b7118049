"""What was promised of each of our own cases when it was listed, and what is logged of the draws they came from.

Read from the runs that were taken in: the list as made, the draw of every candidate, and the promises by benefit, each
held to the hash that the log has of it. A run from before something was logged has None there. Must not know what came
of a case.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import sqlalchemy as sa

from governance.audit.search import newest_details
from governance.errors import AuditLogBroken
from governance.settings import Settings
from service.cases.tables import CASES, LISTS
from service.list_writing import DRAW, MADE, PROMISE
from service.logged_lists import LOGGED_COLUMNS
from service.run_files import LIST

OFFICES = ("BIF", "BUF", "KFF")
LATER = (DRAW, PROMISE)
"""Files whose hash the log did not have from the start: of an older run what lies there is taken as it is."""


@dataclass(frozen=True)
class OwnCase:
    """A case of ours and its place on the list of a run."""

    case_id: str
    run_id: str
    place: int


@dataclass(frozen=True)
class LoggedRun:
    """A list that was taken in: `rows` as made, `draws` of every candidate, `promises` of the listed by benefit."""

    run_id: str
    as_of: dt.date
    rows: pl.DataFrame
    draws: pl.DataFrame | None
    promises: pl.DataFrame | None

    @property
    def says_lists(self) -> bool:
        """Whether it is logged what every candidate was promised."""
        return self.draws is not None and set(LOGGED_COLUMNS) <= set(self.draws.columns)


@dataclass(frozen=True)
class Logged:
    """All runs by id, and our own cases that came from one."""

    runs: Mapping[str, LoggedRun]
    cases: tuple[OwnCase, ...]


@dataclass(frozen=True)
class CasePromise:
    """Municipal øre promised of one case by administration and by benefit ({} where not logged), and its chance."""

    unit_id: str
    chance: float
    by_office: Mapping[str, float]
    by_benefit: Mapping[str, float]


def load_logged(connection: sa.Connection, *, settings: Settings) -> Logged:
    """Every list that was taken in; `AuditLogBroken` for a file that is not the one that was made."""
    asked = connection.execute(sa.select(LISTS.c.run_id, LISTS.c.as_of).order_by(LISTS.c.at)).all()
    runs = {row.run_id: _run(connection, row.run_id, dt.date.fromisoformat(row.as_of), settings) for row in asked}
    listed = sa.select(CASES.c.case_id, CASES.c.run_id, CASES.c.place).where(CASES.c.place > 0)
    own = [OwnCase(row.case_id, row.run_id, row.place) for row in connection.execute(listed.order_by(CASES.c.case_id))]
    found = {name: run for name, run in runs.items() if run is not None}
    return Logged(found, tuple(case for case in own if case.run_id in found))


def promises_of(logged: Logged) -> Mapping[str, CasePromise]:
    """Case → what was promised of it; cases of lists that no model made are not among them."""
    found = {}
    for run in logged.runs.values():
        rows = {row["rank"]: row for row in run.rows.iter_rows(named=True)}
        benefits = _benefits(run)
        for case in (each for each in logged.cases if each.run_id == run.run_id):
            row = rows.get(case.place)
            if row is not None and row["expected_municipal_ore"] is not None:
                unit = str(row["address_id"])
                found[case.case_id] = CasePromise(
                    unit_id=unit,
                    chance=float(row["hit_probability"]),
                    by_office={office: float(row[f"expected_{office.lower()}_ore"]) for office in OFFICES},
                    by_benefit=benefits.get(unit, {}),
                )
    return found


def _benefits(run: LoggedRun) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in () if run.promises is None else run.promises.iter_rows(named=True):
        found.setdefault(row["unit_id"], {})[row["benefit"]] = row["promised_ore"]
    return found


def _run(connection: sa.Connection, run_id: str, as_of: dt.date, settings: Settings) -> LoggedRun | None:
    said = newest_details(connection, MADE, run_id) or {}
    rows = _table(settings, run_id, LIST, said)
    if rows is None:
        return None
    return LoggedRun(
        run_id, as_of, rows, _table(settings, run_id, DRAW, said), _table(settings, run_id, PROMISE, said)
    )  # fmt: skip


def _table(settings: Settings, run_id: str, name: str, said: Mapping[str, object]) -> pl.DataFrame | None:
    path = settings.home / "runs" / run_id / name
    if not path.is_file():
        return None
    content, sealed = path.read_bytes(), said.get(f"{name.partition('.')[0]}_sha256")
    if (sealed is None and name not in LATER) or (sealed and hashlib.sha256(content).hexdigest() != sealed):
        raise AuditLogBroken(
            "What was logged of a draw is not what the log says was written.",
            item=f"{run_id}/{name}",
            remedy="Restore the run's directory from the backup.",
        )
    return pl.read_parquet(io.BytesIO(content))
