"""How the outbox stands: counts by kind, and the items that a receiver refused. No person, no word."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import sqlalchemy as sa

from service.outbox.tables import OUTBOX, RECEIPTS, SENDINGS

KINDS = ("decision", "digital_post", "journal")


@dataclass(frozen=True)
class KindStatus:
    """Counts of one kind of item; `sent` and the rest are among the `queued`."""

    kind: str
    queued: int
    sent: int
    accepted: int
    refused: int

    def as_cells(self) -> tuple[object, ...]:
        """The columns of a table."""
        return astuple(self)


@dataclass(frozen=True)
class OutboxStatus:
    """Counts by kind, and the ids of the items that were refused, oldest first."""

    kinds: tuple[KindStatus, ...]
    refused: tuple[str, ...]


def outbox_status(connection: sa.Connection) -> OutboxStatus:
    """The outbox as it stands."""
    refused = sa.select(RECEIPTS.c.item_id).where(RECEIPTS.c.status == "refused").order_by(RECEIPTS.c.at)
    return OutboxStatus(tuple(_kind(connection, kind) for kind in KINDS), tuple(connection.execute(refused).scalars()))


def _kind(connection: sa.Connection, kind: str) -> KindStatus:
    mine = OUTBOX.c.kind == kind
    queued = sa.select(sa.func.count()).select_from(OUTBOX).where(mine)
    sent = sa.select(sa.func.count(sa.distinct(SENDINGS.c.item_id))).join(OUTBOX).where(mine)
    ended = sa.select(RECEIPTS.c.status, sa.func.count()).join(OUTBOX).where(mine).group_by(RECEIPTS.c.status)
    by_status: dict[str, int] = {row[0]: row[1] for row in connection.execute(ended)}
    return KindStatus(
        kind, connection.execute(queued).scalar_one(), connection.execute(sent).scalar_one(),
        by_status.get("accepted", 0), by_status.get("refused", 0),
    )  # fmt: skip
