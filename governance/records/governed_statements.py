"""What the rules, the gates and the log state of the running system: one function a statement, from the facts alone.

What nobody has assessed is *not yet assessed*, never a guess. Knows no record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from governance.records.danish import ASSESSMENTS as ASSESSMENTS_DA
from governance.records.danish import in_danish
from governance.records.facts import SystemFacts
from governance.records.record import NOT_ASSESSED, NOT_ASSESSED_DA, Statement, Table

RULE_BOOK = "rule book (governance.rules)"
VERDICTS = "stored verdicts (governance.gate)"
ASSESSMENTS = "recorded assessments (governance.gate)"
STATUSES_DA = {"In gebruik": "I brug", "In ontwikkeling": "Under udvikling", "Buiten gebruik": "Ikke i brug"}
"""The values of the Dutch standard, in Danish."""


def status(facts: SystemFacts) -> Statement:
    """In use only when the promote gate let this model pass and no stop is in force."""
    if facts.retired:
        value, told, told_da = (
            "Buiten gebruik",
            f"taken out of use in {facts.retired}",
            f"taget ud af brug {facts.retired}",
        )
    elif facts.stopped:
        value, told, told_da = "Buiten gebruik", f"stopped: {facts.stopped}", f"standset: {facts.stopped}"
    elif facts.in_use:
        value, told, told_da = "In gebruik", "a promotion of this model is in force", "modellen er godkendt til brug"
    else:
        value, told, told_da = "In ontwikkeling", "no promotion of this model is in force", "modellen er ikke godkendt"
    return Statement(f"{value}: {told}.", VERDICTS, f"{STATUSES_DA[value]}: {told_da}.", value=value)


def rules(facts: SystemFacts) -> Statement:
    """The rule book."""
    rows = tuple(
        (each.name, each.family, each.text, each.authority, each.severity, ", ".join(each.gates))
        for each in facts.rules
    )
    table = Table(("rule", "family", "what it demands", "authority", "severity", "gates"), rows)
    stops = sum(each.severity == "stop" for each in facts.rules)
    said = f"{len(rows)} executable rules, {stops} of which close a gate."
    return Statement(said, RULE_BOOK, f"{len(rows)} udførbare regler, hvoraf {stops} lukker en port.", table=table)


def limits(facts: SystemFacts) -> Statement:
    """The limits that rules hold figures against."""
    table = Table(("limit", "value"), tuple((each.name, each.value) for each in facts.limits))
    said, said_da = f"{len(facts.limits)} limits.", f"{len(facts.limits)} grænser."
    return Statement(said, "limits in force (governance.rules.limits)", said_da, table=table)


def verdict(facts: SystemFacts) -> Statement:
    """The last verdict of the promote gate on this model, rule by rule."""
    return _judged(facts, None)


def fairness(facts: SystemFacts) -> Statement:
    """What the fairness rules of that verdict found."""
    return _judged(facts, "fairness")


def _judged(facts: SystemFacts, family: str | None) -> Statement:
    found = facts.verdict
    judged = [each for each in (found.judged if found else ()) if family in {None, each.family}]
    if found is None or not judged:
        return not_assessed(VERDICTS, f"no promote verdict on {facts.model.version} says anything of it")
    rows = tuple(
        (f"{each.rule}{f' ({each.item})' if each.item else ''}", each.outcome, each.figure, each.limit)
        for each in judged
    )
    outcome = "passed" if found.passed else "failed"
    said = f"Verdict {found.id} of {found.at}: {outcome}."
    said_da = f"Afgørelse {found.id} af {found.at}: {'bestået' if found.passed else 'ikke bestået'}."
    return Statement(said, VERDICTS, said_da, table=Table(("rule", "outcome", "figure", "limit"), rows))


def assessments(facts: SystemFacts) -> Statement:
    """The recorded impact assessments with their dates."""
    if not facts.assessments:
        return not_assessed(ASSESSMENTS, "no impact assessment is recorded: gate assess")
    rows = tuple((each.kind, each.version, str(each.valid_from), str(each.valid_to)) for each in facts.assessments)
    table = Table(("kind", "version", "valid from", "valid to"), rows)
    named = ", ".join(f"{each.kind} {each.version} to {each.valid_to}" for each in facts.assessments)
    named_da = "; ".join(
        f"{in_danish([each.kind], ASSESSMENTS_DA)}, udgave {each.version}, til og med {each.valid_to}"
        for each in facts.assessments
    )
    return Statement(f"Recorded: {named}.", ASSESSMENTS, f"Registreret: {named_da}.", table=table)


def assessment_grouping(facts: SystemFacts) -> Statement:
    """The impact assessments in the grouping of the Dutch standard; None when none is recorded."""
    names = {"dpia": "Data Protection Impact Assessment (DPIA)", "fria": "Fundamental Rights Impact Assessment (FRIA)"}
    grouping = [{"title": names.get(each.kind, each.kind), "link": None} for each in facts.assessments]
    said = "; ".join(str(each["title"]) for each in grouping) or NOT_ASSESSED
    return Statement(said, ASSESSMENTS, value=grouping or None)


def exceptions(facts: SystemFacts) -> Statement:
    """Signed exceptions in force."""
    rows = tuple((f"{rule}{f' ({item})' if item else ''}", until) for rule, item, until in facts.exceptions)
    table = Table(("rule", "until"), rows) if rows else None
    said = f"{len(rows)} signed exceptions are in force."
    return Statement(said, "signed exceptions (governance.gate)", f"{len(rows)} undtagelser gælder.", table=table)


def audited_acts(facts: SystemFacts) -> Statement:
    """Everything that leaves an event in the log."""
    table = Table(("act", "what the log says"), tuple(facts.audited_acts.items()))
    said, said_da = f"{len(facts.audited_acts)} kinds of events.", f"{len(facts.audited_acts)} slags hændelser."
    return Statement(said, "governance.audit.actions", said_da, table=table)


def kodeks(facts: SystemFacts) -> Statement:
    """The principles of the Kodeks with the outcome of their rules in the last promote verdict."""
    outcomes: dict[str, list[str]] = {}
    for each in facts.verdict.judged if facts.verdict else ():
        outcomes.setdefault(each.rule, []).append(each.outcome)
    rows = tuple(
        (
            each.title, "; ".join(f"{phrase.text_da} ({phrase.standing})" for phrase in each.phrases),
            ", ".join(f"{name}: {'/'.join(sorted(set(outcomes.get(name, [NOT_ASSESSED]))))}" for name in each.rules)
            or each.no_rule,
        )
        for each in facts.kodeks
    )  # fmt: skip
    table = Table(("principle", "phrases", "rules and their outcome"), rows)
    return Statement(
        f"{len(rows)} principles, version {facts.kodeks_version}.", "catalogue/kodeks.toml",
        f"{len(rows)} principper, version {facts.kodeks_version}.", table=table,
        open_point="the city has not confirmed every phrase of the Kodeks" if _unconfirmed(facts) else "",
    )  # fmt: skip


def _unconfirmed(facts: SystemFacts) -> bool:
    return any(phrase.standing != "quoted" for each in facts.kodeks for phrase in each.phrases)


def not_assessed(source: str, why: str) -> Statement:
    """Nobody has measured it yet: an open point."""
    return Statement(NOT_ASSESSED, source, NOT_ASSESSED_DA, open_point=f"{NOT_ASSESSED}: {why}", value=None)


GOVERNED: Mapping[str, Callable[[SystemFacts], Statement]] = {
    told.__name__: told
    for told in (
        status, rules, limits, verdict, fairness, assessments, assessment_grouping, exceptions, audited_acts, kodeks,
    )
}  # fmt: skip
