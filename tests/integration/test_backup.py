"""Backups on SQLite and on PostgreSQL: all that is kept comes back, whatever was altered on the way does not."""

from __future__ import annotations

import io
import itertools
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.audit.search import search
from governance.audit.verifying import verify
from governance.errors import AuditLogBroken, SettingsError, UsageError
from governance.settings import Settings
from governance.store import archive
from governance.store.backup import BACKED_UP, BackedUp, back_up
from governance.store.engine import WRITING
from governance.store.migrations.frozen import REVISIONS, VERSION_TABLE
from governance.store.opening import Store
from governance.store.postgresql_programs import dump_rows
from governance.store.restoring import RESTORED, Restored, restore
from governance.store.upgrading import current, upgrade_within
from tests.audit_logs import TickingClock, fill
from tests.integration.postgres import OWNER, Server

_NUMBERS = itertools.count()
ENVIRONMENT = {"PATH": os.environ["PATH"]}  # noqa: TID251  where PostgreSQL's programs are


class Installation:
    """A database with a home directory, which can be lost."""

    def __init__(self, database: str, place: Path, server: Callable[[], Server]) -> None:
        self.settings = Settings(home=place / "home", database=database)
        self.place = place
        self.file = place / "kept" / "backup"
        self.file.parent.mkdir()
        self._server = server
        self._stores: list[Store] = []

    def opened(self, settings: Settings | None = None) -> Store:
        self._stores.append(Store(settings or self.settings, clock=TickingClock(), actor="tester"))
        self._stores[-1].publisher.make_directory()
        return self._stores[-1]

    def built(self, *, revision: str | None = None, events: int = 7) -> Store:
        """A store with events, at that migration."""
        store = self.opened()
        with store.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            upgrade_within(connection, to=revision)
        fill(store, events)
        return store

    def close(self) -> None:
        for store in self._stores:
            store.engine.dispose()

    def lose(self) -> None:
        """Database and home directory are gone."""
        self.close()
        shutil.rmtree(self.settings.home)
        if self.settings.database.startswith("sqlite"):
            for path in self.place.glob("test.db*"):
                path.unlink()
            return
        schema = self.schema
        self._server().sql(f"DROP SCHEMA {schema} CASCADE")
        self._server().sql(f"CREATE SCHEMA {schema} AUTHORIZATION {OWNER}")

    @property
    def schema(self) -> str:
        return self.settings.database.rpartition("%3D")[2]

    def back_up(self, store: Store, **words: bool) -> BackedUp:
        return back_up(store, self.file, environment=ENVIRONMENT, **words)

    def restore(self, settings: Settings | None = None, **words: bool) -> Restored:
        return restore(
            settings or self.settings, self.file, clock=TickingClock(), actor="restorer", environment=ENVIRONMENT,
            **words,
        )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands where the backup would go."""
        if any(path.is_file() and path.stat().st_size for path in self.settings.checkpoints.glob("*")):
            return False
        store = self.opened()
        with store.reading() as connection:
            tables = set(sa.inspect(connection).get_table_names())
        left = {path.name for path in self.settings.home.glob("*")} - {"checkpoints"}
        return not tables and not left


@pytest.fixture
def installed(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    """An installation on either database, with nothing in it yet."""
    made = Installation(database, tmp_path, lambda: request.getfixturevalue("postgresql"))
    yield made
    made.close()


def size(store: Store) -> int:
    with store.reading() as connection:
        return verify(connection, store.publisher.directory, store.publisher.key().public).size


def rows(store: Store) -> list[tuple[object, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.text("SELECT * FROM audit_event ORDER BY seq"))]


def write_home(home: Path) -> dict[str, bytes]:
    """What the product keeps at home, in small; what a backup takes of it, by name."""
    kept = {
        "keys/seal-cases.key": b"secret",
        "runs/r1/run.json": b"{}",
        "published/r1/worklist.csv": b"rank\n1\n",
        "registers/tables/abc.parquet": b"PAR1",
        "registers/def/residence.parquet": b"PAR1",
        "artifacts/1/model/model.txt": b"tree",
    }
    for name, content in {**kept, "outbox/post/1/payload.json": b"{}", "runs/r1/.draft": b"", ".lock": b""}.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
    linked = home / "registers/def/residence.parquet"
    linked.unlink()
    os.link(home / "registers/tables/abc.parquet", linked)
    with closing(sqlite3.connect(home / "mlflow.db")) as models:
        models.execute("CREATE TABLE models (name TEXT)")
        models.execute("INSERT INTO models VALUES ('champion')")
        models.commit()
    return kept


def test_everything_comes_back(installed: Installation) -> None:
    store = installed.built()
    kept = write_home(installed.settings.home)
    before = rows(store)
    installed.back_up(store)
    installed.lose()
    assert installed.restore() == Restored("2024-06-01T12:00:02.000000Z", 7, ())
    back, home = installed.opened(), installed.settings.home
    assert rows(back)[:7] == before
    assert size(back) == 8
    for name, content in kept.items():
        assert (home / name).read_bytes() == content
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert (home / "registers/tables/abc.parquet").stat().st_nlink == 2
    with closing(sqlite3.connect(home / "mlflow.db")) as models:
        assert models.execute("SELECT name FROM models").fetchall() == [("champion",)]
    assert not (home / "outbox").exists()
    assert not list(home.rglob(".draft")) + list(home.glob(".restoring*"))
    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700
    fill(back, 2)
    assert size(back) == 10


def test_a_backup_and_its_return_are_events(installed: Installation) -> None:
    store = installed.built()
    made = installed.back_up(store)
    [event] = rows(store)[7:]
    said = {"events": 7, "sha256": made.sha256, "left_out": []}
    assert event[2:5] == (BACKED_UP, "tester", f"backup-{made.sha256[:16]}")
    assert json.loads(str(event[5])) == said
    installed.lose()
    installed.restore()
    back = installed.opened()
    with back.reading() as connection:
        [newest] = search(connection, action=None, subject=None, last=1)
    assert (newest.action, newest.actor) == (RESTORED, "restorer")
    assert json.loads(newest.details)["backup_sha256"] == made.sha256


def test_the_file_is_its_owners_alone(installed: Installation) -> None:
    installed.back_up(installed.built())
    assert stat.S_IMODE(installed.file.stat().st_mode) == 0o600
    assert [path.name for path in installed.file.parent.iterdir()] == ["backup"]


def test_registers_may_be_left_out(installed: Installation) -> None:
    store = installed.built()
    write_home(installed.settings.home)
    assert installed.back_up(store).left_out == ()
    installed.file.unlink()
    assert installed.back_up(store, with_registers=False).left_out == ("registers",)
    installed.lose()
    installed.restore()
    assert not (installed.settings.home / "registers").exists()
    assert (installed.settings.home / "runs/r1/run.json").exists()


def test_models_of_a_server_are_named_as_left_out(tmp_path: Path) -> None:
    installed = Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, lambda: pytest.fail("no server here"))
    installed.settings = replace(installed.settings, mlflow_uri="http://127.0.0.1:5000")
    assert installed.back_up(installed.built()).left_out == ("models",)
    installed.close()


def test_a_backup_taken_while_others_write_holds(installed: Installation) -> None:
    store, stop = installed.built(), threading.Event()

    def write_on() -> None:
        while not stop.is_set():
            fill(store, 3)
            store.publish()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        installed.back_up(store)
    finally:
        stop.set()
        writer.join()
    installed.lose()
    done = installed.restore()
    assert size(installed.opened()) == done.events + 1


@pytest.mark.parametrize("revision", [*REVISIONS, None], ids=str)
def test_a_backup_of_an_older_release_is_brought_to_this_one(installed: Installation, revision: str | None) -> None:
    store = installed.built(revision=revision or REVISIONS[0])
    if revision is None:
        with store.act("list.made") as act:
            act.connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    installed.back_up(store)
    installed.lose()
    done = installed.restore()
    assert list(done.migrations) == list(REVISIONS[REVISIONS.index(revision or REVISIONS[0]) + 1 :])
    back = installed.opened()
    with back.reading() as connection:
        assert current(connection) == REVISIONS[-1]
    assert size(back) == done.events + 1


# what was altered on the way


def rewrite(file: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Write the archive anew with members changed; hard links become files."""
    with tarfile.open(file) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar if member.isreg()}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(file, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def flip(members: dict[str, bytes]) -> None:
    content = bytearray(members["database"])
    content[len(content) // 2] ^= 1
    members["database"] = bytes(content)


def said(members: dict[str, bytes], **words: object) -> None:
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = json.dumps(manifest | words).encode()


DAMAGES: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a byte altered": flip,
    "a key lost": lambda members: members.pop("home/keys/audit.pem"),
    "a file put in": lambda members: members.update({"home/keys/other.pem": b"x"}),
    "no manifest": lambda members: members.pop("manifest.json"),
    "not JSON": lambda members: members.update({"manifest.json": b"{"}),
    "another format": lambda members: said(members, format="other"),
    "a way out": lambda members: members.update({"../../escaped": b"x"}),
    "a way to the root": lambda members: members.update({"/nowhere/escaped": b"x"}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    tmp_path: Path, damage: Callable[[dict[str, bytes]], object]
) -> None:
    installed = Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, lambda: pytest.fail("no server here"))
    installed.back_up(installed.built())
    rewrite(installed.file, damage)
    installed.lose()
    with pytest.raises(UsageError):
        installed.restore()
    assert installed.is_empty
    assert not list(tmp_path.rglob("escaped"))
    installed.close()


@pytest.mark.parametrize("kept", [0, 100, 5_000, -2_000])
def test_half_a_backup_is_refused(tmp_path: Path, kept: int) -> None:
    installed = Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, lambda: pytest.fail("no server here"))
    installed.back_up(installed.built())
    installed.lose()
    content = installed.file.read_bytes()
    installed.file.write_bytes(content.rstrip(b"\0")[:kept])
    with pytest.raises(UsageError, match=r"not a whole one|damaged"):
        installed.restore()
    assert installed.is_empty
    installed.close()


