"""A history that over-controlled a group is found out, a fair one is not: on two towns that differ in that alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.build import build_matrix
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.legal_bases import load_legal_bases
from governance.registers import load_registers
from governance.rules.evidence import GroupRatio, HistoryFairnessEvidence
from governance.settings import Settings
from synthetic_data.town import TownPlan, write_town
from tests.builders import DAY, a_residence, a_world
from training.bundle import model_inputs
from training.history_fairness import days_between, history_fairness, representation
from training.labels import Labels, build_labels
from training.past_risk import Known, out_of_sample_chance
from training.protected import BY_LAW, load_protected

LIMIT = 1.25


@dataclass(frozen=True)
class Town:
    engine: PolarsEngine
    labels: Labels
    matrix: pl.DataFrame
    protected: pl.DataFrame
    as_of: AsOf


def make_town(folder: Path, *, discriminate: bool) -> Town:
    plan = TownPlan(persons=10_000, seed=2, cases=800, discriminate=discriminate)
    write_town(folder, plan, catalogue=load_catalogue().as_rows())
    registers, as_of = load_registers(folder), AsOf(plan.as_of)
    engine = PolarsEngine(registers)
    labels = build_labels(registers, engine, as_of=as_of, settings=Settings())
    protected = load_protected(registers, as_of=as_of, bases=load_legal_bases())
    return Town(engine, labels, build_matrix(engine, labels.units), protected, as_of)


@pytest.fixture(scope="module")
def fair(tmp_path_factory) -> Town:
    return make_town(tmp_path_factory.mktemp("fair"), discriminate=False)


@pytest.fixture(scope="module")
def unfair(tmp_path_factory) -> Town:
    return make_town(tmp_path_factory.mktemp("unfair"), discriminate=True)


def measured(town: Town, **changed) -> HistoryFairnessEvidence:
    words = {"labels": town.labels, "matrix": town.matrix, "min_cell": 10} | changed
    return history_fairness(
        town.engine, words["labels"], words["matrix"], protected=town.protected, inputs=model_inputs(),
        settings=Settings(), bases=load_legal_bases(), as_of=town.as_of, rng=np.random.default_rng(1),
        min_cell=words["min_cell"],
    )  # fmt: skip


def above(evidence: HistoryFairnessEvidence) -> list[GroupRatio]:
    return [each for each in evidence.groups if each.attribute in BY_LAW and each.ratio and each.ratio.low > LIMIT]


def test_the_fair_history_passes_on_every_ground(fair) -> None:
    evidence = measured(fair)
    assert above(evidence) == []
    assert {each.attribute for each in evidence.groups} >= set(BY_LAW)
    assert evidence.measured_on == fair.as_of.day


def test_the_unfair_one_is_named_by_ground_and_group(unfair) -> None:
    found = {(each.attribute, each.group) for each in above(measured(unfair))}
    assert {("origin", "immigrant"), ("origin", "not danish")} <= found
    assert {attribute for attribute, _ in found} <= {"origin", "citizenship"}
    assert ("origin", "danish") not in found


def test_the_random_arm_is_no_part_of_it(fair) -> None:
    drawn = fair.labels.cases.with_columns(
        channel=pl.when(pl.col("hit")).then(pl.col("channel")).otherwise(pl.lit("random"))
    )
    ratios = [each.ratio for each in measured(fair, labels=Labels(drawn, {})).groups]
    assert ratios == [None] * len(ratios)


def test_small_groups_are_not_shown(fair) -> None:
    adults = 10**6
    assert all(each.ratio is None for each in measured(fair, min_cell=adults).groups)


def test_it_is_the_same_twice_and_in_any_order(fair) -> None:
    assert measured(fair) == measured(fair, matrix=fair.matrix.reverse())


def a_small_history() -> tuple[PolarsEngine, Labels, pl.DataFrame]:
    """Eight chosen homes, six of them foreign; four drawn, one of them foreign and drawn with half the probability."""
    homes = [f"home{number}" for number in range(12)]
    people = [a_residence(f"resident of {home}", home) for home in homes]
    cases = pl.DataFrame(
        {
            "case_id": homes, "address_id": homes, "opened_on": [DAY] * 12, "hit": [False] * 12,
            "channel": ["rule_list"] * 8 + ["random"] * 4,
            "selection_probability": [None] * 8 + [0.01, 0.02, 0.02, 0.02],
        }
    )  # fmt: skip
    foreign = [True] * 6 + [False] * 2 + [True] + [False] * 3
    words = {"sex": "F", "citizenship": "dk", "disability_pension": "no"}
    protected = pl.DataFrame({"person_id": [f"resident of {home}" for home in homes]}).with_columns(
        origin=pl.Series(["immigrant" if one else "danish" for one in foreign]),
        **{name: pl.lit(word) for name, word in words.items()},
    )
    return PolarsEngine(a_world(*people)), Labels(cases, {}), protected


def test_the_random_arm_sees_it_by_design() -> None:
    engine, labels, protected = a_small_history()
    found = {
        (each.attribute, each.group): each.ratio
        for each in representation(engine, labels, protected=protected, min_cell=1)
    }
    assert found["origin", "immigrant"].value == pytest.approx((6 / 8) / (100 / 250))
    assert found["origin", "danish"].value == pytest.approx((2 / 8) / (150 / 250))
    hidden = representation(engine, labels, protected=protected, min_cell=2)
    assert {each.group for each in hidden if each.attribute == "origin" and each.ratio} == {"danish"}


def test_the_days_lie_between_the_first_and_the_last_case(fair) -> None:
    opened = fair.labels.cases["opened_on"]
    days = days_between(opened)
    assert len(days) == 8
    assert opened.min() < days[0] < days[-1] < opened.max()


def test_no_address_is_judged_by_trees_that_saw_it() -> None:
    """An input that names the address and an outcome of pure chance: whoever saw it would know."""
    random = np.random.default_rng(1)
    address = np.array([f"a{number}" for number in range(300)], dtype=object)
    x, hit = np.arange(300, dtype=float)[:, None], random.random(300) < 0.3
    own, other = out_of_sample_chance(Known(x, hit, address), x, address, rng=random)
    assert (own == other).all()
    assert abs(np.corrcoef(own, hit)[0, 1]) < 0.25


def test_too_few_hits_tell_no_risk_apart() -> None:
    hit = np.arange(50) < 5
    known = Known(np.random.default_rng(1).normal(size=(50, 2)), hit, np.arange(50).astype(object))
    own, other = out_of_sample_chance(known, known.x[:3], known.address[:3], rng=np.random.default_rng(1))
    assert set(own) == set(other) == {0.1}
