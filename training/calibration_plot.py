"""Promised against realised shares as a picture: one series for each thing the figures rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from training.metrics import ReliabilityBin


def draw_reliability(series: Mapping[str, Sequence[ReliabilityBin]], path: Path) -> None:
    """Write a PNG of predicted against realised hit share with 95 % Wilson intervals; bins as given."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    highest = max((shown.high for bins in series.values() for shown in bins), default=1.0)
    axes.plot([0, highest], [0, highest], color="0.6", linewidth=1, label="promised = realised")
    for name, bins in series.items():
        realised = [shown.realised for shown in bins]
        below = [shown.realised - shown.low for shown in bins]
        above = [shown.high - shown.realised for shown in bins]
        predicted = [shown.predicted for shown in bins]
        axes.errorbar(predicted, realised, yerr=[below, above], fmt="o-", capsize=3, label=name)
    axes.set_xlabel("predicted probability of a hit (mean of the bin)")
    axes.set_ylabel("share of hits that came")
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=120)
