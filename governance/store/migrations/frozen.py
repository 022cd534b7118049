"""The frozen statements of every migration: what a database was told, word for word, on the day of the release.

A table that is declared otherwise today changes nothing here: that takes a further migration. An SQL file holds
statements parted by empty lines; whatever creates and guards one table stands under its `-- table NAME`. Must not know
how tables are declared, nor Alembic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

REVISIONS = ("0001", "0002", "0003")
"""Every migration, the oldest first; Alembic finds the same order in the scripts."""
VERSION_TABLE = "alembic_version"
STATEMENTS = Path(__file__).parent / "statements"
_HEADING = re.compile(r"-- table (\w+)")
_TRIGGER = re.compile(r"CREATE TRIGGER (\w+) BEFORE .*? ON (\w+)", re.DOTALL)
_COLUMN = re.compile(r'^\t("?)(\w+)\1 [A-Z]', re.MULTILINE)
_NOT_COLUMNS = {"PRIMARY", "FOREIGN", "UNIQUE", "CONSTRAINT", "CHECK"}


@dataclass(frozen=True)
class Block:
    """One table's statements in their order; `table` is "" for what belongs to none."""

    table: str
    statements: tuple[str, ...]

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns that the block creates."""
        created = next((each for each in self.statements if each.startswith("CREATE TABLE")), "")
        return frozenset(name for _, name in _COLUMN.findall(created)) - _NOT_COLUMNS


def load_blocks(revision: str, dialect: str) -> list[Block]:
    """What the migration says to that database ("sqlite" or "postgresql"), table by table."""
    text = (STATEMENTS / f"{revision}_{dialect}.sql").read_text(encoding="utf-8")
    table, blocks = "", list[Block]()
    for part in text.split("\n\n"):
        heading = _HEADING.search(part)
        table = heading[1] if heading else table
        statement = "\n".join(line for line in part.splitlines() if not line.startswith("--")).strip().removesuffix(";")
        if statement:
            blocks.append(Block(table, (statement,)))
    return list(_joined(blocks))


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """Neighbours of one table as one block."""
    tables = list(dict.fromkeys(block.table for block in blocks))
    for table in tables:
        yield Block(table, tuple(said for block in blocks if block.table == table for said in block.statements))


def version_of(connection: sa.Connection) -> str | None:
    """The migration at which the database stands; None of one that is empty or older than migrations."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608
    return found


def run_blocks(connection: sa.Connection, blocks: Sequence[Block]) -> None:
    """Say every statement, in order."""
    for block in blocks:
        for statement in block.statements:
            # without it a driver takes the percent sign of a message for a parameter
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def drop_tables(connection: sa.Connection, revision: str) -> None:
    """Drop the tables that the migration created, those that refer to others first."""
    for table in reversed(table_names(revision, connection.dialect.name)):
        connection.exec_driver_sql(f"DROP TABLE {table}")


def table_names(revision: str, dialect: str) -> list[str]:
    """The tables that the migration creates, in order."""
    return [block.table for block in load_blocks(revision, dialect) if block.columns]


def frozen_triggers(dialect: str, *revisions: str) -> Mapping[str, tuple[str, str]]:
    """Trigger → its table and the statement that made it, of those migrations."""
    said = [each for name in revisions for block in load_blocks(name, dialect) for each in block.statements]
    found = ((_TRIGGER.match(statement), statement) for statement in said)
    return {match[1]: (match[2], statement) for match, statement in found if match}
