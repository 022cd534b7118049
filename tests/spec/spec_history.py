"""Spec tables of the family *history*."""

from __future__ import annotations

from builders import Record, a_case, a_residence, an_effect
from spec_table import SpecTable, spec


def a_stay_in_two_versions(person: str, address: str) -> tuple[Record, ...]:
    """A stay of 900 days whose care of was corrected 100 days ago: two versions, no move."""
    return (
        a_residence(person, address, from_days_ago=900, to_days_ago=100, recorded_days_ago=100, care_of=True),
        a_residence(person, address, from_days_ago=100),
    )


SPECS: dict[str, SpecTable] = {
    "care_of_residents": spec(
        a_residence("ane", "home", care_of=True), a_residence("bo", "home"),
        a_residence("carl", "before", care_of=True, to_days_ago=9), home=1, before=0,
    ),
    "recent_care_of": spec(
        a_residence("ane", "home", care_of=True, from_days_ago=364),
        a_residence("bo", "home", care_of=True, from_days_ago=365), a_residence("carl", "home", from_days_ago=5),
        home=1, nowhere=0,
    ),
    "newest_move_in_days": spec(
        a_residence("ane", "home", from_days_ago=900), a_residence("bo", "home", from_days_ago=30),
        a_residence("carl", "home", from_days_ago=20, to_days_ago=2), a_residence("dea", "today", from_days_ago=0),
        *a_stay_in_two_versions("eva", "told"),
        # away for a day, and back: another stay
        a_residence("finn", "back", from_days_ago=900, to_days_ago=101), a_residence("finn", "back", from_days_ago=100),
        # from one address straight to another is a move
        a_residence("gro", "before", from_days_ago=900, to_days_ago=100), a_residence("gro", "after", from_days_ago=100),
        home=30, today=0, told=900, back=100, after=100, nowhere=None,
    ),
    "longest_stay_days": spec(
        a_residence("ane", "home", from_days_ago=900), a_residence("bo", "home", from_days_ago=30), home=900, nowhere=None
    ),
    "self_service_moves": spec(
        a_residence("ane", "home", channel="self_service", from_days_ago=729),
        a_residence("bo", "home", channel="self_service", from_days_ago=730),
        a_residence("carl", "home", channel="counter", from_days_ago=5), home=1, nowhere=0,
    ),
    "recorded_late_days": spec(
        a_residence("ane", "home", from_days_ago=100, recorded_days_ago=60),
        a_residence("bo", "home", from_days_ago=90, recorded_days_ago=85),
        a_residence("carl", "before", from_days_ago=730, recorded_days_ago=600),
        a_residence("dea", "ahead", from_days_ago=20, recorded_days_ago=50),
        # the day on which the move was first recorded is not known once its row was replaced
        a_residence("eva", "told", from_days_ago=700, to_days_ago=100, recorded_days_ago=100),
        a_residence("eva", "told", from_days_ago=100, recorded_days_ago=60, care_of=True),
        home=40, before=None, ahead=0, told=None, nowhere=None,
    ),
    "moves_in": spec(
        a_residence("ane", "home", from_days_ago=729), a_residence("bo", "home", from_days_ago=730),
        a_residence("carl", "home", from_days_ago=400, to_days_ago=300),
        a_residence("dea", "home", from_days_ago=-1, recorded_days_ago=3), *a_stay_in_two_versions("eva", "told"),
        home=2, told=0, nowhere=0,
    ),
    "moves_out": spec(
        a_residence("ane", "home", to_days_ago=729), a_residence("bo", "home", to_days_ago=730),
        a_residence("carl", "home", to_days_ago=0), a_residence("dea", "home", to_days_ago=-1),
        *a_stay_in_two_versions("eva", "told"), home=2, told=0, nowhere=0,
    ),
    "recent_moves_out": spec(
        a_residence("ane", "home", to_days_ago=182), a_residence("bo", "home", to_days_ago=183),
        a_residence("carl", "home", to_days_ago=0), a_residence("dea", "home", to_days_ago=-1),
        *a_stay_in_two_versions("eva", "told"), home=2, told=0, nowhere=0,
    ),
    "moves_by_residents": spec(
        a_residence("ane", "home", from_days_ago=100), a_residence("ane", "second", from_days_ago=400, to_days_ago=100),
        a_residence("ane", "third", from_days_ago=1094, to_days_ago=400),
        a_residence("ane", "fourth", from_days_ago=1095, to_days_ago=1094), *a_stay_in_two_versions("bo", "told"),
        home=3, second=0, told=1,
    ),
    "earlier_hits": spec(
        a_case("home", outcome="registration_corrected", opened_days_ago=900, closed_days_ago=800),
        a_case("home", outcome="benefit_changed", case_id="stands", opened_days_ago=700, closed_days_ago=600),
        an_effect("stands", "ane"), an_effect("stands", "ane", effect_id="set-aside", reversed_days_ago=5),
        a_case("reversed", outcome="benefit_changed", case_id="gone"), an_effect("gone", "ane", reversed_days_ago=0),
        # reversed tomorrow, closed tomorrow, opened tomorrow: the first is a hit today
        a_case("later", outcome="benefit_changed", case_id="later"), an_effect("later", "ane", reversed_days_ago=-1),
        a_case("later", outcome="benefit_changed", opened_days_ago=90, closed_days_ago=-1),
        a_case("later", outcome="registration_corrected", opened_days_ago=-1, closed_days_ago=-1),
        a_case("none", outcome="no_change"), a_case("none", outcome="inconclusive", opened_days_ago=90),
        home=2, reversed=0, later=1, none=0,
    ),
    "earlier_no_change": spec(
        a_case("home", outcome="no_change"), a_case("home", outcome="no_change", opened_days_ago=90, closed_days_ago=0),
        a_case("home", outcome="no_change", opened_days_ago=50, closed_days_ago=-1),
        a_case("home", outcome="referred", opened_days_ago=40, closed_days_ago=9),
        a_case("open", outcome=None), home=2, open=0,
    ),
    "recent_moves_in": spec(
        a_residence("ane", "home", from_days_ago=364), a_residence("bo", "home", from_days_ago=365),
        a_residence("carl", "home", from_days_ago=300, to_days_ago=200),
        a_residence("dea", "home", from_days_ago=-1, recorded_days_ago=3),
        *a_stay_in_two_versions("eva", "told"), home=2, told=0, nowhere=0,
    ),
    "newest_case_days": spec(
        a_case("home", opened_days_ago=900, closed_days_ago=800), a_case("home", opened_days_ago=300, closed_days_ago=50),
        a_case("home", outcome="referred", opened_days_ago=20, closed_days_ago=-1),
        a_case("today", opened_days_ago=9, closed_days_ago=0), a_case("open", outcome=None),
        home=50, today=0, open=None, nowhere=None,
    ),
}  # fmt: skip
