"""Whose household stays off the list: while a request is being considered, and after an objection was accepted.

Sources: GDPR Articles 18(1)(a) and (d) (restricted while accuracy or an objection is being looked into) and 21(1). A
hold follows the person, not the address: it ends where the person moves to. Must not know how a list is taken in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from governance.settings import Settings
from service.cases.snapshot import persons_of
from service.identities.door import log_name
from service.rights.requests import list_requests

GRANTED = ("granted", "partly_granted")


def held_persons(connection: sa.Connection) -> frozenset[str]:
    """The pseudonyms (of the log) of everybody whose household may not be listed now."""
    return frozenset(
        each.person
        for each in list_requests(connection)
        if (each.kind != "access" and each.answer is None)
        or (each.kind == "objection" and each.answer is not None and each.answer.step in GRANTED)
    )


def on_hold(snapshot: Mapping[str, Any], held: frozenset[str], settings: Settings) -> bool:
    """Whether somebody of the household in this snapshot is held."""
    return bool(held) and any(log_name(settings, person) in held for person in persons_of(snapshot).values())
