"""Fairness of any decisions table, ours or not: figures by group that an outsider can reproduce.

Knows nothing of models, lists or registers: rows with a decision, perhaps an outcome, and the groups they belong to.
"""

from __future__ import annotations

from governance.fairness.intervals import ratio_interval, wilson
from governance.fairness.measure import measure
from governance.fairness.reading import load_decisions
from governance.fairness.report import Estimate, FairnessReport, GroupFigures

__all__ = [
    "Estimate",
    "FairnessReport",
    "GroupFigures",
    "load_decisions",
    "measure",
    "ratio_interval",
    "wilson",
]
