"""Databases of every age on SQLite and on PostgreSQL: built, taken over, taken forward and back with what is in them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from governance.audit.appending import log_size
from governance.audit.verifying import verify
from governance.errors import SettingsError, UsageError
from governance.settings import Settings
from governance.store.engine import WRITING, make_engine
from governance.store.granting import allow_working
from governance.store.guards import missing_guards
from governance.store.migrations.frozen import (
    REVISIONS,
    STATEMENTS,
    VERSION_TABLE,
    load_blocks,
    run_blocks,
    table_names,
)
from governance.store.opening import Store
from governance.store.schema import APPEND_ONLY, METADATA, append_only_tables, triggers
from governance.store.upgrading import (
    EMPTY,
    current,
    downgrade,
    head,
    pending,
    rows_lost,
    upgrade,
    upgrade_within,
)
from tests.audit_logs import TickingClock, fill
from tests.audit_logs import a_store_as_found as a_store
from tests.integration.postgres import Server
from tests.migration_draft import import_every_table, new_tables

FIRST = REVISIONS[0]
Described = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database as the product connects to it."""
    made = make_engine(Settings(home=tmp_path, database=database))
    yield made
    made.dispose()


def writing(engine: sa.Engine) -> sa.Connection:
    return engine.connect().execution_options(**{WRITING: True})


