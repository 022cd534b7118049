"""From the list to an opened or rejected case: who has it, and what must be seen first."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from governance.access.caller import Caller
from governance.audit.search import newest_details
from governance.errors import InvalidForm, NotFound, NotNow, PermissionDenied, UserError
from governance.store.opening import Store
from service.cases.forms import read_form
from service.cases.step import STEPS, perform
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, BO, BUF_ONLY, CARL, DPO, EVALUATOR, LEADER, NOBODY
from tests.service.town import A_FACT, FOR, TownList, a_town_list


def test_a_taken_case_has_one_owner(town_list: TownList) -> None:
    assert town_list.take("home-1", "claim", ANNA).owner == "anna"
    with pytest.raises(NotNow, match="En anden har allerede"):
        town_list.take("home-1", "claim", BO)
    with pytest.raises(PermissionDenied):
        town_list.take("home-1", "release", BO)
    assert town_list.case("home-1").owner == "anna"


def test_of_two_hundred_claims_at_once_one_is_heard(town_list: TownList) -> None:
    ready = threading.Barrier(200)

    def claim(number: int) -> str:
        ready.wait()
        try:
            town_list.take("home-1", "claim", (ANNA, BO, CARL)[number % 3])
        except NotNow:
            return "refused"
        return "taken"

    with ThreadPoolExecutor(200) as pool:
        outcomes = list(pool.map(claim, range(200)))
    assert (outcomes.count("taken"), outcomes.count("refused")) == (1, 199)
    assert town_list.case("home-1").version == 2
    assert town_list.events("home-1") == ["case.claim"]


def test_whoever_saw_an_older_version_is_told(sqlite_town_list: TownList) -> None:
    sqlite_town_list.take("home-1", "claim", ANNA, version=1)
    with pytest.raises(NotNow, match="hurtigere"):
        sqlite_town_list.take("home-1", "release", ANNA, version=1)
    sqlite_town_list.take("home-1", "release", ANNA, version=2)


@pytest.mark.parametrize("caller", [DPO, EVALUATOR, NOBODY, LEADER], ids=lambda each: each.user_id)
def test_only_caseworkers_take_cases(sqlite_town_list: TownList, caller: object) -> None:
    with pytest.raises(PermissionDenied):
        sqlite_town_list.take("home-1", "claim", caller)  # type: ignore[arg-type]


def test_a_right_in_another_administration_is_none(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    assert town.case("home-6").offices == ("BUF",)
    assert town.take("home-6", "claim", BUF_ONLY).owner == "birgit"
    only_bif = town.take("home-6", "release", BUF_ONLY)
    assert only_bif.owner is None


def test_the_team_leader_gives_cases_to_known_caseworkers_only(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    with pytest.raises(InvalidForm, match="Vælg en medarbejder"):
        town.take("home-1", "assign", LEADER, to="bo")
    town.take("home-2", "claim", BO)
    assert town.take("home-1", "assign", LEADER, to="bo").owner == "bo"
    with pytest.raises(InvalidForm):
        town.take("home-1", "assign", LEADER, to="ledelse")
    with pytest.raises(PermissionDenied):
        town.take("home-1", "assign", ANNA, to="bo")


def test_no_case_is_opened_on_its_place_on_the_list(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    with pytest.raises(NotNow):
        town.take("home-1", "open", ANNA)
    with pytest.raises(NotNow):
        town.take("home-1", "record_fact", ANNA, **A_FACT)
    town.take("home-1", "first_look", ANNA, assessment="would_open")
    with pytest.raises(NotNow, match="mindst én oplysning"):
        town.take("home-1", "open", ANNA)
    with pytest.raises(InvalidForm, match="ordret"):
        town.take("home-1", "record_fact", ANNA, **(A_FACT | {"text": FOR.upper()}))
    town.take("home-1", "record_fact", ANNA, **A_FACT)
    assert town.take("home-1", "open", ANNA).opened_on == dt.date(2024, 6, 1)


def test_a_colleagues_look_and_facts_open_nothing(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="would_open")
    town.take("home-1", "record_fact", ANNA, **A_FACT)
    town.take("home-1", "release", ANNA)
    town.take("home-1", "claim", BO)
    for code, fields in (("open", {}), ("reject", {"reason": "no_presumption"}), ("record_fact", A_FACT)):
        with pytest.raises(NotNow, match="din egen første vurdering"):
            town.take("home-1", code, BO, **fields)
    town.take("home-1", "first_look", BO, assessment="unsure")
    with pytest.raises(NotNow, match="mindst én oplysning"):
        town.take("home-1", "open", BO)


def test_a_first_look_is_recorded_once(sqlite_town_list: TownList) -> None:
    sqlite_town_list.take("home-1", "claim", ANNA)
    sqlite_town_list.take("home-1", "first_look", ANNA, assessment="unsure")
    with pytest.raises(NotNow, match="allerede noteret"):
        sqlite_town_list.take("home-1", "first_look", ANNA, assessment="would_open")


@pytest.mark.parametrize(
    ("reason", "outcome"), [("no_presumption", "no_change"), ("wrong_fact", "inconclusive"),
                            ("already_controlled", "inconclusive"), ("disproportionate", "inconclusive")],
)  # fmt: skip
def test_a_rejection_says_what_was_found_out(sqlite_town_list: TownList, reason: str, outcome: str) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="would_reject")
    case = town.take("home-1", "reject", ANNA, reason=reason)
    assert (case.state, case.outcome, case.closed_on) == ("rejected", outcome, dt.date(2024, 6, 1))


def test_whoever_is_partial_neither_works_nor_is_given_the_case(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    assert town.take("home-1", "skip", ANNA, reason="conflict_of_interest").owner is None
    for code in ("claim", "record_hours"):
        with pytest.raises(PermissionDenied, match="inhabil"):
            town.take("home-1", code, ANNA, **({"minutes": 5, "on_day": "2024-06-01"} if code != "claim" else {}))
    with pytest.raises(InvalidForm, match="inhabil"):
        town.take("home-1", "assign", LEADER, to="anna")
    town.take("home-1", "claim", BO)
    assert town.take("home-1", "declare_conflict", BO).owner is None
    with pytest.raises(PermissionDenied, match="inhabil"):
        town.take("home-1", "claim", BO)


def test_a_lapsed_list_opens_nothing(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    town.pass_days(36)
    with pytest.raises(NotNow, match="udløbet"):
        town.take("home-1", "first_look", ANNA, assessment="would_open")
    with pytest.raises(NotNow, match="udløbet"):
        town.take("home-2", "claim", ANNA)
    assert town.take("home-1", "release", ANNA).owner is None


@pytest.mark.parametrize("blind_share", [0.0, 1.0])
def test_a_share_of_the_cases_is_drawn_blind(
    tmp_path: object, clock: TickingClock, open_service_store: Callable[..., Store], blind_share: float
) -> None:
    store = open_service_store(f"sqlite:///{tmp_path}/blind.db", clock, blind_share=blind_share)
    town = a_town_list(store)
    assert {town.case(home).blind for home in town.ids} == {bool(blind_share)}


def test_what_is_refused_leaves_nothing(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    refused = [
        ("claim", NOBODY, {}), ("open", ANNA, {}), ("first_look", ANNA, {"assessment": "perhaps"}),
        ("approve", BO, {}), ("veto", ANNA, {"text": "nej"}), ("close", ANNA, {}),
    ]  # fmt: skip
    for code, caller, fields in refused:
        with pytest.raises(UserError):
            town.take("home-1", code, caller, **fields)
    assert (town.case("home-1").version, town.events("home-1")) == (1, [])


def test_what_is_not_there_is_not_found(sqlite_town_list: TownList) -> None:
    town = TownList(sqlite_town_list.store, sqlite_town_list.settings, {"nowhere": "sag-0"}, sqlite_town_list.intake)
    with pytest.raises(NotFound):
        town.take("nowhere", "claim", ANNA)


@pytest.mark.parametrize(("caller", "named", "told"), [(ANNA, None, "case_work"), (LEADER, None, "quality"),
                                                       (LEADER, "approval", "approval")])  # fmt: skip
def test_the_event_says_why(sqlite_town_list: TownList, caller: Caller, named: str | None, told: str) -> None:
    town = sqlite_town_list
    form = read_form(STEPS["record_hours"], {"minutes": 5, "on_day": "2024-06-01"})
    asked = {"case_id": town.ids["home-1"], "code": "record_hours", "form": form, "caller": caller, "version": None}
    with pytest.raises(InvalidForm, match="Formålet"):
        perform(town.store, settings=town.settings, purpose="supervision", **asked)
    perform(town.store, settings=town.settings, purpose=named, **asked)
    with town.store.reading() as connection:
        details = newest_details(connection, "case.record_hours", town.ids["home-1"])
    assert details == {
        "step": "record_hours", "from": "listed", "to": "listed", "version": 2, "reason": "", "purpose": told,
    }  # fmt: skip
