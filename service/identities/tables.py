"""The identity table: nothing in it can be read from a copy of the database, and a CPR number can only be asked for.

Not append-only: a new delivery replaces a name, and nothing rests on what a person was called before.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA

IDENTITIES = sa.Table(
    "identity",
    METADATA,
    # "person" or "road"
    sa.Column("kind", sa.Text, primary_key=True),
    # person_id, or municipality code and road code as MMMM:RRRR
    sa.Column("key", sa.Text, primary_key=True),
    # AES-256-GCM of canonical JSON: {"cpr", "name"} of a person, {"name"} of a road
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    # HMAC of the CPR number under a key of its own, so that a number can be asked for and not be read; null for a road
    sa.Column("lookup", sa.Text, nullable=True, unique=True),
)
