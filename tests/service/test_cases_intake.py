"""A released list becomes cases once; what is listed again keeps its case, what is not expires."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from builders import AS_OF, a_grant, a_payment, a_person, a_residence, a_world, days_ago

from governance.errors import NotFound, NotNow
from governance.store.opening import Store
from service.cases.intake import Intake, draw_blind
from service.cases.leads import enter_lead, read_lead
from service.cases.snapshot import build_protected, build_snapshots, without_ids
from service.cases.tables import CASES, LEADS, STEPS
from service.cases.vault import load_vault
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, BO, DPO, EVALUATOR
from tests.service.town import AGAINST, FOR, HOMES, PROTECTED, RUN, TownList, a_town, a_town_list, take_in_list


def test_a_list_is_taken_in_once_with_one_event(town_list: TownList) -> None:
    assert town_list.intake == Intake(taken=6, kept=0, expired=0, left_out=0)
    assert take_in_list(town_list.store) == Intake(0, 0, 0, 0)
    case = town_list.case("home-4")
    assert (case.place, case.arm, case.selection_probability, case.state) == (4, "random", 0.05, "listed")
    assert (case.offices, case.benefits) == (("BIF", "BUF"), ("friplads", "kontanthjaelp"))
    assert case.reasons_for == (FOR, "Anden grund for.")
    assert case.reasons_against == (AGAINST,)
    with town_list.store.reading() as connection:
        steps = connection.execute(sa.select(STEPS.c.step, STEPS.c.version)).all()
    assert [tuple(row) for row in steps] == [("listed", 1)] * 6


def test_a_new_list_keeps_expires_and_adds(town_list: TownList) -> None:
    town = town_list
    town.take("home-1", "claim", ANNA)
    town.take("home-2", "claim", ANNA)
    town.take("home-2", "first_look", ANNA, assessment="unsure")
    town.inform("home-3", BO)
    town.pass_days(7)
    intake = take_in_list(town.store, ("home-2", "home-1", "home-3"), run_id="run-2")
    assert intake == Intake(taken=0, kept=2, expired=3, left_out=1)
    taken, looked = town.case("home-1"), town.case("home-2")
    assert (taken.run_id, taken.place, taken.owner, taken.listed_on) == ("run-2", 2, "anna", town.today())
    assert (looked.run_id, looked.place, looked.state) == (RUN, 2, "reviewed")
    assert (town.case("home-3").state, town.case("home-3").version) == ("informed", 6)
    assert (town.case("home-4").state, town.case("home-4").closed_on) == ("expired", town.today())


def test_a_stopped_case_goes_out_with_its_list_too(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "veto", DPO, text="Undersøges.")
    town.open("home-2", ANNA)
    town.take("home-2", "veto", DPO, text="Undersøges.")
    take_in_list(town.store, ("home-3",), run_id="run-2")
    assert (town.case("home-1").state, town.case("home-1").vetoed_from) == ("expired", None)
    assert (town.case("home-2").state, town.case("home-2").vetoed_from) == ("vetoed", "opened")


def test_nobody_is_controlled_again_soon(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="would_reject")
    town.take("home-1", "reject", ANNA, reason="no_presumption")
    town.take("home-2", "claim", ANNA)
    town.take("home-2", "first_look", ANNA, assessment="would_reject")
    town.take("home-2", "reject", ANNA, reason="wrong_fact")
    town.pass_days(300)
    assert take_in_list(town.store, HOMES, run_id="run-2").taken == 1
    with pytest.raises(NotNow, match="for nylig"):
        _lead(town, "home-1")
    town.pass_days(66)
    assert take_in_list(town.store, HOMES, run_id="run-3").taken == 1


def test_a_protected_address_never_becomes_a_case(sqlite_store: Store) -> None:
    assert build_protected(a_town(), as_of=AS_OF) == {PROTECTED}
    intake = take_in_list(sqlite_store, ("home-1", PROTECTED))
    assert intake == Intake(taken=1, kept=0, expired=0, left_out=1)
    with sqlite_store.reading() as connection:
        assert PROTECTED not in connection.execute(sa.select(CASES.c.address_id)).scalars().all()


def test_a_case_is_hidden_by_the_list_of_the_day_on_which_protection_came(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    town.inform("home-1", ANNA)
    protected = a_world(a_person("ane", protected=True), a_residence("ane", "home-1"), a_residence("bo", "home-2"))
    intake = take_in_list(town.store, ("home-2",), run_id="run-2", town=protected)
    assert (intake.kept, intake.expired) == (1, 4)
    with pytest.raises(NotFound):
        town.case("home-1")


def test_the_blind_draw_is_the_share_and_knows_no_arm(
    tmp_path: object, clock: TickingClock, open_service_store: Callable[..., Store]
) -> None:
    store = open_service_store(f"sqlite:///{tmp_path}/draw.db", clock, blind_share=0.2)
    drawn = [draw_blind(store.settings, RUN, f"home-{number}") for number in range(2_000)]
    assert 0.16 < sum(drawn) / len(drawn) < 0.24
    assert drawn == [draw_blind(store.settings, RUN, f"home-{number}") for number in range(2_000)]


def test_a_snapshot_says_what_the_registers_knew_that_day() -> None:
    world = a_world(
        a_person("ane", born=days_ago(40 * 365)), a_residence("ane", "home", from_days_ago=500, recorded_days_ago=490),
        a_residence("bo", "home", from_days_ago=5, recorded_days_ago=-1),
        a_grant("ane", benefit="kontanthjaelp"),
        *(a_payment("ane", month=days_ago(1).replace(day=1, month=month), amount_ore=amount, benefit="kontanthjaelp")
          for month, amount in ((2, 9_000), (3, 100), (4, 100), (5, 101))),
        a_payment("ane", month=days_ago(0), amount_ore=9_999, benefit="kontanthjaelp", recorded_on=days_ago(-1)),
    )  # fmt: skip
    snapshot = build_snapshots(world, ["home", "elsewhere"], as_of=AS_OF)["home"]
    [resident] = snapshot["residents"]
    assert (resident["person_id"], resident["person"], resident["recorded_on"]) == ("ane", 1, days_ago(490).isoformat())
    [grant] = snapshot["grants"]
    assert (grant["monthly_ore"], grant["person"], grant["grant"]) == (100, 1, 1)
    shown = without_ids(snapshot)
    assert "ane" not in str(shown)
    assert shown["residents"][0]["birth_year"] == days_ago(40 * 365).year


def test_words_and_facts_are_sealed_in_the_database(town_list: TownList) -> None:
    town = town_list
    town.inform("home-1", ANNA)
    with town.store.reading() as connection:
        vault = load_vault(town.settings)
        texts = vault.read_texts(connection, town.ids["home-1"], ("fact",))
        assert texts[0].document["source"] == "landlord"
        stored = connection.execute(sa.text("SELECT sealed FROM case_text")).scalars().all()
    assert all(b"Udlejer" not in bytes(each) and b"home-1-a" not in bytes(each) for each in stored)
    with town.store.act("retention.done") as act:
        vault.forget(act, town.ids["home-1"])
    with town.store.reading() as connection, pytest.raises(NotNow, match="slettet"):
        vault.read_texts(connection, town.ids["home-1"])


def _lead(town: TownList, home: str) -> str:
    return enter_lead(
        town.store, caller=ANNA, address_id=home, kind="citizen_tip", text="Naboen flyttede i marts.",
        settings=town.settings,
    )  # fmt: skip


def test_a_lead_is_a_signal_with_sealed_words(town_list: TownList) -> None:
    town = town_list
    signal = _lead(town, "home-5")
    with town.store.reading() as connection:
        row = connection.execute(sa.select(LEADS)).one()
        assert read_lead(connection, signal, settings=town.settings) == "Naboen flyttede i marts."
    assert (row.kind, row.recorded_on, row.user_id) == ("citizen_tip", town.today().isoformat(), "anna")
    assert b"Naboen" not in bytes(row.sealed)


def test_a_lead_is_written_by_whoever_may_and_completely(sqlite_town_list: TownList) -> None:
    town = sqlite_town_list
    from governance.errors import InvalidForm, PermissionDenied

    with pytest.raises(PermissionDenied):
        enter_lead(
            town.store, caller=EVALUATOR, address_id="a", kind="citizen_tip", text="x", settings=town.settings
        )  # fmt: skip
    with pytest.raises(InvalidForm) as refused:
        enter_lead(town.store, caller=ANNA, address_id="", kind="gossip", text=" ", settings=town.settings)
    assert [name for name, _ in refused.value.faults] == ["address", "kind", "text"]


def test_an_empty_list_is_a_list(sqlite_store: Store) -> None:
    a_town_list(sqlite_store)
    assert take_in_list(sqlite_store, (), run_id="run-empty") == Intake(0, 0, 6, 0)
