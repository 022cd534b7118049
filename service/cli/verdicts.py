"""How a verdict is told to a person."""

from __future__ import annotations

from governance.gate.judge import Judged
from governance.gate.verdicts import Verdict
from service.cli.output import say, say_table


def say_verdict(verdict: Verdict) -> None:
    """A verdict for a person: what was answered, then every finding."""
    say(f"{verdict.id}: the gate {verdict.gate} {answer(verdict)} for {verdict.subject}")
    say(f"Judged by {verdict.today}, recorded {verdict.at:%Y-%m-%d %H:%M} UTC, good through {verdict.good_through}.")
    for name, (limit, own) in verdict.changed_limits.items():
        say(f"The limit {name} was set to {limit} here; the house's own is {own}.")
    say()
    say_table(
        ("rule", "outcome", "figure", "limit", "item", "evidence"),
        [
            (each.rule, _outcome(each), each.figure, each.limit, each.item, each.evidence[:12])
            for each in verdict.judged
        ],
    )
    say()
    for each in verdict.judged:
        say(f"{each.rule}: {each.reason}")


def answer(verdict: Verdict) -> str:
    """Open or closed."""
    return "open" if verdict.passed else "closed"


def _outcome(each: Judged) -> str:
    return f"{each.outcome} ({each.exception})" if each.exception else each.outcome
