"""The entries that a figure is the sum of, one by one. Must not know whose case an entry is about: nobody here does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from governance.impact.accounts import Entry
from governance.impact.case_types import CaseTypes
from governance.impact.figures import Selection


@dataclass(frozen=True)
class Explained:
    """An entry with the øre that it gives the figure."""

    entry: Entry
    amount_ore: int


def explain(entries: Iterable[Entry], selection: Selection, case_types: CaseTypes | None = None) -> list[Explained]:
    """Every entry with a line in the figure, in their order; their amounts sum to the figure's value exactly.

    `case_types` are needed by a figure that names one.
    """
    found = []
    for entry in entries:
        dimensions = asdict(entry.dimensions)
        dimensions["case_type"] = (case_types or {}).get((entry.dimensions.case_id, entry.dimensions.benefit), "")
        if any(dimensions[name] != value for name, value in selection.dimensions.items()):
            continue
        figure = selection.figure
        parts = [
            figure.sign_of(account) * amount for account, amount in entry.lines.items() if account in figure.accounts
        ]
        if parts:
            found.append(Explained(entry, sum(parts)))
    return found
