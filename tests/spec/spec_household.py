"""Spec tables of the family *household*."""

from __future__ import annotations

import datetime as dt

from builders import DAY, Record, a_child, a_person, a_relation, a_residence, an_address, days_ago
from spec_table import SpecTable, spec


def a_child_of(parent: str, child: str, address: str, *, kind: str = "parent") -> tuple[Record, ...]:
    """A child of eight at the address, and the relation to its parent."""
    return a_child(child), a_residence(child, address), a_relation(parent, child, kind, from_days_ago=2500)


SPECS: dict[str, SpecTable] = {
    "adults": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), a_child("carl"), a_residence("carl", "home"),
        # moves in tomorrow, moved out today, undone today, recorded tomorrow: four who are not registered here
        a_residence("dea", "home", from_days_ago=-1, recorded_days_ago=5),
        a_residence("eva", "home", to_days_ago=0), a_residence("finn", "home", retracted_days_ago=0),
        a_residence("gro", "home", recorded_days_ago=-1),
        # undone only tomorrow, and in until tomorrow: still here
        a_residence("hans", "brink", retracted_days_ago=-1), a_residence("ida", "brink", to_days_ago=-1),
        # turns 18 today; turns 18 tomorrow, though 6,574 days old
        a_person("jens", born=dt.date(2006, 6, 1)), a_residence("jens", "birthday"),
        a_person("kaj", born=dt.date(2006, 6, 2)), a_residence("kaj", "birthday"),
        home=2, brink=2, birthday=1, nowhere=0,
    ),
    "children": spec(
        a_residence("ane", "home"), a_child("bo", age_years=17), a_residence("bo", "home"), a_child("carl", age_years=0),
        a_residence("carl", "home", from_days_ago=50), a_residence("dea", "adults"), home=2, adults=0, nowhere=0,
    ),
    "unrelated_adults": spec(
        # a couple with a lodger
        a_residence("ane", "home"), a_residence("bo", "home"), a_residence("carl", "home"),
        a_relation("ane", "bo", "spouse"), a_residence("dea", "alone"),
        # two friends, one with a child
        a_residence("eva", "shared"), a_residence("finn", "shared"), *a_child_of("eva", "gro", "shared"),
        # the marriage was dissolved
        a_residence("hans", "divorced"), a_residence("ida", "divorced"),
        a_relation("hans", "ida", "spouse", to_days_ago=100),
        home=1, alone=0, shared=1, divorced=2, nowhere=0,
    ),
    "spouses_here": spec(
        # told from one side only, and from both: two spouses either way
        a_residence("ane", "home"), a_residence("bo", "home"), a_relation("ane", "bo", "spouse"),
        a_residence("carl", "both"), a_residence("dea", "both"), a_relation("carl", "dea", "registered_partner"),
        a_relation("dea", "carl", "registered_partner"), a_residence("eva", "apart"), a_residence("finn", "elsewhere"),
        a_relation("eva", "finn", "spouse"), home=2, both=2, apart=0,
    ),
    "adults_with_parent": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), a_relation("ane", "bo", "parent"),
        *a_child_of("ane", "carl", "home"), a_residence("dea", "apart"), a_residence("eva", "elsewhere"),
        a_relation("eva", "dea", "parent"), home=1, apart=0,
    ),
    "children_without_parent": spec(
        a_residence("ane", "home"), *a_child_of("ane", "bo", "home"), a_residence("carl", "foster"),
        *a_child_of("dea", "eva", "foster"), a_residence("finn", "custody"),
        *a_child_of("finn", "gro", "custody", kind="custody"), home=0, foster=1, custody=0, nowhere=0,
    ),
    "spouses_elsewhere": spec(
        a_residence("ane", "home"), a_residence("bo", "other"), a_relation("bo", "ane", "spouse"),
        a_residence("carl", "gone"), a_relation("carl", "dea", "spouse"),
        a_residence("eva", "widow"), a_person("finn", status=90), a_relation("eva", "finn", "spouse"),
        # a protected spouse is left out of every number
        a_residence("gro", "shielded"), a_person("hans", protected=True), a_relation("gro", "hans", "spouse"),
        a_residence("hans", "other"), home=1, gone=1, widow=0, shielded=0,
    ),
    "parents_elsewhere": spec(
        a_residence("ane", "home"), *a_child_of("ane", "bo", "home"), a_relation("carl", "bo", "parent"),
        a_relation("carl", "bo", "custody"), a_residence("carl", "other"), *a_child_of("ane", "dea", "home"),
        a_relation("carl", "dea", "parent"), a_residence("eva", "grown"), a_relation("finn", "eva", "parent"),
        home=2, other=0, grown=0,
    ),
    "parent_without_address": spec(
        *a_child_of("ane", "bo", "home"), *a_child_of("carl", "dea", "placed"), a_residence("carl", "other"),
        a_residence("finn", "grown"), a_relation("eva", "finn", "parent"), home=1, placed=0, grown=0, nowhere=0,
    ),
    "parent_elsewhere_care_of": spec(
        *a_child_of("ane", "bo", "home"), a_residence("ane", "other", care_of=True),
        *a_child_of("carl", "dea", "plain"), a_residence("carl", "other"), home=1, plain=0,
    ),
    "parent_elsewhere_moved_days": spec(
        *a_child_of("ane", "bo", "home"), a_residence("ane", "other", from_days_ago=90),
        a_relation("carl", "bo", "parent"), a_residence("carl", "other", from_days_ago=40),
        *a_child_of("dea", "eva", "gone"), home=40, gone=None, nowhere=None,
    ),
    "parent_elsewhere_persons": spec(
        *a_child_of("ane", "bo", "home"), a_residence("ane", "other"), a_residence("carl", "other"),
        a_residence("dea", "other", to_days_ago=3), *a_child_of("eva", "finn", "gone"),
        a_residence("gro", "childless"), home=2, gone=0, childless=None,
    ),
    "parent_elsewhere_near": spec(
        an_address("home", road="0007"), an_address("near", road="0007"), an_address("far", road="0008"),
        an_address("namesake", road="0007", postal_code="2400"), an_address("home2", road="0007"),
        *a_child_of("ane", "bo", "home"), a_residence("ane", "near"), *a_child_of("carl", "dea", "home2"),
        a_residence("carl", "namesake"), a_relation("eva", "dea", "parent"), a_residence("eva", "far"),
        home=1, home2=0, nowhere=0,
    ),
    "parent_elsewhere_lived_here": spec(
        *a_child_of("ane", "bo", "home"), a_residence("ane", "home", from_days_ago=900, to_days_ago=364),
        a_residence("ane", "other", from_days_ago=364), *a_child_of("carl", "dea", "before"),
        a_residence("carl", "before", from_days_ago=900, to_days_ago=365), home=1, before=0,
    ),
    "parent_elsewhere_not_dwelling": spec(
        *a_child_of("ane", "bo", "home"), an_address("shop", use=320), a_residence("ane", "shop"),
        *a_child_of("carl", "dea", "plain"), a_residence("carl", "flat"), home=1, plain=0,
    ),
    "spouse_loosely_registered": spec(
        a_residence("ane", "recent"), a_relation("ane", "bo", "spouse"), a_residence("bo", "x", from_days_ago=364),
        a_residence("carl", "settled"), a_relation("carl", "dea", "spouse"), a_residence("dea", "x", from_days_ago=365),
        a_residence("eva", "guest"), a_relation("eva", "finn", "spouse"), a_residence("finn", "y", care_of=True),
        a_residence("gro", "gone"), a_relation("gro", "hans", "spouse"),
        recent=1, settled=0, guest=1, gone=1, nowhere=0,
    ),
    "own_children_elsewhere": spec(
        a_residence("ane", "home"), *a_child_of("ane", "bo", "other"), *a_child_of("ane", "carl", "other"),
        # grown up; registered nowhere; here
        a_relation("ane", "dea", "parent"), a_residence("dea", "other"), a_child("eva"),
        a_relation("ane", "eva", "parent"), *a_child_of("ane", "finn", "home"),
        # a parent who is a child
        a_child("gro", age_years=16), a_residence("gro", "young", from_days_ago=30),
        a_person("hans", born=days_ago(100)), a_residence("hans", "other", from_days_ago=100),
        a_relation("gro", "hans", "parent", from_days_ago=100), home=2, young=0,
    ),
}  # fmt: skip
assert dt.date(2024, 6, 1) == DAY, "the birthdays above are written for this day"
