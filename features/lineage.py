"""From a feature to the register columns behind it: what a legal basis must cover before it may be computed.

One declaration: which columns make the rows of a view, and which decide the value of each of its columns. A test
changes every register column in turn and sees that nothing moves but what is declared here. Must not know any date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal

from features.definitions import load_catalogue_of_features

VERSIONED = ("valid_from", "valid_to", "recorded_on", "retracted_on")
STRUCTURE: Mapping[str, tuple[str, ...]] = {
    "person": ("person_id", *VERSIONED),
    "residence": ("person_id", "address_id", *VERSIONED),
    "relation": ("person_id", "related_id", *VERSIONED),
    "address": ("address_id", *VERSIONED),
    "benefit_grant": ("grant_id", "person_id", "benefit", *VERSIONED),
    "benefit_payment": ("grant_id", "month", "amount_ore", "recorded_on"),
    "signal": ("address_id", "recorded_on"),
    "control_case": ("case_id", "address_id", "opened_on", "closed_on", "outcome"),
    "control_effect": ("case_id", "recorded_on"),
}
"""Keys and times: a row of the register tells nothing when one of them may not be looked at."""

# A register's name stands for its structure, `register.column` for that column and the structure of its register.
_ADULT = ("person.birth_date",)
_RELATIVES = ("residence", "relation")
_ROLE = ("relation.kind",)
_LIVING = ("person.status", "person.address_protected")
_NEAR = ("address.road_code", "address.postal_code")
_USE = ("address.unit_use_code",)

VIEW_ROWS: Mapping[str, tuple[str, ...]] = {
    "address": ("address",),
    "residents": ("residence",),
    "kin": (*_RELATIVES, *_LIVING),
    "stays": ("residence",),
    "address_stays": ("residence",),
    "grants": ("residence", "benefit_grant"),
    "signals": ("signal",),
    "cases": ("control_case",),
}
_PERSON_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "is_adult": _ADULT,
    "unit_adults": _ADULT,
    "unit_children": _ADULT,
    "not_resident": ("person.status",),
    "married": ("person.civil_status",),
    "channel": ("residence.channel",),
    "care_of": ("residence.care_of",),
    "stay_days": (),
    "recorded_late_days": (),
    "kin_here": _RELATIVES,
    "spouse_here": (*_RELATIVES, *_ROLE),
    "parent_here": (*_RELATIVES, *_ROLE),
    "child_here": (*_RELATIVES, *_ROLE),
    "other_adults": (*_RELATIVES, *_ADULT),
    "nearest_age_days": (*_RELATIVES, *_ADULT),
}
VIEW_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "address": {
        "area_m2": ("address.area_m2",),
        "rooms": ("address.rooms",),
        "unit_use_code": _USE,
    },
    "residents": _PERSON_COLUMNS,
    "kin": {
        "role": _ROLE,
        "is_adult": _ADULT,
        "kin_gone": (),
        "kin_moved_days": (),
        "kin_lived_here": (),
        "kin_persons": (),
        "kin_care_of": ("residence.care_of",),
        "kin_near": _NEAR,
        "kin_not_dwelling": _USE,
        "kin_dormitory": _USE,
    },
    "stays": {"begun_days": ()},
    "address_stays": {"moved_in": (), "moved_out": (), "begun_days": (), "ended_days": ()},
    "grants": {
        **_PERSON_COLUMNS,
        "grant_id": (),
        "benefit": (),
        "basis": ("benefit_grant.basis",),
        "is_single": ("benefit_grant.basis",),
        "children": ("benefit_grant.children",),
        "run_days": (),
        "months_due": (),
        "is_holders_first": (),
        "months_paid": ("benefit_payment",),
        "monthly_ore": ("benefit_grant.basis", "benefit_payment"),
        "parent_near": (*_RELATIVES, *_ROLE, *_LIVING, *_NEAR),
    },
    "signals": {
        "kind": ("signal.kind",),
        "days_since": (),
        "named_here": ("signal.person_id", "residence"),
        "named_stay_days": ("signal.person_id", "residence"),
    },
    "cases": {
        "no_change": (),
        "closed_days": (),
        "hit": ("control_effect.reversed_on",),
    },
}

Part = Literal["every candidate", "candidates by grant", "candidates by signal", "stakes", "labels"]
PARTS: Mapping[Part, tuple[str, ...]] = {
    "every candidate": ("residence", "person.address_protected", *_USE, "control_case"),
    "candidates by grant": ("residence", "benefit_grant"),
    "candidates by signal": ("signal",),
    "stakes": ("residence", "benefit_grant.basis"),
    "labels": (
        "control_case.channel", "control_case.selection_probability", "control_case.hours",
        "control_effect.effect_id", "control_effect.grant_id", "control_effect.benefit", "control_effect.effect",
        "control_effect.monthly_change_ore", "control_effect.effective_from", "control_effect.reclaim_ore",
        "control_effect.reversed_on", "benefit_grant", "residence",
    ),
}  # fmt: skip
"""What the line itself looks at. Stakes use `benefit_payment` beside it, and take the catalogue's rate without."""


def register_columns(names: Iterable[str]) -> frozenset[str]:
    """Register columns as `table.column`: a bare table means its structure, which every column of it brings along."""
    found: set[str] = set()
    for name in names:
        table = name.partition(".")[0]
        found.update(f"{table}.{column}" for column in STRUCTURE[table])
        found.update([name] if "." in name else [])
    return frozenset(found)


@cache
def feature_columns(name: str) -> frozenset[str]:
    """The register columns behind a feature, `table.column`; of one computed from others, all of theirs."""
    declared = load_catalogue_of_features()[name]
    if declared.sources:
        return frozenset(column for source in declared.sources for column in feature_columns(source))
    read = (column for each in declared.reads for column in VIEW_COLUMNS[declared.view][each])
    return register_columns([*VIEW_ROWS[declared.view], *read])


@cache
def part_columns(part: Part) -> frozenset[str]:
    """The register columns that a part of the line cannot do without."""
    return register_columns(PARTS[part])


def features_of_column(column: str) -> Sequence[str]:
    """The features that one register column stands behind, in the order of the catalogue."""
    return [name for name in load_catalogue_of_features() if column in feature_columns(name)]
