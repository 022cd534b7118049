"""What reached the municipality about the address within two years: returned mail, notices, tips."""

import narwhals as nw

from features.feature import feature
from features.views.flags import HALF_YEAR_DAYS, YEAR_DAYS, flag

REGISTERS = ("signal",)
LAW = "cpr_10"


def _of_kind(kind: str) -> nw.Expr:
    return flag(nw.col("kind") == kind)


@feature(
    text="Mail returned from the address.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal gange, post er kommet retur fra adressen: {value}", absence_da="Ingen post er kommet retur fra adressen",
)  # fmt: skip
def returned_mail() -> nw.Expr:
    return _of_kind("returned_mail")


@feature(
    text="Mail returned from the address within a year.",
    family="signals", view="signals", reads=("kind", "days_since"),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal gange, post er kommet retur fra adressen inden for et år: {value}",
    absence_da="Ingen post er kommet retur fra adressen inden for et år",
)  # fmt: skip
def recent_returned_mail() -> nw.Expr:
    return _of_kind("returned_mail") * flag(nw.col("days_since") < YEAR_DAYS)


@feature(
    text="Days since mail was last returned from the address.",
    family="signals", view="signals", reads=("kind", "days_since"),
    aggregate="min", unit="days", registers=REGISTERS, legal_basis=LAW,
    fact_da="Antal dage, siden post senest kom retur fra adressen: {value}",
    absence_da="Ingen post er kommet retur fra adressen inden for to år",
)  # fmt: skip
def newest_returned_mail_days() -> nw.Expr:
    return nw.when(nw.col("kind") == "returned_mail").then(nw.col("days_since"))


@feature(
    text="Tips from citizens about the address.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal henvendelser fra borgere om adressen: {value}", absence_da="Ingen borgere har henvendt sig om adressen",
)  # fmt: skip
def citizen_tips() -> nw.Expr:
    return _of_kind("citizen_tip")


@feature(
    text="Moving notices that do not match other registrations.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal flytteanmeldelser, der ikke stemmer: {value}", absence_da="Alle flytteanmeldelser stemmer",
)  # fmt: skip
def moving_mismatches() -> nw.Expr:
    return _of_kind("moving_notice_mismatch")


@feature(
    text="Notices from a landlord.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal henvendelser fra udlejer: {value}", absence_da="Udlejer har ikke henvendt sig",
)  # fmt: skip
def landlord_notices() -> nw.Expr:
    return _of_kind("landlord_notice")


@feature(
    text="Notices from other authorities.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal henvendelser fra andre myndigheder: {value}", absence_da="Ingen andre myndigheder har henvendt sig",
)  # fmt: skip
def authority_notices() -> nw.Expr:
    return _of_kind("other_authority")


@feature(
    text="Entries on lists from the municipality's data unit.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal gange, adressen står på dataenhedens lister: {value}",
    absence_da="Adressen står ikke på dataenhedens lister",
)  # fmt: skip
def data_unit_entries() -> nw.Expr:
    return _of_kind("data_unit_list")


@feature(
    text="Notices from the municipality's own benefit caseworkers.",
    family="signals", view="signals", reads=("kind",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal henvendelser fra ydelsessagsbehandlere: {value}",
    absence_da="Ingen ydelsessagsbehandlere har henvendt sig",
)  # fmt: skip
def caseworker_notices() -> nw.Expr:
    return _of_kind("caseworker_notice")


@feature(
    text="Signals of any kind within half a year.",
    family="signals", view="signals", reads=("days_since",),
    unit="signals", registers=REGISTERS, legal_basis=LAW, direction=1,
    fact_da="Antal henvendelser af enhver art inden for et halvt år: {value}",
    absence_da="Ingen henvendelser inden for et halvt år",
)  # fmt: skip
def recent_signals() -> nw.Expr:
    return flag(nw.col("days_since") < HALF_YEAR_DAYS)


@feature(
    text="Days since the newest signal.",
    family="signals", view="signals", reads=("days_since",),
    aggregate="min", unit="days", registers=REGISTERS, legal_basis=LAW,
    fact_da="Den seneste henvendelse kom for {value} dage siden", absence_da="Ingen henvendelser inden for to år",
)  # fmt: skip
def newest_signal_days() -> nw.Expr:
    return nw.col("days_since")


@feature(
    text="Signals about a person who is registered at the address now and was when it came.",
    family="signals", view="signals", reads=("named_here", "days_since", "named_stay_days"),
    unit="signals", registers=("signal", "residence"), legal_basis=LAW, direction=1,
    fact_da="Antal henvendelser, der gælder en nuværende registreret: {value}",
    absence_da="Ingen henvendelser gælder en nuværende registreret",
)  # fmt: skip
def signals_on_residents() -> nw.Expr:
    return flag((nw.col("named_here") == 1) & (nw.col("days_since") <= nw.col("named_stay_days")))
