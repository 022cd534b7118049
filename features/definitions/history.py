"""Moves in and out, how long people have been there, and how they were registered, from CPR."""

import narwhals as nw

from features.feature import feature
from features.views.flags import TWO_YEARS_DAYS, YEAR_DAYS, flag

REGISTERS = ("residence",)
SHORT_STAY_DAYS = 183
HALF_YEAR_DAYS = 183


@feature(
    text="Residents registered care of somebody.",
    family="history", view="residents", unit="persons", registers=REGISTERS, direction=1,
    fact_da="Antal registrerede med c/o-adresse: {value}", absence_da="Ingen på adressen er registreret c/o",
)  # fmt: skip
def care_of_residents() -> nw.Expr:
    return flag(nw.col("care_of"))


@feature(
    text="Residents registered care of somebody who moved in within a year.",
    family="history", view="residents", unit="persons", registers=REGISTERS, direction=1,
    fact_da="Antal registrerede c/o, der er flyttet ind inden for et år: {value}",
    absence_da="Ingen er flyttet ind c/o inden for et år",
)  # fmt: skip
def recent_care_of() -> nw.Expr:
    return flag(nw.col("care_of") & (nw.col("stay_days") < YEAR_DAYS))


@feature(
    text="Days since the newest registration at the address began.",
    family="history", view="residents", aggregate="min", unit="days", registers=REGISTERS,
    fact_da="Seneste indflytning skete for {value} dage siden", absence_da="Ingen er registreret på adressen",
)  # fmt: skip
def newest_move_in_days() -> nw.Expr:
    return nw.col("stay_days")


@feature(
    text="Days since the oldest standing registration at the address began.",
    family="history", view="residents", aggregate="max", unit="days", registers=REGISTERS,
    fact_da="Den længst registrerede har boet her i {value} dage", absence_da="Ingen er registreret på adressen",
)  # fmt: skip
def longest_stay_days() -> nw.Expr:
    return nw.col("stay_days")


@feature(
    text="Residents who registered their own move online within two years.",
    family="history", view="residents", unit="persons", registers=REGISTERS,
    fact_da="Antal, der selv har anmeldt flytning digitalt inden for to år: {value}",
    absence_da="Ingen har selv anmeldt flytning digitalt inden for to år",
)  # fmt: skip
def self_service_moves() -> nw.Expr:
    return flag((nw.col("channel") == "self_service") & (nw.col("stay_days") < TWO_YEARS_DAYS))


@feature(
    text="Residents registered by the authority's own decision.",
    family="history", view="residents", unit="persons", registers=REGISTERS,
    fact_da="Antal registreret ved myndighedens egen beslutning: {value}",
    absence_da="Ingen er registreret ved myndighedens egen beslutning",
)  # fmt: skip
def registered_by_authority() -> nw.Expr:
    return flag(nw.col("channel") == "authority")


@feature(
    text="Days by which a resident's move in within two years was recorded after it happened (largest).",
    family="history", view="residents", aggregate="max", unit="days", registers=REGISTERS,
    fact_da="En flytning inden for to år blev registreret {value} dage efter, den skete",
    absence_da="Flytningerne er registreret, da de skete",
)  # fmt: skip
def recorded_late_days() -> nw.Expr:
    return nw.when(nw.col("stay_days") < TWO_YEARS_DAYS).then(nw.max_horizontal("recorded_late_days", nw.lit(0)))


@feature(
    text="Moves in at the address within two years.",
    family="history", view="address_stays", unit="moves", registers=REGISTERS,
    fact_da="Antal tilflytninger inden for to år: {value}", absence_da="Ingen er flyttet ind inden for to år",
)  # fmt: skip
def moves_in() -> nw.Expr:
    return nw.col("moved_in")


@feature(
    text="Moves out of the address within two years.",
    family="history", view="address_stays", unit="moves", registers=REGISTERS,
    fact_da="Antal fraflytninger inden for to år: {value}", absence_da="Ingen er flyttet ud inden for to år",
)  # fmt: skip
def moves_out() -> nw.Expr:
    return nw.col("moved_out")


@feature(
    text="Moves out of the address within half a year.",
    family="history", view="address_stays", unit="moves", registers=REGISTERS,
    fact_da="Antal fraflytninger inden for et halvt år: {value}", absence_da="Ingen er flyttet ud inden for et halvt år",
)  # fmt: skip
def recent_moves_out() -> nw.Expr:
    return flag((nw.col("has_ended") == 1) & (nw.col("ended_days") < HALF_YEAR_DAYS))


@feature(
    text="Stays at the address that ended within two years after less than half a year.",
    family="history", view="address_stays", unit="stays", registers=REGISTERS,
    fact_da="Antal ophold under et halvt år inden for to år: {value}",
    absence_da="Ingen ophold under et halvt år inden for to år",
)  # fmt: skip
def short_stays() -> nw.Expr:
    return flag((nw.col("moved_out") == 1) & (nw.col("length_days") < SHORT_STAY_DAYS))


@feature(
    text="Moves by today's residents within three years, to any address of the municipality.",
    family="history", view="stays", unit="moves", registers=REGISTERS,
    fact_da="Antal flytninger blandt de registrerede inden for tre år: {value}",
    absence_da="Ingen af de registrerede er flyttet inden for tre år",
)  # fmt: skip
def moves_by_residents() -> nw.Expr:
    return flag(nw.col("begun_days") >= 0)


@feature(
    text="Stays of today's residents elsewhere within three years that were care of somebody.",
    family="history", view="stays", unit="stays", registers=REGISTERS, direction=1,
    fact_da="Antal tidligere c/o-ophold blandt de registrerede inden for tre år: {value}",
    absence_da="Ingen tidligere c/o-ophold inden for tre år",
)  # fmt: skip
def earlier_care_of() -> nw.Expr:
    return flag(nw.col("stay_care_of") & (nw.col("is_here") == 0))


@feature(
    text="Cases of the address closed with a finding.",
    family="history", view="cases", unit="cases", registers=("control_case", "control_effect"), direction=1,
    fact_da="Antal tidligere kontrolsager med ændring: {value}", absence_da="Ingen tidligere kontrolsager gav en ændring",
)  # fmt: skip
def earlier_hits() -> nw.Expr:
    return nw.col("hit")


@feature(
    text="Cases of the address closed with no change.",
    family="history", view="cases", unit="cases", registers=("control_case",), direction=-1,
    fact_da="Antal tidligere kontrolsager uden ændring: {value}",
    absence_da="Ingen tidligere kontrolsager er lukket uden ændring",
)  # fmt: skip
def earlier_no_change() -> nw.Expr:
    return nw.col("no_change")
