"""Random proposals: what is right gives no fault; what is planted is found, with what it must be, and nothing else.

The totals are worked out a second time here, in whole hundredths, without anything of the product.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from governance.errors import DataContractError
from governance.impact.business_case.arithmetic import build_worked
from governance.impact.business_case.checking import find_faults
from governance.impact.business_case.document import as_document
from governance.impact.business_case.reading import read_case
from governance.impact.business_case.tables import build_tables
from tests.proposals import a_proposal, as_toml, case_of

KINDS = ("effect", "running", "investment")
NAMES = ("KFF", "TMU", "BIF", "Økonomiudvalget")
Cents = list[int]


@st.composite
def items(draw: st.DrawFn) -> tuple[list[int], list[dict[str, Any]]]:
    """Years and items; amounts in whole hundredths under the key `cents`."""
    first, count = draw(st.integers(2000, 2030)), draw(st.integers(2, 5))
    cents = st.lists(st.integers(-99_999, 99_999), min_size=count, max_size=count)
    drawn = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.just("An item"),
                    "kind": st.sampled_from(KINDS),
                    "area": st.sampled_from(("service", "transfers", "construction")),
                    "committee": st.sampled_from(NAMES),
                    "cents": cents,
                }
            ),
            min_size=1,
            max_size=6,
        )
    )
    return list(range(first, first + count)), drawn


def shown(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def sums(drawn: list[dict[str, Any]], kinds: tuple[str, ...]) -> Cents:
    count = len(drawn[0]["cents"])
    return [sum(item["cents"][year] for item in drawn if item["kind"] in kinds) for year in range(count)]


def totals(drawn: list[dict[str, Any]]) -> dict[str, Cents]:
    single = {kind: sums(drawn, (kind,)) for kind in KINDS}
    return {**single, "permanent_change": sums(drawn, KINDS[:2]), "cash_flow": sums(drawn, KINDS)}


def payback(permanent: Cents, cash: Cents) -> int | None:
    """Year by year, as one would with a pencil."""
    standing = 0
    for year in range(300_000):
        standing += cash[year] if year < len(cash) else permanent[-1]
        if standing <= 0:
            return year + 1
        if year >= len(cash) and permanent[-1] >= 0:
            return None
    return math.inf  # type: ignore[return-value]


def split(draw: st.DrawFn, row: Cents) -> dict[str, Any]:
    """The effect between two committees by a key of one decimal, exactly."""
    key = draw(st.integers(1, 999))
    parts = [("KFF", key), ("TMU", 1000 - key)]
    return {
        "distribution": [
            {
                "kind": "effect",
                "committee": committee,
                "key": Decimal(share).scaleb(-1),
                "amounts": [Decimal(cents * share).scaleb(-5) for cents in row],
            }
            for committee, share in parts
        ]
    }


@st.composite
def proposals(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Cents]]:
    """A proposal that states everything it can, rightly, and its totals in hundredths."""
    years, drawn = draw(items())
    worked = totals(drawn)
    stated: dict[str, Any] = {name: [shown(cents) for cents in row] for name, row in worked.items()}
    back = payback(worked["permanent_change"], worked["cash_flow"])
    if back != math.inf:
        stated["payback_years"] = "never" if back is None else back
    written = [
        {
            **{name: value for name, value in item.items() if name != "cents"},
            "amounts": [shown(c) for c in item["cents"]],
        }
        for item in drawn
    ]
    proposal = a_proposal(*written, years=years, unit=draw(st.sampled_from((1, 1000, 10**6))))
    return {**proposal, "stated": {**stated, **split(draw, worked["effect"])}}, worked


def found(proposal: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    case = case_of(proposal)
    return [(fault.where, fault.stated, fault.expected) for fault in find_faults(case, build_worked(case))]


@given(proposals())
def test_a_proposal_that_is_right_has_no_fault(drawn: tuple[dict[str, Any], dict[str, Cents]]) -> None:
    proposal, worked = drawn
    assert found(proposal) == []
    case = case_of(proposal)
    document = as_document(case, build_worked(case), ())
    assert {name: document[name] for name in worked} == {
        name: [float(shown(cents)) for cents in row] for name, row in worked.items()
    }


@given(proposals())
def test_committees_and_areas_add_up_to_the_whole(drawn: tuple[dict[str, Any], dict[str, Cents]]) -> None:
    proposal, worked = drawn
    parts = build_worked(case_of(proposal))
    for split_by in (parts.by_committee, parts.by_area):
        for name, row in worked.items():
            columns = zip(*(each[name] for each in split_by.values()), strict=True)
            assert [sum(column) for column in columns] == [shown(cents) for cents in row]


@given(proposals(), st.data())
def test_a_wrong_total_is_found_alone(drawn: tuple[dict[str, Any], dict[str, Cents]], data: st.DataObject) -> None:
    proposal, worked = drawn
    name = data.draw(st.sampled_from(sorted(worked)))
    year = data.draw(st.integers(0, len(proposal["years"]) - 1))
    off = Decimal(data.draw(st.integers(1, 50_000)) * data.draw(st.sampled_from((1, -1)))).scaleb(-2)
    row = proposal["stated"][name]
    row[year] += off
    expected = (f"stated.{name} {proposal['years'][year]}", row[year], shown(worked[name][year]))
    assert found(proposal) == [expected]


@given(proposals(), st.integers(-3, 400_000))
def test_a_wrong_payback_is_found_alone(drawn: tuple[dict[str, Any], dict[str, Cents]], years: int) -> None:
    proposal, _ = drawn
    right = proposal["stated"].get("payback_years")
    if right is None or right == years:
        return
    proposal["stated"]["payback_years"] = years
    assert found(proposal) == [("stated.payback_years", years, None if right == "never" else right)]


@given(proposals(), st.integers(2, 900))
def test_wrong_keys_are_found_alone_where_no_amounts_hang_on_them(
    drawn: tuple[dict[str, Any], dict[str, Cents]], off: int
) -> None:
    proposal, _ = drawn
    rows = proposal["stated"]["distribution"]
    for row in rows:
        del row["amounts"]
    rows[0]["key"] += Decimal(off).scaleb(-1)
    summed = rows[0]["key"] + rows[1]["key"]
    assert found(proposal) == [("stated.distribution effect: sum of keys", summed, 100)]


@given(proposals(), st.data())
def test_what_is_moved_between_rows_is_found_in_both(
    drawn: tuple[dict[str, Any], dict[str, Cents]], data: st.DataObject
) -> None:
    proposal, worked = drawn
    one, other = proposal["stated"]["distribution"]
    whole = Decimal(sum(worked["effect"])).scaleb(-2)
    year = data.draw(st.integers(0, len(proposal["years"]) - 1))
    off = abs(whole) / 500 + data.draw(st.integers(1, 1000))
    one["amounts"][year] += off
    other["amounts"][year] -= off
    assert found(proposal) == [
        (
            f"stated.distribution effect {row['committee']} (row {place}): sum over the years",
            sum(row["amounts"]),
            row["key"] * whole / 100,
        )
        for place, row in enumerate((one, other), 1)
    ]


@given(proposals(), st.integers(0, 1), st.sampled_from((-1, 1)))
def test_a_row_is_right_to_exactly_a_thousandth_of_itself(
    drawn: tuple[dict[str, Any], dict[str, Cents]], place: int, way: int
) -> None:
    """The other row and the years' sums take the rest, and are not looked at here."""
    proposal, _ = drawn
    row = proposal["stated"]["distribution"][place]
    whole = sum(row["amounts"])
    named = f"stated.distribution effect {row['committee']} (row {place + 1}): sum over the years"
    for thousandths, wrong in ((Decimal(1), False), (Decimal("1.001"), True)):
        off = way * thousandths * whole / 1000
        shifted = {**row, "amounts": [row["amounts"][0] + off, *row["amounts"][1:]]}
        proposal["stated"]["distribution"][place] = shifted
        assert (named in [where for where, *_ in found(proposal)]) is (wrong and abs(off) * proposal["unit"] > 0.005)