def alter_event(installed: Installation, store: Store) -> None:
    """Rewrite an event behind the product's back."""
    change = "UPDATE audit_event SET actor = 'somebody' WHERE seq = 3"
    if installed.settings.database.startswith("postgresql"):
        server = installed._server()
        server.sql("ALTER TABLE audit_event DISABLE TRIGGER USER", schema=installed.schema)
        server.sql(change, schema=installed.schema)
        server.sql("ALTER TABLE audit_event ENABLE TRIGGER USER", schema=installed.schema)
        return
    with closing(sqlite3.connect(str(store.engine.url.database))) as plain:
        [(guard,)] = plain.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_event_no_update'").fetchall()
        for statement in ("DROP TRIGGER audit_event_no_update", change, guard):
            plain.execute(statement)
        plain.commit()


def test_a_log_that_does_not_hold_is_not_put_back(installed: Installation) -> None:
    store = installed.built()
    store.publish()
    alter_event(installed, store)
    installed.back_up(store)
    installed.lose()
    with pytest.raises(AuditLogBroken):
        installed.restore()
    assert installed.is_empty


def test_nothing_is_restored_over_something(installed: Installation, tmp_path: Path) -> None:
    store = installed.built()
    installed.back_up(store)
    before = rows(store)
    with pytest.raises(SettingsError, match="something already"):
        installed.restore()
    assert rows(store) == before
    empty = replace(installed.settings, home=tmp_path / "empty", database=f"sqlite:///{tmp_path / 'empty.db'}")
    for taken in ("home", "checkpoints"):
        settings = replace(empty, home=tmp_path / taken / "home", checkpoint_dir=str(tmp_path / taken / "checks"))
        place = settings.home / "runs" if taken == "home" else settings.checkpoints
        place.mkdir(parents=True)
        (place / "kept.txt").write_text("mine")
        with pytest.raises(SettingsError, match="something already") as refused:
            installed.restore(settings)
        assert refused.value.item.endswith("kept.txt")
        assert (place / "kept.txt").read_text() == "mine"


