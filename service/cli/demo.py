"""`adressekontrol demo`: a town, a model, a list, the service on it, and what to look at next."""

from __future__ import annotations

import secrets
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.evaluation import say_evaluation
from service.cli.options import settings_from_environment
from service.cli.output import progress, say
from service.cli.state import opened_store
from service.cli.verdicts import answer

if TYPE_CHECKING:
    from governance.settings import Settings
    from service.demo import Demonstration

ROWS_SHOWN = 10
WIDTH = 110
TO_TRY = (
    ("Anna, caseworker", "take the first case of the list, assess it, record a fact, open it, write the letters"),
    ("Bo, caseworker", "be the second pair of eyes on what Anna proposes"),
    ("Birgit, BUF", "see only cases in which BUF has a stake, and break the glass to another"),
    ("Lene, team leader", "give hours to the weeks and cases to colleagues"),
    ("Dorte, DPO", "see who saw whom, rebuild a place on the list, verify the log, veto a case, press stop"),
    ("Erik, evaluator", "see effects, gates, fairness and records, never a person; ask for a workbook"),
    ("Eva, evaluator", "be the second evaluator, who lets a workbook out"),
)


def demo(
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages at the end, or stop.")] = True,
    history: Annotated[
        bool,
        typer.Option(
            "--history", help="For evaluators: two years of earlier lists first; the model may then not pass."
        ),
    ] = False,
) -> None:
    """Make an invented town, train, rank, ask the gates, show the first ten places, and serve the list."""
    from service.demo import demonstration_settings, run_demonstration
    from service.random_arm import Seed
    from service.serving import require_free, serve_until_stopped

    folder = settings_from_environment().home / "demo"
    settings = demonstration_settings(settings_from_environment(), folder)
    if serving:
        require_free(settings)
    with opened_store(settings) as store:
        with progress("demo") as report:
            shown = run_demonstration(
                folder,
                settings=settings,
                store=store,
                seed=1,
                draw=Seed(secrets.randbits(63)),
                report=report,
                history=history,
            )
        say_demonstration(shown)
        if serving:
            _say_who(settings)
            serve_until_stopped(settings, store, demo=True)


def _say_who(settings: Settings) -> None:
    """Where the pages are and what each of the invented colleagues may try."""
    say()
    say(f"The service runs on {settings.public_url} until you press Ctrl-C; nobody needs a password.")
    for who, what in TO_TRY:
        say(textwrap.fill(what, WIDTH, initial_indent=f"  {who:<20}", subsequent_indent=" " * 22))


def say_demonstration(shown: Demonstration) -> None:
    """The first places of the list, how good the model is, and what to look at next."""
    _say_list(shown)
    say()
    say_evaluation(shown.training)
    say()
    _say_gates(shown)
    _say_next(shown)


def _say_gates(shown: Demonstration) -> None:
    verdicts = [shown.promotion.verdict] + ([shown.publication.verdict] if shown.publication else [])
    for verdict in verdicts:
        asked = len(verdict.judged)
        say(f"{verdict.id}: the gate {verdict.gate} {answer(verdict)} for {verdict.subject}, after {asked} findings")
        for each in (*verdict.failed, *verdict.alarms):
            say(f"    {each.outcome}: {each.rule} {each.item} {each.figure} (limit {each.limit})")
    if shown.publication is not None and shown.publication.folder is not None:
        say(f"The list was released in {shown.publication.folder}.")
    else:
        say("The list was not released.")
    if shown.intake is not None:
        say(f"{shown.intake.taken} cases of it wait for the caseworkers.")


def _say_list(shown: Demonstration) -> None:
    say(f"De første {ROWS_SHOWN} sager på listen pr. {shown.as_of} (listen er {shown.run.record['approval']})")
    for row in shown.run.rows.head(ROWS_SHOWN).iter_rows(named=True):
        say()
        say(f"{row['rank']:>2}. adresse {row['address_id']}")
        for title, text in (("taler for:  ", row["reasons_for"]), ("taler imod: ", row["reasons_against"])):
            for reason in text.split(" | "):
                say(textwrap.fill(reason, WIDTH, initial_indent=f"    {title}", subsequent_indent=" " * 16))
    say()
    say("En plads på listen er ikke en mistanke: et menneske vurderer først, om der er grundlag for at åbne en sag.")


def _say_next(shown: Demonstration) -> None:
    address = shown.run.rows["address_id"][0]
    say()
    say("What to do next")
    say(f"  the list as caseworkers get it:  {shown.out / 'worklist.csv'}")
    say(f"  the list as evaluators get it:   {shown.out / 'worklist.parquet'}")
    say(f"  how the run can be repeated:     {shown.out / 'run.json'}")
    state = f"ADRESSEKONTROL_HOME={shown.town.parent / 'state'} ADRESSEKONTROL_INVENTED_DAY={shown.as_of}"
    run = shown.run.record["run_id"]
    say(f"  place 1 rebuilt from the log:    {state} adressekontrol replay {run} 1")
    say(f"  the verdict, rule by rule:       {state} adressekontrol gate show {shown.promotion.verdict.id}")
    say(f"  the audit log:                   {state} adressekontrol audit verify")
    explain = f"adressekontrol features explain {shown.town} {address} --as-of {shown.as_of}"
    say(f"  the rows behind place 1:         {explain}")
    say("  your own registers:              docs/registers.md, then adressekontrol registers check DIR --as-of D")
