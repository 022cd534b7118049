"""The store on SQLite and on PostgreSQL: one event an act, none on failure, and rows that nobody changes."""

from __future__ import annotations

import datetime as dt
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.audit.appending import log_size
from governance.audit.publishing import published_sizes
from governance.audit.search import search
from governance.audit.tables import EVENTS, NODES
from governance.audit.verifying import verify
from governance.errors import AuditLogBroken, SettingsError, UsageError
from governance.settings import Settings
from governance.store.engine import make_engine
from governance.store.granting import allow_working
from governance.store.opening import CHECKPOINT_MINUTES, Store
from governance.store.schema import append_only
from tests.audit_logs import TickingClock, fill
from tests.audit_logs import a_store_as_found as a_store
from tests.integration.postgres import OWNER, Server

Opened = Callable[..., Store]
WRITER = """
import sys
from pathlib import Path
from governance.as_of import SystemClock
from governance.settings import Settings
from governance.store.opening import open_store
home, database, name, count = sys.argv[1:]
store = open_store(Settings(home=Path(home), database=database, checkpoint_events=7), clock=SystemClock(), actor=name)
for number in range(int(count)):
    with store.act("list.made", subject=f"{name}-{number}"):
        pass
store.close()
"""


def size_of(store: Store) -> int:
    with store.reading() as connection:
        return log_size(connection)


def holds(store: Store) -> bool:
    with store.reading() as connection:
        verify(connection, store.publisher.directory, store.publisher.key().public)
    return True


def test_an_act_leaves_exactly_one_event(opened: Opened) -> None:
    store = opened()
    with store.act("list.made", subject="run-1", details={"listed": 3}) as act:
        act.add(hours=80)
        act.subject = "run-2"
    with store.reading() as connection:
        [event] = search(connection, action=None, subject=None, last=9)
    assert vars(event) == {
        "seq": 1, "at": "2024-06-01T12:00:01.000000Z", "action": "list.made", "actor": "tester", "subject": "run-2",
        "details": '{"hours":80,"listed":3}',
    }  # fmt: skip


def test_what_an_act_writes_stands_or_falls_with_its_event(opened: Opened) -> None:
    store = opened()
    fill(store, 3)
    with store.reading() as connection:
        before = connection.execute(sa.select(NODES)).all()
    with pytest.raises(KeyError), store.act("list.made") as act:
        act.connection.execute(sa.insert(NODES), {"level": 60, "position": 0, "hash": b"written"})
        raise KeyError
    with pytest.raises(ValueError), store.act("list.made") as act:
        act.connection.execute(sa.insert(NODES), {"level": 60, "position": 0, "hash": b"written"})
        act.add(person_id="P1")
    with store.reading() as connection:
        assert connection.execute(sa.select(NODES)).all() == before
    assert size_of(store) == 3


def test_an_unknown_action_is_refused_before_the_act(opened: Opened) -> None:
    store, reached = opened(), []
    with pytest.raises(ValueError, match="no action"), store.act("list.sold"):
        reached.append(1)
    assert reached == []
    assert size_of(store) == 0


def test_an_act_within_an_act_is_refused_and_leaves_the_store_usable(opened: Opened) -> None:
    store = opened()
    with pytest.raises(RuntimeError), store.act("list.made"), store.act("list.made"):
        pass
    fill(store, 1)
    assert size_of(store) == 1


def test_whoever_reads_cannot_write(opened: Opened) -> None:
    store = opened()
    with pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"), store.reading() as connection:
        connection.execute(sa.insert(NODES), {"level": 60, "position": 0, "hash": b"written"})


CHANGES = [
    "UPDATE audit_event SET actor = 'somebody' WHERE seq = 2",
    "UPDATE audit_node SET position = 99",
    "DELETE FROM audit_event WHERE seq = 3",
    "DELETE FROM audit_node",
]
REPLACES = [
    "INSERT OR REPLACE INTO audit_event SELECT seq, at, action, 'somebody', subject, details FROM audit_event",
    "REPLACE INTO audit_node SELECT level, position, x'00' FROM audit_node",
    "INSERT INTO audit_event SELECT * FROM audit_event WHERE true ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
    "UPDATE OR REPLACE audit_event SET seq = 2 WHERE seq = 1",
]


