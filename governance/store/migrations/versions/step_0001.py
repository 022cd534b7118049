"""The audit log, the runs and decisions that were explained, and the gates.

The first migration holds the log: with events in it, it is never taken back.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.errors import SettingsError
from governance.store.migrations.frozen import drop_tables, load_blocks, run_blocks

revision = "0001"
down_revision = None


def upgrade(connection: sa.Connection) -> None:
    """Create the tables, with what guards them."""
    run_blocks(connection, load_blocks(revision, connection.dialect.name))


def downgrade(connection: sa.Connection) -> None:
    """Drop the tables of a log that has no event; `SettingsError` for any other."""
    if connection.exec_driver_sql("SELECT count(*) FROM audit_event").scalar_one():
        raise SettingsError(
            "The audit log is never taken back.",
            item="database",
            remedy="Begin anew with an empty database, and keep this one for as long as the law says.",
        )
    drop_tables(connection, revision)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION refuse_change()")
