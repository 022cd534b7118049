"""Verdicts: what a gate answered, stored whole with the evidence behind it, and how long it may be relied on.

A verdict's id ends in the hash of its text, so a text that was changed is found when it is read. Nobody hands a gate
the stop, the assessments or the exceptions: it looks them up itself.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.as_of import danish_day
from governance.audit.events import canonical, instant
from governance.audit.tables import EVENTS
from governance.errors import GateClosed, UsageError
from governance.gate.assessments import load_assessments
from governance.gate.documents import as_plain, digest, evidence_document
from governance.gate.exceptions import standing_exceptions
from governance.gate.judge import Judged, good_through, is_open, judge
from governance.gate.stop import last_stop, stop_evidence, stop_in_force
from governance.gate.tables import EVIDENCE, VERDICTS, next_number
from governance.rules.evidence import AssessmentEvidence, StopEvidence
from governance.rules.limits import Limits, changed_limits
from governance.rules.rule import Gate
from governance.store.opening import Act, Store

STOPPED_OR_NOT: Gate = "fallback"
"""The one gate that a stop does not close: the list it releases is made without the model."""

JUDGED = "gate.judged"
"""The action that leaves a verdict's event."""


@dataclass(frozen=True)
class Verdict:
    """What a gate answered about one subject (a model version, a run).

    `today` is the day it judged by, `at` the moment by the clock (UTC), `good_through` the last day on which nothing
    that it rests on has lapsed; `document` is the stored text.
    """

    id: str
    gate: str
    subject: str
    passed: bool
    at: dt.datetime
    today: dt.date
    good_through: dt.date
    judged: tuple[Judged, ...]
    document: str

    @property
    def failed(self) -> tuple[Judged, ...]:
        """The findings that close the gate."""
        return tuple(each for each in self.judged if each.closes)

    @property
    def changed_limits(self) -> Mapping[str, tuple[Any, Any]]:
        """Name → (as judged by, the house's own) of every limit that the installation had set otherwise."""
        said = json.loads(self.document)["limits"]
        return changed_limits(Limits(**{**said, "today": self.today}))

    @property
    def alarms(self) -> tuple[Judged, ...]:
        """The findings that are recorded and shown but close nothing, among them alarms that were not measured."""
        return tuple(each for each in self.judged if each.severity == "alarm" and each.outcome != "passed")


def judge_and_record(
    store: Store, *, gate: Gate, subject: str, evidence: Mapping[type, object], limits: Limits
) -> Verdict:
    """Judge and record in one act; stop, assessments and standing exceptions are looked up here, whatever was given."""
    with store.act(JUDGED) as act:
        return record_verdict(act, gate=gate, subject=subject, evidence=evidence, limits=limits)


def record_verdict(act: Act, *, gate: Gate, subject: str, evidence: Mapping[type, object], limits: Limits) -> Verdict:
    """The same inside an act of its own (`gate.judged`), whose event is that of the verdict."""
    if act.action != JUDGED:
        raise ValueError(f"a verdict is no part of {act.action}")
    looked_up = {
        **evidence,
        StopEvidence: stop_evidence(act.connection),
        AssessmentEvidence: load_assessments(act.connection, limits.today),
    }
    exceptions = standing_exceptions(act.connection, limits.today)
    judged = judge(gate, looked_up, limits=limits, exceptions=exceptions)
    last = good_through(gate, looked_up, limits=limits, exceptions=exceptions)
    number = next_number(act.connection, VERDICTS)
    document = _document(number, act.at, gate, subject, judged, limits=limits, last=last)
    verdict_id = _id_of(gate, document)
    _keep_evidence(act.connection, looked_up, {each.evidence for each in judged})
    row = {"number": number, "at": instant(act.at), "id": verdict_id, "gate": gate, "subject": subject}
    act.connection.execute(VERDICTS.insert().values({**row, "document": document}))
    verdict = _read(verdict_id, document)
    act.subject = verdict_id
    act.add(
        gate=gate, about=subject, passed=verdict.passed, failed=sorted({each.rule for each in verdict.failed}),
        document_sha256=digest(document), limits_changed=sorted(changed_limits(limits)),
    )  # fmt: skip
    return verdict


def load_verdict(connection: sa.Connection, verdict_id: str) -> Verdict:
    """The verdict of that id; UsageError when there is none, GateClosed when its text is not what was recorded."""
    found = connection.execute(sa.select(VERDICTS.c.document).where(VERDICTS.c.id == verdict_id)).scalar()
    if found is None:
        raise UsageError("There is no such verdict.", item=verdict_id, remedy="Run: adressekontrol gate list")
    return _read(verdict_id, found)


def load_evidence(connection: sa.Connection, verdict: Verdict) -> Mapping[str, Any]:
    """Digest → the evidence behind a verdict, as it was judged."""
    wanted = sorted({each.evidence for each in verdict.judged} - {""})
    rows = connection.execute(sa.select(EVIDENCE).where(EVIDENCE.c.digest.in_(wanted))).mappings()
    return {row["digest"]: json.loads(row["document"]) for row in rows if digest(row["document"]) == row["digest"]}


def list_verdicts(connection: sa.Connection, *, newest: int) -> tuple[Verdict, ...]:
    """The newest verdicts, the newest first."""
    asked = sa.select(VERDICTS.c.id, VERDICTS.c.document).order_by(VERDICTS.c.number.desc()).limit(newest)
    return tuple(_read(row["id"], row["document"]) for row in connection.execute(asked).mappings())


