"""Worlds of chance: the engine and the plain-Python second route agree on every feature, stake and candidate."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from builders import AS_OF, DAY, units_of
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import a_random_world, address_ids, write_world

from features.build import STAKES, build_matrix
from features.candidates import EXCLUSIONS, find_candidates
from features.definitions import load_catalogue_of_features
from features.engines import PolarsEngine
from features.reference.candidacy import judge_address
from features.reference.scene import Scene, load_scene
from features.reference.stakes import trace_stakes
from features.reference.trace import trace_features
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.contracts.check import check_registers
from governance.legal_bases import load_legal_bases
from governance.registers import Registers
from governance.settings import Settings

SEEDS = st.integers(0, 10**9)
DAYS_EARLIER = st.sampled_from((0, 0, 0, 1, 60, 400))
# a proof over fixed seeds beside the search: it shows that the worlds are rich enough to tell anything
RICH_SEEDS = range(50)


def _scenes(registers: Registers, as_of: AsOf) -> dict[str, Scene]:
    catalogue = load_catalogue()
    return {
        name: load_scene(registers, name, as_of=as_of, catalogue=catalogue)
        for name in [*address_ids(registers), "nowhere"]
    }


def _by_engine(registers: Registers, as_of: AsOf) -> pl.DataFrame:
    return build_matrix(PolarsEngine(registers), units_of(*address_ids(registers), "nowhere", day=as_of.day))


@given(seed=SEEDS, earlier=DAYS_EARLIER)
@settings(max_examples=30, deadline=None)
def test_engine_and_second_route_agree_on_features_and_stakes(seed: int, earlier: int) -> None:
    registers, as_of = a_random_world(seed), AS_OF.minus_days(earlier)
    scenes = _scenes(registers, as_of)
    for row in _by_engine(registers, as_of).to_dicts():
        scene = scenes[row["address_id"]]
        assert {trace.name: trace.value for trace in trace_features(scene)} == {
            name: row[name] for name in load_catalogue_of_features()
        }
        stakes = trace_stakes(scene)
        assert (stakes.bif_ore, stakes.buf_ore, stakes.kff_ore, stakes.society_ore) == tuple(
            row[name] for name in STAKES
        )


def test_the_worlds_of_chance_reach_every_feature() -> None:
    matrices = pl.concat([_by_engine(a_random_world(seed), AS_OF) for seed in RICH_SEEDS])
    varied = matrices.select(pl.col([*load_catalogue_of_features(), *STAKES]).fill_null(-1.0).n_unique())
    assert [name for name, values in varied.row(0, named=True).items() if values < 2] == []


@pytest.mark.parametrize("seed", range(3))
def test_the_worlds_of_chance_are_lawful(seed: int, tmp_path: Path) -> None:
    write_world(a_random_world(seed, persons=60, addresses=25), tmp_path)
    report = check_registers(tmp_path, as_of=AS_OF, settings=Settings())
    # rows that refer to what is recorded later are lawful, and counted apart
    assert report.faults.filter(~pl.col("consequence")).to_dicts() == []


def test_a_number_has_rows_of_its_registers_known_on_the_day() -> None:
    for seed in RICH_SEEDS:
        for scene in _scenes(a_random_world(seed), AS_OF).values():
            for trace in trace_features(scene):
                declared = load_catalogue_of_features()[trace.name]
                assert {row.register for row in trace.rows} <= set(declared.registers)
                assert all(row.recorded_on <= DAY for row in trace.rows)
                assert trace.rows or not trace.value


BASES = load_legal_bases()
BY_GRANT = tuple(basis for basis in BASES if basis.code != "cpr_10")
BY_SIGNAL = tuple(basis for basis in BASES if basis.code != "retssikkerhedsloven_11a")
FEW_BENEFITS = tuple(dataclasses.replace(basis, benefits=basis.benefits[:3]) for basis in BASES)
SETTINGS = (Settings(), Settings(cool_off_months=0, signal_months=1), Settings(cool_off_months=30, signal_months=36))


@given(
    seed=SEEDS,
    earlier=DAYS_EARLIER,
    chosen=st.sampled_from(SETTINGS),
    bases=st.sampled_from((BASES, BY_GRANT, BY_SIGNAL, FEW_BENEFITS)),
)
@settings(max_examples=20, deadline=None)
def test_engine_and_second_route_agree_on_candidates(
    seed: int, earlier: int, chosen: Settings, bases: tuple[object, ...]
) -> None:
    registers, as_of = a_random_world(seed, addresses=9), AS_OF.minus_days(earlier)
    found = find_candidates(PolarsEngine(registers), as_of=as_of, settings=chosen, bases=bases)
    judged = {
        name: judge_address(registers, name, as_of=as_of, settings=chosen, bases=bases)
        for name in address_ids(registers)
    }
    reached = {name: judgement for name, judgement in judged.items() if judgement.reached}
    assert dict(zip(found.units["address_id"], found.units["legal_basis"], strict=True)) == {
        name: "+".join(judgement.bases) for name, judgement in reached.items() if judgement.is_candidate
    }
    assert found.considered == len(reached)
    counted = Counter(reason for judgement in reached.values() for reason in judgement.excluded)
    assert dict(found.excluded) == {reason: counted[reason] for reason in EXCLUSIONS}


def test_every_exclusion_occurs_among_the_worlds_of_chance() -> None:
    counted: Counter[str] = Counter()
    kept = 0
    for seed in RICH_SEEDS:
        registers, bases = a_random_world(seed, addresses=9), (BASES, FEW_BENEFITS)[seed % 2]
        found = find_candidates(PolarsEngine(registers), as_of=AS_OF, settings=Settings(), bases=bases)
        counted.update(found.excluded)
        kept += found.units.height
    assert kept
    assert all(counted[reason] for reason in EXCLUSIONS)
