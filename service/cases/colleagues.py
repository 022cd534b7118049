"""Who works here, as the service has met them: names for pages, and to whom a case can be given.

A colleague is known from the first login or step on. Must not know how anybody was recognised.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from governance.access.caller import Caller, Right, make_rights
from governance.audit.events import instant
from governance.store.opening import Act
from service.cases.tables import COLLEAGUES


@dataclass(frozen=True)
class Colleague:
    """Somebody known here, with the rights held when last seen."""

    user_id: str
    name: str
    rights: frozenset[Right]

    def works_in(self, offices: Collection[str]) -> bool:
        """Whether cases of one of these administrations can be given to them."""
        return Caller(self.user_id, self.name, self.rights).may("case.work", offices)


def remember(act: Act, caller: Caller) -> None:
    """Keep the caller's name and rights as they are now; written only when something is new."""
    rights = json.dumps(sorted([right.role, right.office] for right in caller.rights))
    known = act.connection.execute(sa.select(COLLEAGUES).where(COLLEAGUES.c.user_id == caller.user_id)).first()
    columns = {"name": caller.name, "rights": rights}
    if known is None:
        row = {"user_id": caller.user_id, "seen_at": instant(act.at)}
        act.connection.execute(sa.insert(COLLEAGUES), row | columns)
    elif (known.name, known.rights) != (caller.name, rights):
        changed = sa.update(COLLEAGUES).where(COLLEAGUES.c.user_id == caller.user_id)
        act.connection.execute(changed.values(**columns, seen_at=instant(act.at)))


def load_colleagues(connection: sa.Connection) -> Mapping[str, Colleague]:
    """Everybody known, by user id, in the order of their names."""
    rows = connection.execute(sa.select(COLLEAGUES).order_by(COLLEAGUES.c.name, COLLEAGUES.c.user_id))
    return {row.user_id: Colleague(row.user_id, row.name, make_rights(json.loads(row.rights))) for row in rows}
