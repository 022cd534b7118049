"""What a correction of a register row does to the request and to the cases; the score itself is made by hand here.

The model's own arithmetic is tried in `tests/functional/test_rescoring.py`.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from unittest import mock

import polars as pl
import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import DataContractError, GateClosed, InvalidForm, NotNow, UserError
from service.cases.case import load_case
from service.cases.intake import take_in
from service.cases.snapshot import build_snapshots
from service.cases.standing import load_history
from service.cases.vault import load_vault
from service.rescoring import NOT_CANDIDATE
from service.rights.applying import corrected_reader, uncorrected_addresses
from service.rights.handling import decide_request, pause_cases, reversals_waiting, reverse_decided
from service.rights.requests import load_request
from service.rights.rescored import load_results, rescore_waiting
from service.rights.row_corrections import (
    RowCorrection,
    corrected_registers,
    read_correction,
    rows_about,
    still_wrong,
)
from tests.builders import AS_OF, DAY
from tests.service.mended import NEW_AGAINST, NEW_FOR, a_rescore, ask, note, score_by_hand, wrong_residence
from tests.service.people import ANNA, BO, DPO
from tests.service.rights_town import keep_the_run
from tests.service.town import INCREASE, STOP, TownList, a_proposal, a_town, list_rows


@pytest.fixture
def town(sqlite_town_list: TownList) -> TownList:
    keep_the_run(sqlite_town_list.store)
    return sqlite_town_list


def steps_of(town: TownList, request_id: str) -> list[str]:
    with town.store.reading() as connection:
        return [each.step for each in load_request(connection, request_id).steps]


def decide(town: TownList, request_id: str, answer: str = "granted") -> tuple[str, ...]:
    return decide_request(
        town.store, caller=DPO, request_id=request_id, answer=answer, words="Vi er enige.", purpose="supervision"
    )


def residents(town: TownList, home: str = "home-1") -> list[str]:
    with town.store.reading() as connection:
        facts = load_vault(town.settings).newest(connection, [town.ids[home]], "snapshot")[town.ids[home]]
    return [each["person_id"] for each in facts["residents"] if "gone_by" not in each]


def test_an_opened_case_gets_the_corrected_facts_and_the_new_reasons(town: TownList) -> None:
    town.open("home-1", ANNA)
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())
    assert score_by_hand(town.store, town.settings) == 1
    assert residents(town) == ["home-1-a", "home-1-b"], "noted is not accepted"
    assert decide(town, request_id) == ()
    after = town.case("home-1")
    assert (after.state, after.reasons_for, after.reasons_against) == ("opened", (NEW_FOR,), (NEW_AGAINST,))
    assert residents(town) == ["home-1-a"]
    with town.store.reading() as connection:
        last = load_history(connection, town.ids["home-1"])[-1]
    assert (last.step, last.reason, last.actor) == ("renewed", "corrected", "dpo")
    assert steps_of(town, request_id) == ["correction", "rescored", "applied", "granted"]


def test_a_household_that_nobody_would_look_at_has_no_reasons_left(town: TownList) -> None:
    town.open("home-1", ANNA)
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())
    score_by_hand(town.store, town.settings, done=a_rescore(standing=NOT_CANDIDATE))
    decide(town, request_id)
    assert (town.case("home-1").reasons_for, town.case("home-1").reasons_against) == ((), ())


def test_a_refused_correction_changes_no_case(town: TownList) -> None:
    before = town.open("home-1", ANNA)
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())
    score_by_hand(town.store, town.settings)
    decide(town, request_id, "refused")
    assert town.case("home-1") == before and residents(town) == ["home-1-a", "home-1-b"]


@pytest.mark.parametrize(("stage", "effect"), [("proposed", STOP), ("decided", INCREASE)])
def test_what_was_proposed_on_wrong_facts_is_proposed_anew(town: TownList, stage: str, effect: dict[str, Any]) -> None:
    town.answer("home-1", ANNA)
    assert town.take("home-1", "propose", ANNA, **a_proposal(effect)).state == stage
    request_id = ask(town.store)
    pause_cases(town.store, caller=DPO, request_id=request_id, purpose="supervision")
    note(town, request_id, wrong_residence())
    score_by_hand(town.store, town.settings)
    decide(town, request_id)
    assert town.case("home-1").state == stage
    with pytest.raises(NotNow, match="siden indstillingen"):
        if stage == "decided":
            town.take("home-1", "announce", ANNA, letters=town.ending("home-1"))
        else:
            town.take("home-1", "second_look", BO, assessment="change")
            town.take("home-1", "approve", BO)
    assert town.take("home-1", "withdraw", ANNA).state == "hearing"
    town.take("home-1", "propose", ANNA, **a_proposal(effect))


def test_a_decision_that_rests_on_it_is_reopened_at_once_and_reversed_by_another(town: TownList) -> None:
    town.announce("home-1", ANNA, BO, STOP)
    request_id = ask(town.store)
    note(town, request_id, wrong_residence(), rests=True)
    assert town.case("home-1").state == "appealed"
    assert steps_of(town, request_id) == ["correction", "reopened", "reversal_asked"]
    with town.store.reading() as connection:
        assert [each.case.case_id for each in reversals_waiting(connection, caller=BO)] == [town.ids["home-1"]]
    settle: dict[str, Any] = {
        "request_id": request_id, "case_id": town.ids["home-1"], "words": "Enig.", "decided_on": town.today(),
        "purpose": "case_work",
    }  # fmt: skip
    with pytest.raises(NotNow, match="hverken har genoptaget eller indstillet"):
        reverse_decided(town.store, caller=ANNA, **settle)
    assert reverse_decided(town.store, caller=BO, **settle).state == "announced"
    with town.store.reading() as connection:
        assert [each.step for each in load_history(connection, town.ids["home-1"])][-2:] == ["reopen", "appeal_outcome"]
    score_by_hand(town.store, town.settings)
    decide(town, request_id)


def test_a_case_on_the_list_leaves_it_and_no_list_brings_it_while_the_registers_stand(town: TownList) -> None:
    request_id, wrong = ask(town.store), wrong_residence()
    note(town, request_id, wrong)
    score_by_hand(town.store, town.settings)
    assert decide(town, request_id) == (town.ids["home-1"],)

    def listed_again(run: str, registers: Any) -> int:
        with town.store.reading() as connection:
            off = uncorrected_addresses(connection, town.settings, registers, as_of=AS_OF)
        return take_in(
            town.store, run_id=run, rows=list_rows(("home-1",), run_id=run), protected=(), as_of=DAY,
            snapshots=build_snapshots(registers, ["home-1"], as_of=AS_OF), settings=town.settings, kept_off=off,
        ).taken  # fmt: skip

    assert listed_again("run-2", a_town()) == 0
    assert listed_again("run-3", corrected_registers(a_town(), [wrong])) == 1


def test_a_later_night_reads_the_case_with_what_was_accepted(town: TownList) -> None:
    town.open("home-1", ANNA)
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())
    score_by_hand(town.store, town.settings)
    decide(town, request_id)
    with town.store.reading() as connection:
        read = corrected_reader(connection, town.settings, a_town(), as_of=AS_OF, fresh={})
        facts = read(load_case(connection, town.ids["home-1"]))
        assert facts is not None and [each["person_id"] for each in facts["residents"]] == ["home-1-a"]
        assert read(load_case(connection, town.ids["home-2"])) is None, "others are read as they are"


def test_an_answer_waits_for_the_score_but_not_for_ever(town: TownList) -> None:
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())
    with pytest.raises(NotNow, match="regnet ud"):
        decide(town, request_id)
    town.store.clock.at += dt.timedelta(minutes=16)  # type: ignore[attr-defined]
    assert decide(town, request_id) == (town.ids["home-1"],)


@pytest.mark.parametrize(
    ("fault", "said"), [(DataContractError("x", item="y", remedy="z"), "opbevares ikke længere"), (None, "model")]
)
def test_what_cannot_be_scored_is_told_once(town: TownList, fault: UserError | None, said: str) -> None:
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())
    refused = fault or GateClosed("x", item="y", remedy="z")
    with mock.patch("service.rights.rescored.rescore", side_effect=refused) as scored:
        rescore_waiting(town.store, town.settings)
        rescore_waiting(town.store, town.settings)
    assert scored.call_count == 1
    with town.store.reading() as connection:
        [result] = load_results(connection, town.settings, load_request(connection, request_id))
    assert result.rescored is None and said in result.failed_da


def test_a_fault_of_ours_is_not_repeated_every_half_minute(town: TownList) -> None:
    note(town, ask(town.store), wrong_residence())
    with mock.patch("service.rights.rescored.rescore", side_effect=ZeroDivisionError):
        with pytest.raises(ZeroDivisionError):
            rescore_waiting(town.store, town.settings)
        assert rescore_waiting(town.store, town.settings) == 0


def test_two_timers_leave_one_score(town: TownList) -> None:
    request_id = ask(town.store)
    note(town, request_id, wrong_residence())

    def meanwhile(*_: Any, **__: Any) -> Any:
        score_by_hand(town.store, town.settings)
        return a_rescore()

    with mock.patch("service.rights.rescored.rescore", side_effect=meanwhile):
        rescore_waiting(town.store, town.settings)
    assert steps_of(town, request_id) == ["correction", "rescored"]
    with town.store.reading() as connection:
        told = connection.execute(sa.select(EVENTS.c.details).where(EVENTS.c.action == "right.rescored")).scalars()
        [event] = [json.loads(each) for each in told]
    assert event["case"] == town.ids["home-1"] and "home-1" not in str(event)


def test_an_objection_leaves_rows_out_and_corrects_none(town: TownList) -> None:
    request_id = ask(town.store, "objection")
    with pytest.raises(InvalidForm, match="berigtigelse"):
        note(town, request_id, wrong_residence(column="valid_to", value="2023-01-01"))
    note(town, request_id, wrong_residence())
    assert score_by_hand(town.store, town.settings) == 1
    assert steps_of(town, request_id) == ["correction", "rescored"]


def test_a_correction_in_words_alone_is_not_scored(town: TownList) -> None:
    note(town, ask(town.store))
    assert score_by_hand(town.store, town.settings) == 0


def test_registers_read_as_if_the_row_had_been_right() -> None:
    registers = a_town()
    mended = corrected_registers(registers, [wrong_residence(column="valid_to", value="2023-01-01")])
    rows = mended.table("residence").filter(pl.col("person_id") == "home-1-b").collect()
    assert rows["valid_to"].to_list() == [dt.date(2023, 1, 1)]
    before, after = (each.table("residence").collect() for each in (registers, mended))
    assert before.filter(pl.col("person_id") != "home-1-b").equals(after.filter(pl.col("person_id") != "home-1-b"))
    gone = corrected_registers(registers, [wrong_residence()]).table("residence").collect()
    assert gone.height == before.height - 1


def test_a_row_told_anew_is_the_same_row_and_a_retracted_one_is_right() -> None:
    wrong, registers = wrong_residence(), a_town()
    told_anew = RowCorrection("residence", {**wrong.row, "recorded_on": "2020-02-02"})
    assert still_wrong(registers, told_anew, as_of=AS_OF)
    frames = dict(registers.frames)
    frames["residence"] = frames["residence"].with_columns(retracted_on=pl.lit(DAY))
    assert not still_wrong(type(registers)(frames), wrong, as_of=AS_OF)


@pytest.mark.parametrize(
    ("column", "text", "field"),
    [
        ("valid_to", "1990-01-01", "value"), ("valid_to", "i går", "value"), ("care_of", "måske", "value"),
        ("person_id", "en-anden", "column"), ("recorded_on", "2024-01-01", "column"), ("", "2024-01-01", "value"),
        ("channel", "brevdue", "value"), ("valid_from", "", "value"), ("valid_to", "", "value"),
    ],
)  # fmt: skip
def test_what_the_contract_has_no_place_for_is_refused(column: str, text: str, field: str) -> None:
    faults = read_correction("residence", wrong_residence().row, column, text)
    assert isinstance(faults, list) and [name for name, _ in faults] == [field]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [("valid_to", "2023-06-30", "2023-06-30"), ("care_of", "Ja", True), ("", "", None)],
)
def test_what_is_right_is_read_as_the_contract_has_it(column: str, text: str, value: Any) -> None:
    made = read_correction("residence", wrong_residence().row, column, text)
    assert isinstance(made, RowCorrection) and (made.column, made.value) == (column, value)


def test_of_others_the_officer_sees_where_they_are_registered_alone() -> None:
    found = list(rows_about(a_town(), person_id="home-1-b", address_id="home-1"))
    others = [(table, row) for table, row in found if row.get("person_id") not in ("home-1-b", None)]
    assert [(table, row["person_id"]) for table, row in others] == [("residence", "home-1-a")]
