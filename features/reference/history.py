"""Second route of the family *history*: moves, stays and earlier control."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from features.reference.findings import Finding, counted, largest, reference, smallest
from features.reference.people import Resident
from features.reference.rows import Row
from features.reference.scene import Scene

YEAR_DAYS = 365
HALF_YEAR = dt.timedelta(days=183)
TWO_YEARS = dt.timedelta(days=2 * YEAR_DAYS)
THREE_YEARS = dt.timedelta(days=3 * YEAR_DAYS)


def moves_out_within(scene: Scene, window: dt.timedelta) -> list[Row]:
    """Registrations here that ended by the day and after the window began."""
    return [row for row in scene.residences if row["valid_to"] and _in(row["valid_to"], scene.day, window)]


def _in(date: dt.date, day: dt.date, window: dt.timedelta) -> bool:
    return day - window < date <= day


def _homes(residents: Iterable[Resident]) -> list[list[Row]]:
    return [[resident.residence] for resident in residents]


def _moves_lately(scene: Scene) -> list[Row]:
    return [row for row in scene.moves if _in(row["valid_from"], scene.day, THREE_YEARS)]


@reference
def care_of_residents(scene: Scene) -> Finding:
    """Residents registered c/o."""
    return counted(_homes(resident for resident in scene.residents if resident.residence["care_of"]))


@reference
def recent_care_of(scene: Scene) -> Finding:
    """Residents registered c/o whose registration began within a year."""
    recent = (resident for resident in scene.residents if resident.stay_days < YEAR_DAYS)
    return counted(_homes(resident for resident in recent if resident.residence["care_of"]))


@reference
def newest_move_in_days(scene: Scene) -> Finding:
    """Fewest days since a standing registration began."""
    return smallest((resident.stay_days, [resident.residence]) for resident in scene.residents)


@reference
def longest_stay_days(scene: Scene) -> Finding:
    """Most days since a standing registration began."""
    return largest((resident.stay_days, [resident.residence]) for resident in scene.residents)


@reference
def self_service_moves(scene: Scene) -> Finding:
    """Residents registered by self-service within two years."""
    recent = (resident for resident in scene.residents if resident.stay_days < 2 * YEAR_DAYS)
    return counted(_homes(resident for resident in recent if resident.residence["channel"] == "self_service"))


@reference
def registered_by_authority(scene: Scene) -> Finding:
    """Residents registered by the authority."""
    return counted(_homes(resident for resident in scene.residents if resident.residence["channel"] == "authority"))


@reference
def recorded_late_days(scene: Scene) -> Finding:
    """Most days by which a resident's move in of the last two years was recorded late."""
    recent = (resident for resident in scene.residents if resident.stay_days < 2 * YEAR_DAYS)
    return largest((resident.recorded_late_days, [resident.residence]) for resident in recent)


@reference
def moves_in(scene: Scene) -> Finding:
    """Registrations here that began within two years."""
    return counted([row] for row in scene.residences if _in(row["valid_from"], scene.day, TWO_YEARS))


@reference
def moves_out(scene: Scene) -> Finding:
    """Registrations here that ended within two years."""
    return counted([row] for row in moves_out_within(scene, TWO_YEARS))


@reference
def recent_moves_out(scene: Scene) -> Finding:
    """Registrations here that ended within 183 days."""
    return counted([row] for row in moves_out_within(scene, HALF_YEAR))


@reference
def short_stays(scene: Scene) -> Finding:
    """Registrations here that ended within two years and had lasted under 183 days."""
    ended = moves_out_within(scene, TWO_YEARS)
    return counted([row] for row in ended if row["valid_to"] - row["valid_from"] < HALF_YEAR)


@reference
def moves_by_residents(scene: Scene) -> Finding:
    """Registrations of today's residents, anywhere, that began within three years."""
    return counted([row] for row in _moves_lately(scene))


@reference
def earlier_care_of(scene: Scene) -> Finding:
    """Those of them at other addresses and c/o."""
    elsewhere = (row for row in _moves_lately(scene) if row["address_id"] != scene.address_id)
    return counted([row] for row in elsewhere if row["care_of"])


@reference
def earlier_hits(scene: Scene) -> Finding:
    """Closed cases with a corrected registration, or a changed benefit unless every effect was reversed."""
    found = [(case, _effects(scene, case)) for case in scene.cases]
    return counted([case, *effects] for case, effects in found if _is_hit(case, effects))


def _effects(scene: Scene, case: Row) -> list[Row]:
    return [row for row in scene.effects if row["case_id"] == case["case_id"]]


def _is_hit(case: Row, effects: list[Row]) -> bool:
    if case["outcome"] == "benefit_changed":
        return not effects or any(effect["reversed_on"] is None for effect in effects)
    return bool(case["outcome"] == "registration_corrected")


@reference
def earlier_no_change(scene: Scene) -> Finding:
    """Cases closed with no change."""
    return counted([case] for case in scene.cases if case["outcome"] == "no_change")
