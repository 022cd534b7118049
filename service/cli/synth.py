"""`adressekontrol synth`: an invented town in the form of the register contract. Not in the production image."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from governance.errors import UsageError
from service.cli.options import day, writable
from service.cli.output import progress, say


def synth(
    out: Annotated[Path, typer.Argument(help="Directory to write the town to.", metavar="OUT")],
    persons: Annotated[int, typer.Option("--persons", help="2,000 to 6,000,000.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same town.")],
    start: Annotated[str, typer.Option("--start", help="First day, YYYY-MM-DD.")] = "2020-06-01",
    years: Annotated[int, typer.Option("--years", help="Years of history.")] = 4,
    cases: Annotated[int | None, typer.Option("--cases", help="About how many controls the history holds.")] = None,
    truth_form: Annotated[str, typer.Option("--truth-form", help="Functional form of the planted truth.")] = "mixed",
    discriminate: Annotated[
        bool, typer.Option("--discriminate", help="Plant discrimination in the selection.")
    ] = False,
    drift: Annotated[bool, typer.Option("--drift", help="Let the truth move over the years.")] = False,
) -> None:
    """Make a synthetic town in contract form, with the planted truth beside it in OUT/truth."""
    from governance.benefits import load_catalogue
    from synthetic_data.town import TownPlan, write_town

    try:
        plan = TownPlan(
            persons=persons, seed=seed, start=day(start).day, years=years, cases=cases, truth_form=truth_form,
            discriminate=discriminate, drift=drift,
        )  # fmt: skip
    except ValueError as wrong:
        raise UsageError(str(wrong), item="synth", remedy="Correct the option; see synth --help.") from None
    with progress("synth") as report:
        write_town(
            writable(out), plan, catalogue=load_catalogue().as_rows(),
            report=lambda stage, share: report(f"{stage} {share:.0%}"),
        )  # fmt: skip
    say(f"{persons} invented persons written to {out}")
