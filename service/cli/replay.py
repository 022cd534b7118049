"""`adressekontrol replay RUN CASE`: does an old decision still come out the same, and what was it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.options import AsJson, existing, settings_from_environment
from service.cli.output import progress, say, say_json, say_table
from service.cli.state import opened_store

if TYPE_CHECKING:
    from service.replay import Replayed

SHOWN_HEX = 16


def replay(
    run_id: Annotated[str, typer.Argument(help="The run_id in the list's run.json.", metavar="RUN")],
    case: Annotated[str, typer.Argument(help="Place on the list, address, or pseudonym of the case.", metavar="CASE")],
    registers: Annotated[
        Path | None, typer.Option("--registers", help="Today's registers instead of those kept with the run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild one old decision from data as known then and compare every hash; each replay leaves one event."""
    from service.replay import refusal
    from service.replay import replay as run_replay

    settings = settings_from_environment()
    directory = None if registers is None else existing(registers)
    with opened_store(settings) as store, progress("replay") as report:
        done = run_replay(run_id, case, settings=settings, store=store, report=report, registers=directory)
    if as_json:
        say_json(replay_document(done))
    else:
        _say(done)
    wrong = refusal(done)
    if wrong is not None:
        raise wrong


def replay_document(done: Replayed) -> dict[str, Any]:
    """The result as one JSON document; `rebuilt` holds features, score and explanation of a pseudonym."""
    return {
        "run_id": done.run_id,
        "place": done.place,
        "case": done.case,
        "as_of": str(done.as_of),
        "model_version": done.model_version,
        "registers": done.route,
        "identical": not done.differing,
        "differing": list(done.differing),
        "hashes": {
            part: {"kept": getattr(done.kept, part), "rebuilt": getattr(done.rebuilt, part)} for part in vars(done.kept)
        },
        "rebuilt": done.document,
    }


def _say(done: Replayed) -> None:
    say(f"Run {done.run_id}, place {done.place}, case {done.case}: as of {done.as_of}, model {done.model_version},")
    say(f"from {'the registers kept with the run' if done.route == 'kept' else 'the registers given'}.")
    say_table(
        ("part", "kept", "rebuilt", "identical"),
        [
            (part, kept[:SHOWN_HEX], getattr(done.rebuilt, part)[:SHOWN_HEX], "no" if part in done.differing else "yes")
            for part, kept in vars(done.kept).items()
        ],
    )
    explanation = done.document.get("explanation", {"for": [], "against": []})
    for side, title in (("for", "taler for:"), ("against", "taler imod:")):
        for sentence in explanation[side]:
            say(f"{title} {sentence}")
