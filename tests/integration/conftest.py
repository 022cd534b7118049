"""Both databases that the product keeps its log in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from governance.store.opening import Store
from tests.audit_logs import TickingClock, a_store
from tests.integration.postgres import Server, running_server

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for the whole run; a missing one fails the tests that need it."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new empty database (PostgreSQL: schema)."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.make_schema(f"test_{next(_NUMBERS)}")


@pytest.fixture
def opened(database: str, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens the database; every store is closed afterwards."""
    stores: list[Store] = []

    def open_one(*, clock: TickingClock | None = None, **settings: object) -> Store:
        stores.append(a_store(tmp_path / "home", clock=clock, database=database, **settings))
        return stores[-1]

    yield open_one
    for store in stores:
        store.engine.dispose()
