"""Gates that open: sound evidence for every rule, a store whose clock is set by hand, keys for every role."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.gate.assessments import record_assessment
from governance.gate.role_keys import ROLES, register_role_key
from governance.gate.verdicts import Verdict, judge_and_record
from governance.rules.evidence import Assessment
from governance.rules.law_rules import ASSESSMENT_KINDS
from governance.rules.limits import Limits
from governance.rules.rule import EXAMPLE_DAY, rules_of
from governance.settings import Settings
from governance.store.opening import Store, open_store
from tests.new_databases import lay_down

TODAY = EXAMPLE_DAY
NOON = dt.time(12, tzinfo=dt.UTC)
SUBJECT = "run-1"


class HandClock:
    """Stands where it was set."""

    def __init__(self, day: dt.date = TODAY) -> None:
        self.at = dt.datetime.combine(day, NOON)

    def now(self) -> dt.datetime:
        return self.at

    def pass_by(self, **span: float) -> dt.datetime:
        self.at += dt.timedelta(**span)
        return self.at


def a_gate_store(home: Path, clock: HandClock | None = None) -> Store:
    settings = Settings(home=home)
    lay_down(settings)
    return open_store(settings, clock=clock or HandClock(), actor="tester")


def sound_evidence(gate: str) -> dict[type, object]:
    """What makes every rule of the gate pass: their own passing examples."""
    return {rule.evidence: rule.passing for rule in rules_of(gate)}


def assess_everything(store: Store, *, to: dt.date = TODAY + dt.timedelta(days=300), **other_ends: dt.date) -> None:
    """Record one assessment of each kind, from long ago to `to` or its own end."""
    for kind in ASSESSMENT_KINDS:
        with store.act("assessment.recorded") as act:
            each = Assessment(kind, "1.0", TODAY - dt.timedelta(days=200), other_ends.get(kind, to))
            record_assessment(act, each, document_sha256="ab" * 32)


def register_keys(store: Store) -> dict[str, Ed25519PrivateKey]:
    """A key for every role."""
    keys = {role: Ed25519PrivateKey.generate() for role in ROLES}
    for role, key in keys.items():
        with store.act("role_key.registered") as act:
            register_role_key(act, role=role, public=key.public_key())
    return keys


def judged_on(store: Store, day: dt.date, *, gate: str = "publish", subject: str = SUBJECT, **limits) -> Verdict:
    """Sound evidence judged by the day."""
    return judge_and_record(
        store, gate=gate, subject=subject, evidence=sound_evidence(gate), limits=Limits(today=day, **limits)
    )


def events_of(store: Store, action: str) -> list[str]:
    """Subjects of the events of one action."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT subject FROM audit_event WHERE action = '{action}' ORDER BY seq")
        return list(rows.scalars())


def break_in(home: Path, statement: str, *values: object) -> None:
    """Change the database as somebody with the file in hand would: the guards are taken off first."""
    with closing(sqlite3.connect(home / "adressekontrol.db")) as database, database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'gate%'")
        for (name,) in guards.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        changed = database.execute(statement, values).rowcount
    assert changed == 1
