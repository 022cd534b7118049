"""Second route of the family *household*: who lives here and what they are to each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain

from features.reference.findings import Finding, counted, reference, smallest, yes_or_no
from features.reference.people import Relative, Resident
from features.reference.rows import Row
from features.reference.scene import Scene

YEAR_DAYS = 365
NOT_DWELLING_FROM = 200
HALL_OF_RESIDENCE = 150
MANY = 5


def rows_of(residents: Iterable[Resident]) -> list[tuple[Row, ...]]:
    """The rows of each resident, as one group."""
    return [resident.rows for resident in residents]


def kin_in_role(scene: Scene, resident: Resident, role: str) -> tuple[Row, ...]:
    """The relations that give the resident kin of this role at the address; empty = none."""
    ties = scene.kin_here(resident)
    return tuple(chain.from_iterable(tie.relations for tie in ties if tie.role == role))


def other_parents(scene: Scene) -> list[Relative]:
    """Parents elsewhere of the children here, one for each pair."""
    return [kin for kin in scene.relatives if kin.tie.role == "parent" and not kin.tie.resident.is_adult]


def is_near(scene: Scene, kin: Relative) -> bool:
    """The relative is registered on the same road and in the same postal code."""
    own, other = scene.address, kin.dwelling
    if own is None or other is None:
        return False
    return bool((own["road_code"], own["postal_code"]) == (other["road_code"], other["postal_code"]))


def _spouses(scene: Scene) -> list[Relative]:
    return [kin for kin in scene.relatives if kin.tie.role == "spouse"]


def _moved_days(kin: Relative, day: dt.date) -> int | None:
    return (day - kin.moved_in_on).days if kin.moved_in_on else None


@reference
def adults(scene: Scene) -> Finding:
    """Residents whose eighteenth birthday has come."""
    return counted(rows_of(scene.adults))


@reference
def children(scene: Scene) -> Finding:
    """The other residents."""
    return counted(rows_of(scene.minors))


@reference
def unrelated_adults(scene: Scene) -> Finding:
    """Adults without any kin here, where more than one adult is registered."""
    alone = [adult for adult in scene.adults if not scene.kin_here(adult) and len(scene.adults) > 1]
    return counted(rows_of(alone))


@reference
def spouses_elsewhere(scene: Scene) -> Finding:
    """Pairs of a resident and a living spouse who is not registered here."""
    return counted(kin.rows for kin in _spouses(scene))


@reference
def parent_elsewhere_moved_days(scene: Scene) -> Finding:
    """Fewest days since a child's other parent moved to where that parent is registered."""
    moved = [(_moved_days(kin, scene.day), (*kin.rows, *kin.stay)) for kin in other_parents(scene)]
    return smallest((days, rows) for days, rows in moved if days is not None)


@reference
def parent_elsewhere_near(scene: Scene) -> Finding:
    """A child's other parent is registered on the same road."""
    return yes_or_no((*kin.rows, kin.dwelling) for kin in other_parents(scene) if kin.dwelling and is_near(scene, kin))


@reference
def parent_elsewhere_lived_here(scene: Scene) -> Finding:
    """A child's other parent was registered here until a day within the last year."""
    year_ago = scene.day - dt.timedelta(days=YEAR_DAYS)
    lately = [
        (kin, [row for row in kin.stays_here if row["valid_to"] and year_ago < row["valid_to"] <= scene.day])
        for kin in other_parents(scene)
    ]
    return yes_or_no((*kin.rows, *stays) for kin, stays in lately if stays)


@reference
def spouse_loosely_registered(scene: Scene) -> Finding:
    """A spouse elsewhere moved within a year, is c/o, or has no registration."""
    return yes_or_no(kin.rows for kin in _spouses(scene) if _is_loose(kin, scene.day))


def _is_loose(kin: Relative, day: dt.date) -> bool:
    days = _moved_days(kin, day)
    return kin.home is None or days is None or days < YEAR_DAYS or bool(kin.home["care_of"])


@reference
def parent_elsewhere_doubtful(scene: Scene) -> Finding:
    """A child's other parent is c/o, among five or more registered, at a hall of residence or not in a dwelling."""
    return yes_or_no(rows for kin in other_parents(scene) if (rows := _doubts(kin)))


def _doubts(kin: Relative) -> tuple[Row, ...]:
    """The rows that make it doubtful whether the relative lives where registered; empty = none do."""
    if kin.home is None:
        return ()
    crowd = kin.housemates if len(kin.housemates) >= MANY else ()
    odd = (kin.dwelling,) if kin.dwelling and _is_odd(kin.dwelling["unit_use_code"]) else ()
    return (*kin.rows, *crowd, *odd) if crowd or odd or kin.home["care_of"] else ()


def _is_odd(use_code: int) -> bool:
    return use_code == HALL_OF_RESIDENCE or use_code >= NOT_DWELLING_FROM
