"""The gate through the command line: rules, keys, assessments, exceptions, the stop button, verdicts shown whole."""

from __future__ import annotations

import datetime as dt

import pytest

from governance.as_of import SystemClock, danish_day
from governance.gate.verdicts import judge_and_record
from governance.rules.evidence import ProxyEvidence
from governance.rules.limits import Limits
from governance.rules.rule import load_rules
from governance.settings import Settings
from governance.store.opening import open_store
from tests.functional.calls import call
from tests.gates import TODAY, assess_everything, sound_evidence

NOW = danish_day(SystemClock().now())
UNTIL = (NOW + dt.timedelta(days=30)).isoformat()


def make_key(home, role: str = "dpo", *more: object):
    path = home.parent / f"{role}-{len(list(home.parent.iterdir()))}.pem"
    called = call("gate", "key", role, "--out", path, *more, home=home)
    assert called.code == 0, called.err
    return path


def status(home):
    return call("gate", "status", "--json", home=home).document


def actions(home) -> list[str]:
    store = open_store(Settings(home=home), clock=SystemClock(), actor="tester")
    with store.reading() as connection:
        found = list(connection.exec_driver_sql("SELECT action FROM audit_event ORDER BY seq").scalars())
    store.engine.dispose()
    return found


def a_verdict(home, evidence=None, gate: str = "promote") -> str:
    store = open_store(Settings(home=home), clock=SystemClock(), actor="tester")
    assess_everything(store)
    given = {**sound_evidence(gate), **(evidence or {})}
    verdict = judge_and_record(store, gate=gate, subject="adressekontrol/1", evidence=given, limits=Limits(today=TODAY))
    store.engine.dispose()
    return verdict.id


def test_every_rule_is_printed_with_what_it_says(home) -> None:
    listed = call("gate", "rules", "--json", home=home)
    assert listed.code == 0
    assert [rule["name"] for rule in listed.document] == list(load_rules())
    printed = call("gate", "rules", home=home).out
    for rule in load_rules().values():
        (line,) = (line for line in printed.splitlines() if line.startswith(f"{rule.name} "))
        assert all(part in line for part in (rule.family, *rule.gates, rule.severity, rule.authority, rule.text))


def test_a_stop_takes_effect_without_a_key_and_is_lifted_with_one(home) -> None:
    stopped = call("gate", "stop", "--role", "owner", "--reason", "Enough.", home=home)
    assert stopped.code == 0
    assert status(home)["stop"] == "by the owner: Enough."
    key = make_key(home)
    lifted = call("gate", "resume", "--key", key, "--reason", "Mended.", home=home)
    assert lifted.code == 0, lifted.err
    assert status(home)["stop"] == ""
    assert actions(home) == ["system.stopped", "role_key.registered", "system.resumed"]


def test_resuming_with_another_key_is_not_permitted(home) -> None:
    call("gate", "stop", "--role", "dpo", "--reason", "Enough.", home=home)
    make_key(home)
    owner = make_key(home, "owner")
    refused = call("gate", "resume", "--key", owner, "--reason", "Mended.", home=home)
    assert refused.code == 12
    assert status(home)["stop"]
    assert actions(home).count("system.resumed") == 0


def test_a_role_key_is_replaced_with_the_one_before(home) -> None:
    first = make_key(home)
    registered = status(home)["keys"]["dpo"]
    out = home.parent / "other.pem"
    assert call("gate", "key", "dpo", "--out", out, home=home).code == 12
    assert not out.exists()
    make_key(home, "dpo", "--key", first)
    assert status(home)["keys"]["dpo"] != registered


def test_a_key_that_cannot_be_kept_is_not_registered(home) -> None:
    home.parent.joinpath("taken").write_text("x")
    assert call("gate", "key", "dpo", "--out", home.parent / "taken", home=home).code == 2
    assert status(home)["keys"]["dpo"] == "none"
    assert actions(home) == []


