"""What the API shows of the list and of cases: in pages that lose nothing, without arm or score, each with its event."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from tests.service.api import Asker, refusal
from tests.service.people import ANNA, BO, DPO, LEADER, a_caller
from tests.service.tokens import InProcess, an_app
from tests.service.town import AGAINST, FOR, HOMES, TownList

BUF = a_caller("buf-alone", ("caseworker", "BUF"))
KFF = a_caller("kff-alone", ("caseworker", "KFF"))


@pytest.fixture
def client(sqlite_town_list: TownList) -> Iterator[InProcess]:
    with InProcess(an_app(sqlite_town_list.store)) as client:
        yield client


@pytest.fixture
def anna(client: InProcess) -> Asker:
    return Asker(client, ANNA)


def events(town: TownList, action: str) -> list[dict[str, object]]:
    with town.store.reading() as connection:
        rows = connection.execute(sa.select(EVENTS).where(EVENTS.c.action == action).order_by(EVENTS.c.seq)).all()
    return [{"actor": row.actor, "subject": row.subject, **json.loads(row.details)} for row in rows]


def test_the_list_is_one_order_whatever_the_size_of_its_pages(anna: Asker, sqlite_town_list: TownList) -> None:
    found, after = [], None
    while after or not found:
        page = anna.get("/worklist", params={"size": 2, **({"after": after} if after else {})}).json()
        found += [row["case_id"] for row in page["rows"]]
        after = page["next"]
    assert found == [sqlite_town_list.ids[home] for home in HOMES]
    assert page["total"] == 6
    read = events(sqlite_town_list, "worklist.read")
    assert [event["rows"] for event in read] == [2, 2, 2]
    assert {event["purpose"] for event in read} == {"case_work"}


def test_filters_narrow_the_list(anna: Asker, client: InProcess, sqlite_town_list: TownList) -> None:
    def ids(who: Asker, **asked: object) -> set[str]:
        return {row["case_id"] for row in who.get("/worklist", params=asked).json()["rows"]}

    home = sqlite_town_list.ids["home-1"]
    anna.step(home, "claim", 1)
    assert ids(anna, scope="mine") == {home}
    assert ids(Asker(client, BO), scope="mine") == set()
    assert ids(anna, benefit="kontanthjaelp") == {sqlite_town_list.ids[each] for each in HOMES[:5]}
    assert ids(anna, office="KFF") == set()
    assert ids(anna, state="opened") == set()
    assert ids(Asker(client, BUF)) == {sqlite_town_list.ids[each] for each in HOMES}
    assert ids(Asker(client, KFF)) == set()


@pytest.mark.parametrize(
    "asked",
    [
        {"size": 51}, {"size": 0}, {"after": "abc"}, {"after": "WyJ4IiwxLCJ5Il0"}, {"scope": "everything"},
        {"benefit": "nothing"}, {"state": "guilty"}, {"office": "SUF"}, {"after": "x" * 500},
        {"offices": "BIF"}, {"state": ["listed", "opened"]}, {"size": [1, 2]},
    ],
)  # fmt: skip
def test_what_the_list_cannot_be_asked_is_422(anna: Asker, asked: dict[str, object]) -> None:
    assert refusal(anna.get("/worklist", params=asked)) == (422, "invalid-form")


def test_an_address_without_parameters_takes_none(anna: Asker, sqlite_town_list: TownList) -> None:
    before = len(events(sqlite_town_list, "case.read"))
    asked = anna.get(f"/cases/{sqlite_town_list.ids['home-1']}", params={"fields": "state"})
    assert refusal(asked) == (422, "invalid-form") and asked.json()["item"] == "query"
    assert len(events(sqlite_town_list, "case.read")) == before, "nothing was read"


def test_a_case_tells_facts_and_what_can_be_done(anna: Asker, sqlite_town_list: TownList) -> None:
    case_id = sqlite_town_list.ids["home-1"]
    anna.step(case_id, "claim", 1)
    answer = anna.get(f"/cases/{case_id}")
    shown = answer.json()
    assert answer.headers["etag"] == '"2"'
    assert answer.headers["cache-control"] == "no-store"
    assert (shown["state"], shown["owner"], shown["version"]) == ("listed", "anna", 2)
    assert "first_look" in [step["code"] for step in shown["steps_now"]]
    assert len(shown["snapshot"]["residents"]) == 2
    assert events(sqlite_town_list, "case.read") == [
        {"actor": "anna", "subject": case_id, "purpose": "case_work", "part": "case"}
    ]


def test_nothing_tells_the_random_arm_or_a_person_apart(anna: Asker, sqlite_town_list: TownList) -> None:
    """Of a random and of a ranked case the same is said, in the same fields."""
    said = {}
    for home in ("home-1", "home-4"):
        path = f"/cases/{sqlite_town_list.ids[home]}"
        texts = [anna.get(path + part).text for part in ("", "/explanation", "/timeline")]
        assert not any(word in text for text in texts for word in ("random", "arm", "probability", "score"))
        assert not any(f"{home}-{who}" in text for text in texts for who in "ab")
        said[home] = [sorted(json.loads(text)) for text in texts]
    assert said["home-1"] == said["home-4"]
    assert home not in anna.get("/worklist").text


def test_the_explanation_is_reasons_and_frequencies_of_the_whole_list(anna: Asker, sqlite_town_list: TownList) -> None:
    said = anna.get(f"/cases/{sqlite_town_list.ids['home-1']}/explanation").json()
    assert said["reasons_for"][0] == FOR
    assert said["reasons_against"] == [AGAINST]
    frequency = said["frequency"]
    assert frequency["hits_per_100"] + frequency["misses_per_100"] == 100
    assert frequency["low"] <= frequency["hits_per_100"] <= frequency["high"]


def test_the_timeline_tells_who_did_what(anna: Asker, sqlite_town_list: TownList) -> None:
    case_id = sqlite_town_list.ids["home-1"]
    anna.step(case_id, "claim", 1)
    [happened] = anna.get(f"/cases/{case_id}/timeline").json()["happenings"][-1:]
    assert (happened["step"], happened["actor"], happened["version"]) == ("claim", "anna", 2)


def test_names_are_for_opened_cases_alone(anna: Asker, sqlite_town_list: TownList) -> None:
    assert refusal(anna.get(f"/cases/{sqlite_town_list.ids['home-1']}/persons")) == (409, "not-now")


def test_whoever_may_not_read_a_case_is_told_nothing_of_it(client: InProcess, sqlite_town_list: TownList) -> None:
    path = f"/cases/{sqlite_town_list.ids['home-1']}"
    for part in ("", "/explanation", "/timeline"):
        assert refusal(Asker(client, KFF).get(path + part)) == (403, "permission")
        assert refusal(Asker(client, None).get(path + part)) == (401, "unauthenticated")
        assert refusal(Asker(client, ANNA).get(path + part, headers={"X-Purpose": None})) == (422, "purpose-missing")
    assert events(sqlite_town_list, "case.read") == []
    assert refusal(Asker(client, ANNA).get("/cases/sag-00000000000000000000")) == (404, "not-found")


def test_a_broken_glass_reads_one_case_and_the_officer_is_told(client: InProcess, sqlite_town_list: TownList) -> None:
    kff, case_id = Asker(client, KFF), sqlite_town_list.ids["home-1"]
    reason = {"reason": "Kollegaen er syg, og fristen udløber i dag."}
    key = {"Idempotency-Key": "8e03978e-40d5"}
    assert refusal(kff.post(f"/cases/{case_id}/break-glass", reason)) == (422, "invalid-form")
    first = kff.post(f"/cases/{case_id}/break-glass", reason, headers=key)
    again = kff.post(f"/cases/{case_id}/break-glass", reason, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert kff.get(f"/cases/{case_id}").status_code == 200
    assert refusal(kff.get(f"/cases/{sqlite_town_list.ids['home-2']}")) == (403, "permission")
    assert refusal(kff.step(case_id, "claim", 1)) == (403, "permission")
    assert events(sqlite_town_list, "case.read")[0]["purpose"] == "emergency"
    notices = Asker(client, DPO).get("/notices").json()["notices"]
    assert [(each["kind"], each["subject"], each["user_id"]) for each in notices] == [
        ("glass_broken", case_id, "kff-alone")
    ]
    assert "syg" not in json.dumps(notices)


def test_a_lead_is_kept_once_and_its_words_are_sealed(anna: Asker, sqlite_town_list: TownList) -> None:
    lead = {"address_id": "home-9", "kind": "citizen_tip", "text": "Navnet på postkassen er et andet."}
    key = {"Idempotency-Key": "8e03978e-40d5"}
    first = anna.post("/leads", lead, headers=key)
    again = anna.post("/leads", lead, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert [event["subject"] for event in events(sqlite_town_list, "lead.entered")] == [first.json()["signal_id"]]
    assert refusal(anna.post("/leads", lead | {"text": "Andet."}, headers=key)) == (422, "key-reused")
    assert refusal(anna.post("/leads", lead | {"kind": "gossip"}, headers=key)) == (422, "invalid-form")
    assert refusal(anna.post("/leads", lead)) == (422, "invalid-form")


def test_a_team_leader_sets_hours_and_sees_them(client: InProcess) -> None:
    leader = Asker(client, LEADER)
    overview = leader.get("/capacity").json()
    week = overview["weeks"][1]
    said = leader.ask("PUT", "/capacity", json={"office": "KFF", "week": week, "minutes": 600})
    assert (said.status_code, said.json()["minutes"]) == (200, 600)
    kff = next(each for each in leader.get("/capacity").json()["offices"] if each["office"] == "KFF")
    assert kff["weeks"][1]["minutes"] == 600
    tuesday = {"office": "KFF", "week": overview["weeks"][0][:-2] + "01", "minutes": 600}
    assert refusal(leader.ask("PUT", "/capacity", json=tuesday)) == (422, "invalid-form")
