"""`adressekontrol outbox …`: what waits to leave the house, and the sweep that sends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from governance.errors import DataContractError
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say, say_json, say_table
from service.cli.state import opened_store

commands = typer.Typer(no_args_is_help=True, help="What leaves the house: decisions, letters, notes to the journal.")


@commands.command("send")
def send(as_json: AsJson = False) -> None:
    """Take in the receipts that have come, and send everything that has none; 11 when something could not be."""
    from service.outbox.sweeping import sweep

    settings = settings_from_environment()
    with opened_store(settings) as store:
        swept = sweep(store, settings)
    if as_json:
        say_json(asdict(swept))
    else:
        say(f"Sent {swept.sent}; accepted {swept.accepted}, refused {swept.refused}; waiting {swept.waiting}.")
    _refuse_left(
        swept.unreadable, "receipts cannot be read", "Have the receiver write them anew, as docs/outbox.md says."
    )
    _refuse_left(swept.unsendable, "items cannot be sent", "Import the newest file of identities, and send again.")


def _refuse_left(names: Sequence[str], what: str, remedy: str) -> None:
    """Everything else was done: what could not be is an error all the same."""
    if names:
        raise DataContractError(f"{len(names)} {what}.", item=", ".join(names[:5]), remedy=remedy)


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
