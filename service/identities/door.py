"""The one door to names and CPR numbers: who passes has a right, a purpose and a case, and leaves an event.

Must not know how the table was filled, nor what a page shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.settings import Settings
from governance.store.opening import Store


@dataclass(frozen=True)
class Identity:
    """A person's name and CPR number (ten digits with a hyphen, DDMMYY-XXXX)."""

    name: str
    cpr: str = field(repr=False)


class OpenedCase(Protocol):
    """What the door asks of a case (`service.cases.case.CaseFile` has it)."""

    @property
    def case_id(self) -> str:
        """Our own id of the case."""


def reveal(
    store: Store, *, caller: Caller, case: OpenedCase, persons: Collection[str], purpose: str
) -> Mapping[str, Identity]:
    """person_id → identity of those `persons` of the case that the table knows; leaves the event `identity.read`.

    `PermissionDenied` without the right `case.identity` in an administration of the case, without a purpose of the
    caller's, or with a declared conflict of interest; `NotFound` for a hidden case or somebody who is not of the case;
    `NotNow` while the case has not been opened.
    """
    raise NotImplementedError


def find_person(store: Store, *, caller: Caller, cpr: str, purpose: str) -> str | None:
    """The person_id of a CPR number (with or without hyphen), None where nobody has it; event `identity.searched`.

    For the data protection officer (`log.read`). `InvalidForm` for what is no CPR number.
    """
    raise NotImplementedError


def road_names(
    connection: sa.Connection, codes: Iterable[tuple[str, str]], *, settings: Settings
) -> Mapping[tuple[str, str], str]:
    """(municipality_code, road_code) → name, where the table knows it; roads are no persons and leave no event."""
    raise NotImplementedError


def log_name(settings: Settings, person_id: str) -> str:
    """The pseudonym under which the log names a person (`person-…`), the one that searches of the log ask for."""
    raise NotImplementedError
