"""Words about persons that belong to no case: sealed under a key of the installation's own, `seal-rights`."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from governance.audit.events import canonical
from governance.sealing import load_sealer

PURPOSE = "rights"


def seal_words(home: Path, document: dict[str, Any], *, about: str) -> bytes:
    """The document sealed; it opens for the same `about` only. b"" for nothing."""
    return load_sealer(home, purpose=PURPOSE).seal(canonical(document).encode(), about=about) if document else b""


def open_words(home: Path, sealed: bytes, *, about: str) -> dict[str, Any]:
    """What was sealed; {} for nothing, `AuditLogBroken` when it was altered or moved."""
    if not sealed:
        return {}
    document: dict[str, Any] = json.loads(load_sealer(home, purpose=PURPOSE).open(sealed, about=about))
    return document


def new_id(kind: str) -> str:
    """An id of ours that says nothing: kind and 80 random bits."""
    return f"{kind}-{secrets.token_hex(10)}"
