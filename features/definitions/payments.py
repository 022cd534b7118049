"""Which benefits run at the address and what they pay a month, from the benefit systems."""

import narwhals as nw

from features.feature import feature
from features.views.flags import flag

REGISTERS = ("benefit_grant", "benefit_payment")


@feature(
    text="Running grants of the residents.",
    family="payments", view="grants", unit="grants", registers=("benefit_grant",),
    fact_da="Antal løbende ydelser på adressen: {value}", absence_da="Ingen løbende ydelser på adressen",
)  # fmt: skip
def grants_running() -> nw.Expr:
    return flag(nw.col("monthly_ore") >= 0)


@feature(
    text="Running grants paid on the basis of living alone (single, single provider).",
    family="payments", view="grants", unit="grants", registers=("benefit_grant",),
    fact_da="Antal ydelser, der gives til enlige: {value}", absence_da="Ingen ydelser gives på grundlag af at være enlig",
)  # fmt: skip
def single_grants() -> nw.Expr:
    return nw.col("is_single")


@feature(
    text="Monthly amount of all running grants.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="De løbende ydelser er på {value} kr. om måneden", absence_da="Der udbetales ingen løbende ydelser",
)  # fmt: skip
def monthly_amount() -> nw.Expr:
    return nw.col("monthly_ore")


@feature(
    text="Monthly amount of the grants paid on the basis of living alone.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="Ydelser til enlige er på {value} kr. om måneden", absence_da="Der udbetales ingen ydelser til enlige",
)  # fmt: skip
def single_amount() -> nw.Expr:
    return nw.when(nw.col("is_single") == 1).then(nw.col("monthly_ore")).otherwise(nw.lit(0))


@feature(
    text="Days since the newest running grant began.",
    family="payments", view="grants", aggregate="min", unit="days", registers=("benefit_grant",),
    fact_da="Den nyeste ydelse begyndte for {value} dage siden", absence_da="Ingen løbende ydelser på adressen",
)  # fmt: skip
def newest_grant_days() -> nw.Expr:
    return nw.col("run_days")


@feature(
    text="Days since the oldest running grant began.",
    family="payments", view="grants", aggregate="max", unit="days", registers=("benefit_grant",),
    fact_da="Den ældste løbende ydelse begyndte for {value} dage siden", absence_da="Ingen løbende ydelser på adressen",
)  # fmt: skip
def oldest_grant_days() -> nw.Expr:
    return nw.col("run_days")


def _amount_of(benefit: str) -> nw.Expr:
    return nw.when(nw.col("benefit") == benefit).then(nw.col("monthly_ore")).otherwise(nw.lit(0))


@feature(
    text="Monthly cash assistance and education assistance.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="Kontant- og uddannelseshjælp på adressen er {value} kr. om måneden",
    absence_da="Ingen på adressen får kontant- eller uddannelseshjælp",
)  # fmt: skip
def assistance_amount() -> nw.Expr:
    return _amount_of("kontanthjaelp") + _amount_of("uddannelseshjaelp")


@feature(
    text="Monthly daycare subsidy and sibling discount.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="Friplads og søskenderabat på adressen er {value} kr. om måneden",
    absence_da="Ingen på adressen får friplads eller søskenderabat",
)  # fmt: skip
def daycare_amount() -> nw.Expr:
    return _amount_of("friplads") + _amount_of("soeskenderabat")


@feature(
    text="Monthly child allowance to single providers.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="Børnetilskud til enlige på adressen er {value} kr. om måneden",
    absence_da="Ingen på adressen får børnetilskud som enlig forsørger",
)  # fmt: skip
def child_allowance_amount() -> nw.Expr:
    return _amount_of("boernetilskud")


@feature(
    text="Monthly single supplement of the state pension and health supplement.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="Pensionstillæg til enlige og helbredstillæg på adressen er {value} kr. om måneden",
    absence_da="Ingen på adressen får pensionstillæg til enlige eller helbredstillæg",
)  # fmt: skip
def pension_amount() -> nw.Expr:
    return _amount_of("folkepension_enlig") + _amount_of("helbredstillaeg")


@feature(
    text="Monthly housing benefit.",
    family="payments", view="grants", unit="kr", registers=REGISTERS,
    fact_da="Boligstøtten på adressen er {value} kr. om måneden", absence_da="Ingen på adressen får boligstøtte",
)  # fmt: skip
def housing_amount() -> nw.Expr:
    return _amount_of("boligstoette")


@feature(
    text="Running grants without any payment known within a year.",
    family="payments", view="grants", unit="grants", registers=REGISTERS,
    fact_da="Antal ydelser uden kendt udbetaling det seneste år: {value}",
    absence_da="Alle løbende ydelser er udbetalt inden for det seneste år",
)  # fmt: skip
def unpaid_grants() -> nw.Expr:
    return flag(nw.col("paid_months") == 0)
