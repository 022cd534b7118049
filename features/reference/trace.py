"""The door of the second route: each feature of one address with the rows behind its value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module

from features.definitions import load_catalogue_of_features
from features.feature import FAMILIES
from features.reference.findings import REFERENCE, Trace
from features.reference.rows import Row, names_one_of
from features.reference.scene import Scene, load_scene
from features.reference.stakes import Stakes, trace_stakes
from governance.as_of import AsOf
from governance.benefits import Catalogue, load_catalogue
from governance.errors import PermissionDenied
from governance.registers import Registers


@dataclass(frozen=True)
class FeatureTrace:
    """A feature of one address: its value (None = unknown) and the rows it comes from."""

    name: str
    value: float | None
    rows: tuple[Row, ...]


@cache
def load_references() -> Mapping[str, Trace]:
    """The second route of every feature, by the feature's name."""
    for family in FAMILIES:
        import_module(f"features.reference.{family}")
    return dict(REFERENCE)


def explain_address(
    registers: Registers, address_id: str, *, as_of: AsOf, benefits: Catalogue | None = None
) -> Sequence[FeatureTrace]:
    """Every feature of the address at the close of `as_of`, in catalogue order.

    An address that no register knows has no rows, and its values are those of an empty address. Raises
    `PermissionDenied` where a resident has name and address protection (CPR-loven § 28).
    """
    return trace_features(_permitted(registers, address_id, as_of=as_of, benefits=benefits))


def explain_stakes(registers: Registers, address_id: str, *, as_of: AsOf, benefits: Catalogue | None = None) -> Stakes:
    """The stakes of the address at the close of `as_of`; `PermissionDenied` as for `explain_address`."""
    scene = _permitted(registers, address_id, as_of=as_of, benefits=benefits)
    stakes = trace_stakes(scene)
    return replace(stakes, rows=_shown(stakes.rows, scene.protected))


def trace_features(scene: Scene) -> Sequence[FeatureTrace]:
    """Every feature of the scene; rows that name a protected person are emptied, not left out."""
    references = load_references()
    found = {name: references[name](scene) for name in load_catalogue_of_features()}
    return [FeatureTrace(name, each.value, _shown(each.rows, scene.protected)) for name, each in found.items()]


def _permitted(registers: Registers, address_id: str, *, as_of: AsOf, benefits: Catalogue | None) -> Scene:
    scene = load_scene(registers, address_id, as_of=as_of, catalogue=benefits or load_catalogue())
    if any(resident.is_protected for resident in scene.residents):
        raise PermissionDenied(
            "Somebody registered there has name and address protection.",
            item="features explain",
            remedy="Such an address is no candidate and is not explained; choose another.",
        )
    return scene


def _shown(rows: Sequence[Row], protected: Collection[str]) -> tuple[Row, ...]:
    return tuple(replace(row, columns={}) if names_one_of(row, protected) else row for row in rows)
