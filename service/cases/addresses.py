"""Whether a case may be made at an address now. Must not know lists or leads."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from governance.as_of import months_before
from service.cases.tables import CASES


def in_cool_off(connection: sa.Connection, *, today: dt.date, months: int, hidden: bool = True) -> frozenset[str]:
    """The addresses where a case ended with no change less than `months` months ago: nobody is controlled twice.

    Without `hidden` those whose case is hidden are left out: a refusal would tell that there was one.
    """
    earliest = months_before(today, months).isoformat()
    ended = sa.select(CASES.c.address_id).where(
        CASES.c.outcome == "no_change", CASES.c.closed_on.is_not(None), CASES.c.closed_on > earliest
    )
    shown = ended if hidden else ended.where(CASES.c.hidden.is_(False))
    return frozenset(connection.execute(shown).scalars())
