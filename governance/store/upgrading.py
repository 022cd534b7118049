"""Takes a database of ours from one release to the next, and back: Alembic's steps in the caller's transaction.

A database that was made before there were migrations is taken over as it stands. Must not know what any table holds.
Alembic is imported only where a step is taken: opening a database that is up to date does without.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from governance.errors import SettingsError, UsageError
from governance.store.engine import WRITING
from governance.store.guards import differing_triggers
from governance.store.migrations.frozen import REVISIONS, Block, load_blocks, run_blocks, table_names, version_of

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep, StampStep
    from alembic.script import ScriptDirectory

EMPTY = "base"
FIRST = REVISIONS[0]
INSUFFICIENT_PRIVILEGE = "42501"
"""SQLSTATE of PostgreSQL's refusal (its documentation, appendix A)."""


def head() -> str:
    """The newest migration: what this program works on."""
    return REVISIONS[-1]


def current(connection: sa.Connection) -> str | None:
    """The migration at which the database stands; None of one that is empty or older than migrations."""
    return version_of(connection)


def is_empty(connection: sa.Connection) -> bool:
    """Whether no migration was run, and none of the first one's tables is there."""
    if current(connection) is not None:
        return False
    return not set(table_names(FIRST, connection.dialect.name)) & set(sa.inspect(connection).get_table_names())


def pending(connection: sa.Connection) -> list[str]:
    """The migrations that the database lacks, the oldest first; `SettingsError` when it is ahead of this program."""
    at = current(connection)
    if at is not None and at not in REVISIONS:
        raise SettingsError(
            "The database was made by a newer version of this program.",
            item=f"database at {at}",
            remedy="Run the newer version, or take the database back with it: adressekontrol db downgrade.",
        )
    return list(REVISIONS[REVISIONS.index(at) + 1 :] if at else REVISIONS)


def require_head(connection: sa.Connection) -> None:
    """`SettingsError` unless the database stands where this program works."""
    if pending(connection):
        raise SettingsError(
            "The database is older than this program.",
            item=f"database at {current(connection) or 'no migration'}",
            remedy="Take a backup, then run: adressekontrol db upgrade",
        )


def upgrade(engine: sa.Engine) -> list[str]:
    """Bring the database to `head()` in one transaction of its own; the migrations that were run, the oldest first."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        return upgrade_within(connection)


def upgrade_within(connection: sa.Connection, *, to: str | None = None) -> list[str]:
    """Bring the database to `to` (`head()`) in the transaction under way; the migrations that were run.

    A database made before there were migrations is taken over first, when its tables are those of the first one.
    """
    if not pending(connection):
        return []
    if current(connection) is None and not is_empty(connection):
        _adopt(connection)
    before = pending(connection)
    _refuse_tables_of(connection, before)
    destination = to or head()
    _run(connection, lambda at, _: _scripts()._upgrade_revs(destination, at))
    return [each for each in before if each not in pending(connection)]


def downgrade(engine: sa.Engine, revision: str) -> list[str]:
    """Take the database back to `revision` in one transaction of its own; the migrations undone, the newest first."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        return downgrade_within(connection, revision)


def downgrade_within(connection: sa.Connection, revision: str) -> list[str]:
    """Take the database back to `revision` ("base": to nothing) in the transaction under way; the migrations undone.

    What their tables hold is gone. `UsageError` for a migration that there is not, or that the database has not
    reached; `SettingsError` where an audit log would be lost.
    """
    undone = undone_by(connection, revision)
    _run(connection, lambda at, _: _scripts()._downgrade_revs(revision, at))
    return undone


def undone_by(connection: sa.Connection, revision: str) -> list[str]:
    """The migrations that lie between the database and `revision`, the newest first."""
    passed = REVISIONS[: len(REVISIONS) - len(pending(connection))]
    if revision != EMPTY and revision not in passed:
        raise UsageError(
            "The database cannot be taken back to there.",
            item=revision,
            remedy=f"Name one of: {', '.join(passed[:-1]) or 'none'}.",
        )
    kept = 0 if revision == EMPTY else passed.index(revision) + 1
    return list(reversed(passed[kept:]))


def rows_lost(connection: sa.Connection, revision: str) -> dict[str, int]:
    """Table → rows that a downgrade to `revision` would remove; tables without a row are left out."""
    tables = [
        table for undone in undone_by(connection, revision) for table in table_names(undone, connection.dialect.name)
    ]
    counts = {
        table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608  names of ours
        for table in tables
    }
    return {table: count for table, count in counts.items() if count}


def _adopt(connection: sa.Connection) -> None:
    """Take over a database made before there were migrations: what it lacks of the first is made, the rest compared."""
    blocks = load_blocks(FIRST, connection.dialect.name)
    there = set(sa.inspect(connection).get_table_names())
    for block in blocks:
        if block.table in there:
            _refuse_other_columns(connection, block)
    run_blocks(connection, [block for block in blocks if block.table not in there])
    for trigger in differing_triggers(connection, FIRST):
        raise _not_ours(trigger)
    _run(connection, lambda at, _: _scripts()._stamp_revs(FIRST, at))


def _refuse_tables_of(connection: sa.Connection, revisions: Sequence[str]) -> None:
    """What the migrations are to make must not be there."""
    there = set(sa.inspect(connection).get_table_names())
    for revision in revisions:
        for table in table_names(revision, connection.dialect.name):
            if table in there:
                raise _not_ours(table)


def _refuse_other_columns(connection: sa.Connection, block: Block) -> None:
    found = {column["name"] for column in sa.inspect(connection).get_columns(block.table)}
    if found != block.columns:
        raise _not_ours(block.table)


def _not_ours(item: str) -> SettingsError:
    return SettingsError(
        "The database is not as any release of this program made it.",
        item=item,
        remedy="Restore it from a backup, or name another database.",
    )


def _run(
    connection: sa.Connection, steps: Callable[[Any, MigrationContext], list[RevisionStep] | list[StampStep]]
) -> None:
    """Alembic's runner; each script is given the connection, so that nothing is ambient."""
    from alembic.runtime.migration import MigrationContext

    # the version's own table is made by Alembic, with the name that its users know
    context = MigrationContext.configure(connection, opts={"fn": steps, "transactional_ddl": True})
    try:
        context.run_migrations(connection=connection)
    except sa.exc.ProgrammingError as refused:
        if getattr(refused.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise
        raise SettingsError(
            "This role of the database may not make or change tables.",
            item="ADRESSEKONTROL_DATABASE",
            remedy="Run adressekontrol db upgrade as the owner of the tables; then start again as this role.",
        ) from None


@functools.cache
def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(Path(__file__).parent / "migrations")
