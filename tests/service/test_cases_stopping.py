"""A veto or an objection stops a case where it stands; a hidden case is there for nobody."""

from __future__ import annotations

import pytest

from governance.errors import NotFound, NotNow, PermissionDenied, UserError
from service.cases.intake import hide_protected
from service.cases.reading import case_view, worklist_page
from service.cases.step import STEPS
from service.cases.vault import load_vault
from tests.service.people import ANNA, BO, DPO, LEADER
from tests.service.town import A_FACT, TownList, a_proposal

WHY = {"text": "Grundlaget skal undersøges."}


@pytest.mark.parametrize("code", ["veto", "object"])
def test_a_stopped_case_stands_still_until_it_is_lifted(town_list: TownList, code: str) -> None:
    town = town_list
    town.answer("home-1", ANNA)
    case = town.take("home-1", code, DPO, **WHY)
    assert (case.state, case.vetoed_from) == ("vetoed", "hearing")
    for refused, fields in (("propose", a_proposal(outcome="no_change", cause="none")), ("record_fact", A_FACT)):
        with pytest.raises(NotNow, match="standset"):
            town.take("home-1", refused, ANNA, **fields)
    with pytest.raises(NotNow):
        town.take("home-1", "veto", DPO, **WHY)
    assert town.take("home-1", "release", ANNA).state == "vetoed"
    case = town.take("home-1", "lift_veto", DPO, **WHY)
    assert (case.state, case.vetoed_from) == ("hearing", None)


@pytest.mark.parametrize("caller", [ANNA, LEADER], ids=["caseworker", "leader"])
@pytest.mark.parametrize("code", ["veto", "lift_veto", "end_vetoed", "object"])
def test_only_the_officer_stops_and_lifts(sqlite_town_list: TownList, code: str, caller: object) -> None:
    if code in ("lift_veto", "end_vetoed"):
        sqlite_town_list.take("home-1", "veto", DPO, **WHY)
    with pytest.raises(PermissionDenied):
        sqlite_town_list.take("home-1", code, caller, **WHY)  # type: ignore[arg-type]


def test_a_stopped_case_can_be_ended_before_a_decision_is_told(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.decide("home-1", ANNA, BO)
    town.take("home-1", "veto", DPO, **WHY)
    case = town.take("home-1", "end_vetoed", DPO, **WHY)
    assert (case.state, case.outcome, case.closed_on) == ("closed", "inconclusive", town.today())
    town.announce("home-2", ANNA, BO)
    town.take("home-2", "veto", DPO, **WHY)
    with pytest.raises(NotNow, match="klage"):
        town.take("home-2", "end_vetoed", DPO, **WHY)


def test_a_hidden_case_is_there_for_nobody_and_for_nothing(town_list: TownList) -> None:
    town = town_list
    town.inform("home-1", ANNA)
    case_id = town.ids["home-1"]
    with town.store.act("protection.refreshed") as act:
        assert hide_protected(act, {"home-1"}, actor="night") == (1, 0)
    for step in STEPS.values():
        form = object.__new__(step.form)
        with pytest.raises(NotFound):
            _perform(town, step.code, form)
    with town.store.reading() as connection:
        vault = load_vault(town.settings)
        page = worklist_page(connection, caller=ANNA, scope="all", today=town.today(), vault=vault)
    assert case_id not in [row.case_id for row in page.rows]
    assert page.total == 5
    with town.store.act("protection.refreshed") as act:
        assert hide_protected(act, set(), actor="night") == (0, 1)
    assert town.case("home-1").state == "informed"


def _perform(town: TownList, code: str, form: object) -> None:
    from service.cases.step import perform

    for caller in (ANNA, LEADER, DPO):
        perform(
            town.store, case_id=town.ids["home-1"], code=code, form=form, caller=caller, version=None,
            settings=town.settings,
        )  # fmt: skip


def test_whoever_is_partial_sees_nothing(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "declare_conflict", BO)
    with town.store.reading() as connection:
        vault = load_vault(town.settings)
        seen = worklist_page(connection, caller=BO, scope="all", today=town.today(), vault=vault)
        assert town.ids["home-1"] not in [row.case_id for row in seen.rows]
        with pytest.raises(UserError, match="inhabil"):
            case_view(
                connection, town.case("home-1"), caller=BO, settings=town.settings, today=town.today(), vault=vault
            )  # fmt: skip
