"""`adressekontrol impact report`: the report of a day, kept under a number, for pages, API and workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from governance.money import as_kroner
from service.cli.options import AsJson, AsOfText, day, existing, settings_from_environment
from service.cli.output import progress, say, say_json, say_table
from service.cli.state import opened_store

if TYPE_CHECKING:
    from service.impact.making import MadeReport
    from service.impact.report_model import Figure


def register(commands: typer.Typer) -> None:
    """Add the command to `adressekontrol impact`."""
    commands.command("report")(report)


def report(
    as_of: AsOfText,
    directory: Annotated[
        str | None,
        typer.Option("--registers", help="Directory of registers; default those of the newest list.", metavar="DIR"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the report of what was booked by the day; where 1 to 9 cases changed since the last one, that one stands."""
    from service.impact.making import make_report
    from service.impact.reading import load_decided

    settings, when = settings_from_environment(), day(as_of)
    with opened_store(settings) as store, progress("impact") as said:
        registers = None
        if directory is not None:
            registers, _ = load_decided(existing(Path(directory)), as_of=when, settings=settings, report=said)
        said("reporting")
        done = make_report(store, when, settings=settings, registers=registers)
    if as_json:
        say_json(_document(done))
    else:
        _say_made(done)


def _document(done: MadeReport) -> dict[str, Any]:
    report = done.kept.report
    return {
        "version": report.version, "made": done.made, "as_of": f"{report.as_of}", "booking": report.booking,
        "ledger": report.ledger_hash, "sha256": done.kept.sha256,
        "headline": {
            figure.code: {"text_da": figure.text_da, "value_ore": figure.value, "hidden": figure.hidden}
            for figure in report.headline
        },
    }  # fmt: skip


def _say_made(done: MadeReport) -> None:
    report = done.kept.report
    say_table(("figure", "amount"), [(figure.text_da, _amount(figure)) for figure in report.headline])
    if done.made:
        say(f"Version {report.version} as of {report.as_of} is made: {done.kept.sha256}")
    elif done.too_few:
        say(f"Version {report.version} stands: fewer than ten cases have changed since, which may not be told.")
    else:
        say(f"Version {report.version} stands: nothing has changed since.")


def _amount(figure: Figure) -> str:
    if figure.hidden:
        return "not shown"
    return "-" if not isinstance(figure.value, int) else as_kroner(figure.value)
