"""Where registers do not fit together: the grant says one household, the registration another."""

import narwhals as nw

from features.feature import feature
from features.views.flags import YEAR_DAYS, flag

QUARTER_DAYS = 92
HOUSEHOLD = ("benefit_grant", "residence", "person", "relation")


@feature(
    text="Grants paid as single to a holder who has an unrelated adult at the address.",
    family="consistency", view="grants", reads=("is_single", "other_adults"),
    unit="grants", registers=HOUSEHOLD, direction=1,
    fact_da="Antal ydelser til enlige, hvor en anden voksen uden for familien er registreret: {value}",
    absence_da="Ingen ydelser til enlige, hvor en anden voksen uden for familien er registreret",
)  # fmt: skip
def single_with_other_adult() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("other_adults") > 0))


@feature(
    text="Grants paid as single provider where exactly one unrelated adult and a child of the holder are registered.",
    family="consistency", view="grants", reads=("basis", "other_adults", "child_here"),
    unit="grants", registers=HOUSEHOLD, direction=1,
    fact_da="Antal ydelser til enlig forsørger med netop én anden voksen på adressen: {value}",
    absence_da="Ingen ydelser til enlig forsørger med netop én anden voksen på adressen",
)  # fmt: skip
def provider_with_one_adult() -> nw.Expr:
    provider = nw.col("basis") == "single_provider"
    return flag(provider & (nw.col("other_adults") == 1) & (nw.col("child_here") == 1))


@feature(
    text="Grants paid as single to a holder registered with a spouse.",
    family="consistency", view="grants", reads=("is_single", "spouse_here"),
    unit="grants", registers=("benefit_grant", "residence", "relation"), direction=1,
    fact_da="Antal ydelser til enlige, der er registreret sammen med en ægtefælle: {value}",
    absence_da="Ingen ydelser til enlige, der er registreret sammen med en ægtefælle",
)  # fmt: skip
def single_with_spouse() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("spouse_here") == 1))


@feature(
    text="Grants paid as single to a holder whom CPR knows as married or in a registered partnership.",
    family="consistency", view="grants", reads=("is_single", "married"),
    unit="grants", registers=("benefit_grant", "person"), direction=1,
    fact_da="Antal ydelser til enlige, der er gift ifølge CPR: {value}",
    absence_da="Ingen ydelser til enlige, der er gift ifølge CPR",
)  # fmt: skip
def single_but_married() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("married") == 1))


@feature(
    text="Grants paid as living out to a holder registered with a parent.",
    family="consistency", view="grants", reads=("basis", "parent_here"),
    unit="grants", registers=("benefit_grant", "residence", "relation"), direction=1,
    fact_da="Antal ydelser som udeboende, hvor modtageren er registreret hos en forælder: {value}",
    absence_da="Ingen ydelser som udeboende til en modtager, der er registreret hos en forælder",
)  # fmt: skip
def living_out_with_parent() -> nw.Expr:
    return flag((nw.col("basis") == "living_out") & (nw.col("parent_here") == 1))


@feature(
    text="Grants paid as living out to a holder with a parent registered on the same road.",
    family="consistency", view="grants", reads=("basis", "parent_near"),
    unit="grants", registers=(*HOUSEHOLD, "address"), direction=1,
    fact_da="Antal ydelser som udeboende, hvor en forælder er registreret på samme vej: {value}",
    absence_da="Ingen ydelser som udeboende med en forælder registreret på samme vej",
)  # fmt: skip
def living_out_near_parent() -> nw.Expr:
    return flag((nw.col("basis") == "living_out") & (nw.col("parent_near") == 1))


@feature(
    text="Grants paid as living out.",
    family="consistency", view="grants", reads=("basis",), unit="grants", registers=("benefit_grant",),
    fact_da="Antal ydelser som udeboende: {value}", absence_da="Ingen ydelser som udeboende",
)  # fmt: skip
def living_out_grants() -> nw.Expr:
    return flag(nw.col("basis") == "living_out")


@feature(
    text="Children that grants count beyond the children registered at the address (largest).",
    family="consistency", view="grants", reads=("children", "unit_children"),
    aggregate="max", unit="children", registers=("benefit_grant", "residence", "person"), direction=1,
    fact_da="Antal børn, som en ydelse regner med ud over de registrerede på adressen: {value}",
    absence_da="Ydelserne regner ikke med flere børn, end der er registreret på adressen",
)  # fmt: skip
def children_not_registered() -> nw.Expr:
    return nw.max_horizontal(nw.col("children") - nw.col("unit_children"), nw.lit(0))