def test_an_assessment_is_recorded_with_the_hash_of_its_document(home) -> None:
    document = home.parent / "dpia.md"
    document.write_text("The assessment.")
    words = ("gate", "assess", "dpia", "--version", "1.0", "--from", "2020-01-01", "--until", UNTIL)
    assert call(*words, "--document", document, home=home).code == 0
    assert status(home)["assessments"][0] == {
        "kind": "dpia", "version": "1.0", "from": "2020-01-01", "to": UNTIL, "today": "stands",
    }  # fmt: skip
    assert call(*words, "--document", home.parent / "none.md", home=home).code == 2
    assert actions(home) == ["assessment.recorded"]


def test_an_exception_is_signed_and_shown(home) -> None:
    key = make_key(home)
    words = ("gate", "except", "no_proxy_feature", "--reason", "By law.", "--until", UNTIL, "--key", key)
    refused = call(*words, home=home)
    assert refused.code == 2
    assert "--item" in refused.err
    assert call(*words, "--item", "movers|origin", home=home).code == 0
    (row,) = status(home)["exceptions"]
    assert (row["rule"], row["item"], row["counts"]) == ("no_proxy_feature", "movers|origin", "yes")
    never = call("gate", "except", "no_stop_in_force", *words[3:], home=home)
    assert never.code == 13
    assert actions(home) == ["role_key.registered", "exception.signed"]


def test_a_mitigation_is_approved_by_two(home) -> None:
    dpo, counsel = make_key(home), make_key(home, "counsel")
    words = ("gate", "approve-mitigation", "quota", "--reason", "By law.", "--until", UNTIL, "--dpo-key", dpo)
    assert call(*words, "--counsel-key", dpo, home=home).code == 12
    assert call(*words, "--counsel-key", counsel, home=home).code == 0
    assert [row["kind"] for row in status(home)["approvals"]] == ["quota"]


def test_a_verdict_is_shown_whole(home) -> None:
    rule = load_rules()["no_proxy_feature"]
    verdict_id = a_verdict(home, {ProxyEvidence: rule.failing})
    shown = call("gate", "show", verdict_id, home=home)
    assert shown.code == 0
    assert "promote closed for adressekontrol/1" in shown.out
    for said in ("movers|origin", "0.93 (0.90 to 0.95, n = 900)", "AUC 0.75", "failed"):
        assert said in shown.out
    document = call("gate", "show", verdict_id, "--json", home=home).document
    assert document["passed"] is False
    judged = {each["rule"]: each for each in document["judged"]}
    assert set(judged) == {name for name, each in load_rules().items() if "promote" in each.gates}
    evidence = document["evidence"][judged["no_proxy_feature"]["evidence"]]
    assert evidence["figures"]["separations"][0]["area"]["value"] == 0.93
    assert document["limits"]["proxy_auc_feature"] == 0.75


def test_verdicts_are_listed_newest_first(home) -> None:
    closed = a_verdict(home, {ProxyEvidence: load_rules()["no_proxy_feature"].failing})
    opened = a_verdict(home)
    listed = call("gate", "list", "--json", home=home).document
    assert [(each["id"], each["passed"]) for each in listed] == [(opened, True), (closed, False)]
    assert listed[1]["closed_by"] == ["no_proxy_feature"]
    printed = call("gate", "list", "--newest", "1", home=home).out
    assert opened in printed
    assert closed not in printed


@pytest.mark.parametrize(
    "words",
    [
        ("show", "promote-0"),
        ("stop", "--role", "mayor", "--reason", "x"),
        ("stop", "--role", "dpo", "--reason", ""),
        ("key", "mayor", "--out", "x.pem"),
        ("resume", "--key", "none.pem", "--reason", "x"),
        ("except", "no_such_rule", "--reason", "x", "--until", UNTIL, "--key", "none.pem"),
        ("except", "model_recent", "--reason", "x", "--until", "soon", "--key", "none.pem"),
        ("assess", "dpia", "--version", "1", "--document", "x", "--from", "2020", "--until", UNTIL),
    ],
)
def test_a_slip_is_a_usage_error_that_leaves_nothing(home, words) -> None:
    refused = call("gate", *words, home=home)
    assert refused.code == 2, refused.err
    assert "remedy" in refused.err
    assert actions(home) == []


def test_status_and_tables_are_for_people_too(home) -> None:
    printed = call("gate", "status", home=home)
    assert printed.code == 0
    assert "Stop in force: none" in printed.out
    assert "administrative_law" in printed.out
