"""Outcomes on their way back: merged into the next delivery they are labels, with the saving that the contract defines."""

from __future__ import annotations

import datetime as dt
import stat

import polars as pl
import pytest

from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.contracts import check_registers, require_acceptable, sound_registers
from governance.errors import DataContractError
from governance.registers import load_registers
from governance.settings import Settings
from service.cases.effects import announced_effects
from service.outcomes.merging import Merged, merge_own
from service.runs import register_snapshot
from tests.builders import AS_OF, a_case, a_grant, a_payment, a_person, a_residence, a_signal, an_effect, days_ago
from tests.service.lives import ANNOUNCED, CLOSED, OPENED, Life, a_fresh_town, a_lead, deliver
from tests.service.people import ANNA, BO, LEADER
from tests.service.town import RECLAIM, STOP, TownList
from training.labels import Labels, build_labels

HORIZON = 12


def merged(town_list: TownList, delivery, out) -> Merged:
    with town_list.store.reading() as connection:
        return merge_own(
            delivery, out, connection=connection, home=town_list.settings.home, delivery=register_snapshot(delivery)
        )  # fmt: skip


@pytest.fixture
def flowed_back(sqlite_town_list, tmp_path):
    """Delivers, merges, holds the result to the contract, and reads the labels as training does."""

    def flow(*, town=None, as_of: AsOf = AS_OF, csv=()) -> Labels:
        out = tmp_path / "merged"
        merged(sqlite_town_list, deliver(tmp_path / f"delivery-{as_of}", town, csv=csv), out)
        report = check_registers(out, as_of=as_of, settings=Settings())
        require_acceptable(report)
        assert report.faults.is_empty()
        registers = sound_registers(out, report)
        return build_labels(registers, PolarsEngine(registers), as_of=as_of, settings=Settings())

    return flow


def label(labels: Labels, home: str = "home-1") -> dict[str, object]:
    [row] = labels.cases.filter((pl.col("address_id") == home) & (pl.col("opened_on") == days_ago(300))).to_dicts()
    return row


def savings(labels: Labels, home: str = "home-1") -> tuple[object, ...]:
    row = label(labels, home)
    return tuple(row[f"saving_{purse}_ore"] for purse in ("bif", "buf", "kff", "society"))


def test_what_was_found_is_a_hit_with_its_saving(sqlite_town_list, flowed_back) -> None:
    """registers.md: forward = -change x months left (here the horizon), plus the claim; friplads is BUF's alone."""
    Life(sqlite_town_list, "home-1").to(CLOSED, outcome="benefit_changed").effect(reclaim_ore=250_000)
    labels = flowed_back()
    whole = 100_000 * HORIZON + 250_000
    assert label(labels)["hit"] is True
    assert savings(labels) == (0, whole, 0, whole)


