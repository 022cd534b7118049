"""A case as it stands, in types: the one way from a row of `case_file` to a value.

A case that is hidden (somebody at the address has address protection) is not found by anybody. Must not know how a
case came to stand where it stands.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from typing import Any, cast

import sqlalchemy as sa

from governance.errors import NotFound
from service.cases.states import FINISHED, WAITING, State
from service.cases.tables import CASES

BETWEEN_CODES = "+"


@dataclass(frozen=True)
class CaseFile:
    """One case: the columns of `case_file` with days as dates, codes as sorted tuples, sentences as tuples.

    `address_id` is personal and empty after retention; `arm` and `selection_probability` are never shown to whoever
    works on cases. `version` counts every change.
    """

    case_id: str
    address_id: str
    run_id: str
    place: int
    pseudonym: str
    model_version: str
    arm: str
    selection_probability: float | None
    offices: tuple[str, ...]
    benefits: tuple[str, ...]
    legal_basis: str
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    as_of: dt.date
    listed_on: dt.date
    expires_on: dt.date
    opened_on: dt.date | None
    closed_on: dt.date | None
    deadline: dt.date | None
    state: State
    version: int
    owner: str | None
    blind: bool
    suspicion: bool
    hidden: bool
    vetoed_from: State | None
    outcome: str | None
    cause: str | None

    @property
    def waiting(self) -> bool:
        """Listed, and not opened: nobody has been told, nothing has been decided."""
        return self.state in WAITING

    @property
    def finished(self) -> bool:
        """Nothing more is expected of anybody."""
        return self.state in FINISHED

    def lapsed(self, today: dt.date) -> bool:
        """Whether the list that brought it may no longer be used for opening it."""
        return self.waiting and today > self.expires_on


_DAYS = frozenset({"as_of", "listed_on", "expires_on", "opened_on", "closed_on", "deadline"})
_CODES = frozenset({"offices", "benefits"})
_SENTENCES = frozenset({"reasons_for", "reasons_against"})


def load_case(connection: sa.Connection, case_id: str) -> CaseFile:
    """The case; `NotFound` when there is none, or when it is hidden."""
    row = connection.execute(sa.select(CASES).where(CASES.c.case_id == case_id)).mappings().one_or_none()
    if row is None or row["hidden"]:
        raise no_such_case()
    return as_case(row)


def as_case(row: sa.RowMapping) -> CaseFile:
    """A row of `case_file` as a case."""
    return CaseFile(**{each.name: _read(each.name, row[each.name]) for each in fields(CaseFile)})


def as_columns(**values: Any) -> dict[str, Any]:
    """Values of a `CaseFile` as columns of `case_file`."""
    return {name: _written(name, value) for name, value in values.items()}


def _read(name: str, value: Any) -> Any:
    if name in _DAYS:
        return None if value is None else dt.date.fromisoformat(value)
    if name in _CODES:
        return tuple(cast(str, value).split(BETWEEN_CODES)) if value else ()
    return tuple(json.loads(value)) if name in _SENTENCES else value


def _written(name: str, value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if name in _CODES:
        return BETWEEN_CODES.join(sorted(value))
    return json.dumps(list(value), ensure_ascii=False) if name in _SENTENCES else value


def no_such_case() -> NotFound:
    """The one answer about a case that is not there, is hidden, or is none of the caller's."""
    return NotFound("Der er ingen sådan sag.", item="sag", remedy="Find sagen på listen.")
