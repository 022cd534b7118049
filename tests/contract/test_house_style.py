"""The measures of the house: how long a module and a function may be, and what no code of ours may reach for."""

from __future__ import annotations

import ast
import statistics
from collections import Counter

import pytest

from tests.contract.source_tree import PACKAGES, Function, dotted, functions_of, module_files, nodes_of, shown, tree_of

LONGEST_MODULE, LONGEST_FUNCTION = 300, 50
TYPICAL_FUNCTION, ORDINARY_FUNCTION, ORDINARY_SHARE = 8, 25, 0.9
AMBIENT = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "os.environ", "os.getenv",
    "random.seed",
}  # fmt: skip
# the clock; where the environment comes in; two switches that MLflow reads at import
ALLOWED = Counter({
    ("governance/as_of.py", "datetime.now"): 1,
    ("service/cli/options.py", "os.environ"): 1,
    ("training/registry.py", "os.environ"): 2,
})  # fmt: skip


def length(node: Function) -> int:
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_a_module_has_one_purpose_and_says_which(path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_no_function_is_long(path) -> None:
    assert [node.name for node in functions_of(path) if length(node) > LONGEST_FUNCTION] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_short_as_a_rule(package: str) -> None:
    lengths = [length(node) for path in module_files(package) for node in functions_of(path)]
    assert statistics.median(lengths) <= TYPICAL_FUNCTION
    assert sum(lines <= ORDINARY_FUNCTION for lines in lengths) >= ORDINARY_SHARE * len(lengths)


def test_clock_environment_and_randomness_are_passed_in() -> None:
    reached = Counter(
        (shown(path), name)
        for path in module_files()
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute)
        for name in AMBIENT
        if (chain := dotted(node)) == name or chain.endswith("." + name)
    )
    assert reached == ALLOWED


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_nothing_is_printed_behind_the_command_line(path) -> None:
    calls = [node for node in nodes_of(path) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if dotted(call.func) in {"print", "pprint", "pprint.pprint"}] == []


HEAVY = {"lightgbm", "mlflow", "shap", "great_expectations", "sklearn", "scipy", "interpret", "pyspark", "matplotlib"}
# imported only by whoever has just imported MLflow
HEAVY_ON_PURPOSE = {"training/pyfunc.py"}


@pytest.mark.parametrize("path", module_files(), ids=shown)
def test_heavy_libraries_are_imported_where_they_are_used(path) -> None:
    at_import = [node for node in tree_of(path).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {
        name.split(".")[0]
        for node in at_import
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert names & HEAVY == set() or shown(path) in HEAVY_ON_PURPOSE
