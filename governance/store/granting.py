"""PostgreSQL: lets another role than the owner do the product's work, and never undo what the log rests on.

The owner of a table can take its triggers away; such a role cannot. Whoever upgrades the database has to be the owner.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.errors import SettingsError, UsageError
from governance.store.migrations.frozen import REVISIONS, VERSION_TABLE, frozen_triggers, table_names


def allow_working(connection: sa.Connection, role: str) -> None:
    """Let `role` read and append everywhere, change and remove where rows are not for good, and nothing else.

    What it had before on these tables is taken away first. `SettingsError` on SQLite, which has no roles; `UsageError`
    for a role that there is not, or the owner itself.
    """
    if connection.dialect.name != "postgresql":
        raise SettingsError("SQLite has no roles.", item="ADRESSEKONTROL_DATABASE", remedy="Use PostgreSQL.")
    _refuse_other_roles(connection, role)
    name = connection.dialect.identifier_preparer.quote(role)
    for_good = {table for table, _ in frozen_triggers("postgresql", *REVISIONS).values()}
    rights = {VERSION_TABLE: "SELECT"} | {
        table: "SELECT, INSERT" if table in for_good else "SELECT, INSERT, UPDATE, DELETE"
        for revision in REVISIONS
        for table in table_names(revision, "postgresql")
    }
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {_schema(connection)} TO {name}")
    for table, allowed in rights.items():
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {name}")
        connection.exec_driver_sql(f"GRANT {allowed} ON {table} TO {name}")


def _schema(connection: sa.Connection) -> str:
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    return connection.dialect.identifier_preparer.quote(schema)


def _refuse_other_roles(connection: sa.Connection, role: str) -> None:
    """The owner has every right whatever is said, and so has whoever may act as the owner."""
    asked = sa.text(
        "SELECT rolsuper OR pg_has_role(r.oid, c.relowner, 'MEMBER') FROM pg_roles r, pg_class c"
        " WHERE r.rolname = :role AND c.oid = to_regclass('audit_event')"
    )
    owns = connection.execute(asked, {"role": role}).scalar()
    if owns is None or owns:
        raise UsageError(
            "There is no such role." if owns is None else "That role can do everything already.",
            item=role,
            remedy="Name a role of PostgreSQL that is neither the owner of the tables nor a superuser.",
        )
