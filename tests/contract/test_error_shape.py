"""One error shape: every refusal has a code and an exit code of its own, a remedy, and nobody's id in its words."""

from __future__ import annotations

import ast
import inspect

import pytest

from governance.errors import ERRORS, UserError
from tests.contract.source_tree import dotted, module_files, nodes_of, shown

EXIT_CODES = {
    "usage": 2,
    "settings": 10,
    "data-contract": 11,
    "permission": 12,
    "governance-gate": 13,
    "audit-log": 14,
    "model-mismatch": 15,
    "not-found": 16,
    "not-now": 17,
    "invalid-form": 18,
}
NAMES = {error.__name__ for error in ERRORS}


def error_classes() -> set[str]:
    """`file:class` of every class that is a `UserError`, read from the code."""
    return {
        f"{shown(path)}:{node.name}"
        for path in module_files()
        for node in nodes_of(path)
        if isinstance(node, ast.ClassDef)
        if {dotted(base).split(".")[-1] for base in node.bases} & {*NAMES, "UserError"}
    }


def test_every_error_is_in_the_list_and_stands_in_one_place() -> None:
    assert error_classes() == {f"governance/errors.py:{name}" for name in NAMES}


def test_codes_and_exit_codes_are_those_that_are_promised() -> None:
    assert {error.code: error.exit_code for error in ERRORS} == EXIT_CODES
    assert len(ERRORS) == len(EXIT_CODES)


@pytest.mark.parametrize("error", ERRORS)
def test_the_same_error_is_text_and_mapping(error) -> None:
    raised = error("What.", item="a table", remedy="Do this.")
    assert str(raised) == "What. [a table] Do this."
    assert raised.as_problem() == {
        "code": error.code, "what": "What.", "item": "a table", "remedy": "Do this.", "exit_code": error.exit_code,
    }  # fmt: skip


def test_item_and_remedy_cannot_be_forgotten() -> None:
    parameters = inspect.signature(UserError.__init__).parameters
    for name in ("item", "remedy"):
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[name].default is inspect.Parameter.empty


def refusals():
    for path in module_files():
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in NAMES:
                yield f"{shown(path)}:{node.lineno}", node


REFUSALS = dict(refusals())


def test_the_refusals_are_found() -> None:
    assert len(REFUSALS) > 20


@pytest.mark.parametrize("place", REFUSALS)
def test_a_refusal_says_what_to_do_and_interpolates_nobody(place: str) -> None:
    call = REFUSALS[place]
    remedies = [word.value for word in call.keywords if word.arg == "remedy"]
    assert len(remedies) == 1
    assert not (isinstance(remedies[0], ast.Constant) and not remedies[0].value)
    for part in ast.walk(call):
        if isinstance(part, ast.FormattedValue):
            named = {dotted(node) for node in ast.walk(part.value)}
            assert not any(word in name for name in named for word in ("person", "address", "related", "cpr"))
