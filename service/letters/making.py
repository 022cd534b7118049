"""Makes a letter of a case and keeps the exact copy, in one act that the log holds with the hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.access.caller import Caller
from governance.settings import Settings
from governance.store.opening import Store


@dataclass(frozen=True)
class Letter:
    """A letter that has been made; `sha256` is the hex hash of its PDF, `deadline` the last day to answer a hearing."""

    letter_id: str
    case_id: str
    kind: str
    at: str
    author: str
    sha256: str
    deadline: dt.date | None


def make_letter(
    store: Store, *, case_id: str, kind: str, fields: Mapping[str, Any], caller: Caller, purpose: str,
    settings: Settings,
) -> Letter:  # fmt: skip
    """Make and keep a letter of one of `LETTER_KINDS`; events `identity.read` (the name on it) and `letter.made`.

    `fields`: name → text, or a list of texts for a field of kind `choices`. For the owner of the case (`case.work`).
    `NotFound`, `PermissionDenied`, `NotNow` (the case does not stand where this letter is made), `InvalidForm` (`item`
    is the field).
    """
    raise NotImplementedError
