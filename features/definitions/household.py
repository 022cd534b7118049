"""Who is registered at the address and what they are to each other, from CPR."""

import narwhals as nw

from features.feature import feature
from features.views.flags import YEAR_DAYS, flag

REGISTERS = ("residence", "person", "relation")
MANY_PERSONS = 5


@feature(
    text="Persons of 18 or more registered at the address.",
    family="household", view="residents", reads=("is_adult",), unit="persons", registers=("residence", "person"),
    fact_da="Antal voksne registreret på adressen: {value}", absence_da="Der er ingen voksne registreret på adressen",
)  # fmt: skip
def adults() -> nw.Expr:
    return nw.col("is_adult")


@feature(
    text="Persons under 18 registered at the address.",
    family="household", view="residents", reads=("is_adult",), unit="persons", registers=("residence", "person"),
    fact_da="Antal børn registreret på adressen: {value}", absence_da="Der er ingen børn registreret på adressen",
)  # fmt: skip
def children() -> nw.Expr:
    return 1 - nw.col("is_adult")


@feature(
    text="Adults at the address with no spouse, parent or child there, while other adults are registered there.",
    family="household", view="residents", reads=("is_adult", "kin_here", "unit_adults"),
    unit="persons", registers=REGISTERS,
    fact_da="Antal voksne uden familie blandt de øvrige registrerede: {value}",
    absence_da="Alle voksne på adressen er i familie eller bor alene",
)  # fmt: skip
def unrelated_adults() -> nw.Expr:
    return flag((nw.col("is_adult") == 1) & (nw.col("kin_here") == 0) & (nw.col("unit_adults") > 1))


@feature(
    text="Pairs of a resident and a living spouse registered elsewhere or nowhere.",
    family="household", view="kin", reads=("role",), unit="pairs", registers=REGISTERS, direction=1,
    fact_da="Antal ægtepar, hvor kun den ene er registreret på adressen: {value}",
    absence_da="Der er ingen ægtepar, hvor kun den ene er registreret på adressen",
)  # fmt: skip
def spouses_elsewhere() -> nw.Expr:
    return flag(nw.col("role") == "spouse")


def _other_parent() -> nw.Expr:
    return (nw.col("role") == "parent") & (nw.col("is_adult") == 0)


@feature(
    text="Days since a child's other parent moved to the address where that parent is registered (shortest).",
    family="household", view="kin", reads=("role", "is_adult", "kin_moved_days"),
    aggregate="min", unit="days", registers=REGISTERS,
    fact_da="En forælder til et barn på adressen flyttede til sin registrerede adresse for {value} dage siden",
    absence_da="Der er ingen nylig flytning hos en forælder et andet sted",
)  # fmt: skip
def parent_elsewhere_moved_days() -> nw.Expr:
    return nw.when(_other_parent()).then(nw.col("kin_moved_days"))


@feature(
    text="A child's other parent is registered on the same road.",
    family="household", view="kin", reads=("role", "is_adult", "kin_near"),
    aggregate="max", unit="yes/no", registers=(*REGISTERS, "address"),
    fact_da="En forælder til et barn på adressen er registreret på samme vej",
    absence_da="Ingen forælder til børn på adressen er registreret et andet sted på samme vej",
)  # fmt: skip
def parent_elsewhere_near() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_near") == 1))


@feature(
    text="A child's other parent was registered at the address within the last year.",
    family="household", view="kin", reads=("role", "is_adult", "kin_lived_here"),
    aggregate="max", unit="yes/no", registers=REGISTERS, direction=1,
    fact_da="En forælder til et barn på adressen var registreret her inden for det seneste år",
    absence_da="Ingen forælder til børn på adressen er fraflyttet inden for det seneste år",
)  # fmt: skip
def parent_elsewhere_lived_here() -> nw.Expr:
    return flag(_other_parent() & (nw.col("kin_lived_here") == 1))


@feature(
    text="A spouse elsewhere moved there within a year, is care of somebody, or has no address in the municipality.",
    family="household", view="kin", reads=("kin_moved_days", "kin_care_of", "kin_gone", "role"),
    aggregate="max", unit="yes/no", registers=REGISTERS, direction=1,
    fact_da="En ægtefælle er nyligt flyttet, registreret c/o eller uden adresse i kommunen",
    absence_da="Ingen ægtefælle er nyligt flyttet, registreret c/o eller uden adresse",
)  # fmt: skip
def spouse_loosely_registered() -> nw.Expr:
    loose = (nw.col("kin_moved_days") < YEAR_DAYS) | (nw.col("kin_care_of") == 1) | (nw.col("kin_gone") == 1)
    return flag((nw.col("role") == "spouse") & loose)


@feature(
    text="A child's other parent is registered care of somebody, with four or more others, at a hall of residence or not in a dwelling.",
    family="household", view="kin", reads=("kin_persons", "kin_care_of", "kin_not_dwelling", "kin_dormitory", "role", "is_adult"),
    aggregate="max", unit="yes/no", registers=(*REGISTERS, "address"), direction=1,
    fact_da="En forælder til et barn på adressen er registreret c/o, sammen med mange, på et kollegium eller uden for en bolig",
    absence_da="Ingen forælder til børn på adressen er registreret c/o, sammen med mange, på et kollegium eller uden for en bolig",
)  # fmt: skip
def parent_elsewhere_doubtful() -> nw.Expr:
    crowded, guest = nw.col("kin_persons") >= MANY_PERSONS, nw.col("kin_care_of") == 1
    no_home = (nw.col("kin_not_dwelling") == 1) | (nw.col("kin_dormitory") == 1)
    return flag(_other_parent() & (guest | crowded | no_home))
