"""Decisions tables as plain functions: by confusion counts, or at random."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.fairness import FairnessReport


def decided(*, tp: int = 0, fp: int = 0, fn: int = 0, tn: int = 0, unknown: int = 0, **groups: str) -> pl.DataFrame:
    """Rows of one group by outcome; `unknown` are selected whose hit nobody knows."""
    counts = (tp, fp, fn, tn, unknown)
    selected = np.repeat([1, 1, 0, 0, 1], counts)
    hit = [None if each < 0 else int(each) for each in np.repeat([1, 0, 1, 0, -1], counts)]
    rows = pl.DataFrame({"selected": selected, "hit": pl.Series(hit, dtype=pl.Int64)})
    return rows.with_columns(pl.lit(label).alias(name) for name, label in groups.items())


def random_table(*, seed: int, rows: int, probabilities: bool = False, blanks: float = 0.0) -> pl.DataFrame:
    """Groups `a` (p, q, r of falling size) and `b` (x, y), a random sample of a tenth, perhaps probabilities."""
    rng = np.random.default_rng(seed)
    hit = np.where(rng.random(rows) < blanks, np.nan, rng.random(rows) < 0.3)
    table = pl.DataFrame({
        "channel": rng.choice(["random", "list"], rows, p=[0.1, 0.9]),
        "selected": rng.integers(0, 2, rows),
        "hit": hit,
        "a": rng.choice(["p", "q", "r"], rows, p=[0.6, 0.3, 0.1]),
        "b": rng.choice(["x", "y"], rows),
    })  # fmt: skip
    return table.with_columns(selection_probability=rng.uniform(0.1, 1, rows)) if probabilities else table


def value(report: FairnessReport, column: str, group: str, metric: str) -> float:
    """One figure that must be there."""
    found = report.groups[column][group].metrics[metric].value
    assert found is not None
    return found


def figures(report: FairnessReport, column: str, group: str) -> dict[str, float | None]:
    """All figures of one group by metric."""
    return {name: estimate.value for name, estimate in report.groups[column][group].metrics.items()}
