"""`adressekontrol registers …`: hold registers to their contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import AsJson, AsOfText, Directory, day, existing, settings_from_environment, writable
from service.cli.output import progress, say, say_json, say_table
from service.cli.state import opened_store
from service.runs import register_snapshot

if TYPE_CHECKING:
    from governance.contracts import ContractReport
    from governance.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Hold registers to their contract.")


@commands.callback()
def registers() -> None:
    """Hold registers to their contract."""


@commands.command("check")
def check(
    directory: Directory,
    as_of: AsOfText,
    as_json: AsJson = False,
    quarantine: Annotated[
        Path | None, typer.Option("--quarantine", help="Write the quarantined rows here, one file a table.")
    ] = None,
) -> None:
    """Check every table, name every faulty row; exit 11 when the registers cannot be used."""
    from governance.contracts import check_registers, require_acceptable

    settings = settings_from_environment()
    with progress("registers check") as report:
        outcome = check_registers(
            existing(directory),
            as_of=day(as_of),
            settings=settings,
            quarantine_into=None if quarantine is None else writable(quarantine),
            report=report,
        )
    if outcome.acceptable:
        _record(directory, outcome, settings)
    document = outcome.as_json()
    if as_json:
        say_json(document)
    else:
        _say_report(document)
    require_acceptable(outcome)


def _record(directory: Path, outcome: ContractReport, settings: Settings) -> None:
    """Registers were read: one event, by their hash. A check that refuses them leaves none."""
    details = {"as_of": str(outcome.as_of), "faults": outcome.faults.height}
    with opened_store(settings) as store, store.act("registers.checked", details=details) as act:
        act.subject = register_snapshot(directory)[:16]


def _say_report(document: dict[str, object]) -> None:
    tables, faults = document["tables"], document["faults"]
    assert isinstance(tables, dict) and isinstance(faults, list)  # noqa: S101  the report's own shape
    say_table(
        ("table", "rows", "quarantined", "consequences"),
        [(name, count["rows"], count["quarantined"], count["consequences"]) for name, count in tables.items()],
    )
    if faults:
        say()
        say_table(
            ("table", "row", "column", "rule", "consequence"),
            [
                (fault["table"], fault["row"], fault["column"], fault["rule"], "yes" if fault["consequence"] else "no")
                for fault in faults
            ],
        )
    say()
    say(f"{len(faults)} faults; every other row goes on.")
