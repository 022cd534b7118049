"""`adressekontrol business-case`: both shipped cases, a third with faults, other prices, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from governance.impact.business_case.reading import SHIPPED
from tests.functional.calls import call
from tests.proposals import a_proposal, an_item, parkeringsbutik, written


def line_of(text: str, start: str) -> list[str]:
    """The cells of the first line that begins so, without the words it begins with."""
    (found, *_) = [line for line in text.splitlines() if line.startswith(start)]
    return found.removeprefix(start).split()


def test_parkeringsbutik_prints_the_tables_of_the_proposal(home) -> None:
    said = call("business-case", "parkeringsbutik", home=home)
    assert (said.code, said.err) == (0, "")
    assert line_of(said.out, "Samlet varig ændring") == ["-665,0"] * 4 + ["-2.660,0"]
    assert line_of(said.out, "Samlede investeringer") == ["630,0", "0,0", "0,0", "0,0", "630,0"]
    assert line_of(said.out, "Samlet økonomisk påvirkning") == ["-35,0", *["-665,0"] * 3, "-2.030,0"]
    assert line_of(said.out, "Tilbagebetalingstid") == ["1", "år"]
    assert line_of(said.out, "TMU  Investeringer") == ["567,5", "0,0", "0,0", "0,0", "567,5"]
    assert line_of(said.out, "KFF  Investeringer") == ["62,5", "0,0", "0,0", "0,0", "62,5"]
    assert line_of(said.out, "Serviceudgifter  Effektiviseringer") == ["-665,0"] * 4 + ["-2.660,0"]


def test_parkeringsbutik_as_json(home) -> None:
    document = call("business-case", "parkeringsbutik", "--json", home=home).document
    assert document["years"] == [2015, 2016, 2017, 2018]
    assert document["permanent_change"] == [-665] * 4
    assert document["cash_flow"] == [-35, -665, -665, -665]
    assert document["payback_years"] == 1
    assert document["by_committee"]["TMU"]["investment"] == [567.5, 0, 0, 0]
    assert document["by_committee"]["KFF"]["cash_flow"] == [-602.5, -665, -665, -665]
    assert document["faults"] == []


def test_the_address_control_prints_its_tables_and_what_it_assumes(home) -> None:
    said = call("business-case", "address_control", home=home)
    assert said.code == 0
    assert line_of(said.out, "Samlet varig ændring") == ["-1.100"] * 4 + ["-4.400"]
    assert line_of(said.out, "Samlet økonomisk påvirkning") == ["700", *["-1.100"] * 3, "-2.600"]
    assert line_of(said.out, "Tilbagebetalingstid") == ["2", "år"]
    for heading in ("Risikovurdering", "Succeskriterier", "Grænser for genforhandling", "Antagelser"):
        assert f"\n{heading}\n" in said.out
    assert "fordelingen på BIF (1,6), BUF (1,5) og KFF (0,4) er en antagelse" in " ".join(said.out.split())


def a_third() -> dict[str, Any]:
    """Keys of 105 %, a row that is not its share, rows that miss the kind's total, and a total and payback wrong."""
    rows = [
        {"kind": "effect", "committee": "KFF", "key": Decimal("65.0"), "amounts": [-60] * 4},
        {"kind": "effect", "committee": "TMU", "key": Decimal("40.0"), "amounts": [-40, -40, -40, -45]},
    ]
    printed = {"permanent_change": [-70, -70, -71, -70], "cash_flow": [20, -70, -70, -70], "payback_years": 3}
    return a_proposal(title="Det tredje", stated={**printed, "distribution": rows})


def test_a_third_with_wrong_keys_and_sums_is_told_what_they_must_be(home, tmp_path) -> None:
    said = call("business-case", written(tmp_path, a_third()), "--json", home=home)
    assert said.code == 11
    assert said.document["faults"] == [
        {"where": "stated.permanent_change 2017", "stated": -71, "expected": -70},
        {"where": "stated.payback_years", "stated": 3, "expected": 2},
        {"where": "stated.distribution effect: sum of keys", "stated": 105, "expected": 100},
        {"where": "stated.distribution effect KFF (row 1): sum over the years", "stated": -240, "expected": -260},
        {"where": "stated.distribution effect TMU (row 2): sum over the years", "stated": -165, "expected": -160},
        {"where": "stated.distribution effect 2018: sum of rows", "stated": -105, "expected": -100},
    ]
    assert said.document["permanent_change"] == [-70] * 4
    assert said.document["payback_years"] == 2
    assert (said.problem["code"], said.problem["exit_code"]) == ("data-contract", 11)


def test_faults_are_printed_after_the_tables_they_are_held_against(home, tmp_path) -> None:
    said = call("business-case", written(tmp_path, a_third()), home=home)
    assert said.code == 11
    assert line_of(said.out, "Samlet varig ændring") == ["-70"] * 4 + ["-280"]
    assert said.out.index("Fejl i de angivne tal") > said.out.index("Fordelt på udvalg")
    assert line_of(said.out, "stated.payback_years") == ["3", "2"]
    assert "6 stated figures are wrong." in said.err
    assert "remedy:" in said.err
    (one := a_third())["stated"] = {"payback_years": 3}
    assert "One stated figure is wrong." in call("business-case", written(tmp_path, one), home=home).err


