"""`adressekontrol audit …`: check the log, prove an event, publish a checkpoint, hand the log out, look things up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from governance.errors import AuditLogBroken, UsageError
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say, say_json, say_table
from service.cli.state import opened_store

if TYPE_CHECKING:
    from governance.audit.notes import Checkpoint
    from governance.audit.proving import Consistency, Inclusion
    from governance.store.opening import Store

commands = typer.Typer(no_args_is_help=True, help="Check the audit log, prove an event, publish it and hand it out.")


@commands.command("verify")
def verify(as_json: AsJson = False) -> None:
    """Check every event, stored hash, checkpoint and guard, and the rows of the gates; exit 14 when one is off."""
    from governance.audit.verifying import verify as verify_log
    from governance.gate.logged import require_rows_logged

    with opened_store(settings_from_environment()) as store, store.reading() as connection:
        done = verify_log(connection, store.publisher.directory, store.publisher.key().public)
        require_rows_logged(connection)
        _refuse_overdue(store)
    found: dict[str, Any] = {
        "events": done.size,
        "root": done.root.hex(),
        "checkpoints": done.checkpoints,
        "not_yet_published": done.unpublished,
    }
    if as_json:
        say_json(found)
        return
    say(f"The log holds: {done.size} events, root {done.root.hex()}.")
    say(f"{done.checkpoints} published checkpoints agree; {done.unpublished} events await the next.")


@commands.command("prove")
def prove(
    seq: Annotated[int | None, typer.Argument(help="The number of the event.", metavar="[SEQ]")] = None,
    older: Annotated[
        int | None, typer.Option("--from", help="Size of an older checkpoint that is continued.", metavar="SIZE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that an event is under the newest checkpoint, or that the newest checkpoint continues an older one."""
    from governance.audit.proving import prove_consistency, prove_inclusion

    if (seq is None) == (older is None):
        raise UsageError("Name either an event or --from.", item="SEQ", remedy="For example: audit prove 17")
    with opened_store(settings_from_environment()) as store, store.reading() as connection:
        newest = _newest(store)
        proof = (
            prove_inclusion(connection, seq, newest)
            if seq is not None
            else prove_consistency(connection, older or 0, newest)
        )
        note = store.publisher.note(newest.size)
    document = _proof_document(proof, note)
    if as_json:
        say_json(document)
        return
    for name, value in document.items():
        say(f"{name}: {value}" if not isinstance(value, list) else "\n".join([f"{name}:", *value]))


def _refuse_overdue(store: Store) -> None:
    if store.overdue():
        raise AuditLogBroken(
            "Events await a checkpoint for longer than they may: a command was killed, or checkpoints were taken away.",
            item=f"events after {store.publisher.size}",
            remedy="Compare with checkpoints kept elsewhere (audit prove --from SIZE), then run: audit checkpoint",
        )


def _newest(store: Store) -> Checkpoint:
    newest = store.publisher.newest()
    if newest is None:
        raise UsageError(
            "No checkpoint has been published.", item="audit log", remedy="Run adressekontrol audit checkpoint first."
        )
    return newest


def _proof_document(proof: Inclusion | Consistency, note: str) -> dict[str, Any]:
    """The proof with hashes in hexadecimal, nearest first, and the signed checkpoint that it leads to."""
    return {**{name: _shown(name, value) for name, value in vars(proof).items()}, "checkpoint": note}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return [each.hex() for each in value]
    if isinstance(value, bytes):
        return value.decode() if name == "leaf" else value.hex()
    return value


@commands.command("checkpoint")
def checkpoint(as_json: AsJson = False) -> None:
    """Sign the log as it stands and publish the checkpoint as a file outside the database."""
    from governance.audit.publishing import file_name

    with opened_store(settings_from_environment()) as store:
        done = store.publish()
        if done is None:
            raise UsageError("The log is empty.", item="audit log", remedy="There is nothing to sign yet.")
        found = {
            "events": done.size,
            "root": done.root.hex(),
            "file": str(store.publisher.directory / file_name(done.size)),
            "key": str(store.publisher.key().public),
        }
    if as_json:
        say_json(found)
        return
    say(f"{found['events']} events, root {found['root']}")
    say(f"published in {found['file']}")
    say(f"to be checked with the key {found['key']}")


@commands.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", help="A new directory for the log.", metavar="DIR")],
    as_json: AsJson = False,
) -> None:
    """Hand the log out: every event, the newest checkpoint and the public key; this is an event too."""
    from governance.audit.export import CHECKPOINT_FILE, EVENTS_FILE, KEY_FILE, export_log

    with opened_store(settings_from_environment()) as store:
        done = export_log(store, out)
    if as_json:
        say_json({"events": done.checkpoint.size, "root": done.checkpoint.root.hex(), "out": str(out)})
        return
    say(f"{done.checkpoint.size} events written to {out}. Whoever gets them checks with:")
    say(f"  python verify_audit.py {out / EVENTS_FILE} {out / CHECKPOINT_FILE} {out / KEY_FILE}")


@commands.command("log")
def log(
    action: Annotated[str | None, typer.Option("--action", help="Only events of this action.", metavar="A")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only events on this subject.", metavar="S")] = None,
    last: Annotated[int, typer.Option("--last", help="How many, newest first.", metavar="N", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Show events, newest first: who did what when, on what."""
    from governance.audit.actions import ACTIONS
    from governance.audit.search import search

    with opened_store(settings_from_environment()) as store, store.reading() as connection:
        events = search(connection, action=action, subject=subject, last=last)
    if as_json:
        say_json([{**vars(event), "details": json.loads(event.details)} for event in events])
        return
    rows = [
        (event.seq, event.at, event.actor, ACTIONS[event.action].text_da, event.subject, event.details)
        for event in events
    ]
    say_table(("seq", "at", "actor", "action", "subject", "details"), rows)
