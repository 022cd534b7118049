"""How our cases end, told in contract form: which are controls, when, by whom, and what stands."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from governance.pseudonyms import load_pseudonyms
from governance.registers import POLARS_TYPES, TABLES
from service.outcomes.export import PURPOSE, Outcomes, load_outcomes
from service.outcomes.files import write_outcomes
from service.outcomes.looks import load_looks
from tests.builders import days_ago
from tests.gates import events_of
from tests.service.lives import ANNOUNCED, CLOSED, DECIDED, OPENED, PROPOSED, Life
from tests.service.people import ANNA, DPO
from tests.service.town import TownList, take_in_list


def outcomes(town_list: TownList) -> Outcomes:
    with town_list.store.reading() as connection:
        return load_outcomes(connection, home=town_list.settings.home)


def the_case(town_list: TownList, home: str = "home-1") -> dict[str, object]:
    [row] = outcomes(town_list).cases.filter(pl.col("address_id") == home).to_dicts()
    return row


def test_what_nobody_looked_at_is_no_control(town_list: TownList) -> None:
    town_list.take("home-1", "claim", ANNA)
    town_list.take("home-1", "first_look", ANNA, assessment="unsure")
    town_list.take("home-2", "veto", DPO, text="Skal ses efter.")
    take_in_list(town_list.store, ["home-1"], run_id="run-2")
    told = outcomes(town_list)
    assert told.cases.is_empty() and told.effects.is_empty() and told.left_out == {}


def test_the_columns_are_those_of_the_contract(town_list: TownList) -> None:
    Life(town_list, "home-1").to(CLOSED, outcome="benefit_changed").effect()
    told = outcomes(town_list)
    for register, rows in (("control_case", told.cases), ("control_effect", told.effects)):
        expected = {column.name: POLARS_TYPES[column.kind] for column in TABLES[register].columns}
        assert dict(rows.schema) == expected and rows.height == 1


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("no_presumption", "no_change"), ("wrong_fact", "inconclusive"), ("disproportionate", "inconclusive")],
)
def test_a_desk_review_is_a_control_from_its_first_look_on(sqlite_town_list: TownList, reason, outcome) -> None:
    """By the steps themselves: a review that finds nothing is a control without a change (decision 14)."""
    town_list = sqlite_town_list
    for code, fields in (("claim", {}), ("first_look", {"assessment": "would_reject"}), ("reject", {"reason": reason})):
        town_list.store.clock.at += dt.timedelta(days=1)
        town_list.take("home-1", code, ANNA, **fields)
    row = the_case(town_list)
    assert (row["outcome"], row["opened_on"], row["closed_on"]) == (outcome, days_ago(-2), days_ago(-3))
    assert row["hours"] is None


def test_an_opened_case_is_open_until_its_decision_is_announced(sqlite_town_list: TownList) -> None:
    for home, length in (("home-1", OPENED), ("home-2", PROPOSED), ("home-3", DECIDED)):
        Life(sqlite_town_list, home).to(length, outcome="benefit_changed").effect()
        row = the_case(sqlite_town_list, home)
        assert (row["opened_on"], row["closed_on"], row["outcome"]) == (days_ago(300), None, None)
    assert outcomes(sqlite_town_list).effects.is_empty()


@pytest.mark.parametrize("length", [ANNOUNCED, CLOSED])
def test_a_case_is_closed_and_its_effects_recorded_on_the_day_of_the_announcement(
    sqlite_town_list: TownList, length
) -> None:
    Life(sqlite_town_list, "home-1").to(length, outcome="benefit_changed").effect(reclaim_ore=5)
    row = the_case(sqlite_town_list)
    assert (row["closed_on"], row["outcome"]) == (days_ago(200), "benefit_changed")
    [effect] = outcomes(sqlite_town_list).effects.to_dicts()
    assert effect == {
        "effect_id": "effekt-home-1-6", "case_id": row["case_id"], "person_id": "home-1-b",
        "grant_id": "home-1-b-friplads", "benefit": "friplads", "effect": "stopped", "monthly_change_ore": -100_000,
        "effective_from": days_ago(200), "reclaim_ore": 5, "recorded_on": days_ago(200), "reversed_on": None,
    }  # fmt: skip


def test_only_the_effects_that_were_decided_count(sqlite_town_list: TownList) -> None:
    """A proposal that was sent back leaves its rows; the one that was decided may have none."""
    life = Life(sqlite_town_list, "home-1").to(PROPOSED)
    life.effect()
    life.step("send_back", "proposed", "hearing", ago=250).step("propose", "hearing", "decided", ago=240)
    life.effect(proposal=life.version, monthly_change_ore=-7)
    life.step("announce", "decided", "announced", ago=230).change(state="announced", outcome="benefit_changed")
    assert outcomes(sqlite_town_list).effects["monthly_change_ore"].to_list() == [-7]
    empty = Life(sqlite_town_list, "home-2").to(PROPOSED)
    empty.effect()
    empty.step("send_back", "proposed", "hearing", ago=250).step("propose", "hearing", "decided", ago=240)
    empty.step("announce", "decided", "announced", ago=230).change(state="announced", outcome="no_change")
    assert outcomes(sqlite_town_list).effects.height == 1


def test_a_reversal_carries_its_day_and_an_appeal_moves_no_other(sqlite_town_list: TownList) -> None:
    life = Life(sqlite_town_list, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect(reversed_ago=100)
    life.effect(effect_id="effekt-2", benefit="kontanthjaelp", person_id="home-1-a", grant_id=None)
    life.step("appeal", "announced", "appealed", ago=150).step("appeal_outcome", "appealed", "announced", ago=100)
    assert the_case(sqlite_town_list)["closed_on"] == days_ago(200)
    told = {row["effect_id"]: row for row in outcomes(sqlite_town_list).effects.to_dicts()}
    assert told["effekt-home-1-6"]["reversed_on"] == days_ago(100)
    assert told["effekt-2"]["reversed_on"] is None
    assert {row["recorded_on"] for row in told.values()} == {days_ago(200)}


def test_how_a_case_was_picked_is_told_with_the_probability_of_the_lot_alone(sqlite_town_list: TownList) -> None:
    for home in ("home-1", "home-4"):
        Life(sqlite_town_list, home).to(CLOSED)
    Life(sqlite_town_list, "home-2").to(CLOSED).change(model_version="uden model", selection_probability=1.0)
    picked = {home: the_case(sqlite_town_list, home) for home in ("home-1", "home-2", "home-4")}
    assert {home: row["channel"] for home, row in picked.items()} == {
        "home-1": "model", "home-2": "rule_list", "home-4": "random"
    }  # fmt: skip
    assert [picked[home]["selection_probability"] for home in ("home-1", "home-2", "home-4")] == [None, None, 0.05]


def test_hours_add_up_and_the_caseworker_is_a_pseudonym_of_this_purpose(sqlite_town_list: TownList) -> None:
    Life(sqlite_town_list, "home-1").to(CLOSED).worked(90, 45)
    Life(sqlite_town_list, "home-2", actor="bo").to(OPENED)
    Life(sqlite_town_list, "home-3").to(OPENED).change(owner="bo")
    told = {home: the_case(sqlite_town_list, home) for home in ("home-1", "home-2", "home-3")}
    assert (told["home-1"]["hours"], told["home-2"]["hours"]) == (2.25, None)
    named = load_pseudonyms(sqlite_town_list.settings.home, purpose=PURPOSE).of("caseworker", "anna")
    assert told["home-1"]["caseworker_id"] == told["home-3"]["caseworker_id"] == named
    assert told["home-2"]["caseworker_id"] not in (named, "bo")


def test_protected_and_forgotten_cases_stay_in_and_are_counted(sqlite_town_list: TownList) -> None:
    for home, columns in (("home-1", {"hidden": True}), ("home-2", {"address_id": ""}), ("home-3", {"outcome": None})):
        Life(sqlite_town_list, home).to(CLOSED).effect().change(**columns)
    told = outcomes(sqlite_town_list)
    assert told.cases.is_empty() and told.effects.is_empty()
    assert told.left_out == {"protected_address": 1, "address_forgotten": 1, "no_outcome": 1}


def test_the_files_are_the_owners_alone_and_leave_one_event(sqlite_town_list: TownList, tmp_path) -> None:
    Life(sqlite_town_list, "home-1").to(CLOSED, outcome="benefit_changed").effect()
    out = tmp_path / "out"
    for _ in range(2):
        done = write_outcomes(out, store=sqlite_town_list.store, settings=sqlite_town_list.settings)
    assert sorted(path.name for path in out.iterdir()) == ["control_case.parquet", "control_effect.parquet"]
    assert pl.read_parquet(out / "control_case.parquet").equals(done.cases)
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert len(events_of(sqlite_town_list.store, "outcomes.exported")) == 2


def looks(town_list: TownList, *, until: dt.date) -> tuple[int, int, int]:
    with town_list.store.reading() as connection:
        found = load_looks(connection, until=until)
    return found.first, found.blind, found.overrides


def test_the_gate_is_told_how_people_judged_the_list(sqlite_town_list: TownList) -> None:
    """Three rejected, one of them drawn by lot, of which the list said nothing; one opened; one blind."""
    town = sqlite_town_list
    Life(town, "home-2").change(blind=True)
    for home in ("home-1", "home-2", "home-4"):
        town.take(home, "claim", ANNA)
        town.take(home, "first_look", ANNA, assessment="would_reject")
        town.take(home, "reject", ANNA, reason="no_presumption")
    town.open("home-3", ANNA)
    today = town.today()
    assert looks(town, until=today) == (4, 1, 2)
    assert looks(town, until=today - dt.timedelta(days=1)) == (0, 0, 0)
    assert looks(town, until=today + dt.timedelta(days=364)) == (4, 1, 2)
    assert looks(town, until=today + dt.timedelta(days=365)) == (0, 0, 0)
