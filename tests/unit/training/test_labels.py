"""The one definition of a saving, as tables: what an effect is worth, when a case is a hit, and what is not used.

Amounts are worked out by hand from the register contract, not by the code under test.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.errors import DataContractError
from governance.impact.saving import MOST_SAVING_ORE, effect_savings, months_left
from governance.settings import Settings
from tests.builders import (
    AS_OF,
    DAY,
    Record,
    a_case,
    a_grant,
    a_residence,
    a_world,
    an_effect,
    days_ago,
)
from training.labels import Labels, build_labels

D = dt.date
OPENED, CLOSED = 600, 500
FULL_HORIZON = 12


def with_cells(record: Record, **cells: object) -> Record:
    return replace(record, cells={**record.cells, **cells})


def labels_of(*records: Record, as_of: AsOf = AS_OF, **settings: object) -> Labels:
    registers = a_world(*records)
    return build_labels(registers, PolarsEngine(registers), as_of=as_of, settings=Settings(**settings))


def the_case(*records: Record, **options: object) -> dict[str, object]:
    (row,) = labels_of(*records, **options).cases.to_dicts()
    return row


def the_saving(*records: Record, as_of: AsOf = AS_OF) -> dict[str, int]:
    """The saving of the one effect, by administration."""
    (row,) = effect_savings(a_world(*records), as_of=as_of, catalogue=load_catalogue()).to_dicts()
    return {name: row[f"saving_{name}_ore"] for name in ("bif", "buf", "kff", "society")}


def a_changed_case(**options: object) -> Record:
    return a_case(
        "home", outcome="benefit_changed", opened_days_ago=OPENED, closed_days_ago=CLOSED, case_id="k", **options
    )


@pytest.mark.parametrize(
    ("recorded", "effective", "end", "months"),
    [
        pytest.param(D(2024, 1, 15), D(2024, 1, 15), None, 12, id="an open end counts the whole horizon"),
        pytest.param(D(2024, 1, 15), D(2024, 1, 15), D(2024, 6, 1), 4, id="February to May"),
        pytest.param(D(2024, 1, 31), D(2024, 1, 1), D(2024, 6, 1), 4, id="the last day of a month is still that month"),
        pytest.param(D(2024, 2, 1), D(2024, 1, 1), D(2024, 6, 1), 3, id="the first day is already the next"),
        pytest.param(D(2024, 1, 15), D(2024, 1, 15), D(2024, 6, 20), 4, id="half a month does not count"),
        pytest.param(D(2023, 12, 31), D(2023, 12, 1), D(2024, 3, 1), 2, id="over the turn of the year"),
        pytest.param(D(2024, 1, 15), D(2024, 4, 1), D(2024, 6, 1), 2, id="a later effect counts from its own day"),
        pytest.param(D(2024, 1, 15), D(2024, 4, 10), D(2024, 6, 1), 1, id="and in whole months from it"),
        pytest.param(D(2024, 1, 15), D(2024, 4, 10), D(2024, 6, 10), 2, id="to the same day of the month"),
        pytest.param(D(2024, 1, 15), D(2024, 1, 15), D(2024, 1, 20), 0, id="an end before the next month leaves none"),
        pytest.param(D(2024, 1, 15), D(2023, 6, 1), D(2023, 9, 1), 0, id="never fewer than none"),
        pytest.param(D(2024, 1, 15), D(2024, 1, 15), D(2025, 2, 1), 12, id="twelve just reached"),
        pytest.param(D(2024, 1, 15), D(2024, 1, 15), D(2030, 1, 1), 12, id="never more than the horizon"),
    ],
)
def test_months_left(recorded: D, effective: D, end: D | None, months: int) -> None:
    row = {"recorded_on": recorded, "effective_from": effective, "grant_end": end}
    assert months_left(row, horizon_months=FULL_HORIZON) == months


def test_the_horizon_is_the_benefits_own() -> None:
    row = {"recorded_on": D(2024, 1, 15), "effective_from": D(2024, 1, 15), "grant_end": None}
    assert months_left(row, horizon_months=6) == 6


EFFECTS = {
    "the municipality keeps all where nothing is refunded": (
        {"benefit": "friplads", "monthly_change_ore": -100_000}, {"buf": 1_200_000, "society": 1_200_000},
    ),
    "half is refunded": (
        {"benefit": "enkeltydelse", "monthly_change_ore": -100_000}, {"kff": 600_000, "society": 1_200_000},
    ),
    "half an øre is rounded up": (
        {"benefit": "helbredstillaeg", "monthly_change_ore": 0, "effect": "reclaim", "reclaim_ore": 3},
        {"kff": 2, "society": 3},
    ),
    "what the state pays is a saving of society only": (
        {"benefit": "boligstoette", "monthly_change_ore": -100_000}, {"society": 1_200_000},
    ),
    "without a grant the last step of the refund": (
        {"benefit": "kontanthjaelp", "monthly_change_ore": -100_000}, {"bif": 960_000, "society": 1_200_000},
    ),
    "a pure reclaim": (
        {"benefit": "friplads", "monthly_change_ore": 0, "effect": "reclaim", "reclaim_ore": 50_000},
        {"buf": 50_000, "society": 50_000},
    ),
    "forward and reclaim together": (
        {"benefit": "friplads", "monthly_change_ore": -100_000, "effect": "reduced", "reclaim_ore": 50_000},
        {"buf": 1_250_000, "society": 1_250_000},
    ),
    "an increase counts nothing in the ranking": (
        {"benefit": "friplads", "monthly_change_ore": 100_000, "effect": "increased"}, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EFFECTS)
def test_the_saving_of_an_effect_without_a_grant(name: str) -> None:
    cells, expected = EFFECTS[name]
    saving = the_saving(with_cells(an_effect("k", "ane"), **cells))
    assert saving == {"bif": 0, "buf": 0, "kff": 0, "society": 0} | expected


@pytest.mark.parametrize(
    "cells",
    [
        {"effect": "reclaim", "monthly_change_ore": 0, "reclaim_ore": 2**62},
        {"effect": "stopped", "monthly_change_ore": -(2**62)},
        {"effect": "stopped", "monthly_change_ore": -MOST_SAVING_ORE // FULL_HORIZON - 1},
    ],
    ids=["a reclaim beyond the sum of all", "a change beyond whole øre", "a change just beyond"],
)
def test_an_amount_that_no_benefit_has_is_refused(cells: dict[str, object]) -> None:
    with pytest.raises(DataContractError, match="1 effects change a benefit by more than"):
        the_saving(with_cells(an_effect("k", "ane"), benefit="friplads", **cells))


def test_the_largest_amount_is_counted_whole() -> None:
    cells = {"benefit": "friplads", "effect": "reclaim", "monthly_change_ore": 0, "reclaim_ore": MOST_SAVING_ORE}
    assert the_saving(with_cells(an_effect("k", "ane"), **cells))["buf"] == MOST_SAVING_ORE


# days from the start of the run to effective_from → share that the municipality keeps, per cent
STEPS = [(0, 20), (27, 20), (28, 60), (181, 60), (182, 70), (363, 70), (364, 80), (3000, 80)]


def a_refunded_effect(**cells: object) -> Record:
    effect = an_effect("k", "ane", grant_id="g", benefit="kontanthjaelp", effect="reclaim", monthly_change_ore=0)
    return with_cells(
        effect, **{"reclaim_ore": 100_000, "effective_from": days_ago(400), "recorded_on": days_ago(390), **cells}
    )


def a_cash_grant(from_days_ago: int, to_days_ago: int | None = None, **known: object) -> Record:
    return a_grant(
        "ane", grant_id="g", benefit="kontanthjaelp", from_days_ago=from_days_ago, to_days_ago=to_days_ago, **known
    )


@pytest.mark.parametrize(("days", "kept"), STEPS)
def test_the_refund_step_is_that_of_the_run_at_effective_from(days: int, kept: int) -> None:
    saving = the_saving(a_cash_grant(400 + days), a_refunded_effect())
    assert saving["bif"] == 1_000 * kept


def test_a_change_within_the_run_does_not_start_it_anew() -> None:
    saving = the_saving(a_cash_grant(1000, 420), a_cash_grant(420), a_refunded_effect())
    assert saving["bif"] == 80_000


def test_a_broken_run_starts_anew() -> None:
    saving = the_saving(a_cash_grant(1000, 421), a_cash_grant(420), a_refunded_effect())
    assert saving["bif"] == 20_000


def test_a_run_that_starts_after_the_effect_is_not_the_one() -> None:
    saving = the_saving(
        a_cash_grant(1000, 410), a_cash_grant(390, recorded_days_ago=405), a_refunded_effect(recorded_on=days_ago(380))
    )
    assert saving["bif"] == 80_000


def test_a_change_from_before_the_run_is_of_its_first_day() -> None:
    assert the_saving(a_cash_grant(399), a_refunded_effect())["bif"] == 20_000


@pytest.mark.parametrize(("from_days_ago", "bif"), [(400, 20_000), (428, 60_000), (800, 80_000)])
def test_a_grant_known_after_the_decision_has_its_own_run_and_no_end_yet(from_days_ago: int, bif: int) -> None:
    late = a_cash_grant(from_days_ago, 380, recorded_days_ago=300)
    assert the_saving(late, a_refunded_effect())["bif"] == bif
    stopped = a_refunded_effect(effect="stopped", monthly_change_ore=-100_000, reclaim_ore=0)
    assert the_saving(late, stopped)["bif"] == 12 * bif
    later = a_cash_grant(2_000, recorded_days_ago=200)
    assert the_saving(late, with_cells(later, valid_to=days_ago(from_days_ago)), stopped)["bif"] == 12 * bif


def test_a_version_that_was_undone_before_the_decision_is_not_seen() -> None:
    undone = a_cash_grant(1000, 421, retracted_days_ago=410)
    unbroken = a_cash_grant(1000, 420, recorded_days_ago=410)
    assert the_saving(undone, unbroken, a_cash_grant(420), a_refunded_effect())["bif"] == 80_000


@pytest.mark.parametrize(("recorded_days_ago", "months"), [(401, 3), (400, 12), (399, 12)])
def test_the_end_of_the_grant_is_known_on_the_eve_of_the_decision_only(recorded_days_ago: int, months: int) -> None:
    # recorded on 28 April 2023: May, June and July are left to 1 August
    ends_on = D(2023, 8, 1)
    opened = a_grant("ane", grant_id="g", benefit="friplads", retracted_days_ago=recorded_days_ago)
    closed = a_grant("ane", grant_id="g", benefit="friplads", recorded_days_ago=recorded_days_ago)
    effect = an_effect("k", "ane", grant_id="g", benefit="friplads", recorded_days_ago=400)
    assert effect.cells["recorded_on"] == D(2023, 4, 28)
    saving = the_saving(opened, with_cells(closed, valid_to=ends_on), effect)
    assert saving["buf"] == 100_000 * months


def test_the_last_of_several_versions_ends_the_grant() -> None:
    effect = an_effect("k", "ane", grant_id="g", benefit="friplads", recorded_days_ago=400)
    versions = [a_grant("ane", grant_id="g", benefit="friplads", from_days_ago=start) for start in (900, 700)]
    first = with_cells(versions[0], valid_to=versions[1].cells["valid_from"])
    assert the_saving(first, versions[1], effect)["buf"] == 1_200_000
    assert the_saving(first, with_cells(versions[1], valid_to=D(2023, 6, 1)), effect)["buf"] == 100_000


def test_an_effect_recorded_later_is_not_known() -> None:
    effects = effect_savings(
        a_world(an_effect("k", "ane", recorded_days_ago=-1)), as_of=AS_OF, catalogue=load_catalogue()
    )
    assert effects.is_empty()


HITS = {
    "no change": ("no_change", [], False, 0),
    "a registration corrected": ("registration_corrected", [], True, 0),
    "a benefit changed": ("benefit_changed", [{}], True, 1_200_000),
    "changed, and the effects not yet recorded": ("benefit_changed", [{"recorded_days_ago": -1}], True, 0),
    "changed, and every effect reversed": ("benefit_changed", [{"reversed_days_ago": 10}], False, 0),
    "reversed on the day itself": ("benefit_changed", [{"reversed_days_ago": 0}], False, 0),
    "reversed after the day": ("benefit_changed", [{"reversed_days_ago": -1}], True, 1_200_000),
    "one of two reversed": ("benefit_changed", [{"reversed_days_ago": 10}, {}], True, 1_200_000),
    "two that stand": ("benefit_changed", [{}, {"reclaim_ore": 5}], True, 2_400_005),
    "an increase that stands": (
        "benefit_changed", [{"effect": "increased", "monthly_change_ore": 90_000}], True, 0,
    ),
    "an increase beside a stop": (
        "benefit_changed", [{"effect": "increased", "monthly_change_ore": 90_000}, {}], True, 1_200_000,
    ),
    "a registration corrected, its effect reversed": (
        "registration_corrected", [{"reversed_days_ago": 10}], True, 0,
    ),
    "no change, whatever an effect says": ("no_change", [{}], False, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", HITS)
def test_hit_and_saving_of_a_case(name: str) -> None:
    outcome, effects, hit, saving = HITS[name]
    case = a_case("home", outcome=outcome, opened_days_ago=OPENED, closed_days_ago=CLOSED, case_id="k")
    listed = [
        an_effect("k", "ane", **{"effect_id": f"e{n}", "benefit": "friplads", **changed})
        for n, changed in enumerate(effects)
    ]
    found = the_case(case, *listed)
    assert (found["hit"], found["saving_buf_ore"], found["saving_society_ore"]) == (hit, saving, saving)
    assert found["saving_bif_ore"] == found["saving_kff_ore"] == 0


UNUSED = {
    "just old enough": ({"opened_days_ago": 180, "closed_days_ago": 10}, None),
    "a day too young": ({"opened_days_ago": 179, "closed_days_ago": 10}, "younger_than_label_delay"),
    "young and open": ({"opened_days_ago": 10, "outcome": None}, "younger_than_label_delay"),
    "open": ({"opened_days_ago": 400, "outcome": None}, "still_open"),
    "closed on the day": ({"opened_days_ago": 400, "closed_days_ago": 0}, None),
    "closed the day after": ({"opened_days_ago": 400, "closed_days_ago": -1}, "still_open"),
    "referred": ({"opened_days_ago": 400, "closed_days_ago": 10, "outcome": "referred"}, "referred"),
    "inconclusive": ({"opened_days_ago": 400, "closed_days_ago": 10, "outcome": "inconclusive"}, "inconclusive"),
}


@pytest.mark.parametrize("name", UNUSED)
def test_each_case_is_used_or_counted_by_its_reason(name: str) -> None:
    options, reason = UNUSED[name]
    labels = labels_of(a_case("home", **options), a_case("other", opened_days_ago=OPENED))
    assert labels.unused == ({} if reason is None else {reason: 1})
    assert labels.cases.height == (2 if reason is None else 1)


def test_a_case_opened_after_the_day_is_neither_used_nor_counted() -> None:
    labels = labels_of(a_case("home", opened_days_ago=-1, outcome=None), a_case("other", opened_days_ago=OPENED))
    assert (labels.cases.height, labels.unused) == (1, {})


def test_the_label_delay_is_a_setting() -> None:
    young = a_case("home", opened_days_ago=100, closed_days_ago=10)
    assert labels_of(young, a_case("other", opened_days_ago=OPENED), label_delay_days=100).cases.height == 2


def test_what_was_not_known_then_is_not_in_the_label() -> None:
    records = (
        a_changed_case(),
        an_effect("k", "ane", benefit="friplads", recorded_days_ago=300, reversed_days_ago=100),
        a_case("other", opened_days_ago=OPENED),
    )
    then = {days: labels_of(*records, as_of=AsOf(days_ago(days))) for days in (301, 300, 101, 100)}
    savings = {days: int(labels.cases["saving_buf_ore"].sum()) for days, labels in then.items()}
    assert savings == {301: 0, 300: 1_200_000, 101: 1_200_000, 100: 0}
    assert [int(then[days].cases["hit"].sum()) for days in (301, 300, 101, 100)] == [1, 1, 1, 0]


def test_a_case_is_seen_from_the_close_of_the_day_before_it_opened() -> None:
    labels = labels_of(a_case("home", opened_days_ago=OPENED, case_id="k"))
    assert labels.units.to_dicts() == [{"unit_id": "k", "address_id": "home", "as_of": days_ago(OPENED + 1)}]


def test_labels_stand_in_the_order_of_opening() -> None:
    opened = {"c": 500, "a": 500, "b": 600}
    labels = labels_of(*(a_case(f"at-{name}", case_id=name, opened_days_ago=days) for name, days in opened.items()))
    assert labels.cases["case_id"].to_list() == ["b", "a", "c"]


def households(*records: Record) -> dict[str, str]:
    cases = labels_of(*records).cases
    return dict(cases.select("case_id", "household").iter_rows())


def a_closed_case(name: str, address: str, days: int) -> Record:
    return a_case(address, case_id=name, opened_days_ago=days, closed_days_ago=days - 20)


def test_cases_of_one_address_are_one_household() -> None:
    found = households(
        a_closed_case("k1", "home", 900), a_closed_case("k2", "home", 300), a_closed_case("k3", "far", 300)
    )
    assert found["k1"] == found["k2"] != found["k3"]


def test_cases_that_share_a_person_are_one_household_wherever_they_live() -> None:
    moved = (
        a_residence("ane", "old", from_days_ago=2000, to_days_ago=600),
        a_residence("ane", "new", from_days_ago=600),
        a_residence("bo", "far"),
    )
    found = households(
        *moved, a_closed_case("k1", "old", 900), a_closed_case("k2", "new", 300), a_closed_case("k3", "far", 300)
    )
    assert found["k1"] == found["k2"] != found["k3"]


def test_households_are_joined_through_a_chain() -> None:
    lived = (
        a_residence("ane", "first", from_days_ago=2000, to_days_ago=700),
        a_residence("ane", "second", from_days_ago=700),
        a_residence("bo", "second", from_days_ago=2000, to_days_ago=500),
        a_residence("bo", "third", from_days_ago=500),
    )
    found = households(
        *lived, a_closed_case("k1", "first", 900), a_closed_case("k2", "second", 600), a_closed_case("k3", "third", 300)
    )
    assert len(set(found.values())) == 1


def test_who_had_moved_away_before_the_case_is_not_of_the_household() -> None:
    moved = (
        a_residence("ane", "old", from_days_ago=2000, to_days_ago=950),
        a_residence("ane", "new", from_days_ago=950),
    )
    found = households(*moved, a_closed_case("k1", "old", 900), a_closed_case("k2", "new", 300))
    assert found["k1"] != found["k2"]


def test_the_day_of_these_tests_is_the_one_the_dates_are_worked_out_for() -> None:
    assert D(2024, 6, 1) == DAY
