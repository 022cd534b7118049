"""Proofs for somebody who holds a checkpoint: that one event is in it, or that it continues an older one.

Every proof is checked here before it is given out. Reads as many stored hashes as the log has doublings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from governance.audit.appending import load_nodes
from governance.audit.breaks import broken
from governance.audit.events import Event
from governance.audit.merkle import (
    complete_places,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    range_hash,
    root_from_inclusion,
    roots_from_consistency,
)
from governance.audit.notes import Checkpoint
from governance.audit.tables import EVENTS
from governance.errors import UsageError


@dataclass(frozen=True)
class Inclusion:
    """Event `seq` is leaf `seq - 1` of the tree of `size` leaves; `path` leads from its hash to the root."""

    seq: int
    leaf: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Consistency:
    """The first `older_size` events of the log of `size` are those under `older_root`; `path` shows it."""

    older_size: int
    older_root: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]


def prove_inclusion(connection: sa.Connection, seq: int, checkpoint: Checkpoint) -> Inclusion:
    """That event `seq` is under the checkpoint; a number it does not cover is a `UsageError`."""
    _refuse_uncovered(seq, checkpoint)
    row = connection.execute(sa.select(EVENTS).where(EVENTS.c.seq == seq)).one_or_none()
    if row is None:
        raise broken("An event is missing.", item=f"event {seq}")
    leaf = Event(*row).leaf
    path = _hashes(connection, inclusion_ranges(seq - 1, checkpoint.size))
    if root_from_inclusion(seq - 1, checkpoint.size, leaf_hash(leaf), path) != checkpoint.root:
        raise broken("An event does not lead to the published root.", item=f"event {seq}")
    return Inclusion(seq, leaf, checkpoint.size, checkpoint.root, tuple(path))


def prove_consistency(connection: sa.Connection, older_size: int, checkpoint: Checkpoint) -> Consistency:
    """That the checkpoint continues the log of `older_size` events; a larger one is a `UsageError`."""
    _refuse_uncovered(older_size, checkpoint)
    [older_root] = _hashes(connection, [(0, older_size)])
    path = _hashes(connection, consistency_ranges(older_size, checkpoint.size))
    roots = roots_from_consistency(older_size, checkpoint.size, older_root, path)
    if roots != (older_root, checkpoint.root):
        raise broken("The log does not continue what was published.", item=f"events 1 to {checkpoint.size}")
    return Consistency(older_size, older_root, checkpoint.size, checkpoint.root, tuple(path))


def _hashes(connection: sa.Connection, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    places = [place for start, end in ranges for place in complete_places(start, end)]
    nodes = load_nodes(connection, places)
    try:
        return [range_hash(start, end, nodes.__getitem__) for start, end in ranges]
    except KeyError as gone:
        level, position = gone.args[0]
        raise broken("A stored hash is gone.", item=f"event {(position << level) + 1}") from None


def _refuse_uncovered(seq: int, checkpoint: Checkpoint) -> None:
    if not 1 <= seq <= checkpoint.size:
        raise UsageError(
            f"The newest checkpoint covers the events 1 to {checkpoint.size}.",
            item=f"event {seq}",
            remedy="Publish a newer one with adressekontrol audit checkpoint, or name one of these.",
        )
