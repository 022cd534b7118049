"""A case from the list to its close through the API alone: letters, hearing, four eyes, and money that comes in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.api import Asker, refusal
from tests.service.named import FACT, hearing_fields, name_everybody, name_of, text_of
from tests.service.people import ANNA, BO, LEADER
from tests.service.tokens import InProcess, an_app
from tests.service.town import DAY, FOR, TownList

GROUNDS = "Oplysningerne viser, at der er to voksne."


@pytest.fixture
def client(sqlite_town_list: TownList, tmp_path: Path) -> Iterator[InProcess]:
    name_everybody(sqlite_town_list.store, tmp_path)
    with InProcess(an_app(sqlite_town_list.store)) as client:
        yield client


class Case:
    """A case that somebody works on with the version last seen."""

    def __init__(self, who: Asker, case_id: str) -> None:
        self.who, self.case_id, self.made = who, case_id, 0

    def read(self, part: str = "", who: Asker | None = None) -> Any:
        return (who or self.who).get(f"/cases/{self.case_id}{part}").json()

    def step(self, code: str, who: Asker | None = None, **fields: Any) -> Any:
        version = self.read()["version"]
        done = (who or self.who).step(self.case_id, code, version, fields)
        assert done.status_code == 200, done.text
        return done.json()

    def letter(self, kind: str, **fields: Any) -> str:
        choices = {each["name"]: each["choices"] for each in self.read(f"/letter-fields/{kind}")["fields"]}
        asked = {"recipient": choices["recipient"][0]["code"]}
        asked |= {"facts": [choices["facts"][0]["code"]]} if "facts" in choices else {}
        self.made += 1
        made = self.who.post(
            f"/cases/{self.case_id}/letters", {"kind": kind, "fields": asked | fields},
            headers={"Idempotency-Key": f"letter-{self.made}-key"},
        )  # fmt: skip
        assert made.status_code == 201, made.text
        return made.json()["letter_id"]


def opened(case: Case) -> Case:
    case.step("claim")
    case.step("first_look", assessment="would_open")
    case.step("record_fact", text=FACT, source="landlord", known_on=DAY.isoformat())
    assert case.step("open")["state"] == "opened"
    return case


def test_a_case_is_lived_to_its_close(client: InProcess, sqlite_town_list: TownList) -> None:
    anna, bo = Asker(client, ANNA), Asker(client, BO)
    case = opened(Case(anna, sqlite_town_list.ids["home-1"]))
    assert [each["name"] for each in case.read("/persons")["persons"]] == [name_of("home-1-a"), name_of("home-1-b")]
    told = [case.letter("orientation", rules=["cpr_10"], recipient=person) for person in "12"]
    case.step("inform", letters=told)
    hearing = case.letter("hearing", **hearing_fields())
    case.step("hear", letters=[hearing])
    case.step("hearing_answer", letter=hearing, text="Jeg bor alene.", received_on=DAY.isoformat())
    effect = {
        "person": 1, "grant": 1, "benefit": "kontanthjaelp", "effect": "stopped", "monthly_change_ore": -1_155_400,
        "effective_from": "2024-07-01", "reclaim_ore": 250_050,
    }  # fmt: skip
    case.step(
        "propose", outcome="benefit_changed", cause="better_knowledge", effects=[effect],
        corrected=["1"], rules=["lasp_11", "lasp_91", "cpr_11"], grounds=GROUNDS,
    )  # fmt: skip
    assert refusal(anna.step(case.case_id, "approve", case.read()["version"]))[0] in {403, 409}
    seen = case.read(who=bo)
    assert (seen["proposal"], seen["proposal_hidden"]) == (None, True)
    assert GROUNDS not in str(seen)
    case.step("second_look", who=bo, assessment="change")
    seen = case.read(who=bo)["proposal"]
    assert (seen["grounds"], seen["corrected"], seen["correction_reversed_on"]) == (GROUNDS, [1], None)
    assert case.step("approve", who=bo)["state"] == "decided"
    decision = case.letter(
        "decision",
        rules=["lasp_11", "lasp_91", "cpr_11"],
        reasoning="Der er to voksne på adressen.",
        registration="Du registreres på adressen fra 1. juli 2024.",
        answer="Svaret er ikke støttet af andet.",
    )
    closing = case.letter("closing", recipient="2")
    case.step("announce", letters=[decision, closing])
    pdf = anna.get(f"/cases/{case.case_id}/letters/{decision}")
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert "Der er to voksne på adressen." in text_of(pdf.content)
    assert FOR not in text_of(pdf.content)
    effect_id = case.read()["proposal"]["effects"][0]["effect_id"]
    case.step("collect", effect=effect_id, amount_ore=50_000, on_day=DAY.isoformat())
    assert case.read()["proposal"]["effects"][0]["owed_ore"] == 200_050
    case.step("record_hours", minutes=90, on_day=DAY.isoformat())
    assert case.read()["minutes_worked"] == 90
    assert case.step("close")["state"] == "closed"
    steps = [each["step"] for each in case.read("/timeline")["happenings"]]
    assert steps[-1] == "close"
    assert {"claim", "open", "hear", "propose", "approve", "announce", "collect"} <= set(steps)


def test_a_letter_is_made_once_and_belongs_to_its_case(client: InProcess, sqlite_town_list: TownList) -> None:
    anna = Asker(client, ANNA)
    case = opened(Case(anna, sqlite_town_list.ids["home-1"]))
    first = case.letter("orientation", rules=["cpr_10"])
    case.made -= 1
    assert case.letter("orientation", rules=["cpr_10"]) == first
    assert [each["letter_id"] for each in case.read()["letters"]] == [first]
    other = sqlite_town_list.ids["home-2"]
    assert refusal(anna.get(f"/cases/{other}/letters/{first}")) == (404, "not-found")
    assert refusal(Asker(client, BO).post(f"/cases/{case.case_id}/letters", {"kind": "closing", "fields": {}},
                                          headers={"Idempotency-Key": "another-key"}))[0] in {403, 422}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "threat", "fields": {}},
        {"kind": "orientation", "fields": {"recipient": "1"}},
        {"kind": "orientation", "fields": {"recipient": "9", "facts": ["text-none"], "rules": ["cpr_10"]}},
        {"kind": "orientation", "fields": {"recipient": "1", "facts": [], "rules": []}, "extra": 1},
        {"kind": "orientation"},
    ],
    ids=str,
)
def test_a_letter_that_cannot_be_made_is_422(client: InProcess, sqlite_town_list: TownList, body: Any) -> None:
    case = opened(Case(Asker(client, ANNA), sqlite_town_list.ids["home-1"]))
    answer = case.who.post(f"/cases/{case.case_id}/letters", body, headers={"Idempotency-Key": "one-key-of-mine"})
    assert refusal(answer) == (422, "invalid-form")
    assert case.read()["letters"] == []


def test_fields_come_with_the_choices_of_the_case(client: InProcess, sqlite_town_list: TownList) -> None:
    leader = Asker(client, LEADER)
    case = Case(Asker(client, ANNA), sqlite_town_list.ids["home-1"])
    case.step("claim")
    [to] = case.read("/step-fields/assign", who=leader)["fields"]
    assert "anna" in [choice["code"] for choice in to["choices"]]
    effects = next(each for each in case.read("/step-fields/propose")["fields"] if each["kind"] == "rows")
    person = next(each for each in effects["rows"] if each["name"] == "person")
    assert [choice["code"] for choice in person["choices"]] == ["1", "2"]
    assert refusal(leader.get(f"/cases/{case.case_id}/step-fields/nothing")) == (422, "invalid-form")
