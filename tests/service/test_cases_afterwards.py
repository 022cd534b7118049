"""After the decision: appeals set effects aside, and what is paid or written off never exceeds what was claimed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from governance.errors import InvalidForm, NotNow, PermissionDenied
from service.cases.case import CaseFile
from service.cases.correcting import correction_of
from service.cases.effects import KeptEffect, announced_effects
from service.cases.standing import Taken, load_history
from service.outbox.tables import OUTBOX
from service.outcomes.export import load_outcomes
from tests.service.people import ANNA, BO, DPO, LEADER, a_caller
from tests.service.town import RECLAIM, REDUCE, STOP, TownList, a_proposal


def _effects(town: TownList) -> dict[str, KeptEffect]:
    with town.store.reading() as connection:
        return {each.effect: each for each in announced_effects(connection, town.ids["home-1"])}


def _today(town: TownList) -> str:
    return town.today().isoformat()


def _appeal(town: TownList) -> None:
    town.take("home-1", "appeal", LEADER, received_on=_today(town), text="Jeg er uenig.")


def test_an_appeal_sets_effects_aside_and_the_payers_hear_of_it(town_list: TownList) -> None:
    town = town_list
    town.announce("home-1", ANNA, BO, STOP, RECLAIM)
    _appeal(town)
    town.pass_days(40)
    stopped = _effects(town)["stopped"]
    case = town.take(
        "home-1", "appeal_outcome", LEADER, result="partly_reversed", reversed=[stopped.effect_id],
        decided_on=_today(town),
    )  # fmt: skip
    assert (case.state, case.outcome) == ("announced", "benefit_changed")
    kept = _effects(town)
    assert (kept["stopped"].reversed_on, kept["reclaim"].reversed_on) == (town.today(), None)
    with town.store.reading() as connection:
        handed = sa.select(OUTBOX.c.refers_to).where(OUTBOX.c.kind == "decision")
        assert len(connection.execute(handed).all()) == 2


@pytest.mark.parametrize(
    ("result", "named"),
    [("reversed", ["stopped"]), ("reversed", []), ("partly_reversed", []), ("partly_reversed", ["stopped", "reclaim"]),
     ("upheld", ["stopped"]), ("dismissed", ["reclaim"]), ("partly_reversed", ["made up"])],
)  # fmt: skip
def test_a_result_and_what_it_sets_aside_agree(sqlite_town_list: TownList, result: str, named: list[str]) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, STOP, RECLAIM)
    _appeal(town)
    effects = _effects(town)
    reversed_ids = [effects[name].effect_id if name in effects else name for name in named]
    with pytest.raises(InvalidForm):
        town.take(
            "home-1", "appeal_outcome", LEADER, result=result, reversed=reversed_ids, decided_on=_today(town)
        )  # fmt: skip


def test_an_effect_is_set_aside_once(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, STOP)
    _appeal(town)
    effect = _effects(town)["stopped"].effect_id
    outcome: dict[str, Any] = {"result": "reversed", "reversed": [effect], "decided_on": _today(town)}
    town.take("home-1", "appeal_outcome", LEADER, **outcome)
    _appeal(town)
    with pytest.raises(InvalidForm):
        town.take("home-1", "appeal_outcome", LEADER, **outcome)
    assert town.take("home-1", "appeal_outcome", LEADER, **{**outcome, "reversed": []}).state == "announced"


def _correct(town: TownList, *effects: dict[str, Any]) -> list[str]:
    """An appeal against a corrected registration and these effects; their ids."""
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(*effects, outcome="registration_corrected"))
    town.take("home-1", "announce", ANNA, letters=town.ending("home-1"))
    _appeal(town)
    return [each.effect_id for each in _effects(town).values()]


def _end(
    town: TownList, result: str, named: list[str], *, registration: bool, persons: tuple[str, ...] = ("1",)
) -> CaseFile:
    return town.take(
        "home-1", "appeal_outcome", LEADER, result=result, reversed=named,
        registration=list(persons) if registration else [],
        decided_on=_today(town),
    )  # fmt: skip


def _told(town: TownList) -> list[tuple[str, str, list[str]]]:
    """Receiver, outcome and effects of what was handed over after the decision itself."""
    with town.store.reading() as connection:
        asked = sa.select(OUTBOX.c.refers_to).where(OUTBOX.c.kind == "decision")
        found = [json.loads(each) for each in connection.execute(asked).scalars()]
    handed = [(each["receiver"], each["outcome"], each["effects"]) for each in found]
    return sorted(each for each in handed if each[1] != "registration_corrected")


def _exported(town: TownList) -> tuple[str, list[dt.date | None]]:
    """The outcome and the days of reversal that the registers get."""
    with town.store.reading() as connection:
        outcomes = load_outcomes(connection, home=town.settings.home)
    case = outcomes.cases.filter(case_id=town.ids["home-1"])
    effects = outcomes.effects.filter(case_id=town.ids["home-1"])
    return case["outcome"][0], effects["reversed_on"].to_list()


@pytest.mark.parametrize(("effects", "outcome"), [((), "no_change"), ((REDUCE,), "benefit_changed")])
def test_a_corrected_registration_that_was_set_aside_was_none(
    sqlite_town_list: TownList, effects: tuple[dict[str, Any], ...], outcome: str
) -> None:
    town = sqlite_town_list
    named = _correct(town, *effects)
    assert _end(town, "reversed", named, registration=True).outcome == outcome
    assert [each[:2] for each in _told(town)] == [
        (receiver, "registration_reversed") for receiver in (["BIF"] if effects else []) + ["CPR"]
    ]


def test_a_registration_falls_while_the_benefits_stay_changed(town_list: TownList) -> None:
    town = town_list
    _correct(town, REDUCE)
    assert _end(town, "partly_reversed", [], registration=True).outcome == "benefit_changed"
    assert [each.reversed_on for each in _effects(town).values()] == [None]
    # whoever pays hears nothing: what they were told stands
    assert _told(town) == [("CPR", "registration_reversed", [])]
    assert _exported(town) == ("benefit_changed", [None])
    assert town.events("home-1").count("case.appeal_outcome") == 1
    with town.store.reading() as connection:
        taken = load_history(connection, town.ids["home-1"])[-1]
    assert (taken.reason, taken.details["registration"], taken.details["reversed"]) == ("partly_reversed", [1], [])


def test_a_correction_beside_a_changed_benefit_falls_by_itself(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(REDUCE, corrected=["1"]))
    town.take("home-1", "announce", ANNA, letters=town.ending("home-1"))
    _appeal(town)
    with pytest.raises(InvalidForm, match="passer ikke"):
        _end(town, "reversed", [each.effect_id for each in _effects(town).values()], registration=False)
    assert _end(town, "partly_reversed", [], registration=True).outcome == "benefit_changed"
    with town.store.reading() as connection:
        correction = correction_of(load_history(connection, town.ids["home-1"]))
    assert (correction.persons, correction.reversed_on, correction.stands) == ((1,), town.today(), False)
    assert ("CPR", "registration_reversed", []) in _told(town)
    _appeal(town)
    with pytest.raises(InvalidForm, match="Ingen sådan rettelse"):
        _end(town, "partly_reversed", [], registration=True)


def test_the_correction_of_one_falls_while_the_other_s_stands(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    letters = [
        town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=14), person=n) for n in (1, 2)
    ]
    town.take("home-1", "hear", ANNA, letters=letters)
    for letter in letters:
        town.take("home-1", "hearing_answer", ANNA, letter=letter, text="Nej.", received_on=_today(town))
    town.take("home-1", "propose", ANNA, **a_proposal(outcome="registration_corrected", corrected=["1", "2"]))
    ending = [town.letter("home-1", "decision", person=person) for person in (1, 2)]
    town.take("home-1", "announce", ANNA, letters=ending)
    _appeal(town)
    with pytest.raises(InvalidForm, match="passer ikke"):
        _end(town, "reversed", [], registration=True, persons=("2",))
    assert _end(town, "partly_reversed", [], registration=True, persons=("2",)).outcome == "registration_corrected"
    with town.store.reading() as connection:
        correction = correction_of(load_history(connection, town.ids["home-1"]))
        asked = sa.select(OUTBOX.c.refers_to).where(OUTBOX.c.kind == "decision")
        told = [json.loads(each) for each in connection.execute(asked).scalars()]
    assert (correction.standing, correction.reversed_on) == ((1,), None)
    assert [each["corrected"] for each in told if each["outcome"] == "registration_reversed"] == [[2]]
    _appeal(town)
    with pytest.raises(InvalidForm, match="Ingen sådan rettelse"):
        _end(town, "reversed", [], registration=True, persons=("1", "2"))
    assert _end(town, "reversed", [], registration=True).outcome == "no_change"


def test_a_step_of_the_first_version_says_of_everybody() -> None:
    def taken(version: int, step: str, **details: Any) -> Taken:
        return Taken(version, dt.datetime(2024, 6, 1, tzinfo=dt.UTC), step, "anna", "", "", "", details)

    told = taken(1, "propose", corrected=[1, 2]), taken(2, "announce")
    ended = correction_of((*told, taken(3, "appeal_outcome", registration=True, decided_on="2024-06-02")))
    assert (ended.standing, ended.reversed_on) == ((), dt.date(2024, 6, 2))
    stands = correction_of((*told, taken(3, "appeal_outcome", registration=False, decided_on="2024-06-02")))
    assert stands.standing == (1, 2)


def test_benefits_fall_while_the_registration_stays_corrected(town_list: TownList) -> None:
    town = town_list
    named = _correct(town, REDUCE)
    assert _end(town, "partly_reversed", named, registration=False).outcome == "registration_corrected"
    assert _told(town) == [("BIF", "reversed", named)]
    assert _exported(town) == ("registration_corrected", [town.today()])
    # what is left falls by itself at the next appeal
    _appeal(town)
    with pytest.raises(InvalidForm, match="passer ikke"):
        _end(town, "partly_reversed", [], registration=True)
    assert _end(town, "reversed", [], registration=True).outcome == "benefit_changed"
    assert _exported(town) == ("benefit_changed", [town.today()])
    _appeal(town)
    with pytest.raises(InvalidForm, match="Ingen sådan rettelse"):
        _end(town, "reversed", [], registration=True)


@pytest.mark.parametrize(
    ("result", "all_effects", "registration"),
    [("reversed", True, False), ("reversed", False, True), ("partly_reversed", True, True),
     ("partly_reversed", False, False), ("upheld", False, True), ("dismissed", False, True)],
)  # fmt: skip
def test_a_result_and_the_registration_agree(
    sqlite_town_list: TownList, result: str, all_effects: bool, registration: bool
) -> None:
    named = _correct(sqlite_town_list, REDUCE)
    with pytest.raises(InvalidForm, match="passer ikke"):
        _end(sqlite_town_list, result, named if all_effects else [], registration=registration)
    assert sqlite_town_list.case("home-1").outcome == "registration_corrected"


def test_no_registration_falls_that_was_not_corrected(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, STOP)
    _appeal(town)
    with pytest.raises(InvalidForm, match="Ingen sådan rettelse"):
        _end(town, "partly_reversed", [], registration=True)


def test_a_closed_case_may_be_appealed(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO)
    town.take("home-1", "close", ANNA)
    with pytest.raises(InvalidForm, match="Dagen"):
        town.take("home-1", "appeal", LEADER, received_on="2024-05-01", text="For tidligt.")
    _appeal(town)
    assert town.case("home-1").state == "appealed"
    with pytest.raises(NotNow):
        town.take("home-1", "close", ANNA)


def test_no_more_is_paid_back_than_was_claimed(town_list: TownList) -> None:
    town = town_list
    town.announce("home-1", ANNA, BO, STOP, RECLAIM)
    claim = _effects(town)["reclaim"].effect_id
    town.take("home-1", "collect", LEADER, effect=claim, amount_ore="3.000,00", on_day=_today(town))
    with pytest.raises(InvalidForm, match="det, der skyldes"):
        town.take("home-1", "collect", LEADER, effect=claim, amount_ore=200_001, on_day=_today(town))
    write_off = {"effect": claim, "amount_ore": 200_000, "on_day": _today(town), "reason": "hardship"}
    town.take("home-1", "write_off", LEADER, **write_off)
    kept = _effects(town)["reclaim"]
    assert (kept.collected_ore, kept.written_off_ore, kept.owed_ore) == (300_000, 200_000, 0)
    with pytest.raises(InvalidForm):
        town.take("home-1", "write_off", LEADER, **{**write_off, "amount_ore": 1})


@pytest.mark.parametrize("amount_ore", [0, -100, 500_001])
def test_only_what_is_owed_is_collected(sqlite_town_list: TownList, amount_ore: int) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, STOP, RECLAIM)
    effects = _effects(town)
    day = _today(town)
    for effect, amount in ((effects["reclaim"].effect_id, amount_ore), (effects["stopped"].effect_id, 100)):
        with pytest.raises(InvalidForm):
            town.take("home-1", "collect", LEADER, effect=effect, amount_ore=amount, on_day=day)
    with pytest.raises(InvalidForm, match="Dagen"):
        town.take(
            "home-1", "collect", LEADER, effect=effects["reclaim"].effect_id, amount_ore=1, on_day="2024-05-31"
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        town.take("home-1", "collect", DPO, effect=effects["reclaim"].effect_id, amount_ore=1, on_day=day)


def test_nothing_is_collected_on_a_claim_that_was_set_aside(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, RECLAIM)
    claim = _effects(town)["reclaim"].effect_id
    _appeal(town)
    town.take("home-1", "appeal_outcome", LEADER, result="reversed", reversed=[claim], decided_on=_today(town))
    with pytest.raises(InvalidForm, match="står ved magt"):
        town.take("home-1", "collect", LEADER, effect=claim, amount_ore=1, on_day=_today(town))


def _reopen(town: TownList) -> CaseFile:
    town.announce("home-1", ANNA, BO, STOP)
    return town.take("home-1", "reopen", DPO, text="Hun flyttede i 2019.")


def test_a_decision_is_reopened_by_one_and_settled_by_another_who_did_not_propose_it(town_list: TownList) -> None:
    town = town_list
    assert _reopen(town).state == "appealed"
    ended = {
        "result": "reversed", "reversed": [each.effect_id for each in _effects(town).values()],
        "decided_on": _today(town),
    }  # fmt: skip
    with pytest.raises(NotNow, match="hverken har genoptaget eller indstillet"):
        town.take("home-1", "appeal_outcome", ANNA, **ended)
    assert town.take("home-1", "appeal_outcome", BO, **ended).state == "announced"
    assert [each.reversed_on for each in _effects(town).values()] == [town.today()]
    assert _told(town)[-1][1] == "reversed", "the benefit systems hear of it"
    with pytest.raises(NotNow, match="står ved magt"):
        town.take("home-1", "reopen", DPO, text="Igen.")


def test_who_reopened_does_not_settle_whatever_else_they_may(sqlite_town_list: TownList) -> None:
    town, both = sqlite_town_list, a_caller("dpo", ("dpo", "BIF"), ("caseworker", "BIF"))
    _reopen(town)
    with pytest.raises(NotNow, match="hverken har genoptaget"):
        town.take("home-1", "appeal_outcome", both, result="upheld", decided_on=_today(town))


def test_an_appeal_of_the_citizen_s_is_settled_as_before(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, STOP)
    _appeal(town)
    assert town.take("home-1", "appeal_outcome", ANNA, result="upheld", decided_on=_today(town)).state == "announced"


def test_a_case_without_a_decision_that_stands_is_not_reopened(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    town.take("home-1", "propose", ANNA, outcome="no_change", cause="none", grounds="Intet at rette.")
    endings = [town.letter("home-1", "closing", person=person) for person in (1, 2)]
    town.take("home-1", "announce", ANNA, letters=endings)
    with pytest.raises(NotNow, match="står ved magt"):
        town.take("home-1", "reopen", DPO, text="x")
