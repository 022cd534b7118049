"""The command line: every error becomes text with a remedy and a documented exit code."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException

from governance.errors import UsageError, UserError
from service.cli import (
    audit,
    business_case,
    db,
    doctor,
    fairness,
    features,
    gate,
    identities,
    impact,
    impact_estimates,
    impact_report,
    legal_bases,
    nightly,
    outbox,
    outcomes,
    records,
    registers,
    replay,
    retention,
    runs,
    serve,
)
from service.cli.output import say_error

INTERRUPTED = 130
NOBODY_READS = 141
FOR_THE_OWNER_ALONE = 0o077

app = typer.Typer(
    name="adressekontrol",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Rank address-registration control cases by expected savings, and explain every place on the list.",
)
app.add_typer(registers.commands, name="registers")
app.add_typer(audit.commands, name="audit")
app.add_typer(gate.commands, name="gate")
app.add_typer(db.commands, name="db")
app.add_typer(records.commands, name="records")
app.add_typer(features.commands, name="features")
app.add_typer(legal_bases.commands, name="legal-bases")
app.add_typer(identities.commands, name="identities")
app.add_typer(outbox.commands, name="outbox")
app.add_typer(outcomes.commands, name="outcomes")
impact_estimates.register(impact.commands)
impact_report.register(impact.commands)
app.add_typer(impact.commands, name="impact")
app.command("train")(runs.train)
app.command("rank")(runs.rank)
app.command("nightly")(nightly.nightly)
app.command("take-in")(nightly.take_in)
app.command("serve")(serve.serve)
app.command("replay")(replay.replay)
app.command("retention")(retention.retention)
app.command("fairness")(fairness.fairness)
app.command("business-case")(business_case.business_case)
doctor.register(app)
if importlib.util.find_spec("service.cli.invented") is not None:
    importlib.import_module("service.cli.invented").register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    # lists, models and keys are about persons: what libraries write of them too
    os.umask(FOR_THE_OWNER_ALONE)
    raise SystemExit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns 0, 2 for usage, the code of a `UserError`, 130 when interrupted, 141 when
    nobody reads on, 1 for our bug."""
    as_json = "--json" in arguments
    try:
        # Commands return nothing; typer returns the code of whoever left early (--help, an interrupt).
        left = app(list(arguments), standalone_mode=False)
    # typer carries its own click: the exceptions of the package called click are others
    except TyperException as wrong:
        return _refuse(_usage_error(wrong), as_json=as_json)
    except typer.Abort:
        return INTERRUPTED
    except UserError as error:
        return _refuse(error, as_json=as_json)
    # the last door: nothing personal may reach the terminal, and a library that leaves for itself (SystemExit, with
    # code 0 even) has not done what was asked
    except (Exception, SystemExit) as bug:
        # typer leaves like that when whoever read our output (`| head`) has read enough
        if isinstance(bug.__context__, BrokenPipeError):
            return NOBODY_READS
        sys.stderr.write(_bug_text(bug))
        return 1
    return left if isinstance(left, int) else 0


def _refuse(error: UserError, *, as_json: bool) -> int:
    say_error(error, as_json=as_json)
    return error.exit_code


def _usage_error(wrong: TyperException) -> UsageError:
    """A mistake in the words of the call, in the one shape of our errors; no words at all have no message."""
    what = wrong.format_message() or "No command was given."
    return UsageError(what, item="command line", remedy="Add --help to the command to see what it takes.")


def _bug_text(bug: BaseException) -> str:
    """Where it broke, never with what: the message of an exception may quote a person's row."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(bug.__traceback__)]
    place = " < ".join(reversed(frames[-6:]))
    reference = hashlib.sha256(f"{type(bug).__name__} {place}".encode()).hexdigest()[:10]
    return f"A fault of ours, reference {reference}: {type(bug).__name__} at {place}\n  remedy: report the reference.\n"
