"""Training and service look at nothing past the legal bases: every matrix and every label is made with them."""

from __future__ import annotations

import ast

import pytest

from tests.contract.source_tree import dotted, module_files, nodes_of, shown

HELD_TO_BASES = {"build_matrix", "build_labels", "build_cases"}


@pytest.mark.parametrize("path", module_files("training", "service"), ids=shown)
def test_whoever_builds_says_what_may_be_looked_at(path) -> None:
    calls = [node for node in nodes_of(path) if isinstance(node, ast.Call)]
    built = [call for call in calls if dotted(call.func).rpartition(".")[2] in HELD_TO_BASES]
    free = [call.lineno for call in built if "lawful" not in {keyword.arg for keyword in call.keywords}]
    assert free == [], f"{shown(path)}: pass lawful=..., or it looks past the legal bases"


@pytest.mark.parametrize("path", module_files("features", "training", "service"), ids=shown)
def test_the_bases_are_those_of_the_installation(path) -> None:
    """`load_legal_bases()` are the shipped ones: a municipality's own file would be passed over."""
    pages = {"features/pages.py", "features/legal_page.py"}
    names = [dotted(node.func) for node in nodes_of(path) if isinstance(node, ast.Call)]
    assert "load_legal_bases" not in names or shown(path) in pages
