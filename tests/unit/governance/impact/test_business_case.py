"""What a proposal adds up to, and which of its stated figures are wrong: each rule at its edges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from governance.impact.business_case.arithmetic import build_worked, in_ore, payback_years, plain
from governance.impact.business_case.checking import find_faults, find_remarks
from governance.impact.business_case.reading import SHIPPED, load_case, load_case_in_force
from tests.proposals import a_proposal, an_item, case_of, parkeringsbutik


def exactly(*amounts: float | str) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(each)) for each in amounts)


def listed(*amounts: float | str) -> list[Decimal]:
    return list(exactly(*amounts))


def faults_of(proposal: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    case = case_of(proposal)
    return [(each.where, each.stated, each.expected) for each in find_faults(case, build_worked(case))]


def shares(*rows: tuple[str, Any, Any], kind: str = "effect") -> dict[str, Any]:
    """`[[stated.distribution]]` of (committee, key, amounts); None leaves a field out."""
    fields = [{"kind": kind, "committee": name, "key": key, "amounts": amounts} for name, key, amounts in rows]
    return {"distribution": [{name: value for name, value in row.items() if value is not None} for row in fields]}


def test_permanent_change_is_effects_and_running_and_cash_flow_adds_investments() -> None:
    worked = build_worked(case_of(a_proposal()))
    assert worked.totals["permanent_change"] == exactly(-70, -70, -70, -70)
    assert worked.totals["cash_flow"] == exactly(20, -70, -70, -70)
    assert worked.accumulated == exactly(20, -50, -120, -190)
    assert worked.payback_years == 2


def test_parkeringsbutik_is_worked_out_as_it_was_printed() -> None:
    case = case_of(parkeringsbutik())
    worked = build_worked(case)
    assert worked.totals["permanent_change"] == exactly(-665, -665, -665, -665)
    assert worked.totals["cash_flow"] == exactly(-35, -665, -665, -665)
    assert worked.payback_years == 1
    assert worked.by_committee["TMU"]["investment"] == exactly(567.5, 0, 0, 0)
    assert worked.by_committee["KFF"]["investment"] == exactly(62.5, 0, 0, 0)
    assert worked.by_committee["KFF"]["cash_flow"] == exactly(-602.5, -665, -665, -665)
    assert find_faults(case, worked) == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_case_has_no_fault_and_says_what_it_assumes(name: str) -> None:
    case = load_case(name)
    assert find_faults(case, build_worked(case)) == ()
    assert find_remarks(case, build_worked(case)) == ()
    assert any("antage" in each for each in case.assumptions)


def test_the_shipped_address_control_is_the_case_of_the_city() -> None:
    case = load_case_in_force("")
    worked = build_worked(case)
    assert worked.totals["effect"] == exactly(*[-3500] * 4)
    assert sum(worked.totals["investment"]) == 1800
    (running,) = [item for item in case.items if item.name == "Drift af løsningen"]
    assert running.amounts == exactly(*[1300] * 4)
    effects = [item for item in case.items if item.kind == "effect"]
    assert {item.committee for item in effects} == {"BIF", "BUF", "KFF"}
    assert all(item.assumption for item in effects)
    assert {limit.committee for limit in case.limits} == {"BIF", "BUF", "KFF"}
    assert case.risk is not None
    assert all(each.who and each.how_measured for each in case.criteria)


@pytest.mark.parametrize(
    ("permanent", "cash", "expected"),
    [
        ([-665, -665], [-35, -665], 1),
        ([-100, -100], [0, -100], 1),
        ([-100, -100], [50, -50], 2),
        ([-100, -100], [300, -100], 4),  # 200 left after the two years, 100 a year
        ([-100, -100], [301, -100], 5),
        ([-50, -100], [300, -100], 4),  # the last year's change goes on, not the mean
        ([0, 0], [10, 0], None),
        ([5, 5], [10, 5], None),
        ([-100, 0], [300, 0], None),  # what was saved stops with the years
        ([0, 0], [0, 0], 1),
        ([-1, 5], [-1, 5], 1),  # the first time counts
        (["-0.1"], ["0.3"], 4),  # exact: 0.3 - 3 x 0.1 is nothing
    ],
)
def test_payback_counts_years_from_the_first(permanent, cash, expected) -> None:
    assert payback_years(exactly(*permanent), exactly(*cash)) == expected


@pytest.mark.parametrize(
    ("name", "stated", "expected"),
    [("permanent_change", -71, -70), ("cash_flow", 21, 20), ("effect", -101, -100), ("investment", 91, 90)],
)
def test_a_printed_total_that_is_wrong_is_named_by_its_year(name, stated, expected) -> None:
    whole = {"permanent_change": [-70] * 4, "cash_flow": [20, -70, -70, -70], "effect": [-100] * 4}
    printed = [stated, *whole.get(name, [90, 0, 0, 0])[1:]]
    assert faults_of(a_proposal(stated={name: printed})) == [(f"stated.{name} 2015", stated, expected)]


@pytest.mark.parametrize(
    ("amount", "printed", "wrong"),
    [
        ("-100.4", "-100", True),
        ("-100.5", "-101", True),
        ("-100.46", "-100.4", True),
        ("-100", "-100.1", True),
        ("-100", "-100.00001", True),  # a øre of a thousand kroner
        ("-100", "-100.000005", False),  # half of one
        ("-100.00000000000001", "-100.000000000000014", False),
    ],
)
def test_a_printed_total_is_right_to_half_an_ore(amount, printed, wrong) -> None:
    proposal = a_proposal(
        an_item(amounts=[Decimal(amount)]), years=[2015], stated={"permanent_change": [Decimal(printed)]}
    )
    assert bool(faults_of(proposal)) is wrong


@pytest.mark.parametrize(
    ("item", "stated", "remarked"),
    [
        (["-37.5", "-530.4"], ["-37.5", "-530.4"], []),
        (["-37.5", "-530.4"], ["-38", "-530"], ["2015", "2016"]),
        (["-37.5", "-530.4"], ["-37.5", "-530"], []),  # one figure with decimals says how all of the row are printed
        (["-37.5", "-530.4"], ["-39", "-531"], []),
    ],
)
def test_a_total_that_may_be_rounded_is_a_fault_and_is_remarked_as_such(item, stated, remarked) -> None:
    case = case_of(a_proposal(an_item(amounts=listed(*item)), years=[2015, 2016], stated={"effect": listed(*stated)}))
    faults = find_faults(case, build_worked(case))
    assert len(faults) == sum(one != other for one, other in zip(item, stated, strict=True))
    said = "forskellen er ikke større end en afrunding."
    assert find_remarks(case, build_worked(case), faults) == tuple(f"stated.effect {year}: {said}" for year in remarked)


@pytest.mark.parametrize(
    ("stated", "expected"), [(3, 2), (Decimal("1.5"), 2), (0, 2), ("never", 2)], ids=["3", "1.5", "0", "never"]
)
def test_another_payback_is_a_fault(stated, expected) -> None:
    assert faults_of(a_proposal(stated={"payback_years": stated})) == [("stated.payback_years", stated, expected)]


def test_a_payback_that_never_comes_is_expected_as_none() -> None:
    never = [an_item("running")]
    assert faults_of(a_proposal(*never, stated={"payback_years": 4})) == [("stated.payback_years", 4, None)]
    assert faults_of(a_proposal(*never, stated={"payback_years": "never"})) == []


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        (("60.0", "40.0"), False),
        (("60.0", "40.1"), False),
        (("60.0", "39.9"), False),
        (("60.0", "40.2"), True),
        (("33.3", "33.3", "33.3"), False),
        (("33.4", "33.400000000000006", "33.3"), False),
        (("33.4", "33.4", "33.31"), True),
        (("99.9",), False),
        (("99.8",), True),
        (("0.6", "0.4"), True),
    ],
)
def test_keys_of_a_kind_sum_to_a_hundred(keys, wrong) -> None:
    stated = shares(*[(f"C{place}", Decimal(key), None) for place, key in enumerate(keys)])
    summed = sum(map(Decimal, keys))
    expected = [("stated.distribution effect: sum of keys", summed, 100)] if wrong else []
    assert faults_of(a_proposal(stated=stated)) == expected


def test_keys_are_summed_for_each_kind_apart() -> None:
    effect = shares(("KFF", 100, None))["distribution"]
    running = shares(("KFF", 50, None), ("TMU", 40, None), kind="running")["distribution"]
    found = faults_of(a_proposal(stated={"distribution": effect + running}))
    assert found == [("stated.distribution running: sum of keys", 90, 100)]


def test_a_row_that_is_not_its_share_of_the_kind_is_named_with_what_it_must_sum_to() -> None:
    stated = shares(("KFF", 60, [-50] * 4), ("TMU", 40, [-50] * 4))
    assert faults_of(a_proposal(stated=stated)) == [
        ("stated.distribution effect KFF (row 1): sum over the years", -200, -240),
        ("stated.distribution effect TMU (row 2): sum over the years", -200, -160),
    ]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [("-2000", False), ("-2002", False), ("-2002.0001", True), ("-1998", False), ("-1997.9999", True)],
)
@pytest.mark.parametrize("key", ["50", "50.0", "50.00"])
def test_a_row_may_be_exactly_a_thousandth_of_itself_off(key, row, wrong) -> None:
    """However many decimals the key prints."""
    stated = shares(("KFF", Decimal(key), listed(row)), ("TMU", Decimal(key), [-4000 - Decimal(row)]))
    assert len(faults_of(a_proposal(an_item(amounts=[-4000]), years=[2015], stated=stated))) == (2 if wrong else 0)


@pytest.mark.parametrize(("row", "wrong"), [("-40.04", False), ("-40.05", True), ("-43", True)])
def test_a_small_row_is_held_to_a_thousandth_of_itself_and_not_of_the_kind(row, wrong) -> None:
    stated = shares(("KFF", 1, listed(row)), ("TMU", 99, [-4000 - Decimal(row)]))
    assert len(faults_of(a_proposal(an_item(amounts=[-4000]), years=[2015], stated=stated))) == (1 if wrong else 0)


@pytest.mark.parametrize(
    ("row", "wrong"), [("-500.5", False), ("-500.50000000000006", False), ("-500.50001", True), ("-499.499", True)]
)
def test_the_last_digits_of_a_binary_fraction_do_not_decide(row, wrong) -> None:
    stated = shares(("KFF", 50, listed(row)), ("TMU", 50, [-1000 - Decimal(row)]))
    assert len(faults_of(a_proposal(an_item(amounts=[-1000]), years=[2015], stated=stated))) == (2 if wrong else 0)


def test_thirds_under_a_rounded_key_are_faults_that_are_told_to_be_a_rounding() -> None:
    """33.3 % of 300 is 99.9, a little more than a thousandth from 100; one more digit of the key, and it is right."""
    thirds = shares(*[(name, Decimal("33.3"), [-100]) for name in "ABC"])
    case = case_of(a_proposal(an_item(amounts=[-300]), years=[2015], stated=thirds))
    faults = find_faults(case, build_worked(case))
    assert [(each.stated, each.expected, each.rounded) for each in faults] == [(-100, Decimal("-99.9"), True)] * 3
    assert len(find_remarks(case, build_worked(case), faults)) == 3
    finer = shares(*[(name, Decimal("33.33"), [-100]) for name in "ABC"])
    assert faults_of(a_proposal(an_item(amounts=[-300]), years=[2015], stated=finer)) == []


def test_what_parkeringsbutiks_investments_are_distributed_by() -> None:
    """62.5 of 630 is 9.92 %: under the key 9.9 it is 0.2 % off, under 9.92 it is right."""
    rows = [("TMU", "567.5"), ("KFF", "62.5")]
    coarse, fine = (
        shares(*[(name, Decimal(key), [Decimal(sum_), 0, 0, 0]) for (name, sum_), key in zip(rows, keys, strict=True)],
               kind="investment")
        for keys in (("90.1", "9.9"), ("90.08", "9.92"))
    )  # fmt: skip
    where = "stated.distribution investment KFF (row 2): sum over the years"
    assert faults_of(parkeringsbutik(**coarse)) == [(where, Decimal("62.5"), Decimal("62.37"))]
    assert faults_of(parkeringsbutik(**fine)) == []


def test_rows_that_do_not_add_up_to_the_kind_are_named_by_the_year() -> None:
    """Each row sums to its share over the years, but not in each of them."""
    stated = shares(("KFF", 50, [-60, -40, -50, -50]), ("TMU", 50, [-50] * 4))
    assert faults_of(a_proposal(stated=stated)) == [
        ("stated.distribution effect 2015: sum of rows", -110, -100),
        ("stated.distribution effect 2016: sum of rows", -90, -100),
    ]


def test_a_distribution_of_a_kind_without_items_is_held_against_nothing() -> None:
    found = faults_of(a_proposal(an_item(), stated=shares(("KFF", 100, [5, 0, 0, 0]), kind="running")))
    assert found == [
        ("stated.distribution running KFF (row 1): sum over the years", 5, 0),
        ("stated.distribution running 2015: sum of rows", 5, 0),
    ]


def test_a_sign_that_is_the_wrong_way_round_is_remarked_and_no_fault() -> None:
    case = case_of(a_proposal(an_item(name="Turned", amounts=[100, 0, 0, 0]), an_item("running")))
    assert find_faults(case, build_worked(case)) == ()
    assert find_remarks(case, build_worked(case)) == ("Turned: effekt med positivt fortegn",)


@pytest.mark.parametrize(
    ("unit", "amount", "remarked"),
    [
        (1, "-1.665", True),
        (1, "-1.66", False),
        (1000, "-1.665", False),
        (1000, "-1.666666", True),
        (10**6, "-1.66666666", False),
    ],
)
def test_fractions_of_an_ore_are_remarked(unit, amount, remarked) -> None:
    case = case_of(a_proposal(an_item(name="Thousands", amounts=listed(amount)), years=[2015], unit=unit))
    said = "Thousands: brøkdele af en øre; punktum er decimaltegn og skiller ikke tusinder"
    assert find_remarks(case, build_worked(case)) == ((said,) if remarked else ())


def test_a_key_that_is_no_share_is_remarked() -> None:
    stated = shares(("KFF", -10, [40, 0, 0, 0]), ("TMU", 110, [-440, 0, 0, 0]), ("BIF", 0, None), ("BUF", 100, None))
    case = case_of(a_proposal(stated={"distribution": [{**row, "amounts": [0] * 4} for row in stated["distribution"]]}))
    assert find_remarks(case, build_worked(case)) == tuple(
        f"stated.distribution effect {name} (row {place}): nøglen ligger uden for 0-100 pct."
        for place, name in ((1, "KFF"), (2, "TMU"))
    )


def test_a_payback_that_does_not_last_is_remarked() -> None:
    case = case_of(a_proposal(an_item(amounts=[-10, 0, 0, 0]), an_item("investment", amounts=[0, 90, 0, 0])))
    worked = build_worked(case)
    assert worked.payback_years == 1
    assert find_remarks(case, worked) == ("Sagen er betalt tilbage, men kommer senere i underskud igen.",)


def test_figures_for_machines_are_whole_where_they_are_whole() -> None:
    assert [repr(plain(Decimal(each))) for each in ("630.0", "62.5", "-0.0", "1E+3")] == ["630", "62.5", "0", "1000"]


@pytest.mark.parametrize(
    ("amount", "unit", "ore"), [("37.5", 1000, 3_750_000), ("-0.005", 1, -1), ("1.8", 10**6, 18 * 10**7)]
)
def test_an_amount_is_worth_its_unit_in_ore(amount, unit, ore) -> None:
    assert in_ore(Decimal(amount), unit) == ore
