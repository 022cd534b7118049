"""Fifty old decisions come out the same after the registers have moved on, and whatever was altered is noticed.

The list is made from the registers as they were on a day; then half a year goes by: new facts, corrections, closed
cases, appeals, and rows that somebody recorded late. Replay goes by the registers kept with the run, and again by
today's.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.as_of import SystemClock
from governance.benefits import load_catalogue
from governance.errors import AuditLogBroken, DataContractError, ModelMismatch, UsageError
from governance.settings import Settings
from governance.store.opening import Store, open_store
from service.replay import Rebuilding, load_rebuilding, refusal, replay_case
from synthetic_data.town import TownPlan, write_town
from tests.functional.calls import call
from tests.functional.governed import learn_quickly

THEN = dt.date(2023, 12, 1)
SAMPLE = 50
LATER = THEN + dt.timedelta(days=30)


@dataclass(frozen=True)
class Old:
    """A list made at `THEN`, the state it left, and the registers of half a year later."""

    home: Path
    run_id: str
    rows: pl.DataFrame
    today: Path

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, threads=1)

    def store(self) -> Store:
        return open_store(self.settings, clock=SystemClock(), actor="test")

    def rebuilding(self, registers: Path | None = None) -> Rebuilding:
        return load_rebuilding(
            self.run_id, settings=self.settings, store=self.store(), report=lambda _: None, registers=registers
        )


def as_exported_then(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The register as an export of the day itself would have been: by its columns, not by the product."""
    if "recorded_on" in rows.columns:
        rows = rows.filter(pl.col("recorded_on") <= THEN)
    if name == "control_case":
        rows = rows.filter(pl.col("opened_on") <= THEN)
        closed = pl.col("closed_on") <= THEN
        rows = rows.with_columns(pl.when(closed).then(pl.col(c)).alias(c) for c in ("closed_on", "outcome", "hours"))
    for late in ("retracted_on", "reversed_on"):
        if late in rows.columns:
            rows = rows.with_columns(pl.when(pl.col(late) <= THEN).then(pl.col(late)))
    return rows


