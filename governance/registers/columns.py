"""Columns, references and lists of codes that several registers share. Data only."""

from __future__ import annotations

from governance.registers.schema import Column, Reference

BENEFIT_CODES = (
    "kontanthjaelp",
    "uddannelseshjaelp",
    "friplads",
    "soeskenderabat",
    "enkeltydelse",
    "helbredstillaeg",
    "boligstoette",
    "boernetilskud",
    "folkepension_enlig",
)
CPR_STATUS_CODES = (1, 3, 20, 30, 50, 60, 70, 80, 90)
CIVIL_STATUS_CODES = ("U", "G", "F", "E", "P", "O", "L", "D")

PERSON = Column(name="person_id", kind="str", text="keyed pseudonym of the CPR number; never the number itself")
ADDRESS = Column(name="address_id", kind="str", text="DAR id of the address")
GRANT = Column(name="grant_id", kind="str", text="id of the grant; the same in every version of it")
BENEFIT = Column(name="benefit", kind="str", codes=BENEFIT_CODES, text="code in the benefit catalogue")
RECORDED = Column(name="recorded_on", kind="date", text="day the register knew it")
VERSION = (
    Column(name="valid_from", kind="date", text="first day the fact holds"),
    Column(
        name="valid_to",
        kind="date",
        nullable=True,
        after="valid_from",
        text="first day it no longer holds; empty = still holds",
    ),
    RECORDED,
    Column(
        name="retracted_on",
        kind="date",
        nullable=True,
        not_before="recorded_on",
        text="day the register corrected it away; empty = stands",
    ),
)
TO_PERSON = Reference(column="person_id", table="person", target="person_id")
TO_ADDRESS = Reference(column="address_id", table="address", target="address_id")
TO_GRANT = Reference(column="grant_id", table="benefit_grant", target="grant_id")
