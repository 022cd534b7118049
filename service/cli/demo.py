"""`adressekontrol demo`: a town, a model, a list, and what to look at next."""

from __future__ import annotations

import secrets
import textwrap
from typing import TYPE_CHECKING

from service.cli.evaluation import say_evaluation
from service.cli.options import settings_from_environment
from service.cli.output import progress, say
from service.cli.state import opened_store

if TYPE_CHECKING:
    from service.demo import Demonstration

ROWS_SHOWN = 10
WIDTH = 110


def demo() -> None:
    """Make an invented town, train, rank, and show the first ten places of the list with their reasons."""
    from service.demo import run_demonstration
    from service.random_arm import Seed

    settings = settings_from_environment()
    with opened_store(settings) as store, progress("demo") as report:
        shown = run_demonstration(
            settings.home / "demo", settings=settings, store=store, seed=1, draw=Seed(secrets.randbits(63)),
            report=report,
        )  # fmt: skip
    say_demonstration(shown)


def say_demonstration(shown: Demonstration) -> None:
    """The first places of the list, how good the model is, and what to look at next."""
    _say_list(shown)
    say()
    say_evaluation(shown.training)
    _say_next(shown)


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
    explain = f"adressekontrol features explain {shown.town} {address} --as-of {shown.as_of}"
    say(f"  the rows behind place 1:         {explain}")
    say("  your own registers:              docs/registers.md, then adressekontrol registers check DIR --as-of D")
