"""The whole OpenAPI document asked at random as each role: nothing breaks, and nothing is answered that is not said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from governance.access.caller import Caller
from service.api.document import build_document
from service.cases.case import load_case
from service.cases.step import STEPS
from tests.audit_logs import TickingClock, a_store
from tests.service.api import proof_of, purpose_of
from tests.service.impact_reports import a_report, keep
from tests.service.named import name_everybody
from tests.service.people import ANNA, BUF_ONLY, DPO, EVALUATOR, LEADER, a_caller
from tests.service.tokens import PUBLIC_URL, an_app
from tests.service.town import TownList, a_town_list

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
ASKED_BY = {
    "nobody": None,
    **{each.user_id: each for each in (ANNA, BUF_ONLY, LEADER, DPO, EVALUATOR, a_caller("without-rights"))},
}
LAST = ("declare_conflict", "veto", "release", "skip")
"""Steps after which the caller can do nothing more with a case: asked last."""


DOCUMENT = build_document()
MAY_BE_EMPTY = {
    f"/api/v1/{path}"
    for path in ("fairness", "cases/{case_id}/letters/{letter_id}", "worklist", "log", "impact/workbook")
}
"""What random questions need not find: figures and letters that are not there, filters that are none."""


def operations() -> list[tuple[str, str]]:
    found = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
    return sorted(found, key=lambda each: each[0].rpartition("/")[2] in LAST)


OPERATIONS = operations()


@pytest.fixture
def town(tmp_path: Any) -> Iterator[TownList]:
    store = a_store(tmp_path / "home", clock=TickingClock(), database=f"sqlite:///{tmp_path / 'api.db'}")
    made = a_town_list(store)
    name_everybody(store, tmp_path)
    keep(store, a_report())
    for home in ("home-1", "home-2", "home-3"):
        made.take(home, "claim", ANNA)
    for home in ("home-2", "home-3"):
        made.take(home, "first_look", ANNA, assessment="would_open")
    made.take("home-3", "record_fact", ANNA, text="Lejligheden er udlejet.", source="bbr", known_on="2024-05-01")
    made.take("home-3", "open", ANNA)
    yield made
    store.engine.dispose()


@pytest.fixture(scope="module")
def schema() -> Any:
    """The document as read once: working out what may be asked by it takes longer than asking."""
    loaded = schemathesis.openapi.from_dict(DOCUMENT)
    # so that it is asked in this process; of which app says every call
    loaded.app = FastAPI()
    loaded.location = "/api/v1/openapi.json"
    return loaded


def fitting(path: str, town: TownList) -> str:
    """A case that stands where the step can be taken, if there is one; an opened one for everything else."""
    step = STEPS.get(path.rpartition("/")[2])
    for home in ("home-3", "home-2", "home-1"):
        with town.store.reading() as connection:
            if step is None or load_case(connection, town.ids[home]).state in step.from_states:
                return home
    return "home-3"


def may(who: Caller | None, path: str, method: str) -> bool:
    permission = DOCUMENT["paths"][path][method.lower()].get("x-permission")
    return permission is None or (who is not None and who.may(permission))


def strategies(operation: Any, town: TownList, who: Caller | None) -> Iterator[tuple[Any, int]]:
    """At random within the document, at random beside it, and within it about a case that stands there."""
    purpose = {"X-Purpose": purpose_of(who)} if who and purpose_of(who) else {}
    allowed = may(who, operation.path, operation.method)
    yield operation.as_strategy(GenerationMode.POSITIVE), 1
    if operation.body or {each.name for each in operation.iter_parameters()} - {"X-Purpose"}:
        yield operation.as_strategy(GenerationMode.NEGATIVE, headers=purpose), 1 + allowed
    if not allowed:
        return
    case = town.case(fitting(operation.path, town))
    known = {"case_id": case.case_id} if "{case_id}" in operation.path else None
    seen = purpose | {"If-Match": f'"{case.version}"'}
    yield operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known, headers=seen), 2


def ask(app: FastAPI, strategy: Any, examples: int, who: Caller | None, answers: Counter[int]) -> None:
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case: Any) -> None:
        proof = {name: value for name, value in (proof_of(who) if who else {}).items() if name != "X-Purpose"}
        response = case.call(base_url=PUBLIC_URL, headers=proof, app=app)
        case.validate_response(response, checks=CHECKS)
        answers[response.status_code] += 1

    one()


@pytest.mark.parametrize("name", ASKED_BY)
def test_nothing_breaks_and_nothing_is_answered_that_is_not_documented(name: str, schema: Any, town: TownList) -> None:
    who, app, answers = ASKED_BY[name], an_app(town.store), dict[tuple[str, str], Counter[int]]()
    for path, method in OPERATIONS:
        answers[path, method] = Counter()
        for strategy, examples in strategies(schema[path][method.upper()], town, who):
            ask(app, strategy, examples, who, answers[path, method])
    done = {path for (path, _), counted in answers.items() if counted[200]}
    readable = {path for path, method in OPERATIONS if method == "get" and may(who, path, method)}
    assert readable - done <= MAY_BE_EMPTY
