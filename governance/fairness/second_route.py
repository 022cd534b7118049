"""The same rates by another hand: fairlearn's MetricFrame over the same cells, before anything is said.

A definition that slips here would be published under a city's name; two routes that must agree make it a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from governance.fairness.intervals import Floats
from governance.fairness.metrics import KINDS
from governance.fairness.tallies import Cells

TOLERANCE = 1e-9
_UNKNOWN = ("selected_unknown", "unselected_unknown")


def require_agreement(cells: Cells, found: Mapping[str, Floats]) -> None:
    """Compare selection_rate and both error rates of every group; `RuntimeError`, a fault of ours, where they differ.

    Only rates that have a figure are compared: fairlearn says 0 for a share of nothing.
    """
    drawn = cells.kind == KINDS.index("random")
    unknown = np.isin(cells.kind, [KINDS.index(kind) for kind in _UNKNOWN])
    for rows, names in (
        (~drawn, ("selection_rate",)),
        (~drawn & ~unknown, ("false_positive_rate", "false_negative_rate")),
    ):
        if rows.any():
            _compare(cells, rows, names, found)


def _compare(cells: Cells, rows: Any, names: tuple[str, ...], found: Mapping[str, Floats]) -> None:
    by_group = _metric_frame(cells, rows, names)
    for name in names:
        there = [place for place in by_group.index if np.isfinite(found[name][place])]
        if not np.allclose(by_group.loc[there, name], found[name][there], rtol=TOLERANCE, atol=TOLERANCE):
            raise RuntimeError(f"two routes to {name} differ")


def _metric_frame(cells: Cells, rows: Any, names: tuple[str, ...]) -> Any:
    from fairlearn import metrics

    hits = np.isin(cells.kind, [KINDS.index("selected_hit"), KINDS.index("unselected_hit")])
    selected = np.isin(cells.kind, [place for place, kind in enumerate(KINDS) if kind.startswith("selected")])
    weight = (cells.count * cells.weight)[rows]
    frame = metrics.MetricFrame(
        metrics={name: getattr(metrics, name) for name in names},
        y_true=hits[rows].astype(int),
        y_pred=selected[rows].astype(int),
        sensitive_features={"group": cells.group[rows]},
        sample_params={name: {"sample_weight": weight} for name in names},
    )
    return frame.by_group
