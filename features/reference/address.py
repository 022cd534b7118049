"""Second route of the family *address*: what DAR and BBR say of the dwelling on the day."""

from __future__ import annotations

from features.reference.findings import Finding, once, reference, yes_or_no
from features.reference.rows import Row
from features.reference.scene import Scene

NOT_DWELLING_FROM = 200


def _written(scene: Scene, column: str) -> Finding:
    if scene.address is None or scene.address[column] is None:
        return Finding(None)
    return Finding(float(scene.address[column]), (scene.address,))


def _address(scene: Scene) -> list[Row]:
    return [scene.address] if scene.address else []


def _persons(scene: Scene) -> list[Row]:
    return [resident.residence for resident in scene.residents]


@reference
def dwelling_area(scene: Scene) -> Finding:
    """Square metres as written in BBR; unknown where BBR does not say."""
    return _written(scene, "area_m2")


@reference
def dwelling_rooms(scene: Scene) -> Finding:
    """Rooms as written in BBR; unknown where BBR does not say."""
    return _written(scene, "rooms")


@reference
def not_a_dwelling(scene: Scene) -> Finding:
    """Use code 200 or above."""
    return yes_or_no([[row] for row in _address(scene) if row["unit_use_code"] >= NOT_DWELLING_FROM])


@reference
def area_per_person(scene: Scene) -> Finding:
    """Square metres over persons registered; unknown where either is missing."""
    area, persons = dwelling_area(scene), _persons(scene)
    if area.value is None or not persons:
        return Finding(None)
    return Finding(area.value / len(persons), once([area.rows, persons]))


@reference
def persons_per_room(scene: Scene) -> Finding:
    """Persons registered over rooms; unknown where no rooms are written."""
    rooms, persons = dwelling_rooms(scene), _persons(scene)
    if not rooms.value:
        return Finding(None)
    return Finding(len(persons) / rooms.value, once([rooms.rows, persons]))
