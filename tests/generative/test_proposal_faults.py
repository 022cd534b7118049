"""Proposals of several kinds and committees with any figures bent: exactly the faults that the rules name are found.

The rules are written here a second time, in fractions, without anything of the product.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from governance.impact.business_case.arithmetic import build_worked
from governance.impact.business_case.checking import find_faults
from tests.proposals import a_proposal, an_item, case_of

KINDS = ("effect", "running", "investment")
NAMES = ("KFF", "TMU", "BIF", "Ældreudvalget", "ØKF")
Faults = list[tuple[str, Any, Any]]
NOISE = 1 + Fraction(1, 10**9)


def added(rows: list[list[Any]], years: int) -> list[Fraction]:
    return [sum((Fraction(row[year]) for row in rows), Fraction(0)) for year in range(years)]


def all_totals(proposal: dict[str, Any]) -> dict[str, list[Fraction]]:
    years = len(proposal["years"])
    single = {
        kind: added([item["amounts"] for item in proposal["item"] if item["kind"] == kind], years) for kind in KINDS
    }
    permanent = added([single["effect"], single["running"]], years)
    return {**single, "permanent_change": permanent, "cash_flow": added([permanent, single["investment"]], years)}


def years_to_pay_back(totals: dict[str, list[Fraction]]) -> int | None:
    standing = list(accumulate(totals["cash_flow"]))
    for year, amount in enumerate(standing, 1):
        if amount <= 0:
            return year
    gain = -totals["permanent_change"][-1]
    if gain <= 0:
        return None
    full, rest = divmod(standing[-1], gain)
    return len(standing) + full + (1 if rest else 0)


def faults_by_the_rules(proposal: dict[str, Any]) -> Faults:
    totals, stated = all_totals(proposal), proposal["stated"]
    half_an_ore = Fraction(1, 200 * proposal["unit"])
    faults: Faults = []

    def hold(where: str, figure: Any, expected: Fraction, tolerance: Fraction) -> None:
        if abs(Fraction(figure) - expected) > tolerance * NOISE:
            faults.append((where, Fraction(figure), expected))

    for name, amounts in totals.items():
        for place, year in enumerate(proposal["years"]):
            hold(f"stated.{name} {year}", stated[name][place], amounts[place], half_an_ore)
    back = years_to_pay_back(totals)
    if stated["payback_years"] != ("never" if back is None else back):
        faults.append(("stated.payback_years", stated["payback_years"], back))
    for kind in KINDS:
        rows = [(place, row) for place, row in enumerate(stated["distribution"], 1) if row["kind"] == kind]
        at = f"stated.distribution {kind}"
        keys = sum(Fraction(row["key"]) for _, row in rows)
        hold(f"{at}: sum of keys", keys, Fraction(100), Fraction(1, 10))
        for place, row in rows:
            expected = Fraction(row["key"]) / 100 * sum(totals[kind])
            where = f"{at} {row['committee']} (row {place}): sum over the years"
            hold(where, sum(map(Fraction, row["amounts"])), expected, max(abs(expected) / 1000, half_an_ore))
        for year, expected in zip(proposal["years"], totals[kind], strict=True):
            place = year - proposal["years"][0]
            summed = sum(Fraction(row["amounts"][place]) for _, row in rows)
            hold(f"{at} {year}: sum of rows", summed, expected, half_an_ore)
    return faults


def exactly(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)


amounts = st.integers(-99_999, 99_999).map(lambda tenths: Decimal(tenths).scaleb(-1))


@st.composite
def right_proposals(draw: st.DrawFn) -> dict[str, Any]:
    """Everything is stated that can be, a distribution of every kind with it, and all of it rightly."""
    first, years = draw(st.integers(2000, 2030)), draw(st.integers(1, 5))
    row = st.lists(amounts, min_size=years, max_size=years)
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    items = [an_item(kind, committee=draw(st.sampled_from(NAMES)), amounts=draw(row)) for kind in kinds]
    proposal = a_proposal(*items, unit=draw(st.sampled_from((1, 1000, 10**6))), years=list(range(first, first + years)))
    totals = all_totals(proposal)
    stated: dict[str, Any] = {name: list(map(exactly, amounts)) for name, amounts in totals.items()}
    back = years_to_pay_back(totals)
    stated["payback_years"] = "never" if back is None else back
    stated["distribution"] = [share for kind in KINDS for share in shares(draw, kind, stated[kind])]
    return {**proposal, "stated": stated}


def shares(draw: st.DrawFn, kind: str, totals: list[Decimal]) -> list[dict[str, Any]]:
    cuts = sorted(draw(st.lists(st.integers(1, 999), max_size=3, unique=True)))
    keys = [Decimal(high - low).scaleb(-1) for low, high in zip([0, *cuts], [*cuts, 1000], strict=True)]
    return [
        {"kind": kind, "committee": name, "key": key, "amounts": [amount * key / 100 for amount in totals]}
        for name, key in zip(NAMES, keys, strict=False)
    ]


def bend(draw: st.DrawFn, stated: dict[str, Any]) -> None:
    """One figure changed as people change them: by little or much, its sign, or two years swapped."""
    rows = [stated[name] for name in (*KINDS, "permanent_change", "cash_flow")]
    rows += [share["amounts"] for share in stated["distribution"]]
    share = draw(st.sampled_from(stated["distribution"]))
    row, off = draw(st.sampled_from(rows)), draw(st.sampled_from(("0.001", "0.1", "-0.5", "1", "-10", "1000")))
    one, other = draw(st.integers(0, len(row) - 1)), draw(st.integers(0, len(row) - 1))
    match draw(st.sampled_from(("off", "sign", "swap", "key", "scale", "payback"))):
        case "off":
            row[one] += Decimal(off)
        case "sign":
            row[one] = -row[one]
        case "swap":
            row[one], row[other] = row[other], row[one]
        case "key":
            share["key"] += Decimal(draw(st.sampled_from(("0.1", "-0.1", "0.11", "5"))))
        case "scale":
            factor = Decimal(draw(st.sampled_from(("1.001", "0.999", "1.0011", "0.998", "1.05"))))
            share["amounts"] = [amount * factor for amount in share["amounts"]]
        case "payback":
            stated["payback_years"] = draw(st.sampled_from((0, 1, 2, 7, "never")))


@given(right_proposals(), st.integers(0, 3), st.data())
def test_exactly_the_faults_that_the_rules_name_are_found(
    proposal: dict[str, Any], bends: int, data: st.DataObject
) -> None:
    for _ in range(bends):
        bend(data.draw, proposal["stated"])  # type: ignore[arg-type]
    case = case_of(proposal)
    found = find_faults(case, build_worked(case))
    rules = faults_by_the_rules(proposal)
    assert sorted((each.where, each.stated, each.expected) for each in found) == sorted(rules)
    assert bends or not found
