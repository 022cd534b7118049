"""The features, one module a family; importing a module declares its features."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from features.feature import CATALOGUE, FAMILIES, Feature


@cache
def load_catalogue_of_features() -> Mapping[str, Feature]:
    """Every declared feature by name, families in their fixed order and features as declared."""
    for family in FAMILIES:
        import_module(f"features.definitions.{family}")
    return {
        declared.name: declared for family in FAMILIES for declared in CATALOGUE.values() if declared.family == family
    }
