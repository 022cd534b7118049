"""Small logs to check, prove and tamper with: a clock that ticks, a store with events, an export of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from governance.as_of import Clock
from governance.audit.appending import append
from governance.audit.events import Draft
from governance.settings import Settings
from governance.store.opening import Store, open_store
from tests.new_databases import lay_down

BEGINNING = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)


class TickingClock:
    """Every look is `step` after the one before; `at` may be set."""

    def __init__(self, at: dt.datetime = BEGINNING, *, step: dt.timedelta = dt.timedelta(seconds=1)) -> None:
        self.at = at
        self.step = step

    def now(self) -> dt.datetime:
        self.at += self.step
        return self.at


def a_store(home: Path, *, clock: Clock | None = None, **settings: object) -> Store:
    """An open store with state under `home`; further settings by name."""
    lay_down(Settings(home=home, **settings))
    return a_store_as_found(home, clock=clock, **settings)


def a_store_as_found(home: Path, *, clock: Clock | None = None, **settings: object) -> Store:
    """The same whose database, where there is none, is made by the program there and then."""
    return open_store(Settings(home=home, **settings), clock=clock or TickingClock(), actor="tester")


def fill(store: Store, events: int) -> None:
    """`events` more events, in one transaction."""
    with store.act("list.made", subject="run-last", details={"listed": 0}) as act:
        append(act.connection, [a_draft(number, at=act.at) for number in range(events - 1)])


def a_draft(number: int, *, at: dt.datetime = BEGINNING) -> Draft:
    """An event of no importance, different from its neighbours, with letters that take more than one byte."""
    details = {"listed": number, "note": f'nr. {number}: æøå "citeret" \\ \u2028', "share": number / 7, "none": None}
    return Draft(at, "list.made", "tester", f"run-{number}", details)
