"""`adressekontrol audit …` as a person calls it, and what an outsider then does with the export."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.as_of import SystemClock
from governance.settings import Settings
from governance.store.opening import Store
from service.cli import state
from tests.audit_logs import TickingClock, a_store, fill
from tests.contract.source_tree import ROOT
from tests.functional.calls import call

EVENTS = 11


@pytest.fixture
def filled(home: Path) -> Path:
    """A home whose log has eleven events and a checkpoint of the first six."""
    _fill_half_published(a_store(home, clock=SystemClock()))
    return home


def _fill_half_published(store: Store) -> None:
    fill(store, 6)
    store.publish()
    fill(store, EVENTS - 6)
    store.engine.dispose()


def test_a_sound_log_is_verified(filled: Path) -> None:
    found = call("audit", "verify", "--json", home=filled)
    assert found.code == 0, found.err
    assert (found.document["events"], found.document["not_yet_published"]) == (EVENTS, EVENTS - 6)
    assert "The log holds: 11 events" in call("audit", "verify", home=filled).out


@pytest.mark.parametrize("taken", ["none", "all"])
def test_events_that_wait_for_a_checkpoint_longer_than_they_may_are_exit_14(home: Path, taken: str) -> None:
    _fill_half_published(a_store(home))
    for path in (home / "checkpoints").iterdir() if taken == "all" else ():
        path.unlink()
    found = call("audit", "verify", "--json", home=home)
    assert found.code == 14
    assert found.problem["item"] == {"none": "events after 6", "all": "events after 0"}[taken]


def test_no_invented_day_enters_a_log_of_real_days(filled: Path) -> None:
    refused = call("gate", "stop", "--role", "dpo", "--reason", "x", home=filled, invented_day="2099-01-01")
    assert refused.code == 10
    assert "ADRESSEKONTROL_INVENTED_DAY" in refused.err
    assert call("audit", "verify", "--json", home=filled).document["events"] == EVENTS


def test_a_log_of_invented_days_takes_another_one(home: Path) -> None:
    for day in ("2024-06-01", "2024-06-02"):
        stopped = call("gate", "stop", "--role", "dpo", "--reason", "x", home=home, invented_day=day)
        assert stopped.code == 0, stopped.err


def test_a_timer_publishes_while_a_command_is_at_work(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = threading.Event()
    monkeypatch.setattr(state, "TIMER_SECONDS", 0.01)
    monkeypatch.setattr(state, "clock_of", lambda _: TickingClock(step=dt.timedelta(minutes=1)))
    real = Store.publish
    monkeypatch.setattr(Store, "publish", lambda store: (real(store), published.set())[0])
    with state.opened_store(Settings(home=home)) as store:
        fill(store, 3)
        assert published.wait(20)
        assert store.publisher.size == 3


def test_an_empty_log_holds_and_has_nothing_to_sign(home: Path) -> None:
    assert call("audit", "verify", "--json", home=home).document["events"] == 0
    for words in (("checkpoint",), ("export", "--out", home / "out"), ("prove", "1")):
        refused = call("audit", *words, "--json", home=home)
        assert refused.code == 2
        assert refused.problem["item"] == "audit log"


def test_a_broken_log_is_exit_14_with_the_event(filled: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{filled / 'adressekontrol.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
        connection.exec_driver_sql("UPDATE audit_event SET subject = 'another' WHERE seq = 4")
    engine.dispose()
    found = call("audit", "verify", "--json", home=filled)
    assert found.code == 14
    assert found.problem["item"] == "event 4"


def test_a_checkpoint_is_published_on_demand(filled: Path) -> None:
    found = call("audit", "checkpoint", "--json", home=filled).document
    assert found["events"] == EVENTS
    assert Path(found["file"]).read_text(encoding="utf-8").splitlines()[1] == str(EVENTS)
    assert call("audit", "verify", "--json", home=filled).document["not_yet_published"] == 0
    assert "published in" in call("audit", "checkpoint", home=filled).out


def test_an_event_is_proven_with_hashes_that_anybody_can_follow(filled: Path) -> None:
    proof = call("audit", "prove", "4", "--json", home=filled).document
    # leaf 3 of 6: sibling 2 on the left, then 0-1 on the left, then 4-5 on the right
    node = hashlib.sha256(b"\x00" + proof["leaf"].encode()).digest()
    for side, other in zip("llr", map(bytes.fromhex, proof["path"]), strict=True):
        node = hashlib.sha256(b"\x01" + (other + node if side == "l" else node + other)).digest()
    assert base64.b64encode(node).decode() == proof["checkpoint"].splitlines()[2]
    assert json.loads(proof["leaf"])["seq"] == 4
    assert "path:" in call("audit", "prove", "4", home=filled).out


def test_a_newer_checkpoint_continues_an_older_one(filled: Path) -> None:
    call("audit", "checkpoint", home=filled)
    proof = call("audit", "prove", "--from", "6", "--json", home=filled).document
    assert (proof["older_size"], proof["size"]) == (6, EVENTS)
    older = (filled / "checkpoints" / "checkpoint-000000000006.txt").read_text(encoding="utf-8")
    assert base64.b64encode(bytes.fromhex(proof["older_root"])).decode() == older.splitlines()[2]


@pytest.mark.parametrize("words", [(), ("3", "--from", "2"), ("7",), ("0",), ("--from", "0"), ("--from", "7")])
def test_what_cannot_be_proven_is_a_usage_error(filled: Path, words: tuple[str, ...]) -> None:
    assert call("audit", "prove", *words, "--json", home=filled).code == 2


def test_the_log_is_searched(filled: Path) -> None:
    call("audit", "export", "--out", filled / "out", home=filled)
    newest = call("audit", "log", "--last", "2", "--json", home=filled).document
    assert [event["seq"] for event in newest] == [EVENTS + 1, EVENTS]
    [exported] = call("audit", "log", "--action", "log.exported", "--json", home=filled).document
    assert (exported["actor"], exported["details"]["events"]) == ("kommandolinje", EVENTS)
    assert len(call("audit", "log", "--subject", "run-last", "--json", home=filled).document) == 2
    assert "Loggen blev udleveret" in call("audit", "log", home=filled).out
    assert call("audit", "log", "--action", "nothing", home=filled).code == 2


def test_the_operator_is_who_the_settings_say(filled: Path) -> None:
    call("audit", "export", "--out", filled / "out", home=filled, operator="tilsyn")
    assert call("audit", "log", "--last", "1", "--json", home=filled).document[0]["actor"] == "tilsyn"


def test_the_export_is_checked_by_a_program_of_its_own(filled: Path) -> None:
    said = call("audit", "export", "--out", filled / "out", home=filled).out.splitlines()
    words = said[-1].split()[1:]
    assert words[0] == "verify_audit.py"
    # -I: neither the product's directory nor anything of the user's is importable
    command = [sys.executable, "-I", str(ROOT / "verify_audit.py"), *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=filled)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"OK: {EVENTS} events")
    (filled / "out" / "events.jsonl").write_bytes(b"{}\n")
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=filled)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("BROKEN: line 1")
