"""Sends what waits, sends again what has no receipt, and records the receipts that have come.

A parcel goes out before its sending is recorded: after a crash it is sent again under the same id, never lost. Must not
know what is sent.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from governance.audit.events import instant
from governance.errors import NotFound, NotNow
from governance.settings import Settings
from governance.store.opening import Store
from service.outbox.adapters import Adapter, FoundReceipt, folder_adapter
from service.outbox.items import Item, build_parcel, load_items
from service.outbox.tables import OUTBOX, RECEIPTS, SENDINGS

STATUSES = ("accepted", "refused")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
# ten digits in a row or after six could be somebody's number
_CPR_NUMBER = re.compile(r"(?<!\d)\d{6}-?\d{4}(?!\d)")


@dataclass(frozen=True)
class Swept:
    """How many items were sent, accepted and refused in this sweep, and how many still wait for a receipt.

    `unreadable`: file names of receipts that cannot be taken; `unsendable`: ids of items whose recipient's identity is
    unknown or whose words have been deleted.
    """

    sent: int
    accepted: int
    refused: int
    waiting: int
    unreadable: tuple[str, ...]
    unsendable: tuple[str, ...]


def sweep(store: Store, settings: Settings, *, adapter: Adapter | None = None) -> Swept:
    """One round: receipts in (`outbox.received`), then everything without one out (`outbox.sent`), an event an item."""
    chosen = adapter or folder_adapter(settings)
    ended, unreadable = _receive(store, chosen)
    with store.reading() as connection:
        items = load_items(connection, without=RECEIPTS)
    sent, unsendable = _send(store, chosen, items, settings)
    return Swept(sent, ended["accepted"], ended["refused"], len(items), unreadable, unsendable)


def _receive(store: Store, adapter: Adapter) -> tuple[Counter[str], tuple[str, ...]]:
    ended: Counter[str] = Counter()
    unreadable: list[str] = []
    for receipt in list(adapter.receipts()):
        status, reference = _understood(receipt)
        if not status or not _stands(store, receipt):
            unreadable.append(f"{receipt.kind}/{receipt.name}")
            continue
        ended[status] += _record_receipt(store, receipt.item_id, status, reference)
        adapter.clear(receipt)
    return ended, tuple(unreadable)


def _understood(receipt: FoundReceipt) -> tuple[str, str]:
    """Status and reference; "" for a receipt that does not say what docs/outbox.md asks for."""
    document = receipt.document
    if not isinstance(document, dict) or set(document) != {"item_id", "status", "reference"}:
        return "", ""
    status, reference = document["status"], document["reference"]
    sound = (
        document["item_id"] == receipt.item_id
        and status in STATUSES
        and isinstance(reference, str)
        and _REFERENCE.fullmatch(reference)
        and not _CPR_NUMBER.search(reference)
    )
    return (status, reference) if sound else ("", "")


def _stands(store: Store, receipt: FoundReceipt) -> bool:
    """Whether there is such an item of this kind."""
    asked = sa.select(OUTBOX.c.item_id).where(OUTBOX.c.item_id == receipt.item_id, OUTBOX.c.kind == receipt.kind)
    with store.reading() as connection:
        return connection.execute(asked).first() is not None


def _record_receipt(store: Store, item_id: str, status: str, reference: str) -> int:
    """1 for a new receipt; 0 for one that was recorded before, whose clearing was interrupted."""
    asked = sa.select(RECEIPTS.c.item_id).where(RECEIPTS.c.item_id == item_id)
    with store.reading() as connection:
        if connection.execute(asked).first() is not None:
            return 0
    with store.act("outbox.received", subject=item_id, details={"status": status}) as act:
        row = {"item_id": item_id, "at": instant(act.at), "status": status, "reference": reference}
        act.connection.execute(sa.insert(RECEIPTS), row)
    return 1


def _send(store: Store, adapter: Adapter, items: Iterable[Item], settings: Settings) -> tuple[int, tuple[str, ...]]:
    sent = 0
    unsendable: list[str] = []
    for item in items:
        held = adapter.holds(item)
        if held is not None:
            # sent by somebody who was interrupted before saying so
            sent += 0 if _attempts(store, item.item_id) else _record_sending(store, item, held)
            continue
        try:
            parcel = build_parcel(store, item, settings)
        except (NotFound, NotNow):
            unsendable.append(item.item_id)
            continue
        adapter.send(parcel)
        sent += _record_sending(store, item, hashlib.sha256(parcel.payload.encode()).hexdigest())
    return sent, tuple(unsendable)


def _attempts(store: Store, item_id: str) -> int:
    with store.reading() as connection:
        return _count(connection, item_id)


def _count(connection: sa.Connection, item_id: str) -> int:
    asked = sa.select(sa.func.count()).select_from(SENDINGS).where(SENDINGS.c.item_id == item_id)
    return int(connection.execute(asked).scalar_one())


def _record_sending(store: Store, item: Item, sha256: str) -> int:
    with store.act("outbox.sent", subject=item.item_id) as act:
        attempt = _count(act.connection, item.item_id) + 1
        row = {"item_id": item.item_id, "attempt": attempt, "at": instant(act.at), "sha256": sha256}
        act.connection.execute(sa.insert(SENDINGS), row)
        act.add(kind=item.kind, case=item.case_id, attempt=attempt, sha256=sha256)
    return 1
