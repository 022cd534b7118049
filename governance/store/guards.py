"""Whether the database still refuses what it should: a trigger that was dropped, replaced or switched off is found."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa

from governance.store.migrations.frozen import REVISIONS, frozen_triggers, version_of
from governance.store.schema import POSTGRESQL_REFUSAL_BODY


def missing_guards(connection: sa.Connection) -> list[str]:
    """`table.trigger` of every guard that is not in force exactly as it was made, up to where the database stands."""
    dialect, at = connection.dialect.name, version_of(connection)
    run = REVISIONS[: REVISIONS.index(at) + 1] if at in REVISIONS else REVISIONS[:1]
    return _differing(connection, frozen_triggers(dialect, *run))


def differing_triggers(connection: sa.Connection, revision: str) -> list[str]:
    """`table.trigger` of every guard that the migration made and that is not in force exactly so."""
    return _differing(connection, frozen_triggers(connection.dialect.name, revision))


def _differing(connection: sa.Connection, expected: Mapping[str, tuple[str, str]]) -> list[str]:
    standing = _sqlite_standing(connection) if connection.dialect.name == "sqlite" else _postgresql_standing(connection)
    return [
        f"{table}.{name}" for name, (table, statement) in expected.items() if standing.get(name) != _plain(statement)
    ]


def _sqlite_standing(connection: sa.Connection) -> Mapping[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {name: _plain(statement) for name, statement in rows}


def _postgresql_standing(connection: sa.Connection) -> Mapping[str, str]:
    """Triggers that fire, with the function they call being ours."""
    rows = connection.exec_driver_sql(
        "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgenabled IN ('O', 'A') AND c.relnamespace = current_schema()::regnamespace"
    )
    return {
        name: _plain(statement) for name, statement, body in rows if _plain(body) == _plain(POSTGRESQL_REFUSAL_BODY)
    }


def _plain(statement: str) -> str:
    """The statement without what a database writes in its own way: blanks, the schema, the order of two words."""
    single = " ".join(statement.split())
    return re.sub(r"ON \w+\.(?=\w)", "ON ", single).replace("DELETE OR UPDATE", "UPDATE OR DELETE")
