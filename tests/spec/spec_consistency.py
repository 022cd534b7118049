"""Spec tables of the family *consistency*."""

from __future__ import annotations

from builders import a_child, a_grant, a_person, a_relation, a_residence, an_address
from spec_household import a_child_of
from spec_table import SpecTable, spec

SPECS: dict[str, SpecTable] = {
    "single_with_other_adult": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), a_grant("ane"),
        a_grant("ane", benefit="friplads", basis="single_provider"), a_grant("bo", basis="couple"),
        # only kin, only a child, nobody
        a_residence("carl", "kin"), a_residence("dea", "kin"), a_relation("dea", "carl", "parent"), a_grant("carl"),
        a_residence("eva", "child"), a_child("finn"), a_residence("finn", "child"), a_grant("eva"),
        a_residence("gro", "alone"), a_grant("gro"), home=2, kin=0, child=0, alone=0,
    ),
    "provider_with_one_adult": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), *a_child_of("ane", "carl", "home"),
        a_grant("ane", basis="single_provider"), a_grant("ane", benefit="friplads", basis="single"),
        # two other adults; no child here
        a_residence("dea", "many"), a_residence("eva", "many"), a_residence("finn", "many"),
        *a_child_of("dea", "gro", "many"), a_grant("dea", basis="single_provider"), a_residence("hans", "childless"),
        a_residence("ida", "childless"), a_grant("hans", basis="single_provider"), home=1, many=0, childless=0,
    ),
    "single_with_spouse": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), a_relation("bo", "ane", "spouse"), a_grant("ane"),
        a_grant("bo", basis="couple"), a_residence("carl", "apart"), a_relation("carl", "dea", "spouse"),
        a_residence("dea", "other"), a_grant("carl"), home=1, apart=0,
    ),
    "single_but_married": spec(
        a_person("ane", civil_status="G"), a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="friplads"),
        a_person("bo", civil_status="P"), a_residence("bo", "partner"), a_grant("bo"),
        a_person("carl", civil_status="F"), a_residence("carl", "divorced"), a_grant("carl"),
        a_person("dea", civil_status="G"), a_residence("dea", "couple"), a_grant("dea", basis="couple"),
        home=2, partner=1, divorced=0, couple=0,
    ),
    "living_out_with_parent": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), a_relation("bo", "ane", "parent"),
        a_grant("ane", benefit="uddannelseshjaelp", basis="living_out"), a_grant("bo", basis="living_out"),
        a_residence("carl", "alone"), a_grant("carl", basis="living_out"), home=1, alone=0,
    ),
    "living_out_near_parent": spec(
        an_address("home", road="0007"), an_address("near", road="0007"), an_address("far", road="0008"),
        a_residence("ane", "home"), a_residence("bo", "near"), a_relation("bo", "ane", "parent"),
        a_grant("ane", basis="living_out"), a_grant("ane", benefit="friplads", basis="single"),
        a_residence("carl", "far"), a_relation("bo", "carl", "parent"), a_grant("carl", basis="living_out"),
        # the protected parent's address must not show in any number
        an_address("shielded", road="0007"), a_residence("dea", "shielded"), a_grant("dea", basis="living_out"),
        a_person("eva", protected=True), a_residence("eva", "near"), a_relation("eva", "dea", "parent"),
        home=1, far=0, shielded=0,
    ),
    "living_out_grants": spec(
        a_residence("ane", "home"), a_grant("ane", basis="living_out"), a_residence("bo", "home"),
        a_grant("bo", basis="living_at_home"), a_residence("carl", "none"), home=1, none=0,
    ),
    "children_not_registered": spec(
        a_residence("ane", "home"), *a_child_of("ane", "bo", "home"), a_grant("ane", children=3),
        a_grant("ane", benefit="friplads", children=2), a_residence("carl", "fits"), *a_child_of("carl", "dea", "fits"),
        a_child("eva"), a_residence("eva", "fits"), a_grant("carl", children=1), a_residence("finn", "none"),
        home=2, fits=0, none=None,
    ),
    "not_resident_persons": spec(
        a_person("ane", status=80), a_residence("ane", "home"), a_person("bo", status=70), a_residence("bo", "home"),
        a_person("carl", status=3), a_residence("carl", "home"), a_residence("dea", "fine"), home=2, fine=0,
    ),
    "grants_to_not_resident": spec(
        a_person("ane", status=80), a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="friplads"),
        a_residence("bo", "home"), a_grant("bo"), a_residence("carl", "fine"), a_grant("carl"), home=2, fine=0,
    ),
    "recent_single_grants": spec(
        a_residence("ane", "home"), a_grant("ane", from_days_ago=364), a_grant("ane", benefit="friplads", from_days_ago=365),
        a_grant("ane", benefit="enkeltydelse", basis="couple", from_days_ago=9),
        # a run that began before, told in two versions
        a_residence("bo", "run"), a_grant("bo", basis="couple", from_days_ago=800, to_days_ago=100),
        a_grant("bo", from_days_ago=100), home=1, run=0, nowhere=0,
    ),
    "grants_from_before_move": spec(
        a_residence("ane", "home", from_days_ago=100), a_grant("ane", from_days_ago=101),
        a_grant("ane", benefit="friplads", from_days_ago=100), a_residence("bo", "settled", from_days_ago=365),
        a_grant("bo"), home=1, settled=0,
    ),
    "couple_alone": spec(
        a_residence("ane", "home"), a_grant("ane", basis="couple"), a_grant("ane", benefit="friplads", basis="couple_provider"),
        a_residence("bo", "pair"), a_residence("carl", "pair"), a_grant("bo", basis="couple"),
        # an adult beside a young holder, and a young spouse beside an adult: neither holder is alone
        a_child("dea", age_years=17), a_residence("dea", "young"), a_residence("eva", "young"),
        a_grant("dea", basis="couple"), a_residence("finn", "wed"), a_child("gro", age_years=17),
        a_residence("gro", "wed"), a_relation("finn", "gro", "spouse"), a_grant("finn", basis="couple"),
        home=2, pair=0, young=0, wed=0,
    ),
    "moved_out_parents": spec(
        *a_child_of("ane", "bo", "home"), a_residence("ane", "home", from_days_ago=900, to_days_ago=729),
        a_residence("ane", "other", from_days_ago=729, to_days_ago=500),
        a_residence("ane", "home", from_days_ago=500, to_days_ago=10), a_residence("carl", "home", to_days_ago=10),
        *a_child_of("dea", "eva", "before"), a_residence("dea", "before", from_days_ago=900, to_days_ago=730),
        *a_child_of("finn", "gro", "back"), a_residence("finn", "back", from_days_ago=900, to_days_ago=400),
        a_residence("finn", "back", from_days_ago=300), home=2, before=0, back=0,
    ),
    "single_grants_among_unrelated": spec(
        a_residence("ane", "home"), a_residence("bo", "home"), a_grant("ane"), a_grant("bo"),
        a_grant("bo", benefit="friplads", basis="couple"), a_residence("carl", "alone"), a_grant("carl"),
        a_residence("dea", "wed"), a_residence("eva", "wed"), a_relation("dea", "eva", "spouse"), a_grant("dea"),
        home=2, alone=0, wed=0,
    ),
}  # fmt: skip
