"""Where registers do not fit together: the grant says one household, the registration another."""

import narwhals as nw

from features.feature import feature
from features.views.flags import YEAR_DAYS, flag

HOUSEHOLD = ("benefit_grant", "residence", "person", "relation")


@feature(
    text="Grants paid as single to a holder who has an unrelated adult at the address.",
    family="consistency", view="grants", unit="grants", registers=HOUSEHOLD, direction=1,
    fact_da="Antal ydelser til enlige, hvor en anden voksen uden for familien er registreret: {value}",
    absence_da="Ingen ydelser til enlige, hvor en anden voksen uden for familien er registreret",
)  # fmt: skip
def single_with_other_adult() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("other_adults") > 0))


@feature(
    text="Grants paid as single provider where exactly one unrelated adult and a child of the holder are registered.",
    family="consistency", view="grants", unit="grants", registers=HOUSEHOLD, direction=1,
    fact_da="Antal ydelser til enlig forsørger med netop én anden voksen på adressen: {value}",
    absence_da="Ingen ydelser til enlig forsørger med netop én anden voksen på adressen",
)  # fmt: skip
def provider_with_one_adult() -> nw.Expr:
    provider = nw.col("basis") == "single_provider"
    return flag(provider & (nw.col("other_adults") == 1) & (nw.col("child_here") == 1))


@feature(
    text="Grants paid as single to a holder registered with a spouse.",
    family="consistency", view="grants", unit="grants", registers=HOUSEHOLD, direction=1,
    fact_da="Antal ydelser til enlige, der er registreret sammen med en ægtefælle: {value}",
    absence_da="Ingen ydelser til enlige, der er registreret sammen med en ægtefælle",
)  # fmt: skip
def single_with_spouse() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("spouse_here") == 1))


@feature(
    text="Grants paid as single to a holder whom CPR knows as married or in a registered partnership.",
    family="consistency", view="grants", unit="grants", registers=("benefit_grant", "person"), direction=1,
    fact_da="Antal ydelser til enlige, der er gift ifølge CPR: {value}",
    absence_da="Ingen ydelser til enlige, der er gift ifølge CPR",
)  # fmt: skip
def single_but_married() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("married") == 1))


@feature(
    text="Grants paid as living out to a holder registered with a parent.",
    family="consistency", view="grants", unit="grants", registers=HOUSEHOLD, direction=1,
    fact_da="Antal ydelser som udeboende, hvor modtageren er registreret hos en forælder: {value}",
    absence_da="Ingen ydelser som udeboende til en modtager, der er registreret hos en forælder",
)  # fmt: skip
def living_out_with_parent() -> nw.Expr:
    return flag((nw.col("basis") == "living_out") & (nw.col("parent_here") == 1))


@feature(
    text="Grants paid as living out to a holder with a parent registered on the same road.",
    family="consistency", view="grants", unit="grants", registers=(*HOUSEHOLD, "address"), direction=1,
    fact_da="Antal ydelser som udeboende, hvor en forælder er registreret på samme vej: {value}",
    absence_da="Ingen ydelser som udeboende med en forælder registreret på samme vej",
)  # fmt: skip
def living_out_near_parent() -> nw.Expr:
    return flag((nw.col("basis") == "living_out") & (nw.col("parent_near") == 1))


@feature(
    text="Grants paid as living out.",
    family="consistency", view="grants", unit="grants", registers=("benefit_grant",),
    fact_da="Antal ydelser som udeboende: {value}", absence_da="Ingen ydelser som udeboende",
)  # fmt: skip
def living_out_grants() -> nw.Expr:
    return flag(nw.col("basis") == "living_out")


@feature(
    text="Children that grants count beyond the children registered at the address (largest).",
    family="consistency", view="grants", aggregate="max", unit="children", registers=HOUSEHOLD, direction=1,
    fact_da="En ydelse regner med {value} flere børn, end der er registreret på adressen",
    absence_da="Ydelserne regner ikke med flere børn, end der er registreret",
)  # fmt: skip
def children_not_registered() -> nw.Expr:
    return nw.max_horizontal(nw.col("children") - nw.col("unit_children"), nw.lit(0))


