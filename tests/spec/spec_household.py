"""Spec tables of the family *household*."""

from __future__ import annotations

import datetime as dt

from builders import DAY, Record, a_child, a_person, a_relation, a_residence, an_address
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
    "spouses_elsewhere": spec(
        a_residence("ane", "home"), a_residence("bo", "other"), a_relation("bo", "ane", "spouse"),
        a_residence("carl", "gone"), a_relation("carl", "dea", "spouse"),
        a_residence("eva", "widow"), a_person("finn", status=90), a_relation("eva", "finn", "spouse"),
        # a protected spouse is left out of every number
        a_residence("gro", "shielded"), a_person("hans", protected=True), a_relation("gro", "hans", "spouse"),
        a_residence("hans", "other"), home=1, gone=1, widow=0, shielded=0,
    ),
    "parent_elsewhere_moved_days": spec(
        *a_child_of("ane", "bo", "home"), a_residence("ane", "other", from_days_ago=90),
        a_relation("carl", "bo", "parent"), a_residence("carl", "other", from_days_ago=40),
        *a_child_of("dea", "eva", "gone"), *a_child_of("finn", "gro", "told"),
        a_residence("finn", "other", from_days_ago=500, to_days_ago=20, care_of=True),
        a_residence("finn", "other", from_days_ago=20), home=40, gone=None, told=500, nowhere=None,
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
    "parent_elsewhere_doubtful": spec(
        *a_child_of("ane", "bo", "guest"), a_residence("ane", "x", care_of=True),
        *a_child_of("carl", "dea", "crowd"), *(a_residence(name, "five") for name in ("carl", "p1", "p2", "p3", "p4")),
        *a_child_of("eva", "finn", "few"), *(a_residence(name, "four") for name in ("eva", "p5", "p6", "p7")),
        a_residence("p8", "four", to_days_ago=3),
        an_address("room", use=150), *a_child_of("gro", "hans", "hall"), a_residence("gro", "room"),
        an_address("first", use=200), *a_child_of("ida", "jens", "shop"), a_residence("ida", "first"),
        an_address("last", use=199), *a_child_of("kaj", "lis", "flat"), a_residence("kaj", "last"),
        # registered nowhere, and the parent of a grown-up
        *a_child_of("mia", "niels", "gone"), a_residence("ole", "grown"), a_relation("ane", "ole", "parent"),
        guest=1, crowd=1, few=0, hall=1, shop=1, flat=0, gone=0, grown=0, nowhere=0,
    ),
    "spouse_loosely_registered": spec(
        a_residence("ane", "recent"), a_relation("ane", "bo", "spouse"), a_residence("bo", "x", from_days_ago=364),
        a_residence("carl", "settled"), a_relation("carl", "dea", "spouse"), a_residence("dea", "x", from_days_ago=365),
        a_residence("eva", "guest"), a_relation("eva", "finn", "spouse"), a_residence("finn", "y", care_of=True),
        a_residence("gro", "gone"), a_relation("gro", "hans", "spouse"),
        # the spouse's stay went on in a new version, without a move
        a_residence("ida", "told"), a_relation("ida", "jens", "spouse"),
        a_residence("jens", "z", from_days_ago=700, to_days_ago=90, channel="counter"),
        a_residence("jens", "z", from_days_ago=90, channel="authority"),
        recent=1, settled=0, guest=1, gone=1, told=0, nowhere=0,
    ),
}  # fmt: skip
assert dt.date(2024, 6, 1) == DAY, "the birthdays above are written for this day"
