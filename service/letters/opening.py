"""Opens a letter that was made, byte for byte, for whoever may read the case; lists those of a case."""

from __future__ import annotations

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.store.opening import Store
from service.letters.making import Letter


def open_letter(store: Store, *, caller: Caller, letter_id: str, purpose: str) -> bytes:
    """The PDF as it was made; event `letter.read`.

    `NotFound` when there is none, its case is hidden, or retention has deleted its words; `PermissionDenied` without
    `case.identity` (a letter names a person); `AuditLogBroken` when it is not the one that the log holds.
    """
    raise NotImplementedError


def letters_of(connection: sa.Connection, case_id: str) -> tuple[Letter, ...]:
    """The letters of a case, oldest first; no words of them."""
    raise NotImplementedError


def letter_of(connection: sa.Connection, *, case_id: str, letter_id: str, kinds: tuple[str, ...]) -> Letter:
    """A letter of this case and of one of these kinds; `InvalidForm` (item `letter_id`) when it is not."""
    raise NotImplementedError
