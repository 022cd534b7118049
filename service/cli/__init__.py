"""The command line: every error becomes text with a remedy and a documented exit code."""

from __future__ import annotations

import hashlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from governance.errors import UserError
from service.cli import doctor, features, registers, runs
from service.cli.output import say_error

app = typer.Typer(
    name="adressekontrol",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Rank address-registration control cases by expected savings, and explain every place on the list.",
)
app.add_typer(registers.commands, name="registers")
app.add_typer(features.commands, name="features")
app.command("synth")(runs.synth)
app.command("train")(runs.train)
app.command("rank")(runs.rank)
doctor.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    raise SystemExit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns 0, 2 for usage, the code of a `UserError`, or 1 for a bug of ours."""
    import click

    try:
        app(list(arguments), standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.Abort:
        return 130
    except UserError as error:
        say_error(error, as_json="--json" in arguments)
        return error.exit_code
    except Exception as bug:  # the last door: nothing personal may reach the terminal
        sys.stderr.write(_bug_text(bug))
        return 1
    return 0


def _bug_text(bug: Exception) -> str:
    """Where it broke, never with what: the message of an exception may quote a person's row."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(bug.__traceback__)]
    place = " < ".join(reversed(frames[-6:]))
    reference = hashlib.sha256(f"{type(bug).__name__} {place}".encode()).hexdigest()[:10]
    return f"A fault of ours, reference {reference}: {type(bug).__name__} at {place}\n  remedy: report the reference.\n"
