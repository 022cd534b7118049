"""How figures and limits read in findings: one form for shares, intervals and lists of names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from governance.rules.evidence import Interval


def per_cent(share: float) -> str:
    """A share in [0, 1] as per cent with one decimal."""
    return f"{100 * share:.1f} %"


def with_interval(figure: Interval) -> str:
    """A figure with its 95 % interval and what it rests on."""
    return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f}, n = {figure.count})"


def age_days(since: dt.date, today: dt.date) -> int:
    """Whole days from a day to today."""
    return (today - since).days


def listed(names: Iterable[str]) -> str:
    """Names separated by commas, "none" where there are none."""
    return ", ".join(names) or "none"


def largest(figures: Mapping[str, float]) -> tuple[str, float]:
    """Name and value of the largest figure; the first by name when equal, and a figure that is no number is larger
    than all."""
    return max(sorted(figures.items(), reverse=True), key=lambda each: (each[1] != each[1], each[1], each[0]))
