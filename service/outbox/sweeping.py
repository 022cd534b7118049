"""Sends what waits, sends again what has no receipt, and records the receipts that have come."""

from __future__ import annotations

from dataclasses import dataclass

from governance.settings import Settings
from governance.store.opening import Store


@dataclass(frozen=True)
class Swept:
    """How many items were sent, accepted and refused in this sweep, how many still wait for a receipt, and the file
    names of receipts that cannot be read."""

    sent: int
    accepted: int
    refused: int
    waiting: int
    unreadable: tuple[str, ...]


def sweep(store: Store, settings: Settings) -> Swept:
    """One round: receipts in, then everything without one out again under the same id. Events per item."""
    raise NotImplementedError
