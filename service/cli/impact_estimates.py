"""`adressekontrol impact coverage` and `impact power`: what the estimates of the random arm can be trusted with."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer

from governance.errors import UsageError
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import progress, say, say_json, say_table

if TYPE_CHECKING:
    from governance.impact.coverage import CoverageRow

SIZES = (52, 120, 300, 600)
"""One a week; 5 % of 200 controls a month over a year; the pilot before go-live; the pilot with two years and more."""
LEAST_COHORTS, MOST_COHORTS = 20, 20_000
HEADLINE = "horvitz_thompson"


def register(commands: typer.Typer) -> None:
    """Add the commands to those of `adressekontrol impact`."""
    commands.command("coverage")(coverage)
    commands.command("power")(power)


def coverage(
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same figures.")],
    cohorts: Annotated[int, typer.Option("--cohorts", help="Simulated cohorts of each kind and arm size.")] = 400,
    drawn: Annotated[list[int] | None, typer.Option("--drawn", help="Cases that the arm draws; repeat.")] = None,
    details: Annotated[bool, typer.Option("--details", help="Every kind of pool and every estimator.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how often the 95 % intervals of realised saving hold the truth, how far estimates and naive figures lean.

    The draw is the service's own; an arm too small for an honest interval is counted as not estimable.
    """
    from governance.impact.coverage import measure_coverage
    from service.random_arm import Seed, draw, draw_probabilities

    sizes = tuple(drawn or SIZES)
    _require(cohorts, sizes, seed)
    with progress("coverage") as report:
        rows = measure_coverage(
            cohorts=cohorts, sizes=sizes, seed=seed, report=report,
            probabilities=lambda spread, size: draw_probabilities(spread, size=size),
            draw=lambda chance, start: draw(chance, seed=Seed(start)),
        )  # fmt: skip
    if as_json:
        say_json(_document(rows, cohorts=cohorts, seed=seed))
        return
    _say_rows(rows, cohorts, details=details)


def _require(cohorts: int, sizes: tuple[int, ...], seed: int) -> None:
    if not LEAST_COHORTS <= cohorts <= MOST_COHORTS:
        raise UsageError(
            "That is no number of cohorts.", item="--cohorts", remedy=f"Use {LEAST_COHORTS} to {MOST_COHORTS}."
        )
    if any(not 10 <= size <= 2_000 for size in sizes):
        raise UsageError("The invented pools hold no such arm.", item="--drawn", remedy="Use 10 to 2000 cases.")
    if seed < 0:
        raise UsageError("A seed is 0 or more.", item="--seed", remedy="Use a whole number from 0.")


def _say_rows(rows: tuple[CoverageRow, ...], cohorts: int, *, details: bool) -> None:
    say(f"{cohorts} simulated cohorts of each kind of pool and size of the arm; errors in % of the true saving.")
    say("")
    shown = [row for row in rows if details or row.kind == "all" or row.estimator == HEADLINE]
    say_table(
        ("drawn", "pool", "of", "estimator", "told", "not est.", "coverage %", "95 % CI", "below", "above", "error",
         "s.e.", "told error", "s.e.", "verdict"),
        [_cells(row) for row in shown],
    )  # fmt: skip
    say("")
    say("told: cohorts with an interval; not est.: the arm was too small for an honest one, and none is given.")
    say(
        "below, above: % of intervals that the truth lay below and above. naive, promise: no estimates, for comparison."
    )
    say("error: of all cohorts; told error: of the told ones alone, which lean where luck decides on being told.")


def _cells(row: CoverageRow) -> tuple[object, ...]:
    interval = "" if row.coverage_low is None else f"{_percent(row.coverage_low)}-{_percent(row.coverage_high)}"
    return (
        row.drawn, row.kind, row.target, row.estimator, row.told, row.cohorts - row.told, _percent(row.coverage),
        interval, _percent(row.missed_low), _percent(row.missed_high), f"{100 * row.error:+.1f}",
        f"{100 * row.error_se:.1f}", _signed(row.told_error), _percent(row.told_error_se), _verdict(row),
    )  # fmt: skip


def _verdict(row: CoverageRow) -> str:
    if row.estimator in ("naive", "promise"):
        return "biased" if not row.centred else "-"
    outside = "outside 92-98" if row.beyond_chance else "holds within chance"
    held = {True: "holds", False: outside, None: "too few told" if row.told else "not estimable"}[row.holds]
    return held if row.centred else f"{held}, error beyond 2 s.e."


def _signed(share: float | None) -> str:
    return "" if share is None else f"{100 * share:+.1f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _document(rows: tuple[CoverageRow, ...], *, cohorts: int, seed: int) -> dict[str, Any]:
    return {
        "cohorts": cohorts,
        "seed": seed,
        "rows": [dataclasses.asdict(row) | {"holds": row.holds, "centred": row.centred} for row in rows],
    }


def power(
    cases: Annotated[int, typer.Option("--cases", help="Controls that the hours hold in a year.")] = 2_400,
    years: Annotated[int, typer.Option("--years", help="Years of drawing taken together.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Show how large the random arm must be to see a given difference, and what the share in force shows."""
    from governance.impact.power import ArmDesign, build_power_rows

    if not 52 <= cases <= 1_000_000 or not 1 <= years <= 20:
        raise UsageError("That is no year of controls.", item="--cases", remedy="Use 52 or more, and 1 to 20 years.")
    design = ArmDesign(cases_a_year=cases, chosen_share=settings_from_environment().random_share)
    rows = build_power_rows(design, years=years)
    if as_json:
        say_json(
            {"design": dataclasses.asdict(design), "years": years, "rows": [dataclasses.asdict(row) for row in rows]}
        )
        return
    say(f"An arm of {cases} controls a year, {years} year(s) together; differences seen with 80 % probability.")
    say_table(
        ("share %", "drawn", "saving known to +/- %", "seen below % of promise", "seen rise of prevalence, points",
         "costs % of the list", ""),
        [
            (f"{100 * row.share:g}", row.drawn, _percent(row.relative_half_width) or "not estimable",
             _percent(row.detectable_ratio) or "none", _percent(row.detectable_share) or "none",
             _percent(row.cost_share),
             "in force" if row.chosen else "")
            for row in rows
        ],
    )  # fmt: skip
