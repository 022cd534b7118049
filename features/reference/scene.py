"""Everything known about one address on one day, put together in plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from features.reference.grants import Grant, build_grants
from features.reference.people import (
    STAY,
    Relative,
    Resident,
    Tie,
    build_residents,
    build_ties,
    is_alive,
    protected_among,
)
from features.reference.rows import Row, holding, load_rows, one_of, unbroken_run
from governance.as_of import AsOf
from governance.benefits import Catalogue
from governance.registers import Registers

Load = Callable[[str, str, Collection[str]], tuple[Row, ...]]
"""Register, column, values → the rows known on the day."""


@dataclass(frozen=True)
class Scene:
    """One address at the close of one day.

    `residences`: every known registration at the address, of any time; `moves`: every known registration of today's
    residents, wherever. `effects`: of the `cases`. `protected`: ids of whom no row may be shown.
    """

    address_id: str
    day: dt.date
    address: Row | None
    residents: tuple[Resident, ...]
    ties_here: tuple[Tie, ...]
    relatives: tuple[Relative, ...]
    residences: tuple[Row, ...]
    moves: tuple[Row, ...]
    grants: tuple[Grant, ...]
    signals: tuple[Row, ...]
    cases: tuple[Row, ...]
    effects: tuple[Row, ...]
    protected: Collection[str]

    @property
    def adults(self) -> tuple[Resident, ...]:
        """Residents of eighteen or more."""
        return tuple(resident for resident in self.residents if resident.is_adult)

    @property
    def minors(self) -> tuple[Resident, ...]:
        """The other residents."""
        return tuple(resident for resident in self.residents if not resident.is_adult)

    def kin_here(self, resident: Resident) -> tuple[Tie, ...]:
        """The resident's ties to others at the address."""
        return tuple(tie for tie in self.ties_here if tie.resident is resident)

    def unrelated_adults(self, resident: Resident) -> tuple[Resident, ...]:
        """Adults here who are neither the resident nor kin of the resident."""
        near = {resident.person_id, *(tie.kin_id for tie in self.kin_here(resident))}
        return tuple(adult for adult in self.adults if adult.person_id not in near)


def load_scene(registers: Registers, address_id: str, *, as_of: AsOf, catalogue: Catalogue) -> Scene:
    """Fetch what touches the address, its residents and their relatives, and put it together."""
    day = as_of.day

    def load(register: str, where: str, among: Collection[str]) -> tuple[Row, ...]:
        return load_rows(registers, register, where=where, among=among, day=day)

    residences = load("residence", "address_id", [address_id])
    here = [row["person_id"] for row in holding(residences, day)]
    residents = build_residents(residences, _persons(load, here, day), day)
    ties = _ties(load, residents)
    own = one_of(holding(load("address", "address_id", [address_id]), day), "address_id", address_id)
    away = [tie for tie in ties if tie.kin_id not in here]
    relatives, housemates = _relatives(load, away, residences, day)
    signals, cases = load("signal", "address_id", [address_id]), load("control_case", "address_id", [address_id])
    ties_here = tuple(tie for tie in ties if tie.kin_id in here)
    return Scene(
        address_id, day, own, residents, ties_here, relatives, residences, load("residence", "person_id", here),
        _grants(load, residents, catalogue), signals, cases,
        load("control_effect", "case_id", [row["case_id"] for row in cases]),
        _protected(load, (*residences, *signals, *housemates), [*here, *(tie.kin_id for tie in ties)], day),
    )  # fmt: skip


def _persons(load: Load, person_ids: Collection[str], day: dt.date) -> Mapping[str, Row]:
    return {row["person_id"]: row for row in holding(load("person", "person_id", set(person_ids)), day)}


def _ties(load: Load, residents: Sequence[Resident]) -> tuple[Tie, ...]:
    ids = [resident.person_id for resident in residents]
    from_them = load("relation", "person_id", ids)
    to_them = [row for row in load("relation", "related_id", ids) if row["person_id"] not in ids]
    return tuple(tie for resident in residents for tie in build_ties(resident, [*from_them, *to_them]))


def _relatives(
    load: Load, ties: Sequence[Tie], residences: Sequence[Row], day: dt.date
) -> tuple[tuple[Relative, ...], tuple[Row, ...]]:
    """The relatives elsewhere, and every registration on the day where they are registered."""
    kin_ids = {tie.kin_id for tie in ties}
    persons = _persons(load, kin_ids, day)
    moves = load("residence", "person_id", kin_ids)
    homes = {row["person_id"]: row for row in holding(moves, day)}
    places = {home["address_id"] for home in homes.values()}
    dwellings = {row["address_id"]: row for row in holding(load("address", "address_id", places), day)}
    housemates = holding(load("residence", "address_id", places), day)
    relatives = []
    for tie in ties:
        person, home = persons.get(tie.kin_id), homes.get(tie.kin_id)
        if person is None or not is_alive(person) or person["address_protected"]:
            continue
        place = home["address_id"] if home else None
        beside = tuple(row for row in housemates if row["address_id"] == place)
        stays_here = tuple(row for row in residences if row["person_id"] == tie.kin_id)
        stay = unbroken_run(home, moves, alike=STAY) if home else ()
        relatives.append(Relative(tie, person, stay, dwellings.get(place or ""), beside, stays_here))
    return tuple(relatives), housemates


def _grants(load: Load, residents: Sequence[Resident], catalogue: Catalogue) -> tuple[Grant, ...]:
    versions = load("benefit_grant", "person_id", [resident.person_id for resident in residents])
    payments = load("benefit_payment", "grant_id", {row["grant_id"] for row in versions})
    return tuple(grant for holder in residents for grant in build_grants(holder, versions, payments, catalogue))


def _protected(load: Load, naming: Sequence[Row], person_ids: Collection[str], day: dt.date) -> Collection[str]:
    """Whose rows may not be shown, among everybody that a row of the scene can name."""
    named = {row["person_id"] for row in naming if row["person_id"] is not None}
    return protected_among(_persons(load, named | set(person_ids), day).values())