@pytest.mark.parametrize("name", SHIPPED)
def test_a_page_holds_what_is_printed(name, home) -> None:
    assert max(map(len, call("business-case", name, home=home).out.splitlines())) <= 100


def test_a_fault_that_may_be_a_rounding_is_a_fault_and_says_so(home, tmp_path) -> None:
    path = written(tmp_path, a_proposal(an_item(amounts=[Decimal("-37.5")] * 4), stated={"effect": [-38] * 4}))
    said = call("business-case", path, "--json", home=home)
    assert (said.code, len(said.document["faults"])) == (11, 4)
    assert said.document["faults"][0] == {"where": "stated.effect 2015", "stated": -38, "expected": -37.5}
    assert said.document["remarks"][0] == "stated.effect 2015: forskellen er ikke større end en afrunding."
    printed = call("business-case", path, home=home)
    assert "stated.effect 2015: forskellen er ikke større end en afrunding." in printed.out


def test_a_payback_that_never_comes_is_null(home, tmp_path) -> None:
    proposal = a_proposal(an_item("running"), stated={"payback_years": 4})
    said = call("business-case", written(tmp_path, proposal), "--json", home=home)
    assert said.document["payback_years"] is None
    assert said.document["faults"] == [{"where": "stated.payback_years", "stated": 4, "expected": None}]
    rightly = a_proposal(an_item("running"), stated={"payback_years": "aldrig"})
    printed = call("business-case", written(tmp_path, rightly), home=home)
    assert printed.code == 0
    assert line_of(printed.out, "Tilbagebetalingstid") == ["aldrig"]


def test_what_is_not_stated_is_not_checked(home, tmp_path) -> None:
    said = call("business-case", written(tmp_path, a_proposal()), "--json", home=home)
    assert (said.code, said.document["faults"], said.document["payback_years"]) == (0, [], 2)


INDEX = "[[change]]\nyear = 2016\npercent = 2.0\nsource = 'Sagens egen'\n"


def test_other_prices_say_what_they_rest_on(home, tmp_path) -> None:
    index = tmp_path / "index.toml"
    index.write_text(INDEX, encoding="utf-8")
    (proposal := parkeringsbutik(payback_years=2))["stated"]["distribution"][0]["key"] = Decimal("100.01")
    path = written(tmp_path, proposal)
    words = ("business-case", path, "--price-level", 2016)
    said = call(*words, "--json", home=home, price_index_file=str(index))
    assert said.code == 11  # what is stated stands in the file's own prices, converted or not
    assert said.document["faults"] == [{"where": "stated.payback_years", "stated": 2, "expected": 1}]
    assert said.document["price_level"] == 2016
    assert said.document["remarks"] == ["stated.distribution effect KFF (row 1): nøglen ligger uden for 0-100 pct."]
    assert said.document["cash_flow"] == [-35.7, -678.3, -678.3, -678.3]
    assert said.document["price_conversion"] == {
        "from": 2015, "to": 2016, "factor": 1.02, "assumed": False,
        "changes": [{"year": 2016, "percent": 2, "source": "Sagens egen", "assumption": False}],
    }  # fmt: skip
    printed = call("business-case", "parkeringsbutik", "--price-level", 2016, home=home)
    assert printed.code == 0
    assert "Omregnet fra 2015 p/l til 2016 p/l" in printed.out
    assert "(antagelse)" in printed.out


def test_the_files_own_price_level_converts_nothing(home) -> None:
    asked = call("business-case", "parkeringsbutik", "--price-level", 2015, home=home)
    assert asked.out == call("business-case", "parkeringsbutik", home=home).out


@pytest.mark.parametrize("named", ["nowhere.toml", "."])
def test_what_is_no_file_is_a_wrong_word(named, home) -> None:
    said = call("business-case", named, home=home)
    assert (said.code, said.out) == (2, "")
    assert "parkeringsbutik" in said.err


@pytest.mark.parametrize(
    ("changes", "item"),
    [({"discount": 3}, "file: discount"), ({"years": [2015, 2017, 2018, 2019]}, "file: years")],
    ids=["unknown field", "years with a gap"],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_field(changes, item, home, tmp_path) -> None:
    said = call("business-case", written(tmp_path, a_proposal(**changes)), "--json", home=home)
    assert (said.code, said.out) == (11, "")
    assert said.problem["item"] == item


def test_a_price_level_beyond_the_index_names_the_year(home) -> None:
    said = call("business-case", "parkeringsbutik", "--price-level", 2090, "--json", home=home)
    assert (said.code, said.problem["item"]) == (11, "price index 2036")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_docs_show_what_the_command_prints(name, home) -> None:
    page = (Path(__file__).parents[2] / "docs" / "business_case.md").read_text(encoding="utf-8")
    assert f"```\n{call('business-case', name, home=home).out}```\n" in page
