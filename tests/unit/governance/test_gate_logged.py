"""What people decided counts only as the log recorded it: whoever bends a table of the gates is found, and stopped."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.errors import AuditLogBroken
from governance.gate.approvals import approve_mitigation
from governance.gate.exceptions import sign_exception
from governance.gate.logged import require_rows_logged
from governance.gate.stop import resume, stop, stop_in_force
from tests.gates import TODAY, HandClock, a_gate_store, assess_everything, break_in, judged_on, register_keys

UNTIL = TODAY + dt.timedelta(days=30)
FORGED = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()


@pytest.fixture
def store(tmp_path):
    """A store in which everything that can be decided was, and a stop is in force."""
    store = a_gate_store(tmp_path, HandClock())
    assess_everything(store)
    keys = register_keys(store)
    _decide(store, keys)
    judged_on(store, TODAY)
    with store.act("system.stopped") as act:
        stop(act, role="dpo", reason="Again.")
    yield store
    store.close()


def _decide(store, keys) -> None:
    with store.act("exception.signed") as act:
        sign_exception(act, rule="model_recent", item="", reason="A pilot.", expires=UNTIL, key=keys["dpo"])
    with store.act("mitigation.approved") as act:
        approve_mitigation(
            act, kind="quota", reason="Even.", expires=UNTIL, dpo_key=keys["dpo"], counsel_key=keys["counsel"]
        )
    with store.act("system.stopped") as act:
        stop(act, role="owner", reason="Enough.")
    with store.act("system.resumed") as act:
        resume(act, reason="Mended.", key=keys["dpo"])


def test_what_was_decided_agrees_with_the_log(store) -> None:
    with store.reading() as connection:
        require_rows_logged(connection)
        assert stop_in_force(connection).reason == "Again."


@pytest.mark.parametrize(
    ("table", "statement", "values"),
    [
        ("gate_stop", "DELETE FROM gate_stop WHERE number = 2", ()),
        ("gate_stop", "UPDATE gate_stop SET id = 'stop-1' WHERE number = 2", ()),
        ("gate_assessment", "UPDATE gate_assessment SET valid_to = '2099-01-01' WHERE number = 1", ()),
        ("gate_assessment", "UPDATE gate_assessment SET kind = 'fria' WHERE number = 1", ()),
        ("gate_assessment", "DELETE FROM gate_assessment WHERE number = 1", ()),
        ("gate_assessment", "INSERT INTO gate_assessment SELECT 9, at, kind, version, valid_from, valid_to, "
         "document_sha256 FROM gate_assessment WHERE number = 1", ()),
        ("gate_role_key", "UPDATE gate_role_key SET public_key = ? WHERE role = 'dpo'", (FORGED,)),
        ("gate_role_key", "UPDATE gate_role_key SET public_key = 'no hex' WHERE role = 'dpo'", ()),
        ("gate_role_key", "DELETE FROM gate_role_key WHERE role = 'counsel'", ()),
    ],
)  # fmt: skip
def test_nothing_is_judged_while_a_row_is_not_as_recorded(store, tmp_path, table, statement, values) -> None:
    break_in(tmp_path, statement, *values)
    with pytest.raises(AuditLogBroken, match=table):
        judged_on(store, TODAY)
    with store.reading() as connection, pytest.raises(AuditLogBroken, match=table):
        require_rows_logged(connection)


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("gate_exception", "DELETE FROM gate_exception"),
        ("gate_exception", "UPDATE gate_exception SET expires = '2099-01-01'"),
        ("gate_approval", "UPDATE gate_approval SET kind = 'group_blind'"),
        ("gate_resumption", "DELETE FROM gate_resumption"),
        ("gate_verdict", "UPDATE gate_verdict SET document = replace(document, 'true', 'false')"),
        ("gate_verdict", "DELETE FROM gate_verdict"),
    ],
)
def test_a_check_of_the_log_finds_it_in_every_table(store, tmp_path, table, statement) -> None:
    break_in(tmp_path, statement)
    with store.reading() as connection, pytest.raises(AuditLogBroken, match=table):
        require_rows_logged(connection)