def test_the_state_pays_its_part_and_the_grant_ends_the_saving(sqlite_town_list, flowed_back) -> None:
    """More than a year on kontanthjaelp: the municipality carries 80 %; the grant ends five whole months later."""
    life = Life(sqlite_town_list, "home-1").to(CLOSED, announced=210, outcome="benefit_changed")
    life.effect(
        person_id="home-1-a", grant_id="kort", benefit="kontanthjaelp", monthly_change_ore=-200_000,
        effective_from="2023-12-01",
    )  # fmt: skip
    ends = (days_ago(0) - days_ago(0).replace(year=2024, month=5, day=1)).days
    short = a_grant("home-1-a", grant_id="kort", benefit="kontanthjaelp", to_days_ago=ends, recorded_days_ago=700)
    assert days_ago(210).strftime("%Y-%m") == "2023-11" and str(days_ago(ends)) == "2024-05-01"
    bif, buf, kff, society = savings(flowed_back(town=a_fresh_town(short)))
    assert (society, bif, buf, kff) == (5 * 200_000, 5 * 200_000 * 8 // 10, 0, 0)


def test_a_correction_in_the_citizens_favour_is_a_hit_that_saves_nothing(sqlite_town_list, flowed_back) -> None:
    life = Life(sqlite_town_list, "home-1").to(CLOSED, outcome="benefit_changed")
    life.effect(effect="increased", monthly_change_ore=100_000)
    labels = flowed_back()
    assert label(labels)["hit"] is True and savings(labels) == (0, 0, 0, 0)


def test_an_effect_that_an_appeal_set_aside_saves_nothing_and_others_stand(sqlite_town_list, flowed_back) -> None:
    both = Life(sqlite_town_list, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect(reversed_ago=50)
    both.effect(effect_id="stands", effect="reduced", monthly_change_ore=-30_000, grant_id=None)
    Life(sqlite_town_list, "home-2").to(ANNOUNCED, outcome="benefit_changed").effect(reversed_ago=50)
    labels = flowed_back()
    assert label(labels)["hit"] is True and savings(labels) == (0, 30_000 * HORIZON, 0, 30_000 * HORIZON)
    assert label(labels, "home-2")["hit"] is False and savings(labels, "home-2") == (0, 0, 0, 0)


def test_a_life_taken_step_by_step_comes_back_as_its_label(sqlite_town_list, flowed_back) -> None:
    """From the list to a decision of two persons, hours, and an appeal after half a year that sets the stop aside."""
    town = sqlite_town_list
    town.announce("home-1", ANNA, BO, STOP, RECLAIM)
    town.take("home-1", "record_hours", ANNA, minutes=150, on_day=str(town.today()))
    told = {"opened_on": town.case("home-1").opened_on, "closed_on": town.case("home-1").closed_on}
    town.pass_days(200)
    town.take("home-1", "appeal", LEADER, received_on=str(town.today()), text="Jeg er uenig.")
    with town.store.reading() as connection:
        effects = {each.effect: each.effect_id for each in announced_effects(connection, town.ids["home-1"])}
    town.take(
        "home-1", "appeal_outcome", LEADER, result="partly_reversed", reversed=[effects["stopped"]],
        decided_on=str(town.today()),
    )  # fmt: skip
    late = (
        a_person("late"), a_residence("late", "newhome", from_days_ago=-185), a_signal("newhome", recorded_days_ago=-185),
        a_payment("newcomer", month=dt.date(2024, 11, 1), amount_ore=100_000, recorded_on=days_ago(-185)),
    )  # fmt: skip
    stood, after = (flowed_back(town=a_fresh_town(*late), as_of=AS_OF.minus_days(-days)) for days in (190, 215))
    [before], [row] = (labels.cases.filter(address_id="home-1").to_dicts() for labels in (stood, after))
    assert told.items() <= row.items() and (row["hit"], row["hours"], row["channel"]) == (True, 2.5, "model")
    assert before["saving_society_ore"] == HORIZON * 1_155_400 + 500_000
    assert row["saving_society_ore"] == 500_000
    # more than a year on the benefit: four fifths of what the stop saved were the municipality's
    assert before["saving_bif_ore"] - row["saving_bif_ore"] == HORIZON * 1_155_400 * 8 // 10


def test_a_reversal_counts_from_its_day(sqlite_town_list, flowed_back) -> None:
    Life(sqlite_town_list, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect(reversed_ago=10)
    before = flowed_back(as_of=AsOf(days_ago(0)).minus_days(11), town=a_fresh_town())
    after = flowed_back(as_of=AsOf(days_ago(0)).minus_days(10), town=a_fresh_town())
    assert (label(before)["hit"], label(after)["hit"]) == (True, False)


def test_misses_and_what_is_not_used(sqlite_town_list, flowed_back) -> None:
    Life(sqlite_town_list, "home-1").rejected("no_presumption", "no_change")
    Life(sqlite_town_list, "home-2").rejected("wrong_fact", "inconclusive")
    Life(sqlite_town_list, "home-3").to(OPENED)
    Life(sqlite_town_list, "home-4").to(CLOSED, opened=170, announced=100)
    Life(sqlite_town_list, "home-5").to(CLOSED, outcome="registration_corrected")
    Life(sqlite_town_list, "home-6").to(CLOSED, outcome="referred")
    labels = flowed_back()
    assert label(labels)["hit"] is False
    assert label(labels, "home-5")["hit"] is True and savings(labels, "home-5") == (0, 0, 0, 0)
    ours = {"inconclusive": 1, "referred": 1, "still_open": 1, "younger_than_label_delay": 1}
    assert dict(labels.unused) == ours
    assert label(labels)["channel"] == "model"


def test_ours_stand_in_place_of_an_older_export_of_them(sqlite_town_list, tmp_path) -> None:
    """The delivery holds the case as it was exported while the effect still stood, and cases that are not ours."""
    life = Life(sqlite_town_list, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect(reversed_ago=50)
    older = a_case("home-1", case_id=life.case_id, outcome=None, opened_days_ago=300)
    stood = an_effect(life.case_id, "home-1-b", effect_id="effekt-home-1-6", benefit="friplads", recorded_days_ago=200)
    delivery = deliver(tmp_path / "delivery", a_fresh_town(older, stood))
    done = merged(sqlite_town_list, delivery, tmp_path / "out")
    cases = pl.read_parquet(tmp_path / "out" / "control_case.parquet")
    assert cases.filter(case_id=life.case_id)["outcome"].to_list() == ["benefit_changed"]
    assert cases.height == pl.read_parquet(delivery / "control_case.parquet").height
    [effect] = pl.read_parquet(tmp_path / "out" / "control_effect.parquet").to_dicts()
    assert effect["reversed_on"] == days_ago(50)
    assert (done.added["control_case"], done.renewed["control_case"], done.renewed["control_effect"]) == (0, 1, 1)


def test_the_same_again_changes_nothing(sqlite_town_list, tmp_path) -> None:
    Life(sqlite_town_list, "home-1").to(CLOSED, outcome="benefit_changed").effect()
    delivery = deliver(tmp_path / "delivery")
    first = merged(sqlite_town_list, delivery, tmp_path / "out")
    assert merged(sqlite_town_list, delivery, tmp_path / "out").registers == first.registers
    again = merged(sqlite_town_list, tmp_path / "out", tmp_path / "twice")
    assert again.registers == first.registers and again.added["control_case"] == 0


@pytest.mark.parametrize("unknown", ["address", "person", "grant"])
def test_a_case_that_refers_to_what_the_delivery_lacks_stays_out_whole(sqlite_town_list, tmp_path, unknown) -> None:
    life = Life(sqlite_town_list, "home-1").to(CLOSED, outcome="benefit_changed").effect()
    life.effect(effect_id="sound", person_id="home-1-a", grant_id=None, effect="reduced")
    Life(sqlite_town_list, "home-2").to(CLOSED, outcome="benefit_changed").effect()
    lost = {
        "address": {"address": pl.col("address_id") == "home-1"},
        "person": {"person": pl.col("person_id") == "home-1-b"},
        "grant": {"benefit_grant": pl.col("grant_id") == "home-1-b-friplads"},
    }[unknown]
    done = merged(sqlite_town_list, deliver(tmp_path / "delivery", a_fresh_town(without=lost)), tmp_path / "out")
    cases = load_registers(tmp_path / "out").table("control_case").collect()
    assert life.case_id not in cases["case_id"] and done.left_out == {"case_of_unknown": 1}
    assert load_registers(tmp_path / "out").table("control_effect").collect()["effect_id"].to_list() == [
        "effekt-home-2-6"
    ]


def test_a_lead_competes_as_a_signal(sqlite_town_list, tmp_path) -> None:
    a_lead(sqlite_town_list.store, "lead-1", "home-5", person_id="home-5-a")
    a_lead(sqlite_town_list.store, "lead-2", "nowhere")
    a_lead(sqlite_town_list.store, "lead-3", "home-5", person_id="nobody")
    done = merged(sqlite_town_list, deliver(tmp_path / "delivery"), tmp_path / "out")
    signals = load_registers(tmp_path / "out").table("signal").collect()
    [row] = signals.filter(signal_id="lead-1").to_dicts()
    assert (row["kind"], row["recorded_on"], row["person_id"]) == ("caseworker_notice", days_ago(3), "home-5-a")
    assert done.added["signal"] == 1 and done.left_out == {"signal_of_unknown": 2}


def test_a_delivery_in_csv_is_merged_as_csv(sqlite_town_list, flowed_back) -> None:
    Life(sqlite_town_list, "home-4").to(CLOSED, outcome="benefit_changed").effect().worked(75)
    a_lead(sqlite_town_list.store, "lead-1", "home-5")
    labels = flowed_back(csv=("control_case", "control_effect", "signal"))
    row = label(labels, "home-4")
    assert (row["hit"], row["hours"], row["selection_probability"]) == (True, 1.25, 0.05)


def test_a_fault_of_the_delivery_is_still_there_to_be_found(sqlite_town_list, tmp_path) -> None:
    """Merging reads nothing away: a case without its id, and one with a day that is none."""
    Life(sqlite_town_list, "home-1").to(CLOSED)
    delivery = deliver(tmp_path / "delivery", csv=("control_case",))
    path = delivery / "control_case.csv"
    path.write_text(path.read_text() + ",home-2,someday,tip,,c-1,,,\n")
    merged(sqlite_town_list, delivery, tmp_path / "out")
    faults = check_registers(tmp_path / "out", as_of=AS_OF, settings=Settings()).faults
    assert set(faults.filter(table="control_case")["column"]) == {"case_id", "opened_on"}


def test_what_is_written_is_the_owners_alone(sqlite_town_list, tmp_path) -> None:
    Life(sqlite_town_list, "home-1").to(CLOSED)
    delivery, out = deliver(tmp_path / "delivery"), tmp_path / "out"
    merged(sqlite_town_list, delivery, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert register_snapshot(delivery) != register_snapshot(out)


def test_a_delivery_that_changes_under_the_night_is_refused(sqlite_town_list, tmp_path) -> None:
    delivery = deliver(tmp_path / "delivery")
    before = register_snapshot(delivery)
    pl.read_parquet(delivery / "signal.parquet").head(1).write_parquet(delivery / "signal.parquet")
    with pytest.raises(DataContractError, match="changed while"), sqlite_town_list.store.reading() as connection:
        merge_own(
            delivery, tmp_path / "out", connection=connection, home=sqlite_town_list.settings.home, delivery=before
        )


@pytest.mark.parametrize("fault", ["missing", "foreign"])
def test_a_delivery_without_the_form_of_the_contract_is_refused(sqlite_town_list, tmp_path, fault) -> None:
    delivery = deliver(tmp_path / "delivery")
    if fault == "missing":
        (delivery / "relation.parquet").unlink()
    else:
        pl.DataFrame({"x": [1]}).write_parquet(delivery / "income.parquet")
    with pytest.raises(DataContractError, match="form of the contract"):
        merged(sqlite_town_list, delivery, tmp_path / "out")