def with_more_of_later(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What an adversary may lawfully record after the day: every version undone, every decision appealed."""
    if "retracted_on" in rows.columns:
        open_versions = pl.col("retracted_on").is_null() & (pl.col("recorded_on") <= THEN)
        chosen = pl.int_range(pl.len()) % 3 == 0
        rows = rows.with_columns(
            retracted_on=pl.when(open_versions & chosen).then(pl.lit(LATER)).otherwise("retracted_on")
        )
    if name == "signal":
        late = rows.head(400).with_columns(recorded_on=pl.lit(LATER), signal_id=pl.col("signal_id") + "-late")
        rows = pl.concat([rows.filter(pl.col("recorded_on") <= THEN), late, rows.filter(pl.col("recorded_on") > THEN)])
    if name == "control_effect":
        stands = pl.col("reversed_on").is_null()
        rows = rows.with_columns(
            reversed_on=pl.when(stands).then(pl.max_horizontal("recorded_on", pl.lit(LATER))).otherwise("reversed_on")
        )
    return rows.sample(fraction=1.0, shuffle=True, seed=5)


@pytest.fixture(scope="module")
def old(tmp_path_factory) -> Old:
    place = tmp_path_factory.mktemp("replay")
    write_town(place / "town", TownPlan(persons=3_000, seed=8, cases=500), catalogue=load_catalogue().as_rows())
    for folder in ("then", "today"):
        (place / folder).mkdir()
    for path in (place / "town").glob("*.parquet"):
        rows = pl.read_parquet(path)
        as_exported_then(path.stem, rows).write_parquet(place / "then" / path.name)
        with_more_of_later(path.stem, rows).write_parquet(place / "today" / path.name)
    born = pl.read_parquet(place / "then" / "person.parquet").select("person_id").unique()
    protected = pl.read_parquet(place / "then" / "protected.parquet")
    protected.join(born, on="person_id", how="semi").write_parquet(place / "then" / "protected.parquet")
    home, out = place / "home", place / "list"
    with pytest.MonkeyPatch.context() as patch:
        learn_quickly(patch)
        words = ("train", place / "then", "--as-of", THEN, "--no-evaluate", "--json")
        assert call(*words, home=home, threads="1").code == 0
    # a price of its own: the replay must take it from the run, not from the settings of the day
    words = ("rank", place / "then", "--as-of", THEN, "--hours", 900, "--hourly-cost-ore", 5_001, "--out", out)
    said = call(*words, "--json", home=home)
    assert said.code == 0, said.err
    return Old(home, said.document["run_id"], pl.read_parquet(out / "worklist.parquet"), place / "today")


@pytest.mark.parametrize("route", ["kept", "given"])
def test_fifty_random_decisions_come_out_the_same_after_the_registers_moved_on(old: Old, route: str) -> None:
    rebuilding = old.rebuilding(old.today if route == "given" else None)
    assert old.rows.height >= SAMPLE
    places = np.random.default_rng(20_231_201).choice(old.rows.height, SAMPLE, replace=False) + 1
    store = old.store()
    for place in places.tolist():
        done = replay_case(rebuilding, str(place), store=store)
        assert (done.route, done.place, done.differing, refusal(done)) == (route, place, (), None)
        assert done.document["explanation"]["for"]
    probability = dict(old.rows.select("rank", "hit_probability").iter_rows())
    assert done.document["score"]["hit_probability"] == probability[done.place]
    with store.reading() as connection:
        events = connection.exec_driver_sql(
            "SELECT details FROM audit_event WHERE action = 'decision.replayed' ORDER BY seq DESC LIMIT 50"
        ).fetchall()
    assert [json.loads(details)["differing"] for (details,) in events] == [[]] * SAMPLE


def test_the_registers_did_move_on(old: Old) -> None:
    """Read as of later, the same addresses have other facts: the replays above had something to withstand."""
    from features.build import build_matrix
    from features.engines import PolarsEngine
    from governance.registers import load_registers

    engine = PolarsEngine(load_registers(old.today))
    units = old.rows.select(unit_id="address_id", address_id="address_id")
    then, later = (build_matrix(engine, units.with_columns(as_of=pl.lit(day))) for day in (THEN, LATER))
    changed = [name for name in then.columns if name not in ("as_of",) and not then[name].equals(later[name])]
    assert len(changed) > 20


def test_a_case_may_be_named_in_three_ways(old: Old) -> None:
    rebuilding, store = old.rebuilding(), old.store()
    by_place = replay_case(rebuilding, "2", store=store)
    by_address = replay_case(rebuilding, old.rows["address_id"][1], store=store)
    assert by_place == by_address == replay_case(rebuilding, by_place.case, store=store)
    assert by_place.case.startswith("case-")
    for wrong in ("0", "99999", "case-0", "syn-nobody"):
        with pytest.raises(UsageError) as refused:
            replay_case(rebuilding, wrong, store=store)
        assert "nobody" not in str(refused.value)


def test_the_command_prints_every_hash_and_names_nobody(old: Old) -> None:
    address = old.rows["address_id"][4]
    said = call("replay", old.run_id, address, "--json", home=old.home)
    assert said.code == 0, said.err
    assert said.document["identical"] is True
    assert {part: each["kept"] == each["rebuilt"] for part, each in said.document["hashes"].items()} == {
        "features": True, "score": True, "explanation": True,
    }  # fmt: skip
    assert address not in said.out + said.err
    told = call("replay", old.run_id, 5, "--registers", old.today, home=old.home)
    assert told.code == 0, told.err
    assert told.out.count(" yes") == 3 and "taler for:" in told.out
    assert "syn-" not in told.out


@pytest.mark.parametrize("words", [("0" * 16, 1), ("nosuch", 1)])
def test_a_run_that_nobody_kept_is_a_wrong_word(old: Old, words: tuple[object, ...]) -> None:
    said = call("replay", *words, "--json", home=old.home)
    assert (said.code, said.problem["code"]) == (2, "usage")


def a_copy(old: Old, into: Path) -> Old:
    # state that a test may spoil; MLflow's artifacts stay where they are
    shutil.copytree(old.home / "registers", into / "registers")
    shutil.copytree(old.home / "keys", into / "keys")
    shutil.copytree(old.home / "artifacts", into / "artifacts")
    for name in ("adressekontrol.db", "mlflow.db"):
        shutil.copy(old.home / name, into / name)
    return Old(into, old.run_id, old.rows, old.today)


def test_one_changed_row_of_todays_registers_is_noticed(old: Old, tmp_path: Path) -> None:
    """The rent of one household, changed in place instead of corrected."""
    today = tmp_path / "today"
    shutil.copytree(old.today, today)
    address = old.rows["address_id"][0]
    rows = pl.read_parquet(today / "address.parquet")
    known = (pl.col("recorded_on") <= THEN) & (pl.col("address_id") == address)
    rows.with_columns(area_m2=pl.when(known).then(pl.col("area_m2") + 1).otherwise("area_m2")).write_parquet(
        today / "address.parquet"
    )
    rebuilding, store = old.rebuilding(today), old.store()
    hurt, other = (replay_case(rebuilding, place, store=store) for place in ("1", "2"))
    assert "features" in hurt.differing and other.differing == ()
    wrong = refusal(hurt)
    assert isinstance(wrong, DataContractError) and wrong.item == "features at place 1"
    said = call("replay", old.run_id, 1, "--registers", today, "--json", home=old.home)
    assert (said.code, said.problem["code"], said.document["identical"]) == (11, "data-contract", False)


def test_one_changed_byte_of_the_kept_registers_is_noticed(old: Old, tmp_path: Path) -> None:
    spoilt = a_copy(old, tmp_path)
    (path,) = (tmp_path / "registers").glob("*/residence.parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(AuditLogBroken) as refused:
        spoilt.rebuilding()
    assert refused.value.item == "residence.parquet"
    said = call("replay", old.run_id, 1, "--json", home=tmp_path)
    assert (said.code, said.problem["code"]) == (14, "audit-log")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("explained_decision", "score = replace(score, substr(score, 1, 1), 'x') WHERE place = 3"),
        ("explained_decision", 'document = replace(document, \'"for":["\', \'"for":["Ikke \') WHERE place = 3'),
        ("explained_decision", "place = 900 WHERE place = 3"),
        ("explained_run", "grounds = replace(grounds, '5001', '5002')"),
        ("explained_run", "seal = 'x'"),
    ],
)
def test_one_changed_value_of_what_was_kept_is_noticed(old: Old, tmp_path: Path, table: str, change: str) -> None:
    spoilt = a_copy(old, tmp_path)
    with sqlite3.connect(tmp_path / "adressekontrol.db") as connection:
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute(f"UPDATE {table} SET {change}")
        # whoever owns the file can take the guard away
        connection.execute(f"DROP TRIGGER {table}_no_update")
        assert connection.execute(f"UPDATE {table} SET {change}").rowcount > 0
    connection.close()
    with pytest.raises(AuditLogBroken):
        spoilt.rebuilding()


def test_a_dropped_decision_is_noticed(old: Old, tmp_path: Path) -> None:
    spoilt = a_copy(old, tmp_path)
    with sqlite3.connect(tmp_path / "adressekontrol.db") as connection:
        connection.execute("DROP TRIGGER explained_decision_no_delete")
        connection.execute("DELETE FROM explained_decision WHERE place = 1")
    connection.close()
    with pytest.raises(AuditLogBroken):
        spoilt.rebuilding()


def test_another_model_is_noticed_by_the_score(old: Old) -> None:
    from dataclasses import replace

    rebuilding = old.rebuilding()
    level = replace(rebuilding.model.level, shift=rebuilding.model.level.shift + 1e-12)
    done = replay_case(replace(rebuilding, model=replace(rebuilding.model, level=level)), "1", store=old.store())
    assert "features" not in done.differing and "score" in done.differing
    wrong = refusal(done)
    assert isinstance(wrong, ModelMismatch) and "score" in wrong.what


def test_a_sentence_told_otherwise_is_noticed(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("training.bundle").bundle.REGISTERS_DA, "residence", "Folkeregisteret")
    done = replay_case(old.rebuilding(), "1", store=old.store())
    assert done.differing == ("explanation",)
    assert isinstance(refusal(done), ModelMismatch)


def test_features_declared_otherwise_are_refused_before_anything_is_read(old: Old, monkeypatch) -> None:
    monkeypatch.setattr("service.replay.feature_catalogue_hash", lambda: "declared anew")
    with pytest.raises(ModelMismatch, match="declares its features otherwise"):
        old.rebuilding()


def test_a_run_of_every_candidate_keeps_hashes_but_no_documents(old: Old, tmp_path: Path) -> None:
    out = tmp_path / "list"
    then = old.today.parent / "then"
    said = call("rank", then, "--as-of", THEN, "--hours", 9, "--out", out, "--json", "--all", home=old.home)
    assert said.code == 0, said.err
    run_id = said.document["run_id"]
    with old.store().reading() as connection:
        count, longest = connection.exec_driver_sql(
            f"SELECT count(*), max(length(document)) FROM explained_decision WHERE run_id = '{run_id}'"
        ).one()
    assert (count, longest) == (said.document["candidates"], 0)
    last = call("replay", run_id, said.document["candidates"], "--json", home=old.home)
    assert last.document["identical"] is True


def test_registers_past_their_retention_leave_only_the_other_route(old: Old, tmp_path: Path) -> None:
    spoilt = a_copy(old, tmp_path)
    shutil.rmtree(tmp_path / "registers")
    with pytest.raises(DataContractError, match="no longer kept"):
        spoilt.rebuilding()
    assert replay_case(spoilt.rebuilding(old.today), "1", store=spoilt.store()).differing == ()
