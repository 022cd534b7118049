"""From the registers of a day to the ledger: one act, after which the ledger says what the registers say.

Booked again it adds nothing. Must not know an account.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.as_of import AsOf
from governance.audit.events import instant
from governance.audit.search import newest_details
from governance.contracts import ContractReport
from governance.errors import UsageError
from governance.impact.facts import COMMITTEES, PURPOSE, CostKind, under_pseudonyms
from governance.impact.ledger import Booked, book, load_last
from governance.impact.memory import keep_key, require_key
from governance.impact.tables import COSTS
from governance.pseudonyms import load_pseudonyms
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.impact.reading import load_decided, load_facts, with_own_words

BOOKED, COST_BOOKED = "impact.booked", "impact.cost_booked"
MOST_COST_ORE = 10**14

Report = Callable[[str], None]


def book_impact(
    directory: Path, as_of: AsOf, *, settings: Settings, store: Store, report: Report = lambda _: None
) -> tuple[Booked, ContractReport]:
    """Book what the registers in `directory` say at the close of `as_of`; they are checked first, as is told.

    `DataContractError` when they break their contract, `UsageError` for a day before the ledger's own.
    """
    registers, checked = load_decided(directory, as_of=as_of, settings=settings, report=report)
    report("booking")
    return book_registers(registers, as_of, settings=settings, store=store), checked


def book_registers(registers: Registers, as_of: AsOf, *, settings: Settings, store: Store, subject: str = "") -> Booked:
    """Book what registers say that have passed their contract; `subject` of the event, the day if none is given."""
    pseudonyms = load_pseudonyms(settings.home, purpose=PURPOSE)
    with store.reading() as connection:
        known = load_facts(registers, as_of=as_of, hourly_cost_ore=settings.hourly_cost_ore, connection=connection)
    with store.act(BOOKED, subject=subject or f"as-of-{as_of}") as act:
        # what was paid since is known to a booking that ran beside: read again, or it would be taken back
        facts = under_pseudonyms(with_own_words(known, act.connection), pseudonyms)
        key = pseudonyms.of("key", PURPOSE)
        require_key(act.connection, key)
        booked = book(act.connection, facts, at=act.at)
        keep_key(act.connection, key, booking=booked.booking)
        act.add(
            as_of=str(as_of), booking=booked.booking, entries=booked.entries, causes=dict(booked.causes),
            kept=booked.kept, strange=booked.strange, ledger=booked.ledger_hash,
        )  # fmt: skip
    return booked


def book_night(
    registers: Registers, as_of: AsOf, *, night_id: str, settings: Settings, store: Store
) -> dict[str, Any]:  # fmt: skip
    """Book at the end of a night, once; returns counts for the night's own event.

    Where the ledger stands at a later day already (booked by hand), the night adds nothing and says which day.
    """
    with store.reading() as connection:
        said = newest_details(connection, BOOKED, night_id)
        last = load_last(connection)
    if said is not None:
        return {name: said[name] for name in ("entries", "kept", "strange")}
    if last is not None and last.as_of > as_of.day:
        return {"entries": 0, "stands_at": f"{last.as_of}"}
    booked = book_registers(registers, as_of, settings=settings, store=store, subject=night_id)
    return {"entries": booked.entries, "kept": booked.kept, "strange": booked.strange}


def book_cost(
    store: Store, *, kind: CostKind, committee: str, amount_ore: int, on_day: dt.date, text: str
) -> str:  # fmt: skip
    """Keep a cost of the control besides case hours, which the next booking takes in; returns its id.

    `UsageError` for a committee that has no part in the control, or an amount of 0.
    """
    if committee not in COMMITTEES or not 0 < abs(amount_ore) <= MOST_COST_ORE or not text.strip():
        raise UsageError(
            "A cost has an amount, a committee and a word on what it is for.",
            item="impact cost",
            remedy=f"Name one of {', '.join(COMMITTEES)} and an amount; one below 0 corrects an earlier cost.",
        )
    cost_id = f"udgift-{secrets.token_hex(8)}"
    said = {"kind": kind, "committee": committee, "amount_ore": amount_ore, "on_day": f"{on_day}"}
    with store.act(COST_BOOKED, subject=cost_id, details=said) as act:
        row = {"cost_id": cost_id, "at": instant(act.at), **said, "text": text.strip()}
        act.connection.execute(sa.insert(COSTS), [row])
    return cost_id
