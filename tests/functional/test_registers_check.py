"""`registers check`: what it says, what it writes, and each way it refuses."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from governance.registers import TABLES
from tests.functional.calls import call
from tests.unit.governance.register_worlds import AS_OF, a_world, write_world

DAY = str(AS_OF)


@pytest.fixture
def small(tmp_path) -> Path:
    """A lawful little world, to be spoiled."""
    return write_world(a_world(), tmp_path / "registers")


def check(directory, *options, home, day=DAY, **settings):
    return call("registers", "check", directory, "--as-of", day, *options, home=home, **settings)


def with_wrong_codes(small: Path, rows: int) -> Path:
    persons = pl.read_parquet(small / "person.parquet").with_row_index("n")
    wrong = pl.when(pl.col("n") < rows).then(pl.lit("X")).otherwise(pl.col("civil_status"))
    persons.with_columns(civil_status=wrong).drop("n").write_parquet(small / "person.parquet")
    return small


def test_a_town_keeps_the_contract(town, home) -> None:
    said = check(town.directory, "--json", home=home, day=town.as_of)
    assert said.code == 0
    assert list(said.document["tables"]) == list(TABLES)
    assert said.document["faults"] == []
    for name, count in said.document["tables"].items():
        assert count == {"rows": town.rows(name).height, "quarantined": 0, "consequences": 0}


def test_without_json_it_is_a_table_to_read(small, home) -> None:
    said = check(with_wrong_codes(small, 1), home=home)
    assert said.code == 0
    assert said.out.splitlines()[0].split() == ["table", "rows", "quarantined", "consequences"]
    assert ["person", "0", "civil_status", "unknown-code", "no"] in [line.split() for line in said.out.splitlines()]
    assert "faults; every other row goes on." in said.out


def test_a_fault_is_named_by_table_row_column_and_rule(small, home) -> None:
    said = check(with_wrong_codes(small, 1), "--json", home=home)
    assert said.code == 0
    assert {"table": "person", "row": 0, "column": "civil_status", "rule": "unknown-code", "consequence": False} in (
        said.document["faults"]
    )
    assert said.document["tables"]["person"]["quarantined"] == 1
    for fault in said.document["faults"]:
        assert list(fault) == ["table", "row", "column", "rule", "consequence"]


def test_the_rows_set_aside_are_written_where_asked(small, home, tmp_path) -> None:
    out = tmp_path / "aside"
    said = check(with_wrong_codes(small, 1), "--quarantine", out, "--json", home=home)
    assert said.code == 0
    assert {path.name for path in out.iterdir()} == {f"{name}.parquet" for name in TABLES}
    aside = pl.read_parquet(out / "person.parquet")
    assert aside.columns == ["row", "rule", "consequence", *TABLES["person"].column_names]
    assert aside.select("row", "rule", "consequence", "civil_status").rows() == [(0, "unknown-code", False, "X")]
    counts = said.document["tables"]
    for name in TABLES:
        assert pl.read_parquet(out / f"{name}.parquet").height == (
            counts[name]["quarantined"] + counts[name]["consequences"]
        )


def test_they_are_not_written_over_the_registers(small, home) -> None:
    said = check(small, "--quarantine", small, "--json", home=home)
    assert said.code == 2
    assert said.problem["code"] == "usage"


def no_such_directory(small: Path) -> None:
    shutil.rmtree(small)


def missing_register(small: Path) -> None:
    (small / "signal.parquet").unlink()


def missing_column(small: Path) -> None:
    pl.read_parquet(small / "signal.parquet").drop("kind").write_parquet(small / "signal.parquet")


def extra_column(small: Path) -> None:
    pl.read_parquet(small / "signal.parquet").with_columns(note=pl.lit("x")).write_parquet(small / "signal.parquet")


def wrong_type(small: Path) -> None:
    pl.read_parquet(small / "benefit_payment.parquet").with_columns(
        pl.col("amount_ore").cast(pl.Float64)
    ).write_parquet(small / "benefit_payment.parquet")


def unknown_register(small: Path) -> None:
    shutil.copy(small / "signal.parquet", small / "health.parquet")


def not_a_parquet_file(small: Path) -> None:
    (small / "signal.parquet").write_text("rubbish")


def too_many_faults(small: Path) -> None:
    world = a_world()
    world["person"] += [world["person"][3] | {"person_id": f"more{n}", "civil_status": "X"} for n in range(11)]
    write_world(world, small)


SPOILED = {
    no_such_directory: (2, "registers"),
    missing_register: (11, "signal"),
    missing_column: (11, "kind"),
    extra_column: (11, "note"),
    wrong_type: (11, "amount_ore"),
    unknown_register: (11, "health.parquet"),
    not_a_parquet_file: (11, "signal.parquet"),
    too_many_faults: (11, "person"),
}


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_each_refusal_has_its_exit_code_its_item_and_a_remedy(spoil, small, home) -> None:
    code, item = SPOILED[spoil]
    spoil(small)
    said = check(small, "--json", home=home)
    assert said.code == code
    assert said.problem["exit_code"] == code
    assert item in said.problem["item"]
    assert said.problem["remedy"]


def test_what_may_be_set_aside_is_a_setting(small, home) -> None:
    too_many_faults(small)
    assert check(small, "--json", home=home, quarantine_rows="11").code == 0


def test_old_registers_are_refused(small, home) -> None:
    later = (AS_OF.day + dt.timedelta(days=46)).isoformat()
    said = check(small, "--json", home=home, day=later)
    assert said.code == 11
    assert {"residence", "benefit_payment", "signal"} >= set(said.problem["item"].split(", ")) > set()
    assert check(small, home=home, day=later, freshness_days="400").code == 0


@pytest.mark.parametrize("day", ["yesterday", "2024-13-01", "20240601"])
def test_a_day_has_one_form(small, home, day) -> None:
    assert check(small, "--json", home=home, day=day).problem["code"] == "usage"


def test_what_is_no_register_is_not_looked_at(small, home) -> None:
    before = check(small, "--json", home=home).out
    (small / "README.md").write_text("words")
    (small / "world.json").write_text(json.dumps({"persons": 8}))
    (small / "truth").mkdir()
    (small / "truth" / "person.parquet").write_text("rubbish")
    assert check(small, "--json", home=home).out == before


@pytest.mark.parametrize("quotes", ["necessary", "always"])
def test_csv_and_parquet_are_the_same_registers(town, home, tmp_path, quotes) -> None:
    for name in TABLES:
        town.rows(name).write_csv(tmp_path / f"{name}.csv", quote_style=quotes)
    as_csv = check(tmp_path, "--json", home=home, day=town.as_of)
    assert as_csv.code == 0
    assert as_csv.document == check(town.directory, "--json", home=home, day=town.as_of).document


def test_a_register_in_both_forms_is_refused(small, home) -> None:
    pl.read_parquet(small / "signal.parquet").write_csv(small / "signal.csv")
    assert check(small, "--json", home=home).code == 11
