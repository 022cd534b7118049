"""What control has cost: adults of needless cases of a year, per 1,000 adults who could be controlled."""

from __future__ import annotations

import datetime as dt

import pytest

from features.engines import PolarsEngine
from service.burden import needless_per_1000, random_cases_known
from tests.builders import AS_OF, Record, a_case, a_child, a_residence, a_world, days_ago, units_of


def burden(*records: Record, candidates: tuple[str, ...] = ("home", "other")) -> float:
    registers = a_world(*records)
    return needless_per_1000(registers, PolarsEngine(registers), units_of(*candidates), as_of=AS_OF)


LIVING = (
    a_residence("ane", "home"), a_residence("bo", "home"), a_residence("cille", "other"), a_residence("dan", "other"),
    a_child("lille"), a_residence("lille", "home"),
)  # fmt: skip


def test_adults_of_a_needless_case_count_and_children_do_not() -> None:
    assert burden(*LIVING, a_case("home", opened_days_ago=200, closed_days_ago=100)) == 500.0


@pytest.mark.parametrize("outcome", ["address_corrected", "moved_out_of_municipality", None])
def test_a_case_that_found_something_or_is_open_is_not_needless(outcome) -> None:
    assert burden(*LIVING, a_case("home", outcome=outcome, opened_days_ago=200, closed_days_ago=100)) == 0.0


@pytest.mark.parametrize(("closed_days_ago", "counted"), [(-1, 0.0), (0, 500.0), (364, 500.0), (366, 0.0), (367, 0.0)])
def test_a_year_back_from_the_day_and_nothing_of_tomorrow(closed_days_ago: int, counted: float) -> None:
    case = a_case("home", opened_days_ago=500, closed_days_ago=closed_days_ago)
    assert burden(*LIVING, case) == counted


def test_who_was_controlled_twice_bore_it_twice() -> None:
    cases = [a_case("home", opened_days_ago=days, closed_days_ago=days - 50) for days in (300, 200)]
    assert burden(*LIVING, *cases) == 1_000.0


def test_it_counts_who_lived_there_when_the_case_opened() -> None:
    moved_out = a_residence("erik", "home", from_days_ago=1_000, to_days_ago=150)
    moved_in = a_residence("frida", "other", from_days_ago=199)
    assert burden(*LIVING, moved_out, moved_in, a_case("home", opened_days_ago=200, closed_days_ago=100)) == 600.0
    on_the_day = a_residence("gerd", "home", from_days_ago=200)
    assert burden(*LIVING, on_the_day, a_case("home", opened_days_ago=200, closed_days_ago=100)) == 400.0


def test_where_nobody_could_be_controlled_there_is_no_burden() -> None:
    assert burden(*LIVING, a_case("home", opened_days_ago=200, closed_days_ago=100), candidates=("empty",)) == 0.0


def test_random_cases_are_known_from_the_day_they_closed() -> None:
    registers = a_world(
        a_case("home", opened_days_ago=200, closed_days_ago=100, channel="random"),
        a_case("other", opened_days_ago=300, closed_days_ago=20, channel="random", outcome="address_corrected"),
        a_case("third", opened_days_ago=200, closed_days_ago=100),
        a_case("fourth", opened_days_ago=700, closed_days_ago=400, channel="random"),
        a_case("fifth", opened_days_ago=20, outcome=None, channel="random"),
    )
    assert random_cases_known(registers, as_of=AS_OF) == (days_ago(100), days_ago(20))
    assert all(isinstance(day, dt.date) for day in random_cases_known(registers, as_of=AS_OF))