def test_a_database_of_another_kind_is_refused(installed: Installation, tmp_path: Path) -> None:
    installed.back_up(installed.built())
    rewrite(installed.file, lambda members: said(members, dialect="other"))
    installed.lose()
    with pytest.raises(SettingsError, match="The backup is of other"):
        installed.restore()
    assert installed.is_empty


def test_a_backup_of_a_newer_program_is_refused(installed: Installation) -> None:
    installed.back_up(installed.built())
    rewrite(installed.file, lambda members: said(members, revision="9999"))
    installed.lose()
    with pytest.raises(SettingsError, match="newer"):
        installed.restore()
    assert installed.is_empty


def test_events_that_the_backup_vouched_for_must_be_there(installed: Installation) -> None:
    installed.back_up(installed.built())
    rewrite(installed.file, lambda members: said(members, events=8))
    installed.lose()
    with pytest.raises(AuditLogBroken, match="gone"):
        installed.restore()
    assert installed.is_empty


def test_models_are_found_at_the_same_home_alone(tmp_path: Path) -> None:
    installed = Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, lambda: pytest.fail("no server here"))
    store = installed.built()
    write_home(installed.settings.home)
    installed.back_up(store)
    other = Settings(home=tmp_path / "other")
    with pytest.raises(SettingsError, match="whole paths"):
        installed.restore(other)
    assert installed.restore(other, elsewhere=True).events == 7
    assert size(installed.opened(other)) == 8
    installed.close()


