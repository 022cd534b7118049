"""`adressekontrol db …`: bring the database to this program's release or back, keep a backup and put it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from governance.errors import UsageError
from service.cli.options import AsJson, environment, settings_from_environment
from service.cli.output import say, say_json
from service.cli.state import clock_of, opened_store, operator_of, store_as_it_stands

if TYPE_CHECKING:
    from governance.settings import Settings
    from governance.store.opening import Store

BackupFile = Annotated[Path, typer.Argument(help="The file of the backup.", metavar="FILE")]

commands = typer.Typer(no_args_is_help=True, help="Bring the database up to date, back it up and put it back.")


@commands.command("status")
def status(as_json: AsJson = False) -> None:
    """Show at which migration the database stands, and which are to come."""
    from governance.store.upgrading import current, head, pending

    with store_as_it_stands(settings_from_environment()) as store, store.reading() as connection:
        found = {"current": current(connection), "head": head(), "pending": pending(connection)}
    if as_json:
        say_json(found)
        return
    say(f"The database stands at {found['current'] or 'no migration'}, this program works on {found['head']}.")
    say("Nothing is to be done." if not found["pending"] else f"To come: {', '.join(found['pending'])}.")


@commands.command("upgrade")
def upgrade(as_json: AsJson = False) -> None:
    """Bring the database to this program's release, in one transaction; nothing happens when it is there already."""
    with store_as_it_stands(settings_from_environment()) as store:
        done = _upgraded(store)
    if as_json:
        say_json({"done": done})
        return
    say(f"Migrations run: {', '.join(done)}." if done else "The database is up to date.")


def _upgraded(store: Store) -> list[str]:
    """The migrations that were run, in one act; no act where none was to be run."""
    from governance.store.upgrading import current, pending, upgrade_within

    with store.reading() as connection:
        if not pending(connection):
            return []
    with store.act("database.upgraded") as act:
        before = current(act.connection)
        done = upgrade_within(act.connection)
        act.subject = current(act.connection) or ""
        act.add(migrations=done, before=before)
    return done


@commands.command("downgrade")
def downgrade(
    revision: Annotated[str, typer.Argument(help="The migration to go back to.", metavar="REVISION")],
    drop_rows: Annotated[
        bool, typer.Option("--drop-rows", help="Remove what the newer tables hold. It does not come back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take the database back to an older release, of which the program then has to be run; refused where rows go."""
    with store_as_it_stands(settings_from_environment()) as store:
        undone, lost = _downgraded(store, revision, drop_rows=drop_rows)
    if as_json:
        say_json({"undone": undone, "rows_lost": lost})
        return
    say(f"Migrations undone: {', '.join(undone)}." if undone else "The database stands there already.")
    say(f"Run the program of the release that works on {revision}.")


def _downgraded(store: Store, revision: str, *, drop_rows: bool) -> tuple[list[str], dict[str, int]]:
    """The migrations undone and the rows lost by table, in one act; no act where nothing was to be undone."""
    from governance.store.upgrading import EMPTY, downgrade_within, rows_lost, undone_by

    if revision == EMPTY:
        raise UsageError("The first migration holds the audit log.", item=revision, remedy="Name a later one.")
    with store.reading() as connection:
        if not undone_by(connection, revision):
            return [], {}
    with store.act("database.downgraded", subject=revision) as act:
        lost = rows_lost(act.connection, revision)
        if lost and not drop_rows:
            raise UsageError(
                f"Rows would be lost: {', '.join(f'{table} ({count})' for table, count in lost.items())}.",
                item=revision,
                remedy="Take a backup (adressekontrol db backup), then add --drop-rows.",
            )
        undone = downgrade_within(act.connection, revision)
        act.add(migrations=undone, rows_lost=lost)
    return undone, lost


@commands.command("grant")
def grant(
    role: Annotated[str, typer.Argument(help="A role of PostgreSQL that does not own the tables.", metavar="ROLE")],
) -> None:
    """Let a role of PostgreSQL do the product's work without being able to undo what the log rests on."""
    from governance.store.granting import allow_working

    with opened_store(settings_from_environment()) as store, store.act("database.granted", subject=role) as act:
        allow_working(act.connection, role)
    say(f"{role} may do the work. Tables are changed by their owner alone: adressekontrol db upgrade.")


@commands.command("backup")
def backup(
    file: BackupFile,
    without_registers: Annotated[
        bool, typer.Option("--without-registers", help="Leave out the registers kept for replays.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write everything to one file while others work: database, keys, checkpoints, runs, lists, models, registers.

    Whoever has the file has everything: keep it as the keys are kept.
    """
    from governance.store.backup import back_up

    with store_as_it_stands(settings_from_environment()) as store:
        done = back_up(store, file, environment=environment(), with_registers=not without_registers)
    if as_json:
        say_json(vars(done))
        return
    say(f"{done.events} events and everything with them are in {done.file} ({done.size_bytes} bytes).")
    say(f"sha256: {done.sha256}")
    if done.left_out:
        say(f"Not in it, to be kept by other means: {', '.join(done.left_out)}.")


@commands.command("restore")
def restore(
    file: BackupFile,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="Restore to another home directory; its models are not found there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup back where nothing is yet, verify its log, and let go again of what retention had removed since."""
    from governance.store.restoring import restore as restore_backup

    settings = settings_from_environment()
    done = restore_backup(
        settings, file, clock=clock_of(settings), actor=operator_of(settings), environment=environment(),
        elsewhere=elsewhere,
    )  # fmt: skip
    _let_go(settings)
    if as_json:
        say_json(vars(done))
        return
    say(f"The log holds: {done.events} events, as of {done.made_at}. What was done since is not in it.")


def _let_go(settings: Settings) -> None:
    """An older backup brings back what has been let go since."""
    from service.jobs.retention import retain

    with opened_store(settings) as store:
        retain(store, settings)
