"""The product's own files and their syntax trees, for tests that read the code rather than run it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("governance", "features", "training", "service", "synthetic_data")
FOLDERS = (*PACKAGES, "tests", "docs", "benchmarks", ".ci")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def module_files(*packages: str) -> list[Path]:
    """Every Python file of the packages (all five when none is named)."""
    return sorted(path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))


def text_files() -> list[Path]:
    """Every file of the repository that a person may read: the folders above and the files beside them."""
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    beside = [path for path in ROOT.iterdir() if path.name not in {".git", ".coverage"}]
    return sorted(path for path in (*below, *beside) if path.is_file())


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the tree: it is gone through by many tests, and walking it takes longer than what they ask."""
    return tuple(ast.walk(tree_of(path)))


def functions_of(path: Path) -> Iterator[Function]:
    return (node for node in nodes_of(path) if isinstance(node, Function))


def documentation_of(tree: ast.Module) -> set[int]:
    """Identities of the string nodes that are docstrings."""
    owners = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | Function)]
    return {
        id(node.body[0].value)
        for node in owners
        if node.body and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    }


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, `?.c` where it begins with something else; empty for what is no name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value) or '?'}.{node.attr}"
    return ""


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
