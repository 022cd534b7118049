"""The notes on a run's fairness in Danish, with the names of groups as the page has them. Knows no figure."""

from __future__ import annotations

import re

from governance.fairness.note_texts import NOTES
from service.web.dpo_words import GROUPS, VALUES


def note_da(said: str) -> str | None:
    """The Danish of a note that a run kept in English; None for one that no version of ours has written."""
    for note in NOTES:
        values = note.values_in(said)
        if values is not None:
            return note.text_da.format(**{name: _named(name, value) for name, value in values.items()})
    return None


def _named(name: str, value: str) -> str:
    if name == "columns":
        return ", ".join(_named("column", each) for each in re.findall(r"'([^']*)'", value))
    return GROUPS.get(value, value).lower() if name == "column" else VALUES.get(value, value)
