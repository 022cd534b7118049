"""What the dwelling is: use, size and tenure, from DAR and BBR."""

import narwhals as nw

from features.feature import feature
from features.views.flags import flag

REGISTERS = ("address",)


@feature(
    text="Floor area of the dwelling.",
    family="address", view="address", reads=("area_m2",), aggregate="value", unit="m2", registers=REGISTERS,
    fact_da="Boligen er på {value} m² ifølge BBR", absence_da="Boligens areal er ikke oplyst i BBR",
)  # fmt: skip
def dwelling_area() -> nw.Expr:
    return nw.col("area_m2")


@feature(
    text="Number of rooms of the dwelling.",
    family="address", view="address", reads=("rooms",), aggregate="value", unit="rooms", registers=REGISTERS,
    fact_da="Boligen har {value} værelser ifølge BBR", absence_da="Antallet af værelser er ikke oplyst i BBR",
)  # fmt: skip
def dwelling_rooms() -> nw.Expr:
    return nw.col("rooms")


@feature(
    text="The unit's BBR use is not a dwelling (use code 200 and above).",
    family="address", view="address", reads=("unit_use_code",), unit="yes/no", registers=REGISTERS, direction=1,
    fact_da="Enheden er ikke registreret som bolig i BBR", absence_da="Enheden er registreret som bolig i BBR",
)  # fmt: skip
def not_a_dwelling() -> nw.Expr:
    return flag(nw.col("unit_use_code") >= 200)


@feature(
    text="Floor area per registered person.",
    family="address", view="unit", unit="m2", registers=("address", "residence"),
    sources=("dwelling_area", "adults", "children"),
    fact_da="Der er {value} m² pr. registreret person", absence_da="Areal pr. person kan ikke beregnes",
)  # fmt: skip
def area_per_person() -> nw.Expr:
    persons = nw.col("adults") + nw.col("children")
    return nw.when(persons > 0).then(nw.col("dwelling_area") / persons)


@feature(
    text="Registered persons per room.",
    family="address", view="unit", unit="persons", registers=("address", "residence"),
    sources=("dwelling_rooms", "adults", "children"),
    fact_da="Der er registreret {value} personer pr. værelse", absence_da="Der er ingen registrerede personer pr. værelse",
)  # fmt: skip
def persons_per_room() -> nw.Expr:
    return nw.when(nw.col("dwelling_rooms") > 0).then(
        (nw.col("adults") + nw.col("children")) / nw.col("dwelling_rooms")
    )
