"""`impact book`, `explain` and `cost` as an evaluator calls them: figures that sum, nobody named, earlier days kept."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl
import pytest

from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.impact.saving import effect_savings
from governance.registers import TABLES, load_registers
from tests.functional.calls import Called, call

EARLIER, DAY = "2024-01-01", "2024-06-01"
Impact = Callable[..., Called]


@pytest.fixture(scope="module")
def impact(town, tmp_path_factory) -> Impact:
    """The commands on a home in which the town was booked on two days, with one cost."""
    home = tmp_path_factory.mktemp("impact") / "home"

    def ask(*words: object) -> Called:
        return call("impact", *words, home=home, invented_day=DAY)

    assert town.as_of == DAY
    words = ("--amount-ore", 250_000, "--committee", "KFF", "--on", EARLIER, "--text", "licens", "--json")
    assert ask("cost", "running", *words).document["cost"].startswith("udgift-")
    for day in (EARLIER, DAY):
        said = ask("book", town.directory, "--as-of", day, "--json")
        assert said.code == 0, said.err
        assert said.document["as_of"] == day and said.document["entries"] > 0
    return ask


def value(impact: Impact, code: str, *words: object) -> int:
    said = impact("explain", code, "--json", *words)
    assert said.code == 0, said.err
    found = said.document
    assert found["value_ore"] == sum(entry["amount_ore"] for entry in found["entries"])
    return int(found["value_ore"])


def test_booking_again_adds_nothing_and_says_so(impact, town) -> None:
    said = impact("book", town.directory, "--as-of", DAY)
    assert said.code == 0 and "nothing was added" in said.out


def test_an_earlier_day_is_refused(impact, town) -> None:
    said = impact("book", town.directory, "--as-of", EARLIER, "--json")
    assert said.code == 2 and "later day" in said.problem["what"]


def test_what_was_realised_is_what_labels_say_less_what_overlaps(impact, town) -> None:
    """Labels know no overlap: what was decided and stands is the sum of both."""
    registers = load_registers(town.directory)
    labels = effect_savings(registers, as_of=AsOf.parse(DAY), catalogue=load_catalogue()).filter("stands")
    for office in ("BIF", "BUF", "KFF"):
        stands = value(impact, f"realised_municipal:{office}") + value(impact, f"overlap_municipal:{office}")
        assert stands == labels[f"saving_{office.lower()}_ore"].sum()
    assert labels["saving_society_ore"].sum() > 0


def test_the_parts_of_the_headline_are_its_parts(impact) -> None:
    codes = ("net_municipal", "realised_municipal", "corrections_municipal", "cost_control", "cost_running")
    net, realised, corrections, cost, running = (value(impact, code) for code in codes)
    assert net == realised + corrections - cost and corrections <= 0 < realised and running == 250_000


def test_an_earlier_day_is_told_as_it_stood(impact) -> None:
    earlier, now = (value(impact, "cost_hours", "--as-of", day) for day in (EARLIER, DAY))
    assert 0 < earlier < now == value(impact, "cost_hours")


def test_a_person_reads_entries_and_their_sum_and_no_id_of_a_register(impact, town) -> None:
    said = impact("explain", "realised_municipal:BUF")
    *entries, whole, last = said.out.splitlines()
    document = impact("explain", "realised_municipal:BUF", "--json")
    assert len(entries) == len(document.document["entries"]) + 1 > 1
    assert "Realiseret kommunal besparelse (realised_municipal:BUF)" in whole and document.document["ledger"] in last
    ids = {*town.rows("control_effect")["effect_id"], *town.rows("control_case")["case_id"],
           *town.rows("control_effect")["person_id"], *town.rows("address")["address_id"]}  # fmt: skip
    words = set(said.out.split()) | set(json.dumps(document.document).replace('"', " ").split())
    assert not ids & {word.strip(",") for word in words}
    assert {entry["source"].partition("-")[0] for entry in document.document["entries"]} == {"effect"}


@pytest.mark.parametrize("code", ["realised_municipal:TMU", "realised_municipal,benefit=luck", "net_municipal,arm=gut"])
def test_a_figure_of_what_there_is_not_is_refused(impact, code: str) -> None:
    said = impact("explain", code, "--json")
    assert said.code == 2 and "no such" in said.problem["what"]


@pytest.mark.parametrize("code", ["net_municipal", "cases_closed"])
def test_a_figure_of_a_day_before_anything_was_booked_is_refused_not_told_to_be_0(impact, code: str) -> None:
    said = impact("explain", code, "--as-of", "1999-01-01", "--json")
    assert said.code == 2 and "Nothing was booked" in said.problem["what"]


def test_a_count_lists_every_case_also_those_without_hours(impact, town, tmp_path) -> None:
    for name in TABLES:
        town.rows(name).write_parquet(tmp_path / f"{name}.parquet")
    cases = town.rows("control_case").with_columns(hours=pl.lit(None, pl.Float64))
    cases.write_parquet(tmp_path / "control_case.parquet")
    home = tmp_path / "home"
    assert call("impact", "book", tmp_path, "--as-of", DAY, home=home, invented_day=DAY).code == 0
    closed = cases.filter(pl.col("closed_on") <= pl.lit(DAY).str.to_date())
    for cost in (0, -1, 10**8 + 1):
        assert call("impact", "book", tmp_path, "--as-of", DAY, "--hourly-cost-ore", cost, home=home).code == 2
    for code, rows in (
        ("cases_closed", closed),
        ("cases_closed@2023,channel=rule_list",
         closed.filter((pl.col("closed_on").dt.year() == 2023) & (pl.col("channel") == "rule_list"))),
        ("cases_referred", closed.filter(outcome="referred")),
        ("cases_no_change,channel=random", closed.filter(outcome="no_change", channel="random")),
    ):  # fmt: skip
        said = call("impact", "explain", code, "--json", home=home, invented_day=DAY).document
        assert said["value"] == len(said["entries"]) == rows.height, code
    assert call("impact", "explain", "cases_closed", home=home, invented_day=DAY).out.count("case-") == closed.height
    assert value(impact, "cost_hours") > 0 and impact("explain", "cases_lost", "--json").code == 2
    benefit = town.rows("control_effect")["benefit"].mode().sort()[0]
    decided = impact("explain", f"cases_decided,benefit={benefit}", "--json").document
    effects = town.rows("control_effect").filter(benefit=benefit)
    assert {entry["benefit"] for entry in decided["entries"]} == {benefit}
    assert len({entry["case_id"] for entry in decided["entries"]}) == effects["case_id"].n_unique() > 1


def test_decisions_of_old_registers_are_booked_and_rows_left_out_are_named(town, tmp_path_factory) -> None:
    """Who lives where today says nothing of what was decided; a row that breaks the contract is told by its number."""
    place = tmp_path_factory.mktemp("old")
    for name in TABLES:
        rows = town.rows(name)
        if name == "control_effect":
            rows = rows.with_columns(
                pl.when(pl.int_range(pl.len()) == 1).then(-1).otherwise("reclaim_ore").alias("reclaim_ore")
            )
        (rows.clear() if name in ("benefit_payment", "signal") else rows).write_parquet(place / f"{name}.parquet")
    said = call(
        "impact", "book", place, "--as-of", "2026-01-01", "--json", home=place / "home", invented_day="2026-01-01"
    )
    assert said.code == 0 and said.document["causes"]["decided"] > 0
    assert said.document["set_aside"] == {"control_effect": 1}
    [fault] = said.document["faults"]
    assert (fault["table"], fault["row"], fault["column"]) == ("control_effect", 1, "reclaim_ore")
    told = call("impact", "book", place, "--as-of", "2026-01-01", home=place / "home", invented_day="2026-01-01")
    assert "Rows of control_effect that break the contract and were left out" in told.out


def test_a_cost_is_booked_by_the_day_on_which_it_was_borne_not_entered(impact, town, tmp_path) -> None:
    """Whoever books a past day today has a cost of that time in it; an hour may be given another cost than 700 kr."""
    words = ("--amount-ore", 7, "--committee", "BUF", "--on", "2023-12-31", "--text", "licens")
    assert call("impact", "cost", "running", *words, home=tmp_path).code == 0
    assert call("impact", "book", town.directory, "--as-of", DAY, "--hourly-cost-ore", 7_000, home=tmp_path).code == 0
    assert call("impact", "explain", "cost_running:BUF@2023", "--json", home=tmp_path).document["value_ore"] == 7
    hours = call("impact", "explain", "cost_hours", "--json", home=tmp_path).document["value_ore"]
    assert hours * 10 == value(impact, "cost_hours") > 0


@pytest.mark.parametrize("hours", [float("inf"), 1e6 + 1])
def test_hours_that_nobody_lives_are_refused(town, tmp_path, hours: float) -> None:
    for name in TABLES:
        town.rows(name).write_parquet(tmp_path / f"{name}.parquet")
    cases = town.rows("control_case")
    some = pl.when(pl.int_range(pl.len()) == 0).then(hours).otherwise("hours").alias("hours")
    cases.sort("opened_on").with_columns(some).write_parquet(tmp_path / "control_case.parquet")
    said = call("impact", "book", tmp_path, "--as-of", DAY, "--json", home=tmp_path / "home", invented_day=DAY)
    assert said.code == 11 and "1 cases took more than" in said.problem["what"]


def test_a_cost_of_the_future_is_not_booked_yet(impact, town) -> None:
    words = ("--amount-ore", 7, "--committee", "BIF", "--on", "2024-07-01", "--text", "licens")
    assert "7" in impact("cost", "investment", *words).out
    assert impact("book", town.directory, "--as-of", DAY, "--json").document["entries"] == 0
    assert value(impact, "cost_investment:BIF") == 0


def test_rows_that_no_longer_are_delivered_stand(impact, town, tmp_path) -> None:
    """The last test of a copy: a delivery without any control."""
    import shutil

    less = tmp_path / "less"
    shutil.copytree(town.directory, less)
    for name in ("control_effect", "control_case"):
        rows = pl.read_parquet(less / f"{name}.parquet")
        rows.clear().write_parquet(less / f"{name}.parquet")
    before = value(impact, "realised_society")
    said = impact("book", less, "--as-of", DAY, "--json").document
    assert said["entries"] == 0 and said["kept"] == town.rows("control_effect").height
    assert value(impact, "realised_society") == before
