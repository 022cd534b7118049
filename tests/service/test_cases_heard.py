"""The hearing: a decision goes no further than what whoever it goes against was told of, and a suspicion is told of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from governance.errors import InvalidForm, NotNow
from service.letters.consequences import OF_REGISTRATION, consequences
from tests.service.named import hearing_fields, informed, name_everybody, write
from tests.service.people import ANNA
from tests.service.town import INCREASE, RECLAIM, REDUCE, STOP, TownList, a_proposal

HOME = "home-1"
NOT_HEARD = "ikke partshørt om det, der indstilles"
SILENCE = "retten til ikke at udtale sig"
OTHERS = {"person": 2, "grant": 0}


def _hear(town: TownList, *persons: int, **told: Sequence[str]) -> list[str]:
    """A hearing to these adults, with the shortest time to answer; the letters."""
    last = town.today() + dt.timedelta(days=town.settings.hearing_days)
    letters = [town.letter(HOME, "hearing", deadline=last, person=person, **told) for person in persons or (1,)]
    rights = {"rights_told": True} if town.case(HOME).suspicion else {}
    town.take(HOME, "hear", ANNA, letters=letters, **rights)
    return letters


def _wait(town: TownList) -> None:
    town.pass_days(town.settings.hearing_days + 1)


def _heard(town: TownList, *persons: int, **told: Sequence[str]) -> None:
    town.inform(HOME, ANNA)
    _hear(town, *persons, **told)
    _wait(town)


def _propose(town: TownList, *effects: Any, **changed: Any) -> str:
    return town.take(HOME, "propose", ANNA, **a_proposal(*effects, **changed)).state


@pytest.mark.parametrize(
    ("considered", "benefits", "effect", "missing"),
    [
        (["increase"], ["kontanthjaelp"], STOP, "at standse en ydelse: kontanthjælp"),
        (["increase"], ["kontanthjaelp"], REDUCE, "at nedsætte en ydelse: kontanthjælp"),
        (["stop"], ["kontanthjaelp"], RECLAIM, "at kræve for meget udbetalte beløb tilbage: kontanthjælp"),
        (["stop"], ["kontanthjaelp"], {**STOP, "reclaim_ore": 100}, "at kræve for meget udbetalte beløb tilbage"),
        (["reduce", "reclaim"], ["kontanthjaelp"], STOP, "at standse en ydelse: kontanthjælp"),
        (["stop", "reduce", "reclaim"], ["friplads"], STOP, "at standse en ydelse: kontanthjælp"),
        (["registration"], [], REDUCE, "at nedsætte en ydelse: kontanthjælp"),
    ],
)
def test_nothing_is_decided_that_the_hearing_did_not_mention(
    sqlite_town_list: TownList, considered: list[str], benefits: list[str], effect: Any, missing: str
) -> None:
    town = sqlite_town_list
    _heard(town, considered=considered, benefits=benefits)
    with pytest.raises(NotNow, match=NOT_HEARD) as refused:
        _propose(town, effect)
    assert f"{missing}" in refused.value.what
    assert "(person 1)" in refused.value.what
    assert "Send en ny partshøring" in refused.value.what
    assert town.case(HOME).state == "hearing"
    # heard again about it, with time to answer, it may be proposed: both hearings count
    _hear(town, considered=["stop", "reduce", "reclaim"], benefits=["kontanthjaelp"])
    with pytest.raises(NotNow, match="ikke udløbet"):
        _propose(town, effect)
    _wait(town)
    assert _propose(town, effect) in ("proposed", "decided")


def test_a_registration_is_corrected_only_when_the_hearing_said_so(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    _heard(town, considered=["stop", "reduce", "reclaim"])
    with pytest.raises(NotNow, match="at rette registreringen i CPR"):
        _propose(town, outcome="registration_corrected")
    _hear(town, considered=["registration"], benefits=[])
    _wait(town)
    assert _propose(town, outcome="registration_corrected") == "decided"


@pytest.mark.parametrize("outcome", ["registration_corrected", "benefit_changed"])
def test_each_adult_whose_registration_is_corrected_was_heard_about_it(
    sqlite_town_list: TownList, outcome: str
) -> None:
    town = sqlite_town_list
    both: dict[str, Any] = {"outcome": outcome, "corrected": ["1", "2"]}
    _heard(town, considered=["registration"], benefits=[])
    with pytest.raises(NotNow, match="Alle voksne"):
        _propose(town, INCREASE, **both)
    _hear(town, 2, considered=["stop"])
    _wait(town)
    with pytest.raises(NotNow, match=r"rette registreringen i CPR \(person 2\)\. "):
        _propose(town, INCREASE, **both)
    _hear(town, 2, considered=["registration"], benefits=[])
    _wait(town)
    assert _propose(town, INCREASE, **both) == "decided"


def test_a_correction_with_an_increase_goes_against_the_citizen(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    with pytest.raises(NotNow, match="partshørt"):
        _propose(town, INCREASE, corrected=["1"])
    assert _propose(town, INCREASE) == "decided"


def test_whoever_was_heard_about_a_stop_was_heard_about_a_part_of_it(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    _heard(town, considered=["stop"], benefits=["kontanthjaelp"])
    assert _propose(town, REDUCE) == "decided"


def test_each_adult_is_told_what_may_happen_to_that_adult(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    _hear(town, 1, considered=["reclaim"], benefits=["kontanthjaelp"])
    _hear(town, 2, considered=["increase"], benefits=["kontanthjaelp"])
    _wait(town)
    with pytest.raises(NotNow, match=r"kontanthjælp \(person 2\)\. "):
        _propose(town, RECLAIM, {**RECLAIM, **OTHERS})
    assert _propose(town, RECLAIM) == "proposed"


def test_what_is_in_the_citizens_favour_needs_no_hearing_about_it(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    _heard(town, considered=["stop"], benefits=["friplads"])
    assert _propose(town, INCREASE) == "decided"


def test_a_letter_without_a_word_of_what_is_considered_opens_no_way(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    _heard(town, considered=[], benefits=[])
    with pytest.raises(NotNow, match=NOT_HEARD):
        _propose(town, REDUCE)


def test_only_a_hearing_that_was_sent_counts(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    _heard(town, considered=["increase"])
    town.letter(HOME, "hearing", deadline=town.today() + dt.timedelta(days=30))
    with pytest.raises(NotNow, match=NOT_HEARD):
        _propose(town, STOP)


def test_each_change_is_considered_of_each_benefit_that_is_named() -> None:
    told = consequences(["registration", "stop", "increase"], ["friplads", "kontanthjaelp"])
    assert told == {
        OF_REGISTRATION, ("stop", "friplads"), ("stop", "kontanthjaelp"), ("increase", "friplads"),
        ("increase", "kontanthjaelp"),
    }  # fmt: skip
    assert consequences(["stop"], []) == frozenset()


def test_a_suspicion_during_a_hearing_is_told_of_before_anything_is_decided(town_list: TownList) -> None:
    town = town_list
    town.inform(HOME, ANNA)
    early = _hear(town, 1, 2)
    _wait(town)
    town.take(HOME, "suspect", ANNA, text="To forklaringer stemmer ikke overens.")
    # somebody must act at once: what lies with the citizens still asks
    assert town.case(HOME).deadline == town.today()
    with pytest.raises(NotNow, match=SILENCE):
        _propose(town, REDUCE)
    last = town.today() + dt.timedelta(days=14)
    first, second = (town.letter(HOME, "hearing", deadline=last, person=person) for person in (1, 2))
    with pytest.raises(InvalidForm, match=SILENCE):
        town.take(HOME, "hear", ANNA, letters=[first, second])
    with pytest.raises(InvalidForm, match="Alle, der er partshørt før mistanken"):
        town.take(HOME, "hear", ANNA, letters=[first], rights_told=True)
    assert town.take(HOME, "hear", ANNA, letters=[first, second], rights_told=True).deadline == last
    # an answer to what asked before the suspicion is kept, and ends nothing
    answered: dict[str, Any] = {"letter": early[0], "text": "Det passer.", "received_on": town.today().isoformat()}
    town.take(HOME, "hearing_answer", ANNA, **answered)
    with pytest.raises(NotNow, match="ikke udløbet"):
        _propose(town, REDUCE)
    _wait(town)
    assert _propose(town, REDUCE) == "decided"


def test_whoever_was_told_of_silence_need_not_be_told_again(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    _hear(town, 1, 2)
    town.take(HOME, "suspect", ANNA, text="To forklaringer stemmer ikke overens.")
    _hear(town, 1, 2)
    _hear(town, 1)
    _wait(town)
    assert _propose(town, REDUCE) == "decided"


def test_a_suspicion_before_the_hearing_is_told_of_by_its_letters(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    town.take(HOME, "suspect", ANNA, text="To forklaringer stemmer ikke overens.")
    _hear(town, 1)
    _wait(town)
    assert _propose(town, REDUCE) == "decided"


def test_a_suspicion_that_was_cleared_leaves_the_hearing_as_it_was(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    _hear(town, 1)
    last = town.case(HOME).deadline
    for code in ("suspect", "clear_suspicion"):
        town.take(HOME, code, ANNA, text="Forklaringen er kommet.")
    assert town.case(HOME).deadline == last
    _wait(town)
    assert _propose(town, REDUCE) == "decided"


def test_nobody_who_has_not_been_asked_stands_in_the_way_of_a_case_without_a_change(
    sqlite_town_list: TownList,
) -> None:
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    _hear(town, 1)
    town.take(HOME, "suspect", ANNA, text="To forklaringer stemmer ikke overens.")
    assert _propose(town, outcome="no_change", cause="none", rules=[]) == "decided"


@pytest.fixture
def named(sqlite_town_list: TownList, tmp_path: Path) -> TownList:
    name_everybody(sqlite_town_list.store, tmp_path)
    return sqlite_town_list


def _faults(town: TownList, kind: str, **fields: Any) -> list[str]:
    with pytest.raises(InvalidForm) as refused:
        write(town, HOME, kind, **fields)
    return [name for name, _ in refused.value.faults]


def test_a_hearing_letter_says_which_benefits_may_change(named: TownList) -> None:
    informed(named)
    assert _faults(named, "hearing", **hearing_fields(benefits=[])) == ["benefits"]
    assert write(named, HOME, "hearing", **hearing_fields(considered=["registration"], benefits=[]))


def test_what_a_letter_that_was_written_says_is_what_may_be_decided(named: TownList) -> None:
    informed(named)
    letter = write(named, HOME, "hearing", **hearing_fields(considered=["increase"]))
    named.take(HOME, "hear", ANNA, letters=[letter.letter_id])
    named.pass_days(40)
    with pytest.raises(NotNow, match="at standse en ydelse: kontanthjælp"):
        _propose(named, STOP)


def test_a_registration_is_told_corrected_to_those_who_were_heard_about_it(named: TownList) -> None:
    informed(named)
    about = (["registration"], ["stop"])
    letters = [
        write(named, HOME, "hearing", **hearing_fields(considered=each), recipient=str(person))
        for person, each in enumerate(about, start=1)
    ]
    named.take(HOME, "hear", ANNA, letters=[letter.letter_id for letter in letters])
    named.pass_days(40)
    with pytest.raises(NotNow, match=r"at rette registreringen i CPR \(person 2\)\. "):
        _propose(named, outcome="registration_corrected", corrected=["1", "2"])
    _propose(named, outcome="registration_corrected")
    told: dict[str, Any] = {"rules": ["cpr_11"], "reasoning": "Fordi.", "registration": "Fra i dag."}
    assert set(_faults(named, "decision", **told, recipient="2")) == {"registration"}
    assert write(named, HOME, "decision", **told)
