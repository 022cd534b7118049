"""Requests that carried a key, and what was answered: kept for a day, so that a repeated request is done once.

Not append-only: a key that is over is removed with the next one. Holds no person; what was asked is an HMAC.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA

KEYS = sa.Table(
    "request_key",
    METADATA,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    # of UTC, as the log writes it
    sa.Column("at", sa.Text, nullable=False),
    # HMAC of method, path, version and body, hexadecimal
    sa.Column("asked", sa.Text, nullable=False),
    # canonical JSON of our own ids, codes and numbers
    sa.Column("answer", sa.Text, nullable=False),
)
