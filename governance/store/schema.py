"""Where tables of ours are declared, and what makes one append-only at the database itself.

A row of an append-only table is never changed or removed by anybody: the database refuses, whatever program asks. Must
not know what any table holds.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

METADATA = sa.MetaData()
APPEND_ONLY = "append_only"
_REFUSAL = "append-only: {table}"
POSTGRESQL_REFUSAL_BODY = "BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END"
POSTGRESQL_REFUSAL = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    f" AS $refuse$ {POSTGRESQL_REFUSAL_BODY} $refuse$"
)


def append_only(table: sa.Table) -> sa.Table:
    """The same table, whose rows the database will neither change nor remove once it has been created.

    SQLite: triggers, one of them before INSERT, because `INSERT OR REPLACE` removes a row without any DELETE trigger.
    PostgreSQL: triggers, and the rights to change, remove and empty are taken from everybody, the owner included.
    A table without a primary key is a ValueError.
    """
    if not table.primary_key.columns:
        raise ValueError(f"{table.name} has no primary key")
    table.info[APPEND_ONLY] = True
    if not _key_is_rowid(table):
        # a hidden row number would be a second key by which REPLACE removes a row
        table.dialect_options["sqlite"]["with_rowid"] = False
    sa.event.listen(table, "after_create", _guard)
    return table


def append_only_tables() -> tuple[sa.Table, ...]:
    """Every append-only table that has been declared so far."""
    return tuple(table for table in METADATA.sorted_tables if table.info.get(APPEND_ONLY))


def sqlite_triggers(table: sa.Table) -> Mapping[str, str]:
    """Name → SQL of the triggers that guard the table on SQLite."""
    name, refusal = table.name, _REFUSAL.format(table=table.name)
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {name} WHERE {' AND '.join(f'{column} = NEW.{column}' for column in key)})"  # noqa: S608  names of ours
        for key in _keys(table)
    )
    events = {"update": ("UPDATE", ""), "delete": ("DELETE", ""), "replace": ("INSERT", f" WHEN {taken}")}
    return {
        f"{name}_no_{word}": f"CREATE TRIGGER {name}_no_{word} BEFORE {event} ON {name}{when}"
        f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        for word, (event, when) in events.items()
    }


def postgresql_triggers(table: sa.Table) -> Mapping[str, str]:
    """Name → SQL of the triggers that guard the table on PostgreSQL."""
    name = table.name
    return {
        f"{name}_no_change": f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"{name}_no_truncate": f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    }


def triggers(table: sa.Table, dialect: str) -> Mapping[str, str]:
    """Name → SQL of the triggers that guard the table on that database."""
    return sqlite_triggers(table) if dialect == "sqlite" else postgresql_triggers(table)


def guard_statements(table: sa.Table, dialect: str) -> list[str]:
    """What the database is told once an append-only table stands: who loses which right, and the triggers."""
    said = list(triggers(table, dialect).values())
    if dialect == "sqlite":
        return said
    rights = "DELETE, TRUNCATE" if _referenced(table) else "UPDATE, DELETE, TRUNCATE"
    return [f"REVOKE {rights} ON {table.name} FROM PUBLIC, CURRENT_USER", *said]


def _guard(table: sa.Table, connection: sa.Connection, **_: object) -> None:
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(sa.text(POSTGRESQL_REFUSAL))
    for statement in guard_statements(table, dialect):
        connection.exec_driver_sql(statement)


def _referenced(table: sa.Table) -> bool:
    """Whether a foreign key points here: PostgreSQL checks one by locking the row with the owner's right to change."""
    return any(key.column.table is table for other in METADATA.tables.values() for key in other.foreign_keys)


def _key_is_rowid(table: sa.Table) -> bool:
    key = list(table.primary_key.columns)
    return len(key) == 1 and key[0].type.compile(dialect=sqlite.dialect()) == "INTEGER"


def _keys(table: sa.Table) -> list[list[str]]:
    """Column names of the primary key and of every other uniqueness that an INSERT may run into."""
    unique = [each for each in table.constraints if isinstance(each, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    indexed = [index for index in table.indexes if index.unique]
    return sorted([column.name for column in each.columns] for each in (*unique, *indexed))
