"""The ten metrics, declared as a table: which kinds of rows stand above the line and which below.

A tally holds, for each group and each kind of row, the sum of the weights of its rows. Everything that the report says
of a group is a quotient of such sums; nothing here knows where they come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.fairness.intervals import Floats, divided

KINDS = (
    "random",
    "selected_hit",
    "selected_miss",
    "selected_unknown",
    "unselected_hit",
    "unselected_miss",
    "unselected_unknown",
    "random_in_table",
)
"""The columns of a tally. `random_in_table` is the random rows again, as they count among all rows of their group."""

_SELECTED = ("selected_hit", "selected_miss", "selected_unknown")
_UNSELECTED = ("unselected_hit", "unselected_miss", "unselected_unknown")
_CONTROLLED = ("selected_hit", "selected_miss")


@dataclass(frozen=True)
class Metric:
    """`above` over `below`, times `per`; `below` is summed over all groups where the metric is a `share_of_all`."""

    name: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    share_of_all: bool = False
    per: int = 1


METRICS = (
    Metric("selection_rate", _SELECTED, (*_SELECTED, *_UNSELECTED)),
    Metric("share_selected", _SELECTED, _SELECTED, share_of_all=True),
    Metric("share_random", ("random",), ("random",), share_of_all=True),
    Metric("precision", ("selected_hit",), _CONTROLLED),
    Metric("false_discovery_rate", ("selected_miss",), _CONTROLLED),
    Metric("false_positive_rate", ("selected_miss",), ("selected_miss", "unselected_miss")),
    Metric("false_negative_rate", ("unselected_hit",), ("selected_hit", "unselected_hit")),
    Metric("false_positive_share", ("selected_miss",), (*_SELECTED, *_UNSELECTED)),
    Metric("needless_per_1000", ("selected_miss",), (*_SELECTED, *_UNSELECTED, "random_in_table"), per=1000),
)
"""The nine that are shares; the tenth, representation_ratio, is share_selected over share_random."""

REPRESENTATION = "representation_ratio"
NAMES = (
    "selection_rate",
    "share_selected",
    "share_random",
    REPRESENTATION,
    "precision",
    "false_discovery_rate",
    "false_positive_rate",
    "false_negative_rate",
    "false_positive_share",
    "needless_per_1000",
)
_ERROR_RATES = ("false_positive_rate", "false_negative_rate")
_MISS_COUNTS = ("false_positive_share", "needless_per_1000")


def figures(tally: Floats) -> Mapping[str, Floats]:
    """Every metric of every group; `tally` (…, groups, kinds), each figure (…, groups); NaN where nothing is below."""
    shares = {metric.name: divided(metric.per * _sum(tally, metric.above), _below(tally, metric)) for metric in METRICS}
    shares[REPRESENTATION] = divided(shares["share_selected"], shares["share_random"])
    return {name: shares[name] for name in NAMES}


def effective_rows(tally: Floats, squares: Floats, metric: Metric) -> Floats:
    """The number of rows that a weighted share is worth, (Σw)² / Σw² (Kish 1965): its rows where none is weighted."""
    return divided(_below(tally, metric) ** 2, _below(squares, metric))


def unknowable(tally: Floats) -> Mapping[str, NDArray[np.bool_]]:
    """Where a metric cannot be known (groups,): its quotient would be a number, but one made by the missing labels.

    With no known hit among the unselected a false positive rate is 1 by construction; with none among the selected
    every count of needless controls is 0 by construction. A table whose unselected have no known hit at all says
    nothing of these rates in any group, one that was selected whole included.
    """
    table = tally.sum(axis=0)
    selected_blank = _blank(tally, _SELECTED, "selected_unknown")
    unselected_blank = _blank(tally, _UNSELECTED, "unselected_unknown") | _blank(
        table, _UNSELECTED, "unselected_unknown"
    )
    return {
        **dict.fromkeys(_ERROR_RATES, selected_blank | unselected_blank),
        **dict.fromkeys(_MISS_COUNTS, selected_blank),
    }


def _blank(tally: Floats, rows: tuple[str, ...], unknown: str) -> NDArray[np.bool_]:
    """There are such rows, and none has a known hit."""
    all_rows, labelled = _sum(tally, rows), _sum(tally, tuple(kind for kind in rows if kind != unknown))
    blank: NDArray[np.bool_] = (all_rows > 0) & (labelled == 0)
    return blank


def _below(tally: Floats, metric: Metric) -> Floats:
    rows = _sum(tally, metric.below)
    return np.broadcast_to(rows.sum(axis=-1, keepdims=True), rows.shape) if metric.share_of_all else rows


def _sum(tally: Floats, kinds: tuple[str, ...]) -> Floats:
    total: Floats = tally[..., [KINDS.index(kind) for kind in kinds]].sum(axis=-1)
    return total
