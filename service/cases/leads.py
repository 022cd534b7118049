"""A tip or an own lead, entered by hand: a row of the register `signal`, which competes on the same list as the rest.

The words are sealed and never reach a score; that a signal of this kind came, and when, may. Must not know lists.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import months_before
from governance.audit.events import instant
from governance.errors import NotNow
from governance.sealing import load_sealer
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.addresses import in_cool_off
from service.cases.case import CaseFile
from service.cases.forms import LONG_CHARACTERS, invalid
from service.cases.moving import new_id
from service.cases.states import LEAD_KINDS
from service.cases.tables import LEADS
from service.identities.cpr_number import read_cpr

__all__ = ["LEAD_KINDS", "Lead", "enter_lead", "leads_at", "leads_of_case", "read_lead"]
ENTERED = "lead.entered"
_SEAL = "leads"
_ID_CHARACTERS = 100


@dataclass(frozen=True)
class Lead:
    """What somebody told, or an employee noticed: kind (LEAD_KINDS), when, who entered it, and the words.

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
    sealed = load_sealer(settings.home, purpose=_SEAL).seal(json.dumps({"text": text}).encode(), about=signal_id)
    with store.act(ENTERED, subject=signal_id, details={"kind": kind}, actor=caller.user_id) as act:
        today = act.at.date()
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
    sealed = connection.execute(sa.select(LEADS.c.sealed).where(LEADS.c.signal_id == signal_id)).scalar_one_or_none()
    if sealed is None:
        raise KeyError(signal_id)
    return _open(sealed, signal_id, settings)


def leads_of_case(connection: sa.Connection, case: CaseFile, *, settings: Settings) -> tuple[Lead, ...]:
    """The leads on the address of a case, oldest first: from `signal_months` before its list until it was closed.

    The words are personal: whoever asks has a right, a purpose and an event.
    """
    earliest = months_before(case.as_of, settings.signal_months)
    found = leads_at(connection, {case.address_id} - {""}, settings=settings)
    return tuple(each for each in found if earliest < each.recorded_on <= (case.closed_on or dt.date.max))


def leads_at(connection: sa.Connection, addresses: Collection[str], *, settings: Settings) -> tuple[Lead, ...]:
    """Every lead on the addresses, oldest first, opened; whoever asks has a right, a purpose and an event."""
    asked = sa.select(LEADS).where(LEADS.c.address_id.in_(sorted(addresses))).order_by(LEADS.c.at, LEADS.c.signal_id)
    return tuple(
        Lead(
            row.signal_id, row.address_id, row.person_id, row.kind, dt.date.fromisoformat(row.recorded_on),
            dt.datetime.fromisoformat(row.at), row.user_id, _open(row.sealed, row.signal_id, settings),
        )
        for row in connection.execute(asked).all()
    )  # fmt: skip


def _open(sealed: bytes, signal_id: str, settings: Settings) -> str:
    return str(json.loads(load_sealer(settings.home, purpose=_SEAL).open(sealed, about=signal_id))["text"])
