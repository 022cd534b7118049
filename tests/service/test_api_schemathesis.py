"""The whole OpenAPI document asked at random as each role: nothing breaks, and nothing is answered that is not said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.api.document import build_document
from service.app import create_app
from tests.audit_logs import TickingClock, a_store
from tests.service.api import PURPOSES, WHO, believing_headers
from tests.service.people import ANNA, CALLERS
from tests.service.town import HOMES, TownList, a_town_list

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
EXAMPLES = 2
STRANGER = "stranger"
ASKED_BY = ["anna", "birgit", "ledelse", "dpo", "eva", "gæst", STRANGER]
OPERATIONS = [(path, method) for path, methods in build_document()["paths"].items() for method in methods]
assert {*ASKED_BY} - {STRANGER} <= {*CALLERS}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownList]:
    home = tmp_path_factory.mktemp("schemathesis")
    plenty = {"rate_per_minute": 10**9, "peer_rate_per_minute": 10**9}
    store = a_store(home / "home", clock=TickingClock(), database=f"sqlite:///{home / 'api.db'}", **plenty)
    made = a_town_list(store)
    open_one(made, "home-1")
    yield made
    store.engine.dispose()


def open_one(town: TownList, home: str) -> None:
    town.take(home, "claim", ANNA)


@pytest.fixture(scope="module")
def schema(town: TownList) -> Any:
    app = believing_headers(create_app(town.store.settings, store=town.store, clock=town.store.clock))
    loaded = schemathesis.openapi.from_dict(build_document())
    loaded.app = app
    loaded.location = "/api/v1/openapi.json"
    return loaded


def strategies(operation: Any, town: TownList, who: str) -> Iterator[Any]:
    """At random within the document, at random beside it, and within it about a case that stands."""
    purpose = {"X-Purpose": PURPOSES.get(who, "supervision")}
    yield operation.as_strategy(GenerationMode.POSITIVE)
    if operation.body or {each.name for each in operation.iter_parameters()} - {"X-Purpose"}:
        yield operation.as_strategy(GenerationMode.NEGATIVE, headers=purpose)
    for home in HOMES[:2]:
        case = town.case(home)
        known = {"case_id": case.case_id} if "{case_id}" in operation.path else None
        seen = purpose | {"If-Match": f'"{case.version}"'}
        yield operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known, headers=seen)


def ask(strategy: Any, who: str) -> int:
    asked = 0

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case: Any) -> None:
        nonlocal asked
        response = case.call(base_url="http://127.0.0.1:8000", headers={WHO: quote(who)})
        case.validate_response(response, checks=CHECKS)
        asked += 1

    one()
    return asked


@pytest.mark.parametrize("who", ASKED_BY)
def test_nothing_breaks_and_nothing_is_answered_that_is_not_documented(who: str, schema: Any, town: TownList) -> None:
    asked = 0
    for path, method in OPERATIONS:
        for strategy in strategies(schema[path][method.upper()], town, who):
            asked += ask(strategy, who)
    assert asked >= 2 * len(OPERATIONS)
