"""A released list becomes cases: one act takes in the whole list, or nothing of it.

What is listed again keeps its case, what is not listed any more expires unless it was opened, and what is being worked
on at an address is never doubled. Must not know how the list was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.as_of import danish_day
from governance.audit.events import instant
from governance.pseudonyms import load_pseudonyms
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.cases.addresses import in_cool_off
from service.cases.case import as_columns
from service.cases.listing import Listed, build_listed, keep_list, list_taken_in
from service.cases.moving import new_id
from service.cases.states import ACTIVE, WAITING
from service.cases.tables import CASES, STEPS
from service.cases.vault import Vault, load_vault
from service.rights.holds import held_persons, on_hold

TAKEN_IN = "worklist.taken_in"
LISTED_STEP, RELISTED_STEP, EXPIRED_STEP = "listed", "relisted", "expired"
HIDDEN_STEP, SHOWN_STEP = "hidden", "shown"
_BLIND = "blind"


@dataclass(frozen=True)
class Intake:
    """How many cases a list made (`taken`), met again (`kept`), let expire, and rows that became none (`left_out`)."""

    taken: int
    kept: int
    expired: int
    left_out: int


@dataclass
class _Taking:
    """One intake under way."""

    act: Act
    settings: Settings
    vault: Vault
    actor: str
    active: Mapping[str, sa.RowMapping]

    @property
    def today(self) -> dt.date:
        return danish_day(self.act.at)


class _AlreadyIn(Exception):
    """The list was taken in before: the act is to leave nothing."""


def take_in(
    store: Store,
    *,
    run_id: str,
    rows: pl.DataFrame,
    snapshots: Mapping[str, Mapping[str, Any]],
    protected: Collection[str],
    as_of: dt.date,
    settings: Settings,
    actor: str | None = None,
    kept_off: Collection[str] = (),
) -> Intake:
    """Make cases of the rows of a released `worklist.parquet`; a list that was taken in before changes nothing.

    `snapshots` (`service.cases.snapshot.build_snapshots`) holds every listed address, else KeyError; `protected` are
    the addresses that are shown to nobody, `kept_off` those that make no case. Event `worklist.taken_in` with counts.
    """
    with store.reading() as connection:
        if list_taken_in(connection, run_id):
            return Intake(0, 0, 0, 0)
    listed = build_listed(rows, snapshots, as_of=as_of, run_id=run_id, settings=settings)
    try:
        with store.act(TAKEN_IN, subject=run_id, actor=actor) as act:
            if list_taken_in(act.connection, run_id):
                raise _AlreadyIn
            keep_list(act, run_id, rows, as_of=as_of)
            hide_protected(act, protected, actor=actor or store.actor)
            taking = _Taking(
                act, settings, load_vault(settings), actor or store.actor, _active(act.connection)
            )  # fmt: skip
            done = _take_all(taking, [each for each in listed if each.address_id not in protected], frozenset(kept_off))
            intake = Intake(**done, left_out=len(listed) - done["taken"] - done["kept"])
            act.add(**vars(intake))
    except _AlreadyIn:
        return Intake(0, 0, 0, 0)
    return intake


def _active(connection: sa.Connection) -> Mapping[str, sa.RowMapping]:
    """The case at each address where there is an active one, hidden ones included."""
    rows = connection.execute(sa.select(CASES).where(CASES.c.state.in_(sorted(ACTIVE)))).mappings()
    return {row["address_id"]: row for row in rows}


def _take_all(taking: _Taking, listed: list[Listed], kept_off: frozenset[str]) -> dict[str, int]:
    cooling = in_cool_off(taking.act.connection, today=taking.today, months=taking.settings.cool_off_months)
    held = held_persons(taking.act.connection)
    taken = kept = 0
    for each in listed:
        standing = taking.active.get(each.address_id)
        resting = each.address_id in cooling | kept_off or on_hold(each.snapshot, held, taking.settings)
        if standing is None and not resting:
            _make(taking, each)
            taken += 1
        elif standing is not None and _waits(standing):
            _list_again(taking, standing, each)
            kept += 1
    on_list = {each.address_id for each in listed}
    gone = [row for row in taking.active.values() if _waits(row) and row["address_id"] not in on_list]
    for row in gone:
        closed = {
            "state": "expired", "closed_on": taking.today.isoformat(), "deadline": None, "vetoed_from": None
        }  # fmt: skip
        _write(taking, row, EXPIRED_STEP, closed)
    return {"taken": taken, "kept": kept, "expired": len(gone)}


def _waits(row: sa.RowMapping) -> bool:
    return str(row["vetoed_from"] or row["state"]) in WAITING


def _make(taking: _Taking, listed: Listed) -> None:
    case_id = new_id("sag")
    blind = draw_blind(taking.settings, listed.columns["run_id"], listed.address_id)
    columns = as_columns(
        case_id=case_id, address_id=listed.address_id, listed_on=taking.today, state="listed", version=1, blind=blind,
        suspicion=False, hidden=False, **listed.columns,
    )  # fmt: skip
    connection = taking.act.connection
    connection.execute(sa.insert(CASES), columns)
    taking.vault.make_case_key(connection, case_id)
    taking.vault.seal_text(taking.act, case_id, "snapshot", listed.snapshot, taking.actor)
    _write_step(taking.act, case_id, 1, LISTED_STEP, ("", "listed"), taking.actor)


def _list_again(taking: _Taking, row: sa.RowMapping, listed: Listed) -> None:
    """A new place and new facts; whoever has looked already goes on from what was seen, for as long as the new list."""
    if row["state"] != "listed":
        _write(taking, row, RELISTED_STEP, as_columns(expires_on=listed.columns["expires_on"]))
        return
    taking.vault.seal_text(taking.act, row["case_id"], "snapshot", listed.snapshot, taking.actor)
    _write(taking, row, RELISTED_STEP, as_columns(listed_on=taking.today, **listed.columns))


def _write(taking: _Taking, row: sa.RowMapping, step: str, columns: Mapping[str, Any]) -> None:
    _change(taking.act, row, step, columns, actor=taking.actor)


def _change(act: Act, row: sa.RowMapping, step: str, columns: Mapping[str, Any], *, actor: str) -> None:
    version = row["version"] + 1
    changed = sa.update(CASES).where(CASES.c.case_id == row["case_id"])
    act.connection.execute(changed.values(version=version, **columns))
    _write_step(act, row["case_id"], version, step, (row["state"], columns.get("state", row["state"])), actor)


def _write_step(act: Act, case_id: str, version: int, step: str, states: tuple[str, str], actor: str) -> None:
    row = {
        "case_id": case_id, "version": version, "at": instant(act.at), "step": step, "actor": actor,
        "from_state": states[0], "to_state": states[1], "reason": "", "details": "{}",
    }  # fmt: skip
    act.connection.execute(sa.insert(STEPS), row)


def draw_blind(settings: Settings, run_id: str, address_id: str) -> bool:
    """Whether the reasons are kept back until the first look: drawn by a keyed hash, whatever arm the case is in."""
    drawn = load_pseudonyms(settings.home, purpose=_BLIND).of(_BLIND, run_id, address_id).removeprefix(f"{_BLIND}-")
    return int(drawn, 16) < settings.blind_share * float(16 ** len(drawn))


def hide_protected(act: Act, protected: Collection[str], *, actor: str) -> tuple[int, int]:
    """Hide every case at a protected address and show again those no longer there; the numbers of both.

    A hidden case is found by nobody, whatever state it is in; what was recorded stays.
    """
    rows = act.connection.execute(sa.select(CASES).where(CASES.c.address_id != "")).mappings().all()
    wrong = [row for row in rows if row["hidden"] != (row["address_id"] in protected)]
    for row in wrong:
        hidden = not row["hidden"]
        _change(act, row, HIDDEN_STEP if hidden else SHOWN_STEP, {"hidden": hidden}, actor=actor)
    hidden_now = sum(not row["hidden"] for row in wrong)
    return hidden_now, len(wrong) - hidden_now
