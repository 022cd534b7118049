"""The two tables of the audit log: the events, and the hashes of the tree's complete subtrees.

`audit_node` holds the hash of the events `position * 2**level + 1` to `(position + 1) * 2**level`, written once, when
the last of them comes: so an append, a root and a proof read only as many rows as the log has doublings.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

EVENTS = append_only(
    sa.Table(
        "audit_event",
        METADATA,
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False, index=True),
        sa.Column("details", sa.Text, nullable=False),
    )
)
NODES = append_only(
    sa.Table(
        "audit_node",
        METADATA,
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
)
