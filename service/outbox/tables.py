"""The outbox: what is to leave, each attempt to send it, and the receipt that ended it. All three are append-only.

A row refers to what stands elsewhere by our own ids; no person, no amount and no word of a letter is copied here.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

OUTBOX = append_only(
    sa.Table(
        "outbox",
        METADATA,
        # the same act queued twice is the same item
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        # decision | digital_post | journal
        sa.Column("kind", sa.Text, nullable=False),
        # canonical JSON of our own ids and codes: effect ids and administration, letter id, or step
        sa.Column("refers_to", sa.Text, nullable=False),
    )
)
SENDINGS = append_only(
    sa.Table(
        "outbox_sending",
        METADATA,
        sa.Column("item_id", sa.Text, sa.ForeignKey("outbox.item_id"), primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        # hex SHA-256 of the payload as it was sent
        sa.Column("sha256", sa.Text, nullable=False),
    )
)
RECEIPTS = append_only(
    sa.Table(
        "outbox_receipt",
        METADATA,
        sa.Column("item_id", sa.Text, sa.ForeignKey("outbox.item_id"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # accepted | refused
        sa.Column("status", sa.Text, nullable=False),
        # the receiver's own reference: one line without a person
        sa.Column("reference", sa.Text, nullable=False),
    )
)
