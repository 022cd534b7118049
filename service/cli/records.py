"""`adressekontrol records build` and `records check`: what is said of the system, and whether it is still so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from governance.errors import GateClosed
from service.cli.options import AsJson, existing, settings_from_environment, writable
from service.cli.output import progress, say, say_json, say_table
from service.cli.state import opened_store

if TYPE_CHECKING:
    from service.records_run import Built, Checked

commands = typer.Typer(no_args_is_help=True, help="Build the public records of the system, and compare them with it.")
Model = Annotated[
    str | None, typer.Option("--model", help="NAME/VERSION; default the model in use, else the newest trained.")
]


@commands.command("build")
def build(
    out: Annotated[Path, typer.Option("--out", help="Directory for the records.", metavar="DIR")],
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Write every record as JSON and Markdown: model card, registers, technical file, annexes, Kodeks."""
    from service.records_run import write_records

    settings, out = settings_from_environment(), writable(out)
    with opened_store(settings) as store, progress("records") as report:
        built = write_records(out, model=model, settings=settings, store=store, report=report)
    if as_json:
        say_json(_document(built))
        return
    say(f"{len(built.records)} records of {built.model} written to {out}.")
    _say_open(built)


@commands.command("check")
def check(
    directory: Annotated[Path, typer.Argument(help="Directory that `records build` wrote.", metavar="DIR")],
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Compare written records with the running system; exit 13 when they disagree, each disagreement named."""
    from service.records_run import check_records

    settings, directory = settings_from_environment(), existing(directory)
    with opened_store(settings) as store, progress("records") as report:
        done = check_records(directory, model=model, settings=settings, store=store, report=report)
    _say_checked(done, directory, as_json=as_json)
    if done.disagreements:
        first = done.disagreements[0]
        raise GateClosed(
            f"Records and running system disagree in {len(done.disagreements)} places.",
            item=f"{first.record}, {first.field}",
            remedy="Build the records anew with adressekontrol records build, or correct what has changed.",
        )


def _say_checked(done: Checked, directory: Path, *, as_json: bool) -> None:
    if as_json:
        say_json({"disagreements": [vars(each) for each in done.disagreements]} | _document(done.built))
        return
    if done.disagreements:
        say_table(
            ("record", "field", "text", "system"),
            [(each.record, each.field, _short(each.text), _short(each.system)) for each in done.disagreements],
        )
        return
    say(f"{len(done.built.records)} records in {directory} state what {done.built.model} is.")
    _say_open(done.built)


def _document(built: Built) -> dict[str, object]:
    return {
        "model": built.model,
        "records": [record.code for record in built.records],
        "open_points": [dict(zip(("record", "field", "missing"), point, strict=True)) for point in built.open_points],
    }


def _say_open(built: Built) -> None:
    say(f"Open points: {len(built.open_points)}; each is named in index.md.")
    asked = dict.fromkeys(missing for _, _, missing in built.open_points)
    say_table(("still to be said",), [(missing,) for missing in asked])


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
