"""What roles sign: keys that succeed one another, exceptions, approvals, and the stop button that needs no key."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.errors import AuditLogBroken, GateClosed, PermissionDenied, UsageError
from governance.gate.approvals import approve_mitigation, approved_mitigation
from governance.gate.assessments import load_assessments, record_assessment
from governance.gate.exceptions import all_exceptions, sign_exception, standing_exceptions
from governance.gate.key_files import load_role_key, write_role_key
from governance.gate.role_keys import fingerprint, register_role_key, role_key
from governance.gate.standing import load_standing
from governance.gate.stop import resume, stop, stop_evidence, stop_in_force
from governance.rules.evidence import Assessment
from governance.rules.rule import load_rules
from tests.gates import TODAY, HandClock, a_gate_store, assess_everything, break_in, events_of, register_keys

DAY = dt.timedelta(days=1)
UNTIL = TODAY + 30 * DAY
REASON = "The register of grants names the pension by law."


@pytest.fixture
def store(tmp_path):
    store = a_gate_store(tmp_path, HandClock())
    yield store
    store.close()


@pytest.fixture
def keys(store):
    return register_keys(store)


def registered(store, role: str, *, former=None) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    with store.act("role_key.registered") as act:
        register_role_key(act, role=role, public=key.public_key(), former=former)
    return key


def key_of(store, role: str) -> str:
    with store.reading() as connection:
        found = role_key(connection, role)
    return fingerprint(found) if found else ""


def test_the_first_key_is_free_and_the_next_needs_the_one_before(store) -> None:
    first = registered(store, "dpo")
    for former in (None, Ed25519PrivateKey.generate()):
        with pytest.raises(PermissionDenied):
            registered(store, "dpo", former=former)
    assert key_of(store, "dpo") == fingerprint(first.public_key())
    second = registered(store, "dpo", former=first)
    assert key_of(store, "dpo") == fingerprint(second.public_key())
    with pytest.raises(PermissionDenied):
        registered(store, "dpo", former=first)
    assert len(events_of(store, "role_key.registered")) == 2
    assert key_of(store, "owner") == ""


def test_two_roles_never_share_a_key(store) -> None:
    key = registered(store, "dpo")
    with pytest.raises(PermissionDenied), store.act("role_key.registered") as act:
        register_role_key(act, role="counsel", public=key.public_key())


def test_there_is_no_such_role(store) -> None:
    with pytest.raises(UsageError):
        registered(store, "mayor")


def test_a_key_slipped_into_the_database_does_not_count(store, tmp_path) -> None:
    registered(store, "dpo")
    forged = Ed25519PrivateKey.generate()
    break_in(
        tmp_path,
        "INSERT INTO gate_role_key (number, at, role, public_key, signature) VALUES (2, 'x', 'dpo', ?, ?)",
        forged.public_key().public_bytes_raw().hex(),
        forged.sign(b"anything").hex(),
    )
    with pytest.raises(AuditLogBroken, match="gate_role_key"):
        key_of(store, "dpo")
    with pytest.raises(AuditLogBroken), store.act("exception.signed") as act:
        sign_exception(act, rule="model_recent", item="", reason=REASON, expires=UNTIL, key=forged)


def signed(store, keys, rule: str = "model_recent", item: str = "", *, until: dt.date = UNTIL, reason: str = REASON):
    with store.act("exception.signed") as act:
        return sign_exception(act, rule=rule, item=item, reason=reason, expires=until, key=keys["dpo"])


def standing(store, on: dt.date = TODAY):
    with store.reading() as connection:
        return standing_exceptions(connection, on)


def test_an_exception_stands_to_its_last_day(store, keys) -> None:
    exception = signed(store, keys)
    assert standing(store) == standing(store, UNTIL) == (exception,)
    assert standing(store, UNTIL + DAY) == ()
    assert events_of(store, "exception.signed") == [exception.id]


def test_no_reason_reaches_the_log(store, keys) -> None:
    signed(store, keys, "no_proxy_feature", "movers|origin")
    with store.act("system.stopped") as act:
        stop(act, role="owner", reason=REASON)
    with store.act("mitigation.approved") as act:
        approve_mitigation(
            act, kind="quota", reason=REASON, expires=UNTIL, dpo_key=keys["dpo"], counsel_key=keys["counsel"]
        )
    with store.act("system.resumed") as act:
        resume(act, reason=REASON, key=keys["dpo"])
    with store.reading() as connection:
        told = str(connection.exec_driver_sql("SELECT * FROM audit_event").all())
    assert "pension" not in told
    assert "movers" not in told


@pytest.mark.parametrize("role", ["owner", "counsel"])
def test_only_the_officer_signs_exceptions(store, keys, role: str) -> None:
    with pytest.raises(PermissionDenied):
        signed(store, {"dpo": keys[role]})
    assert standing(store) == ()
    assert events_of(store, "exception.signed") == []


def test_nobody_signs_before_a_key_is_registered(store) -> None:
    with pytest.raises(PermissionDenied, match="No key is registered"):
        signed(store, {"dpo": Ed25519PrivateKey.generate()})


@pytest.mark.parametrize(
    ("column", "value"),
    [("expires", "2030-01-01"), ("rule", "needless_burden_capped"), ("item", "x"), ("reason", "Another."),
     ("signature", "00" * 64), ("signature", "no hex")],
)  # fmt: skip
def test_an_exception_that_was_changed_does_not_count(store, keys, tmp_path, column, value) -> None:
    signed(store, keys)
    break_in(tmp_path, f"UPDATE gate_exception SET {column} = ?", value)
    assert standing(store) == ()
    with store.reading() as connection:
        assert [good for _, good in all_exceptions(connection)] == [False]
        (row,) = load_standing(connection, TODAY).exceptions
    assert row["counts"] == "no: signature does not hold"


def test_a_signature_is_for_one_statement(store, keys, tmp_path) -> None:
    """A genuine signature over an exception, copied under a second rule."""
    signed(store, keys)
    break_in(
        tmp_path,
        "INSERT INTO gate_exception SELECT 2, at, 'exception-2', 'labels_recent', item, reason, expires, signature"
        " FROM gate_exception",
    )
    assert [each.rule for each in standing(store)] == ["model_recent"]


def test_a_new_key_lets_earlier_exceptions_lapse(store, keys) -> None:
    signed(store, keys)
    registered(store, "dpo", former=keys["dpo"])
    assert standing(store) == ()


@pytest.mark.parametrize(
    ("rule", "item"), [("no_such_rule", ""), ("no_proxy_feature", ""), ("model_recent", "adressekontrol/1")]
)
def test_an_exception_names_a_rule_and_its_item(store, keys, rule: str, item: str) -> None:
    with pytest.raises(UsageError) as refused:
        signed(store, keys, rule, item)
    assert refused.value.item == rule


@pytest.mark.parametrize("rule", [name for name, rule in load_rules().items() if not rule.exceptable])
def test_some_rules_have_no_exception(store, keys, rule: str) -> None:
    with pytest.raises(GateClosed, match="No exception can be made"):
        signed(store, keys, rule)


@pytest.mark.parametrize("days", [-1, 367])
def test_an_exception_lapses_within_a_year(store, keys, days: int) -> None:
    with pytest.raises(UsageError) as refused:
        signed(store, keys, until=TODAY + days * DAY)
    assert refused.value.item == "--until"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2_001, "See 010190-1234.", "Om 0101901234"])
def test_a_reason_is_a_sentence_without_a_person(store, keys, reason: str) -> None:
    with pytest.raises(UsageError) as refused:
        signed(store, keys, reason=reason)
    assert refused.value.item == "--reason"
    assert reason.strip() == "" or reason not in str(refused.value)


def stopped(store, role: str = "owner", reason: str = REASON) -> str:
    with store.act("system.stopped") as act:
        return stop(act, role=role, reason=reason)


def test_a_stop_needs_no_key_and_only_the_officer_lifts_it(store) -> None:
    stop_id = stopped(store)
    assert events_of(store, "system.stopped") == [stop_id]
    keys = register_keys(store)
    with pytest.raises(PermissionDenied), store.act("system.resumed") as act:
        resume(act, reason=REASON, key=keys["owner"])
    with store.reading() as connection:
        assert stop_in_force(connection).role == "owner"
        assert stop_evidence(connection).in_force
    with store.act("system.resumed") as act:
        assert resume(act, reason=REASON, key=keys["dpo"]) == (stop_id,)
    with store.reading() as connection:
        assert stop_in_force(connection) is None
        assert not stop_evidence(connection).in_force
    assert events_of(store, "system.resumed") == [stop_id]


def test_every_stop_in_force_is_lifted_and_a_later_one_stands(store, keys) -> None:
    both = (stopped(store), stopped(store, "dpo"))
    with store.act("system.resumed") as act:
        assert resume(act, reason=REASON, key=keys["dpo"]) == both
    stopped(store, "dpo", "Again.")
    with store.reading() as connection:
        assert stop_in_force(connection).reason == "Again."


def test_a_lifting_without_signature_lifts_nothing(store, keys, tmp_path) -> None:
    stop_id = stopped(store)
    forged = keys["owner"].sign(b"x").hex()
    break_in(
        tmp_path, "INSERT INTO gate_resumption (number, at, stop_id, reason, signature) VALUES (1,'x',?,'y',?)",
        stop_id, forged,
    )  # fmt: skip
    with store.reading() as connection:
        assert stop_in_force(connection) is not None


def test_there_is_nothing_to_lift(store, keys) -> None:
    with pytest.raises(UsageError, match="No stop is in force"), store.act("system.resumed") as act:
        resume(act, reason=REASON, key=keys["dpo"])


@pytest.mark.parametrize(("role", "reason"), [("counsel", REASON), ("", REASON), ("dpo", " ")])
def test_a_stop_has_a_role_and_a_reason(store, role: str, reason: str) -> None:
    with pytest.raises(UsageError):
        stopped(store, role, reason)


def approved(store, keys, kind: str = "quota", *, until: dt.date = UNTIL, **other):
    with store.act("mitigation.approved") as act:
        return approve_mitigation(
            act, kind=kind, reason=REASON, expires=until,
            dpo_key=other.get("dpo", keys["dpo"]), counsel_key=other.get("counsel", keys["counsel"]),
        )  # fmt: skip


def in_force(store, on: dt.date = TODAY):
    with store.reading() as connection:
        return approved_mitigation(connection, on)


def test_a_mitigation_needs_both_signatures_and_lapses(store, keys) -> None:
    assert in_force(store) is None
    for one in ("dpo", "counsel"):
        with pytest.raises(PermissionDenied):
            approved(store, keys, **{one: keys["owner"]})
    with pytest.raises(PermissionDenied):
        approved(store, keys, counsel=keys["dpo"])
    assert in_force(store) is None
    approval = approved(store, keys)
    assert in_force(store) == in_force(store, UNTIL) == approval
    assert in_force(store, UNTIL + DAY) is None
    later = approved(store, keys, "group_blind")
    assert in_force(store) == later
    assert events_of(store, "mitigation.approved") == [approval.id, later.id]


@pytest.mark.parametrize("column", ["dpo_signature", "counsel_signature", "kind", "expires", "reason"])
def test_an_approval_that_was_changed_does_not_count(store, keys, tmp_path, column: str) -> None:
    approved(store, keys)
    break_in(tmp_path, f"UPDATE gate_approval SET {column} = ?", {"expires": "2025-01-01"}.get(column, "group_blind"))
    assert in_force(store) is None


def test_there_is_no_such_mitigation(store, keys) -> None:
    with pytest.raises(UsageError):
        approved(store, keys, "reweighing")


def assessed(store, version: str, valid_from: dt.date, valid_to: dt.date, kind: str = "dpia") -> None:
    with store.act("assessment.recorded") as act:
        record_assessment(act, Assessment(kind, version, valid_from, valid_to), document_sha256="00" * 32)


def test_a_renewal_may_be_recorded_ahead(store) -> None:
    assessed(store, "1.0", TODAY - 90 * DAY, TODAY)
    assessed(store, "2.0", TODAY + DAY, TODAY + 365 * DAY)
    with store.reading() as connection:
        versions = [load_assessments(connection, TODAY + n * DAY).assessments["dpia"].version for n in (0, 1)]
    assert versions == ["1.0", "2.0"]


def test_the_newest_of_those_that_have_begun_counts(store) -> None:
    assessed(store, "1.0", TODAY - 90 * DAY, TODAY + 90 * DAY)
    assessed(store, "1.1", TODAY - 90 * DAY, TODAY - DAY)
    with store.reading() as connection:
        assert load_assessments(connection, TODAY).assessments["dpia"].version == "1.1"


@pytest.mark.parametrize(
    ("kind", "version", "days"), [("dpo", "1.0", 1), ("dpia", "", 1), ("dpia", "a b", 1), ("dpia", "1.0", -1)]
)
def test_a_faulty_assessment_is_refused(store, kind: str, version: str, days: int) -> None:
    with pytest.raises(UsageError):
        assessed(store, version, TODAY, TODAY + days * DAY, kind)
    assert events_of(store, "assessment.recorded") == []


def test_what_stands_is_seen_at_a_glance(store, keys) -> None:
    assess_everything(store, fria=TODAY - DAY)
    exception, approval = signed(store, keys), approved(store, keys)
    stopped(store)
    with store.reading() as connection:
        view = load_standing(connection, TODAY)
        after = load_standing(connection, UNTIL + DAY)
    assert view.stop == f"by the owner: {REASON}"
    assert {row["kind"]: row["today"] for row in view.assessments} == {
        "dpia": "stands", "fria": "does not stand", "risk_register": "stands", "administrative_law": "stands",
    }  # fmt: skip
    assert [(row["id"], row["counts"]) for row in view.exceptions] == [(exception.id, "yes")]
    assert [row["counts"] for row in after.exceptions] == ["no: lapsed"]
    assert [row["id"] for row in view.approvals] == [approval.id]
    assert after.approvals == ()
    assert view.keys == {role: fingerprint(key.public_key()) for role, key in keys.items()}


def test_a_key_file_is_private_new_and_readable(tmp_path) -> None:
    path, key = tmp_path / "dpo.pem", Ed25519PrivateKey.generate()
    write_role_key(path, key)
    assert path.stat().st_mode & 0o077 == 0
    assert fingerprint(load_role_key(path).public_key()) == fingerprint(key.public_key())
    for refused in (path, tmp_path / "none" / "dpo.pem"):
        with pytest.raises(UsageError):
            write_role_key(refused, key)
    (tmp_path / "empty").write_text("")
    for unreadable in (tmp_path / "absent", tmp_path / "empty", tmp_path):
        with pytest.raises(UsageError):
            load_role_key(unreadable)
