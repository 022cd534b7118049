"""Opens a letter that was made, byte for byte, for whoever may read the case; lists those of a case."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.errors import AuditLogBroken, NotFound, NotNow
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.case import load_case
from service.cases.forms import invalid
from service.cases.vault import load_vault
from service.identities.door import READ, require_no_conflict, require_purpose
from service.letters.making import Letter
from service.letters.tables import LETTERS, about


@dataclass(frozen=True)
class KeptLetter:
    """A letter with whom it is for and its exact copy."""

    letter: Letter
    person_id: str
    pdf: bytes = field(repr=False)


def open_letter(store: Store, *, caller: Caller, letter_id: str, purpose: str, broken_glass: bool = False) -> bytes:
    """The PDF as it was made; event `letter.read`.

    `NotFound` when there is none or its case is hidden; `NotNow` when retention has deleted its words;
    `PermissionDenied` without `case.identity` (a letter names a person); `AuditLogBroken` when it is not the one that
    was made. `broken_glass`: a standing break-glass has been proven, as in `service.identities.door.reveal`.
    """
    require_purpose(caller, purpose, broken_glass=broken_glass)
    with store.act("letter.read", actor=caller.user_id, details={"letter": letter_id, "purpose": purpose}) as act:
        row = act.connection.execute(sa.select(LETTERS).where(LETTERS.c.letter_id == letter_id)).one_or_none()
        if row is None:
            raise _no_letter()
        case = load_case(act.connection, row.case_id)
        if not broken_glass:
            caller.require(READ, case.offices)
        require_no_conflict(act.connection, case.case_id, caller)
        act.subject = case.case_id
        return _opened(act.connection, row, store.settings).pdf


def letters_of(connection: sa.Connection, case_id: str) -> tuple[Letter, ...]:
    """The letters of a case, oldest first; no words of them."""
    return tuple(_as_letter(row) for row in _rows(connection, case_id))


def letter_of(connection: sa.Connection, *, case_id: str, letter_id: str, kinds: tuple[str, ...]) -> Letter:
    """A letter of this case and of one of these kinds; `InvalidForm` (item `letters`) when it is not."""
    for letter in letters_of(connection, case_id):
        if letter.letter_id == letter_id and letter.kind in kinds:
            return letter
    raise invalid(("letters", "Vælg et brev af den rigtige slags, der er skrevet på sagen."))


def kept_letters(connection: sa.Connection, case_id: str, settings: Settings) -> tuple[KeptLetter, ...]:
    """Every letter of a case with recipient and exact copy; none when retention has deleted the words.

    For a person's own request: whoever calls leaves the event.
    """
    try:
        return tuple(_opened(connection, row, settings) for row in _rows(connection, case_id))
    except NotNow:
        return ()


def kept_letter(connection: sa.Connection, letter_id: str, settings: Settings) -> KeptLetter:
    """One letter for the outbox, which leaves the event; `NotNow` when retention has deleted the words."""
    row = connection.execute(sa.select(LETTERS).where(LETTERS.c.letter_id == letter_id)).one()
    return _opened(connection, row, settings)


def _rows(connection: sa.Connection, case_id: str) -> list[sa.Row[tuple[object, ...]]]:
    asked = sa.select(LETTERS).where(LETTERS.c.case_id == case_id).order_by(LETTERS.c.at, LETTERS.c.letter_id)
    return list(connection.execute(asked))


def _opened(connection: sa.Connection, row: sa.Row[tuple[object, ...]], settings: Settings) -> KeptLetter:
    letter = _as_letter(row)
    sealer = load_vault(settings).sealer_of(connection, letter.case_id)
    pdf = sealer.open(row.sealed_pdf, about=about(letter, "pdf"))
    fields = json.loads(sealer.open(row.sealed_fields, about=about(letter, "fields")))
    if hashlib.sha256(pdf).hexdigest() != letter.sha256:
        raise AuditLogBroken(
            "Brevet er ikke det, der blev dannet.", item=letter.letter_id, remedy="Stands, og sammenlign med en kopi."
        )
    return KeptLetter(letter, fields["person_id"], pdf)


def _as_letter(row: sa.Row[tuple[object, ...]]) -> Letter:
    deadline = row.deadline and dt.date.fromisoformat(row.deadline)
    return Letter(row.letter_id, row.case_id, row.kind, row.at, row.author, row.sha256, deadline)


def _no_letter() -> NotFound:
    return NotFound("Der er intet sådant brev.", item="brev", remedy="Find brevet på sagen.")
