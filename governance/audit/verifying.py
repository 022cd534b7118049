"""The whole log checked against itself and against what was published: every column of every event counts.

Trusts neither stored hashes nor numbers: leaves are made anew from the columns, the tree anew from the leaves. Raises
`AuditLogBroken` with the first event that is off. Reads in batches, so the log may be larger than memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.audit.breaks import broken
from governance.audit.events import AT, Event, canonical
from governance.audit.merkle import append_leaf, frontier_root, leaf_hash
from governance.audit.notes import Checkpoint, PublicKey
from governance.audit.publishing import LATEST, file_name, load_published, published_sizes
from governance.audit.tables import EVENTS, NODES
from governance.store.guards import missing_guards

BATCH_EVENTS = 4096


@dataclass(frozen=True)
class Verified:
    """A log that holds: its number of events and root, how many published checkpoints agree, and up to which event."""

    size: int
    root: bytes
    checkpoints: int
    published_size: int

    @property
    def unpublished(self) -> int:
        """Events that no published checkpoint covers yet."""
        return self.size - self.published_size


@dataclass
class _Walk:
    """How far the check has come."""

    published: Mapping[int, Checkpoint]
    size: int = 0
    at: str = ""
    agreed: int = 0
    frontier: dict[int, bytes] = field(default_factory=dict)


def verify(connection: sa.Connection, directory: Path, key: PublicKey) -> Verified:
    """Check every event, every stored hash, every published checkpoint and every guard of the database."""
    published = load_all_published(directory, key)
    walk = _Walk(published)
    for rows in _batches(connection):
        _check_batch(connection, walk, rows)
    if published and max(published) > walk.size:
        raise broken("Events that were published are gone.", item=f"event {walk.size + 1}")
    _refuse_stray_nodes(connection, walk.size)
    missing = missing_guards(connection)
    if missing:
        raise broken("The database no longer refuses changes: a guard is gone.", item=missing[0])
    return Verified(walk.size, frontier_root(walk.frontier), len(published), max(published, default=0))


def load_all_published(directory: Path, key: PublicKey) -> dict[int, Checkpoint]:
    """Size → checkpoint of every file published, each genuine, `latest` being one of them."""
    published = {size: load_published(directory, size, key) for size in published_sizes(directory)}
    latest = directory / LATEST
    if not latest.exists():
        # the one file may have been written a moment before the power went
        if len(published) > 1:
            raise broken("The newest checkpoint is gone.", item=LATEST)
        return published
    if all(latest.read_bytes() != (directory / file_name(size)).read_bytes() for size in published):
        raise broken("The newest checkpoint is none of those published.", item=LATEST)
    return published


def _batches(connection: sa.Connection) -> Iterator[list[sa.Row[Any]]]:
    """Every event in order of number, also those whose number should not be."""
    query = sa.select(EVENTS).order_by(EVENTS.c.seq).limit(BATCH_EVENTS)
    rows = list(connection.execute(query))
    while rows:
        yield rows
        rows = list(connection.execute(query.where(EVENTS.c.seq > rows[-1].seq)))


def _check_batch(connection: sa.Connection, walk: _Walk, rows: list[sa.Row[Any]]) -> None:
    expected: dict[tuple[int, int], bytes] = {}
    reached: dict[int, bytes] = {}
    for row in rows:
        event = _sound_event(row, walk)
        expected.update(append_leaf(walk.frontier, walk.size, leaf_hash(event.leaf)))
        walk.size, walk.at = event.seq, event.at
        if walk.size in walk.published:
            reached[walk.size] = frontier_root(walk.frontier)
    _compare_nodes(connection, expected)
    for size, root in reached.items():
        if root != walk.published[size].root:
            raise broken(
                "Events are not those that were published: they were rewritten together with their hashes.",
                item=f"events {walk.agreed + 1} to {size}",
            )
        walk.agreed = size


def _sound_event(row: sa.Row[Any], walk: _Walk) -> Event:
    """The row as an event, when number, types, time and details are as the log writes them."""
    expected = walk.size + 1
    if row.seq != expected:
        what = "An event is missing." if isinstance(row.seq, int) and row.seq > expected else "An event was put in."
        raise broken(what, item=f"event {expected}")
    texts: list[object] = list(row[1:])
    event = Event(**row._mapping)
    if not all(isinstance(text, str) for text in texts) or not _well_written(event):
        raise broken("An event is not written as the log writes.", item=f"event {expected}")
    if event.at < walk.at:
        raise broken("An event is earlier than the one before it.", item=f"event {expected}")
    return event


def _well_written(event: Event) -> bool:
    try:
        event.leaf.decode()
        details = json.loads(event.details)
        return bool(AT.fullmatch(event.at)) and isinstance(details, dict) and canonical(details) == event.details
    except (ValueError, RecursionError):
        return False


def _compare_nodes(connection: sa.Connection, expected: Mapping[tuple[int, int], bytes]) -> None:
    stored = _stored_nodes(connection, expected)
    wrong = [place for place, value in expected.items() if stored.get(place) != value]
    if not wrong:
        return
    # hashes above an event that is off are off as well
    level, position = min([place for place in wrong if place[0] == 0] or wrong, key=lambda place: place[1] << place[0])
    first, last = (position << level) + 1, (position + 1) << level
    if level == 0:
        raise broken("An event is not the one that was recorded.", item=f"event {first}")
    raise broken("A stored hash is not that of its events.", item=f"events {first} to {last}")


def _stored_nodes(connection: sa.Connection, places: Mapping[tuple[int, int], bytes]) -> dict[tuple[int, int], Any]:
    levels: dict[int, list[int]] = {}
    for level, position in places:
        levels.setdefault(level, []).append(position)
    spans = [
        sa.and_(NODES.c.level == level, NODES.c.position.between(positions[0], positions[-1]))
        for level, positions in levels.items()
    ]
    return {(row.level, row.position): row.hash for row in connection.execute(sa.select(NODES).where(sa.or_(*spans)))}


def _refuse_stray_nodes(connection: sa.Connection, size: int) -> None:
    stored = connection.execute(sa.select(sa.func.count()).select_from(NODES)).scalar_one()
    if stored != 2 * size - size.bit_count():
        raise broken("Hashes are stored of events that are not in the log.", item=f"event {size + 1}")
