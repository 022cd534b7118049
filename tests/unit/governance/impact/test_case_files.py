"""A file that cannot be taken as it is: every slip is refused by entry and field, none is guessed at."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from governance.errors import DataContractError, UsageError
from governance.impact.business_case.prices import convert_case, load_price_index, read_price_index
from governance.impact.business_case.reading import load_case, read_case
from tests.proposals import YEARS, a_proposal, an_item, as_toml, case_of

DISTRIBUTION = {"kind": "effect", "committee": "KFF", "key": 100, "amounts": [-100] * 4}
CRITERION = {"what": "W", "how_measured": "H", "who": "O", "when": dt.date(2016, 12, 31)}
LIMIT = {"committee": "KFF", "below": Decimal("0.75")}


def without(table: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != name}


MALFORMED = {
    "no title": (without(a_proposal(), "title"), "file: title", "is missing"),
    "no item": (without(a_proposal(), "item"), "file: item", "is missing"),
    "no items": (a_proposal() | {"item": []}, "file: item", "at least one"),
    "one item as a table": (a_proposal() | {"item": an_item()}, "file: item", "[[item]]"),
    "an item that is a number": (a_proposal() | {"item": [1]}, "item 1", "must be a table"),
    "unknown field": (a_proposal(discount=3), "file: discount", "is not a field here"),
    "unknown field of an item": (a_proposal(an_item(amuonts=[1])), "item 1: amuonts", "is not a field here"),
    "unknown stated": (a_proposal(stated={"pay_back": 1}), "stated: pay_back", "is not a field here"),
    "stated as a number": (a_proposal(stated=3), "stated", "must be a table"),
    "empty title": (a_proposal(title="  "), "file: title", "must not be empty"),
    "title as a number": (a_proposal(title=7), "file: title", "must be a text"),
    "title with an escape": (a_proposal(title="a\u001bb"), "file: title", "printable"),
    "unit nothing": (a_proposal(unit=0), "file: unit", "whole number from 1"),
    "unit boolean": (a_proposal(unit=True), "file: unit", "whole number"),
    "unit broken": (a_proposal(unit=Decimal("1.5")), "file: unit", "whole number"),
    "price level as text": (a_proposal(price_level="2015"), "file: price_level", "whole number"),
    "years empty": (a_proposal(years=[]), "file: years", "must be a list of years"),
    "years not a list": (a_proposal(years=2015), "file: years", "must be a list of years"),
    "years twice": (a_proposal(years=[2015, 2015, 2016, 2017]), "file: years", "rise by one"),
    "years falling": (a_proposal(years=[2018, 2017, 2016, 2015]), "file: years", "rise by one"),
    "years with a gap": (a_proposal(years=[2015, 2016, 2018, 2019]), "file: years", "none missing"),
    "years as texts": (a_proposal(years=["2015"] * 4), "file: years", "whole number"),
    "years of booleans": (a_proposal(years=[True] * 4), "file: years", "whole number"),
    "too few amounts": (
        a_proposal(an_item(amounts=[1, 2, 3])), "item 1 (An item (effect)): amounts", "3 amounts, but the years are 4 (2015-2018)",
    ),
    "too many amounts": (a_proposal(an_item(), an_item(name="Two", amounts=[0] * 5)), "item 2 (Two): amounts", "5 amounts"),
    "one amount": (a_proposal(an_item(amounts=5)), "item 1 (An item (effect)): amounts", "must be a list"),
    "amount as text": (a_proposal(an_item(amounts=["1", 0, 0, 0])), "item 1 (An item (effect)): amounts 2015", "numbers only"),
    "amount boolean": (a_proposal(an_item(amounts=[0, True, 0, 0])), "item 1 (An item (effect)): amounts 2016", "numbers only"),
    "amount nan": (a_proposal(an_item(amounts=[0, 0, Decimal("nan"), 0])), "item 1 (An item (effect)): amounts 2017", "finite"),
    "amount infinite": (a_proposal(an_item(amounts=[0, 0, 0, Decimal("inf")])), "item 1 (An item (effect)): amounts 2018", "finite"),
    "amount huge": (a_proposal(an_item(amounts=[10**13, 0, 0, 0])), "item 1 (An item (effect)): amounts 2015", "million million"),
    "amount with an exponent": (
        a_proposal(an_item(amounts=[Decimal("1e400"), 0, 0, 0])), "item 1 (An item (effect)): amounts 2015", "million million",
    ),
    "amount of many decimals": (
        a_proposal(an_item(amounts=[Decimal("1e-90"), 0, 0, 0])), "item 1 (An item (effect)): amounts 2015", "60 decimals",
    ),
    "wrong kind": (a_proposal(an_item() | {"kind": "saving"}), "item 1 (An item (effect)): kind", "effect, running, investment"),
    "kind as a list": (a_proposal(an_item() | {"kind": ["effect"]}), "item 1 (An item (effect)): kind", "one of"),
    "wrong area": (a_proposal(an_item(area="drift")), "item 1 (An item (effect)): area", "service, transfers, construction"),
    "no committee": (a_proposal(an_item(committee="")), "item 1 (An item (effect)): committee", "must not be empty"),
    "unknown benefit": (a_proposal(an_item(benefit="x")), "item 1 (An item (effect)): benefit", "one of"),
    "stated total too short": (a_proposal(stated={"cash_flow": [1]}), "stated: cash_flow", "1 amounts, but the years are 4"),
    "stated payback boolean": (a_proposal(stated={"payback_years": True}), "stated: payback_years", "numbers only"),
    "stated payback as text": (a_proposal(stated={"payback_years": "two"}), "stated: payback_years", '"never"'),
    "distribution without a kind": (
        a_proposal(stated={"distribution": [without(DISTRIBUTION, "kind")]}), "stated.distribution 1: kind", "is missing",
    ),
    "distribution that says nothing": (
        a_proposal(stated={"distribution": [without(without(DISTRIBUTION, "key"), "amounts")]}),
        "stated.distribution 1 (KFF): amounts", "says nothing",
    ),
    "key in some rows only": (
        a_proposal(stated={"distribution": [DISTRIBUTION, without(DISTRIBUTION, "key")]}),
        "stated.distribution 2 (KFF): key", "other rows of kind effect",
    ),
    "key as text": (
        a_proposal(stated={"distribution": [DISTRIBUTION | {"key": "100"}]}), "stated.distribution 1 (KFF): key", "numbers only",
    ),
    "risk class": (a_proposal(risk={"class": "huge"}), "risk: class", "low, medium, high"),
    "criterion without an owner": (a_proposal(criterion=[without(CRITERION, "who")]), "criterion 1: who", "is missing"),
    "criterion without a date": (a_proposal(criterion=[CRITERION | {"when": "soon"}]), "criterion 1: when", "must be a date"),
    "criterion with a moment": (
        a_proposal(criterion=[CRITERION | {"when": dt.datetime(2016, 1, 1, 12)}]), "criterion 1: when", "must be a date",
    ),
    "target without a measure": (a_proposal(criterion=[CRITERION | {"target": 1}]), "criterion 1: target", "go together"),
    "at most of nothing": (a_proposal(criterion=[CRITERION | {"at_most": True}]), "criterion 1: at_most", "needs a target"),
    "limit of a stranger": (a_proposal(renegotiate=[LIMIT | {"committee": "X"}]), "renegotiate 1: committee", "no committee"),
    "limit of no benefit here": (a_proposal(renegotiate=[LIMIT | {"benefit": "friplads"}]), "renegotiate 1: benefit", "no effect"),
    "limit in per cent": (a_proposal(renegotiate=[LIMIT | {"below": 75}]), "renegotiate 1: below", "a share above 0"),
    "limit twice": (a_proposal(renegotiate=[LIMIT, LIMIT]), "renegotiate 2: committee", "already"),
    "assumption as a number": (a_proposal(assumptions=[3]), "file: assumptions", "must be a text"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_slip_is_refused_by_entry_and_field(name: str) -> None:
    proposal, item, what = MALFORMED[name]
    with pytest.raises(DataContractError) as refused:
        case_of(proposal)
    assert refused.value.item == item
    assert what in refused.value.what
    assert refused.value.exit_code == 11


@pytest.mark.parametrize(
    "content",
    [
        b"title = ",
        b"\xff\xfe",
        b"title = 'x'\ntitle = 'y'",
        b"years = " + b"[" * 3000,
        b"unit = " + b"9" * 5000,
        b"unit = 1e99999999999999999999",
        b"\x00",
        b"[item]\n[[item]]",
    ],
    ids=["cut off", "not UTF-8", "twice", "nested", "endless", "exponent", "zero byte", "table and list"],
)
def test_what_is_no_toml_is_refused_as_such(content: bytes) -> None:
    with pytest.raises(DataContractError, match="The file is not TOML"):
        read_case(content)


def test_nothing_at_all_lacks_its_first_field() -> None:
    with pytest.raises(DataContractError, match="The field title is missing"):
        read_case(b"")


def test_what_a_windows_editor_writes_is_read() -> None:
    text = as_toml(a_proposal(title="Æblegrød")).replace("\n", "\r\n")
    assert read_case(b"\xef\xbb\xbf" + text.encode()).title == "Æblegrød"


def test_a_committee_is_one_committee_however_its_letters_are_spelt() -> None:
    spelt = [an_item(committee="Ældre\u00a0udvalg"), an_item(committee=" Ældre  udvalg ")]
    assert case_of(a_proposal(*spelt)).committees == ("Ældre udvalg",)


@pytest.mark.parametrize("named", ["nowhere.toml", "", "a\0b", "address_control.toml"])
def test_a_file_that_is_not_there_is_a_wrong_word(named: str) -> None:
    with pytest.raises(UsageError) as refused:
        load_case(named)
    assert "address_control" in refused.value.remedy or "TOML" in refused.value.remedy


def test_a_directory_and_an_endless_file_are_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="directory"):
        load_case(str(tmp_path))
    (tmp_path / "large.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(DataContractError, match="1 MB"):
        load_case(str(tmp_path / "large.toml"))


INDEX = "[[change]]\nyear = 2016\npercent = 10\nsource = 'S'\n[[change]]\nyear = 2017\npercent = -20.0\nsource = 'S'\n"


def test_prices_go_up_and_down_by_the_declared_changes() -> None:
    index = read_price_index(INDEX.encode())
    case = case_of(a_proposal(an_item(amounts=[100, 0, 0, Decimal("-37.5")])))
    later = convert_case(case, index, to_year=2017)
    assert later.price_level == 2017
    assert later.items[0].amounts == tuple(map(Decimal, ("88", "0", "0", "-33")))
    back = convert_case(later, index, to_year=2015)
    assert back.items[0].amounts == case.items[0].amounts


def test_a_converted_amount_is_a_whole_ore() -> None:
    index = read_price_index(INDEX.encode())
    case = case_of(a_proposal(an_item(amounts=[Decimal("0.00005"), Decimal("-0.00005"), 0, 0])))
    later = convert_case(case, index, to_year=2016)
    assert later.items[0].amounts[:2] == (Decimal("0.00006"), Decimal("-0.00006"))  # 5.5 øre, away from zero


def test_a_year_without_a_change_is_refused_and_named() -> None:
    with pytest.raises(DataContractError, match="no change for 2018"):
        convert_case(case_of(a_proposal()), read_price_index(INDEX.encode()), to_year=2019)


@pytest.mark.parametrize(
    ("slip", "item"),
    [
        ("[[change]]\nyear = 2016\npercent = 2\nsource = ''", "change 1: source"),
        ("[[change]]\nyear = 2016\npercent = 200\nsource = 'S'", "change 1: percent"),
        (INDEX + "[[change]]\nyear = 2016\npercent = 2\nsource = 'S'", "change 3: year"),
        ("other = 1", "file: other"),
    ],
)
def test_a_slip_in_a_price_index_is_refused(slip: str, item: str) -> None:
    with pytest.raises(DataContractError) as refused:
        read_price_index(slip.encode())
    assert refused.value.item == item


def test_every_change_of_the_shipped_index_says_that_it_is_assumed() -> None:
    changes = load_price_index("").changes
    assert set(YEARS) <= set(changes)
    assert all(change.assumption and change.source for change in changes.values())
