"""A tip or an own lead, entered by hand: a row of the register `signal`, which competes on the same list as the rest.

The words are sealed under a key of the lead's own and never reach a score; that a signal of this kind came, and when,
may. Must not know lists.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day, months_before
from governance.audit.events import instant
from governance.errors import NotNow
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.addresses import in_cool_off
from service.cases.case import CaseFile
from service.cases.forms import LONG_CHARACTERS, invalid
from service.cases.moving import new_id
from service.cases.states import LEAD_KINDS
from service.cases.tables import CASE_KEYS, CASES, LEAD_KEYS, LEADS
from service.cases.vault import load_vault
from service.identities.cpr_number import read_cpr

__all__ = ["LEAD_KINDS", "Lead", "enter_lead", "leads_at", "leads_of_case", "leads_over", "read_lead"]
ENTERED = "lead.entered"
DELETED_WORDS = "Ordene er slettet, fordi opbevaringstiden er udløbet."
_ID_CHARACTERS = 100
_WITH_KEY = sa.select(LEADS, LEAD_KEYS.c.wrapped).outerjoin(LEAD_KEYS, LEAD_KEYS.c.signal_id == LEADS.c.signal_id)


@dataclass(frozen=True)
class Lead:
    """What somebody told, or an employee noticed: kind (LEAD_KINDS), when, who entered it, and the words.

    `text` says that the words have been deleted where retention has reached them.
    `person_id` is of whom it tells, None for the household.
    """

    signal_id: str
    address_id: str
    person_id: str | None
    kind: str
    recorded_on: dt.date
    at: dt.datetime
    user_id: str
    text: str


def enter_lead(
    store: Store,
    *,
    caller: Caller,
    address_id: str,
    kind: str,
    text: str,
    settings: Settings,
    person_id: str | None = None,
) -> str:
    """Keep a lead and return its signal_id; event `lead.entered` with the kind.

    `PermissionDenied` without `lead.write`; `InvalidForm` with every fault; `NotNow` while the address cools off after
    a control that changed nothing. An address whose case is hidden is taken like any other: nothing tells it apart.
    """
    caller.require("lead.write")
    _require_filled(address_id, kind, text)
    _require_pseudonyms(address_id, person_id)
    signal_id = new_id("signal")
    sealed, wrapped = load_vault(settings).seal_lead(signal_id, json.dumps({"text": text}).encode())
    with store.act(ENTERED, subject=signal_id, details={"kind": kind}, actor=caller.user_id) as act:
        today = danish_day(act.at)
        cooling = in_cool_off(act.connection, today=today, months=settings.cool_off_months, hidden=False)
        if address_id in cooling:
            raise NotNow(
                "Adressen er kontrolleret for nylig uden ændring og kan ikke tages op igen endnu.",
                item="address_id", remedy=f"Vent, til der er gået {settings.cool_off_months} måneder.",
            )  # fmt: skip
        row = {
            "signal_id": signal_id, "address_id": address_id, "person_id": person_id, "kind": kind, "sealed": sealed,
            "recorded_on": today.isoformat(), "at": instant(act.at), "user_id": caller.user_id,
        }  # fmt: skip
        act.connection.execute(sa.insert(LEADS), row)
        act.connection.execute(sa.insert(LEAD_KEYS), {"signal_id": signal_id, "wrapped": wrapped})
    return signal_id


def _require_filled(address_id: str, kind: str, text: str) -> None:
    rules = (
        (0 < len(address_id) <= _ID_CHARACTERS and address_id.isprintable(), "address", "Vælg en adresse."),
        (kind in LEAD_KINDS, "kind", "Vælg, hvor henvendelsen kommer fra."),
        (bool(text.strip()), "text", "Feltet skal udfyldes."),
        (len(text) <= LONG_CHARACTERS, "text", f"Teksten må højst fylde {LONG_CHARACTERS} tegn."),
    )
    faults = [(name, said) for holds, name, said in rules if not holds]
    if faults:
        raise invalid(*faults)


def _require_pseudonyms(address_id: str, person_id: str | None) -> None:
    """The two columns are not sealed: a CPR number typed in there would stand for anybody to read."""
    named = (("address", address_id), ("person_id", person_id or ""))
    faults = [(name, "Skriv aldrig et CPR-nummer her.") for name, word in named if read_cpr(word.strip()) is not None]
    if faults:
        raise invalid(*faults)


def read_lead(connection: sa.Connection, signal_id: str, *, settings: Settings) -> str:
    """The words of a lead; whoever asks has a right, a purpose and an event (KeyError of one that is not there)."""
    row = connection.execute(_WITH_KEY.where(LEADS.c.signal_id == signal_id)).one_or_none()
    if row is None:
        raise KeyError(signal_id)
    return _open(row, settings)


def leads_of_case(connection: sa.Connection, case: CaseFile, *, settings: Settings) -> tuple[Lead, ...]:
    """The leads on the address of a case, oldest first: from `signal_months` before its list until it was closed.

    The words are personal: whoever asks has a right, a purpose and an event.
    """
    earliest = months_before(case.as_of, settings.signal_months)
    found = leads_at(connection, {case.address_id} - {""}, settings=settings)
    return tuple(each for each in found if earliest < each.recorded_on <= (case.closed_on or dt.date.max))


def leads_at(connection: sa.Connection, addresses: Collection[str], *, settings: Settings) -> tuple[Lead, ...]:
    """Every lead on the addresses, oldest first, opened; whoever asks has a right, a purpose and an event."""
    asked = _WITH_KEY.where(LEADS.c.address_id.in_(sorted(addresses))).order_by(LEADS.c.at, LEADS.c.signal_id)
    return tuple(
        Lead(
            row.signal_id, row.address_id, row.person_id, row.kind, dt.date.fromisoformat(row.recorded_on),
            dt.datetime.fromisoformat(row.at), row.user_id, _open(row, settings),
        )
        for row in connection.execute(asked).all()
    )  # fmt: skip


def _open(row: sa.Row[Any], settings: Settings) -> str:
    if row.wrapped is None:
        return DELETED_WORDS
    return str(json.loads(load_vault(settings).open_lead(row.signal_id, row.sealed, row.wrapped))["text"])


def leads_over(connection: sa.Connection, *, before: dt.date, settings: Settings) -> tuple[str, ...]:
    """signal_id of each lead of before that day that still has its words and that no case with words shows.

    A case and what was told of its address go together: whoever may read the one may read the other.
    """
    asked = _WITH_KEY.where(LEADS.c.recorded_on < before.isoformat(), LEAD_KEYS.c.wrapped.is_not(None))
    found = connection.execute(asked.order_by(LEADS.c.signal_id)).all()
    shown = sa.select(CASES.c.address_id, CASES.c.as_of, CASES.c.closed_on).join(CASE_KEYS)
    spans = [
        (row.address_id, months_before(dt.date.fromisoformat(row.as_of), settings.signal_months), row.closed_on)
        for row in connection.execute(shown)
    ]
    return tuple(row.signal_id for row in found if not any(_within(row, *span) for span in spans))


def _within(lead: sa.Row[Any], address_id: str, after: dt.date, until: str | None) -> bool:
    """Whether `leads_of_case` shows the lead."""
    return bool(lead.address_id == address_id and f"{after}" < lead.recorded_on <= (until or f"{dt.date.max}"))
