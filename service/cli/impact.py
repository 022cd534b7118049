"""`adressekontrol impact`: what the control brought in, booked, and gone through entry by entry."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from governance.errors import UsageError
from governance.impact.facts import CostKind
from governance.money import as_kroner
from service.cli.options import AsJson, AsOfText, Directory, day, existing, settings_from_environment
from service.cli.output import progress, say, say_json, say_table
from service.cli.runs import HourlyCost
from service.cli.state import opened_store

if TYPE_CHECKING:
    from governance.contracts import ContractReport
    from governance.impact.ledger import Booked
    from service.impact.counted import ExplainedCount
    from service.impact.explained import ExplainedFigure
    from service.impact.promised import ExplainedPromise

commands = typer.Typer(no_args_is_help=True, help="What the control brought in, and what it cost.")
SHOWN = ("seq", "as_of", "cause", "source", "case_id", "run_id", "administration", "benefit", "cohort")
RESTS_ON = ("benefit_grant", "control_case", "control_effect")
"""Registers that a booking is worked out from."""
MOST_AN_HOUR_ORE = 10**8
KINDS: dict[str, CostKind] = {"running": "running", "investment": "investment"}


@commands.callback()
def impact() -> None:
    """What the control brought in, and what it cost."""


@commands.command("book")
def book(
    directory: Directory, as_of: AsOfText, hourly_cost_ore: HourlyCost = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """Book decisions, appeals, payments, hours and costs known at the day; what is booked already adds nothing."""
    from service.impact.booking import book_impact

    settings = settings_from_environment()
    if hourly_cost_ore is not None:
        settings = dataclasses.replace(settings, hourly_cost_ore=_hourly(hourly_cost_ore))
    with opened_store(settings) as store, progress("impact") as report:
        booked, checked = book_impact(existing(directory), day(as_of), settings=settings, store=store, report=report)
    if as_json:
        say_json(_document(booked) | {"set_aside": _set_aside(checked), "faults": _faults(checked)})
    else:
        _say_booked(booked)
        for table, rows in _set_aside(checked).items():
            say(f"Rows of {table} that break the contract and were left out (see `registers check`): {rows}")


@commands.command("explain")
def explain(
    figure: Annotated[
        str,
        typer.Argument(
            help="CODE[:ADMINISTRATION][@YEAR|@COHORT][,DIMENSION=VALUE …], such as realised_municipal:BIF@2024.",
            metavar="FIGURE",
        ),
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day as of which the figure stood; default the newest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every entry that a figure is the sum of, by pseudonyms; the whole ledger is gone through first."""
    from service.impact.counted import explain_count, is_count
    from service.impact.explained import explain_figure
    from service.impact.promised import CODE, explain_promise

    settings = settings_from_environment()
    until = None if as_of is None else day(as_of).day
    with opened_store(settings) as store:
        found: ExplainedFigure | ExplainedPromise | ExplainedCount
        if figure.startswith(CODE):
            found = explain_promise(store, figure, settings=settings, as_of=until)
        elif is_count(figure):
            found = explain_count(store, figure, as_of=until)
        else:
            found = explain_figure(store, figure, as_of=until)
    if as_json:
        say_json(found.as_document())
    else:
        _say_explained(found)


@commands.command("cost")
def cost(
    kind: Annotated[str, typer.Argument(help="running or investment.", metavar="KIND")],
    amount_ore: Annotated[
        int, typer.Option("--amount-ore", help="Whole øre; below 0 corrects an earlier one.", metavar="N")
    ],
    committee: Annotated[str, typer.Option("--committee", help="Whose budget bears it: BIF, BUF or KFF.")],
    on_day: Annotated[str, typer.Option("--on", help="The day it was borne, YYYY-MM-DD.", metavar="D")],
    text: Annotated[str, typer.Option("--text", help="What it was for; no person.")],
    as_json: AsJson = False,
) -> None:
    """Enter a cost of the control besides case hours, which book themselves; the next booking takes it in."""
    from service.impact.booking import book_cost

    chosen = KINDS.get(kind)
    if chosen is None:
        raise UsageError("There is no such kind of cost.", item=kind, remedy=f"Use one of: {', '.join(KINDS)}.")
    borne: dt.date = day(on_day).day
    with opened_store(settings_from_environment()) as store:
        cost_id = book_cost(
            store, kind=chosen, committee=committee, amount_ore=amount_ore, on_day=borne, text=text
        )  # fmt: skip
    if as_json:
        say_json({"cost": cost_id})
    else:
        say(f"The cost is entered as {cost_id}: {as_kroner(amount_ore, decimals=2)}")


def _hourly(cost_ore: int) -> int:
    if not 0 < cost_ore <= MOST_AN_HOUR_ORE:
        raise UsageError(
            "An hour costs more than 0 øre and no million kroner.",
            item=f"--hourly-cost-ore {cost_ore}",
            remedy="Leave it out for the cost of the settings.",
        )
    return cost_ore


def _set_aside(checked: ContractReport) -> dict[str, int]:
    """Rows left out by table, of the tables that a booking rests on."""
    rows = {name: len(checked.rows_out(name)) for name in RESTS_ON}
    return {name: number for name, number in rows.items() if number}


def _faults(checked: ContractReport) -> list[dict[str, object]]:
    """Each rule that a row of theirs breaks; rows from 0 in file order."""
    return [fault for fault in checked.faults.to_dicts() if fault["table"] in RESTS_ON]


def _document(booked: Booked) -> dict[str, object]:
    return {
        "as_of": f"{booked.as_of}",
        "booking": booked.booking,
        "entries": booked.entries,
        "causes": dict(booked.causes),
        "kept": booked.kept,
        "strange": booked.strange,
        "ledger": booked.ledger_hash,
    }


def _say_booked(booked: Booked) -> None:
    if not booked.booking:
        say(f"Everything known at {booked.as_of} is booked already: nothing was added.")
        return
    say(f"Booking {booked.booking} as of {booked.as_of}: {booked.entries} entries.")
    if booked.causes:
        say_table(("cause", "entries"), sorted(booked.causes.items()))
    if booked.kept:
        say(f"Decisions that the registers no longer have, and that stand as they were told: {booked.kept}")
    if booked.strange:
        say(f"Payments of decisions that were never told, not booked: {booked.strange}")


def _say_explained(found: ExplainedFigure | ExplainedPromise | ExplainedCount) -> None:
    document = found.as_document()
    entries = document["entries"]
    if entries:
        names = [name for name in SHOWN if name in entries[0]]
        say_table([*names, "amount"], [[*(each[name] or "-" for name in names), _amount(each)] for each in entries])
    value = as_kroner(document["value_ore"], decimals=2) if "value_ore" in document else document["value"]
    say(f"{document['text_da']} ({document['figure']}): {value}")
    if "booking" in document:
        stood = document["as_of"] or "-"
        ledger = document["ledger"] or "-"
        say(f"{len(entries)} entries, as of {stood}, booking {document['booking']}, ledger {ledger}")
    else:
        say(f"{len(entries)} promises, as the lists were made")


def _amount(entry: dict[str, int]) -> str:
    return as_kroner(entry["amount_ore"], decimals=2) if "amount_ore" in entry else f"{entry['amount']}"
