"""The database of this installation, open for as long as one command runs."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator

from governance.as_of import Clock, SetClock, SystemClock
from governance.errors import SettingsError, UserError
from governance.settings import PREFIX, Settings
from governance.store.opening import Store, open_store
from governance.store.upgrading import is_empty
from service.invented import INVENTED, first_actor, is_invented

TIMER_SECONDS = 30.0


@contextlib.contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """Our database with clock and operator of the settings; a timer and closing publish checkpoints.

    Where an invented town is looked at on a day of its own, every event says so.
    """
    store = open_store(settings, clock=clock_of(settings), actor=operator_of(settings))
    try:
        _refuse_invented_day(store, settings)
        with _publishing(store, every_seconds=TIMER_SECONDS):
            yield store
    finally:
        store.close()


@contextlib.contextmanager
def store_as_it_stands(settings: Settings) -> Iterator[Store]:
    """Our database whatever its age, empty too: for what brings it to date, and nothing else."""
    store = Store(settings, clock=clock_of(settings), actor=operator_of(settings))
    try:
        store.publisher.make_directory()
        with store.reading() as connection:
            empty = is_empty(connection)
        if not empty:
            _refuse_invented_day(store, settings)
        yield store
    finally:
        store.close()


@contextlib.contextmanager
def _publishing(store: Store, *, every_seconds: float) -> Iterator[None]:
    """A timer for as long as the command runs: a training of hours leaves no event uncovered for as long."""
    done = threading.Event()

    def publish_now_and_then() -> None:
        while not done.wait(every_seconds):
            # what cannot be published now cannot be when the store closes, and says so there
            with contextlib.suppress(UserError):
                store.publish_when_due()

    timer = threading.Thread(target=publish_now_and_then, name="checkpoints", daemon=True)
    timer.start()
    try:
        yield
    finally:
        done.set()
        timer.join()


def _refuse_invented_day(store: Store, settings: Settings) -> None:
    """A log that began on real days never sees an invented one: nothing could be told by its times any more."""
    if not settings.invented_day:
        return
    with store.reading() as connection:
        begun, invented = first_actor(connection) is not None, is_invented(connection)
    if begun and not invented:
        raise SettingsError(
            "This log began on real days: an invented day has no place in it.",
            item=f"{PREFIX}INVENTED_DAY",
            remedy=f"Leave the setting out, or give the invented town a {PREFIX}HOME of its own.",
        )


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or that of an invented town."""
    if not settings.invented_day:
        return SystemClock()
    return SetClock(dt.date.fromisoformat(settings.invented_day), SystemClock())


def operator_of(settings: Settings) -> str:
    """Who acts, and on which invented day if it is one."""
    said = f" ({INVENTED} {settings.invented_day})" if settings.invented_day else ""
    return settings.operator + said
