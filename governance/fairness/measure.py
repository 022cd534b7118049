"""One fairness run: a decisions table in, a report out.

Must not know where the table came from or what the figures are used for; no figure of a group that the disclosure
rules hide ever leaves here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.disclosure import suppressed_cells
from governance.errors import UsageError
from governance.fairness.decisions import MISSING, Decisions, group_column, type_decisions
from governance.fairness.intervals import RESAMPLES, Floats, bounded_ratio, divided, wilson_limits
from governance.fairness.labels import crossed_label, crossed_name
from governance.fairness.metrics import METRICS, NAMES, REPRESENTATION, effective_rows, figures, unknowable
from governance.fairness.notes import build_notes
from governance.fairness.report import NOT_SHOWN, Estimate, FairnessReport, GroupFigures, make_estimate
from governance.fairness.second_route import require_agreement
from governance.fairness.tallies import Cells, Places, build_cells, resample, rows_of_groups, tally

MIN_CELL = 10
SEED = 20200123
MOST_VALUES = 2000
Limits = tuple[Floats, Floats, Floats]


def measure(
    decisions: pl.DataFrame,
    *,
    groups: Sequence[str],
    reference: str | None = None,
    min_cell: int = MIN_CELL,
    intersections: bool = False,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> FairnessReport:
    """Every metric by group column and value, with intervals and ratios to the reference; small cells are not shown.

    `decisions` has `selected` and `hit`, perhaps `channel`, `selection_probability` and `score`, and the columns named
    in `groups`. `UsageError` for a column or reference that is not there, `DataContractError` for cells that are not
    what their column holds.
    """
    if min_cell < 0:
        raise UsageError("A cell cannot hold fewer than no rows.", item="--min-cell", remedy="Give 0 or more.")
    typed = type_decisions(decisions, groups=groups)
    rows, partitions = _partitions(typed, intersections=intersections)
    labels = {name: sorted(rows[group_column(name)].unique().to_list()) for name in partitions}
    _require_reference(labels, reference)
    hidden = _hidden(rows, partitions, min_cell=min_cell)
    columns = {
        name: _column(rows, name, values, hidden[name], reference, _Resampling(seed, resamples))
        for name, values in labels.items()
    }
    references = {name: column.reference for name, column in columns.items()}
    notes = build_notes(typed, references=references, reference=reference, hidden=hidden, min_cell=min_cell,
                        labels=labels, seed=seed, resamples=resamples)  # fmt: skip
    return FairnessReport({name: column.groups for name, column in columns.items()}, notes, references)


@dataclass(frozen=True)
class _Resampling:
    seed: int
    resamples: int


@dataclass(frozen=True)
class _Column:
    groups: Mapping[str, GroupFigures]
    reference: str | None


def _partitions(typed: Decisions, *, intersections: bool) -> tuple[pl.DataFrame, dict[str, tuple[str, ...]]]:
    """The rows, and for each partition by name the group columns that it is crossed from: itself or all of them."""
    partitions: dict[str, tuple[str, ...]] = {name: (name,) for name in typed.groups}
    for name in partitions:
        _require_few(typed.rows.get_column(group_column(name)).n_unique(), name)
    if not intersections or len(typed.groups) < 2:
        return typed.rows, partitions
    name = crossed_name(typed.groups)
    if name in partitions:
        raise UsageError("A column has the name of the intersections.", item=name, remedy="Give it another name.")
    return _crossed(typed, name), {**partitions, name: typed.groups}


def _crossed(typed: Decisions, name: str) -> pl.DataFrame:
    plain = [group_column(each) for each in typed.groups]
    combinations = typed.rows.select(plain).unique()
    _require_few(combinations.height, name)
    labels = pl.Series(group_column(name), [crossed_label(row) for row in combinations.iter_rows()], pl.String)
    return typed.rows.join(combinations.with_columns(labels), on=plain)


def _require_few(values: int, name: str) -> None:
    if values > MOST_VALUES:
        remedy = "Group by something that many rows share, such as bands of it."
        raise UsageError(f"More than {MOST_VALUES:,} values are no groups.", item=f"--group {name}", remedy=remedy)


def _require_reference(labels: Mapping[str, Sequence[str]], reference: str | None) -> None:
    if reference is not None and not any(reference in values for values in labels.values()):
        raise UsageError(
            "No group column has the reference value.",
            item=f"--reference {reference}",
            remedy="Name a value as it stands in the table, or leave it out: the largest group is the reference then.",
        )


def _hidden(
    rows: pl.DataFrame, partitions: Mapping[str, tuple[str, ...]], *, min_cell: int
) -> dict[str, frozenset[str]]:
    columns = {group_column(name): [group_column(each) for each in plain] for name, plain in partitions.items()}
    atoms = rows.group_by(*columns, "kind").agg(pl.len().cast(pl.Int64).alias("count"))
    hidden = suppressed_cells(atoms, partitions=columns, min_cell=min_cell)
    return {name: hidden[group_column(name)] for name in partitions}


def _column(
    rows: pl.DataFrame,
    name: str,
    labels: Sequence[str],
    hidden: frozenset[str],
    reference: str | None,
    resampling: _Resampling,
) -> _Column:
    shown = [label for label in labels if label not in hidden]
    cells = build_cells(rows, column=group_column(name), values=shown)
    sizes = rows_of_groups(cells)
    chosen = _reference(shown, sizes, labels, reference)
    measured = dict(zip(shown, _groups(cells, sizes, _place(shown, chosen), resampling), strict=True))
    return _Column({label: measured.get(label, NOT_SHOWN) for label in labels}, chosen)


def _reference(shown: Sequence[str], sizes: Places, labels: Sequence[str], reference: str | None) -> str | None:
    """The reference of one column: the value asked for where the column has it, else its largest group that is shown.

    A value asked for and not shown leaves the column without a reference: another one would answer another question.
    """
    if reference is not None and reference in labels:
        return reference if reference in shown else None
    named = [(-sizes[place], label) for place, label in enumerate(shown) if label != MISSING]
    return min(named)[1] if named else None


def _place(shown: Sequence[str], chosen: str | None) -> int | None:
    return None if chosen is None else list(shown).index(chosen)


def _groups(cells: Cells, sizes: Places, reference: int | None, resampling: _Resampling) -> list[GroupFigures]:
    """The figures of every shown group, in order; the last place of `cells` is the hidden ones together."""
    limits, samples = _limits(cells), _samples(cells, reference, resampling)
    limits[REPRESENTATION] = _representation(limits, samples[0])
    metrics = {name: _estimates(limits[name]) for name in NAMES}
    ratios = {name: _ratios(limits[name], samples[1][name], reference) for name in NAMES}
    return [
        GroupFigures(
            n=int(sizes[place]),
            suppressed=False,
            metrics={name: metrics[name][place] for name in NAMES},
            ratios={name: ratios[name][place] for name in NAMES},
        )
        for place in range(cells.groups - 1)
    ]


def _limits(cells: Cells) -> dict[str, Limits]:
    """Each share with both ends, (groups,) each: Wilson with the rows that the weights are worth; NaN where unknown."""
    sums, squares = tally(cells), tally(cells, power=2)
    found, unknown = figures(sums), unknowable(sums)
    require_agreement(cells, found)
    limits = {}
    for metric in METRICS:
        value = np.where(unknown.get(metric.name, np.False_), np.nan, found[metric.name])
        low, high = wilson_limits(value / metric.per, effective_rows(sums, squares, metric))
        # the low and high of a share times 1,000 may round past a figure that is the same share
        limits[metric.name] = (value, np.fmin(metric.per * low, value), np.fmax(metric.per * high, value))
    return limits


def _samples(cells: Cells, reference: int | None, resampling: _Resampling) -> tuple[Floats, dict[str, Floats]]:
    """Over-representation in every resample, and every metric's ratio to the reference, (resamples, groups) each."""
    rng = np.random.default_rng(resampling.seed)
    representation, ratios = [], {name: [] for name in NAMES}  # type: tuple[list[Floats], dict[str, list[Floats]]]
    for sums in resample(cells, resamples=resampling.resamples, rng=rng):
        found = figures(sums)
        representation.append(found[REPRESENTATION])
        for name in NAMES:
            below = found[name][:, reference : reference + 1] if reference is not None else np.nan
            ratios[name].append(divided(found[name], np.asarray(below)))
    return np.concatenate(representation), {name: np.concatenate(parts) for name, parts in ratios.items()}


def _representation(limits: Mapping[str, Limits], samples: Floats) -> Limits:
    above, below = limits["share_selected"], limits["share_random"]
    value = _defined(divided(above[0], below[0]))
    return (value, *bounded_ratio(value, samples, above, below))


def _ratios(limits: Limits, samples: Floats, reference: int | None) -> list[Estimate]:
    if reference is None:
        return _estimates((np.full_like(limits[0], np.nan),) * 3)
    own: Limits = (limits[0][reference], limits[1][reference], limits[2][reference])
    value = _defined(divided(limits[0], own[0]))
    low, high = bounded_ratio(value, samples, limits, own)
    if np.isfinite(own[0]):
        value[reference] = low[reference] = high[reference] = 1.0
    return _estimates((value, low, high))


def _defined(quotient: Floats) -> Floats:
    """The same with NaN for what is over nothing: infinite, it would make a ratio of 0 further on."""
    return np.where(np.isfinite(quotient), quotient, np.nan)


def _estimates(limits: Limits) -> list[Estimate]:
    return [make_estimate(*ends) for ends in zip(*limits, strict=True)]
