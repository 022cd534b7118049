"""A case that is worked on goes on from the facts of every night, and whoever has come is told before anything else."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from builders import AS_OF, a_grant, a_person, a_residence, a_world

from governance.as_of import AsOf
from governance.audit.tables import EVENTS
from governance.errors import InvalidForm, NotNow
from governance.registers import Registers
from service.cases.renewing import Renewal, merged_snapshot, renew_cases
from service.cases.standing import load_history
from service.cases.tables import CASES
from service.cases.vault import load_vault
from service.rights.requests import receive_request
from tests.builders import DAY
from tests.service.people import ANNA, DPO
from tests.service.town import INCREASE, STOP, TownList, a_proposal, a_town

DEMANDED = {"text": "Send lejekontrakten.", "deadline": (DAY + dt.timedelta(days=14)).isoformat()}
UNTOLD = "person 3"


def moved_in(person: str = "new-adult", home: str = "home-1", *, birth_year: int = 1990) -> Registers:
    """The town with one more at the home, who has a grant of an administration that had none there."""
    more = a_world(
        a_person(person, born=dt.date(birth_year, 5, 5)), a_residence(person, home, from_days_ago=3),
        a_grant(person, benefit="boligstoette"),
    )  # fmt: skip
    return joined(a_town(), more)


def joined(one: Registers, other: Registers) -> Registers:
    return Registers({name: pl.concat([one.table(name), other.table(name)]) for name in one.frames})


def without(town: Registers, person: str) -> Registers:
    frames = {
        name: town.table(name).filter(pl.col("person_id") != person) if name == "residence" else town.table(name)
        for name in town.frames
    }
    return Registers(frames)


def renew(town: TownList, registers: Registers, night: str = "night-1", as_of: AsOf = AS_OF) -> Renewal:
    return renew_cases(town.store, night_id=night, registers=registers, as_of=as_of, settings=town.settings)


def facts_of(town: TownList, home: str = "home-1") -> dict[str, Any]:
    with town.store.reading() as connection:
        return dict(load_vault(town.settings).newest(connection, [town.ids[home]], "snapshot")[town.ids[home]])


def renewals(town: TownList) -> list[dict[str, Any]]:
    with town.store.reading() as connection:
        asked = sa.select(EVENTS.c.details).where(EVENTS.c.action == "worklist.renewed").order_by(EVENTS.c.seq)
        return [json.loads(each) for each in connection.execute(asked).scalars()]


def test_who_moves_into_an_opened_case_is_in_it_the_next_night(town_list: TownList) -> None:
    town_list.open("home-1", ANNA)
    before = town_list.case("home-1")
    assert renew(town_list, moved_in()) == Renewal(1, 1, 0)
    assert [each["person_id"] for each in facts_of(town_list)["residents"]] == ["home-1-a", "home-1-b", "new-adult"]
    after = town_list.case("home-1")
    assert (after.version, after.state, after.owner) == (before.version + 1, "opened", "anna")
    assert set(after.offices) == {*before.offices} and "boligstoette" in after.benefits
    with town_list.store.reading() as connection:
        last = load_history(connection, town_list.ids["home-1"])[-1]
    assert (last.step, last.reason) == ("renewed", "newcomer")
    [event] = renewals(town_list)
    assert (event["renewed"], event["newcomers"], event["held"]) == (1, 1, 0)
    assert "new-adult" not in str(event) and "home-1" not in str(event)


def test_a_night_renews_once_and_leaves_one_event_whatever_is_run_again(town_list: TownList) -> None:
    town_list.open("home-1", ANNA)
    renew(town_list, moved_in())
    version = town_list.case("home-1").version
    assert renew(town_list, a_town()) == Renewal(1, 1, 0), "the same night tells what it did"
    assert town_list.case("home-1").version == version and len(renewals(town_list)) == 1


def test_facts_that_stand_as_they_were_touch_no_case(sqlite_town_list: TownList) -> None:
    sqlite_town_list.open("home-1", ANNA)
    version = sqlite_town_list.case("home-1").version
    later = AsOf(DAY + dt.timedelta(days=1))
    assert renew(sqlite_town_list, a_town(), as_of=later) == Renewal(0, 0, 0)
    assert sqlite_town_list.case("home-1").version == version and len(renewals(sqlite_town_list)) == 1


def test_whoever_came_must_be_told_before_information_is_asked_for(sqlite_town_list: TownList) -> None:
    sqlite_town_list.inform("home-1", ANNA)
    renew(sqlite_town_list, moved_in())
    with pytest.raises(NotNow, match=UNTOLD):
        sqlite_town_list.take("home-1", "demand_information", ANNA, **DEMANDED)
    with pytest.raises(NotNow, match=UNTOLD):
        sqlite_town_list.take("home-1", "propose", ANNA, outcome="no_change", cause="none", grounds="Intet at rette.")
    hearing = sqlite_town_list.letter("home-1", "hearing", deadline=DAY + dt.timedelta(days=30))
    with pytest.raises(InvalidForm, match=UNTOLD):
        sqlite_town_list.take("home-1", "hear", ANNA, letters=[hearing])
    told = sqlite_town_list.letter("home-1", "orientation", person=3)
    sqlite_town_list.take("home-1", "inform_another", ANNA, letters=[told])
    sqlite_town_list.take("home-1", "demand_information", ANNA, **DEMANDED)


def test_a_case_that_nobody_was_told_of_tells_everybody_who_is_there_now(sqlite_town_list: TownList) -> None:
    sqlite_town_list.open("home-1", ANNA)
    renew(sqlite_town_list, moved_in())
    with pytest.raises(InvalidForm, match=UNTOLD):
        sqlite_town_list.take("home-1", "inform", ANNA, letters=sqlite_town_list.orientations("home-1"))
    letters = [*sqlite_town_list.orientations("home-1"), sqlite_town_list.letter("home-1", "orientation", person=3)]
    assert sqlite_town_list.take("home-1", "inform", ANNA, letters=letters).state == "informed"


def test_a_child_who_is_born_needs_no_letter(sqlite_town_list: TownList) -> None:
    sqlite_town_list.inform("home-1", ANNA)
    assert renew(sqlite_town_list, moved_in(birth_year=2023)) == Renewal(1, 0, 0)
    sqlite_town_list.take("home-1", "demand_information", ANNA, **DEMANDED)


def test_who_moves_out_keeps_the_number_and_the_place_in_the_case(sqlite_town_list: TownList) -> None:
    sqlite_town_list.inform("home-1", ANNA)
    renew(sqlite_town_list, without(a_town(), "home-1-a"))
    residents = facts_of(sqlite_town_list)["residents"]
    assert [(each["person"], each["person_id"]) for each in residents] == [(1, "home-1-a"), (2, "home-1-b")]
    assert [each.get("gone_by") for each in residents] == [str(DAY), None]
    grants = {each["person"]: each.get("gone_by") for each in facts_of(sqlite_town_list)["grants"]}
    assert grants == {1: str(DAY), 2: None}
    renew(sqlite_town_list, a_town(), "night-2")
    assert all("gone_by" not in each for each in facts_of(sqlite_town_list)["residents"]), (
        "who comes back is there again"
    )


def test_numbers_stand_whoever_comes_between() -> None:
    resident = {"since": "2020-01-01", "care_of": False, "recorded_on": "2020-01-01", "birth_year": 1980}
    grant = {"benefit": "kontanthjaelp", "monthly_ore": 1}
    old = {
        "cases": [], "residents": [resident | {"person": 1, "person_id": "b"}, resident | {"person": 2, "person_id": "c"}],
        "grants": [grant | {"grant": 1, "grant_id": "gc", "person": 2}],
    }  # fmt: skip
    fresh = {
        "as_of": "2024-06-02", "cases": ["this very case"],
        "residents": [resident | {"person": n, "person_id": p} for n, p in enumerate("abc", start=1)],
        "grants": [grant | {"grant": 1, "grant_id": "ga", "person": 1}, grant | {"grant": 2, "grant_id": "gc", "person": 3}],
    }  # fmt: skip
    merged = merged_snapshot(old, fresh)
    assert {each["person_id"]: each["person"] for each in merged["residents"]} == {"b": 1, "c": 2, "a": 3}
    assert {each["grant_id"]: (each["grant"], each["person"]) for each in merged["grants"]} == {
        "gc": (1, 2), "ga": (2, 3),
    }  # fmt: skip
    assert merged["cases"] == []


@pytest.mark.parametrize("stage", ["listed", "proposed", "decided", "vetoed", "closed"])
def test_only_what_is_worked_on_is_renewed(sqlite_town_list: TownList, stage: str) -> None:
    town = sqlite_town_list
    if stage == "proposed":
        town.answer("home-1", ANNA)
        town.take("home-1", "propose", ANNA, **a_proposal(STOP))
    elif stage in ("decided", "closed"):
        town.answer("home-1", ANNA)
        town.take("home-1", "propose", ANNA, **a_proposal(INCREASE))
        if stage == "closed":
            town.take("home-1", "announce", ANNA, letters=town.ending("home-1"))
            town.take("home-1", "close", ANNA)
    elif stage == "vetoed":
        town.open("home-1", ANNA)
        town.take("home-1", "veto", DPO, text="Vent.")
    assert town.case("home-1").state == stage
    assert renew(town, moved_in()) == Renewal(0, 0, 0)


@pytest.mark.parametrize("person", ["home-1-b", "new-adult"])
def test_nothing_is_gathered_while_a_request_of_the_household_is_looked_into(
    sqlite_town_list: TownList, person: str
) -> None:
    sqlite_town_list.open("home-1", ANNA)
    receive_request(
        sqlite_town_list.store, caller=DPO, kind="objection", person_id=person, received_on=DAY, words="Nej.",
        purpose="supervision",
    )  # fmt: skip
    assert renew(sqlite_town_list, moved_in()) == Renewal(0, 0, 1)
    assert len(facts_of(sqlite_town_list)["residents"]) == 2


def test_whoever_saw_the_case_before_is_told_that_it_changed(sqlite_town_list: TownList) -> None:
    seen = sqlite_town_list.open("home-1", ANNA)
    renew(sqlite_town_list, moved_in())
    with pytest.raises(NotNow, match="hurtigere"):
        sqlite_town_list.take("home-1", "add_note", ANNA, version=seen.version, text="Et notat.")


def test_a_hidden_case_is_left_alone(sqlite_town_list: TownList) -> None:
    sqlite_town_list.open("home-1", ANNA)
    with sqlite_town_list.store.act("worklist.taken_in") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.address_id == "home-1").values(hidden=True))
    assert renew(sqlite_town_list, moved_in()) == Renewal(0, 0, 0)
