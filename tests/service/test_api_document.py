"""The document tells everything of every route, in examples of people who cannot exist, and is the one that is served."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import pytest
import schemathesis
from pydantic import ValidationError

from governance.access.permissions import OFFICES, PERMISSIONS
from governance.errors import ERRORS, InvalidForm
from service.api import routers
from service.api.cursor import read_cursor, write_cursor
from service.api.document import build_document
from service.api.documented import PROBLEM_SCHEMA
from service.api.models import base
from service.api.models.forms import form_model
from service.api.models.letters import letter_body
from service.api.pages import render_api_page, render_problems_page
from service.api.problems import PROBLEMS, STATUS_OF
from service.api.routing import JsonRoute
from service.auth.declared import Requirement, declared_routes
from service.cases import forms
from service.cases.effects import ProposedEffect, effect_faults
from service.cases.step import STEPS
from service.identities.cpr_number import possible
from service.letters.kinds import LETTER_KINDS
from service.web.problems import problem_of
from tests.service.api import Asker
from tests.service.tokens import InProcess, an_app
from tests.service.town import TownList

DOCUMENT = build_document()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
IDS = [operation["operationId"] for _, _, operation in OPERATIONS]
by_operation = pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)


def test_operation_ids_are_stable_words_and_no_two_are_the_same() -> None:
    assert len(set(IDS)) == len(IDS)
    assert all(re.fullmatch(r"[a-z_]+", each) for each in IDS)


def test_the_example_of_an_effect_is_one_that_can_be_taken() -> None:
    [shown] = DOCUMENT["components"]["schemas"]["ProposeForm"]["properties"]["effects"]["examples"][0]
    effect = ProposedEffect(**shown | {"effective_from": dt.date.fromisoformat(shown["effective_from"])})
    grant = {"person": effect.person, "benefit": effect.benefit, "monthly_ore": None}
    assert effect_faults([effect], {effect.person: "somebody"}, {effect.grant: grant}) == []


def test_the_document_is_valid_and_holds_what_it_refers_to() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    kinds = {name: set(parts) for name, parts in DOCUMENT["components"].items()}
    for found in re.findall(r"#/components/(\w+)/([\w.]+)", str(DOCUMENT)):
        assert found[1] in kinds[found[0]]


@by_operation
def test_every_operation_says_what_it_is_and_what_it_refuses(path: str, method: str, operation: Any) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert path.startswith("/api/v1/")
    answers = set(operation["responses"])
    assert {"413", "429", "503"} <= answers
    if operation["security"]:
        assert {"401", "403"} <= answers
        assert operation["x-permission"] in PERMISSIONS
    if operation.get("parameters") or "requestBody" in operation:
        assert "422" in answers
    if "requestBody" in operation:
        assert {"409", "415"} <= answers
    if "{case_id}" in path:
        assert "404" in answers
    refused = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
    assert all(answer == {"$ref": f"#/components/responses/Refused{status}"} for status, answer in refused.items())


@by_operation
def test_a_personal_operation_wants_a_purpose(path: str, method: str, operation: Any) -> None:
    permission = PERMISSIONS.get(operation.get("x-permission", ""))
    named = [each["name"] for each in operation.get("parameters", ())]
    wants = permission is not None and permission.personal and operation["operationId"] != "break_glass"
    assert ("X-Purpose" in named) == wants


@by_operation
def test_no_address_holds_a_person(path: str, method: str, operation: Any) -> None:
    words = [each["name"] for each in operation.get("parameters", ()) if each["in"] in {"path", "query"}]
    assert not {"person_id", "address_id", "cpr", "cpr_number", "name"} & set(words)


def test_what_writes_names_a_version_or_a_key() -> None:
    for path, method, operation in OPERATIONS:
        named = {each["name"]: each["required"] for each in operation.get("parameters", ())}
        if "/steps/" in path:
            assert named["If-Match"]
            assert named["Idempotency-Key"] is False
            assert {"412", "428"} <= set(operation["responses"])
        elif method == "post" and operation["operationId"] not in READS:
            assert named["Idempotency-Key"] is True


READS = {"verify_log", "who_saw", "replay_decision", "export_person"}
"""Asked with POST because they take long or carry a number that may stand in no address; they change nothing."""


def test_every_route_is_in_the_document_and_takes_json_alone() -> None:
    from fastapi import FastAPI

    app = FastAPI(openapi_url=None)
    for router in routers():
        assert router.route_class is JsonRoute
        app.include_router(router)
    found = {(route.path, method.lower()) for route in declared_routes(app) for method in route.methods}
    documented = {(path, method) for path, method, _ in OPERATIONS}
    assert found - documented == {("/api/v1/openapi.json", "get")}
    assert sum(isinstance(route.declared, Requirement) for route in declared_routes(app)) == len(found) - 2


def test_every_step_has_a_route_with_its_fields() -> None:
    for code, step in STEPS.items():
        operation = DOCUMENT["paths"][f"/api/v1/cases/{{case_id}}/steps/{code}"]["post"]
        assert operation["summary"] == step.text_da
        assert operation["x-permission"] == step.permission
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = DOCUMENT["components"]["schemas"][name]
        assert set(schema.get("properties", {})) == {each.name for each in step.fields}
        assert set(schema.get("required", ())) == {each.name for each in step.fields if each.required}
        assert schema["additionalProperties"] is False


def test_every_letter_has_its_shape() -> None:
    [schema] = [
        operation["requestBody"]["content"]["application/json"]["schema"]
        for _, _, operation in OPERATIONS
        if operation["operationId"] == "make_letter"
    ]
    assert set(schema["discriminator"]["mapping"]) == set(LETTER_KINDS)
    assert len(get_args(get_args(letter_body())[0])) == len(LETTER_KINDS)


def examples(part: Any) -> Iterator[Any]:
    if isinstance(part, Mapping):
        yield from part.get("examples", ()) if isinstance(part.get("examples"), list) else ()
        for each in part.values():
            yield from examples(each)
    elif isinstance(part, list):
        for each in part:
            yield from examples(each)


def models() -> Iterator[type[base.Answer] | type[base.Asked]]:
    waiting: list[Any] = [base.Answer, base.Asked]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.model_config.get("json_schema_extra") and "examples" in found.model_config["json_schema_extra"]:
            yield found


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_examples_are_examples(model: Any) -> None:
    for each in model.model_config["json_schema_extra"]["examples"]:
        model.model_validate_json(json.dumps(each))


def test_every_answer_and_every_question_has_an_example() -> None:
    shown = {model.__name__ for model in models()}
    answered = set(re.findall(r"schemas/(\w+)", str([op["responses"].get("200", {}) for _, _, op in OPERATIONS])))
    made = set(re.findall(r"schemas/(\w+)", str([op["responses"].get("201", {}) for _, _, op in OPERATIONS])))
    assert answered | made <= shown
    asked = {str(op.get("requestBody", "")) for path, _, op in OPERATIONS if "/steps/" not in path}
    bodies = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(asked)))
    assert {name for name in bodies if not name.endswith("Letter")} <= shown


def test_the_people_of_the_examples_cannot_exist() -> None:
    numbers = re.findall(r"\b[0-9]{6}-?[0-9]{4}\b", str(list(examples(DOCUMENT))))
    assert numbers
    assert not any(possible(number.replace("-", "")) for number in numbers)


def test_the_document_that_is_served_is_the_one_in_docs(sqlite_town_list: TownList) -> None:
    with InProcess(an_app(sqlite_town_list.store)) as client:
        assert Asker(client, None).get("/openapi.json").json() == DOCUMENT


def test_every_problem_is_documented_and_every_error_is_a_problem() -> None:
    page = render_problems_page()
    assert all(f"| `{code}` | {kind.status} |" in page for code, kind in PROBLEMS.items())
    assert set(STATUS_OF) == {error.code for error in ERRORS}
    for error in ERRORS:
        said = problem_of(error("Hvad.", item="ting", remedy="Gør.")).document()
        assert set(PROBLEM_SCHEMA["required"]) <= set(said)
        assert said["code"] in PROBLEM_SCHEMA["properties"]["code"]["enum"]


def test_the_page_tells_of_every_operation() -> None:
    page = render_api_page()
    for path, method, operation in OPERATIONS:
        assert f"### `{method.upper()} {path}`" in page
        assert f"(`{operation['operationId']}`)" in page


def test_the_offices_are_those_of_the_table() -> None:
    assert set(get_args(base.Office)) == set(OFFICES)


@pytest.mark.parametrize("keys", [(), ("2024-06-01", 3, "sag-1"), (7,), ("æ", 1)])
def test_a_cursor_reads_back(keys: tuple[str | int, ...]) -> None:
    word = write_cursor(keys)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", word)
    if all(isinstance(key, int) or key.isascii() for key in keys):
        assert read_cursor(word, [type(key) for key in keys]) == keys


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("", (int,)), ("%%%", (int,)), ("Wzdd=", (int,)), (write_cursor((7,)) + "=", (int,)),
        (write_cursor(("7",)), (int,)), (write_cursor((7, 8)), (int,)), (write_cursor((True,)), (int,)),
        (write_cursor((-1,)), (int,)), (write_cursor((2**63,)), (int,)), (write_cursor(("a\x00",)), (str,)),
        (write_cursor(("æ",)), (str,)), ("eyJhIjoxfQ", (int,)), ("W1tbW1tb" * 400, (int,)),
    ],
)  # fmt: skip
def test_a_cursor_that_was_made_up_is_refused(word: str, kinds: tuple[type, ...]) -> None:
    with pytest.raises(InvalidForm):
        read_cursor(word, kinds)


@dataclass(frozen=True)
class Row:
    """A row of the form below."""

    person: int = forms.number("Person")
    ore: int = forms.money("Beløb")


@dataclass(frozen=True)
class Everything:
    """One field of each kind."""

    line: str = forms.text("Linje")
    words: str = forms.long("Ord", required=False)
    code: str = forms.choice("Kode", {"a": "A", "b": "B"})
    own: str = forms.choice("Fra sagen", source="persons", required=False)
    codes: tuple[str, ...] = forms.choices("Koder", {"a": "A"}, required=False)
    on: Any = forms.day("Dag", required=False)
    spent: int = forms.minutes("Minutter")
    sure: bool = forms.checkbox("Sikker")
    rows: tuple[Row, ...] = forms.rows("Rækker", Row)


FILLED = {"line": "x", "code": "a", "spent": 5}


def test_a_form_of_the_domain_is_a_body_of_the_api() -> None:
    model = form_model("everything", Everything)
    said = model.model_validate(FILLED | {"on": "2024-06-01", "rows": [{"person": 1, "ore": -5}]}).model_dump(
        mode="json"
    )
    assert (said["on"], said["rows"], said["sure"], said["own"]) == (
        "2024-06-01",
        [{"person": 1, "ore": -5}],
        False,
        "",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"line": ""}, {"line": "a\nb"}, {"line": "x" * 201}, {"words": "a\x07"}, {"words": "x" * 10_001}, {"code": "c"},
        {"code": ""}, {"codes": ["b"]}, {"codes": ["a"] * 41}, {"on": "1800-01-01"}, {"on": "9999-12-31"},
        {"on": "tomorrow"}, {"spent": 1.5}, {"spent": "5"}, {"spent": -1}, {"spent": True}, {"sure": "yes"},
        {"rows": [{"person": 1}]}, {"rows": [{"person": 1, "ore": 10**12}]}, {"rows": [FILLED]},
        {"rows": [{"person": 1, "ore": 1}] * 41}, {"unknown": 1}, {"own": "x" * 101},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_form_can_hold_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        form_model("everything", Everything).model_validate(FILLED | wrong)
