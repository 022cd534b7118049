"""Evidence and signed statements as the one text that is hashed, stored and signed.

Must not know what any figure means. A figure that is no number is kept as a word, since JSON has none for it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

from governance.audit.events import canonical
from governance.errors import UsageError

LONGEST_REASON = 2_000
_CPR_NUMBER = re.compile(r"\b\d{6}[- ]?\d{4}\b")


def evidence_document(evidence: object) -> str:
    """Canonical JSON of one piece of evidence: its kind and its figures."""
    return canonical({"kind": type(evidence).__name__, "figures": as_plain(evidence)})


def statement(kind: str, /, **fields: Any) -> bytes:
    """The exact bytes that a role signs: canonical JSON of what is stated, and of what kind it is."""
    return canonical({"adressekontrol": kind, **as_plain(fields)}).encode()


def digest(text: str | bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def as_plain(value: Any) -> Any:
    """JSON values only: days as ISO text, tuples as lists, figures that are no number as their name."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_plain(inner) for inner in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, dt.date):
        return value.isoformat()
    return _as_scalar(value.item() if hasattr(value, "item") else value)


def _as_scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def checked_reason(reason: str) -> str:
    """The reason itself; an empty one, a very long one and one with a CPR number are usage errors."""
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise UsageError(
            "A reason is needed, in no more than 2,000 characters.", item="--reason", remedy="Say why, in a sentence."
        )
    if _CPR_NUMBER.search(words):
        raise UsageError(
            "A reason names no person.",
            item="--reason",
            remedy="Leave the number out; refer to the case by its number.",
        )
    return words
