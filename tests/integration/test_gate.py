"""The gates on SQLite and on PostgreSQL: the same verdicts, signatures and stops, and rows that nobody changes."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from governance.errors import GateClosed
from governance.gate.approvals import approve_mitigation, approved_mitigation
from governance.gate.exceptions import sign_exception
from governance.gate.stop import resume, stop
from governance.gate.verdicts import fresh_passing_verdict, judge_and_record, load_evidence
from governance.rules.evidence import OperationEvidence
from governance.rules.limits import Limits
from governance.rules.rule import load_rules
from governance.store.schema import METADATA
from tests.audit_logs import TickingClock
from tests.gates import SUBJECT, TODAY, assess_everything, judged_on, register_keys, sound_evidence

UNTIL = TODAY + dt.timedelta(days=30)


def fresh(store, clock):
    with store.reading() as connection:
        return fresh_passing_verdict(
            connection, gate="publish", subject=SUBJECT, now=clock.now(), verdict_hours=24
        )  # fmt: skip


def test_a_whole_life_of_a_gate(opened) -> None:
    clock = TickingClock()
    store = opened(clock=clock)
    assess_everything(store)
    keys = register_keys(store)
    rule = load_rules()["needless_burden_capped"]
    evidence = {**sound_evidence("publish"), OperationEvidence: rule.failing}
    closed = judge_and_record(store, gate="publish", subject=SUBJECT, evidence=evidence, limits=Limits(today=TODAY))
    assert [each.rule for each in closed.failed] == [rule.name]
    with pytest.raises(GateClosed, match=rule.name):
        fresh(store, clock)
    with store.act("exception.signed") as act:
        sign_exception(act, rule=rule.name, item="", reason="A pilot.", expires=UNTIL, key=keys["dpo"])
    opened_gate = judge_and_record(
        store, gate="publish", subject=SUBJECT, evidence=evidence, limits=Limits(today=TODAY)
    )  # fmt: skip
    assert fresh(store, clock) == opened_gate
    with store.reading() as connection:
        assert len(load_evidence(connection, opened_gate)) == len({each.evidence for each in opened_gate.judged})
    with store.act("system.stopped") as act:
        stop(act, role="owner", reason="Enough.")
    with pytest.raises(GateClosed, match="A stop by the owner"):
        fresh(store, clock)
    with store.act("system.resumed") as act:
        resume(act, reason="Mended.", key=keys["dpo"])
    judged_on(store, TODAY)
    assert fresh(store, clock).passed


def test_two_signatures_approve(opened) -> None:
    store = opened()
    keys = register_keys(store)
    with store.act("mitigation.approved") as act:
        approval = approve_mitigation(
            act, kind="quota", reason="By law.", expires=UNTIL, dpo_key=keys["dpo"], counsel_key=keys["counsel"]
        )
    with store.reading() as connection:
        assert approved_mitigation(connection, UNTIL) == approval


@pytest.mark.parametrize("name", sorted(name for name in METADATA.tables if name.startswith("gate_")))
def test_no_row_of_a_gate_is_removed(opened, name: str) -> None:
    store = opened()
    assess_everything(store)
    keys = register_keys(store)
    judged_on(store, TODAY)
    with store.act("exception.signed") as act:
        sign_exception(act, rule="model_recent", item="", reason="A pilot.", expires=UNTIL, key=keys["dpo"])
    with store.act("system.stopped") as act:
        stop(act, role="owner", reason="Enough.")
    with store.act("system.resumed") as act:
        resume(act, reason="Mended.", key=keys["dpo"])
    with store.act("mitigation.approved") as act:
        approve_mitigation(
            act, kind="quota", reason="By law.", expires=UNTIL, dpo_key=keys["dpo"], counsel_key=keys["counsel"]
        )
    table = METADATA.tables[name]
    with store.reading() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
    assert before
    with pytest.raises(sa.exc.DBAPIError), store.act("gate.judged") as act:
        act.connection.execute(table.delete())
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == before
