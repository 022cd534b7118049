"""`adressekontrol train` and `rank`: the line from registers to an explained worklist."""

from __future__ import annotations

import dataclasses
import secrets
from pathlib import Path
from typing import Annotated

import typer

from service.cli.evaluation import say_evaluation, training_document
from service.cli.options import (
    AsJson,
    AsOfText,
    ByBenefit,
    ByFeature,
    Directory,
    day,
    existing,
    settings_from_environment,
    writable,
)
from service.cli.output import progress, say, say_json, say_left_out, say_table
from service.cli.state import opened_store

HourlyCost = Annotated[
    int | None, typer.Option("--hourly-cost-ore", help="Cost of a caseworker hour in øre; default from the settings.")
]

Mitigation = Annotated[
    str,
    typer.Option(
        "--mitigation", help="quota or group_blind evens out needless controls, by a recorded approval alone; or none."
    ),
]


def train(
    directory: Directory,
    as_of: AsOfText,
    seed: Annotated[int, typer.Option("--seed", help="Seed of bags and folds.")] = 1,
    evaluate: Annotated[bool, typer.Option(help="Judge against the baselines on later cases.")] = True,
    feature: ByFeature = None,
    as_json: AsJson = False,
) -> None:
    """Train on what was known at the day, judge against the baselines, register the model."""
    from service.training_run import train_on_record

    settings = settings_from_environment()
    with opened_store(settings) as store, progress("train") as report:
        done = train_on_record(
            existing(directory), as_of=day(as_of), settings=settings, store=store, seed=seed, report=report,
            judge=evaluate, features=tuple(feature or ()),
        )  # fmt: skip
    if as_json:
        say_json(training_document(done))
        return
    say(f"Model {done.registered.version}: {done.labels.cases.height} closed cases, {done.hits} with a finding.")
    say_table(("cases not used", "number"), list(done.labels.unused.items()))
    say_left_out(done.left_out)
    say_evaluation(done)
    say("Every list made with it is marked 'ikke godkendt' until it is released:")
    say(f"adressekontrol gate promote DIR --as-of {as_of} --model {done.registered.version}, then gate publish RUN")


def rank(
    directory: Directory,
    as_of: AsOfText,
    hours: Annotated[float, typer.Option("--hours", help="Caseworker hours to fill.", metavar="H")],
    out: Annotated[Path, typer.Option("--out", help="Directory for worklist.parquet, worklist.csv, run.json.")],
    every: Annotated[bool, typer.Option("--all", help="Every candidate, by the model alone: not for use.")] = False,
    model: Annotated[str | None, typer.Option("--model", help="NAME@ALIAS; default the newest trained.")] = None,
    random_share: Annotated[
        float | None, typer.Option("--random-share", help="Share of hours drawn at random.")
    ] = None,
    hourly_cost_ore: HourlyCost = None,
    benefit: ByBenefit = None,
    fallback: Annotated[
        str, typer.Option("--fallback", help="How cases are chosen while a stop is in force: random or rules.")
    ] = "random",
    mitigation: Mitigation = "none",
    as_json: AsJson = False,
) -> None:
    """Rank the candidates by expected net saving per hour, fill the hours, explain every place."""
    from service.random_arm import Seed
    from service.rank import rank as run_ranking
    from service.rank_request import RankRequest

    settings = settings_from_environment()
    if hourly_cost_ore is not None:
        settings = dataclasses.replace(settings, hourly_cost_ore=hourly_cost_ore)
    request = RankRequest(
        directory=existing(directory), as_of=day(as_of), hours=hours, out=writable(out),
        every_candidate=every, model=model,
        random_share=settings.random_share if random_share is None else random_share,
        seed=Seed(secrets.randbits(63)), benefits=tuple(benefit or ()), fallback=fallback, mitigation=mitigation,
    )  # fmt: skip
    with opened_store(settings) as store, progress("rank") as report:
        done = run_ranking(request, settings=settings, store=store, report=report)
    if as_json:
        say_json(done.record)
        return
    if "stopped_by" in done.record:
        say(f"The system is stopped by the {done.record['stopped_by']}: this list was made without the model,")
        say(f"by the fallback '{done.record['fallback']}', and every row says so.")
    listed, candidates, approval = (done.record[name] for name in ("listed", "candidates", "approval"))
    say(f"{listed} of {candidates} candidates listed in {out} ({approval}).")
    _say_mitigated(done.record["mitigated"])
    say_table(("left out because", "addresses"), list(done.excluded.items()))
    left_out = done.record["left_out"]
    say_left_out(left_out if isinstance(left_out, list) else [])
    if not every:
        say(f"To have it released: adressekontrol gate publish {done.record['run_id']}")


def _say_mitigated(done: object) -> None:
    """What the mitigation did and what it costs; nothing where there was none."""
    if not isinstance(done, dict):
        return
    before, after = (_shown(done[name]) for name in ("ratio_before", "ratio_after"))
    say(f"Mitigation '{done['kind']}' by {done['approval']}: the highest innocent-control ratio of a group went from")
    say(f"{before} to {after} (cap {done['cap']:.2f}). Its price, for the same hours: {done['price_ore']:,} øre of")
    say(f"{done['expected_net_before_ore']:,} øre expected net saving of the cases listed by priority.")


def _shown(ratio: float | None) -> str:
    return "not measured" if ratio is None else f"{ratio:.2f}"
