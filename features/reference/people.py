"""Residents and their relatives, from the rows of CPR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from features.reference.rows import Row, first_day, full_age_on, holding, unbroken_run

MARRIED = ("G", "P")
RESIDENT = (1, 3)
DEAD = 90
SPOUSES = ("spouse", "registered_partner")
STAY = ("person_id", "address_id")
"""What the versions of one stay have in common."""


@dataclass(frozen=True)
class Resident:
    """Somebody registered at the address on the day; `person` is None where CPR holds no version of the person.

    `stay`: the versions of the unbroken stay here, the standing one first.
    """

    person_id: str
    day: dt.date
    stay: tuple[Row, ...]
    person: Row | None

    @property
    def residence(self) -> Row:
        """The version of the registration that stands on the day."""
        return self.stay[0]

    @property
    def moved_in_on(self) -> dt.date:
        """First day of the unbroken stay."""
        return first_day(self.stay)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What says that this person lives here and who it is."""
        return (self.residence, *((self.person,) if self.person else ()))

    @property
    def is_adult(self) -> bool:
        """Eighteen or more; whom CPR does not know is not counted as an adult."""
        return self.person is not None and full_age_on(self.person["birth_date"]) <= self.day

    @property
    def is_protected(self) -> bool:
        """Name and address protection."""
        return self.person is not None and bool(self.person["address_protected"])

    @property
    def is_married(self) -> bool:
        """Married or in a registered partnership by CPR."""
        return self.person is not None and self.person["civil_status"] in MARRIED

    @property
    def not_resident(self) -> bool:
        """CPR knows the person, but not as resident in the country."""
        return self.person is not None and self.person["status"] not in RESIDENT

    @property
    def stay_days(self) -> int:
        """Days since the unbroken stay here began."""
        return (self.day - self.moved_in_on).days

    @property
    def recorded_late_days(self) -> int | None:
        """Days from the move to the day CPR recorded it; 0 when it was announced before, None when told anew since."""
        if len(self.stay) > 1:
            return None
        return max((self.residence.recorded_on - self.moved_in_on).days, 0)


@dataclass(frozen=True)
class Tie:
    """`kin_id` is the spouse, a parent or a child of the resident; custody counts as parenthood."""

    resident: Resident
    kin_id: str
    role: str
    relations: tuple[Row, ...]


@dataclass(frozen=True)
class Relative:
    """A living, unprotected relative who is registered elsewhere, or nowhere (`home` is None).

    `stay`: the versions of the unbroken stay there, the standing one first; `stays_here`: at the unit's own address.
    """

    tie: Tie
    person: Row
    stay: tuple[Row, ...]
    dwelling: Row | None
    housemates: tuple[Row, ...]
    stays_here: tuple[Row, ...]

    @property
    def home(self) -> Row | None:
        """The version of the registration that stands on the day."""
        return self.stay[0] if self.stay else None

    @property
    def moved_in_on(self) -> dt.date | None:
        """First day of the unbroken stay there."""
        return first_day(self.stay) if self.stay else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """What says who it is, whose relative, and where registered."""
        return (*self.tie.relations, self.person, *((self.home,) if self.home else ()))


def build_residents(residences: Sequence[Row], persons: Mapping[str, Row], day: dt.date) -> tuple[Resident, ...]:
    """Those registered on the day among `residences` of one address."""
    return tuple(
        Resident(row["person_id"], day, unbroken_run(row, residences, alike=STAY), persons.get(row["person_id"]))
        for row in holding(residences, day)
    )


def build_ties(resident: Resident, relations: Sequence[Row]) -> tuple[Tie, ...]:
    """The resident's ties that hold on the day, one for each relative and role."""
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in holding(relations, resident.day):
        for kin_id, role in _readings(row, resident.person_id):
            grouped.setdefault((kin_id, role), []).append(row)
    return tuple(Tie(resident, kin_id, role, tuple(rows)) for (kin_id, role), rows in grouped.items())


def _readings(row: Row, person_id: str) -> list[tuple[str, str]]:
    is_spouse = row["kind"] in SPOUSES
    readings = []
    if row["person_id"] == person_id:
        readings.append((row["related_id"], "spouse" if is_spouse else "child"))
    if row["related_id"] == person_id:
        readings.append((row["person_id"], "spouse" if is_spouse else "parent"))
    return readings


def is_alive(person: Row | None) -> bool:
    """CPR knows the person and not as dead."""
    return person is not None and person["status"] != DEAD


def protected_among(persons: Iterable[Row]) -> Collection[str]:
    """Ids of those with name and address protection."""
    return frozenset(person["person_id"] for person in persons if person["address_protected"])
