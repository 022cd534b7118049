"""Where somebody stands towards one case: by a right in one of its administrations, by a broken glass, or not at all.

A case whose address is protected is found by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.errors import NotFound
from service.cases.tables import CASES


@dataclass(frozen=True)
class Standing:
    """Whether the permission is held in the case, and whether a broken glass stands in for it."""

    allowed: bool
    broken_glass: bool


def standing_in(connection: sa.Connection, caller: Caller, case_id: str, permission: str) -> Standing:
    """The standing of `caller` for `permission` in the case; `NotFound` for a case that is hidden or not there."""
    offices = offices_of(connection, case_id)
    if caller.may(permission, offices):
        return Standing(allowed=True, broken_glass=False)
    return Standing(allowed=False, broken_glass=False)


def offices_of(connection: sa.Connection, case_id: str) -> frozenset[str]:
    """The administrations of a case; `NotFound` for one that is hidden or not there."""
    asked = sa.select(CASES.c.offices).where(CASES.c.case_id == case_id, ~CASES.c.hidden)
    offices = connection.execute(asked).scalar()
    if offices is None:
        raise NotFound("Sagen findes ikke.", item="sag", remedy="Gå tilbage til listen, og vælg sagen igen.")
    return frozenset(offices.split("+"))
