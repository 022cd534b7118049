"""The fairness figures of a list as rows for people: small groups stay "ikke vist", unknown figures say so, never 0.

Suppression is done where the figures are made (`governance.fairness`); here nothing is worked out again. Must not know
pages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.audit.search import Sought, search_page
from governance.fairness.metrics import NAMES
from governance.settings import Settings
from service.run_fairness import MEASURED, load_run_fairness

OF_A_LIST = "list"


@dataclass(frozen=True)
class ShownFigure:
    """One figure with its interval of 95 %; None: not shown, or not known."""

    name: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ShownGroup:
    """One group; `suppressed` means that nothing of it is shown, not even its size."""

    value: str
    persons: int | None
    suppressed: bool
    figures: tuple[ShownFigure, ...]


@dataclass(frozen=True)
class FairnessShown:
    """The figures of one list by attribute, with the notes (English) to read them by."""

    run_id: str
    measured_at: str
    groups: Mapping[str, tuple[ShownGroup, ...]]
    notes: tuple[str, ...]


def measured_runs(connection: sa.Connection, *, newest: int = 50) -> tuple[tuple[str, str], ...]:
    """(run_id, moment) of the lists whose fairness was measured, the newest first, each once."""
    events = search_page(connection, Sought(action=MEASURED), size=newest).events
    runs = {each.subject: each.at for each in reversed(events) if json.loads(each.details).get("of") == OF_A_LIST}
    return tuple(reversed(runs.items()))


def load_fairness_shown(connection: sa.Connection, settings: Settings, run_id: str, measured_at: str) -> FairnessShown:
    """The figures of a run; errors as of `load_run_fairness`."""
    document = load_run_fairness(settings, connection, run_id)
    groups = {
        attribute: tuple(_group(value, figures) for value, figures in values.items())
        for attribute, values in document["groups"].items()
    }
    return FairnessShown(run_id, measured_at, groups, tuple(document["notes"]))


def _group(value: str, figures: Mapping[str, Any]) -> ShownGroup:
    suppressed = bool(figures["suppressed"])
    shown = tuple(ShownFigure(name, **figures["metrics"][name]) for name in NAMES if not suppressed)
    return ShownGroup(value, None if suppressed else figures["n"], suppressed, shown)
