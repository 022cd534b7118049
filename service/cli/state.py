"""The database of this installation, open for as long as one command runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from governance.as_of import SystemClock
from governance.settings import Settings
from governance.store.opening import Store, open_store


@contextlib.contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """Our database with the machine's clock and the operator of the settings; closing publishes a checkpoint."""
    store = open_store(settings, clock=SystemClock(), actor=settings.operator)
    try:
        yield store
    finally:
        store.close()
