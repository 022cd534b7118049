"""Second route of the family *household*: who lives here and what they are to each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain

from features.reference.findings import Finding, counted, largest, reference, smallest, yes_or_no
from features.reference.people import Relative, Resident, is_minor
from features.reference.rows import Row
from features.reference.scene import Scene

YEAR_DAYS = 365
NOT_DWELLING_FROM = 200


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
    return (day - kin.home["valid_from"]).days if kin.home else None


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
def spouses_here(scene: Scene) -> Finding:
    """Residents with a spouse or registered partner here."""
    found = [(resident, kin_in_role(scene, resident, "spouse")) for resident in scene.residents]
    return counted((*resident.rows, *ties) for resident, ties in found if ties)


@reference
def adults_with_parent(scene: Scene) -> Finding:
    """Adults with a parent here."""
    found = [(adult, kin_in_role(scene, adult, "parent")) for adult in scene.adults]
    return counted((*adult.rows, *ties) for adult, ties in found if ties)


@reference
def children_without_parent(scene: Scene) -> Finding:
    """Children with no parent here."""
    return counted(rows_of(child for child in scene.minors if not kin_in_role(scene, child, "parent")))


@reference
def spouses_elsewhere(scene: Scene) -> Finding:
    """Pairs of a resident and a living spouse who is not registered here."""
    return counted(kin.rows for kin in _spouses(scene))


@reference
def parents_elsewhere(scene: Scene) -> Finding:
    """Pairs of a child here and a living parent who is not."""
    return counted(kin.rows for kin in other_parents(scene))


@reference
def parent_without_address(scene: Scene) -> Finding:
    """A child's other parent has no registration on the day."""
    return yes_or_no(kin.rows for kin in other_parents(scene) if kin.home is None)


@reference
def parent_elsewhere_care_of(scene: Scene) -> Finding:
    """A child's other parent is registered c/o."""
    return yes_or_no(kin.rows for kin in other_parents(scene) if kin.home and kin.home["care_of"])


@reference
def parent_elsewhere_moved_days(scene: Scene) -> Finding:
    """Fewest days since a child's other parent moved to where that parent is registered."""
    moved = [(_moved_days(kin, scene.day), kin.rows) for kin in other_parents(scene)]
    return smallest((days, rows) for days, rows in moved if days is not None)


@reference
def parent_elsewhere_persons(scene: Scene) -> Finding:
    """Most persons registered where a child's other parent is; one who is registered nowhere counts 0."""
    return largest((len(kin.housemates), (*kin.rows, *kin.housemates)) for kin in other_parents(scene))


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
def parent_elsewhere_not_dwelling(scene: Scene) -> Finding:
    """A child's other parent is registered in a unit with use code 200 or above."""
    return yes_or_no(
        (*kin.rows, kin.dwelling)
        for kin in other_parents(scene)
        if kin.dwelling and kin.dwelling["unit_use_code"] >= NOT_DWELLING_FROM
    )


@reference
def spouse_loosely_registered(scene: Scene) -> Finding:
    """A spouse elsewhere moved within a year, is c/o, or has no registration."""
    return yes_or_no(kin.rows for kin in _spouses(scene) if _is_loose(kin, scene.day))


def _is_loose(kin: Relative, day: dt.date) -> bool:
    days = _moved_days(kin, day)
    return kin.home is None or days is None or days < YEAR_DAYS or bool(kin.home["care_of"])


@reference
def own_children_elsewhere(scene: Scene) -> Finding:
    """Pairs of an adult here and a child of theirs under eighteen who is registered elsewhere."""
    return counted(
        kin.rows
        for kin in scene.relatives
        if kin.tie.role == "child" and kin.tie.resident.is_adult and kin.home and is_minor(kin.person, scene.day)
    )
