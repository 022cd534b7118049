"""`adressekontrol gate promote | publish`: a model and a list before their gates."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from governance.errors import GateClosed
from governance.gate.verdicts import Verdict
from service.cli.options import AsJson, AsOfText, Directory, day, existing, settings_from_environment
from service.cli.output import progress, say, say_json
from service.cli.state import opened_store
from service.cli.verdicts import say_verdict


def promote(
    directory: Directory,
    as_of: AsOfText,
    model: Annotated[str | None, typer.Option("--model", help="NAME/VERSION; default the newest trained.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of samples and intervals.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Judge a model as of the day; when every rule passes it becomes the champion. Exit 13 otherwise."""
    from service.promotion import promote as run_promotion

    settings = settings_from_environment()
    with opened_store(settings) as store, progress("gate promote") as report:
        done = run_promotion(
            existing(directory), as_of=day(as_of), model=model, settings=settings, store=store, seed=seed, report=report
        )
    _say(done.verdict, {"model": done.version, "form": done.form}, as_json=as_json)
    say_unless(as_json, f"{done.version} ranks for real from now on, as {done.form}.")


def publish(
    run_id: Annotated[str, typer.Argument(help="run_id of run.json.", metavar="RUN")],
    as_json: AsJson = False,
) -> None:
    """Judge a list by today; when every rule passes it is released under home/published. Exit 13 otherwise."""
    from service.publication import publish as run_publication

    settings = settings_from_environment()
    with opened_store(settings) as store:
        done = run_publication(run_id, settings=settings, store=store)
    _say(done.verdict, {"run": run_id, "folder": str(done.folder or "")}, as_json=as_json)
    say_unless(as_json, f"Released in {done.folder}.")


def say_unless(as_json: bool, text: str) -> None:
    """A line for a person, where no machine reads."""
    if not as_json:
        say()
        say(text)


def _say(verdict: Verdict, about: dict[str, Any], *, as_json: bool) -> None:
    """The verdict whole; then `GateClosed` when it did not pass."""
    if as_json:
        say_json({"id": verdict.id, **about, **json.loads(verdict.document)})
    else:
        say_verdict(verdict)
    if not verdict.passed:
        closed = "; ".join(
            f"{each.rule}{f' ({each.item})' if each.item else ''}: {each.figure or each.outcome}, limit {each.limit}"
            for each in verdict.failed
        )
        raise GateClosed(
            f"The gate {verdict.gate} stays closed: {closed}.",
            item=verdict.id,
            remedy=f"Read it whole: adressekontrol gate show {verdict.id}",
        )
