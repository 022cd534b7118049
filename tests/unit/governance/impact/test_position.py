"""What should stand for an effect, a payment, hours and a cost: accounts, shares to the øre, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from governance.errors import DataContractError
from governance.impact.accounts import ACCOUNTS
from governance.impact.facts import CaseFact, CostFact, EffectFact, Facts, MoneyFact
from governance.impact.position import build_lines, build_position, hours_ore
from tests.impact_facts import a_case_fact as a_case
from tests.impact_facts import a_payment_fact as a_payment
from tests.impact_facts import an_effect_fact as an_effect
from tests.impact_facts import facts_of

D = dt.date
APPEALED = D(2024, 5, 1)


def lines_of(
    *rows: CaseFact | EffectFact | MoneyFact | CostFact, of: str = "e", rates: dict[str, int] | None = None
) -> dict[str, int]:
    [found] = [
        each.lines
        for each in build_position(facts_of(*rows), hourly_rates=rates).standings
        if each.source.source_id == of
    ]
    assert sum(found.values()) == 0 and set(found) <= set(ACCOUNTS)
    return dict(found)


def test_forward_and_reclaim_stand_apart_and_each_with_its_share() -> None:
    assert lines_of(an_effect(monthly=-100_000, months=12, reclaim=30_000, permille=800)) == {
        "decided.forward": 1_200_000,
        "decided.reclaim": 30_000,
        "counted.forward.municipal": -960_000,
        "counted.forward.state": -240_000,
        "counted.reclaim.municipal": -24_000,
        "counted.reclaim.state": -6_000,
    }


@pytest.mark.parametrize(
    ("monthly", "reclaim", "permille", "municipal"),
    [(-1, 1, 500, 1), (-1, 0, 500, 1), (-3, 3, 333, 2), (-1, 2, 200, 1), (-7, 0, 0, 0), (-7, 4, 1000, 11)],
)
def test_the_municipal_part_of_the_whole_is_rounded_once_as_that_of_a_label(
    monthly: int, reclaim: int, permille: int, municipal: int
) -> None:
    lines = lines_of(an_effect(monthly=monthly, months=1, reclaim=reclaim, permille=permille))
    of = {share: -sum(amount for name, amount in lines.items() if name.endswith(share)) for share in
          ("municipal", "state")}  # fmt: skip
    assert of == {"municipal": municipal, "state": -monthly + reclaim - municipal}


def test_a_correction_in_the_citizens_favour_stands_with_its_sign_and_apart() -> None:
    assert lines_of(an_effect(kind="increased", monthly=100, months=3, permille=500)) == {
        "decided.correction": -300,
        "counted.correction.municipal": 150,
        "counted.correction.state": 150,
    }


def test_what_was_set_aside_counts_nowhere_else() -> None:
    assert lines_of(an_effect(monthly=-100, months=2, reclaim=50, permille=1000, reversed_on=APPEALED)) == {
        "decided.forward": 200,
        "decided.reclaim": 50,
        "set_aside.forward.municipal": -200,
        "set_aside.reclaim.municipal": -50,
    }


def test_what_does_not_count_stands_as_overlap() -> None:
    first = an_effect("first", monthly=-80, months=1, permille=1000, recorded=D(2024, 3, 1))
    assert lines_of(first, an_effect(monthly=-100, months=1, permille=1000)) == {
        "decided.forward": 100,
        "counted.forward.municipal": -20,
        "overlap.forward.municipal": -80,
    }


def test_payments_of_a_claim_add_up_to_its_municipal_part_exactly() -> None:
    effect = an_effect(monthly=-1, months=1, reclaim=3, permille=500)
    payments = [a_payment(f"m{place}", amount=1, on=D(2024, 4, place + 1)) for place in range(3)]
    parts = [lines_of(effect, *payments, of=f"m{place}") for place in range(3)]
    claim = lines_of(effect, *payments)
    assert sum(each.get("collected.municipal", 0) for each in parts) == -claim.get("counted.reclaim.municipal", 0) == 1
    assert all(each["settled"] == -1 for each in parts)


@pytest.mark.parametrize(("kind", "then"), [("collected", "repaid"), ("written_off", "lapsed")])
def test_what_was_paid_of_a_claim_that_fell_is_paid_back(kind: str, then: str) -> None:
    effect = an_effect(reclaim=100, permille=1000, reversed_on=APPEALED)
    payment = MoneyFact("m", "e", kind, 100, D(2024, 4, 1))
    assert lines_of(effect, payment, of="m") == {f"{then}.municipal": 100, "settled": -100}


@pytest.mark.parametrize(
    ("hours", "rate", "ore"), [(0.3, 70_000, 21_000), (7.25, 70_000, 507_500), (0.5, 1, 1), (0.1, 5, 1), (0.1, 4, 0)]
)
def test_hours_cost_whole_ore(hours: float, rate: int, ore: int) -> None:
    assert hours_ore(hours, rate) == ore


def test_hours_of_a_closed_case_are_borne_by_whoever_controls() -> None:
    case = a_case(hours=2.0, closed=D(2024, 3, 1))
    [standing] = build_position(facts_of(case)).standings
    assert dict(standing.lines) == {"cost.hours": 140_000, "spent": -140_000}
    assert (standing.dimensions.administration, standing.dimensions.year) == ("KFF", 2024)
    assert lines_of(case, of="k", rates={"k": 60_000})["cost.hours"] == 120_000
    assert build_position(facts_of(a_case(closed=None, hours=2.0))).standings == ()


def test_a_cost_stands_in_its_own_year_and_with_its_committee() -> None:
    [standing] = build_position(facts_of(CostFact("c", "investment", "BUF", 5, D(2023, 1, 1), "licens"))).standings
    assert dict(standing.lines) == {"cost.investment": 5, "spent": -5}
    assert (standing.dimensions.administration, standing.dimensions.year, standing.dimensions.case_id) == (
        "BUF", 2023, "",
    )  # fmt: skip


def test_a_line_can_be_looked_up_by_what_its_case_and_decision_are() -> None:
    case = a_case(opened=D(2023, 11, 2), channel="random", model="m7")
    effect = an_effect(recorded=D(2024, 2, 1), reclaim=5)
    payment = a_payment(amount=5, on=D(2025, 1, 1))
    lines = build_lines(build_position(facts_of(case, effect, payment)).standings)
    by = ("administration", "benefit", "channel", "arm", "cohort", "model_version", "price_level", "year")
    assert set(lines.filter(source_kind="effect").select(by).iter_rows()) == {
        ("BIF", "kontanthjaelp", "random", "random", "2023-Q4", "m7", 2024, 2024)
    }
    assert set(lines.filter(source_kind="money").select("price_level", "year").iter_rows()) == {(2024, 2025)}


REFUSED = {
    "an effect twice": facts_of(an_effect("e"), an_effect("e")),
    "a case twice": facts_of(a_case("k"), a_case("k")),
    "a payment twice": facts_of(an_effect(reclaim=9), a_payment(amount=1), a_payment(amount=2)),
    "an effect of no case": Facts((), (an_effect(),), (), (), D(2024, 6, 1), 1),
    "a payment of no effect": facts_of(an_effect("other"), a_payment()),
    "a payment beyond the claim": facts_of(an_effect(reclaim=99), a_payment(amount=100)),
    "a write-off beyond what is left": facts_of(
        an_effect(reclaim=100), a_payment(amount=60), a_payment("n", kind="written_off", amount=41)
    ),
    "a payment of nothing": facts_of(an_effect(reclaim=99), a_payment(amount=0)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_nobody_is_named(name: str) -> None:
    with pytest.raises(DataContractError) as refused:
        build_position(REFUSED[name])
    assert "ane" not in str(refused.value)
