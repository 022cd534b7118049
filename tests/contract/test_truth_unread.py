"""The planted truth of a synthetic town is for judging the product, which never reads it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from governance.contracts import check_registers
from governance.settings import Settings
from service.matrix_run import build_candidate_matrix
from tests.contract.source_tree import documentation_of, module_files, shown, tree_of
from tests.unit.governance.register_worlds import AS_OF, a_world, write_world

# as a folder or a file, not as a word of a sentence
TRUTH = re.compile(r"(^|/)truth($|/)|\w_truth\b|^truth\.")


def places(tree: ast.Module) -> list[int]:
    documentation = documentation_of(tree)
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.lineno for node in strings if id(node) not in documentation and TRUTH.search(node.value)]


@pytest.mark.parametrize("path", module_files("governance", "features", "training", "service"), ids=shown)
def test_the_product_names_no_truth(path: Path) -> None:
    assert places(tree_of(path)) == []


def test_the_maker_of_towns_does_name_it() -> None:
    assert any(places(tree_of(path)) for path in module_files("synthetic_data"))


def outcome(directory: Path):
    report = check_registers(directory, as_of=AS_OF, settings=Settings())
    built = build_candidate_matrix(
        directory, as_of=AS_OF, engine_name="polars", settings=Settings(), report=lambda _: None
    )
    return report.as_json(), built.lineage, built.candidates.units.rows(), built.candidates.excluded


def test_a_truth_folder_of_rubbish_changes_nothing(tmp_path: Path) -> None:
    directory = write_world(a_world(), tmp_path / "town")
    without = outcome(directory)
    (directory / "truth").mkdir()
    for name in ("address_truth", "case_truth", "person"):
        (directory / "truth" / f"{name}.parquet").write_bytes(b"no table at all")
    assert without[2], "the world has candidates, or this test says nothing"
    assert outcome(directory) == without
