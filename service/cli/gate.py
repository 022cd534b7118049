"""`adressekontrol gate`: the rules, the verdicts, what stands and what lapses, and the stop button.

Models and lists come before their gates in `gate_runs`; what roles sign is in `gate_signed`.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any

import typer

from governance.as_of import danish_day
from governance.gate.standing import Standing, load_standing
from governance.gate.stop import stop as press_stop
from governance.gate.verdicts import Verdict, list_verdicts, load_evidence, load_verdict
from governance.rules.rule import Rule, load_rules
from service.cli import gate_runs, gate_signed
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say, say_json, say_table
from service.cli.state import opened_store
from service.cli.verdicts import answer, say_verdict

commands = typer.Typer(no_args_is_help=True, help="Rules, verdicts, exceptions and the stop button.")
commands.command("promote")(gate_runs.promote)
commands.command("publish")(gate_runs.publish)
commands.command("fairness")(gate_runs.fairness)
commands.command("key")(gate_signed.key)
commands.command("except")(gate_signed.sign_exception)
commands.command("assess")(gate_signed.assess)
commands.command("approve-mitigation")(gate_signed.approve_mitigation)
commands.command("resume")(gate_signed.resume)


@commands.command("rules")
def rules(as_json: AsJson = False) -> None:
    """Every rule: its family, the gates that ask it, whether it stops, its authority and its text."""
    book = load_rules().values()
    if as_json:
        say_json([_rule_document(rule) for rule in book])
        return
    header = ("rule", "family", "gates", "severity", "exceptable", "authority", "text")
    say_table(header, [tuple(_rule_document(rule)[name] for name in ("name", *header[1:])) for rule in book])


@commands.command("list")
def listing(
    newest: Annotated[int, typer.Option("--newest", help="How many, the newest first.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """The verdicts that have been given."""
    with opened_store(settings_from_environment()) as store, store.reading() as connection:
        verdicts = list_verdicts(connection, newest=newest)
    if as_json:
        say_json([{"id": each.id, **_head(each)} for each in verdicts])
        return
    say_table(
        ("verdict", "gate", "subject", "answer", "at (UTC)", "closed by"),
        [
            (each.id, each.gate, each.subject, answer(each), f"{each.at:%Y-%m-%d %H:%M}", _closers(each))
            for each in verdicts
        ],
    )


@commands.command("show")
def show(
    verdict_id: Annotated[str, typer.Argument(help="Id of the verdict, as gate list says it.", metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """One verdict whole: every rule with its evidence, figure, limit and reason."""
    with opened_store(settings_from_environment()) as store, store.reading() as connection:
        verdict = load_verdict(connection, verdict_id)
        evidence = load_evidence(connection, verdict)
    if as_json:
        say_json({"id": verdict.id, **json.loads(verdict.document), "evidence": evidence})
        return
    say_verdict(verdict)


@commands.command("status")
def status(as_json: AsJson = False) -> None:
    """What stands today and when it lapses: stop, assessments, exceptions, approvals and the keys of the roles."""
    with opened_store(settings_from_environment()) as store, store.reading() as connection:
        standing = load_standing(connection, danish_day(store.clock.now()))
    if as_json:
        say_json(dataclasses.asdict(standing))
        return
    _say_standing(standing)


@commands.command("stop")
def stop(
    role: Annotated[str, typer.Option("--role", help="Who stops: dpo or owner.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, naming no person.")],
) -> None:
    """Stop at once: no model is promoted and no list is published until the stop is lifted. No key is needed."""
    with opened_store(settings_from_environment()) as store, store.act("system.stopped") as act:
        stop_id = press_stop(act, role=role, reason=reason)
    say(f"Stopped ({stop_id}). Nothing is promoted or published until: adressekontrol gate resume")


def _rule_document(rule: Rule) -> dict[str, str]:
    return {
        "name": rule.name,
        "family": rule.family,
        "gates": ", ".join(rule.gates),
        "severity": rule.severity,
        "exceptable": _exceptable(rule),
        "authority": rule.authority,
        "principle": rule.principle,
        "evidence": rule.evidence.__name__,
        "text": rule.text,
    }


def _exceptable(rule: Rule) -> str:
    if not rule.exceptable:
        return "no"
    return "per item" if rule.per_item else "yes"


def _head(verdict: Verdict) -> dict[str, Any]:
    return {
        "gate": verdict.gate,
        "subject": verdict.subject,
        "passed": verdict.passed,
        "at": verdict.at.isoformat(),
        "closed_by": sorted({each.rule for each in verdict.failed}),
    }


def _closers(verdict: Verdict) -> str:
    return ", ".join(sorted({each.rule for each in verdict.failed})) or "-"


def _say_standing(standing: Standing) -> None:
    say(f"Stop in force: {standing.stop or 'none'}")
    say_table(("assessment", "version", "from", "to", "today"), [tuple(row.values()) for row in standing.assessments])
    say_table(("exception", "rule", "item", "until", "counts"), [tuple(row.values()) for row in standing.exceptions])
    say_table(("approval", "kind", "until"), [tuple(row.values()) for row in standing.approvals])
    say_table(("role", "key"), list(standing.keys.items()))
