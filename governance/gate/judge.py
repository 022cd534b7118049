"""What a gate finds: every rule of the gate over the evidence it was given, on one day.

Pure: the same evidence, limits and exceptions give the same answer. A stop closes the gate when it failed and when its
evidence is missing: unknown is never a pass.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from governance.gate.documents import digest, evidence_document
from governance.gate.exceptions import SignedException
from governance.rules.limits import Limits
from governance.rules.rule import Finding, Gate, Rule, Severity, rules_of

Outcome = Literal["passed", "failed", "excepted", "not_measured", "alarm"]


@dataclass(frozen=True)
class Judged:
    """One finding of one rule; `evidence` is the SHA-256 of what it rests on, `exception` the id that lets it stand."""

    rule: str
    severity: Severity
    outcome: Outcome
    figure: str
    limit: str
    item: str
    reason: str
    evidence: str
    exception: str = ""

    @property
    def closes(self) -> bool:
        """Whether this finding alone closes the gate."""
        return self.severity == "stop" and self.outcome in {"failed", "not_measured"}


def judge(
    gate: Gate,
    evidence: Mapping[type, object],
    *,
    limits: Limits,
    exceptions: Sequence[SignedException] = (),
) -> tuple[Judged, ...]:
    """Every finding of the gate's rules, in the order of the book."""
    return tuple(
        judged
        for rule in rules_of(gate)
        for judged in _judged(rule, evidence.get(rule.evidence), limits=limits, exceptions=exceptions)
    )


def is_open(judged: Sequence[Judged]) -> bool:
    """Whether nothing closes the gate; a gate that asked nothing stays closed."""
    return bool(judged) and not any(each.closes for each in judged)


def good_through(
    gate: Gate,
    evidence: Mapping[type, object],
    *,
    limits: Limits,
    exceptions: Sequence[SignedException] = (),
) -> dt.date:
    """The last day, of those on which a verdict may be used at all, before anything that it rests on lapses."""
    days = (limits.today + dt.timedelta(days=ahead) for ahead in range(1, math.ceil(limits.verdict_hours / 24) + 1))
    last = limits.today
    for day in days:
        if not is_open(judge(gate, evidence, limits=replace(limits, today=day), exceptions=exceptions)):
            break
        last = day
    return last


def _judged(
    rule: Rule, evidence: object | None, *, limits: Limits, exceptions: Sequence[SignedException]
) -> tuple[Judged, ...]:
    if evidence is None:
        return (_not_measured(rule),)
    rests_on = digest(evidence_document(evidence))
    return tuple(
        _one(rule, finding, rests_on=rests_on, on=limits.today, exceptions=exceptions)
        for finding in rule.findings(evidence, limits)
    )


def _not_measured(rule: Rule) -> Judged:
    reason = f"No {rule.evidence.__name__} was given: what was not measured is not passed."
    return Judged(rule.name, rule.severity, "not_measured", "none", "", "", reason, "")


def _one(rule: Rule, finding: Finding, *, rests_on: str, on: dt.date, exceptions: Sequence[SignedException]) -> Judged:
    letting = next((each.id for each in exceptions if each.covers(rule, finding.item, on=on)), "")
    exception = "" if finding.passed else letting
    outcome: Outcome = "passed" if finding.passed else "excepted" if exception else _WORST[rule.severity]
    return Judged(
        rule.name, rule.severity, outcome, finding.figure, finding.limit, finding.item, finding.reason, rests_on,
        exception,
    )  # fmt: skip


_WORST: Mapping[Severity, Outcome] = {"stop": "failed", "alarm": "alarm"}
