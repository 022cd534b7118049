"""Names of intersections: unmistakable, whatever the group values themselves contain."""

from __future__ import annotations

import json
from collections.abc import Sequence

JOINT = " & "


def crossed_name(columns: Sequence[str]) -> str:
    """The name under which the intersections of `columns` stand: `race & sex`."""
    return JOINT.join(columns)


def crossed_label(values: Sequence[str]) -> str:
    """One intersection: `Asian & Female`. A value that has the joint or a quotation mark in it is quoted as in JSON."""
    return JOINT.join(_quoted(value) for value in values)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if JOINT.strip() in value or '"' in value else value