# where no backup is made


def test_a_place_that_will_not_do_is_refused_before_the_work(tmp_path: Path) -> None:
    installed = Installation(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, lambda: pytest.fail("no server here"))
    store = installed.built()
    (tmp_path / "taken").write_text("mine")
    home = installed.settings.home
    for place in (tmp_path / "taken", tmp_path / "none" / "x", home / "x", installed.settings.checkpoints / "x"):
        with pytest.raises(UsageError):
            back_up(store, place, environment=ENVIRONMENT)
    assert len(rows(store)) == 7
    assert (tmp_path / "taken").read_text() == "mine"
    installed.close()


@pytest.mark.parametrize("where", ["add", "finish"])
def test_a_backup_that_breaks_off_leaves_neither_file_nor_event(
    installed: Installation, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def break_off(*_: object) -> None:
        raise OSError

    store = installed.built()
    monkeypatch.setattr(archive.Archive, where, break_off)
    with pytest.raises(OSError):
        installed.back_up(store)
    assert len(rows(store)) == 7
    assert list(installed.file.parent.iterdir()) == []


def test_a_backup_without_its_event_is_no_backup(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    store = installed.built()

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("governance.store.opening.append", fail)
    with pytest.raises(OSError):
        installed.back_up(store)
    assert list(installed.file.parent.iterdir()) == []


# PostgreSQL's programs


@pytest.fixture
def with_password(postgresql: Server, tmp_path: Path) -> Iterator[sa.Engine]:
    address = postgresql.make_schema(f"with_password_{next(_NUMBERS)}").replace(f"{OWNER}@", f"{OWNER}:geheim@")
    engine = sa.create_engine(address)
    yield engine
    engine.dispose()


def a_program(place: Path, text: str) -> dict[str, str]:
    """An environment in which `pg_dump` is this script."""
    (place / "pg_dump").write_text(f"#!/bin/sh\n{text}\n")
    (place / "pg_dump").chmod(0o755)
    return {"PATH": str(place)}


def test_a_password_is_never_in_the_call(with_password: sa.Engine, tmp_path: Path) -> None:
    environment = a_program(tmp_path, f'echo "$@" > {tmp_path}/words; echo "$PGPASSWORD" > {tmp_path}/secret')
    dump_rows(with_password, tmp_path / "rows", environment=environment)
    assert "geheim" not in (tmp_path / "words").read_text()
    assert (tmp_path / "secret").read_text() == "geheim\n"


def test_a_program_that_fails_says_why_in_one_sentence(with_password: sa.Engine, tmp_path: Path) -> None:
    said = "pg_dump: error: server version mismatch\nDETAIL: a row of somebody"
    environment = a_program(tmp_path, f"printf '%s' '{said}' >&2; exit 1")
    with pytest.raises(SettingsError) as refused:
        dump_rows(with_password, tmp_path / "rows", environment=environment)
    assert refused.value.what == "pg_dump did not succeed: server version mismatch"


def test_a_missing_program_is_named(with_password: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not on the path") as refused:
        dump_rows(with_password, tmp_path / "rows", environment={"PATH": str(tmp_path)})
    assert refused.value.item == "pg_dump"
