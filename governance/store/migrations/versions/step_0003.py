"""Impact: ledger, reports and releases."""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.migrations.frozen import drop_tables, load_blocks, run_blocks

revision = "0003"
down_revision = "0002"


def upgrade(connection: sa.Connection) -> None:
    """Create the tables, with what guards them."""
    run_blocks(connection, load_blocks(revision, connection.dialect.name))


def downgrade(connection: sa.Connection) -> None:
    """Drop the tables, with what is in them."""
    drop_tables(connection, revision)
