"""An item of the outbox and what is sent for it. A decision and a note carry no name and no CPR number; only the
letter to Digital Post does, from the door, at sending.

Must not know where it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from governance.settings import Settings
from governance.store.opening import Store
from service.cases.snapshot import persons_of
from service.cases.tables import CASES, EFFECTS
from service.cases.vault import load_vault
from service.identities.door import reveal_to_send
from service.letters.kinds import LETTER_KINDS
from service.letters.opening import KeptLetter, kept_letter
from service.outbox.queueing import CPR, DECISION, POST
from service.outbox.tables import OUTBOX

FORMAT = "adressekontrol-outbox-1"
LETTER_FILE = "letter.pdf"
_EFFECT = (
    "effect_id", "person_id", "grant_id", "benefit", "effect", "monthly_change_ore", "effective_from", "reclaim_ore",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """What waits: its id, when it was queued (UTC), its case, its kind, and what it refers to by our own ids."""

    item_id: str
    at: str
    case_id: str
    kind: str
    refers_to: Mapping[str, Any]


@dataclass(frozen=True)
class Parcel:
    """What is sent for an item: the payload as JSON text, and files by name. The same item gives the same parcel."""

    item_id: str
    kind: str
    payload: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)


def load_items(connection: sa.Connection, *, without: sa.Table) -> list[Item]:
    """Every item that has no row in `without`, oldest first."""
    ended = sa.select(without.c.item_id)
    rows = connection.execute(
        sa.select(OUTBOX).where(OUTBOX.c.item_id.not_in(ended)).order_by(OUTBOX.c.at, OUTBOX.c.item_id)
    )
    return [Item(row.item_id, row.at, row.case_id, row.kind, json.loads(row.refers_to)) for row in rows]


def build_parcel(store: Store, item: Item, settings: Settings) -> Parcel:
    """The parcel of an item; a letter to Digital Post reads the recipient's identity (event `identity.read`).

    `NotFound` when the identity is unknown, `NotNow` when the words of the case have been deleted.
    """
    with store.reading() as connection:
        letter = kept_letter(connection, item.refers_to["letter"], settings) if "letter" in item.refers_to else None
        own = _decision(connection, item, settings) if item.kind == DECISION else _note(item)
    files = {} if letter is None else {LETTER_FILE: letter.pdf}
    told = {} if letter is None else _letter(letter)
    if letter is not None and item.kind == POST:
        found = reveal_to_send(store, case_id=item.case_id, person_id=letter.person_id, item_id=item.item_id)
        told["recipient"] = {"cpr_number": found.cpr, "name": found.name}
    head = {
        "format": FORMAT, "item_id": item.item_id, "kind": item.kind, "case_id": item.case_id, "queued_at": item.at,
    }  # fmt: skip
    return Parcel(item.item_id, item.kind, _as_text(head | own | told), files)


def _decision(connection: sa.Connection, item: Item, settings: Settings) -> dict[str, Any]:
    """The receiver's own effects in the columns of `control_effect`; the registration office gets the address, and
    who is corrected there."""
    refers = item.refers_to
    asked = sa.select(EFFECTS).where(EFFECTS.c.effect_id.in_(refers["effects"])).order_by(EFFECTS.c.effect_id)
    effects = [{name: row[name] for name in _EFFECT} for row in connection.execute(asked).mappings()]
    told = {"receiver": refers["receiver"], "outcome": refers["outcome"], "effects": effects}
    if refers["receiver"] != CPR:
        return told
    address = sa.select(CASES.c.address_id).where(CASES.c.case_id == item.case_id)
    return told | {
        "address_id": connection.execute(address).scalar_one(),
        "corrected": _corrected(connection, item, settings),
    }


def _corrected(connection: sa.Connection, item: Item, settings: Settings) -> list[str]:
    """person_id of the adults whose registration the decision is about, out of the case's snapshot."""
    numbers = item.refers_to["corrected"]
    if not numbers:
        return []
    texts = load_vault(settings).read_texts(connection, item.case_id, ("snapshot",))
    persons = persons_of(texts[-1].document)
    return [persons[number] for number in numbers]


def _note(item: Item) -> dict[str, Any]:
    return {name: item.refers_to[name] for name in ("step", "version") if name in item.refers_to}


def _letter(letter: KeptLetter) -> dict[str, Any]:
    made = letter.letter
    return {
        "letter_id": made.letter_id, "letter_kind": made.kind, "title": LETTER_KINDS[made.kind].text_da,
        "sha256": made.sha256, "file": LETTER_FILE,
    }  # fmt: skip


def _as_text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