def latest_verdict(connection: sa.Connection, *, gate: Gate, subject: str) -> Verdict | None:
    """The newest verdict of the gate about the subject, whatever it says."""
    asked = sa.select(VERDICTS.c.id, VERDICTS.c.document).where(VERDICTS.c.gate == gate, VERDICTS.c.subject == subject)
    row = connection.execute(asked.order_by(VERDICTS.c.number.desc()).limit(1)).mappings().first()
    return None if row is None else _read(row["id"], row["document"])


def fresh_passing_verdict(
    connection: sa.Connection, *, gate: Gate, subject: str, now: dt.datetime, verdict_hours: int
) -> Verdict:
    """The newest verdict about exactly this subject, if it passed and may still be relied on; else GateClosed.

    It may on the day (in Denmark) it was given and for `verdict_hours` after, until anything that it rests on lapses,
    and not after a stop, even one that has been lifted since.
    """
    verdict = latest_verdict(connection, gate=gate, subject=subject)
    if verdict is None:
        raise _closed("No verdict has been given", gate, subject, item=subject, remedy=_JUDGE_AGAIN)
    if not _in_the_log(connection, verdict):
        raise _closed("The verdict has no event in the log", gate, subject, item=verdict.id, remedy=_VERIFY)
    if not verdict.passed:
        failed = "; ".join(_short(each) for each in verdict.failed)
        raise _closed(failed, gate, subject, item=verdict.id, remedy=f"Run: adressekontrol gate show {verdict.id}")
    standing = None if gate == STOPPED_OR_NOT else stop_in_force(connection)
    if standing is not None:
        raise _closed(f"A stop by the {standing.role} is in force", gate, subject, item=verdict.id, remedy=_RESUME)
    stopped = "" if gate == STOPPED_OR_NOT else last_stop(connection)
    stale = _stale(verdict, now, verdict_hours=verdict_hours, stopped=stopped)
    if stale:
        raise _closed(stale, gate, subject, item=verdict.id, remedy=_JUDGE_AGAIN)
    return verdict


_JUDGE_AGAIN = "Have it judged anew: adressekontrol gate promote, or gate publish."
_VERIFY = "Verify the log: adressekontrol audit verify"
_RESUME = "Only the data-protection officer lifts it: adressekontrol gate resume"


def _closed(why: str, gate: str, subject: str, *, item: str, remedy: str) -> GateClosed:
    return GateClosed(f"The gate {gate} is closed for {subject}: {why}.", item=item, remedy=remedy)


def _short(each: Judged) -> str:
    about = f" {each.item}" if each.item else ""
    return f"{each.rule}{about} ({each.figure}; limit {each.limit})" if each.limit else f"{each.rule} (not measured)"


def _in_the_log(connection: sa.Connection, verdict: Verdict) -> bool:
    """A row alone may have been slipped in; one in the log cannot without breaking its tree."""
    asked = sa.select(EVENTS.c.details).where(EVENTS.c.action == JUDGED, EVENTS.c.subject == verdict.id)
    details = connection.execute(asked).scalars()
    return any(json.loads(each).get("document_sha256") == digest(verdict.document) for each in details)


def _stale(verdict: Verdict, now: dt.datetime, *, verdict_hours: int, stopped: str) -> str:
    days_passed = (danish_day(now) - danish_day(verdict.at)).days
    if now < verdict.at:
        return "The verdict lies in the future"
    if days_passed and now - verdict.at >= dt.timedelta(hours=verdict_hours):
        return f"The verdict is older than {verdict_hours} hours"
    if verdict.today + dt.timedelta(days=days_passed) > verdict.good_through:
        return "Something that the verdict rests on has lapsed"
    if stopped >= instant(verdict.at):
        return "The system was stopped after the verdict"
    return ""


def _document(
    number: int, at: dt.datetime, gate: Gate, subject: str, judged: Sequence[Judged], *, limits: Limits, last: dt.date
) -> str:
    whole = {
        "number": number, "gate": gate, "subject": subject, "at": instant(at), "passed": is_open(judged),
        "good_through": last, "limits": limits, "judged": list(judged),
    }  # fmt: skip
    return canonical(as_plain(whole))


def _id_of(gate: str, document: str) -> str:
    return f"{gate}-{digest(document)[:16]}"


def _read(verdict_id: str, document: str) -> Verdict:
    whole = json.loads(document)
    if _id_of(whole["gate"], document) != verdict_id:
        raise GateClosed(
            "The verdict is not the one that was recorded.",
            item=verdict_id,
            remedy=_VERIFY,
        )
    return Verdict(
        id=verdict_id,
        gate=whole["gate"],
        subject=whole["subject"],
        passed=whole["passed"],
        at=dt.datetime.fromisoformat(whole["at"]),
        today=dt.date.fromisoformat(whole["limits"]["today"]),
        good_through=dt.date.fromisoformat(whole["good_through"]),
        judged=tuple(Judged(**each) for each in whole["judged"]),
        document=document,
    )


def _keep_evidence(connection: sa.Connection, evidence: Mapping[type, object], digests: set[str]) -> None:
    documents = {digest(text): text for text in map(evidence_document, evidence.values())}
    wanted = {key: text for key, text in documents.items() if key in digests}
    asked = sa.select(EVIDENCE.c.digest).where(EVIDENCE.c.digest.in_(sorted(wanted)))
    new = wanted.keys() - set(connection.execute(asked).scalars())
    if new:
        connection.execute(EVIDENCE.insert(), [{"digest": key, "document": wanted[key]} for key in sorted(new)])
