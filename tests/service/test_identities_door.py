"""Names and CPR numbers come out by one door: right, purpose, opened case, one of its persons, and an event."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.access.caller import Caller
from governance.audit.search import newest_details
from governance.audit.tables import EVENTS
from governance.errors import InvalidForm, NotFound, NotNow, PermissionDenied, UserError
from service.cases.tables import CASES, CONFLICTS
from service.identities.door import Identity, find_person, log_name, reveal, reveal_to_send
from tests.service.named import cpr_of, name_everybody, name_of, opened
from tests.service.people import ANNA, BO, DPO, EVALUATOR, LEADER, NOBODY, a_caller
from tests.service.town import TownList

KFF_ONLY = a_caller("karen", ("caseworker", "KFF"))


@pytest.fixture
def town(sqlite_town_list: TownList, tmp_path: Path) -> TownList:
    """Everybody has a name; the case at home-1 is open."""
    name_everybody(sqlite_town_list.store, tmp_path)
    opened(sqlite_town_list)
    return sqlite_town_list


def ask(town: TownList, caller: Caller, *persons: str, home: str = "home-1", purpose: str = "case_work", **more: bool):
    return reveal(town.store, caller=caller, case=town.case(home), persons=persons, purpose=purpose, **more)


def events(town: TownList) -> list[sa.Row]:
    with town.store.reading() as connection:
        return list(connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq)))


def test_an_opened_case_gives_names_and_leaves_one_event(town_list: TownList, tmp_path: Path) -> None:
    name_everybody(town_list.store, tmp_path)
    opened(town_list)
    before = len(events(town_list))
    found = ask(town_list, ANNA, "home-1-a", "home-1-b")
    assert found == {person: Identity(name_of(person), cpr_of(person)) for person in ("home-1-a", "home-1-b")}
    [event] = events(town_list)[before:]
    assert (event.action, event.actor, event.subject) == ("identity.read", "anna", town_list.ids["home-1"])
    pseudonyms = sorted(log_name(town_list.settings, person) for person in found)
    assert json.loads(event.details) == {"persons": pseudonyms, "purpose": "case_work"}


@pytest.mark.parametrize(
    ("caller", "purpose"), [(BO, "approval"), (LEADER, "quality"), (DPO, "supervision"), (DPO, "party_access")]
)
def test_whoever_holds_the_right_sees_with_a_purpose_of_the_role(town: TownList, caller: Caller, purpose: str) -> None:
    assert set(ask(town, caller, "home-1-a", purpose=purpose)) == {"home-1-a"}


@pytest.mark.parametrize(
    ("caller", "purpose"),
    [
        (EVALUATOR, "case_work"), (NOBODY, "case_work"), (KFF_ONLY, "case_work"), (ANNA, "supervision"), (ANNA, ""),
        (ANNA, "emergency"), (DPO, "case_work"), (LEADER, "case_work"),
    ],
)  # fmt: skip
def test_without_right_or_purpose_nothing_is_seen_and_nothing_recorded(
    town: TownList, caller: Caller, purpose: str
) -> None:
    before = len(events(town))
    with pytest.raises(PermissionDenied):
        ask(town, caller, "home-1-a", purpose=purpose)
    assert len(events(town)) == before


def test_a_broken_glass_stands_in_for_the_right_and_for_nothing_else(town: TownList) -> None:
    assert set(ask(town, KFF_ONLY, "home-1-a", purpose="emergency", broken_glass=True)) == {"home-1-a"}
    with pytest.raises(PermissionDenied):
        ask(town, KFF_ONLY, "home-1-a", broken_glass=True)
    with pytest.raises(NotNow):
        ask(town, KFF_ONLY, "home-2-a", home="home-2", purpose="emergency", broken_glass=True)


@pytest.mark.parametrize("state", ["listed", "reviewed", "rejected", "expired"])
def test_a_case_that_was_never_opened_gives_no_name(town: TownList, state: str) -> None:
    change(town, "home-2", state=state, opened_on="2024-06-01")
    with pytest.raises(NotNow, match="når sagen er åbnet"):
        ask(town, ANNA, "home-2-a", home="home-2")


def test_somebody_elses_person_is_not_of_the_case(town: TownList) -> None:
    with pytest.raises(NotFound, match="hører ikke til sagen") as refused:
        ask(town, ANNA, "home-1-a", "home-2-a")
    assert "home-" not in str(refused.value)


def test_a_case_hidden_since_gives_no_name(town: TownList) -> None:
    case = town.case("home-1")
    change(town, "home-1", hidden=True)
    with pytest.raises(NotFound):
        reveal(town.store, caller=ANNA, case=case, persons=["home-1-a"], purpose="case_work")


def test_a_conflict_of_interest_closes_the_door(town: TownList) -> None:
    row = {"case_id": town.ids["home-1"], "user_id": "bo", "at": "2024-06-01T12:00:00Z"}
    with town.store.act("list.made") as act:
        act.connection.execute(sa.insert(CONFLICTS), row)
    with pytest.raises(PermissionDenied, match="inhabil"):
        ask(town, BO, "home-1-a")
    with pytest.raises(PermissionDenied, match="inhabil"):
        ask(town, BO, "home-1-a", purpose="emergency", broken_glass=True)


def test_somebody_the_table_does_not_know_is_left_out(town: TownList) -> None:
    from service.identities.tables import IDENTITIES

    with town.store.act("list.made") as act:
        act.connection.execute(sa.delete(IDENTITIES).where(IDENTITIES.c.key == "home-1-b"))
    assert set(ask(town, ANNA, "home-1-a", "home-1-b")) == {"home-1-a"}
    with pytest.raises(NotFound) as refused:
        reveal_to_send(town.store, case_id=town.ids["home-1"], person_id="home-1-b", item_id="out-1")
    assert "home-1-b" not in str(refused.value)


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1}"])
def test_the_officer_finds_a_person_by_number(town: TownList, written: str) -> None:
    number = cpr_of("home-3-b")
    cpr = written.format(number, number.replace("-", ""))
    assert find_person(town.store, caller=DPO, cpr=cpr, purpose="party_access") == "home-3-b"
    last = events(town)[-1]
    assert (last.action, last.actor) == ("identity.searched", "dpo")
    assert json.loads(last.details) == {
        "persons": [log_name(town.settings, "home-3-b")], "purpose": "party_access",
    }  # fmt: skip


def test_a_number_nobody_has_is_recorded_as_asked_for(town: TownList) -> None:
    assert find_person(town.store, caller=DPO, cpr="311399-9999", purpose="supervision") is None
    with town.store.reading() as connection:
        assert newest_details(connection, "identity.searched", "") == {"persons": [], "purpose": "supervision"}


@pytest.mark.parametrize("cpr", ["", "12345", "abcdef-ghij", "0113801234 0113801234", "٠١١٣٨٠١٢٣٤"])
def test_what_is_no_number_is_refused_without_repeating_it(town: TownList, cpr: str) -> None:
    with pytest.raises(InvalidForm, match="ti cifre") as refused:
        find_person(town.store, caller=DPO, cpr=cpr, purpose="supervision")
    assert not cpr or cpr not in str(refused.value)


@pytest.mark.parametrize("caller", [ANNA, LEADER, EVALUATOR, NOBODY])
def test_nobody_else_asks_by_number(town: TownList, caller: Caller) -> None:
    with pytest.raises(PermissionDenied):
        find_person(town.store, caller=caller, cpr=cpr_of("home-1-a"), purpose="party_access")


def test_no_event_and_no_repr_ever_holds_a_name_or_a_number(town: TownList) -> None:
    found = ask(town, ANNA, "home-1-a")
    find_person(town.store, caller=DPO, cpr=cpr_of("home-1-a"), purpose="supervision")
    log = repr([tuple(event) for event in events(town)])
    for word in (name_of("home-1-a"), cpr_of("home-1-a"), cpr_of("home-1-a").replace("-", ""), "home-1-a"):
        assert word not in log
    assert cpr_of("home-1-a") not in repr(found)


def test_every_refusal_speaks_danish_and_names_nobody(town: TownList) -> None:
    refusals: list[UserError] = []
    for caller, person, purpose in (
        (NOBODY, "home-1-a", "case_work"),
        (ANNA, "home-2-a", "case_work"),
        (ANNA, "home-1-a", "x"),
    ):
        with pytest.raises(UserError) as refused:
            ask(town, caller, person, purpose=purpose)
        refusals.append(refused.value)
    assert all("home-" not in str(each) and each.remedy.endswith(".") for each in refusals)


def change(town: TownList, home: str, **columns: object) -> None:
    with town.store.act("list.made") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == town.ids[home]).values(**columns))
