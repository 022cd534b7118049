"""The register `protected` is read through one door, and nothing that ranks, lists or explains goes through it."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.errors import GateClosed
from governance.legal_bases import load_legal_bases
from governance.registers import Registers, load_registers
from governance.settings import Settings
from synthetic_data.town import TownPlan, write_town
from tests.contract.source_tree import documentation_of, module_files, nodes_of, shown, tree_of
from tests.small_plans import small_plan
from training.adults import adults_at
from training.bundle import model_inputs, score
from training.explain import contributions
from training.labels import build_labels
from training.protected import BY_LAW, load_protected
from training.ranking_model import fit_ranking_model

# the register's declaration; a view's column of name and address protection, which is another thing; the door
NAMED = Counter(
    {
        "governance/registers/control_registers.py": 1,
        "features/views/residence.py": 1,
        "features/candidates.py": 2,
        "training/protected.py": 1,
    }
)
DOOR = {"training.protected", "training.adults", "training.group_share"}
RANKING = (
    "features.",
    "training.hit_model",
    "training.ranking_model",
    "training.labels",
    "training.explain",
    "training.bundle",
)
PLAN = TownPlan(persons=2_500, seed=5, cases=400)


def names_it(path: Path) -> int:
    tree = tree_of(path)
    words = documentation_of(tree)
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in words)
    return sum(node.value == "protected" for node in constants)


def imported(path: Path) -> set[str]:
    nodes = nodes_of(path)
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {
        f"{node.module}.{alias.name}" for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return whole | parts | {part.rpartition(".")[0] for part in parts}


def test_no_other_module_names_the_register() -> None:
    files = module_files("governance", "features", "training", "service")
    found = Counter({shown(path): names_it(path) for path in files})
    assert +found == NAMED


@pytest.mark.parametrize("path", module_files("features", "training", "service"), ids=shown)
def test_what_ranks_and_explains_imports_none_of_it(path: Path) -> None:
    module = shown(path).removesuffix(".py").replace("/", ".")
    if module.startswith(RANKING) or "worklist" in module or "random_arm" in module:
        assert not imported(path) & (DOOR | {"service.fair_choice"})


def trapped(registers: Registers) -> Registers:
    """The same registers, in which touching `protected` is an error."""

    def spring(_: pl.DataFrame) -> pl.DataFrame:
        raise AssertionError("protected was read")

    frame = registers.table("protected")
    sprung = frame.map_batches(spring, schema=frame.collect_schema())
    return Registers({**registers.frames, "protected": sprung}, registers.directory)


@pytest.fixture(scope="module")
def registers(tmp_path_factory) -> Registers:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder, PLAN, catalogue=load_catalogue().as_rows())
    return load_registers(folder)


def the_whole_line(registers: Registers) -> tuple[pl.DataFrame, pl.DataFrame, np.ndarray]:
    """From registers to scores and contributions, by the same steps as training and ranking take."""
    engine, as_of, settings = PolarsEngine(registers), AsOf(PLAN.as_of), Settings()
    labels = build_labels(registers, engine, as_of=as_of, settings=settings)
    model = fit_ranking_model(
        build_matrix(engine, labels.units), labels.cases, inputs=model_inputs(), as_of=as_of.day,
        hourly_cost_ore=settings.hourly_cost_ore, seed=1, base_plan=small_plan(),
    )  # fmt: skip
    units = find_candidates(engine, as_of=as_of, settings=settings, bases=load_legal_bases()).units
    matrix = build_matrix(engine, units, with_fact_dates=True)
    return matrix, score(model, matrix), contributions(model, matrix.head(20))[0]


def test_the_line_never_touches_it_and_gives_the_same_without_it(registers) -> None:
    matrix, scores, told = the_whole_line(trapped(registers))
    emptied = Registers({**registers.frames, "protected": registers.table("protected").clear()}, registers.directory)
    other_matrix, other_scores, other_told = the_whole_line(emptied)
    assert matrix.equals(other_matrix)
    assert scores.equals(other_scores)
    assert (told == other_told).all()
    assert not set(BY_LAW) & {*matrix.columns, *scores.columns}


def test_the_trap_does_spring(registers) -> None:
    with pytest.raises(Exception, match="protected was read"):
        load_protected(trapped(registers), as_of=AsOf(PLAN.as_of), bases=load_legal_bases())


def test_nothing_is_read_before_the_basis_is_asked(registers) -> None:
    with pytest.raises(GateClosed):
        load_protected(trapped(registers), as_of=AsOf(PLAN.as_of), bases=())


def test_adults_come_of_the_door_alone(registers) -> None:
    """Everything protected about an adult is what the door was given: another table, another answer."""
    engine, as_of = PolarsEngine(trapped(registers)), AsOf(PLAN.as_of)
    units = find_candidates(engine, as_of=as_of, settings=Settings(), bases=load_legal_bases()).units
    nobody = pl.DataFrame(schema=dict.fromkeys(("person_id", *BY_LAW), pl.String))
    adults = adults_at(engine, units, protected=nobody)
    assert not adults.is_empty()
    assert {value for name in BY_LAW for value in adults[name].unique()} == {"unknown"}
