"""Which cells of published tables stay unsaid, so that no group under a size can be read or worked out.

Hiding a small cell is not enough: whoever knows the total, another column of the same rows, or shares that add up to
one can subtract. Here a cell is a set of rows, a partition is a column of cells, and a cell that is shown is taken to
give away *every* count of its rows. Must not know what is published about the cells.

The promise: from all that is shown together no count of a hidden cell can be worked out, and by linear reasoning none
can be proved to be under the size. Whoever also uses that a printed value has at least one row can narrow a count to a
few values: two cells that together have the size are each below it. What can be worked out exactly is about unions of
at least that many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

MOST_PATTERNS = 5000
"""Up to so many patterns of rows the exact bound is computed; beyond it the simpler one decides, which hides more."""

Partitions = Mapping[str, Sequence[str]]
Hidden = dict[str, set[str]]
_HIDDEN = "hidden"


def suppressed_cells(atoms: pl.DataFrame, *, partitions: Partitions, min_cell: int) -> dict[str, frozenset[str]]:
    """The labels to hide of each partition: cells under `min_cell` rows, and as few and small others as it takes.

    `atoms` holds a String column of labels for each partition, `kind` (what else is told of a row: an integer) and
    `count` (Int64). `partitions` names for each partition the columns that it is crossed from: itself when it is a
    plain one.
    """
    sizes = {name: _sizes(atoms, name) for name in partitions}
    hidden: Hidden = {
        name: {label for label, rows in cells.items() if rows < min_cell} for name, cells in sizes.items()
    }
    if not any(hidden.values()):
        return {name: frozenset() for name in partitions}
    above = {name: _plain_values(atoms, name, plain) for name, plain in partitions.items()}
    while True:
        _hide_parts_of_hidden(hidden, partitions, above)
        if _hide_complements(hidden, sizes, partitions, above, min_cell=min_cell):
            continue
        proved = _proved_small(atoms, hidden, sizes, min_cell=min_cell)
        more = [_hide_another(cell, atoms, hidden, sizes, above) for cell in proved]
        if not any(more):
            return {name: frozenset(labels) for name, labels in hidden.items()}


def _sizes(atoms: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(atoms.group_by(name).agg(pl.col("count").sum()).sort(name).iter_rows())


def _plain_values(atoms: pl.DataFrame, name: str, plain: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each label of a crossed partition the plain values that it stands for."""
    if tuple(plain) == (name,):
        return {}
    return {row[0]: row[1:] for row in atoms.select(name, *plain).unique().iter_rows()}


