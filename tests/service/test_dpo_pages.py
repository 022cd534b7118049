"""The officer's pages through the whole app: what they say, what they do, and who may not see them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from governance.audit.search import Sought, search_page
from governance.store.opening import Store
from service.rights.requests import list_requests
from tests.service.lives import ANNOUNCED, Life
from tests.service.mended import NEW_FOR, score_by_hand
from tests.service.pages import Reader, Readers, readers_of, words_of
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER
from tests.service.rights_town import a_known_town, name_of, with_hyphen
from tests.service.tokens import an_app
from tests.service.town import TownList

WHO = "home-1-b"
OFFICER_ONLY = (
    "/dpo", "/dpo/meddelelser", "/dpo/stop", "/dpo/veto", "/dpo/log", "/dpo/log/person", "/dpo/log/kontrol",
    "/dpo/afgorelse", "/dpo/indsigt", "/dpo/indsigt/ny", "/dpo/berigtigelse", "/dpo/berigtigelse/ny", "/dpo/indsigelse",
    "/dpo/indsigelse/ny", "/dpo/brud", "/dpo/brud/nyt",
)  # fmt: skip
SHARED = ("/dpo/ligebehandling", "/dpo/porte", "/dpo/dokumentation")


@pytest.fixture
def town(sqlite_store: Store) -> TownList:
    return a_known_town(sqlite_store)


@pytest.fixture
def read_as(town: TownList) -> Iterator[Readers]:
    with readers_of(an_app(town.store), usual="") as readers:
        yield readers


@pytest.fixture
def officer(read_as: Readers) -> Reader:
    return read_as(DPO, purpose="supervision")


def actions(store: Store) -> list[str]:
    with store.reading() as connection:
        return [each.action for each in search_page(connection, Sought(), size=200).events]


def a_request(officer: Reader, path: str = "indsigelse", person: str = WHO, **fields: Any) -> str:
    asked = {"cpr": with_hyphen(person), "received_on": "2024-06-01", "words": "Jeg vil ikke."} | fields
    answered = officer.post(f"/dpo/{path}/ny", **asked)
    assert answered.status_code == 303, words_of(answered.text)
    return str(answered.headers["location"].partition("?")[0])


def test_every_page_opens_for_the_officer_and_not_for_a_caseworker(read_as: Readers, officer: Reader) -> None:
    caseworker, evaluator = read_as(ANNA, purpose="case_work"), read_as(EVALUATOR)
    for path in (*OFFICER_ONLY, *SHARED):
        found = tuple(reader.get(path).status_code for reader in (officer, caseworker, evaluator))
        assert found == (200, 403, 200 if path in SHARED else 403), path


def test_the_public_pages_ask_for_nobody(read_as: Readers) -> None:
    nobody = read_as(None)
    for path in ("/om", "/tilgaengelighed"):
        assert "Demokommunen" in nobody.text(path)
    assert nobody.get("/dpo").status_code in (303, 302, 401)


def test_the_log_is_searched_by_action_period_and_name(town: TownList, officer: Reader) -> None:
    town.take("home-1", "claim", ANNA)
    case_id = town.ids["home-1"]
    assert "En sag blev taget" in officer.text(
        f"/dpo/log?om={case_id}&handling=case.claim&fra=2024-06-01&til=2024-06-01"
    )
    assert "Der er ingen hændelser" in officer.text(f"/dpo/log?om={case_id}&til=2024-05-31")
    assert "Der er ingen hændelser" in officer.text(f"/dpo/log?om={case_id}&hvem=bo")
    assert actions(town.store).count("log.searched") == 3


def test_the_log_refuses_numbers_of_persons_and_what_is_no_search(town: TownList, officer: Reader) -> None:
    for asked in (
        "om=010170-1234", "hvem=0101701234", "handling=no.such", "fra=x", "fra=2024-06-02&til=2024-06-01", "om=%25",
    ):  # fmt: skip
        assert officer.get(f"/dpo/log?{asked}").status_code == 422, asked
    assert "log.searched" not in actions(town.store)


def test_the_log_pages_back_to_its_beginning(town: TownList, officer: Reader) -> None:
    for _ in range(30):
        town.take("home-2", "claim", ANNA)
        town.take("home-2", "release", ANNA)
    first = officer.get("/dpo/log?hvem=anna").text
    assert first.count("<tr>") == 51
    older = first.partition('href="/dpo/log?hvem=anna&amp;foer=')[2].partition('"')[0]
    assert officer.get(f"/dpo/log?hvem=anna&foer={older}").text.count("<tr>") == 1 + 10


def test_who_saw_a_person_is_found_by_number_which_stands_nowhere(town: TownList, officer: Reader) -> None:
    town.take("home-1", "claim", ANNA)
    town.take("home-2", "claim", ANNA)
    answered = officer.post("/dpo/log/person", cpr=with_hyphen(WHO))
    assert answered.status_code == 200
    assert words_of(answered.text).count("En sag blev taget") == 1
    assert with_hyphen(WHO) not in answered.text
    assert WHO not in answered.text
    assert officer.post("/dpo/log/person", cpr="123").status_code == 422
    assert officer.post("/dpo/log/person", cpr="011380-9999").status_code == 422


def test_the_log_is_verified_and_a_break_is_told(town: TownList, officer: Reader) -> None:
    assert "Loggen er hel" in words_of(officer.post("/dpo/log/kontrol").text)
    town.store.publish()
    assert "Underskrevne kontrolpunkter, som passer 1" in words_of(officer.post("/dpo/log/kontrol").text)
    with town.store.act("list.made") as act:
        act.connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
        act.connection.exec_driver_sql("UPDATE audit_event SET actor = 'eve' WHERE seq = 1")
    told = words_of(officer.post("/dpo/log/kontrol").text)
    assert "Loggen kan ikke bekræftes" in told
    assert "event 1" in told


def test_an_answer_on_access_is_handed_out_as_a_file_without_the_number_in_its_name(
    town: TownList, officer: Reader
) -> None:
    here = a_request(officer, "indsigt")
    assert "Placeringer på en liste 1" in officer.text(here)
    answered = officer.post(f"{here}/udlever")
    assert answered.headers["content-type"] == "application/zip"
    assert "no-store" in answered.headers["cache-control"]
    with zipfile.ZipFile(io.BytesIO(answered.content)) as archive:
        answer = json.loads(archive.read("svar.json"))
    assert answer["person"]["name"] == name_of(WHO)
    assert with_hyphen(WHO)[:6] not in answered.headers["content-disposition"]
    assert officer.post(f"{here}/svar", answer="granted", words="").status_code == 303
    assert "Anmodningen er imødekommet" in officer.text(here)


def test_an_objection_is_carried_from_its_receipt_into_the_case(town: TownList, officer: Reader) -> None:
    here = a_request(officer)
    assert officer.post(f"{here}/stands").status_code == 303
    assert town.case("home-1").state == "vetoed"
    missing = officer.post(f"{here}/svar", answer="granted", words="")
    assert missing.status_code == 422
    assert officer.post(f"{here}/svar", answer="granted", words="Vi er enige.").status_code == 303
    assert town.case("home-1").state == "closed"
    told = officer.text(here)
    assert "Sagen er taget af listen" in told
    assert "Vi er enige." in told


def test_a_correction_is_noted_on_the_case(town: TownList, officer: Reader) -> None:
    here = a_request(officer, "berigtigelse")
    assert town.ids["home-1"] in officer.get(f"{here}/rettelse?sag={town.ids['home-1']}").text
    fields = {"case_id": town.ids["home-1"], "words": "Flyttede i 2019.", "source": "cpr"}
    assert officer.post(f"{here}/rettelse", **fields).status_code == 303
    assert officer.post(f"{here}/rettelse", **(fields | {"case_id": town.ids["home-2"]})).status_code == 404
    assert "En rettelse er noteret" in officer.text(here)


def test_a_row_of_a_register_is_chosen_scored_and_shown_before_and_after(town: TownList, officer: Reader) -> None:
    here, case_id = a_request(officer, "berigtigelse"), town.ids["home-1"]
    form = officer.get(f"{here}/rettelse?sag={case_id}").text
    assert "home-1-b" not in form and "home-1-a" not in form, "persons are numbers"
    [row] = re.findall(r'value="(residence-\d+)"(?:(?!value=").)*?den, der har henvendt sig', form, re.DOTALL)
    fields = {"case_id": case_id, "words": "Flyttede i 2019.", "source": "cpr", "row": row}
    early = officer.post(f"{here}/rettelse", **fields, column="valid_to", value="1990-01-01")
    assert early.status_code == 422 and "passer ikke sammen" in early.text
    unknown = officer.post(f"{here}/rettelse", **(fields | {"row": "residence-99"}))
    assert unknown.status_code == 422 and "Vælg en af rækkerne" in unknown.text
    assert officer.post(f"{here}/rettelse", **fields, column="valid_to", value="2023-01-01").status_code == 303
    assert "regnes ud inden for få minutter" in officer.text(here)
    score_by_hand(town.store, town.settings)
    shown = officer.text(here)
    assert "ikke på listen: andre kommer først" in shown and NEW_FOR in shown and "12.345,67 kr." in shown
    assert "30 %" in shown and "5 %" in shown


def test_a_decision_is_reversed_by_the_team_leader_who_was_asked(
    town: TownList, officer: Reader, read_as: Readers
) -> None:
    Life(town, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect()
    here = a_request(officer)
    case_id = town.ids["home-1"]
    assert officer.post(f"{here}/omgoer", case_id=case_id).status_code == 303
    leader = read_as(LEADER, purpose="quality")
    assert case_id in leader.text("/omgoerelser")
    form = f"/omgoerelser/{here.rpartition('/')[2]}/{case_id}"
    assert officer.get(form).status_code == 403
    assert leader.post(form, words="Forkert grundlag.", decided_on="2024-06-01").status_code == 303
    assert "Der venter ingen omgørelser" in leader.text("/omgoerelser")
    assert officer.post(f"{here}/svar", answer="granted", words="Omgjort.").status_code == 303


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"cpr": "12"}, "ti cifre"),
    ({"cpr": "011380-9999"}, "ingen med det nummer"),
    ({"received_on": "2024-06-02"}, "fremtiden"),
    ({"received_on": "i går"}, "datoen"),
    ({"words": ""}, "udfyldes"),
)


def test_a_request_that_cannot_be_taken_comes_back_filled_in_but_for_the_number(
    town: TownList, officer: Reader
) -> None:
    for fields, said in REFUSED:
        asked = {"cpr": with_hyphen(WHO), "received_on": "2024-06-01", "words": "Nej tak."} | fields
        answered = officer.post("/dpo/indsigelse/ny", **asked)
        assert answered.status_code == 422
        assert said in words_of(answered.text)
        assert asked["words"] in words_of(answered.text)
        assert f'value="{asked["cpr"]}"' not in answered.text
    with town.store.reading() as connection:
        assert list_requests(connection) == ()


def test_a_breach_is_recorded_in_danish_time_and_followed(town: TownList, officer: Reader) -> None:
    fields = {
        "known_on": "2024-06-01", "known_clock": "13.05", "kind": "confidentiality", "persons": "",
        "happened": "Et brev gik forkert.", "consequences": "Små.", "measures": "Hentet.",
    }  # fmt: skip
    assert officer.post("/dpo/brud/nyt", **(fields | {"known_clock": "25.00"})).status_code == 422
    assert officer.post("/dpo/brud/nyt", **(fields | {"persons": "mange"})).status_code == 422
    here = officer.post("/dpo/brud/nyt", **fields).headers["location"].partition("?")[0]
    assert "4. juni 2024 kl. 13.05" in officer.text(here)
    done = {"step": "authority_notified", "done_on": "2024-06-01", "done_clock": "13:30", "words": ""}
    assert officer.post(f"{here}/trin", **done).status_code == 303
    assert "besvaret i tide" in officer.text(here)
    assert "Brud: uvedkommende" in officer.text("/dpo")


def test_the_system_is_stopped_at_once_and_resumed_elsewhere(town: TownList, officer: Reader) -> None:
    assert officer.post("/dpo/stop", reason="").status_code == 422
    assert officer.post("/dpo/stop", reason="Borger 010170-1234 klager").status_code == 422
    assert officer.post("/dpo/stop", reason="Skæv fordeling.").status_code == 303
    told = officer.text("/dpo/stop")
    assert "Skæv fordeling." in told
    assert "adressekontrol gate resume" in told
    assert "Systemet er stoppet" in officer.text("/dpo")


def test_a_veto_leads_to_the_step_of_the_case(town: TownList, officer: Reader) -> None:
    assert officer.post("/dpo/veto", case_id="../../log").status_code == 422
    answered = officer.post("/dpo/veto", case_id=town.ids["home-1"])
    assert answered.headers["location"] == f"/sager/{town.ids['home-1']}/veto"


def test_without_the_token_of_the_form_nothing_is_done(town: TownList, officer: Reader) -> None:
    assert officer.client.post("/dpo/stop", {"reason": "Stop."}).status_code == 403
    assert "system.stopped" not in actions(town.store)


def test_an_unknown_placement_is_not_found_and_a_foreign_word_refused(town: TownList, officer: Reader) -> None:
    assert officer.get("/dpo/afgorelse/run-9/1").status_code == 404
    assert officer.post("/dpo/afgorelse", run="../x", place="1").status_code == 422
    assert officer.post("/dpo/afgorelse", run="run-1", place="0").status_code == 422
    assert "decision.replayed" not in actions(town.store)
