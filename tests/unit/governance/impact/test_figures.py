"""The grammar of figures, and what each of the headline figures is."""

from __future__ import annotations

import datetime as dt

import pytest

from governance.errors import UsageError
from governance.impact.accounts import ACCOUNTS
from governance.impact.facts import CostFact
from governance.impact.figures import FIGURES, build_figures, figure_ore, read_selection, require_known
from governance.impact.position import build_lines, build_position
from tests.impact_facts import a_case_fact as a_case
from tests.impact_facts import a_payment_fact as a_payment
from tests.impact_facts import an_effect_fact as an_effect
from tests.impact_facts import facts_of

D = dt.date
HEADLINE = (
    "realised_municipal", "forward_municipal", "reclaim_municipal", "corrections_municipal", "realised_state",
    "realised_society", "set_aside_municipal", "collected_municipal", "written_off_municipal", "cost_control",
    "net_municipal",
)  # fmt: skip
FACTS = facts_of(
    a_case("k", opened=D(2024, 2, 1), hours=1.0),
    a_case("l", opened=D(2023, 2, 1), closed=D(2023, 5, 1), hours=2.0, channel="random"),
    an_effect("a", grant="g", monthly=-1_000, months=10, reclaim=500, permille=800),
    an_effect("b", case="l", grant="h", monthly=-2_000, months=1, permille=1000, benefit="friplads",
              administration="BUF", recorded=D(2023, 5, 1)),
    an_effect("c", case="l", grant="i", kind="increased", monthly=300, months=2, permille=500, recorded=D(2023, 5, 1)),
    an_effect("d", case="l", grant="j", monthly=-900, months=1, permille=1000, reversed_on=D(2024, 1, 1)),
    a_payment("m", effect="a", amount=300),
    a_payment("n", effect="a", kind="written_off", amount=100, on=D(2024, 6, 2)),
    CostFact("r", "running", "KFF", 40, D(2024, 1, 1), "drift"),
    CostFact("i", "investment", "BIF", 60, D(2023, 1, 1), "udvikling"),
    rate=10,
)  # fmt: skip
LINES = build_lines(build_position(FACTS).standings)


def test_the_headline_figures_of_a_small_town() -> None:
    assert build_figures(LINES, HEADLINE) == {
        "realised_municipal": 8_000 + 400 + 2_000,
        "forward_municipal": 8_000 + 2_000,
        "reclaim_municipal": 400,
        "corrections_municipal": -300,
        "realised_state": 2_000 + 100,
        "realised_society": 10_000 + 500 + 2_000,
        "set_aside_municipal": 900,
        "collected_municipal": 240,
        "written_off_municipal": 80,
        "cost_control": 30 + 40 + 60,
        "net_municipal": 10_400 - 300 - 130,
    }


@pytest.mark.parametrize(
    ("code", "ore"),
    [
        ("realised_municipal:BIF", 8_400),
        ("realised_municipal:BUF", 2_000),
        ("realised_municipal:KFF", 0),
        ("cost_control:KFF", 70),
        ("net_municipal:BIF", 8_400 - 300 - 60),
        ("realised_municipal@2023", 2_000),
        ("realised_municipal@2024-Q1", 8_400),
        ("realised_municipal:BUF@2023-Q1", 2_000),
        ("realised_municipal,arm=random", 2_000),
        ("forward_municipal:BIF@2024,channel=model,benefit=kontanthjaelp", 8_000),
        ("realised_municipal,price_level=2023", 2_000),
        ("realised_municipal,model_version=nobody/9", 0),
        ("outstanding_municipal", 80),
        ("decided_municipal", 10_400 + 900),
    ],
)
def test_a_figure_of_a_part(code: str, ore: int) -> None:
    assert figure_ore(LINES, code) == ore
    assert read_selection(code).code == code


@pytest.mark.parametrize(
    "code",
    ["", "luck", "realised_municipal:", "realised_municipal@24", "realised_municipal@2024-Q5", "realised_municipal:bif",
     "realised_municipal,person_id=x", "realised_municipal,benefit", "realised_municipal,price_level=old",
     "realised_municipal@2024@2025", "realised_municipal,case_id=case-1", "expected",
     "realised_municipal,benefit=friplads,benefit=kontanthjaelp", "realised_municipal,benefit=a b", "realised_municipal,benefit=010203-1234 x"],
)  # fmt: skip
def test_what_is_no_figure_is_refused(code: str) -> None:
    with pytest.raises(UsageError, match=r"no such figure|is a number"):
        read_selection(code)


@pytest.mark.parametrize(
    "part", [":TMU", ",benefit=luck", ",channel=list", ",arm=model", ",case_type=gone", ":BIF,benefit=BIF"]
)
def test_a_code_that_nothing_can_have_is_refused_not_told_as_nothing(part: str) -> None:
    with pytest.raises(UsageError, match=r"no such (administration|benefit|channel|arm|case_type)"):
        require_known(read_selection(f"net_municipal{part}"))


def test_every_code_that_something_can_have_is_known() -> None:
    for part in ("", ":STATE", ",arm=list", ",channel=model", "@2024,benefit=friplads,case_type=open", "@2024-Q1"):
        require_known(read_selection(f"net_municipal{part}"))
    require_known(read_selection("net_municipal:TMU"), committees=["TMU"])


def test_every_figure_sums_accounts_that_there_are() -> None:
    assert set(HEADLINE) <= set(FIGURES)
    assert all(figure.sign in (1, -1) and set(figure.accounts) <= set(ACCOUNTS) for figure in FIGURES.values())
    assert all(len(set(figure.accounts)) == len(figure.accounts) for figure in FIGURES.values())
