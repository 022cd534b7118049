"""Moves in and out, how long people have been there, and how they were registered, from CPR."""

import narwhals as nw

from features.feature import feature
from features.views.flags import HALF_YEAR_DAYS, TWO_YEARS_DAYS, YEAR_DAYS, flag

REGISTERS = ("residence",)


@feature(
    text="Residents registered care of somebody.",
    family="history", view="residents", reads=("care_of",), unit="persons", registers=REGISTERS, direction=1,
    fact_da="Antal registrerede med c/o-adresse: {value}", absence_da="Ingen på adressen er registreret c/o",
)  # fmt: skip
def care_of_residents() -> nw.Expr:
    return flag(nw.col("care_of"))


@feature(
    text="Residents registered care of somebody who moved in within a year.",
    family="history", view="residents", reads=("care_of", "stay_days"),
    unit="persons", registers=REGISTERS, direction=1,
    fact_da="Antal registrerede c/o, der er flyttet ind inden for et år: {value}",
    absence_da="Ingen er flyttet ind c/o inden for et år",
)  # fmt: skip
def recent_care_of() -> nw.Expr:
    return flag(nw.col("care_of") & (nw.col("stay_days") < YEAR_DAYS))


@feature(
    text="Days since the newest stay at the address began.",
    family="history", view="residents", reads=("stay_days",), aggregate="min", unit="days", registers=REGISTERS,
    fact_da="Seneste indflytning skete for {value} dage siden", absence_da="Ingen er registreret på adressen",
)  # fmt: skip
def newest_move_in_days() -> nw.Expr:
    return nw.col("stay_days")


@feature(
    text="Days since the oldest standing stay at the address began.",
    family="history", view="residents", reads=("stay_days",), aggregate="max", unit="days", registers=REGISTERS,
    fact_da="Den længst registrerede har boet her i {value} dage", absence_da="Ingen er registreret på adressen",
)  # fmt: skip
def longest_stay_days() -> nw.Expr:
    return nw.col("stay_days")


@feature(
    text="Residents who registered their own move online within two years.",
    family="history", view="residents", reads=("channel", "stay_days"), unit="persons", registers=REGISTERS,
    fact_da="Antal, der selv har anmeldt flytning digitalt inden for to år: {value}",
    absence_da="Ingen har selv anmeldt flytning digitalt inden for to år",
)  # fmt: skip
def self_service_moves() -> nw.Expr:
    return flag((nw.col("channel") == "self_service") & (nw.col("stay_days") < TWO_YEARS_DAYS))


@feature(
    text="Days by which a resident's move in within two years was recorded after it happened (largest).",
    family="history", view="residents", reads=("stay_days", "recorded_late_days"),
    aggregate="max", unit="days", registers=REGISTERS,
    fact_da="En flytning inden for to år blev registreret {value} dage efter, den skete",
    absence_da="Flytningerne er registreret, da de skete",
)  # fmt: skip
def recorded_late_days() -> nw.Expr:
    is_told = (nw.col("stay_days") < TWO_YEARS_DAYS) & ~nw.col("recorded_late_days").is_null()
    return nw.when(is_told).then(nw.max_horizontal("recorded_late_days", nw.lit(0)))


@feature(
    text="Moves in at the address within two years.",
    family="history", view="address_stays", reads=("moved_in",), unit="moves", registers=REGISTERS,
    fact_da="Antal tilflytninger inden for to år: {value}", absence_da="Ingen er flyttet ind inden for to år",
)  # fmt: skip
def moves_in() -> nw.Expr:
    return nw.col("moved_in")


@feature(
    text="Moves in at the address within a year.",
    family="history", view="address_stays", reads=("moved_in", "begun_days"), unit="moves", registers=REGISTERS,
    fact_da="Antal tilflytninger inden for et år: {value}", absence_da="Ingen er flyttet ind inden for et år",
)  # fmt: skip
def recent_moves_in() -> nw.Expr:
    return flag((nw.col("moved_in") == 1) & (nw.col("begun_days") < YEAR_DAYS))


@feature(
    text="Moves out of the address within two years.",
    family="history", view="address_stays", reads=("moved_out",), unit="moves", registers=REGISTERS,
    fact_da="Antal fraflytninger inden for to år: {value}", absence_da="Ingen er flyttet ud inden for to år",
)  # fmt: skip
def moves_out() -> nw.Expr:
    return nw.col("moved_out")


@feature(
    text="Moves out of the address within half a year.",
    family="history", view="address_stays", reads=("moved_out", "ended_days"), unit="moves", registers=REGISTERS,
    fact_da="Antal fraflytninger inden for et halvt år: {value}", absence_da="Ingen er flyttet ud inden for et halvt år",
)  # fmt: skip
def recent_moves_out() -> nw.Expr:
    return flag((nw.col("moved_out") == 1) & (nw.col("ended_days") < HALF_YEAR_DAYS))


@feature(
    text="Moves by today's residents within three years, to any address of the municipality.",
    family="history", view="stays", reads=("begun_days",), unit="moves", registers=REGISTERS,
    fact_da="Antal flytninger blandt de registrerede inden for tre år: {value}",
    absence_da="Ingen af de registrerede er flyttet inden for tre år",
)  # fmt: skip
def moves_by_residents() -> nw.Expr:
    return flag(nw.col("begun_days") >= 0)


@feature(
    text="Cases of the address closed with a finding.",
    family="history", view="cases", reads=("hit",),
    unit="cases", registers=("control_case", "control_effect"), direction=1,
    fact_da="Antal tidligere kontrolsager med ændring: {value}", absence_da="Ingen tidligere kontrolsager gav en ændring",
)  # fmt: skip
def earlier_hits() -> nw.Expr:
    return nw.col("hit")


@feature(
    text="Cases of the address closed with no change.",
    family="history", view="cases", reads=("no_change",), unit="cases", registers=("control_case",), direction=-1,
    fact_da="Antal tidligere kontrolsager uden ændring: {value}",
    absence_da="Ingen tidligere kontrolsager er lukket uden ændring",
)  # fmt: skip
def earlier_no_change() -> nw.Expr:
    return nw.col("no_change")


@feature(
    text="Days since the newest control case of the address was closed.",
    family="history", view="cases", reads=("closed_days",), aggregate="min", unit="days", registers=("control_case",),
    fact_da="Antal dage, siden den seneste kontrolsag på adressen blev lukket: {value}",
    absence_da="Ingen kontrolsager på adressen er lukket",
)  # fmt: skip
def newest_case_days() -> nw.Expr:
    return nw.col("closed_days")
