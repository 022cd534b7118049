"""What a running service does by itself: checkpoints within their time, letting go once a day, and scoring corrections.

Nothing stops the timer but its stop: what could not be done now is said in the log of operation and tried again.
Whether events wait for too long shows in `audit verify`, whatever became of the timer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from governance.settings import Settings
from governance.store.opening import Store
from service.jobs.retention import retain_when_due
from service.rights.rescored import rescore_waiting

EVERY_SECONDS = 30.0
LOGGER = logging.getLogger("adressekontrol.timer")
Task = Callable[[Store, Settings], object]


def run_timer(store: Store, settings: Settings, stop: threading.Event, *, every_seconds: float = EVERY_SECONDS) -> None:
    """Do what is due, now and every `every_seconds` until `stop` is set."""
    while True:
        tick(store, settings)
        if stop.wait(every_seconds):
            return


def tick(store: Store, settings: Settings) -> None:
    """Do once what is due; one task that fails keeps no other from being done."""
    for name, task in TASKS:
        try:
            task(store, settings)
        except Exception:
            # type and place alone reach the log: the text of an exception may name somebody
            LOGGER.exception("timer task failed: %s", name)


def _publish(store: Store, _: Settings) -> None:
    store.publish_when_due()


# scoring last: it takes the longest
TASKS: tuple[tuple[str, Task], ...] = (
    ("checkpoint", _publish), ("retention", retain_when_due), ("rescore", rescore_waiting)
)  # fmt: skip
