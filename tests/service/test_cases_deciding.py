"""From an opened case to an announced decision: the citizen is heard, and two persons stop or reclaim."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from governance.errors import InvalidForm, NotNow, PermissionDenied
from service.cases.effects import announced_effects
from service.cases.standing import load_history
from service.outbox.tables import OUTBOX
from tests.service.people import ANNA, BO, CARL, LEADER
from tests.service.town import A_FACT, INCREASE, RECLAIM, REDUCE, STOP, TownList, a_proposal

ADVERSE = [
    a_proposal(STOP), a_proposal(RECLAIM), a_proposal(REDUCE),
    a_proposal(outcome="registration_corrected"),
]  # fmt: skip


def test_the_whole_life_of_a_case(town_list: TownList) -> None:
    case = town_list.announce("home-1", ANNA, BO, STOP, RECLAIM)
    assert (case.state, case.outcome, case.cause) == ("announced", "benefit_changed", "better_knowledge")
    # four weeks end on a Saturday
    assert (case.closed_on, case.deadline) == (town_list.today(), dt.date(2024, 7, 1))
    assert town_list.take("home-1", "close", ANNA).state == "closed"
    assert [each.removeprefix("case.") for each in town_list.events("home-1")] == [
        "claim", "first_look", "record_fact", "open", "inform", "hear", "hearing_answer", "propose", "second_look",
        "approve", "announce", "close",
    ]  # fmt: skip


@pytest.mark.parametrize("proposal", ADVERSE)
@pytest.mark.parametrize("state", ["opened", "informed", "gathering", "hearing"])
def test_nobody_is_decided_against_unheard(sqlite_town_list: TownList, proposal: dict[str, Any], state: str) -> None:
    town = sqlite_town_list
    {"opened": town.open, "informed": town.inform, "gathering": town.inform, "hearing": town.hear}[state](
        "home-1", ANNA
    )
    if state == "gathering":
        town.take("home-1", "demand_information", ANNA, text="Lejekontrakt", deadline="2024-06-20")
    assert town.case("home-1").state == state
    with pytest.raises(NotNow, match=r"partshørt|Høringsfristen"):
        town.take("home-1", "propose", ANNA, **proposal)
    assert town.case("home-1").state == state


@pytest.mark.parametrize("proposal", ADVERSE)
def test_whoever_let_the_deadline_pass_was_heard(sqlite_town_list: TownList, proposal: dict[str, Any]) -> None:
    town = sqlite_town_list
    town.hear("home-1", ANNA)
    town.pass_days(14)
    with pytest.raises(NotNow, match="Høringsfristen"):
        town.take("home-1", "propose", ANNA, **proposal)
    town.pass_days(1)
    assert town.take("home-1", "propose", ANNA, **proposal).state in ("proposed", "decided")


def test_everybody_who_was_asked_may_answer(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    day = town.today() + dt.timedelta(days=14)
    first, second = (town.letter("home-1", "hearing", deadline=day) for _ in range(2))
    town.take("home-1", "hear", ANNA, letters=[first, second])
    said = {"text": "Ja.", "received_on": town.today().isoformat()}
    town.take("home-1", "hearing_answer", ANNA, letter=first, **said)
    with pytest.raises(NotNow, match="ikke alle har svaret"):
        town.take("home-1", "propose", ANNA, **a_proposal(STOP))
    town.take("home-1", "hearing_answer", ANNA, letter=second, **said)
    assert town.take("home-1", "propose", ANNA, **a_proposal(STOP)).state == "proposed"


def test_everybody_concerned_is_asked_and_told(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    both = a_proposal(REDUCE, {**REDUCE, "person": 2, "grant": 2, "benefit": "friplads"})
    with pytest.raises(NotNow, match="Alle voksne"):
        town.take("home-1", "propose", ANNA, **both)
    second = town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=14), person=2)
    town.take("home-1", "hear", ANNA, letters=[second])
    town.pass_days(15)
    town.take("home-1", "propose", ANNA, **both)
    # what is paid of the second grant is not known
    town.take("home-1", "second_look", BO, assessment="change")
    town.take("home-1", "approve", BO)
    letters = [town.letter("home-1", "decision", person=person) for person in (1, 2)]
    with pytest.raises(InvalidForm, match="Alle voksne"):
        town.take("home-1", "announce", ANNA, letters=letters[:1])
    assert town.take("home-1", "announce", ANNA, letters=letters).state == "announced"


def test_a_new_fact_must_be_heard_too(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "record_fact", ANNA, **(A_FACT | {"source": "citizen"}))
    told_by_the_citizen = town.case("home-1").version
    town.take("home-1", "record_fact", ANNA, **A_FACT)
    assert told_by_the_citizen
    with pytest.raises(NotNow, match="efter partshøringen"):
        town.take("home-1", "propose", ANNA, **a_proposal(STOP))
    old = town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=14))
    town.take("home-1", "record_fact", ANNA, **A_FACT)
    with pytest.raises(InvalidForm, match="Dan et nyt"):
        town.take("home-1", "hear", ANNA, letters=[old])


@pytest.mark.parametrize("alone", [True, False])
def test_what_the_only_adult_told_needs_no_new_hearing(
    sqlite_town_list: TownList, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    town = sqlite_town_list
    if alone:
        monkeypatch.setattr("service.cases.hearing.adults_of", lambda snapshot, today: frozenset({"home-1-a"}))
    town.answer("home-1", ANNA)
    town.take("home-1", "record_fact", ANNA, **(A_FACT | {"source": "citizen"}))
    if alone:
        assert town.take("home-1", "propose", ANNA, **a_proposal(STOP)).state == "proposed"
        return
    # one of two has told it: the other has a right to hear of it
    with pytest.raises(NotNow, match="efter partshøringen"):
        town.take("home-1", "propose", ANNA, **a_proposal(STOP))


@pytest.mark.parametrize(("days", "kind"), [(13, "hearing"), (14, "orientation"), (None, "hearing")])
def test_a_hearing_gives_time(sqlite_town_list: TownList, days: int | None, kind: str) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    deadline = None if days is None else town.today() + dt.timedelta(days=days)
    letter = town.letter("home-1", kind, deadline=deadline)
    with pytest.raises(InvalidForm):
        town.take("home-1", "hear", ANNA, letters=[letter])


def test_a_letter_is_the_cases_own_and_is_sent_once(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.open("home-1", ANNA)
    town.open("home-2", ANNA)
    with pytest.raises(InvalidForm):
        town.take("home-1", "inform", ANNA, letters=[town.letter("home-2", "orientation")])
    letter = town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=20))
    town.take("home-1", "inform", ANNA, letters=town.orientations("home-1"))
    town.take("home-1", "hear", ANNA, letters=[letter])
    with pytest.raises(InvalidForm, match="allerede sendt"):
        town.take("home-1", "hear", ANNA, letters=[letter])
    with town.store.reading() as connection:
        kinds = sorted(connection.execute(sa.select(OUTBOX.c.kind)).scalars())
    assert kinds == ["digital_post"] * 3 + ["journal"] * 3


OF_UDBETALING_DANMARK = {**RECLAIM, "person": 2, "benefit": "boligstoette"}


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        (["rules"], {"rules": ["lasp_11"]}),
        (["rules"], {"rules": ["lasp_11", "dtl_93"]}),
        (["cause"], {"cause": "honest_mistake"}),
        (["cause"], {"cause": "authority_error"}),
        (["rules"], {"rules": ["lasp_11"], "cause": "honest_mistake"}),
        ([], {}),
        ([], {"rules": ["lasp_91"]}),
        # what others decide about they claim themselves
        ([], {"effects": [OF_UDBETALING_DANMARK], "rules": ["udk"], "cause": "honest_mistake"}),
    ],
)
def test_money_is_claimed_back_by_a_rule_that_the_error_meets(
    sqlite_town_list: TownList, fields: list[str], changed: dict[str, Any]
) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    proposal = a_proposal(RECLAIM, **changed)
    if not fields:
        if "effects" in changed:
            town.take("home-1", "hear", ANNA, letters=[
                town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=14), person=2)
            ])  # fmt: skip
            town.pass_days(15)
        assert town.take("home-1", "propose", ANNA, **proposal).state == "proposed"
        return
    with pytest.raises(InvalidForm) as refused:
        town.take("home-1", "propose", ANNA, **proposal)
    assert [name for name, _ in refused.value.faults] == fields


def test_a_demand_ends_on_a_day_when_offices_are_open(sqlite_town_list: TownList) -> None:
    sqlite_town_list.inform("home-1", ANNA)
    case = sqlite_town_list.take("home-1", "demand_information", ANNA, text="Lejekontrakt", deadline="2024-12-24")
    assert case.deadline == dt.date(2024, 12, 27)


@pytest.mark.parametrize("effect", [STOP, RECLAIM, {**REDUCE, "reclaim_ore": 100}])
def test_stopping_and_reclaiming_take_four_eyes(sqlite_town_list: TownList, effect: dict[str, Any]) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    assert town.take("home-1", "propose", ANNA, **a_proposal(effect)).state == "proposed"
    for code, fields in (("second_look", {"assessment": "change"}), ("approve", {})):
        with pytest.raises(NotNow, match="En anden"):
            town.take("home-1", code, ANNA, **fields)
    with pytest.raises(NotNow, match="din egen vurdering"):
        town.take("home-1", "approve", BO)
    town.take("home-1", "second_look", CARL, assessment="change")
    with pytest.raises(NotNow, match="din egen vurdering"):
        town.take("home-1", "approve", BO)
    town.take("home-1", "second_look", BO, assessment="unsure")
    case = town.take("home-1", "approve", BO)
    assert (case.state, case.outcome) == ("decided", "benefit_changed")


@pytest.mark.parametrize(
    "proposal",
    [
        a_proposal(REDUCE), a_proposal(INCREASE), a_proposal(outcome="registration_corrected"),
        a_proposal(outcome="no_change", cause="none", rules=[]),
        a_proposal(outcome="inconclusive", cause="none", rules=[]),
    ],
)  # fmt: skip
def test_the_rest_is_decided_by_one(sqlite_town_list: TownList, proposal: dict[str, Any]) -> None:
    sqlite_town_list.answer("home-1", ANNA)
    case = sqlite_town_list.take("home-1", "propose", ANNA, **proposal)
    assert (case.state, case.outcome) == ("decided", proposal["outcome"])


def test_who_has_the_case_does_not_approve_it_for_a_colleague(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(STOP))
    town.take("home-1", "release", ANNA)
    town.take("home-1", "claim", BO)
    for caller in (ANNA, BO):
        with pytest.raises(NotNow, match="En anden"):
            town.take("home-1", "second_look", caller, assessment="change")
    town.take("home-1", "second_look", LEADER, assessment="change")
    assert town.take("home-1", "approve", LEADER).state == "decided"


def test_a_new_proposal_takes_a_new_look(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(STOP))
    town.take("home-1", "second_look", BO, assessment="no_change")
    assert town.take("home-1", "send_back", BO, reason="amount", text="Tjek beløbet.").state == "hearing"
    town.take("home-1", "propose", ANNA, **a_proposal(RECLAIM))
    with pytest.raises(NotNow, match="din egen vurdering"):
        town.take("home-1", "approve", BO)


def test_only_what_was_announced_counts(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.decide("home-1", ANNA, BO, STOP)
    assert town.take("home-1", "withdraw", ANNA).outcome is None
    town.take("home-1", "refer", ANNA, to="tax", text="Overgår til SKAT.", letters=town.ending("home-1", "closing"))
    with town.store.reading() as connection:
        assert announced_effects(connection, town.ids["home-1"]) == ()
    with pytest.raises(InvalidForm, match="ikke meddelt"):
        town.take("home-1", "appeal", ANNA, received_on=town.today().isoformat(), text="Klage")


WRONG = [
    ("effects.0.person", {**STOP, "person": 9}),
    ("effects.0.grant", {**STOP, "grant": 2}),
    ("effects.0.grant", {**STOP, "benefit": "friplads"}),
    ("effects.0.monthly_change_ore", {**STOP, "monthly_change_ore": 5}),
    ("effects.0.monthly_change_ore", {**REDUCE, "monthly_change_ore": 0}),
    ("effects.0.monthly_change_ore", {**INCREASE, "monthly_change_ore": -5}),
    ("effects.0.monthly_change_ore", {**RECLAIM, "monthly_change_ore": -5}),
    ("effects.0.effect", {**REDUCE, "monthly_change_ore": -1_155_400}),
    ("effects.0.reclaim_ore", {**RECLAIM, "reclaim_ore": 0}),
    ("effects.0.reclaim_ore", {**STOP, "reclaim_ore": -1}),
    ("effects.0.reclaim_ore", {**INCREASE, "reclaim_ore": 1}),
]


@pytest.mark.parametrize(("field", "effect"), WRONG)
def test_effects_keep_the_rules_of_the_register(sqlite_town_list: TownList, field: str, effect: dict[str, Any]) -> None:
    sqlite_town_list.answer("home-1", ANNA)
    with pytest.raises(InvalidForm) as refused:
        sqlite_town_list.take("home-1", "propose", ANNA, **a_proposal(effect))
    assert field in [name for name, _ in refused.value.faults]


@pytest.mark.parametrize(
    ("field", "proposal"),
    [
        ("effects.1.effect", a_proposal(STOP, STOP)),
        ("effects", a_proposal()),
        ("effects", a_proposal(STOP, outcome="no_change", cause="none")),
        ("corrected", a_proposal(outcome="registration_corrected", corrected=[])),
        ("corrected", a_proposal(outcome="registration_corrected", corrected=["1", "3"])),
        ("corrected", a_proposal(STOP, corrected=["home-1-a"])),
        ("corrected", a_proposal(STOP, corrected=["01"])),
        ("corrected", a_proposal(outcome="no_change", cause="none", rules=[], corrected=["1"])),
        ("cause", a_proposal(STOP, cause="none")),
        ("cause", a_proposal(STOP, cause="suspected_intent")),
        ("rules", a_proposal(STOP, rules=[])),
        ("rules", a_proposal(STOP, rules=["made_up"])),
        ("outcome", a_proposal(STOP, outcome="referred")),
        ("grounds", a_proposal(STOP, grounds=" ")),
    ],
)
def test_a_proposal_holds_together(sqlite_town_list: TownList, field: str, proposal: dict[str, Any]) -> None:
    sqlite_town_list.answer("home-1", ANNA)
    with pytest.raises(InvalidForm) as refused:
        sqlite_town_list.take("home-1", "propose", ANNA, **proposal)
    assert field in [name for name, _ in refused.value.faults]


def test_a_child_is_named_by_whoever_has_custody(sqlite_town_list: TownList, monkeypatch: pytest.MonkeyPatch) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    monkeypatch.setattr("service.cases.correcting.adults_of", lambda snapshot, today: frozenset({"home-1-a"}))
    with pytest.raises(InvalidForm, match="Vælg blandt de voksne"):
        town.take("home-1", "propose", ANNA, **a_proposal(outcome="registration_corrected", corrected=["1", "2"]))
    town.take("home-1", "propose", ANNA, **a_proposal(outcome="registration_corrected", corrected=["1"]))


@pytest.mark.parametrize("proposal", [
    a_proposal(outcome="registration_corrected", corrected=["1", "2"]), a_proposal(REDUCE, corrected=["2", "2"]),
])  # fmt: skip
def test_whoever_is_corrected_is_told_and_not_that_nothing_is_changed(
    sqlite_town_list: TownList, proposal: dict[str, Any]
) -> None:
    town = sqlite_town_list
    _both_informed(town)
    last = town.today() + dt.timedelta(days=14)
    town.take("home-1", "hear", ANNA, letters=[town.letter("home-1", "hearing", deadline=last, person=2)])
    town.pass_days(15)
    town.take("home-1", "propose", ANNA, **proposal)
    with town.store.reading() as connection:
        kept = load_history(connection, town.ids["home-1"])[-1].details["corrected"]
    assert kept == sorted({int(each) for each in proposal["corrected"]})
    first, second = (town.letter("home-1", "decision", person=each) for each in (1, 2))
    closing = town.letter("home-1", "closing", person=2)
    for letters, said in (([first, closing], "have afgørelsen"), ([first, second, closing], "intet ændres")):
        with pytest.raises(InvalidForm, match=said):
            town.take("home-1", "announce", ANNA, letters=letters)
    assert town.take("home-1", "announce", ANNA, letters=[first, second]).state == "announced"


def test_a_suspicion_stops_demands(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    demand = {"text": "Lejekontrakt", "deadline": "2024-06-20"}
    town.take("home-1", "demand_information", ANNA, **demand)
    case = town.take("home-1", "suspect", ANNA, text="Dokumentet ser ændret ud.")
    assert (case.suspicion, case.deadline) == (True, None)
    with pytest.raises(NotNow, match="afkræves"):
        town.take("home-1", "demand_information", ANNA, **demand)
    letter = town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=20))
    with pytest.raises(InvalidForm, match="retten til ikke at udtale sig"):
        town.take("home-1", "hear", ANNA, letters=[letter])
    town.take("home-1", "hear", ANNA, letters=[letter], rights_told=True)
    town.take("home-1", "clear_suspicion", ANNA, text="Forklaret.")
    assert not town.case("home-1").suspicion


@pytest.mark.parametrize(("kind", "step"), [("orientation", "inform"), ("hearing", "hear")])
@pytest.mark.parametrize("changes", [("suspect",), ("suspect", "clear_suspicion")])
def test_a_letter_from_before_a_suspicion_is_not_sent_after_it(
    sqlite_town_list: TownList, kind: str, step: str, changes: tuple[str, ...]
) -> None:
    town = sqlite_town_list
    town.open("home-1", ANNA) if step == "inform" else town.inform("home-1", ANNA)
    deadline = town.today() + dt.timedelta(days=20) if step == "hear" else None
    asks = town.letter("home-1", kind, deadline=deadline)
    for change in changes:
        town.take("home-1", change, ANNA, text="Konkret.")
    told = {"rights_told": True} if step == "hear" else {}
    with pytest.raises(InvalidForm, match="Dan et nyt"):
        town.take("home-1", step, ANNA, letters=[asks], **told)
    again = [town.letter("home-1", kind, deadline=deadline, person=person) for person in (1, 2)]
    assert town.take("home-1", step, ANNA, letters=again, **told).state in ("informed", "hearing")


@pytest.mark.parametrize(
    ("suspicion", "ground", "reference", "taken"),
    [(False, "consent", "2024-17", True), (False, "court_order", "2024-17", True), (False, "", "2024-17", False),
     (False, "consent", "", False), (False, "general_search", "2024-17", False), (True, "consent", "2024-17", False),
     (True, "court_order", "2024-17", True)],
)  # fmt: skip
def test_a_home_is_visited_by_consent_or_court_order(
    sqlite_town_list: TownList, suspicion: bool, ground: str, reference: str, taken: bool
) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    if suspicion:
        town.take("home-1", "suspect", ANNA, text="Konkret mistanke.")
    seen = {"visited_on": town.today().isoformat(), "text": "To beboere."}
    if not taken:
        with pytest.raises(InvalidForm):
            town.take("home-1", "visit", ANNA, ground=ground, reference=reference, **seen)
    else:
        assert town.take("home-1", "visit", ANNA, ground=ground, reference=reference, **seen).state == "gathering"


def test_only_a_suspicion_goes_to_the_police_and_then_untold(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    with pytest.raises(InvalidForm, match="politiet"):
        town.take("home-1", "refer", ANNA, to="police", text="Se bilag.", letters=town.ending("home-1", "closing"))
    with pytest.raises(InvalidForm, match="besked"):
        town.take("home-1", "refer", ANNA, to="tax", text="Se bilag.")
    town.take("home-1", "suspect", ANNA, text="Konkret mistanke.")
    case = town.take("home-1", "refer", ANNA, to="police", text="Se bilag.")
    assert (case.state, case.outcome, case.cause) == ("closed", "referred", "suspected_intent")


@pytest.mark.parametrize("code", ["announce", "refer"])
def test_whoever_was_written_to_hears_how_it_ended(sqlite_town_list: TownList, code: str) -> None:
    town = sqlite_town_list
    town.open("home-1", ANNA)
    town.take("home-1", "inform", ANNA, letters=town.orientations("home-1"))
    if code == "announce":
        town.take("home-1", "propose", ANNA, outcome="no_change", cause="none", grounds="Intet fundet.")
    more = {"to": "tax", "text": "Se bilag."} if code == "refer" else {}
    letters = [town.letter("home-1", "closing", person=each) for each in (1, 2)]
    with pytest.raises(InvalidForm, match="har fået brev"):
        town.take("home-1", code, ANNA, letters=letters[:1], **more)
    assert town.take("home-1", code, ANNA, letters=letters, **more).state in ("announced", "closed")


def _both_informed(town: TownList) -> None:
    town.open("home-1", ANNA)
    town.take("home-1", "inform", ANNA, letters=town.orientations("home-1"))
    hearing = town.letter("home-1", "hearing", deadline=town.today() + dt.timedelta(days=14))
    town.take("home-1", "hear", ANNA, letters=[hearing])
    town.pass_days(15)


@pytest.mark.parametrize("proposal", [a_proposal(REDUCE), a_proposal(outcome="registration_corrected")])
def test_whoever_is_not_changed_hears_of_the_end_too(sqlite_town_list: TownList, proposal: dict[str, Any]) -> None:
    town = sqlite_town_list
    _both_informed(town)
    town.take("home-1", "propose", ANNA, **proposal)
    decision, closing = town.letter("home-1", "decision"), town.letter("home-1", "closing", person=2)
    with pytest.raises(InvalidForm, match="har fået brev"):
        town.take("home-1", "announce", ANNA, letters=[decision])
    with pytest.raises(InvalidForm, match=r"skal meddeles|have afgørelsen"):
        town.take("home-1", "announce", ANNA, letters=[closing])
    assert town.take("home-1", "announce", ANNA, letters=[decision, closing]).state == "announced"


def test_whoever_is_changed_is_not_told_that_nothing_is(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    _both_informed(town)
    town.take("home-1", "propose", ANNA, **a_proposal(REDUCE))
    first, second = (town.letter("home-1", "decision", person=each) for each in (1, 2))
    closings = [town.letter("home-1", "closing", person=each) for each in (1, 2)]
    with pytest.raises(InvalidForm, match="have afgørelsen"):
        town.take("home-1", "announce", ANNA, letters=[closings[0], second])
    for letters in ([first, *closings], [first, second, closings[1]]):
        with pytest.raises(InvalidForm, match="intet ændres"):
            town.take("home-1", "announce", ANNA, letters=letters)
    assert town.take("home-1", "announce", ANNA, letters=[first, second]).state == "announced"


@pytest.mark.parametrize(("told", "missing"), [((1,), "person 2"), ((2,), "person 1")])
def test_every_adult_is_informed(sqlite_town_list: TownList, told: tuple[int, ...], missing: str) -> None:
    town = sqlite_town_list
    town.open("home-1", ANNA)
    letters = [town.letter("home-1", "orientation", person=person) for person in told]
    with pytest.raises(InvalidForm, match=f"mangler brev til {missing}\\."):
        town.take("home-1", "inform", ANNA, letters=letters)
    assert town.case("home-1").state == "opened"
    assert town.take("home-1", "inform", ANNA, letters=town.orientations("home-1")).state == "informed"


@pytest.mark.parametrize("state", ["informed", "gathering", "hearing"])
def test_whoever_was_missed_is_informed_later(sqlite_town_list: TownList, state: str) -> None:
    town = sqlite_town_list
    {"informed": town.inform, "gathering": town.inform, "hearing": town.hear}[state]("home-1", ANNA)
    if state == "gathering":
        town.take("home-1", "demand_information", ANNA, text="Lejekontrakt", deadline="2024-06-20")
    with pytest.raises(InvalidForm, match="rigtige slags"):
        town.take("home-1", "inform_another", ANNA, letters=[town.letter("home-1", "closing", person=2)])
    late = town.letter("home-1", "orientation", person=2)
    assert town.take("home-1", "inform_another", ANNA, letters=[late]).state == state
    with pytest.raises(InvalidForm, match="allerede sendt"):
        town.take("home-1", "inform_another", ANNA, letters=[late])


def test_nobody_is_heard_in_a_case_that_somebody_knows_nothing_of(
    sqlite_town_list: TownList, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = sqlite_town_list
    town.open("home-1", ANNA)
    with monkeypatch.context() as younger:
        younger.setattr("service.cases.telling.adults_of", lambda snapshot, today: frozenset({"home-1-a"}))
        town.take("home-1", "inform", ANNA, letters=[town.letter("home-1", "orientation")])
    deadline = town.today() + dt.timedelta(days=20)
    with pytest.raises(InvalidForm, match="mangler brev til person 2"):
        town.take("home-1", "hear", ANNA, letters=[town.letter("home-1", "hearing", deadline=deadline)])
    town.take("home-1", "inform_another", ANNA, letters=[town.letter("home-1", "orientation", person=2)])
    heard = town.take("home-1", "hear", ANNA, letters=[town.letter("home-1", "hearing", deadline=deadline)])
    assert heard.state == "hearing"


def test_a_decision_is_told_by_a_letter_made_after_it(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    early = town.letter("home-1", "decision")
    town.take("home-1", "propose", ANNA, **a_proposal(REDUCE))
    for letters in ([early], [town.letter("home-1", "closing")], []):
        with pytest.raises(InvalidForm):
            town.take("home-1", "announce", ANNA, letters=letters)
    assert town.take("home-1", "announce", ANNA, letters=town.ending("home-1")).state == "announced"


def test_only_the_owner_works_on_a_case(sqlite_town_list: TownList) -> None:
    sqlite_town_list.inform("home-1", ANNA)
    with pytest.raises(PermissionDenied, match="Kun den"):
        sqlite_town_list.take("home-1", "add_note", BO, text="Nej.")
