"""Standing here, it puts this directory on the import path, so that every test can `from builders import ...`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mlflow_tables import make_tables_once
from tests.order import longest_first
from tests.watching import WATCH, watch_apps

# PySpark takes a process whose main module has no file for one that runs its doctests, and ends it with success. A
# test worker is such a process.
_MAIN = sys.modules["__main__"]
if not hasattr(_MAIN, "__file__"):
    _MAIN.__file__ = str(Path(__file__))


@pytest.fixture(autouse=True, scope="session")
def _watched() -> None:
    """Everything that leaves the service in a test is searched for names and CPR numbers."""
    watch_apps()


@pytest.fixture(autouse=True)
def _nobody_named(_watched: None) -> Iterator[None]:
    """No test lets a name or a number out where it may not be."""
    WATCH.findings.clear()
    yield
    assert WATCH.findings == []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="write docs/screenshots from the browser tests")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the random order was drawn: xdist hands out modules in the order that they stand in."""
    items[:] = longest_first(items)


def pytest_runtest_setup() -> None:
    make_tables_once()


def pytest_collection_finish() -> None:
    """All tests and what they import stay until the end: the search for garbage need not go through them each time."""
    gc.collect()
    gc.freeze()
