"""Second route of the family *history*: moves, stays and earlier control."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from features.reference.findings import Finding, counted, largest, reference, smallest
from features.reference.people import STAY, Resident
from features.reference.rows import Row, leads_into
from features.reference.scene import Scene

YEAR_DAYS = 365
HALF_YEAR = dt.timedelta(days=183)
YEAR = dt.timedelta(days=YEAR_DAYS)
TWO_YEARS = dt.timedelta(days=2 * YEAR_DAYS)
THREE_YEARS = dt.timedelta(days=3 * YEAR_DAYS)


def _begins(row: Row, rows: Iterable[Row]) -> bool:
    """No other version leads into this one: the person moved in."""
    return not any(leads_into(other, row, alike=STAY) for other in rows)


def _ends(row: Row, rows: Iterable[Row]) -> bool:
    """This version leads into no other: the person moved out."""
    return not any(leads_into(row, other, alike=STAY) for other in rows)


def _moves_out(scene: Scene, window: dt.timedelta) -> list[Row]:
    ended = [row for row in scene.residences if row["valid_to"] and _in(row["valid_to"], scene.day, window)]
    return [row for row in ended if _ends(row, scene.residences)]


def _moves_in(scene: Scene, window: dt.timedelta) -> list[Row]:
    begun = [row for row in scene.residences if _in(row["valid_from"], scene.day, window)]
    return [row for row in begun if _begins(row, scene.residences)]


def _in(date: dt.date, day: dt.date, window: dt.timedelta) -> bool:
    return day - window < date <= day


def _homes(residents: Iterable[Resident]) -> list[tuple[Row, ...]]:
    return [resident.stay for resident in residents]


@reference
def care_of_residents(scene: Scene) -> Finding:
    """Residents registered c/o."""
    return counted([resident.residence] for resident in scene.residents if resident.residence["care_of"])


@reference
def recent_care_of(scene: Scene) -> Finding:
    """Residents registered c/o whose stay here began within a year."""
    recent = (resident for resident in scene.residents if resident.stay_days < YEAR_DAYS)
    return counted(_homes(resident for resident in recent if resident.residence["care_of"]))


@reference
def newest_move_in_days(scene: Scene) -> Finding:
    """Fewest days since a standing stay began."""
    return smallest((resident.stay_days, resident.stay) for resident in scene.residents)


@reference
def longest_stay_days(scene: Scene) -> Finding:
    """Most days since a standing stay began."""
    return largest((resident.stay_days, resident.stay) for resident in scene.residents)


@reference
def self_service_moves(scene: Scene) -> Finding:
    """Residents registered by self-service whose stay here began within two years."""
    recent = (resident for resident in scene.residents if resident.stay_days < 2 * YEAR_DAYS)
    return counted(_homes(resident for resident in recent if resident.residence["channel"] == "self_service"))


@reference
def recorded_late_days(scene: Scene) -> Finding:
    """Most days by which a resident's move in of the last two years was recorded late."""
    recent = [resident for resident in scene.residents if resident.stay_days < 2 * YEAR_DAYS]
    late = [(resident.recorded_late_days, [resident.residence]) for resident in recent]
    return largest((days, rows) for days, rows in late if days is not None)


@reference
def moves_in(scene: Scene) -> Finding:
    """Stays here that began within two years."""
    return counted([row] for row in _moves_in(scene, TWO_YEARS))


@reference
def recent_moves_in(scene: Scene) -> Finding:
    """Stays here that began within a year."""
    return counted([row] for row in _moves_in(scene, YEAR))


@reference
def moves_out(scene: Scene) -> Finding:
    """Stays here that ended within two years."""
    return counted([row] for row in _moves_out(scene, TWO_YEARS))


@reference
def recent_moves_out(scene: Scene) -> Finding:
    """Stays here that ended within 183 days."""
    return counted([row] for row in _moves_out(scene, HALF_YEAR))


@reference
def moves_by_residents(scene: Scene) -> Finding:
    """Stays of today's residents, anywhere, that began within three years."""
    begun = [row for row in scene.moves if _in(row["valid_from"], scene.day, THREE_YEARS)]
    return counted([row] for row in begun if _begins(row, scene.moves))


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


@reference
def newest_case_days(scene: Scene) -> Finding:
    """Fewest days since a case was closed."""
    return smallest(((scene.day - case["closed_on"]).days, [case]) for case in scene.cases if case["closed_on"])
