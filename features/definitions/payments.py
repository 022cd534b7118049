"""Which benefits run at the address and what they pay a month, from the benefit systems."""

import narwhals as nw

from features.feature import feature
from features.views.flags import flag

REGISTERS = ("benefit_grant", "benefit_payment")


@feature(
    text="Running grants of the residents.",
    family="payments", view="grants", reads=("grant_id",), unit="grants", registers=("benefit_grant",),
    fact_da="Antal løbende ydelser på adressen: {value}", absence_da="Ingen løbende ydelser på adressen",
)  # fmt: skip
def grants_running() -> nw.Expr:
    return flag(~nw.col("grant_id").is_null())


@feature(
    text="Monthly amount of all running grants.",
    family="payments", view="grants", reads=("monthly_ore",), unit="kr", registers=REGISTERS,
    fact_da="De løbende ydelser er på {value} kr. om måneden", absence_da="Der udbetales ingen løbende ydelser",
)  # fmt: skip
def monthly_amount() -> nw.Expr:
    return nw.col("monthly_ore")


@feature(
    text="Monthly amount of the grants paid on the basis of living alone.",
    family="payments", view="grants", reads=("is_single", "monthly_ore"), unit="kr", registers=REGISTERS,
    fact_da="Ydelser til enlige er på {value} kr. om måneden", absence_da="Der udbetales ingen ydelser til enlige",
)  # fmt: skip
def single_amount() -> nw.Expr:
    return nw.when(nw.col("is_single") == 1).then(nw.col("monthly_ore")).otherwise(nw.lit(0))


@feature(
    text="Days since the newest running grant began.",
    family="payments", view="grants", reads=("run_days",), aggregate="min", unit="days", registers=("benefit_grant",),
    fact_da="Den nyeste ydelse begyndte for {value} dage siden", absence_da="Ingen løbende ydelser på adressen",
)  # fmt: skip
def newest_grant_days() -> nw.Expr:
    return nw.col("run_days")


@feature(
    text="Days since the oldest running grant began.",
    family="payments", view="grants", reads=("run_days",), aggregate="max", unit="days", registers=("benefit_grant",),
    fact_da="Den ældste løbende ydelse begyndte for {value} dage siden", absence_da="Ingen løbende ydelser på adressen",
)  # fmt: skip
def oldest_grant_days() -> nw.Expr:
    return nw.col("run_days")


def _amount_of(benefit: str) -> nw.Expr:
    return nw.when(nw.col("benefit") == benefit).then(nw.col("monthly_ore")).otherwise(nw.lit(0))


@feature(
    text="Monthly cash assistance and education assistance.",
    family="payments", view="grants", reads=("benefit", "monthly_ore"), unit="kr", registers=REGISTERS,
    fact_da="Kontant- og uddannelseshjælp på adressen er {value} kr. om måneden",
    absence_da="Ingen på adressen får kontant- eller uddannelseshjælp",
)  # fmt: skip
def assistance_amount() -> nw.Expr:
    return _amount_of("kontanthjaelp") + _amount_of("uddannelseshjaelp")


@feature(
    text="Monthly daycare subsidy and sibling discount.",
    family="payments", view="grants", reads=("benefit", "monthly_ore"), unit="kr", registers=REGISTERS,
    fact_da="Friplads og søskenderabat på adressen er {value} kr. om måneden",
    absence_da="Ingen på adressen får friplads eller søskenderabat",
)  # fmt: skip
def daycare_amount() -> nw.Expr:
    return _amount_of("friplads") + _amount_of("soeskenderabat")


@feature(
    text="Monthly housing benefit.",
    family="payments", view="grants", reads=("benefit", "monthly_ore"), unit="kr", registers=REGISTERS,
    fact_da="Boligstøtten på adressen er {value} kr. om måneden", absence_da="Ingen på adressen får boligstøtte",
)  # fmt: skip
def housing_amount() -> nw.Expr:
    return _amount_of("boligstoette")


@feature(
    text="Months of the last half year in which a running grant was due and not paid.",
    family="payments", view="grants", reads=("months_due", "months_paid"),
    unit="months", registers=REGISTERS, direction=1,
    fact_da="Antal måneder uden udbetaling af en løbende ydelse inden for et halvt år: {value}",
    absence_da="De løbende ydelser er udbetalt hver måned inden for et halvt år",
)  # fmt: skip
def payment_gaps() -> nw.Expr:
    return nw.max_horizontal(nw.col("months_due") - nw.col("months_paid"), nw.lit(0))


@feature(
    text="Residents who hold a running grant.",
    family="payments", view="grants", reads=("is_holders_first",),
    unit="persons", registers=("benefit_grant", "residence"),
    fact_da="Antal registrerede med en løbende ydelse: {value}", absence_da="Ingen registrerede har en løbende ydelse",
)  # fmt: skip
def grant_holders() -> nw.Expr:
    return nw.col("is_holders_first")
