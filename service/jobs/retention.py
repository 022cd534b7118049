"""Lets go of what has been kept for as long as it may: once a day, as one event with nothing but counts.

A case that ended long ago loses its key, and with it every word, letter and snapshot, and its address; what was
decided, by whom and when stays, without a name. A lead that is as old loses its key when no case shows it any more.
Must not know what any of the words were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from governance.as_of import danish_day
from governance.audit.events import instant
from governance.audit.search import search
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.api.once import KEPT
from service.api.tables import KEYS
from service.auth.sessions import remove_expired as remove_expired_sessions
from service.cases.leads import leads_over
from service.cases.states import FINISHED
from service.cases.tables import CASE_KEYS, CASES
from service.cases.vault import Vault
from service.kept_registers import remove_expired as remove_expired_registers

DONE = "retention.done"
FORGOTTEN = ""
"""The address of a case whose time is over."""


@dataclass(frozen=True)
class Retained:
    """How many went; a case that is counted has lost its words and its address, a lead its words."""

    cases: int
    leads: int
    register_runs: int
    register_tables: int
    sessions: int
    request_keys: int


class _DoneToday(Exception):
    """Another process was faster."""


def retain(store: Store, settings: Settings) -> Retained:
    """Let go of everything whose time is over, in one act."""
    with store.act(DONE) as act:
        return _retain(act, settings)


def retain_when_due(store: Store, settings: Settings) -> Retained | None:
    """What a timer calls: `retain` unless it was done today already; None then."""
    if _done_today(store):
        return None
    try:
        with store.act(DONE) as act:
            if _newest_day(act.connection) == danish_day(act.at):
                raise _DoneToday
            return _retain(act, settings)
    except _DoneToday:
        return None


def _done_today(store: Store) -> bool:
    with store.reading() as connection:
        return _newest_day(connection) == danish_day(store.clock.now())


def _newest_day(connection: sa.Connection) -> dt.date | None:
    newest = search(connection, action=DONE, subject=None, last=1)
    return danish_day(newest[0].at) if newest else None


def _retain(act: Act, settings: Settings) -> Retained:
    today = danish_day(act.at)
    last = today - dt.timedelta(days=settings.case_retention_days)
    cases = _over(act.connection, last)
    _forget(act, cases)
    # after the cases: a lead goes with the case that shows it
    leads = leads_over(act.connection, before=last, settings=settings)
    for signal_id in leads:
        Vault.forget_lead(act, signal_id)
    sessions = remove_expired_sessions(act.connection, now=act.at)
    keys = act.connection.execute(sa.delete(KEYS).where(KEYS.c.at < instant(act.at - KEPT))).rowcount
    # files last: a change of the database can be taken back, a removed file cannot
    runs, tables = remove_expired_registers(home=settings.home, today=today, days=settings.kept_registers_days)
    done = Retained(len(cases), len(leads), runs, tables, sessions, keys)
    act.add(**vars(done))
    return done


def _over(connection: sa.Connection, last: dt.date) -> Sequence[str]:
    """The cases that ended before `last` and still have an address or a key."""
    asked = (
        sa.select(CASES.c.case_id)
        .outerjoin(CASE_KEYS, CASE_KEYS.c.case_id == CASES.c.case_id)
        .where(
            CASES.c.state.in_(FINISHED),
            CASES.c.closed_on < last.isoformat(),
            sa.or_(CASES.c.address_id != FORGOTTEN, CASE_KEYS.c.case_id.is_not(None)),
        )
    )
    return connection.execute(asked.order_by(CASES.c.case_id)).scalars().all()


def _forget(act: Act, cases: Sequence[str]) -> None:
    for case_id in cases:
        Vault.forget(act, case_id)
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case_id).values(address_id=FORGOTTEN))
