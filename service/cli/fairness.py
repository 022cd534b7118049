"""`adressekontrol fairness FILE`: figures by group of any decisions table, for whoever wants to check us or others.

A calculator on the caller's own file: it reads no register, keeps nothing, needs no home and leaves no audit event.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import AsJson
from service.cli.output import say, say_json, say_table

if TYPE_CHECKING:
    from governance.fairness import Estimate, FairnessReport, GroupFigures

NOT_SHOWN = "not shown"


def fairness(
    file: Annotated[Path, typer.Argument(help="Table of decisions, CSV or Parquet.", metavar="FILE")],
    group: Annotated[list[str], typer.Option("--group", help="Column of groups; repeat it for more.", metavar="COL")],
    reference: Annotated[
        str | None, typer.Option("--reference", help="Group that ratios are to.", metavar="VALUE")
    ] = None,
    min_cell: Annotated[int, typer.Option("--min-cell", help="Smallest group shown, in rows.", metavar="N")] = 10,
    intersections: Annotated[
        bool, typer.Option("--intersections", help="Also every combination of the group columns.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure selection and errors by group, with intervals; groups too small to show are not shown.

    Without --reference the ratios are to the largest group of each column. The exit code is 0 whatever the disparity.
    """
    from governance.fairness import load_decisions, measure

    report = measure(
        load_decisions(file), groups=group, reference=reference, min_cell=min_cell, intersections=intersections
    )
    if as_json:
        say_json(report.as_document())
    else:
        _say_report(report)


def _say_report(report: FairnessReport) -> None:
    for column, groups in report.groups.items():
        say_table((column, "n"), [(value, _rows(figures)) for value, figures in groups.items()])
        say()
        say_table(
            (column, "metric", "value", "95 % interval", "ratio to reference", "95 % interval"),
            [row for value, figures in groups.items() for row in _metric_rows(value, figures)],
        )
        say()
    for note in report.notes:
        say(f"- {note}")


def _rows(figures: GroupFigures) -> str:
    return NOT_SHOWN if figures.n is None else str(figures.n)


def _metric_rows(value: str, figures: GroupFigures) -> list[tuple[str, ...]]:
    if figures.suppressed:
        return [(value, "all", NOT_SHOWN) + ("",) * 3]
    return [
        (value, name, *_shown(estimate), *_shown(figures.ratios[name])) for name, estimate in figures.metrics.items()
    ]


def _shown(estimate: Estimate) -> tuple[str, str]:
    if estimate.value is None:
        return "not known", ""
    return f"{estimate.value:.4f}", f"{_end(estimate.low)} to {_end(estimate.high)}"


def _end(number: float | None) -> str:
    return "unbounded" if number is None else f"{number:.4f}"
