"""The four national base registers: persons, where they are registered, their ties, and the addresses. Data only."""

from __future__ import annotations

from governance.registers.columns import (
    ADDRESS,
    CIVIL_STATUS_CODES,
    CPR_STATUS_CODES,
    PERSON,
    TO_ADDRESS,
    TO_PERSON,
    VERSION,
)
from governance.registers.schema import Column, Reference, Table

PERSON_REGISTER = Table(
    name="person",
    text="Persons as the civil register knew them.",
    source="CPR (CPR-loven)",
    columns=(
        PERSON,
        Column(name="birth_date", kind="date", not_after="recorded_on", text="date of birth"),
        Column(name="civil_status", kind="str", codes=CIVIL_STATUS_CODES, text="CPR civilstand"),
        Column(
            name="status",
            kind="int",
            codes=CPR_STATUS_CODES,
            text="CPR status: 1 and 3 resident, 70 missing, 80 emigrated, 90 dead",
        ),
        Column(name="address_protected", kind="bool", text="navne- og adressebeskyttelse"),
        *VERSION,
    ),
    fact_key=("person_id",),
    known_from="recorded_on",
)

RESIDENCE_REGISTER = Table(
    name="residence",
    text="Where a person is registered; at most one place a day.",
    source="CPR address registration (CPR-loven)",
    columns=(
        PERSON,
        ADDRESS,
        Column(
            name="channel",
            kind="str",
            codes=("self_service", "counter", "authority", "import"),
            text="how the move was reported; self_service is eFlyt",
        ),
        Column(name="care_of", kind="bool", text="registered care of another (c/o)"),
        *VERSION,
    ),
    fact_key=("person_id",),
    references=(TO_PERSON, TO_ADDRESS),
    known_from="recorded_on",
    freshness_column="recorded_on",
)

RELATION_REGISTER = Table(
    name="relation",
    text="Family ties of a person to another.",
    source="CPR (CPR-loven)",
    columns=(
        PERSON,
        Column(name="related_id", kind="str", differs_from="person_id", text="pseudonym of the other person"),
        Column(
            name="kind",
            kind="str",
            codes=("spouse", "registered_partner", "parent", "custody"),
            text="parent: the person is a parent of the related",
        ),
        *VERSION,
    ),
    fact_key=("person_id", "related_id", "kind"),
    references=(TO_PERSON, Reference(column="related_id", table="person", target="person_id")),
    known_from="recorded_on",
)

ADDRESS_REGISTER = Table(
    name="address",
    text="Addresses and the dwelling unit at each.",
    source="DAR and BBR (adresseloven, BBR-loven)",
    columns=(
        ADDRESS,
        Column(name="municipality_code", kind="str", length=4, text="kommunekode, with leading zero"),
        Column(name="road_code", kind="str", length=4, text="vejkode, with leading zero"),
        Column(name="house_number", kind="str", text="house number with letter"),
        Column(name="floor", kind="str", nullable=True, text="floor"),
        Column(name="door", kind="str", nullable=True, text="side or door number"),
        Column(name="postal_code", kind="str", length=4, text="post code"),
        Column(name="district", kind="str", text="district of the municipality"),
        Column(
            name="unit_use_code",
            kind="int",
            text="BBR use of the unit: 110-190 dwellings, 150 kollegium, 160 institution, 3xx-5xx not dwellings",
        ),
        Column(name="area_m2", kind="int", nullable=True, text="area of the unit, square metres"),
        Column(name="rooms", kind="int", nullable=True, text="number of rooms"),
        Column(
            name="tenure",
            kind="str",
            codes=("rented", "owner", "cooperative", "unused", "unknown"),
            text="how the unit is held",
        ),
        *VERSION,
    ),
    fact_key=("address_id",),
    known_from="recorded_on",
)
