"""The one way into the log: events get their numbers and their hashes inside the transaction of what they record.

The caller holds the database's write lock; must not know what is being recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from governance.audit.events import Draft, Event, make_event
from governance.audit.merkle import append_leaf, complete_places, leaf_hash, root_hash
from governance.audit.tables import EVENTS, NODES


def append(connection: sa.Connection, drafts: Sequence[Draft]) -> list[Event]:
    """Append the drafts in order and return them as events; nothing is appended when one is refused."""
    size = log_size(connection)
    frontier = {level: value for (level, _), value in load_nodes(connection, complete_places(0, size)).items()}
    events = _numbered(drafts, size, last_time(connection))
    nodes = [
        {"level": level, "position": position, "hash": value}
        for event in events
        for (level, position), value in append_leaf(frontier, event.seq - 1, leaf_hash(event.leaf))
    ]
    if events:
        connection.execute(sa.insert(EVENTS), [vars(event) for event in events])
        connection.execute(sa.insert(NODES), nodes)
    return events


def _numbered(drafts: Sequence[Draft], size: int, newest: str) -> list[Event]:
    events = []
    for seq, draft in enumerate(drafts, start=size + 1):
        event = make_event(draft, seq, not_before=newest)
        newest = event.at
        events.append(event)
    return events


def log_size(connection: sa.Connection) -> int:
    """The number of the newest event; 0 of an empty log."""
    return connection.execute(sa.select(sa.func.max(EVENTS.c.seq))).scalar_one() or 0


def time_of(connection: sa.Connection, seq: int) -> str:
    """When that event came, as its text; empty of one that is not there."""
    return connection.execute(sa.select(EVENTS.c.at).where(EVENTS.c.seq == seq)).scalar_one_or_none() or ""


def last_time(connection: sa.Connection) -> str:
    """When the newest event came, as its text; empty of an empty log."""
    newest = sa.select(EVENTS.c.at).order_by(EVENTS.c.seq.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none() or ""


def load_nodes(connection: sa.Connection, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The stored hashes of the complete subtrees asked for, in one read; a missing one is missing."""
    if not places:
        return {}
    wanted = sa.or_(*(sa.and_(NODES.c.level == level, NODES.c.position == position) for level, position in places))
    rows = connection.execute(sa.select(NODES.c.level, NODES.c.position, NODES.c.hash).where(wanted))
    return {(level, position): bytes(value) for level, position, value in rows}


def root_at(connection: sa.Connection, size: int) -> bytes:
    """The root over the first `size` events, from stored hashes; a hash that is gone is a KeyError."""
    return root_hash(size, load_nodes(connection, complete_places(0, size)).__getitem__)
