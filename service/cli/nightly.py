"""`adressekontrol nightly`, `take-in`: from today's delivery to a released list, and from the list to cases."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import AsJson, AsOfText, Directory, day, existing, settings_from_environment
from service.cli.output import progress, say, say_json
from service.cli.state import opened_store

if TYPE_CHECKING:
    from service.jobs.nightly import NightDone


def nightly(
    directory: Directory,
    as_of: AsOfText,
    hours: Annotated[
        float | None,
        typer.Option("--hours", help="Caseworker hours to fill; default the capacity of the next seven days."),
    ] = None,
    fallback: Annotated[
        str, typer.Option("--fallback", help="How cases are chosen while a stop is in force: random or rules.")
    ] = "random",
    mitigation: Annotated[
        str, typer.Option("--mitigation", help="quota or group_blind, by a recorded approval alone; or none.")
    ] = "none",
    as_json: AsJson = False,
) -> None:
    """Merge, check, rank with the champion, ask the gate, release and take in; safe to run again or twice at once."""
    from service.jobs.night_request import NightRequest
    from service.jobs.nightly import run_night
    from service.random_arm import Seed

    settings = settings_from_environment()
    request = NightRequest(
        directory=existing(directory), as_of=day(as_of), hours=hours, fallback=fallback, mitigation=mitigation,
        seed=Seed(secrets.randbits(63)),
    )  # fmt: skip
    with opened_store(settings) as store, progress("nightly") as report:
        done = run_night(request, settings=settings, store=store, report=report)
    if as_json:
        say_json(done.as_document())
    else:
        _say(done)


def take_in(
    run_id: Annotated[str, typer.Argument(help="run_id of a released list.", metavar="RUN")],
    as_json: AsJson = False,
) -> None:
    """Make cases of a list that was released by hand (gate publish); the same list again changes nothing."""
    from service.jobs.taking_in import take_in_published

    settings = settings_from_environment()
    with opened_store(settings) as store:
        done = take_in_published(store, run_id, settings=settings)
    if as_json:
        say_json(asdict(done))
    else:
        say(f"Cases: {done.taken} new, {done.kept} listed again, {done.expired} gone with the old list.")


def _say(done: NightDone) -> None:
    if done.state == "at_work":
        say("Another process has a night in hand: nothing was done here.")
        return
    if done.state == "already_done":
        say(f"The night {done.night_id} is over already: its list is run {done.run_id}. Nothing was done.")
        return
    cases = done.counts["cases"]
    say(f"The night {done.night_id} is done: run {done.run_id} is released.")
    say(f"Cases: {cases['taken']} new, {cases['kept']} listed again, {cases['expired']} gone with the old list.")
    renewed = done.counts.get("renewed", {"renewed": 0, "newcomers": 0})
    say(f"Open cases with new facts: {renewed['renewed']}, in {renewed['newcomers']} of them a new adult.")
    say(f"Hidden for address protection: {done.counts['hidden']}. Sent on: {done.counts['sent']}.")
