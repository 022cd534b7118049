"""What a run keeps of itself is read back only as it was made."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from governance.audit.search import last_subject
from governance.errors import AuditLogBroken, GateClosed, UsageError
from governance.rules.rule import load_rules
from governance.settings import Settings
from service.run_files import EVIDENCE, LIST, RECORD, keep_run_files, load_made_run
from tests.gates import a_gate_store

ROWS = pl.DataFrame({"rank": [1, 2], "address_id": ["a", "b"]})
EVERY_KIND = {rule.evidence: rule.passing for rule in load_rules().values()}


@pytest.fixture
def store(tmp_path):
    opened = a_gate_store(tmp_path)
    yield opened
    opened.close()


def made(store, run_id: str = "run", *, every: bool = False, **more: object) -> None:
    record = {"run_id": run_id, "day": dt.date(2024, 6, 1), "word": "æøå", **more}
    with store.act("list.made", subject=run_id, details={"every_candidate": every}) as act:
        if not every:
            act.add(**keep_run_files(store.settings, record=record, rows=ROWS, evidence=EVERY_KIND.values()))


def loaded(store, run_id: str = "run"):
    with store.reading() as connection:
        return load_made_run(store.settings, connection, run_id)


def test_a_run_comes_back_as_it_was_made(store) -> None:
    made(store)
    run = loaded(store)
    assert run.rows.equals(ROWS)
    assert run.record == {"run_id": "run", "day": "2024-06-01", "word": "æøå"}
    assert run.evidence == EVERY_KIND


def test_its_files_are_their_owners_alone(store, tmp_path) -> None:
    made(store)
    for name in (LIST, RECORD, EVIDENCE):
        assert (tmp_path / "runs" / "run" / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", [LIST, RECORD, EVIDENCE])
def test_every_changed_byte_is_found(store, tmp_path, name) -> None:
    made(store)
    path = tmp_path / "runs" / "run" / name
    whole = path.read_bytes()
    for place in (0, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(AuditLogBroken) as found:
            loaded(store)
        assert found.value.item == f"run/{name}"
    for other in (whole + b" ", whole[:-1], b""):
        path.write_bytes(other)
        with pytest.raises(AuditLogBroken):
            loaded(store)
    path.unlink()
    with pytest.raises(AuditLogBroken):
        loaded(store)
    path.write_bytes(whole)
    assert loaded(store).rows.equals(ROWS)


def test_the_newest_making_of_a_run_counts(store) -> None:
    made(store)
    made(store, word="again")
    assert loaded(store).record["word"] == "again"


def test_what_was_never_made_or_is_not_for_use_is_refused(store) -> None:
    with pytest.raises(UsageError):
        loaded(store)
    made(store, "all", every=True)
    with pytest.raises(GateClosed, match="every candidate"):
        loaded(store, "all")


def test_a_making_that_failed_is_no_run(store, tmp_path) -> None:
    with pytest.raises(RuntimeError), store.act("list.made", subject="run", details={"every_candidate": False}) as act:
        act.add(**keep_run_files(store.settings, record={"run_id": "run"}, rows=ROWS, evidence=()))
        raise RuntimeError("the disk is full")
    assert (tmp_path / "runs" / "run" / LIST).is_file()
    with pytest.raises(UsageError):
        loaded(store)


def test_the_last_subject_is_that_of_the_newest_event_of_its_kind(store) -> None:
    with store.reading() as connection:
        assert last_subject(connection, "list.made") is None
    for run_id in ("first", "second"):
        made(store, run_id)
    with store.act("list.published", subject="first"):
        pass
    with store.reading() as connection:
        assert last_subject(connection, "list.made") == "second"
        assert last_subject(connection, "list.published") == "first"
    assert store.settings == Settings(home=store.settings.home)
