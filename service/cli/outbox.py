"""`adressekontrol outbox …`: what waits to leave the house, and the sweep that sends it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from governance.errors import DataContractError
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say, say_json, say_table
from service.cli.state import opened_store

commands = typer.Typer(no_args_is_help=True, help="What leaves the house: decisions, letters, notes to the journal.")


@commands.command("send")
def send(as_json: AsJson = False) -> None:
    """Take in the receipts that have come, and send everything that has none; 11 when a receipt cannot be read."""
    from service.outbox.sweeping import sweep

    settings = settings_from_environment()
    with opened_store(settings) as store:
        swept = sweep(store, settings)
    if as_json:
        say_json(asdict(swept))
    else:
        say(f"Sent {swept.sent}; accepted {swept.accepted}, refused {swept.refused}; waiting {swept.waiting}.")
    if swept.unreadable:
        raise DataContractError(
            f"{len(swept.unreadable)} receipts cannot be read.",
            item=", ".join(swept.unreadable[:5]),
            remedy="Have the receiver write them anew, as docs/outbox.md says; the items wait meanwhile.",
        )


@commands.command("status")
def status(as_json: AsJson = False) -> None:
    """How many items of each kind are queued, sent, accepted and refused, and which were refused or wait for long."""
    from service.outbox.standing import outbox_status

    settings = settings_from_environment()
    with opened_store(settings) as store, store.reading() as connection:
        found = outbox_status(connection)
    if as_json:
        say_json(asdict(found))
        return
    say_table(("kind", "queued", "sent", "accepted", "refused"), [row.as_cells() for row in found.kinds])
    for item in found.refused:
        say(f"refused: {item}")
