"""Whatever lies before the last published checkpoint cannot be changed without being found: 10,000 random attempts.

Most are made on the exported log and looked for by the stand-alone verifier; a share on the tables themselves, by
somebody who has removed the guards, recomputed every hash and put the guards back, and looked for by `verify`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

import verify_audit
from governance.audit.export import CHECKPOINT_FILE, EVENTS_FILE, KEY_FILE, export_log
from governance.audit.publishing import LATEST, file_name
from governance.audit.verifying import verify
from governance.errors import AuditLogBroken
from governance.store.engine import WRITING
from governance.store.opening import Store
from tests.audit_logs import a_store, fill
from tests.tampering import (
    CHECKPOINT_MANIPULATIONS,
    DATABASE_MANIPULATIONS,
    EXPORT_MANIPULATIONS,
    joined,
    with_guards,
    without_guards,
)

COVERED, LATER = 21, 3
ON_EXPORTS, ON_DATABASES = 9_200, 800
BLOCKS = 8


@dataclass(frozen=True)
class Log:
    """A log with a checkpoint at an odd size, one before, and events after it that no checkpoint covers."""

    store: Store
    lines: list[bytes]
    note: bytes
    key: Path


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Iterator[Log]:
    home = tmp_path_factory.mktemp("home")
    store = a_store(home / "state")
    fill(store, 10)
    store.publish()
    fill(store, COVERED - 10)
    done = export_log(store, home / "out")
    fill(store, LATER - 1)
    assert done.checkpoint.size == COVERED
    lines = (home / "out" / EVENTS_FILE).read_bytes().splitlines()
    yield Log(store, lines, (home / "out" / CHECKPOINT_FILE).read_bytes(), home / "out" / KEY_FILE)
    store.engine.dispose()


def found_in_export(log: Log, place: Path, content: bytes, note: bytes) -> bool:
    (place / "events").write_bytes(content)
    (place / "note").write_bytes(note)
    try:
        verify_audit.verify(place / "events", place / "note", log.key)
    except verify_audit.Broken:
        return True
    return False


def attempt(log: Log, chance: random.Random, name: str) -> tuple[bytes, bytes]:
    """Another export and checkpoint than the true ones."""
    while True:
        lines = list(log.lines)
        if name in CHECKPOINT_MANIPULATIONS:
            made = CHECKPOINT_MANIPULATIONS[name](chance, lines, log.note)
        else:
            made = EXPORT_MANIPULATIONS[name](chance, lines), log.note
        # what still begins with the true log has changed nothing that the checkpoint covers
        if made[1] != log.note or not made[0].startswith(joined(log.lines)):
            return made


def test_the_true_log_is_accepted(log: Log, tmp_path: Path) -> None:
    assert not found_in_export(log, tmp_path, joined(log.lines), log.note)
    with log.store.reading() as connection:
        done = verify(connection, log.store.publisher.directory, log.store.publisher.key().public)
    assert (done.size, done.published_size, done.checkpoints) == (COVERED + LATER, COVERED, 2)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_manipulation_of_an_export_is_found(log: Log, tmp_path: Path, block: int) -> None:
    names = [*EXPORT_MANIPULATIONS, *CHECKPOINT_MANIPULATIONS]
    missed = []
    for number in range(block, ON_EXPORTS, BLOCKS):
        name = names[number // BLOCKS % len(names)]
        if not found_in_export(log, tmp_path, *attempt(log, random.Random(number), name)):
            missed.append((name, number))
    assert missed == []


@contextmanager
def undone(log: Log) -> Iterator[sa.Connection]:
    """A transaction in which everything is allowed and of which nothing stays."""
    with log.store.engine.connect().execution_options(**{WRITING: True}) as connection:
        transaction = connection.begin()
        without_guards(connection)
        yield connection
        transaction.rollback()


def found_in_database(log: Log, name: str, number: int) -> bool:
    with undone(log) as connection:
        DATABASE_MANIPULATIONS[name](random.Random(number), connection, COVERED)
        with_guards(connection)
        try:
            verify(connection, log.store.publisher.directory, log.store.publisher.key().public)
        except AuditLogBroken:
            return True
    return False


@pytest.mark.parametrize("name", DATABASE_MANIPULATIONS)
def test_every_manipulation_of_the_tables_is_found(log: Log, name: str) -> None:
    each = ON_DATABASES // len(DATABASE_MANIPULATIONS)
    assert [number for number in range(each) if not found_in_database(log, name, number)] == []


def test_putting_the_guards_back_hides_nothing_else(log: Log) -> None:
    with undone(log) as connection:
        with_guards(connection)
        assert verify(connection, log.store.publisher.directory, log.store.publisher.key().public)


@pytest.mark.parametrize("name", ["sign_with_another_key", "edit_the_checkpoint"])
@pytest.mark.parametrize("file", [file_name(10), file_name(COVERED), LATEST])
def test_a_checkpoint_file_that_was_replaced_is_found(log: Log, name: str, file: str) -> None:
    path = log.store.publisher.directory / file
    true = path.read_bytes()
    try:
        for number in range(20):
            _, forged = CHECKPOINT_MANIPULATIONS[name](random.Random(number), list(log.lines), true)
            path.write_bytes(forged)
            with log.store.reading() as connection, pytest.raises(AuditLogBroken):
                verify(connection, log.store.publisher.directory, log.store.publisher.key().public)
    finally:
        path.write_bytes(true)
