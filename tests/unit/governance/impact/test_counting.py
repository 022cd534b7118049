"""A month counts once: which effects meet, in which order they count, and what is spread over which months."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from governance.impact.counting import Gross, count, forward_months, month_of, reclaim_months
from governance.impact.facts import EffectFact
from tests.impact_facts import a_case_fact, facts_of
from tests.impact_facts import an_effect_fact as effect

D = dt.date


def counted(*effects: EffectFact) -> dict[str, tuple[int, int]]:
    facts = facts_of(*effects)
    cases = {each.case_id: each for each in facts.cases}
    return {name: (gross.forward_ore, gross.reclaim_ore) for name, gross in count(effects, cases).items()}


def at(year: int, month: int) -> int:
    return month_of(D(year, month, 1))


def test_a_single_effect_counts_all_of_it() -> None:
    one = effect("e", monthly=-100, months=12, reclaim=50)
    assert count([one], {"k": a_case_fact()}) == {"e": Gross(1_200, 50)}


@pytest.mark.parametrize(
    ("recorded", "effective", "first"),
    [
        (D(2024, 3, 10), D(2024, 1, 1), at(2024, 4)),
        (D(2024, 3, 31), D(2024, 4, 1), at(2024, 4)),
        (D(2024, 12, 1), D(2024, 12, 1), at(2025, 1)),
        (D(2024, 3, 10), D(2024, 6, 15), at(2024, 6)),
    ],
)
def test_forward_begins_the_month_after_the_decision_or_when_it_has_effect(
    recorded: D, effective: D, first: int
) -> None:
    months = forward_months(effect("e", recorded=recorded, effective=effective, monthly=-7, months=3))
    assert months == {first: 7, first + 1: 7, first + 2: 7}


@pytest.mark.parametrize(
    ("effective", "months"),
    [
        (D(2024, 1, 15), {at(2024, 1): 4, at(2024, 2): 3, at(2024, 3): 3}),
        (D(2024, 3, 1), {at(2024, 3): 10}),
        (D(2024, 8, 1), {at(2024, 3): 10}),
    ],
)
def test_a_claim_is_spread_in_whole_ore_up_to_the_month_of_the_decision(effective: D, months: dict[int, int]) -> None:
    assert reclaim_months(effect("e", recorded=D(2024, 3, 10), effective=effective, reclaim=10)) == months


def test_a_repeated_effect_counts_what_goes_beyond() -> None:
    first = effect("a", recorded=D(2024, 1, 5), monthly=-100, months=12)
    second = effect("b", recorded=D(2024, 3, 5), monthly=-130, months=12)
    # from February to January, and from April to March: ten months of both, two of the second alone
    assert counted(first, second) == {"a": (1_200, 0), "b": (10 * 30 + 2 * 130, 0)}


def test_what_is_recorded_first_counts_first_whenever_it_is_told() -> None:
    first = effect("z", recorded=D(2024, 1, 5), monthly=-100, months=1)
    second = effect("a", recorded=D(2024, 1, 6), monthly=-100, months=1)
    assert counted(second, first) == counted(first, second) == {"z": (100, 0), "a": (0, 0)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"case": "early", "monthly": -90}, {"case": "later", "monthly": -100}),
        ({"effective": D(2023, 12, 1), "monthly": -90}, {"effective": D(2024, 1, 1), "monthly": -100}),
        ({"monthly": -100, "reclaim": 5}, {"monthly": -100, "reclaim": 4}),
        ({"case": "a", "monthly": -100}, {"case": "b", "monthly": -100}),
    ],
    ids=["the case opened first", "effect from earlier", "the larger claim", "the channel at last"],
)
def test_of_two_decisions_of_one_day_no_id_says_which_counts(first: dict[str, Any], second: dict[str, Any]) -> None:
    cases = {
        name: a_case_fact(name, opened=D(2023, 1, day), channel=channel)
        for name, day, channel in (("early", 1, "tip"), ("later", 2, "model"), ("a", 3, "model"), ("b", 3, "random"))
    }
    cases["k"] = a_case_fact()
    for one, other in (("e", "f"), ("f", "e")):
        effects = [
            effect(one, recorded=D(2024, 1, 5), months=1, permille=1000, **first),
            effect(other, recorded=D(2024, 1, 5), months=1, permille=1000, **second),
        ]
        found = count(effects, cases)
        assert found == count(effects[::-1], cases)
        assert found[one].forward_ore == -first["monthly"]
        assert found[other].forward_ore == first["monthly"] - second["monthly"]


def test_a_claim_for_months_that_count_forward_already_counts_only_beyond() -> None:
    stopped = effect("a", recorded=D(2024, 1, 5), monthly=-100, months=12)
    claimed = effect("b", recorded=D(2024, 4, 5), effective=D(2024, 1, 1), kind="reclaim", monthly=0, reclaim=480)
    # 120 a month for January to April; February to April count 100 already
    assert counted(stopped, claimed) == {"a": (1_200, 0), "b": (0, 120 + 3 * 20)}


def test_an_effect_that_was_set_aside_frees_its_months() -> None:
    first = effect("a", recorded=D(2024, 1, 5), monthly=-100, months=1, reversed_on=D(2024, 2, 1))
    second = effect("b", recorded=D(2024, 1, 6), monthly=-100, months=1)
    assert counted(first, second) == {"a": (0, 0), "b": (100, 0)}


def test_what_a_citizen_was_owed_takes_nothing_from_what_is_saved() -> None:
    more = effect("a", recorded=D(2024, 1, 5), kind="increased", monthly=60, months=2)
    again = effect("b", recorded=D(2024, 1, 6), kind="increased", monthly=100, months=2)
    less = effect("c", recorded=D(2024, 1, 7), monthly=-100, months=2)
    assert counted(more, again, less) == {"a": (-120, 0), "b": (-80, 0), "c": (200, 0)}


MEETING = {
    "the same grant of different persons": ({"grant": "g"}, {"grant": "g", "person": "bo"}, True),
    "two grants of one person": ({"grant": "g"}, {"grant": "h"}, False),
    "no grant, the same person": ({"grant": None}, {"grant": "h"}, True),
    "two without a grant": ({"grant": None}, {"grant": None}, True),
    "no grant, another benefit": ({"grant": None}, {"grant": "h", "benefit": "enkeltydelse"}, False),
    "no grant, another person, for the person": ({"grant": None}, {"grant": "h", "person": "bo"}, False),
    "no grant, another person of the household": (
        {"grant": None, "home": "here"}, {"grant": "h", "person": "bo", "home": "here"}, True,
    ),
    "no grant, another household": (
        {"grant": None, "home": "here"}, {"grant": "h", "person": "bo", "home": "there"}, False,
    ),
    "two grants in one household": (
        {"grant": "g", "home": "here"}, {"grant": "h", "person": "bo", "home": "here"}, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MEETING)
def test_which_effects_are_about_the_same_payment(name: str) -> None:
    one, other, meet = MEETING[name]
    for first, second in ((one, other), (other, one)):
        found = counted(
            effect("a", recorded=D(2024, 1, 5), monthly=-100, months=1, **first),
            effect("b", recorded=D(2024, 1, 6), monthly=-100, months=1, **second),
        )
        assert found == {"a": (100, 0), "b": (0 if meet else 100, 0)}


def test_without_a_grant_it_counts_beyond_all_grants_together() -> None:
    day = D(2024, 1, 5)
    grants = [effect(name, grant=name, recorded=day, monthly=-100, months=1) for name in ("a", "b")]
    unknown = effect("c", grant=None, recorded=D(2024, 1, 6), monthly=-250, months=1)
    assert counted(*grants, unknown)["c"] == (50, 0)