@feature(
    text="Persons registered at the address whom CPR does not know as resident (emigrated, missing, dead).",
    family="consistency", view="residents", reads=("not_resident",),
    unit="persons", registers=("residence", "person"), direction=1,
    fact_da="Antal registrerede, der efter CPR ikke er bosat i landet: {value}",
    absence_da="Alle registrerede er bosat i landet efter CPR",
)  # fmt: skip
def not_resident_persons() -> nw.Expr:
    return nw.col("not_resident")


@feature(
    text="Children registered at the address beyond those that a grant to a provider counts (largest).",
    family="consistency", view="grants", reads=("unit_children", "children", "basis"), aggregate="max", unit="children",
    registers=("benefit_grant", "residence", "person"),
    fact_da="Antal børn på adressen ud over dem, som en ydelse til en forsørger regner med: {value}",
    absence_da="Ydelserne til forsørgere regner med alle børn på adressen",
)  # fmt: skip
def children_not_counted() -> nw.Expr:
    beyond = nw.max_horizontal(nw.col("unit_children") - nw.col("children"), nw.lit(0))
    return nw.when(nw.col("basis").is_in(("single_provider", "couple_provider"))).then(beyond)


@feature(
    text="Grants paid as single provider.",
    family="consistency", view="grants", reads=("basis",), unit="grants", registers=("benefit_grant",),
    fact_da="Antal ydelser som enlig forsørger: {value}", absence_da="Ingen ydelser som enlig forsørger",
)  # fmt: skip
def provider_grants() -> nw.Expr:
    return flag(nw.col("basis") == "single_provider")


@feature(
    text="Years between the births of a holder paid as single and the unrelated adult here who is nearest (fewest).",
    family="consistency", view="grants", reads=("is_single", "nearest_age_days"),
    aggregate="min", unit="years", registers=HOUSEHOLD,
    fact_da="Aldersforskellen i hele år mellem en enlig ydelsesmodtager og en anden voksen uden for familien: {value}",
    absence_da="Ingen enlig ydelsesmodtager er registreret sammen med en anden voksen uden for familien",
)  # fmt: skip
def single_nearest_age_years() -> nw.Expr:
    return nw.when(nw.col("is_single") == 1).then(nw.col("nearest_age_days") // YEAR_DAYS)


@feature(
    text="Grants that began within three months after the holder moved in.",
    family="consistency", view="grants", reads=("stay_days", "run_days"),
    unit="grants", registers=("benefit_grant", "residence"),
    fact_da="Antal ydelser, der begyndte inden for tre måneder efter modtagerens indflytning: {value}",
    absence_da="Ingen ydelser begyndte inden for tre måneder efter modtagerens indflytning",
)  # fmt: skip
def grants_soon_after_move() -> nw.Expr:
    after_days = nw.col("stay_days") - nw.col("run_days")
    return flag((after_days >= 0) & (after_days <= QUARTER_DAYS))


OBSERVATIONS = (
    "not_a_dwelling",
    "spouses_elsewhere", "parent_elsewhere_lived_here", "spouse_loosely_registered", "parent_elsewhere_doubtful",
    "payment_gaps",
    "care_of_residents", "recent_care_of", "earlier_hits",
    "returned_mail", "recent_returned_mail", "citizen_tips", "moving_mismatches", "landlord_notices", "authority_notices",
    "data_unit_entries", "caseworker_notices", "recent_signals", "signals_on_residents",
    "single_with_other_adult", "provider_with_one_adult", "single_with_spouse", "single_but_married",
    "living_out_with_parent", "living_out_near_parent", "children_not_registered", "not_resident_persons",
)  # fmt: skip
"""Every other feature of which more can only raise the probability; a test holds the list to the declarations."""


@feature(
    text="Different observations that point to a control: features that can only raise the probability, above 0 here.",
    family="consistency", view="unit", unit="observations", direction=1, sources=OBSERVATIONS,
    registers=(
        "person", "residence", "relation", "address", "benefit_grant", "benefit_payment", "signal", "control_case",
        "control_effect",
    ),
    fact_da="Antal forskellige forhold, der taler for en kontrol: {value}",
    absence_da="Ingen af de forhold, der taler for en kontrol, er til stede",
)  # fmt: skip
def observations() -> nw.Expr:
    return nw.sum_horizontal(*(flag(nw.col(name) > 0) for name in OBSERVATIONS))
