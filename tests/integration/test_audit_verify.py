"""`verify` on SQLite and PostgreSQL names the first event that is off, and the kind of break."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa

from governance.audit.export import export_log
from governance.audit.proving import prove_consistency, prove_inclusion
from governance.audit.publishing import LATEST, file_name
from governance.audit.tables import EVENTS, NODES
from governance.audit.verifying import Verified, verify
from governance.errors import AuditLogBroken, UsageError
from governance.store.engine import WRITING
from governance.store.guards import missing_guards
from governance.store.opening import Store
from tests.audit_logs import fill
from tests.tampering import DATABASE_MANIPULATIONS, stored, with_guards, without_guards

SIZE, FIRST = 13, 6
Change = Callable[[sa.Connection], object]


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    """Thirteen events under two checkpoints."""
    store = opened()
    for events in (FIRST, SIZE - FIRST):
        fill(store, events)
        store.publish()
    return store


def check(store: Store, connection: sa.Connection) -> Verified:
    return verify(connection, store.publisher.directory, store.publisher.key().public)


def break_found(store: Store, change: Change) -> AuditLogBroken:
    """What `verify` says after the change, of which nothing stays."""
    with store.engine.connect().execution_options(**{WRITING: True}) as connection:
        transaction = connection.begin()
        without_guards(connection)
        change(connection)
        with_guards(connection)
        try:
            with pytest.raises(AuditLogBroken) as found:
                check(store, connection)
        finally:
            transaction.rollback()
    assert found.value.exit_code == 14
    return found.value


def test_a_log_that_holds_is_counted(store: Store) -> None:
    fill(store, 2)
    with store.reading() as connection:
        done = check(store, connection)
    assert (done.size, done.published_size, done.checkpoints, done.unpublished) == (SIZE + 2, SIZE, 2, 2)


def in_event(number: int, **values: object) -> Change:
    return lambda connection: connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == number).values(values))


BREAKS: dict[str, tuple[Change, str, str]] = {
    "a subject edited": (in_event(7, subject="another"), "event 7", "recorded"),
    "an actor edited": (in_event(1, actor="another"), "event 1", "recorded"),
    "a blank put into the details": (in_event(3, details='{"listed": 2}'), "event 3", "written"),
    "a time edited": (in_event(8, at="2031-01-01T00:00:00.000000Z"), "event 9", "earlier"),
    "a time of another form": (in_event(8, at="yesterday"), "event 8", "written"),
    "an event deleted": (
        lambda connection: connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq == 5)), "event 5", "missing"
    ),
    "an event before the first": (in_event(4, seq=0), "event 1", "put in"),
    "the tail deleted": (
        lambda connection: connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq > 11)), "event 12", "gone"
    ),
    "a hash deleted": (
        lambda connection: connection.execute(sa.delete(NODES).where(NODES.c.level == 2, NODES.c.position == 1)),
        "events 5 to 8", "hash",
    ),
    "a hash too many": (
        lambda connection: connection.execute(sa.insert(NODES), {"level": 1, "position": 99, "hash": b"x"}),
        "event 14", "Hashes",
    ),
    "all rewritten from the ninth on": (
        lambda connection: DATABASE_MANIPULATIONS["rewrite_rows"](_always(8), connection, SIZE),
        f"events {FIRST + 1} to {SIZE}", "rewritten",
    ),
}  # fmt: skip


def _always(number: int) -> random.Random:
    chance = random.Random(1)
    chance.randrange = lambda *_: number  # type: ignore[method-assign]
    return chance


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_named_with_its_first_event(store: Store, name: str) -> None:
    change, item, what = BREAKS[name]
    found = break_found(store, change)
    assert found.item == item
    assert what in found.what


@pytest.mark.parametrize("name", DATABASE_MANIPULATIONS)
def test_random_manipulations_are_found(store: Store, name: str) -> None:
    for number in range(12):
        chance = random.Random(number)
        assert break_found(store, partial(DATABASE_MANIPULATIONS[name], chance, size=SIZE))


def test_a_dropped_guard_is_named(store: Store) -> None:
    with store.engine.connect().execution_options(**{WRITING: True}) as connection:
        transaction = connection.begin()
        assert missing_guards(connection) == []
        without_guards(connection)
        with pytest.raises(AuditLogBroken, match="guard") as found:
            check(store, connection)
        assert found.value.item.startswith("audit_event.audit_event_no_")
        transaction.rollback()


def test_a_guard_that_does_nothing_is_named(store: Store) -> None:
    sqlite = store.engine.dialect.name == "sqlite"
    with store.engine.connect().execution_options(**{WRITING: True}) as connection:
        transaction = connection.begin()
        if sqlite:
            connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event BEGIN SELECT 1; END"
            )
        else:
            connection.exec_driver_sql("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_change")
        assert len(missing_guards(connection)) == 1
        transaction.rollback()


def test_a_hollow_function_behind_the_guards_is_found(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        return  # triggers call no function there
    with store.engine.connect().execution_options(**{WRITING: True}) as connection:
        transaction = connection.begin()
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
        assert "audit_event.audit_event_no_change" in missing_guards(connection)
        transaction.rollback()


def test_checkpoint_files_are_part_of_the_check(store: Store) -> None:
    directory = store.publisher.directory
    older, newest, latest = directory / file_name(FIRST), directory / file_name(SIZE), directory / LATEST
    kept = {path: path.read_bytes() for path in (older, newest, latest)}
    attempts: list[tuple[Callable[[], object], str]] = [
        (newest.unlink, LATEST),
        (latest.unlink, LATEST),
        (lambda: newest.write_bytes(kept[older]), newest.name),
        (lambda: older.write_bytes(b""), older.name),
        (lambda: (directory / file_name(SIZE + 1)).write_bytes(kept[newest]), file_name(SIZE + 1)),
        (lambda: latest.write_bytes(kept[newest] + b"\n"), LATEST),
    ]
    for attempt, item in attempts:
        attempt()
        with store.reading() as connection, pytest.raises(AuditLogBroken) as found:
            check(store, connection)
        assert found.value.item == item
        (directory / file_name(SIZE + 1)).unlink(missing_ok=True)
        for path, content in kept.items():
            path.write_bytes(content)
    with store.reading() as connection:
        assert check(store, connection)


def test_every_event_is_proven_under_the_newest_checkpoint(store: Store) -> None:
    newest = store.publisher.newest()
    with store.reading() as connection:
        leaves = [event.leaf for event in stored(connection)]
        for seq in range(1, SIZE + 1):
            assert prove_inclusion(connection, seq, newest).leaf == leaves[seq - 1]
            assert prove_consistency(connection, seq, newest).root == newest.root
        for seq in (0, SIZE + 1):
            with pytest.raises(UsageError):
                prove_inclusion(connection, seq, newest)


def test_no_proof_is_given_of_what_does_not_hold(store: Store) -> None:
    newest = store.publisher.newest()
    with store.engine.connect().execution_options(**{WRITING: True}) as connection:
        transaction = connection.begin()
        without_guards(connection)
        in_event(7, subject="another")(connection)
        with pytest.raises(AuditLogBroken) as found:
            prove_inclusion(connection, 7, newest)
        assert found.value.item == "event 7"
        connection.execute(sa.delete(NODES).where(NODES.c.level == 3))
        with pytest.raises(AuditLogBroken, match="gone"):
            prove_consistency(connection, 9, newest)
        transaction.rollback()


def test_an_export_is_one_event_and_none_when_it_fails(store: Store, tmp_path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    (tmp_path / "out").mkdir()
    for place in ("full", "full/file"):
        with pytest.raises(UsageError):
            export_log(store, tmp_path / place)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="disk"):
        patch.setattr("governance.audit.export.write_durably", _no_room)
        export_log(store, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    with store.reading() as connection:
        assert len(stored(connection)) == SIZE
    assert export_log(store, tmp_path / "out").checkpoint.size == SIZE
    with store.reading() as connection:
        events = stored(connection)
    assert (len(events), events[-1].action) == (SIZE + 1, "log.exported")
    assert (tmp_path / "out" / "events.jsonl").read_bytes() == b"".join(e.leaf + b"\n" for e in events[:SIZE])


def _no_room(*_: object) -> None:
    raise OSError("disk full")
