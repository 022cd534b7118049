"""Where somebody stands towards one case: by a right in one of its administrations, by a broken glass, or not at all.

A case whose address is protected is found by nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from governance.access.caller import Caller
from service.auth.glass import READABLE, glass_is_broken
from service.cases.case import CaseFile, load_case


@dataclass(frozen=True)
class Standing:
    """Whether the permission is held in the case, and whether a broken glass stands in for it."""

    allowed: bool
    broken_glass: bool


def standing_in(
    connection: sa.Connection, caller: Caller, case_id: str, permission: str, *, now: dt.datetime
) -> Standing:
    """The standing of `caller` for `permission` in the case; `NotFound` for a case that is hidden or not there."""
    case = load_case(connection, case_id)
    if caller.may(permission, case.offices):
        return Standing(allowed=True, broken_glass=False)
    broken = permission in READABLE and glass_is_broken(connection, user_id=caller.user_id, case_id=case_id, now=now)
    return Standing(allowed=False, broken_glass=broken)


def permits(connection: sa.Connection, caller: Caller, case: CaseFile, permission: str, *, now: dt.datetime) -> bool:
    """Whether the caller may do this in the case now: by the table, or for reading by a broken glass."""
    standing = standing_in(connection, caller, case.case_id, permission, now=now)
    return standing.allowed or standing.broken_glass
