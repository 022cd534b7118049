"""Steps through the API: typed bodies, the version that was seen, the key that makes a repetition harmless."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from governance.access.caller import Caller
from service.cases.step import STEPS
from tests.service.api import Asker
from tests.service.api import refusal as code
from tests.service.people import ANNA, BO, EVALUATOR, LEADER
from tests.service.tokens import InProcess, an_app
from tests.service.town import TownList


@pytest.fixture
def client(town_list: TownList) -> Iterator[InProcess]:
    with InProcess(an_app(town_list.store)) as client:
        yield client


@pytest.fixture
def anna(client: InProcess) -> Asker:
    return Asker(client, ANNA)


@pytest.fixture
def case_id(town_list: TownList) -> str:
    return town_list.ids["home-1"]


def test_a_step_moves_the_case_and_tells_its_new_version(anna: Asker, case_id: str, town_list: TownList) -> None:
    done = anna.step(case_id, "claim", 1)
    assert done.status_code == 200
    assert done.json() == {"case_id": case_id, "state": "listed", "version": 2, "owner": "anna",
                           "deadline": done.json()["deadline"]}  # fmt: skip
    assert done.headers["etag"] == '"2"'
    assert town_list.case("home-1").owner == "anna"


@pytest.mark.parametrize("caller", [LEADER, EVALUATOR], ids=["leader", "evaluator"])
def test_who_may_do_it_nowhere_is_not_sent_to_another_administration(
    client: InProcess, case_id: str, caller: Caller
) -> None:
    refused = Asker(client, caller).step(case_id, "claim", 1)
    assert code(refused) == (403, "permission")
    assert "anden forvaltning" not in refused.text


def test_a_stale_version_is_412_and_none_is_428(anna: Asker, client: InProcess, case_id: str) -> None:
    assert anna.step(case_id, "claim", 1).status_code == 200
    assert code(Asker(client, BO).step(case_id, "claim", 1)) == (412, "changed-since")
    assert code(anna.post(f"/cases/{case_id}/steps/release", {})) == (428, "version-missing")
    for tag in ("*", '"x"', 'W/"2"', "2", '"2", "3"'):
        assert code(anna.step(case_id, "release", tag)) == (412, "changed-since")
    assert anna.step(case_id, "release", 2).status_code == 200


def test_what_cannot_be_done_now_is_409_with_the_right_version(anna: Asker, client: InProcess, case_id: str) -> None:
    anna.step(case_id, "claim", 1)
    assert code(Asker(client, BO).step(case_id, "claim", 2)) == (409, "not-now")


def test_a_repeated_request_is_done_once(anna: Asker, case_id: str, town_list: TownList) -> None:
    first = anna.step(case_id, "claim", 1, key="8e03978e-40d5")
    again = anna.step(case_id, "claim", 1, key="8e03978e-40d5")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert town_list.case("home-1").version == 2


def test_a_key_on_another_request_is_refused(anna: Asker, case_id: str, town_list: TownList) -> None:
    anna.step(case_id, "claim", 1, key="8e03978e-40d5")
    other = town_list.ids["home-2"]
    assert code(anna.step(other, "claim", 1, key="8e03978e-40d5")) == (422, "key-reused")
    assert code(anna.step(case_id, "release", 2, key="8e03978e-40d5")) == (422, "key-reused")
    assert code(anna.step(case_id, "claim", 2, key="8e03978e-40d5")) == (422, "key-reused")
    assert town_list.case("home-2").owner is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "assessment"),
        ({"assessment": "perhaps"}, "assessment"),
        ({"assessment": "would_open", "score": 1}, "score"),
        ({"assessment": "would_open", "note": "a\x00b"}, "note"),
        ({"assessment": "would_open", "note": "x" * 20_000}, "note"),
        ({"assessment": ["would_open"]}, "assessment"),
        ({"assessment": True}, "assessment"),
        ([], "body"),
    ],
)
def test_a_body_that_is_not_the_form_is_422_and_names_the_field(anna: Asker, case_id: str, body, field) -> None:
    anna.step(case_id, "claim", 1)
    answer = anna.step(case_id, "first_look", 2, body)
    assert code(answer) == (422, "invalid-form")
    assert field in [fault["field"] for fault in answer.json()["faults"]]
    assert "perhaps" not in answer.text


def test_only_json_is_taken(anna: Asker, case_id: str) -> None:
    path, tag = f"/cases/{case_id}/steps/claim", {"If-Match": '"1"'}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = anna.ask("POST", path, content=b"{}", headers={**tag, "Content-Type": kind})
        assert code(answer) == (415, "unsupported-media-type")
    assert code(anna.ask("POST", path, content=b"{}", headers=tag)) == (415, "unsupported-media-type")
    sent = {**tag, "Content-Type": "application/json"}
    assert code(anna.ask("POST", path, content=b"{", headers=sent)) == (422, "invalid-form")
    for unreadable in (b"\xff{}", b"[" * 100_000):
        assert code(anna.ask("POST", path, content=unreadable, headers=sent)) == (422, "invalid-form")
    surrogate = json.dumps({"assessment": "unsure", "note": "\ud800"}).encode()
    looked = anna.ask("POST", path.replace("claim", "first_look"), content=surrogate, headers=sent)
    assert code(looked) == (422, "invalid-form")


def test_nobody_and_nothing_are_401_403_404(client: InProcess, anna: Asker, case_id: str, town_list: TownList) -> None:
    assert code(Asker(client, None).step(case_id, "claim", 1)) == (401, "unauthenticated")
    assert code(Asker(client, EVALUATOR).step(case_id, "claim", 1)) == (403, "permission")
    assert code(Asker(client, LEADER).step(case_id, "claim", 1)) == (403, "permission")
    assert code(anna.step("case-00000000000000000000", "claim", 1)) == (404, "not-found")
    assert town_list.case("home-1").owner is None


def test_every_step_has_its_route(client: InProcess) -> None:
    paths = client.request("GET", "/api/v1/openapi.json").json()["paths"]
    found = {path.rpartition("/")[2] for path in paths if "/steps/" in path}
    assert found == set(STEPS)
