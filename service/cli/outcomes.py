"""`adressekontrol outcomes export`: how our cases ended, as registers in contract form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, settings_from_environment, writable
from service.cli.output import say, say_json, say_table
from service.cli.state import opened_store

commands = typer.Typer(no_args_is_help=True, help="How cases end, in the form of the register contract.")


@commands.callback()
def outcomes() -> None:
    """How cases end, in the form of the register contract."""


@commands.command("export")
def export(
    out: Annotated[
        Path, typer.Argument(help="Directory for control_case.parquet and control_effect.parquet.", metavar="DIR")
    ],
    as_json: AsJson = False,
) -> None:
    """Write every control of ours and its effects; cases at protected addresses are left out and counted."""
    from service.outcomes.files import write_outcomes

    settings = settings_from_environment()
    with opened_store(settings) as store:
        done = write_outcomes(writable(out), store=store, settings=settings)
    if as_json:
        say_json({"cases": done.cases.height, "effects": done.effects.height, "left_out": dict(done.left_out)})
        return
    say(f"{done.cases.height} cases and {done.effects.height} effects written to {out}")
    if done.left_out:
        say_table(("left out because", "cases"), sorted(done.left_out.items()))
