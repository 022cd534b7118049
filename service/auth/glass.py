"""Breaking the glass: reading a case of another administration for an hour, with a reason, and never unseen.

For an emergency when nobody with the right is there. It lets somebody read and change nothing; the officer is told in
the same act. A case that is hidden stays hidden, and whoever has declared a conflict of interest stays out.
"""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.audit.events import instant
from governance.errors import InvalidForm, PermissionDenied
from governance.store.opening import Store
from service.auth.notices import notify
from service.auth.tables import GLASS
from service.cases.case import load_case
from service.cases.standing import load_conflicts
from service.cases.vault import load_vault

MINUTES = 60
SHORTEST_REASON, LONGEST_REASON = 10, 1_000
REASON_KIND = "emergency"
READABLE = frozenset({"case.read", "case.identity"})
"""What a broken glass lets somebody do."""


def break_glass(store: Store, *, caller: Caller, case_id: str, reason: str) -> dt.datetime:
    """Let the caller read the case for an hour; returns until when.

    The reason is sealed with the case. `NotFound`, `PermissionDenied` (no such right anywhere, or a conflict of
    interest), `InvalidForm` for a reason that says nothing.
    """
    caller.require("glass.break")
    words = _reason(reason)
    with store.act("glass.broken", subject=case_id, details={"purpose": "emergency"}, actor=caller.user_id) as act:
        load_case(act.connection, case_id)
        if caller.user_id in load_conflicts(act.connection, case_id):
            raise PermissionDenied(
                "Du har meldt dig inhabil i sagen.", item="glass.break", remedy="En kollega må se på sagen."
            )
        until = act.at + dt.timedelta(minutes=MINUTES)
        row = {
            "grant_id": f"glass-{secrets.token_hex(10)}", "case_id": case_id, "user_id": caller.user_id,
            "at": instant(act.at), "until": instant(until),
        }  # fmt: skip
        act.connection.execute(sa.insert(GLASS), row)
        document = {"text": words, "grant": row["grant_id"]}
        load_vault(store.settings).seal_text(act, case_id, REASON_KIND, document, caller.user_id)
        notify(act, "glass_broken", subject=case_id, user_id=caller.user_id)
        act.add(grant=row["grant_id"], until=row["until"])
    return until


def glass_is_broken(connection: sa.Connection, *, user_id: str, case_id: str, now: dt.datetime) -> bool:
    """Whether the caller has broken the glass of this case within the hour."""
    moment = instant(now)
    asked = sa.select(GLASS.c.grant_id).where(
        GLASS.c.case_id == case_id, GLASS.c.user_id == user_id, GLASS.c.at <= moment, GLASS.c.until > moment
    )
    return connection.execute(asked.limit(1)).first() is not None


def _reason(text: str) -> str:
    words = text.strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise InvalidForm(
            "Skriv, hvorfor det ikke kan vente.",
            item="reason",
            remedy=f"Mellem {SHORTEST_REASON} og {LONGEST_REASON} tegn.",
        )
    return words
