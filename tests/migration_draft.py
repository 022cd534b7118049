"""Freezes the tables that no migration creates yet as the next migration: `python -m tests.migration_draft 0002 TITLE`.

Writes the statements for both databases and Alembic's script, and adds the migration to those that there are; the newest
may be written anew for as long as it has not been released. Changes of a table of an older one are written by hand: the
test of migrations says what is missing.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from governance.store.migrations import frozen
from governance.store.schema import (
    APPEND_ONLY,
    METADATA,
    POSTGRESQL_REFUSAL,
    append_only_tables,
    guard_statements,
)

ROOT = Path(__file__).parents[1]
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
SCRIPT = '''"""{title}."""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.migrations.frozen import drop_tables, load_blocks, run_blocks

revision = "{revision}"
down_revision = "{before}"


def upgrade(connection: sa.Connection) -> None:
    """Create the tables, with what guards them."""
    run_blocks(connection, load_blocks(revision, connection.dialect.name))


def downgrade(connection: sa.Connection) -> None:
    """Drop the tables, with what is in them."""
    drop_tables(connection, revision)
'''


def import_every_table() -> None:
    """Import each module of ours that declares a table, wherever it stands."""
    for package in ("governance", "features", "training", "service"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "governance.store.schema import" in path.read_text(encoding="utf-8"):
                importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def build_statements(tables: Sequence[sa.Table], dialect: str) -> str:
    """The text of the SQL file that creates and guards the tables."""
    parts = [f"-- What the database is told. Frozen on the day of its release: {dialect}."]
    if dialect == "postgresql":
        parts.append(f"{POSTGRESQL_REFUSAL};")
    for table in tables:
        first, *rest = _said_of(table, dialect)
        parts += [f"-- table {table.name}\n{first};", *(f"{each};" for each in rest)]
    return "\n\n".join(parts) + "\n"


def _said_of(table: sa.Table, dialect: str) -> Iterator[str]:
    yield _compiled(sa.schema.CreateTable(table), dialect)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield _compiled(sa.schema.CreateIndex(index), dialect)
    if table.info.get(APPEND_ONLY):
        yield from guard_statements(table, dialect)


def _compiled(said: sa.schema.ExecutableDDLElement, dialect: str) -> str:
    lines = str(said.compile(dialect=DIALECTS[dialect])).strip().splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def new_tables(revisions: Sequence[str] | None = None) -> list[sa.Table]:
    """Declared tables that none of the migrations (all) creates, those referred to first."""
    asked = frozen.REVISIONS if revisions is None else revisions
    there = {name for revision in asked for name in frozen.table_names(revision, "sqlite")}
    return [table for table in METADATA.sorted_tables if table.name not in there]


def write_migration(revision: str, title: str) -> list[str]:
    """Write the files of the migration, a new one or the newest anew; returns the names of its tables."""
    before = [each for each in frozen.REVISIONS if each < revision]
    assert revision not in frozen.REVISIONS[:-1], "a migration that others build on is never changed"
    tables = new_tables(before)
    for dialect in DIALECTS:
        text = build_statements(tables, dialect)
        (frozen.STATEMENTS / f"{revision}_{dialect}.sql").write_text(text, encoding="utf-8")
    script = SCRIPT.format(title=title, revision=revision, before=before[-1])
    (frozen.STATEMENTS.parent / "versions" / f"step_{revision}.py").write_text(script, encoding="utf-8")
    source = Path(frozen.__file__)
    listed = ", ".join(f'"{each}"' for each in (*before, revision))
    text = re.sub(r"(?m)^REVISIONS = .*$", f"REVISIONS = ({listed})", source.read_text(encoding="utf-8"))
    source.write_text(text, encoding="utf-8")
    return [table.name for table in tables]


if __name__ == "__main__":
    import_every_table()
    assert append_only_tables()
    names = write_migration(sys.argv[1], sys.argv[2])
    sys.stdout.write(f"{len(names)} tables: {', '.join(names)}\n")
