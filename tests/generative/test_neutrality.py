"""The score cannot depend on who controls, on what is protected, or on which part of town it is.

Every value of these columns is replaced throughout the registers, and labels, matrix, scores and list are the same to
the bit. The shipped bases name none of the columns: what nobody may look at is empty before anything is computed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import pytest

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.legal_bases import lawful, load_legal_bases
from governance.registers import TABLES, Registers, load_registers
from governance.settings import Settings
from service.random_arm import Seed
from service.worklist import fill_capacity
from synthetic_data.town import TownPlan, write_town
from tests.small_plans import small_plan
from training.bundle import explain, model_inputs, score
from training.labels import build_labels
from training.ranking_model import RankingModel, fit_ranking_model

PLAN = TownPlan(persons=2_500, seed=11, cases=350)
AS_OF = AsOf(PLAN.as_of)
Change = Callable[[pl.DataFrame], pl.DataFrame]
UNSEEN = [
    ("control_case", "caseworker_id"), ("address", "district"),
    *(("protected", name) for name in TABLES["protected"].column_names if name != "person_id"),
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What one run of the line makes of registers."""

    labels: pl.DataFrame
    history: pl.DataFrame
    matrix: pl.DataFrame
    units: pl.DataFrame


def line_of(registers: Registers) -> Line:
    engine, bases, settings = PolarsEngine(registers), load_legal_bases(), Settings()
    learning = lawful(bases, on=AS_OF.day, phase="development")
    labels = build_labels(registers, engine, as_of=AS_OF, settings=settings, lawful=learning)
    units = find_candidates(engine, as_of=AS_OF, settings=settings, bases=bases).units
    ranking = lawful(bases, on=AS_OF.day, phase="operation")
    matrix = build_matrix(engine, units, with_fact_dates=True, lawful=ranking)
    return Line(labels.cases, build_matrix(engine, labels.units, lawful=learning), matrix, units)


def model_of(line: Line) -> RankingModel:
    return fit_ranking_model(
        line.history, line.labels, inputs=model_inputs(), as_of=AS_OF.day, hourly_cost_ore=70_000, seed=1,
        base_plan=small_plan(),
    )  # fmt: skip


def listed(model: RankingModel, line: Line) -> tuple[pl.DataFrame, pl.DataFrame, list[object]]:
    scores = score(model, line.matrix)
    rows = fill_capacity(scores, hours=60.0, random_share=0.1, seed=Seed(5)).rows
    chosen = rows.select("unit_id").join(line.matrix, on="unit_id", how="left", maintain_order="left")
    return scores, rows, list(explain(model, chosen, as_of=AS_OF))


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Registers:
    directory = tmp_path_factory.mktemp("town")
    write_town(directory, PLAN, catalogue=load_catalogue().as_rows())
    return load_registers(directory)


@pytest.fixture(scope="module")
def as_it_was(town) -> Line:
    return line_of(town)


@pytest.fixture(scope="module")
def model(as_it_was) -> RankingModel:
    return model_of(as_it_was)


def replaced(registers: Registers, table: str, column: str) -> Registers:
    """Every value of the column drawn anew: another one of those there are, or one that nobody has seen."""
    rng = random.Random(f"{table}.{column}")
    frame = registers.table(table).collect()
    known = sorted(set(frame[column]))
    new = [rng.choice([value for value in known if value != old] or [f"{old}-other"]) for old in frame[column]]
    assert new != frame[column].to_list()
    changed = frame.with_columns(pl.Series(column, new, dtype=frame.schema[column]))
    return Registers(dict(registers.frames) | {table: changed.lazy()}, registers.directory)


@pytest.mark.parametrize(("table", "column"), UNSEEN)
def test_labels_matrix_scores_and_list_are_the_same_to_the_bit(town, as_it_was, model, table, column) -> None:
    after = line_of(replaced(town, table, column))
    for before_frame, after_frame in zip(vars(as_it_was).values(), vars(after).values(), strict=True):
        assert after_frame.equals(before_frame, null_equal=True)
    before, now = listed(model, as_it_was), listed(model, after)
    assert now[0].equals(before[0])
    assert now[1].equals(before[1])
    assert now[2] == before[2]


def test_all_of_them_at_once_train_the_same_model(town, as_it_was, model) -> None:
    changed = town
    for table, column in UNSEEN:
        changed = replaced(changed, table, column)
    after = line_of(changed)
    before, now = listed(model, as_it_was), listed(model_of(after), after)
    assert now[0].equals(before[0])
    assert now[1].equals(before[1])
    assert now[2] == before[2]


def test_the_comparison_would_tell(town, as_it_was, model) -> None:
    """A column that is looked at moves the list, or the tests above could not fail."""
    frame = town.table("benefit_grant").with_columns(pl.col("basis").reverse())
    after = line_of(Registers(dict(town.frames) | {"benefit_grant": frame}, town.directory))
    assert not listed(model, after)[0].equals(listed(model, as_it_was)[0])
    assert len(listed(model, as_it_was)[1]) > 3