@pytest.mark.parametrize("statement", [*CHANGES, *REPLACES])
def test_sqlite_refuses_to_change_a_row(tmp_path: Path, statement: str) -> None:
    store = a_store(tmp_path)
    fill(store, 3)
    # a connection of its own, without what ours switch on
    plain = sa.create_engine(f"sqlite:///{tmp_path / 'adressekontrol.db'}")
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), plain.begin() as connection:
        connection.exec_driver_sql(statement)
    plain.dispose()
    store.engine.dispose()


EMPTIES = ["TRUNCATE audit_event", "TRUNCATE audit_event, audit_node CASCADE"]


@pytest.mark.parametrize("statement", [*CHANGES, *EMPTIES])
def test_postgresql_refuses_to_change_a_row(postgresql: Server, tmp_path: Path, statement: str) -> None:
    name = f"guarded_{[*CHANGES, *EMPTIES].index(statement)}"
    store = a_store(tmp_path, database=postgresql.make_schema(name))
    fill(store, 3)
    # the rights are gone from the owner too
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), store.act("list.made") as act:
        act.connection.exec_driver_sql(statement)
    # and the triggers stop even the superuser, whom no right binds
    with pytest.raises(AssertionError, match="append-only"):
        postgresql.sql(statement, schema=name)
    assert size_of(store) == 3
    store.engine.dispose()


RIGHTS_REFUSED = r"permission denied|must be owner"


def test_a_role_may_be_let_in_to_work_and_undo_nothing(postgresql: Server, tmp_path: Path) -> None:
    owner = a_store(tmp_path, database=postgresql.make_schema("working"))
    postgresql.sql("CREATE ROLE worker LOGIN")
    postgresql.sql("GRANT ALL ON ALL TABLES IN SCHEMA working TO worker")
    with owner.act("role_key.registered") as act:
        allow_working(act.connection, "worker")
    store = a_store(tmp_path, database=postgresql.address("working", role="worker"))
    fill(store, 2)
    assert size_of(store) == 3
    forbidden = (
        "TRUNCATE audit_event", "ALTER TABLE audit_event DISABLE TRIGGER ALL", "DROP TABLE audit_event",
        "DROP TRIGGER audit_event_no_change ON audit_event", "UPDATE alembic_version SET version_num = 'x'",
    )  # fmt: skip
    for statement in (*CHANGES, *forbidden):
        with pytest.raises(sa.exc.ProgrammingError, match=RIGHTS_REFUSED), store.act("list.made") as act:
            act.connection.exec_driver_sql(statement)
    for each in (owner, store):
        each.engine.dispose()


@pytest.mark.parametrize(
    ("role", "what"), [("nobody_here", "no such role"), (OWNER, "everything"), ("postgres", "everything")]
)
def test_rights_are_given_to_no_other_role(postgresql: Server, tmp_path: Path, role: str, what: str) -> None:
    store = a_store(tmp_path, database=postgresql.make_schema(f"refused_{role}"))
    with pytest.raises(UsageError, match=what), store.act("role_key.registered") as act:
        allow_working(act.connection, role)
    store.engine.dispose()


