"""A rectification or an objection stops, ends, resumes and reverses cases through their own steps. Both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import InvalidForm, NotFound, NotNow, PermissionDenied
from service.cases.standing import load_history
from service.cases.vault import load_vault
from service.rights.handling import (
    affected_cases,
    ask_for_reversal,
    decide_request,
    pause_cases,
    reversals_waiting,
    reverse_decided,
    standing_effects,
)
from service.rights.noting import note_correction
from service.rights.requests import answer_request, load_request, receive_request
from tests.builders import DAY
from tests.service.lives import ANNOUNCED, Life
from tests.service.people import ANNA, DPO, LEADER
from tests.service.town import HOMES, REDUCE, TownList, a_proposal, take_in_list

SAID = "Jeg gør indsigelse."
WHY = "Vi har taget stilling."


def a_request(town: TownList, kind: Any = "objection", person: str = "home-1-b") -> str:
    return receive_request(
        town.store, caller=DPO, kind=kind, person_id=person, received_on=DAY, words=SAID, purpose="supervision"
    )


def paused(town: TownList, kind: str = "objection", person: str = "home-1-b") -> str:
    request_id = a_request(town, kind, person)
    pause_cases(town.store, caller=DPO, request_id=request_id, purpose="supervision")
    return request_id


def decide(town: TownList, request_id: str, answer: str) -> tuple[str, ...]:
    return decide_request(
        town.store, caller=DPO, request_id=request_id, answer=answer, words=WHY, purpose="supervision"
    )


def steps_of(town: TownList, home: str) -> list[str]:
    with town.store.reading() as connection:
        return [each.step for each in load_history(connection, town.ids[home])]


def request_steps(town: TownList, request_id: str) -> list[str]:
    with town.store.reading() as connection:
        return [each.step for each in load_request(connection, request_id).steps]


def opened(town: TownList, home: str = "home-1") -> None:
    town.take(home, "claim", ANNA)
    town.take(home, "first_look", ANNA, assessment="would_open")
    town.take(home, "record_fact", ANNA, text="Intet navn på døren.", source="inspection", known_on=DAY.isoformat())
    town.take(home, "open", ANNA)


def test_an_objection_stops_the_case_of_the_household_and_no_other(town_list: TownList) -> None:
    request_id = paused(town_list)
    assert [town_list.case(home).state for home in HOMES] == ["vetoed", *["listed"] * 5]
    assert steps_of(town_list, "home-1") == ["listed", "object"]
    assert request_steps(town_list, request_id) == ["paused"]


def test_an_accepted_objection_takes_the_case_off_the_list_for_good(town_list: TownList) -> None:
    request_id = paused(town_list)
    assert decide(town_list, request_id, "granted") == (town_list.ids["home-1"],)
    assert town_list.case("home-1").state == "closed"
    assert request_steps(town_list, request_id) == ["paused", "taken_off", "granted"]
    again = take_in_list(town_list.store, run_id="run-2")
    assert (again.taken, again.left_out) == (0, 1)
    assert town_list.case("home-1").state == "closed"


def test_a_refused_objection_lets_the_case_go_on_where_it_stood(town_list: TownList) -> None:
    opened(town_list)
    request_id = paused(town_list)
    assert decide(town_list, request_id, "refused") == ()
    assert town_list.case("home-1").state == "opened"
    assert request_steps(town_list, request_id) == ["paused", "resumed", "refused"]
    take_in_list(town_list.store, HOMES[1:], run_id="run-2")
    assert take_in_list(town_list.store, run_id="run-3").left_out == 1, "an open case is not listed twice"


def test_while_an_objection_is_looked_into_no_list_brings_the_household_back(town_list: TownList) -> None:
    request_id = paused(town_list)
    take_in_list(town_list.store, HOMES[1:], run_id="run-2")
    assert town_list.case("home-1").state == "expired"
    assert take_in_list(town_list.store, run_id="run-3").left_out == 1
    decide(town_list, request_id, "refused")
    assert take_in_list(town_list.store, run_id="run-4").taken == 1


def test_an_accepted_objection_ends_an_open_case_too(town_list: TownList) -> None:
    opened(town_list)
    assert decide(town_list, paused(town_list), "granted") == (town_list.ids["home-1"],)
    assert (town_list.case("home-1").state, town_list.case("home-1").outcome) == ("closed", "inconclusive")


def test_a_veto_that_stood_before_is_not_lifted_by_a_refusal(town_list: TownList) -> None:
    town_list.take("home-1", "veto", DPO, text="Forkert grundlag.")
    request_id = paused(town_list)
    assert decide(town_list, request_id, "refused") == ()
    assert town_list.case("home-1").state == "vetoed"


def test_a_correction_in_words_alone_marks_the_case_and_frees_it_for_the_next_list(town_list: TownList) -> None:
    request_id = paused(town_list, "rectification")
    text_id = note_correction(
        town_list.store, caller=DPO, request_id=request_id, case_id=town_list.ids["home-1"],
        words="Hun flyttede i 2019.", source="cpr", purpose="supervision",
    )  # fmt: skip
    with town_list.store.reading() as connection:
        [text] = load_vault(town_list.settings).read_texts(connection, town_list.ids["home-1"], ("wrong_fact",))
        events = connection.execute(sa.select(EVENTS.c.details).where(EVENTS.c.action == "right.handled")).scalars()
        assert not any("2019" in each or "home-1" in each for each in events)
    assert (text.text_id, text.document["text"]) == (text_id, "Hun flyttede i 2019.")
    assert decide(town_list, request_id, "granted") == (town_list.ids["home-1"],)
    assert request_steps(town_list, request_id) == ["paused", "correction", "taken_off", "granted"]
    # the corrected registers decide: it is free to be listed again
    again = take_in_list(town_list.store, run_id="run-2")
    assert (again.taken, again.left_out) == (1, 0)


def test_a_correction_lets_an_opened_case_go_on_with_it(town_list: TownList) -> None:
    opened(town_list)
    request_id = paused(town_list, "rectification")
    assert decide(town_list, request_id, "granted") == ()
    assert town_list.case("home-1").state == "opened"


def test_an_announced_decision_must_be_reversed_before_a_request_is_granted(town_list: TownList) -> None:
    Life(town_list, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect()
    request_id = paused(town_list)
    assert request_steps(town_list, request_id) == [], "what was announced is not stopped but reversed"
    with pytest.raises(NotNow, match=town_list.ids["home-1"]):
        decide(town_list, request_id, "granted")
    ask_for_reversal(
        town_list.store, caller=DPO, request_id=request_id, case_id=town_list.ids["home-1"], purpose="supervision"
    )
    reverse: dict[str, Any] = {
        "request_id": request_id, "case_id": town_list.ids["home-1"], "words": WHY, "decided_on": DAY,
        "purpose": "quality",
    }  # fmt: skip
    with pytest.raises(PermissionDenied):
        reverse_decided(town_list.store, caller=DPO, **reverse)
    after = reverse_decided(town_list.store, caller=LEADER, **reverse)
    assert after.state == "announced"
    with town_list.store.reading() as connection:
        assert standing_effects(connection, town_list.ids["home-1"]) == ()
    assert steps_of(town_list, "home-1")[-2:] == ["reopen", "appeal_outcome"]
    decide(town_list, request_id, "granted")
    assert request_steps(town_list, request_id) == ["reopened", "reversal_asked", "reversed", "granted"]
    with pytest.raises(NotNow):
        reverse_decided(town_list.store, caller=LEADER, **reverse)


@pytest.mark.parametrize("effects", [0, 1])
def test_a_corrected_registration_is_reversed_with_whatever_else_stands(town_list: TownList, effects: int) -> None:
    life, case_id = Life(town_list, "home-1").to(ANNOUNCED, outcome="registration_corrected"), town_list.ids["home-1"]
    for _ in range(effects):
        life.effect()
    request_id = paused(town_list)
    with pytest.raises(NotNow, match=case_id):
        decide(town_list, request_id, "granted")
    ask_for_reversal(town_list.store, caller=DPO, request_id=request_id, case_id=case_id, purpose="supervision")
    with town_list.store.reading() as connection:
        assert [each.case.case_id for each in reversals_waiting(connection, caller=LEADER)] == [case_id]
    after = reverse_decided(
        town_list.store, caller=LEADER, request_id=request_id, case_id=case_id, words=WHY, decided_on=DAY,
        purpose="quality",
    )  # fmt: skip
    assert after.outcome == ("benefit_changed" if effects else "no_change")
    with town_list.store.reading() as connection:
        assert reversals_waiting(connection, caller=LEADER) == ()
    decide(town_list, request_id, "granted")


@pytest.mark.parametrize("corrected", [[], ["1"]])
def test_a_correction_beside_a_changed_benefit_is_reversed_with_it(
    sqlite_town_list: TownList, corrected: list[str]
) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(REDUCE, corrected=corrected))
    town.take("home-1", "announce", ANNA, letters=town.ending("home-1"))
    request_id, case_id = paused(town), town.ids["home-1"]
    ask_for_reversal(town.store, caller=DPO, request_id=request_id, case_id=case_id, purpose="supervision")
    reverse_decided(
        town.store, caller=LEADER, request_id=request_id, case_id=case_id, words=WHY, decided_on=town.today(),
        purpose="quality",
    )  # fmt: skip
    with town.store.reading() as connection:
        assert reversals_waiting(connection, caller=LEADER) == ()
        assert load_history(connection, case_id)[-1].details["registration"] == [int(each) for each in corrected]


def test_nothing_is_reversed_that_nobody_asked_for(town_list: TownList) -> None:
    Life(town_list, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect()
    request_id = a_request(town_list)
    with pytest.raises(NotFound):
        reverse_decided(
            town_list.store, caller=LEADER, request_id=request_id, case_id=town_list.ids["home-1"], words=WHY,
            decided_on=DAY, purpose="quality",
        )  # fmt: skip
    with pytest.raises(NotFound):
        ask_for_reversal(
            town_list.store, caller=DPO, request_id=request_id, case_id=town_list.ids["home-2"], purpose="supervision"
        )


def test_only_cases_of_the_person_and_only_the_officer(town_list: TownList) -> None:
    request_id = a_request(town_list, "rectification")
    said: dict[str, Any] = {"request_id": request_id, "words": "Nej.", "source": "cpr", "purpose": "supervision"}
    with pytest.raises(NotFound):
        note_correction(town_list.store, caller=DPO, case_id=town_list.ids["home-2"], **said)
    with pytest.raises(PermissionDenied):
        note_correction(town_list.store, caller=ANNA, case_id=town_list.ids["home-1"], **said)
    with pytest.raises(InvalidForm):
        note_correction(town_list.store, caller=DPO, case_id=town_list.ids["home-1"], **(said | {"source": "x"}))
    with pytest.raises(PermissionDenied):
        decide_request(
            town_list.store, caller=LEADER, request_id=request_id, answer="granted", words=WHY, purpose="quality"
        )
    with pytest.raises(NotFound):
        answer_request(town_list.store, caller=DPO, request_id=request_id, answer="granted", words="ja")


def test_a_request_for_access_touches_no_case(town_list: TownList) -> None:
    request_id = a_request(town_list, "access")
    with pytest.raises(NotFound):
        pause_cases(town_list.store, caller=DPO, request_id=request_id, purpose="supervision")


def test_the_log_of_a_request_names_no_person_and_no_address(town_list: TownList) -> None:
    decide(town_list, paused(town_list), "granted")
    with town_list.store.reading() as connection:
        asked = sa.select(EVENTS.c.subject, EVENTS.c.details).where(EVENTS.c.action.like("right.%"))
        told = [tuple(row) for row in connection.execute(asked)]
        affected = affected_cases(connection, town_list.store, "home-1-b")
    assert [each.case.case_id for each in affected] == [town_list.ids["home-1"]]
    assert "home-1" not in json.dumps(told)
    assert len(told) == 1 + 2 + 1 + 1 + 1, "received, read twice, paused, taken off, granted"
