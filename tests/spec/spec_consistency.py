"""Spec tables of the family *consistency*."""

from __future__ import annotations

import datetime as dt

from builders import a_case, a_child, a_grant, a_person, a_relation, a_residence, a_signal, an_address
from spec_history import a_stay_in_two_versions
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
    "children_not_counted": spec(
        a_residence("ane", "home"), *a_child_of("ane", "bo", "home"), *a_child_of("ane", "carl", "home"),
        a_grant("ane", basis="single_provider"), a_grant("ane", benefit="friplads", basis="couple_provider", children=1),
        a_residence("dea", "fits"), *a_child_of("dea", "eva", "fits"), a_grant("dea", basis="couple_provider", children=2),
        # a grant that counts no children by its nature
        a_residence("finn", "single"), *a_child_of("finn", "gro", "single"), a_grant("finn"),
        home=2, fits=0, single=None, nowhere=None,
    ),
    "provider_grants": spec(
        a_residence("ane", "home"), a_grant("ane", basis="single_provider"), a_grant("ane", benefit="friplads"),
        a_residence("bo", "home"), a_grant("bo", basis="single_provider"), a_residence("carl", "couple"),
        a_grant("carl", basis="couple_provider"), home=2, couple=0, nowhere=0,
    ),
    "single_nearest_age_years": spec(
        # 3,649 days to the nearest: nine years of 365 days; kin and children do not count
        a_person("ane", born=dt.date(1980, 1, 1)), a_residence("ane", "home"), a_grant("ane"),
        a_person("bo", born=dt.date(1980, 1, 1) - dt.timedelta(days=3649)), a_residence("bo", "home"),
        a_person("carl", born=dt.date(1960, 1, 1)), a_residence("carl", "home"),
        a_person("dea", born=dt.date(1981, 1, 1)), a_residence("dea", "home"), a_relation("ane", "dea", "spouse"),
        *a_child_of("eva", "finn", "home"),
        # the same day of birth; no unrelated adult; not paid as single; a holder who is not of age
        a_residence("gro", "twins"), a_residence("hans", "twins"), a_grant("gro"),
        a_residence("ida", "alone"), a_grant("ida"), a_residence("jens", "couple"), a_residence("kaj", "couple"),
        a_grant("jens", basis="couple"), a_child("lis", age_years=17), a_residence("lis", "young"),
        a_residence("mia", "young"), a_grant("lis"), home=9, twins=0, alone=None, couple=None, young=None, nowhere=None,
    ),
    "grants_soon_after_move": spec(
        a_residence("ane", "home", from_days_ago=200), a_grant("ane", from_days_ago=200),
        a_grant("ane", benefit="friplads", from_days_ago=108), a_grant("ane", benefit="enkeltydelse", from_days_ago=107),
        a_grant("ane", benefit="kontanthjaelp", from_days_ago=201),
        # soon after a new version of the registration, long after the move
        *a_stay_in_two_versions("bo", "told"), a_grant("bo", from_days_ago=90),
        # the run began before the move, its second version after
        a_residence("carl", "run", from_days_ago=100), a_grant("carl", basis="couple", from_days_ago=300, to_days_ago=90),
        a_grant("carl", from_days_ago=90), home=2, told=0, run=0, nowhere=0,
    ),
    "observations": spec(
        # not a dwelling, c/o, c/o lately, mail returned, lately, within half a year: six, however often
        an_address("home", use=320), a_residence("ane", "home", care_of=True, from_days_ago=40),
        a_residence("bo", "home", care_of=True, from_days_ago=40), a_signal("home", "returned_mail", recorded_days_ago=20),
        a_signal("home", "returned_mail", recorded_days_ago=30),
        # what speaks against, or for nothing, does not count; unknown is not present
        a_residence("carl", "quiet"), a_case("quiet", outcome="no_change"), a_grant("carl", basis="couple", from_days_ago=9),
        home=6, quiet=0, nowhere=0,
    ),
}  # fmt: skip
