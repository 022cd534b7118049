"""Who is registered at the address and what they are to each other, from CPR."""

import narwhals as nw

from features.feature import feature
from features.views.flags import YEAR_DAYS, flag

REGISTERS = ("residence", "person", "relation")


@feature(
    text="Persons of 18 or more registered at the address.",
    family="household", view="residents", unit="persons", registers=("residence", "person"),
    fact_da="Antal voksne registreret på adressen: {value}", absence_da="Der er ingen voksne registreret på adressen",
)  # fmt: skip
def adults() -> nw.Expr:
    return nw.col("is_adult")


@feature(
    text="Persons under 18 registered at the address.",
    family="household", view="residents", unit="persons", registers=("residence", "person"),
    fact_da="Antal børn registreret på adressen: {value}", absence_da="Der er ingen børn registreret på adressen",
)  # fmt: skip
def children() -> nw.Expr:
    return 1 - nw.col("is_adult")


@feature(
    text="Adults at the address with no spouse, parent or child there, while other adults are registered there.",
    family="household", view="residents", unit="persons", registers=REGISTERS,
    fact_da="Antal voksne uden familie blandt de øvrige registrerede: {value}",
    absence_da="Alle voksne på adressen er i familie eller bor alene",
)  # fmt: skip
def unrelated_adults() -> nw.Expr:
    return flag((nw.col("is_adult") == 1) & (nw.col("kin_here") == 0) & (nw.col("unit_adults") > 1))


@feature(
    text="Residents whose spouse or registered partner is registered at the address too.",
    family="household", view="residents", unit="persons", registers=REGISTERS,
    fact_da="Antal registrerede, der bor sammen med deres ægtefælle: {value}",
    absence_da="Ingen på adressen er registreret sammen med en ægtefælle",
)  # fmt: skip
def spouses_here() -> nw.Expr:
    return nw.col("spouse_here")


@feature(
    text="Adults registered with a parent at the address.",
    family="household", view="residents", unit="persons", registers=REGISTERS,
    fact_da="Antal voksne, der er registreret hos en forælder: {value}",
    absence_da="Ingen voksne på adressen er registreret hos en forælder",
)  # fmt: skip
def adults_with_parent() -> nw.Expr:
    return nw.col("is_adult") * nw.col("parent_here")


@feature(
    text="Children registered at the address without any parent there.",
    family="household", view="residents", unit="persons", registers=REGISTERS,
    fact_da="Antal børn på adressen uden en forælder registreret samme sted: {value}",
    absence_da="Alle børn på adressen har en forælder registreret samme sted",
)  # fmt: skip
def children_without_parent() -> nw.Expr:
    return (1 - nw.col("is_adult")) * (1 - nw.col("parent_here"))


@feature(
    text="Pairs of a resident and a living spouse registered elsewhere or nowhere.",
    family="household", view="kin", unit="pairs", registers=REGISTERS, direction=1,
    fact_da="Antal registrerede, hvis ægtefælle er registreret et andet sted: {value}",
    absence_da="Ingen på adressen har en ægtefælle registreret et andet sted",
)  # fmt: skip
def spouses_elsewhere() -> nw.Expr:
    return flag(nw.col("role") == "spouse")


def _other_parent() -> nw.Expr:
    return (nw.col("role") == "parent") & (nw.col("is_adult") == 0)


@feature(
    text="Pairs of a child here and a living parent registered elsewhere or nowhere.",
    family="household", view="kin", unit="pairs", registers=REGISTERS,
    fact_da="Antal forældre til børn på adressen, der er registreret et andet sted: {value}",
    absence_da="Ingen børn på adressen har en forælder registreret et andet sted",
)  # fmt: skip
def parents_elsewhere() -> nw.Expr:
    return flag(_other_parent())


@feature(
    text="A child's other parent has no registered address in the municipality.",
    family="household", view="kin", aggregate="max", unit="yes/no", registers=REGISTERS,
    fact_da="En forælder til et barn på adressen har ingen registreret adresse i kommunen",
    absence_da="Ingen forælder til børn på adressen mangler en registreret adresse i kommunen",
)  # fmt: skip
def parent_without_address() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_gone") == 1))


