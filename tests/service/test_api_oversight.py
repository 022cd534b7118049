"""What the officer and the evaluator ask of the API: the log, the gates, one person, the stop; figures without people."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from governance.access.permissions import PERMISSIONS
from governance.audit.tables import EVENTS, NODES
from governance.explained.decision import Hashes
from service.api.impact import SMALLEST_CELL, build_summary
from service.api.models.oversight import DecisionRebuilt
from service.api.problems import PROBLEMS
from service.cases.tables import CASES
from service.rights.rebuilding import HashRow, RebuiltDecision, Viewing
from tests.service.api import Asker, refusal
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER
from tests.service.rights_town import a_known_town, name_of, with_hyphen
from tests.service.tokens import InProcess, an_app
from tests.service.town import TownList

KEY = {"Idempotency-Key": "8e03978e-40d5"}


@pytest.fixture
def town(sqlite_store: Any) -> TownList:
    return a_known_town(sqlite_store)


@pytest.fixture
def client(town: TownList) -> Iterator[InProcess]:
    with InProcess(an_app(town.store)) as client:
        yield client


@pytest.fixture
def dpo(client: InProcess) -> Asker:
    return Asker(client, DPO)


def events(town: TownList, action: str) -> list[dict[str, Any]]:
    with town.store.reading() as connection:
        rows = connection.execute(sa.select(EVENTS).where(EVENTS.c.action == action).order_by(EVENTS.c.seq)).all()
    return [{"by": row.actor, "subject": row.subject, **json.loads(row.details)} for row in rows]


def test_the_log_is_searched_page_by_page_and_each_search_is_told(dpo: Asker, town: TownList) -> None:
    for home in ("home-1", "home-2", "home-3"):
        town.take(home, "claim", ANNA)
    first = dpo.get("/log", params={"action": "case.claim", "size": 2}).json()
    rest = dpo.get("/log", params={"action": "case.claim", "size": 2, "after": first["next"]}).json()
    subjects = [event["subject"] for event in first["events"] + rest["events"]]
    assert subjects == [town.ids[home] for home in ("home-3", "home-2", "home-1")]
    assert rest["next"] is None
    assert {event["actor"] for event in first["events"]} == {"anna"}
    told = events(town, "log.searched")
    assert [(event["by"], event["action"], event["purpose"]) for event in told] == [
        ("dpo", "case.claim", "supervision")
    ] * 2
    mentioned = dpo.get("/log", params={"mentions": town.ids["home-1"]}).json()["events"]
    assert "case.claim" in [event["action"] for event in mentioned]


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "case.guess"}, {"subject": "010199-1234"}, {"mentions": "0101991234"}, {"since": "2024-13-01"},
        {"since": "2024-06-02", "until": "2024-06-01"}, {"after": "WzFd0"}, {"after": "WyJ4Il0"}, {"size": 51},
        {"subject": "x" * 200}, {"after": "Wy0xXQ"},
    ],
)  # fmt: skip
def test_what_the_log_cannot_be_asked_is_422_and_no_number_is_written_down(dpo: Asker, town: TownList, asked) -> None:
    assert refusal(dpo.get("/log", params=asked))[0] == 422
    assert not any("0101991234" in json.dumps(event) for event in events(town, "log.searched"))


def test_the_whole_log_is_verified_and_a_break_is_503(dpo: Asker, town: TownList) -> None:
    held = dpo.post("/log/verify").json()
    assert held["events"] > 0
    assert len(held["root"]) == 64
    engine = sa.create_engine(str(town.store.engine.url))
    with engine.begin() as connection:
        triggers = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all()
        for name in triggers:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == 1).values(actor="somebody else"))
        assert connection.execute(sa.select(sa.func.count()).select_from(NODES)).scalar_one() > 0
    engine.dispose()
    assert refusal(dpo.post("/log/verify")) == (503, "audit-log")


def test_the_system_is_stopped_once_and_the_gates_tell_it(dpo: Asker, client: InProcess, town: TownList) -> None:
    assert dpo.get("/gates").json()["stop"] == ""
    reason = {"reason": "Fordelingen afviger fra det godkendte."}
    assert refusal(dpo.post("/system/stop", reason)) == (422, "invalid-form")
    first = dpo.post("/system/stop", reason, headers=KEY)
    again = dpo.post("/system/stop", reason, headers=KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert len(events(town, "system.stopped")) == 1
    standing = Asker(client, EVALUATOR).get("/gates").json()
    assert "Fordelingen" in standing["stop"]
    assert refusal(
        dpo.post("/system/stop", {"reason": "Se 010199-1234."}, headers={"Idempotency-Key": "another-1"})
    ) == (
        422,
        "usage",
    )


def test_one_person_is_answered_with_one_zip_and_the_number_stands_nowhere(dpo: Asker, town: TownList) -> None:
    asked = {"cpr_number": with_hyphen("home-1-a")}
    answer = dpo.post("/persons/export", asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("svar.json"))["person"]["name"] == name_of("home-1-a")
    assert asked["cpr_number"] not in answer.headers["content-disposition"]
    assert len(events(town, "person.exported")) == 1
    assert refusal(dpo.post("/persons/export", {"cpr_number": "311399-9999"})) == (404, "not-found")
    assert refusal(dpo.post("/persons/export", {"cpr_number": "3113999999x"})) == (422, "invalid-form")
    assert refusal(dpo.post("/persons/export", {**asked, "given": ["text-none"]})) == (422, "invalid-form")


def test_who_saw_a_person_is_found_by_a_number_in_the_body(dpo: Asker, client: InProcess, town: TownList) -> None:
    Asker(client, ANNA).get(f"/cases/{town.ids['home-1']}")
    answer = dpo.post("/log/person", {"cpr_number": with_hyphen("home-1-a")})
    seen = [(each["actor"], each["action"], each["purpose"]) for each in answer.json()["viewings"]]
    assert ("anna", "case.read", "case_work") in seen
    assert refusal(dpo.post("/log/person", {"cpr_number": "311399-9999"})) == (404, "not-found")
    assert refusal(Asker(client, LEADER).post("/log/person", {"cpr_number": "311399-9999"})) == (403, "permission")


def test_names_of_an_opened_case_come_through_the_door(client: InProcess, town: TownList) -> None:
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="would_open")
    town.take("home-1", "record_fact", ANNA, text="Udlejet.", source="bbr", known_on="2024-05-01")
    town.take("home-1", "open", ANNA)
    persons = Asker(client, ANNA).get(f"/cases/{town.ids['home-1']}/persons").json()["persons"]
    assert {each["name"] for each in persons} == {name_of("home-1-a"), name_of("home-1-b")}
    assert {each["cpr_number"] for each in persons} == {with_hyphen("home-1-a"), with_hyphen("home-1-b")}
    assert [event["purpose"] for event in events(town, "identity.read")] == ["case_work"]
    assert refusal(Asker(client, EVALUATOR).get(f"/cases/{town.ids['home-1']}/persons")) == (403, "permission")


def test_figures_that_are_not_there_are_404(dpo: Asker) -> None:
    assert refusal(dpo.get("/fairness")) == (404, "not-found")
    assert refusal(dpo.get("/fairness", params={"run": "run-none"})) == (404, "not-found")
    assert refusal(dpo.post("/decisions/run-none/1/replay")) == (404, "not-found")


def test_a_rebuilt_decision_is_told_with_its_verdicts_and_viewers() -> None:
    hashes = Hashes("a", "b", "c")
    replayed = SimpleNamespace(
        run_id="run-1", place=1, case="case-1", as_of=date(2024, 6, 1), model_version="m:1", kept=hashes,
        rebuilt=hashes, document={"score": {}},
    )  # fmt: skip
    viewing = Viewing("2024-06-01T10:00:00.000000Z", "anna", "case.read", "En sag blev vist", True, "case_work", 7)
    done = RebuiltDecision(
        replayed=replayed, grounds={}, registers=(), facts=(),  # type: ignore[arg-type]
        hashes=(HashRow("features", "a", "a"), HashRow("score", "b", "x")), list_verdict=None, model_verdict=None,
        released_at="", case_ids=("sag-1",), viewings=(viewing,),
    )  # fmt: skip
    said = DecisionRebuilt.of(done)
    assert said.identical is False
    assert [(each.part, each.identical) for each in said.hashes] == [("features", True), ("score", False)]
    assert said.viewings[0].purpose == "case_work"


def test_small_cells_are_not_shown_and_there_is_no_total(town: TownList, client: InProcess) -> None:
    copies = SMALLEST_CELL - 2
    with town.store.act("worklist.taken_in") as act:
        row = dict(act.connection.execute(sa.select(CASES).limit(1)).mappings().one())
        many = [row | {"case_id": f"sag-{n}", "address_id": f"x-{n}", "state": "closed"} for n in range(copies)]
        act.connection.execute(sa.insert(CASES), [*many, many[0] | {"case_id": "sag-hidden", "hidden": True}])
    with town.store.reading() as connection:
        few = [cell for cell in build_summary(connection).cells if cell.state == "closed"]
    assert {cell.cases for cell in few} == {None}
    with town.store.act("worklist.taken_in") as act:
        act.connection.execute(
            sa.insert(CASES), [many[0] | {"case_id": f"sag-more-{n}", "address_id": f"y-{n}"} for n in range(2)]
        )
    said = Asker(client, EVALUATOR).get("/impact/summary").json()
    assert set(said) == {"smallest_cell", "cells"}
    closed = [cell for cell in said["cells"] if cell["state"] == "closed"]
    assert {cell["cases"] for cell in closed} == {SMALLEST_CELL}
    assert all(cell["cases"] is None for cell in said["cells"] if cell["state"] == "listed")
    with town.store.act("worklist.taken_in") as act:
        act.connection.execute(sa.insert(CASES), [many[0] | {"case_id": "sag-last", "address_id": "z"}])
    assert Asker(client, EVALUATOR).get("/impact/summary").json() == said, "asked again, no single case is seen to move"
    for who in (ANNA, LEADER, DPO):
        assert refusal(Asker(client, who).get("/impact/summary")) == (403, "permission")


def test_me_tells_rights_and_purposes(client: InProcess, dpo: Asker) -> None:
    said = dpo.get("/me").json()
    assert said["user_id"] == "dpo"
    assert set(said["permissions"]) == {code for code, each in PERMISSIONS.items() if "dpo" in each.roles}
    assert list(said["purposes"]) == ["supervision", "party_access"]
    assert Asker(client, EVALUATOR).get("/me").json()["purposes"] == {}


def test_every_problem_is_listed_for_everybody(client: InProcess) -> None:
    listed = Asker(client, None).get("/problems").json()["problems"]
    assert {each["code"] for each in listed} == set(PROBLEMS)
