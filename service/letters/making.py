"""Makes a letter of a case and keeps the exact copy, in one act that the log holds with the hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.settings import Settings
from governance.store.opening import Store
from service.letters.kinds import LetterField


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

    `fields`: name → text, or a sequence of texts where `LetterField.many`. For the owner of the case (`case.work`).
    `NotFound`, `PermissionDenied`, `NotNow` (the case does not stand where this letter is made), `InvalidForm` (`item`
    is the field).
    """
    raise NotImplementedError


def letter_fields(connection: sa.Connection, *, case_id: str, kind: str, settings: Settings) -> tuple[LetterField, ...]:
    """The fields of a kind with the choices of this case: residents, recorded facts, rules that its benefits allow.

    Personal (the facts' words): the caller of this function has a right, a purpose and an event for reading the case.
    """
    raise NotImplementedError