def _hide_parts_of_hidden(
    hidden: Hidden, partitions: Partitions, above: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> None:
    """An intersection within a hidden cell is hidden: its parts would add up to it."""
    for name, plain in partitions.items():
        for label, values in above[name].items():
            if any(value in hidden[column] for column, value in zip(plain, values, strict=True)):
                hidden[name].add(label)


def _hide_complements(
    hidden: Hidden,
    sizes: Mapping[str, Mapping[str, int]],
    partitions: Partitions,
    above: Mapping[str, Mapping[str, tuple[str, ...]]],
    *,
    min_cell: int,
) -> bool:
    """In each line of cells with a known sum, hide the next smallest until those hidden are two and large together."""
    added = False
    for name in partitions:
        for line in _lines(name, partitions[name], sizes, hidden, above[name]):
            unsaid = [label for label in line if label in hidden[name]]
            shown = sorted((sizes[name][label], label) for label in line if label not in hidden[name])
            while unsaid and shown and (len(unsaid) < 2 or sum(sizes[name][label] for label in unsaid) < min_cell):
                unsaid.append(shown.pop(0)[1])
                hidden[name].add(unsaid[-1])
                added = True
    return added


def _lines(
    name: str,
    plain: Sequence[str],
    sizes: Mapping[str, Mapping[str, int]],
    hidden: Hidden,
    above: Mapping[str, tuple[str, ...]],
) -> Iterator[list[str]]:
    """The cells of a partition that add up to something known: all of them, and those within one shown plain cell."""
    yield list(sizes[name])
    for place, column in enumerate(plain if above else ()):
        for value in sizes[column]:
            if value not in hidden[column]:
                yield [label for label, values in above.items() if values[place] == value]


def _proved_small(
    atoms: pl.DataFrame, hidden: Hidden, sizes: Mapping[str, Mapping[str, int]], *, min_cell: int
) -> list[tuple[str, str]]:
    """The small hidden cells whose largest possible size, given everything shown, is still under `min_cell`."""
    patterns = _patterns(atoms, hidden)
    proved = []
    for name, labels in hidden.items():
        reach = _reach(patterns, name)
        doubtful = [label for label in sorted(labels) if max(sizes[name][label], reach[label]) < min_cell]
        proved += [(name, label) for label in doubtful if _largest_size(patterns, hidden, name, label) < min_cell]
    return proved


def _patterns(atoms: pl.DataFrame, hidden: Hidden) -> pl.DataFrame:
    """The atoms with `pattern`: a number for what is shown of a row. Rows of one pattern cannot be told apart."""
    said = [
        pl.when(pl.col(name).is_in(sorted(labels))).then(None).otherwise(pl.col(name)).alias(f"{_HIDDEN} {name}")
        for name, labels in hidden.items()
    ]
    return atoms.with_columns(pl.struct(said).rank("dense").alias("pattern"))


def _reach(patterns: pl.DataFrame, name: str) -> dict[str, int]:
    """For each cell the rows of all patterns that it has a row in: each of them might be its own."""
    crowd = patterns.group_by("pattern").agg(pl.col("count").sum().alias("crowd"))
    places = patterns.select(name, "pattern").unique().join(crowd, on="pattern")
    return dict(places.group_by(name).agg(pl.col("crowd").sum()).iter_rows())


def _largest_size(patterns: pl.DataFrame, hidden: Hidden, name: str, label: str) -> int:
    """The most rows that the cell can have, every count of every shown cell kept: one linear programme a kind of row.

    More than `_reach`, since rows may change patterns as long as every shown cell keeps its counts.
    """
    own = patterns.filter(pl.col(name) == label).get_column("pattern").unique().to_list()
    if patterns.get_column("pattern").n_unique() > MOST_PATTERNS:
        return 0
    return sum(_largest_of_kind(part, patterns, hidden, own) for part in patterns.partition_by("kind"))


def _largest_of_kind(part: pl.DataFrame, patterns: pl.DataFrame, hidden: Hidden, own: Sequence[int]) -> int:
    from scipy import sparse
    from scipy.optimize import linprog

    shapes = patterns.unique("pattern", keep="first").sort("pattern")
    rows = [np.ones(shapes.height)]
    sums = [int(part.get_column("count").sum())]
    for name, labels in hidden.items():
        shown = [label for label in shapes.get_column(name).unique().sort().to_list() if label not in labels]
        rows += [(shapes.get_column(name) == label).to_numpy().astype(float) for label in shown]
        sums += [int(part.filter(pl.col(name) == label).get_column("count").sum()) for label in shown]
    aim = shapes.get_column("pattern").is_in(own).to_numpy().astype(float)
    found = linprog(-aim, A_eq=sparse.csr_matrix(np.array(rows)), b_eq=np.array(sums, dtype=float))
    return 0 if found.fun is None else round(-found.fun)


def _hide_another(
    cell: tuple[str, str],
    atoms: pl.DataFrame,
    hidden: Hidden,
    sizes: Mapping[str, Mapping[str, int]],
    above: Mapping[str, Mapping[str, tuple[str, ...]]],
) -> bool:
    """Hide one more cell for the sake of `cell`: of its own partition near it, else what overlaps it, else any."""
    name, label = cell
    own = above[name].get(label, ())
    near = {
        other
        for other in sizes[name]
        if any(mine == theirs for mine, theirs in zip(own, above[name].get(other, ()), strict=True))
    }
    overlapping = atoms.filter(pl.col(name) == label)
    stages = (
        [(name, other) for other in near],
        [(name, other) for other in sizes[name]],
        [(column, other) for column in sizes for other in overlapping.get_column(column).unique()],
        [(column, other) for column in sizes for other in sizes[column]],
    )
    for stage in stages:
        shown = [(sizes[column][other], column, other) for column, other in stage if other not in hidden[column]]
        if shown:
            _, column, other = min(shown)
            hidden[column].add(other)
            return True
    return False
