"""The database of this installation, open for as long as one command runs."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator

from governance.as_of import Clock, SetClock, SystemClock
from governance.settings import Settings
from governance.store.opening import Store, open_store


@contextlib.contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """Our database with clock and operator of the settings; closing publishes a checkpoint.

    Where an invented town is looked at on a day of its own, every event says so.
    """
    store = open_store(settings, clock=clock_of(settings), actor=_operator(settings))
    try:
        yield store
    finally:
        store.close()


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or that of an invented town."""
    if not settings.invented_day:
        return SystemClock()
    return SetClock(dt.date.fromisoformat(settings.invented_day), SystemClock())


def _operator(settings: Settings) -> str:
    said = f" (opfundet dag {settings.invented_day})" if settings.invented_day else ""
    return settings.operator + said
