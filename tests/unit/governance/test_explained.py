"""Decisions are kept in one act, read back with proof, and cannot be altered unseen."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.as_of import SystemClock
from governance.errors import AuditLogBroken, UsageError
from governance.explained.decision import Decision, canonical, hashes_of, make_decision, seal_of
from governance.explained.keeping import keep_run, load_run
from governance.explained.tables import DECISIONS, RUNS
from governance.settings import Settings
from governance.store.opening import Store, open_store

DOCUMENT = {
    "features": {"values": {"adults": 2.0, "rooms": None}},
    "score": {"hit_logit": -0.1},
    "explanation": {"for": ["Der er æøå"], "base": 1e-17},
}
GROUNDS = {"as_of": "2024-01-01", "model_version": "m/1"}


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = open_store(Settings(home=tmp_path), clock=SystemClock(), actor="test")
    yield opened
    opened.close()


def some_decisions(count: int = 3, *, score: float = -0.1, whole: bool = True) -> list[Decision]:
    return [
        make_decision(
            DOCUMENT | {"score": {"hit_logit": score + n}}, place=n + 1, case=f"case-{n}", keep_document=whole
        )
        for n in range(count)
    ]


def keep(store: Store, decisions: list[Decision], run_id: str = "run") -> str:
    with store.act("list.made") as act:
        return keep_run(act, run_id, grounds=GROUNDS, decisions=decisions)


def events(store: Store) -> list[tuple[str, dict[str, Any]]]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT subject, details FROM audit_event ORDER BY seq").fetchall()
    return [(subject, json.loads(details)) for subject, details in rows]


def test_anybody_can_recompute_a_hash_from_the_stored_text() -> None:
    (decision,) = some_decisions(1)
    text = json.dumps(json.loads(decision.document)["score"], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == decision.hashes.score


def test_a_hash_changes_with_the_last_bit_of_a_figure() -> None:
    here, there = 0.1 + 0.2, 0.3
    assert here != there
    hashes = [hashes_of(DOCUMENT | {"score": {"hit_logit": value}}) for value in (here, there)]
    assert hashes[0].differing(hashes[1]) == ("score",)
    assert hashes_of(json.loads(canonical(DOCUMENT))) == hashes_of(DOCUMENT)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_cannot_be_kept(value: float) -> None:
    with pytest.raises(ValueError):
        hashes_of(DOCUMENT | {"score": {"hit_logit": value}})


def test_a_document_has_three_parts_and_no_more() -> None:
    for wrong in ({}, DOCUMENT | {"address_id": "a"}):
        with pytest.raises(ValueError, match="features, score, explanation"):
            hashes_of(wrong)


def test_a_run_comes_back_as_it_was_kept_with_its_seal_in_the_one_event(store: Store) -> None:
    decisions = some_decisions()
    seal = keep(store, decisions)
    with store.reading() as connection:
        run = load_run(connection, "run")
    assert (run.grounds, list(run.decisions)) == (GROUNDS, decisions)
    assert seal == seal_of("run", canonical(GROUNDS), decisions[::-1])
    assert events(store) == [("run", {"decisions": seal})]


def test_hashes_alone_and_no_decision_at_all_are_kept_too(store: Store) -> None:
    keep(store, some_decisions(whole=False), "hashes")
    keep(store, [], "none")
    with store.reading() as connection:
        assert {each.document for each in load_run(connection, "hashes").decisions} == {""}
        assert load_run(connection, "none").decisions == ()


def test_the_same_run_again_is_the_same_and_another_outcome_is_refused(store: Store) -> None:
    seal = keep(store, some_decisions())
    assert keep(store, some_decisions()) == seal
    assert len(events(store)) == 2
    with pytest.raises(AuditLogBroken, match="other decisions"):
        keep(store, some_decisions(score=0.2))
    assert len(events(store)) == 2
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(DECISIONS)).scalar_one() == 3


def test_an_act_that_fails_keeps_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.act("list.made") as act:
        keep_run(act, "run", grounds=GROUNDS, decisions=some_decisions())
        raise RuntimeError
    assert events(store) == []
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(RUNS)).scalar_one() == 0
        with pytest.raises(UsageError):
            load_run(connection, "run")


def test_a_run_that_was_sealed_anew_around_the_log_is_found(store: Store) -> None:
    """All rows agree with each other, but the log knows the seal of what stood before."""
    keep(store, some_decisions())
    changed = some_decisions(score=0.5)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        for table in ("explained_run", "explained_decision"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        for each in changed:
            row = sa.update(DECISIONS).where(DECISIONS.c.place == each.place)
            connection.execute(row.values(score=each.hashes.score, document=each.document))
        connection.execute(sa.update(RUNS).values(seal=seal_of("run", canonical(GROUNDS), changed)))
        connection.commit()
    with store.reading() as connection, pytest.raises(AuditLogBroken):
        load_run(connection, "run")


def test_a_run_that_no_event_tells_of_is_not_believed(store: Store) -> None:
    with store.act("system.stopped", subject="run") as act:
        keep_run(act, "run", grounds=GROUNDS, decisions=some_decisions())
    with store.reading() as connection, pytest.raises(AuditLogBroken):
        load_run(connection, "run")
