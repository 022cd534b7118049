"""What is seen, by whom and when: reasons after the own look, a proposal after the own assessment, never an arm."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from builders import DAY

from governance.access.caller import Caller
from governance.as_of import months_before
from governance.errors import PermissionDenied
from governance.store.opening import Store
from service.cases.choices import fields_for
from service.cases.leads import enter_lead
from service.cases.reading import CaseView, Cursor, LeadSeen, WorklistPage, case_view, worklist_page
from service.cases.standing import Standing
from service.cases.states import SECOND_ASSESSMENTS
from service.cases.step import STEPS
from service.cases.vault import load_vault
from service.letters.rules import load_letter_texts
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, BO, BUF_ONLY, DPO, EVALUATOR, LEADER, a_caller
from tests.service.town import AGAINST, FOR, HOMES, RECLAIM, STOP, TownList, a_proposal, a_town_list, take_in_list


def _page(town: TownList, caller: Caller, **asked: Any) -> WorklistPage:
    with town.store.reading() as connection:
        asked = {"scope": "all", "today": town.today(), **asked}
        return worklist_page(connection, caller=caller, vault=load_vault(town.settings), **asked)


def _homes(town: TownList, page: WorklistPage) -> list[str]:
    names = {case_id: home for home, case_id in town.ids.items()}
    return [names[row.case_id] for row in page.rows]


def _view(town: TownList, home: str, caller: Caller) -> CaseView:
    with town.store.reading() as connection:
        return case_view(
            connection, town.case(home), caller=caller, settings=town.settings, today=town.today(),
            vault=load_vault(town.settings),
        )  # fmt: skip


@pytest.fixture
def blind_town(tmp_path: object, clock: TickingClock, open_service_store: Callable[..., Store]) -> TownList:
    return a_town_list(open_service_store(f"sqlite:///{tmp_path}/blind.db", clock, blind_share=1.0))


def test_the_list_stands_in_its_order_a_page_at_a_time(town_list: TownList) -> None:
    town = town_list
    town.pass_days(1)
    take_in_list(town.store, tuple(reversed(HOMES[:4])), run_id="run-2")
    town.pass_days(1)
    seen, after = [], None
    while True:
        page = _page(town, ANNA, scope="team", size=3, after=after)
        seen += _homes(town, page)
        after = page.next
        assert page.total == 4
        if after is None:
            break
    assert seen == ["home-4", "home-3", "home-2", "home-1"]


def test_a_cursor_of_equal_places_misses_nobody(town_list: TownList) -> None:
    with town_list.store.act("capacity.set") as act:
        import sqlalchemy as sa

        act.connection.execute(sa.text("UPDATE case_file SET place = 1"))
    seen: list[str] = []
    after: Cursor | None = None
    for _ in range(6):
        page = _page(town_list, ANNA, size=1, after=after)
        seen += _homes(town_list, page)
        after = page.next
    assert (sorted(seen), after) == (sorted(HOMES), None)


def test_scopes_and_filters(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    town.take("home-1", "demand_information", ANNA, text="Lejekontrakt", deadline="2024-06-20")
    town.take("home-2", "claim", ANNA)
    town.take("home-2", "first_look", ANNA, assessment="would_reject")
    town.take("home-2", "reject", ANNA, reason="wrong_fact")
    assert _homes(town, _page(town, ANNA, scope="mine")) == ["home-1"]
    assert _homes(town, _page(town, BO, scope="mine")) == []
    assert "home-2" not in _homes(town, _page(town, ANNA, scope="team"))
    assert "home-2" in _homes(town, _page(town, ANNA, scope="all"))
    assert _homes(town, _page(town, ANNA, state="rejected")) == ["home-2"]
    assert _homes(town, _page(town, ANNA, benefit="friplads", office="BUF")) == list(HOMES)
    assert "home-6" not in _homes(town, _page(town, ANNA, benefit="kontanthjaelp"))
    assert _homes(town, _page(town, ANNA, overdue=True)) == []
    town.pass_days(20)
    page = _page(town, LEADER, overdue=True)
    assert (_homes(town, page), page.rows[0].overdue, page.rows[0].owner_name) == (["home-1"], True, "Anna Prøve")


def test_only_the_own_administrations_are_seen(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    only_bif = a_caller("bent", ("caseworker", "BIF"))
    assert "home-6" not in _homes(town, _page(town, only_bif))
    assert _homes(town, _page(town, BUF_ONLY)) == list(HOMES)
    with pytest.raises(PermissionDenied):
        _page(town, only_bif, office="BUF")
    for nobody in (EVALUATOR, DPO):
        with pytest.raises(PermissionDenied):
            _page(town, nobody)


def test_a_row_says_where_and_the_first_reason(sqlite_town_list: TownList) -> None:
    row = _page(sqlite_town_list, ANNA).rows[0]
    assert (row.address["postal_code"], row.address["house_number"], row.address["floor"]) == ("2100", "1", "")
    assert (row.first_reason, row.place, row.state, row.listed_on) == (FOR, 1, "listed", DAY)


def test_reasons_come_after_the_own_look(blind_town: TownList) -> None:
    town = blind_town
    assert all(row.first_reason is None for row in _page(town, ANNA).rows)
    town.take("home-1", "claim", ANNA)
    view = _view(town, "home-1", ANNA)
    assert (view.reasons_hidden, view.reasons_for, view.reasons_against, view.weighs) == (True, (), (), ())
    assert FOR not in repr(view)
    assert view.snapshot["residents"], "the facts are there to look at"
    town.take("home-1", "first_look", ANNA, assessment="would_open")
    view = _view(town, "home-1", ANNA)
    assert (view.reasons_hidden, view.reasons_for[0], view.reasons_against) == (False, FOR, (AGAINST,))
    assert _page(town, ANNA).rows[0].first_reason == FOR
    other = _view(town, "home-1", BO)
    assert (other.reasons_hidden, other.looks, [each.reason for each in other.timeline]) == (True, (), ["", "", ""])
    assert _view(town, "home-1", DPO).reasons_for[0] == FOR
    both = a_caller("bente", ("caseworker", "*"), ("dpo", "*"))
    assert _view(town, "home-1", both).reasons_hidden


def _tip(town: TownList, home: str, text: str = "Naboen flyttede i marts.", caller: Caller = BO) -> str:
    return enter_lead(
        town.store, caller=caller, address_id=home, kind="citizen_tip", text=text, settings=town.settings
    )  # fmt: skip


def test_the_words_of_a_lead_come_after_the_own_look(blind_town: TownList) -> None:
    town = blind_town
    _tip(town, "home-1")
    _tip(town, "home-2", "Om en anden adresse.")
    town.take("home-1", "claim", ANNA)
    assert _view(town, "home-1", ANNA).leads == ()
    town.take("home-1", "first_look", ANNA, assessment="would_open")
    assert _view(town, "home-1", ANNA).leads == (
        LeadSeen("citizen_tip", town.today(), "bo", "Naboen flyttede i marts."),
    )
    assert _view(town, "home-1", BO).leads == ()


def test_leads_are_those_of_the_months_of_the_case(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    for home, months, seen in (("home-1", 23, 1), ("home-2", 24, 0)):
        back = town.today() - months_before(town.case(home).as_of, months)
        town.pass_days(-back.days)
        _tip(town, home)
        town.pass_days(back.days)
        assert len(_view(town, home, ANNA).leads) == seen
    town.take("home-3", "claim", ANNA)
    town.take("home-3", "first_look", ANNA, assessment="would_reject")
    town.take("home-3", "reject", ANNA, reason="wrong_fact")
    town.pass_days(1)
    _tip(town, "home-3", "Om dem, der bor der nu.")
    assert _view(town, "home-3", ANNA).leads == ()


def test_a_proposal_comes_after_the_own_assessment(town_list: TownList) -> None:
    town = town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(STOP, RECLAIM, grounds="Hemmelig begrundelse", corrected=["1"]))
    for approver in (BO, LEADER):
        view = _view(town, "home-1", approver)
        assert (view.proposal, view.proposal_hidden) == (None, True)
        assert "Hemmelig begrundelse" not in repr(view)
        assert [step.code for step in view.steps_now] == ["declare_conflict", "record_hours", "second_look"] or (
            approver is LEADER
        )
        assert [each.step.code for each in view.not_yet if each.step.code == "approve"] == ["approve"]
        assert all(each.kind != "grounds" for each in view.texts)
    town.take("home-1", "second_look", BO, assessment="change")
    view = _view(town, "home-1", BO)
    assert view.proposal is not None
    assert (view.proposal.grounds, len(view.proposal.effects)) == ("Hemmelig begrundelse", 2)
    assert (view.proposal.corrected, view.proposal.correction_reversed_on) == ((1,), None)
    assert [each.code for each in view.proposal.rules_told] == list(view.proposal.rules) != []
    known = load_letter_texts(town.settings).rules
    told = [(each.named, each.text_da) for each in view.proposal.rules_told]
    assert told == [(known[code].named, known[code].text_da) for code in view.proposal.rules]
    assert "approve" in [step.code for step in view.steps_now]
    assert _view(town, "home-1", LEADER).proposal_hidden
    assert _view(town, "home-1", a_caller("bente", ("team_leader", "*"), ("dpo", "*"))).proposal_hidden
    assert _view(town, "home-1", DPO).proposal is not None


@pytest.mark.parametrize("code", SECOND_ASSESSMENTS)
def test_a_second_look_is_told_in_its_own_words(sqlite_town_list: TownList, code: str) -> None:
    town = sqlite_town_list
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(STOP))
    town.take("home-1", "second_look", BO, assessment=code)
    line = _view(town, "home-1", BO).timeline[-1]
    assert (line.reason, line.reason_da) == (code, SECOND_ASSESSMENTS[code])
    assert [each.reason_da for each in _view(town, "home-1", LEADER).timeline] == [""] * (
        len(town.events("home-1")) + 1
    )


def test_the_frequency_is_the_whole_lists(sqlite_town_list: TownList) -> None:
    figures = {home: _view(sqlite_town_list, home, ANNA).frequency for home in HOMES}
    [frequency] = set(figures.values())
    assert frequency is not None
    assert (frequency.hits_per_100, frequency.misses_per_100, frequency.low, frequency.high) == (28, 72, 20, 36)


def test_no_figure_and_no_arm_tells_a_random_case_apart(sqlite_town_list: TownList) -> None:
    """The random case and its neighbour are the same in all but address, place and ids."""
    town = sqlite_town_list
    for home in ("home-4", "home-5"):
        town.inform(home, ANNA)
        _tip(town, home)
    for caller in (ANNA, BO, LEADER, DPO):
        seen = [_told(_view(town, home, caller), home, town) for home in ("home-4", "home-5")]
        assert seen[0] == seen[1]
        assert not {"random", "priority", 'model"', 'selection_probability": 0'} & set(seen[0].split(" "))
        assert "0.05" not in seen[0]
    rows = dict(zip(HOMES, _page(town, ANNA).rows, strict=True))
    told = [dataclasses.replace(rows[home], case_id="", place=0) for home in ("home-4", "home-5")]
    assert told[0] == told[1]


def _told(view: CaseView, home: str, town: TownList) -> str:
    """The view as text, without what names this one case."""
    case = dataclasses.replace(view.case, case_id="", address_id="", place=0, pseudonym="")
    assert (case.arm, case.selection_probability) == ("", None)
    letters = [each.letter_id for each in view.letters]
    text = json.dumps(dataclasses.asdict(dataclasses.replace(view, case=case, texts=())), default=str, sort_keys=True)
    for own in (town.ids[home], home, *letters):
        text = text.replace(own, "")
    times = {str(each.at): str(number) for number, each in enumerate((*view.timeline, *view.looks, *view.letters))}
    for at, number in times.items():
        text = text.replace(at, number)
    return text


def test_what_can_be_done_is_what_perform_takes(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    assert [each.code for each in _view(town, "home-1", ANNA).steps_now] == [
        "claim",
        "declare_conflict",
        "record_hours",
    ]
    town.take("home-1", "claim", ANNA)
    assert _view(town, "home-1", BO).read_only_da == ""
    view = _view(town, "home-1", ANNA)
    assert "first_look" in [each.code for each in view.steps_now]
    assert {each.step.code: each.why_da for each in view.not_yet} == {"claim": "En anden har allerede taget sagen."}
    town.take("home-1", "first_look", ANNA, assessment="would_open")
    waiting_for = {each.step.code: each.why_da for each in _view(town, "home-1", ANNA).not_yet}
    assert waiting_for["open"].startswith("Notér først mindst én oplysning")
    assert _view(town, "home-1", EVALUATOR).read_only_da == "En anden har sagen."


def test_a_form_offers_what_only_the_case_can_give(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    letter = town.letter("home-1", "hearing", deadline=DAY)
    with town.store.reading() as connection:
        standing = Standing(
            connection, town.case("home-1"), ANNA, town.today(), town.settings, load_vault(town.settings)
        )  # fmt: skip
        hear = {each.name: each.choices for each in fields_for(STEPS["hear"], standing)}
        propose = {each.name: each for each in fields_for(STEPS["propose"], standing)}
        assign = {each.name: each.choices for each in fields_for(STEPS["assign"], standing)}
        # as children they could not be chosen
        standing.today = dt.date(1990, 1, 1)
        later = {each.name: each.choices for each in fields_for(STEPS["propose"], standing)}
    assert [code for code, _ in hear["letters"]] == [letter]
    rows = {each.name: each.choices for each in propose["effects"].rows}
    assert ([code for code, _ in rows["person"]], [code for code, _ in rows["grant"]]) == (["1", "2"], ["1", "2"])
    assert propose["rules"].choices
    assert propose["corrected"].choices == rows["person"]
    assert [code for code, _ in later["corrected"]] == []
    assert assign["to"] == (("anna", "Anna Prøve"),)


def test_after_retention_the_case_is_figures_without_words(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, RECLAIM)
    with town.store.act("retention.done") as act:
        load_vault(town.settings).forget(act, town.ids["home-1"])
    view = _view(town, "home-1", ANNA)
    assert (view.texts, view.snapshot) == ((), {})
    assert view.proposal is not None
    assert view.proposal.effects[0].reclaim_ore == 500_000
