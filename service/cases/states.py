"""The life of a case: its states and the codes that a person chooses from. No database, no web.

Sources: the municipality's control procedure; CPR-loven § 10 (presumption), forvaltningsloven §§ 19, 22-25 (hearing,
grounds, appeal guidance), retssikkerhedsloven § 12 a (visits), tvangsindgrebsloven §§ 9-10 (suspicion).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

State = Literal[
    "listed", "reviewed", "opened", "informed", "gathering", "hearing", "proposed", "decided", "announced", "appealed",
    "closed", "rejected", "expired", "vetoed",
]  # fmt: skip
STATES: Mapping[State, str] = {
    "listed": "på listen",
    "reviewed": "første vurdering foretaget",
    "opened": "åbnet",
    "informed": "borgeren er orienteret",
    "gathering": "oplysninger indhentes",
    "hearing": "i partshøring",
    "proposed": "afventer en anden medarbejder",
    "decided": "afgjort, ikke meddelt",
    "announced": "afgørelse meddelt",
    "appealed": "påklaget eller genoptaget",
    "closed": "afsluttet",
    "rejected": "afvist ved første vurdering",
    "expired": "udgået med listen",
    "vetoed": "standset af databeskyttelsesrådgiveren",
}
WAITING: frozenset[State] = frozenset({"listed", "reviewed"})
"""Not opened: nobody has been told, nothing has been decided."""
OPEN: frozenset[State] = frozenset({"opened", "informed", "gathering", "hearing", "proposed", "decided"})
"""Opened and not yet decided towards the citizen."""
WORKED_ON: frozenset[State] = OPEN - {"proposed", "decided"}
"""Opened, and nothing is proposed."""
FINISHED: frozenset[State] = frozenset({"closed", "rejected", "expired"})
ACTIVE: frozenset[State] = frozenset(STATES) - FINISHED
"""While a case is in one of these no second case may be made at the address."""

REJECTIONS: Mapping[str, str] = {
    "no_presumption": "registrene giver ingen formodning om en forkert registrering eller udbetaling",
    "wrong_fact": "oplysningen er forkert",
    "already_controlled": "forholdet er kontrolleret for nylig",
    "disproportionate": "en kontrol vil være ude af proportion",
}
SKIPS: Mapping[str, str] = {
    "resources": "der er ikke tid nu",
    "conflict_of_interest": "inhabilitet",
    "other_expertise": "sagen kræver en kollega med et andet fagområde",
}
ASSESSMENTS: Mapping[str, str] = {
    "would_open": "jeg ser grundlag for at åbne sagen",
    "would_reject": "jeg ser ikke grundlag for at åbne sagen",
    "unsure": "jeg er i tvivl",
}
OUTCOMES: Mapping[str, str] = {
    "no_change": "ingen ændring",
    "registration_corrected": "registreringen rettes",
    "benefit_changed": "ydelsen ændres",
    "referred": "oversendt til anden myndighed",
    "inconclusive": "kan ikke afklares",
}
"""Codes of `control_case.outcome` in the register contract."""
CHANGING: frozenset[str] = frozenset({"registration_corrected", "benefit_changed"})
"""Outcomes that change something for somebody; for another adult of the household they may change nothing."""
EFFECTS: Mapping[str, str] = {
    "stopped": "standses",
    "reduced": "nedsættes",
    "increased": "forhøjes",
    "reclaim": "kræves tilbage",
}
"""Codes of `control_effect.effect` in the register contract."""
CAUSES: Mapping[str, str] = {
    "authority_error": "myndighedens egen fejl",
    "honest_mistake": "fejl i god tro",
    "better_knowledge": "borgeren vidste besked (mod bedre vidende), uden mistanke om strafbart forhold",
    "suspected_intent": "mistanke om forsæt (oversendes)",
    "none": "ingen fejl",
}
VISIT_GROUNDS: Mapping[str, str] = {
    "consent": "skriftligt samtykke",
    "court_order": "retskendelse",
}
"""A visit to a home needs one of them; retssikkerhedsloven § 12 a lets the municipality visit businesses only."""
APPEAL_RESULTS: Mapping[str, str] = {
    "upheld": "afgørelsen stadfæstes",
    "reversed": "afgørelsen omgøres",
    "partly_reversed": "afgørelsen omgøres delvist",
    "dismissed": "klagen afvises",
}
FACT_SOURCES: Mapping[str, str] = {
    "cpr": "CPR",
    "bbr": "BBR",
    "benefit_system": "ydelsessystem",
    "citizen": "borgeren selv",
    "landlord": "udlejer",
    "other_authority": "anden myndighed",
    "inspection": "besigtigelse",
}
SECOND_ASSESSMENTS: Mapping[str, str] = {
    "change": "jeg ser grundlag for en ændring",
    "no_change": "jeg ser ikke grundlag for en ændring",
    "unsure": "jeg er i tvivl",
}
"""What the second person notes before the proposal is shown."""
SENT_BACK: Mapping[str, str] = {
    "facts": "oplysningerne er ikke tilstrækkelige",
    "hearing": "partshøringen er mangelfuld",
    "grounds": "begrundelsen er mangelfuld",
    "amount": "beløbet er forkert",
    "disagree": "jeg vurderer sagen anderledes",
}
REFERRED_TO: Mapping[str, str] = {
    "udbetaling_danmark": "Udbetaling Danmark",
    "other_municipality": "anden kommune",
    "other_office": "anden forvaltning i kommunen",
    "tax": "Skatteforvaltningen",
    "police": "politiet",
}
WRITE_OFFS: Mapping[str, str] = {
    "hardship": "betalingen ville være urimelig",
    "time_barred": "kravet er forældet",
    "deceased": "den betalende er død",
    "small_amount": "beløbet er for lille til at opkræve",
}
RENEWALS: Mapping[str, str] = {
    "newcomer": "en voksen er kommet til og skal orienteres",
    "facts": "registrene siger noget andet end før",
    "corrected": "en anmodning om berigtigelse er imødekommet",
}
"""Why a case got new facts from the registers."""
LEAD_KINDS: Mapping[str, str] = {
    "citizen_tip": "henvendelse fra en borger",
    "returned_mail": "post kommet retur",
    "moving_notice_mismatch": "flytteanmeldelse, der ikke passer",
    "landlord_notice": "oplysning fra udlejer",
    "other_authority": "oplysning fra anden myndighed",
    "data_unit_list": "oplysning fra dataenheden",
    "caseworker_notice": "egen undren",
}
"""Codes of `signal.kind` in the register contract."""
