"""Pages of the list, in its order, as the caller may see them.

Not seen: cases that are hidden, of other administrations, of a list that has lapsed, or in which the caller has
declared a conflict of interest. Must not know pages or the API.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from service.cases.case import BETWEEN_CODES, CaseFile, as_case
from service.cases.colleagues import load_colleagues
from service.cases.seen import MOST_ROWS, Cursor, Scope, WorklistPage, WorklistRow
from service.cases.snapshot import ADDRESS_PARTS
from service.cases.states import FINISHED, WAITING, State
from service.cases.tables import CASES, CONFLICTS, LOOKS
from service.cases.vault import Vault

_READ = "worklist.read"


def worklist_page(
    connection: sa.Connection,
    *,
    caller: Caller,
    scope: Scope,
    today: dt.date,
    vault: Vault,
    state: State | None = None,
    office: str | None = None,
    benefit: str | None = None,
    overdue: bool = False,
    after: Cursor | None = None,
    size: int = MOST_ROWS,
) -> WorklistPage:
    """At most `size` (50) rows after a cursor: the newest list first, in the order of its places.

    `mine`: the caller's own, `team`: not finished, in the caller's administrations, `all`: finished ones too. The
    filters narrow it. `PermissionDenied` without `worklist.read`, or not in the `office` asked for.
    """
    caller.require(_READ, None if office is None else (office,))
    offices = (office,) if office else tuple(sorted(caller.offices(_READ)))
    wanted = [*_visible(caller, offices, today), *_of_scope(scope, caller, state)]
    wanted += [CASES.c.state == state] if state else []
    wanted += [_has(CASES.c.benefits, benefit)] if benefit else []
    wanted += [CASES.c.deadline < today.isoformat()] if overdue else []
    total = connection.execute(sa.select(sa.func.count()).select_from(CASES).where(*wanted)).scalar_one()
    found = sa.select(CASES).where(*wanted, *([_later(after)] if after else []))
    ordered = found.order_by(CASES.c.listed_on.desc(), CASES.c.place, CASES.c.case_id)
    limit = max(1, min(size, MOST_ROWS))
    cases = [as_case(row) for row in connection.execute(ordered.limit(limit + 1)).mappings()]
    rows = _rows(connection, cases[:limit], caller, today, vault)
    following = _cursor(cases[limit - 1]) if len(cases) > limit else None
    return WorklistPage(rows, following, int(total))


def _visible(caller: Caller, offices: Collection[str], today: dt.date) -> list[sa.ColumnElement[bool]]:
    conflict = sa.exists().where(CONFLICTS.c.case_id == CASES.c.case_id, CONFLICTS.c.user_id == caller.user_id)
    lapsed = sa.and_(CASES.c.state.in_(sorted(WAITING)), CASES.c.expires_on < today.isoformat())
    return [
        CASES.c.hidden.is_(False), sa.or_(*(_has(CASES.c.offices, each) for each in offices)), ~conflict, ~lapsed
    ]  # fmt: skip


def _of_scope(scope: Scope, caller: Caller, state: State | None) -> list[sa.ColumnElement[bool]]:
    mine = [CASES.c.owner == caller.user_id] if scope == "mine" else []
    unfinished = [] if scope == "all" or state else [CASES.c.state.not_in(sorted(FINISHED))]
    return [*mine, *unfinished]


def _has(column: sa.Column[Any], code: str) -> sa.ColumnElement[bool]:
    """Whether codes joined by `+` hold this one."""
    return (BETWEEN_CODES + column + BETWEEN_CODES).contains(f"{BETWEEN_CODES}{code}{BETWEEN_CODES}", autoescape=True)


def _later(after: Cursor) -> sa.ColumnElement[bool]:
    """Rows behind the cursor in the order of the list."""
    day = after.listed_on.isoformat()
    same_day, same_place = CASES.c.listed_on == day, CASES.c.place == after.place
    return sa.or_(
        CASES.c.listed_on < day,
        sa.and_(same_day, CASES.c.place > after.place),
        sa.and_(same_day, same_place, CASES.c.case_id > after.case_id),
    )


def _cursor(case: CaseFile) -> Cursor:
    return Cursor(case.listed_on, case.place, case.case_id)


def _rows(
    connection: sa.Connection, cases: Collection[CaseFile], caller: Caller, today: dt.date, vault: Vault
) -> tuple[WorklistRow, ...]:
    ids = [case.case_id for case in cases]
    snapshots = vault.newest(connection, ids, "snapshot")
    looked = _looked(connection, ids, caller)
    names = {user_id: known.name for user_id, known in load_colleagues(connection).items()}
    return tuple(
        WorklistRow(
            case_id=case.case_id, place=case.place, address=_address(snapshots.get(case.case_id, {})),
            benefits=case.benefits, offices=case.offices,
            first_reason=None if kept_back(case, caller, looked) else next(iter(case.reasons_for), ""),
            deadline=case.expires_on if case.waiting else case.deadline,
            overdue=case.deadline is not None and case.deadline < today, state=case.state,
            owner=case.owner, owner_name=names.get(case.owner or "", case.owner), listed_on=case.listed_on,
            version=case.version,
        )
        for case in cases
    )  # fmt: skip


def kept_back(case: CaseFile, caller: Caller, looked: Collection[str]) -> bool:
    """Whether the reasons are still hidden from the caller, who has looked first at the cases `looked`."""
    return case.blind and case.waiting and case.case_id not in looked and not supervises(caller, case)


def supervises(caller: Caller, case: CaseFile) -> bool:
    """Whether the caller only oversees the case: whoever may also decide in it assesses first, like anybody."""
    return caller.may("case.veto", case.offices) and not caller.may("case.approve", case.offices)


def _looked(connection: sa.Connection, case_ids: Collection[str], caller: Caller) -> frozenset[str]:
    first = (LOOKS.c.kind == "first", LOOKS.c.user_id == caller.user_id, LOOKS.c.case_id.in_(case_ids))
    return frozenset(connection.execute(sa.select(LOOKS.c.case_id).where(*first)).scalars())


def _address(snapshot: Mapping[str, Any]) -> dict[str, str]:
    parts = snapshot.get("address", {})
    return {name: str(parts.get(name, "")) for name in ADDRESS_PARTS}