def run(engine: sa.Engine, *statements: str) -> None:
    with writing(engine) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def stands_at(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return current(connection)


def tables_in(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def make_without_migrations(engine: sa.Engine, *, tables: str = "") -> None:
    """A database as the releases before migrations made it; `tables`: only those whose name begins so."""
    with writing(engine) as connection, connection.begin():
        blocks = load_blocks(FIRST, connection.dialect.name)
        run_blocks(connection, [block for block in blocks if block.table.startswith(tables) or not block.table])


def fill_old(tmp_path: Path, database: str) -> Store:
    """Events and a checkpoint in a database of whatever age."""
    store = Store(Settings(home=tmp_path, database=database), clock=TickingClock(), actor="tester")
    store.publisher.make_directory()
    fill(store, 5)
    store.publish()
    return store


def holds(store: Store) -> int:
    with store.reading() as connection:
        return verify(connection, store.publisher.directory, store.publisher.key().public).size


def test_an_empty_database_is_built_at_the_head(engine: sa.Engine, database: str, tmp_path: Path) -> None:
    with engine.connect() as connection:
        assert pending(connection) == list(REVISIONS)
    store = a_store(tmp_path, database=database)
    assert stands_at(engine) == head()
    assert upgrade(engine) == []
    with engine.connect() as connection:
        assert missing_guards(connection) == []
    store.engine.dispose()


def test_many_may_open_an_empty_database_at_once(database: str, tmp_path: Path) -> None:
    opened: list[Store] = []
    threads = [threading.Thread(target=lambda: opened.append(a_store(tmp_path, database=database))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    for store in opened:
        fill(store, 1)
    assert holds(opened[0]) == 4
    for store in opened:
        store.engine.dispose()


@pytest.mark.parametrize("tables", ["", "audit_"], ids=["complete", "of the first days"])
def test_a_database_older_than_migrations_is_taken_over(
    engine: sa.Engine, database: str, tmp_path: Path, tables: str
) -> None:
    make_without_migrations(engine, tables=tables)
    old = fill_old(tmp_path, database)
    with pytest.raises(SettingsError, match="older") as refused:
        a_store(tmp_path, database=database)
    assert "db upgrade" in refused.value.remedy
    assert upgrade(engine) == list(REVISIONS[1:])
    assert stands_at(engine) == head()
    store = a_store(tmp_path, database=database)
    assert holds(store) == 5
    fill(store, 1)
    assert holds(store) == 6
    for each in (old, store):
        each.engine.dispose()


STRANGE = {
    "a column more": "ALTER TABLE gate_stop ADD COLUMN extra TEXT",
    "a column less": "ALTER TABLE gate_stop DROP COLUMN reason",
    "a guard gone": {
        "sqlite": "DROP TRIGGER gate_stop_no_update",
        "postgresql": "DROP TRIGGER gate_stop_no_change ON gate_stop",
    },
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=list(STRANGE))
def test_a_database_that_nobody_released_is_not_taken_over(engine: sa.Engine, strange: str | dict[str, str]) -> None:
    make_without_migrations(engine)
    run(engine, strange if isinstance(strange, str) else strange[engine.dialect.name])
    before = tables_in(engine)
    with pytest.raises(SettingsError, match="not as any release") as refused:
        upgrade(engine)
    assert refused.value.item.startswith("gate_stop")
    assert tables_in(engine) == before


def test_a_table_in_the_way_is_named(engine: sa.Engine) -> None:
    last = table_names(head(), engine.dialect.name)[-1]
    if head() != FIRST:
        upgrade_to(engine, REVISIONS[-2])
    run(engine, f"CREATE TABLE {last} (mine TEXT)")
    before = stands_at(engine)
    with pytest.raises(SettingsError, match="not as any release"):
        upgrade(engine)
    assert stands_at(engine) == before


def upgrade_to(engine: sa.Engine, revision: str) -> None:
    with writing(engine) as connection, connection.begin():
        upgrade_within(connection, to=revision)


def test_a_database_of_a_newer_program_is_left_alone(engine: sa.Engine, database: str, tmp_path: Path) -> None:
    upgrade(engine)
    run(engine, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    for attempt in (lambda: a_store(tmp_path, database=database), lambda: upgrade(engine)):
        with pytest.raises(SettingsError, match="newer"):
            attempt()
    assert stands_at(engine) == "9999"


def test_a_migration_that_breaks_off_leaves_nothing(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(connection: sa.Connection, blocks: list[Any]) -> None:
        run_blocks(connection, blocks[: len(blocks) // 2])
        raise OSError

    monkeypatch.setattr("governance.store.migrations.frozen.run_blocks", break_off)
    monkeypatch.setattr("governance.store.upgrading._scripts", lambda: ScriptDirectory(STATEMENTS.parent))
    with pytest.raises(OSError):
        upgrade(engine)
    assert tables_in(engine) == set()


def a_row(table: sa.Table) -> dict[str, object]:
    """A row of the table; columns that refer to another table's name the row made so there."""
    values: dict[type, object] = {str: "a", int: 1, bytes: b"a", bool: True, float: 0.5}
    return {column.name: values[column.type.python_type] for column in table.columns}


def contents(engine: sa.Engine) -> Described:
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name != VERSION_TABLE]
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in names
        }


def test_down_and_up_again_keeps_what_older_tables_hold(engine: sa.Engine, database: str, tmp_path: Path) -> None:
    import_every_table()
    store = a_store(tmp_path, database=database)
    fill(store, 3)
    store.publish()
    with store.act("list.made") as act:
        for table in METADATA.sorted_tables:
            if not table.name.startswith("audit_"):
                act.connection.execute(sa.insert(table), a_row(table))
    full = contents(engine)
    assert all(full.values())
    for revision in reversed(REVISIONS[:-1]):
        gone = {
            name for later in REVISIONS[REVISIONS.index(revision) + 1 :]
            for name in table_names(later, engine.dialect.name)
        }  # fmt: skip
        with engine.connect() as connection:
            assert rows_lost(connection, revision) == dict.fromkeys(gone & set(contents(engine)), 1)
        downgrade(engine, revision)
        assert stands_at(engine) == revision
        assert contents(engine) == {name: rows for name, rows in full.items() if name not in gone}
    assert upgrade(engine) == list(REVISIONS[1:])
    assert {name for name, rows in contents(engine).items() if not rows} == {
        name for later in REVISIONS[1:] for name in table_names(later, engine.dialect.name)
    }
    again = a_store(tmp_path, database=database)
    assert holds(again) == 4
    for each in (store, again):
        each.engine.dispose()


def test_a_log_with_events_is_never_taken_back(engine: sa.Engine, database: str, tmp_path: Path) -> None:
    upgrade(engine)
    store = fill_old(tmp_path, database)
    with pytest.raises(SettingsError, match="never taken back"):
        downgrade(engine, EMPTY)
    assert stands_at(engine) == head()
    with store.reading() as connection:
        assert log_size(connection) == 5
    store.engine.dispose()


def test_an_empty_log_goes_without_a_trace(engine: sa.Engine) -> None:
    upgrade(engine)
    assert downgrade(engine, EMPTY) == list(reversed(REVISIONS))
    assert tables_in(engine) == {VERSION_TABLE}
    assert upgrade(engine) == list(REVISIONS)


@pytest.mark.parametrize("revision", ["9999", "head", "-1"])
def test_there_is_no_way_back_to_what_never_was(engine: sa.Engine, revision: str) -> None:
    upgrade(engine)
    with pytest.raises(UsageError):
        downgrade(engine, revision)


def test_alembic_sees_one_line_of_migrations() -> None:
    scripts = ScriptDirectory(STATEMENTS.parent)
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(REVISIONS))


RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")


def test_a_role_that_works_has_the_rights_that_each_table_allows(postgresql: Server, tmp_path: Path) -> None:
    import_every_table()
    engine = make_engine(Settings(home=tmp_path, database=postgresql.make_schema("granted")))
    upgrade(engine)
    postgresql.sql("CREATE ROLE granted LOGIN")
    with writing(engine) as connection, connection.begin():
        allow_working(connection, "granted")
        for table in METADATA.sorted_tables:
            found = [
                connection.execute(sa.select(sa.func.has_table_privilege("granted", table.name, right))).scalar_one()
                for right in RIGHTS
            ]
            changes = not table.info.get(APPEND_ONLY)
            assert found == [True, True, changes, changes, False, False], table.name
    engine.dispose()


def test_a_role_that_owns_nothing_is_sent_to_the_owner(postgresql: Server, tmp_path: Path) -> None:
    postgresql.make_schema("bare")
    postgresql.sql("CREATE ROLE works_only LOGIN")
    postgresql.sql("GRANT USAGE ON SCHEMA bare TO works_only")
    engine = make_engine(Settings(home=tmp_path, database=postgresql.address("bare", role="works_only")))
    with writing(engine) as connection, connection.begin():
        with pytest.raises(SettingsError, match="may not make or change tables"):
            upgrade_within(connection)
        connection.rollback()
    engine.dispose()


# the tables of one database, word for word as it describes them itself


def described(connection: sa.Connection) -> Described:
    asked = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    found: Described = {}
    for query in asked:
        for table, *rest in connection.exec_driver_sql(query):
            found.setdefault(table, []).append(tuple(" ".join(str(each).split()) for each in rest))
    return {table: sorted(rows) for table, rows in found.items() if table != VERSION_TABLE}


_SQLITE = ("SELECT tbl_name, type, name, sql FROM sqlite_master WHERE sql IS NOT NULL",)
_HERE = "relnamespace = current_schema()::regnamespace"
_POSTGRESQL = (
    "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_schema = current_schema()",
    f"SELECT c.relname, o.conname, pg_get_constraintdef(o.oid) FROM pg_constraint o"
    f" JOIN pg_class c ON c.oid = o.conrelid WHERE c.{_HERE}",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    f"SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
    f" JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.{_HERE}",
    f"SELECT relname, a.grantee::regrole::text, string_agg(a.privilege_type, ',' ORDER BY a.privilege_type)"
    f" FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner))) a"
    f" WHERE relkind = 'r' AND {_HERE} GROUP BY 1, 2",
)


def test_migrations_build_what_is_declared(engine: sa.Engine) -> None:
    import_every_table()
    with writing(engine) as connection, connection.begin():
        upgrade_within(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differing = compare_metadata(context, METADATA)
        migrated = described(connection)
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
        declared = described(connection)
    assert differing == []
    assert migrated == declared


def test_every_declared_table_has_a_migration() -> None:
    import_every_table()
    assert [table.name for table in new_tables()] == []


def test_every_guard_that_is_declared_is_frozen_word_for_word(engine: sa.Engine) -> None:
    dialect = engine.dialect.name
    said = {each for name in REVISIONS for block in load_blocks(name, dialect) for each in block.statements}
    for table in append_only_tables():
        assert set(triggers(table, dialect).values()) <= said
