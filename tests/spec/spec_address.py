"""Spec tables of the family *address*."""

from __future__ import annotations

from builders import a_child, a_residence, an_address
from spec_table import SpecTable, spec

SPECS: dict[str, SpecTable] = {
    "dwelling_area": spec(
        an_address("home", area_m2=71),
        an_address("unwritten", area_m2=None),
        # corrected: the retracted version does not count, nor the one that holds from tomorrow
        an_address("corrected", area_m2=40, retracted_days_ago=9),
        an_address("corrected", area_m2=45, recorded_days_ago=9, to_days_ago=-1),
        an_address("corrected", area_m2=90, from_days_ago=-1, recorded_days_ago=9),
        home=71, unwritten=None, corrected=45, nowhere=None,
    ),
    "dwelling_rooms": spec(
        an_address("home", rooms=4), an_address("unwritten", rooms=None), home=4, unwritten=None, nowhere=None
    ),
    "not_a_dwelling": spec(
        an_address("flat", use=140), an_address("edge", use=199), an_address("first", use=200),
        an_address("shop", use=320), flat=0, edge=0, first=1, shop=1, nowhere=0,
    ),
    "area_per_person": spec(
        an_address("home", area_m2=75), a_residence("ane", "home"), a_residence("bo", "home"), a_child("carl"),
        a_residence("carl", "home"), an_address("empty", area_m2=75), an_address("unwritten", area_m2=None),
        a_residence("dea", "unwritten"), home=25, empty=None, unwritten=None,
    ),
    "persons_per_room": spec(
        an_address("home", rooms=2), a_residence("ane", "home"), a_residence("bo", "home"), a_child("carl"),
        a_residence("carl", "home"), an_address("empty", rooms=2), an_address("unwritten", rooms=None),
        a_residence("dea", "unwritten"), an_address("none", rooms=0), a_residence("eva", "none"),
        home=1.5, empty=0, unwritten=None, none=None,
    ),
}  # fmt: skip