@feature(
    text="A child's other parent is registered care of somebody.",
    family="household", view="kin", aggregate="max", unit="yes/no", registers=REGISTERS, direction=1,
    fact_da="En forælder til et barn på adressen er registreret c/o et andet sted",
    absence_da="Ingen forælder til børn på adressen er registreret c/o et andet sted",
)  # fmt: skip
def parent_elsewhere_care_of() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_care_of") == 1))


@feature(
    text="Days since a child's other parent moved to the address where that parent is registered (shortest).",
    family="household", view="kin", aggregate="min", unit="days", registers=REGISTERS,
    fact_da="En forælder til et barn på adressen flyttede til sin registrerede adresse for {value} dage siden",
    absence_da="Der er ingen nylig flytning hos en forælder et andet sted",
)  # fmt: skip
def parent_elsewhere_moved_days() -> nw.Expr:
    return nw.when(_other_parent()).then(nw.col("kin_moved_days"))


@feature(
    text="Persons registered where a child's other parent is registered (most).",
    family="household", view="kin", aggregate="max", unit="persons", registers=REGISTERS,
    fact_da="Hvor en forælder til et barn på adressen er registreret, er der {value} registrerede",
    absence_da="Ingen forælder til børn på adressen er registreret et andet sted i kommunen",
)  # fmt: skip
def parent_elsewhere_persons() -> nw.Expr:
    return nw.when(_other_parent()).then(nw.col("kin_persons"))


@feature(
    text="A child's other parent is registered on the same road.",
    family="household", view="kin", aggregate="max", unit="yes/no", registers=(*REGISTERS, "address"),
    fact_da="En forælder til et barn på adressen er registreret på samme vej",
    absence_da="Ingen forælder til børn på adressen er registreret et andet sted på samme vej",
)  # fmt: skip
def parent_elsewhere_near() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_near") == 1))


@feature(
    text="A child's other parent was registered at the address within the last year.",
    family="household", view="kin", aggregate="max", unit="yes/no", registers=REGISTERS, direction=1,
    fact_da="En forælder til et barn på adressen var registreret her inden for det seneste år",
    absence_da="Ingen forælder til børn på adressen er fraflyttet inden for det seneste år",
)  # fmt: skip
def parent_elsewhere_lived_here() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_lived_here") == 1))


@feature(
    text="A child's other parent is registered at a unit that is not a dwelling.",
    family="household", view="kin", aggregate="max", unit="yes/no", registers=(*REGISTERS, "address"), direction=1,
    fact_da="En forælder til et barn på adressen er registreret i en enhed, der ikke er en bolig",
    absence_da="Ingen forælder til børn på adressen er registreret i en enhed, der ikke er en bolig",
)  # fmt: skip
def parent_elsewhere_not_dwelling() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_not_dwelling") == 1))


@feature(
    text="A spouse elsewhere moved there within a year, is care of somebody, or has no address in the municipality.",
    family="household", view="kin", aggregate="max", unit="yes/no", registers=REGISTERS, direction=1,
    fact_da="En ægtefælle er nyligt flyttet, registreret c/o eller uden adresse i kommunen",
    absence_da="Ingen ægtefælle er nyligt flyttet, registreret c/o eller uden adresse",
)  # fmt: skip
def spouse_loosely_registered() -> nw.Expr:
    loose = (nw.col("kin_moved_days") < YEAR_DAYS) | (nw.col("kin_care_of") == 1) | (nw.col("kin_gone") == 1)
    return flag((nw.col("role") == "spouse") & loose)


@feature(
    text="Pairs of an adult at the address and a child of theirs under 18 registered elsewhere.",
    family="household", view="kin", unit="pairs", registers=REGISTERS,
    fact_da="Antal børn af voksne på adressen, der er registreret et andet sted: {value}",
    absence_da="Ingen voksne på adressen har børn registreret et andet sted",
)  # fmt: skip
def own_children_elsewhere() -> nw.Expr:
    placed = (nw.col("kin_gone") == 0) & (nw.col("is_adult") == 1)
    return flag((nw.col("role") == "child") & placed & (nw.col("kin_is_minor") == 1))