@feature(
    text="Persons registered at the address whom CPR does not know as resident (emigrated, missing, dead).",
    family="consistency", view="residents", unit="persons", registers=("residence", "person"), direction=1,
    fact_da="Antal registrerede, der efter CPR ikke er bosat i landet: {value}",
    absence_da="Alle registrerede er bosat i landet efter CPR",
)  # fmt: skip
def not_resident_persons() -> nw.Expr:
    return nw.col("not_resident")


@feature(
    text="Running grants to a holder whom CPR does not know as resident.",
    family="consistency", view="grants", unit="grants", registers=("benefit_grant", "person"), direction=1,
    fact_da="Antal ydelser til en modtager, der efter CPR ikke er bosat i landet: {value}",
    absence_da="Ingen ydelser til modtagere, der efter CPR ikke er bosat i landet",
)  # fmt: skip
def grants_to_not_resident() -> nw.Expr:
    return nw.col("not_resident")


@feature(
    text="Grants paid as single that began within a year.",
    family="consistency", view="grants", unit="grants", registers=("benefit_grant",), direction=1,
    fact_da="Antal ydelser til enlige, der begyndte inden for det seneste år: {value}",
    absence_da="Ingen ydelser til enlige er begyndt inden for det seneste år",
)  # fmt: skip
def recent_single_grants() -> nw.Expr:
    return flag((nw.col("is_single") == 1) & (nw.col("run_days") < YEAR_DAYS))


@feature(
    text="Grants of a holder who moved in within a year while the grant began before.",
    family="consistency", view="grants", unit="grants", registers=("benefit_grant", "residence"),
    fact_da="Antal ydelser, der begyndte før modtageren flyttede hertil inden for et år: {value}",
    absence_da="Ingen ydelser fra før en flytning hertil inden for et år",
)  # fmt: skip
def grants_from_before_move() -> nw.Expr:
    return flag((nw.col("stay_days") < YEAR_DAYS) & (nw.col("run_days") > nw.col("stay_days")))


@feature(
    text="Grants paid as couple to a holder without spouse or other adult at the address.",
    family="consistency", view="grants", unit="grants", registers=HOUSEHOLD,
    fact_da="Antal ydelser som par, hvor ingen anden voksen er registreret: {value}",
    absence_da="Ingen ydelser som par uden en anden voksen registreret",
)  # fmt: skip
def couple_alone() -> nw.Expr:
    alone = (nw.col("unit_adults") == nw.col("is_adult")) & (nw.col("spouse_here") == 0)
    return flag(nw.col("basis").is_in(("couple", "couple_provider")) & alone)


@feature(
    text="Moves out of the address within two years by a parent, now elsewhere, of a child registered here.",
    family="consistency", view="address_stays", unit="moves", registers=("residence", "person", "relation"), direction=1,
    fact_da="Antal fraflytninger inden for to år blandt forældre til børn på adressen: {value}",
    absence_da="Ingen forældre til børn på adressen er fraflyttet inden for to år",
)  # fmt: skip
def moved_out_parents() -> nw.Expr:
    return nw.col("is_childs_parent") * nw.col("moved_out")


@feature(
    text="Grants paid as single at an address where two or more adults have no spouse, parent or child there.",
    family="consistency", view="unit", unit="grants", registers=HOUSEHOLD,
    sources=("single_grants", "unrelated_adults"),
    fact_da="Der gives {value} ydelser til enlige på en adresse med flere voksne uden familie",
    absence_da="Der gives ikke ydelser til enlige på en adresse med flere voksne uden familie",
)  # fmt: skip
def single_grants_among_unrelated() -> nw.Expr:
    return nw.when(nw.col("unrelated_adults") > 1).then(nw.col("single_grants")).otherwise(nw.lit(0.0))
