"""`adressekontrol gate promote | publish`: a model and a list before their gates."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from governance.errors import GateClosed
from governance.gate.verdicts import Verdict
from service.cli.options import AsJson, AsOfText, Directory, day, existing, settings_from_environment
from service.cli.output import progress, say, say_json, say_table
from service.cli.state import opened_store
from service.cli.verdicts import say_verdict

NOT_KNOWN = ""


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


def fairness(
    run_id: Annotated[str, typer.Argument(help="run_id of run.json.", metavar="RUN")],
    as_json: AsJson = False,
) -> None:
    """Who bears a list: the ten figures of `adressekontrol fairness` by group, as measured when the list was made."""
    from service.run_fairness import load_run_fairness

    settings = settings_from_environment()
    with opened_store(settings) as store, store.reading() as connection:
        document = load_run_fairness(settings, connection, run_id)
    if as_json:
        say_json(document)
        return
    for column, groups in document["groups"].items():
        rows = [
            (value, name, *_figure(told)) for value, each in groups.items() for name, told in each["metrics"].items()
        ]
        say_table((column, "metric", "value", "95 % interval"), [row for row in rows if row[2] != NOT_KNOWN])
        say()
    for note in document["notes"]:
        say(f"- {note}")


def _figure(told: dict[str, float | None]) -> tuple[str, str]:
    ends = [told["low"], told["high"]]
    if told["value"] is None:
        return NOT_KNOWN, ""
    return f"{told['value']:.4f}", " to ".join("unbounded" if end is None else f"{end:.4f}" for end in ends)


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
