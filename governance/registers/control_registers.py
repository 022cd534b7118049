"""Benefits, signals, control cases and what came of them, and the fairness attributes. Data only."""

from __future__ import annotations

from governance.registers.columns import (
    ADDRESS,
    BENEFIT,
    GRANT,
    PERSON,
    RECORDED,
    TO_ADDRESS,
    TO_GRANT,
    TO_PERSON,
    VERSION,
)
from governance.registers.schema import Column, Condition, Reference, Table

BENEFIT_GRANT_REGISTER = Table(
    name="benefit_grant",
    text="Decisions to pay a benefit (ydelsesbevilling).",
    source="the paying authority's case system (retssikkerhedsloven § 11a)",
    columns=(
        GRANT,
        PERSON,
        BENEFIT,
        Column(
            name="basis",
            kind="str",
            codes=("single", "single_provider", "couple", "couple_provider", "living_at_home", "living_out"),
            text="household the grant rests on",
        ),
        Column(name="children", kind="int", at_least=0, text="children the grant counts"),
        *VERSION,
    ),
    fact_key=("grant_id",),
    references=(TO_PERSON,),
    known_from="recorded_on",
)

BENEFIT_PAYMENT_REGISTER = Table(
    name="benefit_payment",
    text="What was paid, one row a payment.",
    source="the paying authority's payment system (retssikkerhedsloven § 11a)",
    columns=(
        GRANT,
        PERSON,
        BENEFIT,
        Column(name="month", kind="date", first_of_month=True, text="first day of the month paid for"),
        Column(name="amount_ore", kind="int", above=0, text="amount paid, whole øre"),
        RECORDED,
    ),
    references=(TO_GRANT, TO_PERSON),
    known_from="recorded_on",
    freshness_column="recorded_on",
)

SIGNAL_REGISTER = Table(
    name="signal",
    text="Enquiries and wonderings about an address (henvendelse, undring).",
    source="the control unit's case system (CPR-loven § 10)",
    columns=(
        Column(name="signal_id", kind="str", text="id of the signal"),
        ADDRESS,
        Column(
            name="person_id", kind="str", nullable=True, text="pseudonym of the person it concerns, where one is named"
        ),
        Column(
            name="kind",
            kind="str",
            codes=(
                "citizen_tip",
                "returned_mail",
                "moving_notice_mismatch",
                "landlord_notice",
                "other_authority",
                "data_unit_list",
                "caseworker_notice",
            ),
            text="where the signal came from",
        ),
        RECORDED,
    ),
    unique_key="signal_id",
    references=(TO_ADDRESS, TO_PERSON),
    known_from="recorded_on",
    freshness_column="recorded_on",
)

CONTROL_CASE_REGISTER = Table(
    name="control_case",
    text="Control cases, one household case at one address.",
    source="the control unit's case system (CPR-loven § 10)",
    columns=(
        Column(name="case_id", kind="str", text="id of the case"),
        ADDRESS,
        Column(name="opened_on", kind="date", text="day the case was opened"),
        Column(
            name="channel",
            kind="str",
            codes=("rule_list", "own_lead", "tip", "data_unit", "random", "model"),
            text="what brought the address up",
        ),
        Column(
            name="selection_probability",
            kind="float",
            nullable=True,
            above=0,
            at_most=1,
            text="probability of the draw that picked the case; empty where nobody knows it",
        ),
        Column(name="caseworker_id", kind="str", text="id of the caseworker"),
        Column(name="hours", kind="float", nullable=True, at_least=0, text="hours spent on the case"),
        Column(
            name="closed_on", kind="date", nullable=True, not_before="opened_on", text="day closed; empty while open"
        ),
        Column(
            name="outcome",
            kind="str",
            nullable=True,
            codes=("no_change", "registration_corrected", "benefit_changed", "referred", "inconclusive"),
            null_with="closed_on",
            text="how it ended; empty exactly while the case is open",
        ),
    ),
    unique_key="case_id",
    references=(TO_ADDRESS,),
    known_from="opened_on",
)

CONTROL_EFFECT_REGISTER = Table(
    name="control_effect",
    text="What a decision changed, one row a grant.",
    source="the control unit's case system (retssikkerhedsloven § 11a)",
    columns=(
        Column(name="effect_id", kind="str", text="id of the effect"),
        Column(name="case_id", kind="str", text="the case it came of"),
        PERSON,
        Column(name="grant_id", kind="str", nullable=True, text="the grant it changed, where one is known"),
        BENEFIT,
        Column(
            name="effect",
            kind="str",
            codes=("stopped", "reduced", "increased", "reclaim"),
            text="what happened to the benefit",
        ),
        Column(
            name="monthly_change_ore",
            kind="int",
            at_most=0,
            limit_unless=Condition(column="effect", value="increased"),
            text="change of the monthly payment, whole øre; negative = paid less, 0 for a pure reclaim",
        ),
        Column(name="effective_from", kind="date", text="first day of the change"),
        Column(name="reclaim_ore", kind="int", at_least=0, text="amount claimed back, whole øre"),
        RECORDED,
        Column(
            name="reversed_on",
            kind="date",
            nullable=True,
            not_before="recorded_on",
            text="day the decision was set aside on appeal; empty = stands",
        ),
    ),
    unique_key="effect_id",
    references=(Reference(column="case_id", table="control_case", target="case_id"), TO_PERSON, TO_GRANT),
    known_from="recorded_on",
)

PROTECTED_REGISTER = Table(
    name="protected",
    text="For fairness tests only; never joined into a feature, a score or a page for caseworkers.",
    source="CPR and Danmarks Statistik, under a recorded approval (GDPR art. 9)",
    columns=(
        PERSON,
        Column(name="sex", kind="str", codes=("M", "F"), text="sex in CPR"),
        Column(name="citizenship", kind="str", codes=("dk", "eu", "other"), text="citizenship, grouped"),
        Column(name="origin", kind="str", codes=("danish", "immigrant", "descendant"), text="origin, grouped"),
        Column(name="disability_pension", kind="bool", text="receives førtidspension"),
    ),
    unique_key="person_id",
    references=(TO_PERSON,),
)