@given(proposals(), st.data())
def test_what_is_moved_between_years_is_found_in_both(
    drawn: tuple[dict[str, Any], dict[str, Cents]], data: st.DataObject
) -> None:
    proposal, worked = drawn
    rows = proposal["stated"]["distribution"]
    off = data.draw(st.integers(1, 1000))
    rows[0]["amounts"][0] += off
    rows[0]["amounts"][1] -= off
    effect = [Decimal(cents).scaleb(-2) for cents in worked["effect"]]
    assert found(proposal) == [
        (f"stated.distribution effect {proposal['years'][0]}: sum of rows", effect[0] + off, effect[0]),
        (f"stated.distribution effect {proposal['years'][1]}: sum of rows", effect[1] - off, effect[1]),
    ]


@given(proposals(), st.data())
def test_a_file_with_anything_in_it_is_read_or_refused(
    drawn: tuple[dict[str, Any], dict[str, Cents]], data: st.DataObject
) -> None:
    """Bytes cut out, doubled or overwritten: a case comes out and can be printed, or a refusal does."""
    content = as_toml(drawn[0]).encode()
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start, min(start + 40, len(content))))
    junk = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from([b"true", b"nan", b"1e999", b"[", b'"', b"0x9"])))
    try:
        case = read_case(content[:start] + junk + content[end:])
    except DataContractError as refused:
        assert refused.item
        return
    worked = build_worked(case)
    assert as_document(case, worked, find_faults(case, worked))["years"] == list(case.years)
    assert build_tables(case, worked)
