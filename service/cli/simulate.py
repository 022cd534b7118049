"""`adressekontrol simulate`: the closed loop on invented towns. Not in the production image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from governance.errors import UsageError
from service.cli.options import settings_from_environment, writable
from service.cli.output import progress, say, say_json, say_table

if TYPE_CHECKING:
    from service.impact.simulate.plan import SimulationPlan
    from service.impact.simulate.summary import Summary

MOST_WORKERS = 16


def simulate(
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same figures.")],
    quarters: Annotated[int, typer.Option("--quarters", help="Quarters that each policy steers.")] = 20,
    worlds: Annotated[int, typer.Option("--worlds", help="Invented towns, each with a truth of its own.")] = 10,
    arm: Annotated[
        list[float] | None, typer.Option("--arm", help="Share of the hours drawn at random; repeat for more.")
    ] = None,
    persons: Annotated[int, typer.Option("--persons", help="Persons in each town, 2,000 to 25,000.")] = 24_000,
    controls: Annotated[int, typer.Option("--controls", help="About how many cases a quarter's hours hold.")] = 200,
    history_cases: Annotated[
        int, typer.Option("--history-cases", help="About how many controls were opened before the handover.")
    ] = 1_150,
    redraws: Annotated[
        int, typer.Option("--redraws", help="Draw each arm's years again so often from fixed savings; 0: not at all.")
    ] = 0,
    workers: Annotated[int, typer.Option("--workers", help="Processes, a world each.")] = 2,
    out: Annotated[Path | None, typer.Option("--out", help="Directory for simulation.json with every row.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Let the product and its rivals steer invented towns for years, and hold their lists and estimates to the truth.

    The defaults take about half an hour of CPU: 10 worlds of 5 policies and 20 quarters each.
    """
    from service.impact.simulate.plan import DEFAULT_ARMS, SimulationPlan
    from service.impact.simulate.running import run_worlds
    from service.impact.simulate.shown import document
    from service.impact.simulate.summary import build_summary

    plan = SimulationPlan(
        seed=seed, quarters=quarters, worlds=worlds, arms=tuple(arm or DEFAULT_ARMS), persons=persons,
        controls=controls, history_cases=history_cases, redraws=redraws,
    )  # fmt: skip
    _require_workers(workers)
    folder = writable(out) if out else None
    with progress("simulate") as report:
        found = run_worlds(plan, settings=settings_from_environment(), workers=workers, report=report)
    summary = build_summary(found)
    whole = document(plan, summary, found)
    if folder:
        _write(folder, whole)
    if as_json:
        say_json(whole)
        return
    _say_summary(plan, summary)


def _require_workers(workers: int) -> None:
    if not 1 <= workers <= MOST_WORKERS:
        raise UsageError("That is no number of processes.", item="--workers", remedy=f"Use 1 to {MOST_WORKERS}.")


def _write(folder: Path, whole: object) -> None:
    import json

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "simulation.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _say_summary(plan: SimulationPlan, summary: Summary) -> None:
    from service.impact.simulate.shown import build_tables, model_size

    cost = summary.cpu_seconds
    size = f"{_counted(plan.worlds, 'world')} of {plan.persons} persons, {_counted(plan.quarters, 'quarter')}"
    say(f"{size} of about {plan.controls} controls, seed {plan.seed}")
    say(f"The model: {model_size()}")
    say(f"CPU seconds a world: {min(cost):.0f} to {max(cost):.0f}, {sum(cost):.0f} in all")
    for table in build_tables(summary):
        say(f"\n{table.title}. {table.note}\n")
        say_table(table.header, table.rows)


def _counted(number: int, of: str) -> str:
    return f"{number} {of}" if number == 1 else f"{number} {of}s"
