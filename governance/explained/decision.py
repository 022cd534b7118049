"""A decision as figures and words: three parts, each with the hash that a replay must meet again.

A hash is SHA-256 over the part's canonical JSON (sorted keys, no spaces, UTF-8; a float as the shortest digits that
give it back), so that anybody can recompute it from the stored text. Must not know what the parts mean.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PARTS = ("features", "score", "explanation")


@dataclass(frozen=True)
class Hashes:
    """Hex SHA-256 of each part."""

    features: str
    score: str
    explanation: str

    def differing(self, other: Hashes) -> tuple[str, ...]:
        """The parts whose hashes are not the same, in the order in which they follow from each other."""
        return tuple(part for part in PARTS if getattr(self, part) != getattr(other, part))


@dataclass(frozen=True)
class Decision:
    """One listed case: its place, its pseudonym, the hashes, and the document (`PARTS` as canonical JSON, or "")."""

    place: int
    case: str
    hashes: Hashes
    document: str


def canonical(value: object) -> str:
    """The one JSON text of a value; ValueError for what JSON cannot hold exactly (infinity, NaN)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_text(text: str) -> str:
    """Hex SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def hashes_of(document: Mapping[str, Any]) -> Hashes:
    """The hashes of a document that holds exactly `PARTS`."""
    if set(document) != set(PARTS):
        raise ValueError(f"a document holds {', '.join(PARTS)}")
    return Hashes(**{part: hash_text(canonical(document[part])) for part in PARTS})


def make_decision(document: Mapping[str, Any], *, place: int, case: str, keep_document: bool = True) -> Decision:
    """The decision with its hashes; without `keep_document` the hashes alone remain."""
    return Decision(place, case, hashes_of(document), canonical(document) if keep_document else "")


def seal_of(run_id: str, grounds: str, decisions: Sequence[Decision]) -> str:
    """One hash over a run's grounds and all its decisions, documents included, in the order of their places."""
    rows = [asdict(each) for each in sorted(decisions, key=lambda each: each.place)]
    return hash_text(canonical({"run_id": run_id, "grounds": grounds, "decisions": rows}))
