"""A store on both databases, and a small list whose cases stand in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from governance.access.caller import Caller
from governance.store.opening import Store
from service.cases.intake import Intake
from tests.audit_logs import TickingClock, a_store
from tests.integration.conftest import database, postgresql
from tests.service.people import CALLERS
from tests.service.town import TownList, a_town_list

__all__ = ["database", "postgresql"]


@pytest.fixture
def clock() -> TickingClock:
    """The clock of the store: set `clock.at` to let time pass."""
    return TickingClock()


@pytest.fixture
def open_service_store(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Opens a store under the test's home; every one is closed afterwards."""
    stores: list[Store] = []

    def open_one(database: str, clock: TickingClock, **settings: object) -> Store:
        stores.append(a_store(tmp_path / "home", clock=clock, database=database, **settings))
        return stores[-1]

    yield open_one
    for store in stores:
        store.engine.dispose()


@pytest.fixture
def store(database: str, clock: TickingClock, open_service_store: Callable[..., Store]) -> Store:
    """An empty store on SQLite and on PostgreSQL; no case is drawn blind."""
    return open_service_store(database, clock, blind_share=0.0)


@pytest.fixture
def sqlite_store(tmp_path: Path, clock: TickingClock, open_service_store: Callable[..., Store]) -> Store:
    """An empty store on SQLite alone, where the database does not matter."""
    return open_service_store(f"sqlite:///{tmp_path / 'service.db'}", clock, blind_share=0.0)


@pytest.fixture
def town_list(store: Store) -> TownList:
    """The list of `tests.service.town`, on both databases."""
    return a_town_list(store)


@pytest.fixture(scope="session")
def kept_town_list(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str], Intake]:
    """A directory with the list of `tests.service.town` taken in: a copy is there ten times sooner than a new one."""
    place = tmp_path_factory.mktemp("town-list")
    store = a_store(place / "home", database=f"sqlite:///{place / 'service.db'}", blind_share=0.0)
    town = a_town_list(store)
    store.close()
    return place, town.ids, town.intake


@pytest.fixture
def sqlite_town_list(
    tmp_path: Path,
    clock: TickingClock,
    open_service_store: Callable[..., Store],
    kept_town_list: tuple[Path, Mapping[str, str], Intake],
) -> TownList:
    """The list of `tests.service.town`, on SQLite alone."""
    place, ids, intake = kept_town_list
    shutil.copytree(place, tmp_path, dirs_exist_ok=True)
    clock.now()
    clock.now()
    store = open_service_store(f"sqlite:///{tmp_path / 'service.db'}", clock, blind_share=0.0)
    return TownList(store, store.settings, dict(ids), intake)


@pytest.fixture
def callers() -> Mapping[str, Caller]:
    """Everybody of `tests.service.people` by user id."""
    return CALLERS
