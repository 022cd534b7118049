"""The journal hears of each decision that is sent and of each case that is closed, in the act that does it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from governance.errors import InvalidForm
from service.cases.standing import load_history
from service.cases.step import STEPS
from service.outbox.tables import OUTBOX
from tests.service.people import ANNA, BO, DPO, LEADER
from tests.service.town import STOP, TownList

HOME = "home-1"
ENDING = ["appeal_outcome", "announce", "close", "refer", "end_vetoed"]
"""Every step that sends a decision, ends an appeal or closes a case that somebody has worked on."""
NOTED = [*ENDING, "reopen"]
"""And the one by which the authority itself takes a decision up again."""


def notes(town: TownList) -> list[tuple[str, int]]:
    """Step and version of the notes that wait for the journal, in the order of the versions."""
    with town.store.reading() as connection:
        found = connection.execute(sa.select(OUTBOX.c.refers_to).where(OUTBOX.c.kind == "journal")).scalars()
        refers = [json.loads(each) for each in found]
    return sorted(((each["step"], each["version"]) for each in refers if "step" in each), key=lambda each: each[1])


def taken(town: TownList) -> list[tuple[str, int]]:
    """The same of the steps themselves."""
    with town.store.reading() as connection:
        history = load_history(connection, town.ids[HOME])
    return [(each.step, each.version) for each in history if each.step in NOTED]


def _announce_and_close(town: TownList) -> None:
    town.announce(HOME, ANNA, BO, STOP)
    town.take(HOME, "close", ANNA)


def _appeal(town: TownList) -> None:
    town.announce(HOME, ANNA, BO, STOP)
    today = town.today().isoformat()
    for _ in range(2):
        town.take(HOME, "appeal", LEADER, received_on=today, text="Jeg er uenig.")
        town.take(HOME, "appeal_outcome", LEADER, result="upheld", decided_on=today)


def _reopen(town: TownList) -> None:
    town.announce(HOME, ANNA, BO, STOP)
    town.take(HOME, "reopen", DPO, text="Hun flyttede i 2019.")


def _refer(town: TownList) -> None:
    town.open(HOME, ANNA)
    town.take(HOME, "refer", ANNA, to="tax", text="Lønnen.")


def _end(town: TownList) -> None:
    town.open(HOME, ANNA)
    town.take(HOME, "veto", DPO, text="Vent.")
    town.take(HOME, "end_vetoed", DPO, text="Slut.")


@pytest.mark.parametrize(
    ("live", "steps"),
    [
        (_announce_and_close, ["announce", "close"]),
        (_reopen, ["announce", "reopen"]),
        (_appeal, ["announce", "appeal_outcome", "appeal_outcome"]),
        (_refer, ["refer"]),
        (_end, ["end_vetoed"]),
    ],
)
def test_the_journal_gets_a_note_of_each_decision_and_each_end(
    town_list: TownList, live: Callable[[TownList], None], steps: list[str]
) -> None:
    live(town_list)
    assert [step for step, _ in notes(town_list)] == steps
    # each names the row of its own step
    assert notes(town_list) == taken(town_list)


def test_what_is_refused_leaves_no_note(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.decide(HOME, ANNA, BO, STOP)
    with pytest.raises(InvalidForm):
        town.take(HOME, "announce", ANNA, letters=[])
    assert notes(town) == []


def test_every_way_to_the_end_of_an_opened_case_is_noted() -> None:
    ending = {code for code, each in STEPS.items() if {"announced", "closed"} & {*each.to_states}}
    # a veto that is lifted ends nothing: the case goes on where it was
    assert ending - {"lift_veto"} == {*ENDING}


def test_nothing_else_is_noted_but_that_a_decision_is_taken_up_again() -> None:
    assert {code for code, each in STEPS.items() if each.journal} == {*NOTED}
