"""The kept registers are what was known on the day: no more, no less, and not to be altered or read by others."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from builders import AS_OF, DAY, a_case, a_grant, a_person, a_residence, a_world, days_ago
from random_worlds import a_random_world
from world_changes import with_a_future, with_undone_rows

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.errors import AuditLogBroken, DataContractError
from governance.legal_bases import load_legal_bases
from governance.registers import TABLES, Registers
from governance.settings import Settings
from service.kept_registers import keep_registers, known_at, load_kept, remove_expired


def tables(home: Path) -> set[str]:
    return {path.name for path in (home / "registers" / "tables").iterdir()}


def matrix_of(registers: Registers) -> pl.DataFrame:
    engine = PolarsEngine(registers)
    found = find_candidates(engine, as_of=AS_OF, settings=Settings(), bases=load_legal_bases())
    return build_matrix(engine, found.units, with_fact_dates=True)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_later_the_kept_registers_are_the_same_file_for_file(seed: int, tmp_path: Path) -> None:
    world = a_random_world(seed)
    name = keep_registers(world, as_of=AS_OF, home=tmp_path, today=DAY)
    first = tables(tmp_path)
    later = with_a_future(with_undone_rows(world, seed=seed, day=DAY), seed=seed, day=DAY)
    assert keep_registers(later, as_of=AS_OF, home=tmp_path, today=DAY) == name
    assert tables(tmp_path) == first


@pytest.mark.parametrize("seed", range(12))
def test_the_kept_registers_give_the_same_candidates_and_matrix(seed: int, tmp_path: Path) -> None:
    world = a_random_world(seed)
    kept = load_kept(keep_registers(world, as_of=AS_OF, home=tmp_path, today=DAY), home=tmp_path)
    assert matrix_of(kept).equals(matrix_of(world))


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    world = a_random_world(3)
    turned = Registers(frames={name: frame.reverse() for name, frame in world.frames.items()})
    assert keep_registers(world, as_of=AS_OF, home=tmp_path, today=DAY) == keep_registers(
        turned, as_of=AS_OF, home=tmp_path, today=DAY
    )


KEEP = """
import datetime as dt
import pathlib
import sys
import polars as pl
sys.path[:0] = {path!r}
from builders import AS_OF, DAY, a_world
from governance.registers import Registers
from service.kept_registers import keep_registers
world = a_world()
paid = pl.DataFrame({{
    "grant_id": "g", "person_id": "p", "benefit": "boligstoette", "month": dt.date(2024, 1, 1),
    "amount_ore": pl.int_range(150_000, eager=True), "recorded_on": dt.date(2024, 1, 3),
}})
frames = dict(world.frames) | {{"benefit_payment": paid.lazy()}}
print(keep_registers(Registers(frames=frames), as_of=AS_OF, home=pathlib.Path({home!r}), today=DAY))
"""


def test_the_number_of_threads_does_not_matter(tmp_path: Path) -> None:
    """Or a run made again on another machine would stand in the log with another outcome."""
    code = KEEP.format(path=[path for path in sys.path if path], home=str(tmp_path))
    words = [sys.executable, "-c", code]
    names = {
        subprocess.run(words, env={"POLARS_MAX_THREADS": count}, capture_output=True, text=True, check=True).stdout
        for count in ("1", "7")
    }
    assert len(names) == 1


def test_what_was_filled_in_later_is_empty_and_what_came_later_is_gone() -> None:
    world = a_world(
        a_case("home", case_id="open", opened_days_ago=20, closed_days_ago=-10, outcome="no_change"),
        a_case("home", case_id="shut", opened_days_ago=20, closed_days_ago=0, outcome="no_change"),
        a_case("home", case_id="future", opened_days_ago=-1, closed_days_ago=None, outcome=None),
        a_person("ane", retracted_days_ago=-1),
        a_person("bo", retracted_days_ago=0),
        a_person("cai", recorded_days_ago=-1),
        a_residence("ane", "home"),
    )
    known = {name: frame.collect() for name, frame in known_at(world, as_of=AS_OF).items()}
    cases = {row["case_id"]: row for row in known["control_case"].iter_rows(named=True)}
    assert {name: (row["closed_on"], row["outcome"]) for name, row in cases.items()} == {
        "open": (None, None), "shut": (DAY, "no_change"),
    }  # fmt: skip
    assert cases["open"]["hours"] is None
    persons = known["person"].filter(pl.col("person_id").is_in(["ane", "bo", "cai"]))
    assert persons["person_id"].to_list() == ["ane"] and persons["retracted_on"].to_list() == [None]
    assert all(frame.columns == list(TABLES[name].column_names) for name, frame in known.items())


def test_what_may_never_be_scored_is_not_kept(tmp_path: Path) -> None:
    world = a_random_world(1)
    assert world.table("control_case").collect()["caseworker_id"].n_unique() > 0
    kept = load_kept(keep_registers(world, as_of=AS_OF, home=tmp_path, today=DAY), home=tmp_path)
    assert kept.table("protected").collect().is_empty()
    for table, column in (("control_case", "caseworker_id"), ("address", "district")):
        assert kept.table(table).collect()[column].null_count() == kept.table(table).collect().height


def test_unchanged_tables_of_two_days_are_one_file_and_nobody_else_reads_them(tmp_path: Path) -> None:
    world = a_world(a_person("ane"), a_residence("ane", "home"), a_grant("ane"))
    more = a_world(a_person("ane"), a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="kontanthjaelp"))
    first, second = (keep_registers(each, as_of=AS_OF, home=tmp_path, today=DAY) for each in (world, more))
    assert first != second
    both = [tmp_path / "registers" / name / "residence.parquet" for name in (first, second)]
    assert both[0].stat().st_ino == both[1].stat().st_ino
    files = [path for path in (tmp_path / "registers").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    folders = [path for path in (tmp_path / "registers").rglob("*") if path.is_dir()]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


@pytest.mark.parametrize("table", ["residence", "protected"])
def test_a_changed_byte_is_found(tmp_path: Path, table: str) -> None:
    name = keep_registers(a_random_world(2), as_of=AS_OF, home=tmp_path, today=DAY)
    path = tmp_path / "registers" / name / f"{table}.parquet"
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(AuditLogBroken) as refused:
        load_kept(name, home=tmp_path)
    assert refused.value.item == f"{table}.parquet"


def test_a_changed_listing_and_a_missing_table_are_found(tmp_path: Path) -> None:
    name = keep_registers(a_random_world(2), as_of=AS_OF, home=tmp_path, today=DAY)
    (tmp_path / "registers" / name / "signal.parquet").unlink()
    with pytest.raises(AuditLogBroken, match="not those"):
        load_kept(name, home=tmp_path)
    path = tmp_path / "registers" / name / "tables.json"
    path.write_text(path.read_text(encoding="utf-8").replace("2024", "2023"), encoding="utf-8")
    with pytest.raises(AuditLogBroken) as refused:
        load_kept(name, home=tmp_path)
    assert refused.value.item == "tables.json"


def test_after_their_time_registers_go_with_every_table_that_no_other_run_holds(tmp_path: Path) -> None:
    world = a_world(a_person("ane"), a_residence("ane", "home"), a_grant("ane", from_days_ago=100))
    old = keep_registers(world, as_of=AsOf(days_ago(400)), home=tmp_path, today=days_ago(400))
    new = keep_registers(world, as_of=AS_OF, home=tmp_path, today=DAY)
    (tmp_path / "registers" / ".broken-off").mkdir()
    before = tables(tmp_path)
    assert remove_expired(home=tmp_path, today=DAY, days=400) == (0, 0)
    removed = remove_expired(home=tmp_path, today=DAY + dt.timedelta(days=1), days=400)
    assert removed == (1, len(before) - len(tables(tmp_path))) and removed[1] > 0
    load_kept(new, home=tmp_path)
    with pytest.raises(DataContractError, match="no longer kept"):
        load_kept(old, home=tmp_path)
    assert not list((tmp_path / "registers").glob(".*"))
    remove_expired(home=tmp_path, today=DAY + dt.timedelta(days=900), days=400)
    assert tables(tmp_path) == set()


def test_nothing_kept_is_nothing_to_remove(tmp_path: Path) -> None:
    assert remove_expired(home=tmp_path, today=DAY, days=1) == (0, 0)