def test_a_file_has_no_roles(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with pytest.raises(SettingsError, match="no roles"), store.act("role_key.registered") as act:
        allow_working(act.connection, "worker")
    store.engine.dispose()


def test_two_processes_append_at_once(opened: Opened, database: str, tmp_path: Path) -> None:
    store = opened()
    command = [sys.executable, "-c", WRITER, str(tmp_path / "home"), database]
    writers = [
        subprocess.Popen([*command, name, "20"], stderr=subprocess.PIPE, text=True) for name in ("first", "second")
    ]
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
    with store.reading() as connection:
        events = search(connection, action=None, subject=None, last=99)
    assert sorted(event.subject for event in events) == sorted(
        f"{n}-{i}" for n in ("first", "second") for i in range(20)
    )
    assert holds(store)
    assert published_sizes(store.publisher.directory)[-1] == 40


def test_a_checkpoint_appears_after_enough_events(opened: Opened) -> None:
    store = opened(checkpoint_events=4)
    directory = store.publisher.directory
    fill(store, 4)
    assert published_sizes(directory) == []
    fill(store, 1)
    assert published_sizes(directory) == [5]
    fill(store, 4)
    assert published_sizes(directory) == [5]
    fill(store, 7)
    assert published_sizes(directory) == [5, 16]
    assert holds(store)


def test_no_event_waits_longer_than_ten_minutes(opened: Opened) -> None:
    clock = TickingClock()
    store = opened(clock=clock)
    fill(store, 2)
    clock.at += dt.timedelta(minutes=CHECKPOINT_MINUTES - 1)
    store.publish_when_due()
    fill(store, 1)
    assert published_sizes(store.publisher.directory) == []
    clock.at += dt.timedelta(minutes=1)
    store.publish_when_due()
    assert published_sizes(store.publisher.directory) == [3]
    clock.at += dt.timedelta(hours=1)
    store.publish_when_due()
    assert published_sizes(store.publisher.directory) == [3]


def test_closing_publishes_what_this_store_did_and_nothing_else(opened: Opened) -> None:
    store = opened()
    fill(store, 2)
    store.close()
    assert published_sizes(store.publisher.directory) == [2]
    reader = opened()
    assert size_of(reader) == 2
    reader.close()
    assert published_sizes(store.publisher.directory) == [2]


def test_another_history_is_never_signed(opened: Opened, tmp_path: Path) -> None:
    store = opened()
    fill(store, 5)
    store.close()
    # the same checkpoints and key, an empty log
    other = a_store(tmp_path / "home", database=f"sqlite:///{tmp_path}/b.db")
    for events, what in ((3, "gone"), (2, "rewritten"), (4, "rewritten")):
        fill(other, events)
        with pytest.raises(AuditLogBroken, match=what):
            other.publish()
    assert published_sizes(store.publisher.directory) == [5]
    other.engine.dispose()


def test_a_lost_key_is_not_made_anew(opened: Opened, tmp_path: Path) -> None:
    store = opened()
    fill(store, 1)
    store.publish()
    (tmp_path / "home" / "keys" / "audit.pem").unlink()
    with pytest.raises(AuditLogBroken, match="gone"):
        store.publisher.key()


def test_a_broken_key_is_a_matter_of_settings(opened: Opened, tmp_path: Path) -> None:
    store = opened()
    fill(store, 1)
    store.publish()
    (tmp_path / "home" / "keys" / "audit.pem").write_text("nonsense")
    with pytest.raises(SettingsError, match="key"):
        store.publish()


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    fill(store, 1)
    store.publish()
    for secret in (*tmp_path.glob("adressekontrol.db*"), tmp_path / "keys" / "audit.pem"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    store.engine.dispose()


@pytest.mark.parametrize(
    "database", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "no address", "postgresql+nosuch://x/y"]
)
def test_a_database_that_cannot_keep_the_log_is_refused(tmp_path: Path, database: str) -> None:
    with pytest.raises(SettingsError) as refused:
        make_engine(Settings(home=tmp_path, database=database))
    assert refused.value.item == "ADRESSEKONTROL_DATABASE"


def test_places_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="database"):
        make_engine(Settings(home=tmp_path / "file" / "below"))
    store = Store(Settings(home=tmp_path, checkpoint_dir=str(tmp_path / "file" / "x")), clock=TickingClock(), actor="x")
    with pytest.raises(SettingsError, match="Checkpoints"):
        store.publisher.make_directory()
    store.engine.dispose()


def test_a_table_without_a_key_cannot_be_append_only() -> None:
    with pytest.raises(ValueError, match="primary key"):
        append_only(sa.Table("loose", sa.MetaData(), sa.Column("number", sa.Integer)))


def test_sqlite_keeps_what_it_acknowledges(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with store.reading() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
    assert modes == ["wal", 2]
    store.engine.dispose()


def test_events_are_kept_as_they_were_written(opened: Opened) -> None:
    store = opened()
    fill(store, 20)
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar_one() == 20
    assert holds(store)
