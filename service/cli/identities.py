"""`adressekontrol identities …`: the municipality's own file of names, CPR numbers and road names, taken in sealed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import AsJson, existing, settings_from_environment
from service.cli.output import say, say_json
from service.cli.state import opened_store

commands = typer.Typer(no_args_is_help=True, help="Names, CPR numbers and road names, in one encrypted table.")
Delivered = Annotated[
    Path,
    typer.Argument(help="Directory with persons.csv and roads.csv (or .parquet).", metavar="DIR"),
]


@commands.command("import")
def import_(directory: Delivered, as_json: AsJson = False) -> None:
    """Take in a delivery: whoever is delivered again is replaced; one faulty line and nothing is taken.

    In an invented town only impossible CPR numbers are taken, and only there.
    """
    from service.identities.importing import import_identities

    settings = settings_from_environment()
    with opened_store(settings) as store:
        imported = import_identities(store, existing(directory), invented=bool(settings.invented_day))
    if as_json:
        say_json(asdict(imported))
        return
    say(f"{imported.persons} persons ({imported.persons_new} new), {imported.roads} roads ({imported.roads_new} new).")
