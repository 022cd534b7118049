"""What a night was bound to before it looked at anybody, and whether it is over.

A night is a day and a delivery: the same two always come to the same night, with the seed that was drawn for it once.
How far it came is read from the log, where each step leaves its own event: what is told once cannot be told otherwise.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from governance.as_of import AsOf
from governance.audit.events import canonical, instant
from governance.audit.search import newest_details
from governance.audit.tables import EVENTS
from governance.errors import UserError
from governance.sealing import load_sealer
from governance.settings import Settings
from governance.store.opening import Store
from service.fallback import FALLBACK
from service.jobs.tables import FINISHED_NIGHTS, NIGHTS
from service.list_writing import COMMITTED, MADE
from service.random_arm import Seed

BEGUN, MERGED, STOPPED, FINISHED = "nightly.begun", "nightly.merged", "nightly.stopped", "nightly.finished"
PURPOSE = "nightly"


@dataclass(frozen=True)
class Asked:
    """How the list of a night is made: hours to fill, share of the random arm, model version ("" for none yet)."""

    hours: float
    random_share: float
    model: str
    fallback: str
    mitigation: str


@dataclass(frozen=True)
class Night:
    """A night that was begun; `registers` is the hash of its delivery."""

    night_id: str
    as_of: AsOf
    registers: str
    commitment: str
    asked: Asked
    seed: Seed


def night_name(as_of: AsOf, registers: str) -> str:
    """The day and the beginning of the delivery's hash."""
    return f"{as_of}-{registers[:16]}"


def begin_night(
    store: Store, *, as_of: AsOf, registers: str, asked: Asked, seed: Seed, settings: Settings
) -> Night:  # fmt: skip
    """Bind the night to its seed, in the log, before anybody is looked at."""
    night = Night(night_name(as_of, registers), as_of, registers, seed.commitment, asked, seed)
    sealer = load_sealer(settings.home, purpose=PURPOSE)
    sealed = sealer.seal(str(seed.value).encode(), about=night.night_id)
    said = {"as_of": str(as_of), "registers": registers, "commitment": seed.commitment, **asdict(asked)}
    with store.act(BEGUN, subject=night.night_id, details=said) as act:
        row = {"night_id": night.night_id, "at": instant(act.at), "as_of": str(as_of), "registers": registers}
        bound = {"commitment": seed.commitment, "sealed_seed": sealed, "asked": canonical(asdict(asked))}
        act.connection.execute(sa.insert(NIGHTS), [row | bound])
    return night


def load_night(connection: sa.Connection, night_id: str, *, settings: Settings) -> Night | None:
    """The night of that name with its seed, None if it was never begun; `AuditLogBroken` when the seed was altered."""
    row = connection.execute(sa.select(NIGHTS).where(NIGHTS.c.night_id == night_id)).one_or_none()
    if row is None:
        return None
    sealer = load_sealer(settings.home, purpose=PURPOSE)
    seed = Seed(int(sealer.open(row.sealed_seed, about=night_id)))
    return Night(night_id, AsOf.parse(row.as_of), row.registers, row.commitment, Asked(**json.loads(row.asked)), seed)


def load_finished(connection: sa.Connection, night_id: str) -> tuple[str, Mapping[str, Any]] | None:
    """Run and counts of a night that is over; None otherwise."""
    found = FINISHED_NIGHTS.c.night_id == night_id
    row = connection.execute(sa.select(FINISHED_NIGHTS).where(found)).one_or_none()
    return None if row is None else (row.run_id, json.loads(row.counts))


def last_finished_day(connection: sa.Connection) -> dt.date | None:
    """The latest day that a finished night looked from."""
    joined = NIGHTS.join(FINISHED_NIGHTS, NIGHTS.c.night_id == FINISHED_NIGHTS.c.night_id)
    found = connection.execute(sa.select(sa.func.max(NIGHTS.c.as_of)).select_from(joined)).scalar()
    return None if found is None else dt.date.fromisoformat(found)


def finish_night(store: Store, night: Night, *, run_id: str, counts: Mapping[str, Any]) -> None:
    """The night is over: its list is with the caseworkers."""
    with store.act(FINISHED, subject=night.night_id, details={"run": run_id, **counts}) as act:
        row = {"night_id": night.night_id, "at": instant(act.at), "run_id": run_id, "counts": canonical(dict(counts))}
        act.connection.execute(sa.insert(FINISHED_NIGHTS), [row])


def stop_night(store: Store, night: Night, *, step: str, error: UserError, details: Mapping[str, Any]) -> None:
    """Say that the night came no further, where, and by which kind of refusal; never the refusal's own words."""
    said = {"step": step, "code": error.code, "exit_code": error.exit_code, **details}
    with store.act(STOPPED, subject=night.night_id, details=said):
        pass


def made_run(connection: sa.Connection, night: Night, *, without_model: bool) -> str | None:
    """The newest list that was made from the night's seed, by the model or (`without_model`) by the fallback."""
    bound = sa.select(EVENTS.c.subject).where(
        EVENTS.c.action == COMMITTED, EVENTS.c.details.contains(night.commitment)
    )  # fmt: skip
    for run_id in connection.execute(bound.order_by(EVENTS.c.seq.desc())).scalars():
        made = newest_details(connection, MADE, run_id)
        if made is not None and (made["model"] == FALLBACK) == without_model:
            return str(run_id)
    return None
