"""The pages of casework through the whole app: what they say, what they leave in the log, and what they never show."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.search import Sought, search_page
from governance.store.opening import Store
from service.auth.glass import break_glass
from service.cases.leads import enter_lead
from service.cases.tables import CASES
from service.cases.vault import load_vault
from service.letters.rules import load_letter_texts
from service.web import worklist_pages
from tests.service.named import name_everybody, name_of, opened, write
from tests.service.pages import Reader, Readers, readers_of, words_of
from tests.service.people import ANNA, BO, LEADER, a_caller
from tests.service.tokens import an_app
from tests.service.town import HOMES, STOP, TownList, a_proposal, a_town_list

KFF_ONLY = a_caller("kaj", ("caseworker", "KFF"), name="Kaj Prøve")


@pytest.fixture
def town(sqlite_store: Store, tmp_path: Path) -> TownList:
    town = a_town_list(sqlite_store)
    name_everybody(sqlite_store, tmp_path)
    return town


@pytest.fixture
def read_as(town: TownList) -> Iterator[Readers]:
    with readers_of(an_app(town.store), usual="case_work") as readers:
        yield readers


@pytest.fixture
def anna(read_as: Readers) -> Reader:
    return read_as(ANNA)


def address(town: TownList, home: str = "home-1", page: str = "") -> str:
    return f"/sager/{town.ids[home]}{page}"


def events(store: Store, action: str) -> list[Any]:
    with store.reading() as connection:
        return [each for each in search_page(connection, Sought(), size=200).events if each.action == action]


def test_reading_the_list_leaves_one_event_with_its_purpose_and_no_address(town, anna):
    anna.text("/liste?visning=all")
    [event] = events(town.store, "worklist.read")
    assert json.loads(event.details) == {"purpose": "case_work", "scope": "all", "rows": 6}
    assert event.actor == "anna"


@pytest.mark.parametrize(("page", "said"), [("", "case"), ("/udskriv", "print"), ("/claim", "step claim")])
def test_reading_a_case_leaves_one_event_that_says_which_page(town, anna, page, said):
    anna.text(address(town, page=page))
    [event] = events(town.store, "case.read")
    assert (event.subject, json.loads(event.details)) == (town.ids["home-1"], {"purpose": "case_work", "page": said})


def test_nothing_tells_a_case_of_the_random_arm_from_the_rest(town, anna):
    def plain(home: str) -> str:
        page = anna.get(address(town, home)).text
        return page.replace(town.ids[home], "ID")

    assert plain("home-4") == plain("home-5")
    row = [words_of(each) for each in re.findall(r"<tr>.*?</tr>", anna.get("/liste").text, re.DOTALL)]
    assert len(row) == 7
    assert len(set(row[1:6])) == 1


def test_a_page_of_the_list_leads_to_the_next(town, anna, monkeypatch):
    monkeypatch.setattr(worklist_pages, "load_page", functools.partial(worklist_pages.load_page, size=4))
    first = anna.get("/liste?forvaltning=BUF").text
    [following] = re.findall(r'href="(/liste\?[^"]*efter=[^"]*)"', first)
    second = anna.get(following.replace("&amp;", "&")).text
    found = [set(re.findall(r'href="/sager/([^"/]+)"', page)) for page in (first, second)]
    assert [len(each) for each in found] == [4, 2]
    assert found[0] | found[1] == set(town.ids.values())
    assert "forvaltning=BUF" in following
    assert "efter=" not in second.split("Første side")[0].rsplit("href", 1)[1]


@pytest.mark.parametrize(
    "words",
    ["visning=dine", "tilstand=x", "forvaltning=STATE", "ydelse=x", "frist=x", "efter=x", "efter=WyJ4IiwxLCJ5Il0"],
)
def test_a_filter_that_is_none_is_refused(anna, words):
    assert anna.get(f"/liste?{words}").status_code == 422


def test_a_case_is_taken_once(town, anna, read_as):
    bo = read_as(BO)
    version = town.case("home-1").version
    taken = anna.post(address(town, page="/claim"), version=version)
    assert (taken.status_code, taken.headers["location"]) == (303, address(town, page="?gemt=claim"))
    late = bo.post(address(town, page="/claim"), version=version)
    assert late.status_code == 409
    assert "en anden var hurtigere" in words_of(late.text)
    assert town.case("home-1").owner == "anna"


def test_nothing_that_was_written_is_lost_when_a_colleague_was_faster(town, anna):
    town.take("home-1", "claim", ANNA)
    stale = town.case("home-1").version
    town.take("home-1", "add_note", ANNA, text="Et andet notat.")
    late = anna.post(address(town, page="/add_note"), version=stale, text="Mit lange notat.")
    assert late.status_code == 409
    assert "Mit lange notat." in late.text
    [version] = re.findall(r'name="version" value="(\d+)"', late.text)
    saved = anna.post(address(town, page="/add_note"), version=version, text="Mit lange notat.")
    assert saved.status_code == 303
    assert "Mit lange notat." in anna.text(address(town))


def test_what_is_written_stands_as_text(town, anna):
    town.take("home-1", "claim", ANNA)
    version = town.case("home-1").version
    anna.post(address(town, page="/add_note"), version=version, text="<script>alert(1)</script> & mere")
    page = anna.get(address(town)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mere" in page
    assert "<script>alert" not in page


def test_a_form_without_a_version_or_with_a_field_of_another_is_refused(town, anna):
    town.take("home-1", "claim", ANNA)
    version = town.case("home-1").version
    assert anna.post(address(town, page="/add_note"), text="x").status_code == 422
    assert anna.post(address(town, page="/add_note"), version=version, text="x", owner="bo").status_code == 422
    assert town.case("home-1").version == version


@pytest.mark.parametrize(("page", "status"), [("/approve", 404), ("/findes-ikke", 404), ("/open", 409)])
def test_a_step_that_cannot_be_taken_has_no_form(town, anna, page, status):
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="unsure")
    assert anna.get(address(town, page=page)).status_code == status


def test_a_protected_household_is_nobodys_page(town, anna):
    with town.store.act("list.made", subject="test") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == town.ids["home-2"]).values(hidden=True))
    assert town.ids["home-2"] not in anna.get("/liste?visning=all").text
    for page in ("", "/udskriv", "/personer", "/claim", "/breve/ny?kind=orientation"):
        assert anna.get(address(town, "home-2", page)).status_code == 404, page


def test_names_wait_until_a_case_is_opened(town, anna):
    assert anna.get(address(town, page="/personer")).status_code == 409
    opened(town, "home-1")
    assert name_of("home-1-a") not in anna.get(address(town)).text
    assert name_of("home-1-a") in anna.text(address(town, page="/personer"))
    assert len(events(town.store, "identity.read")) == 1


def test_a_broken_glass_opens_the_letters_of_its_own_case_alone(town, read_as):
    for home in ("home-1", "home-2"):
        opened(town, home)
    letters = {home: write(town, home, "orientation", rules=["cpr_10"]) for home in ("home-1", "home-2")}
    kaj = read_as(KFF_ONLY)
    own = address(town, "home-1", f"/breve/{letters['home-1'].letter_id}")
    assert kaj.get(own).status_code == 403
    break_glass(town.store, caller=KFF_ONLY, case_id=town.ids["home-1"], reason="Borgeren står her, og alle er gået.")
    assert kaj.get(own).content.startswith(b"%PDF")
    assert kaj.get(address(town, "home-1", f"/breve/{letters['home-2'].letter_id}")).status_code == 404
    assert kaj.get(address(town, "home-2", f"/breve/{letters['home-2'].letter_id}")).status_code == 403
    said = kaj.text(address(town, "home-1"))
    assert "Du kan læse sagen og intet ændre." in said
    assert kaj.post(address(town, "home-1", "/add_note"), version=1, text="x").status_code == 403


def test_the_leader_says_hours_and_sees_who_has_what(town, read_as):
    leader = read_as(LEADER, purpose="quality")
    assert leader.post("/kapacitet", **{"BIF.2024-06-03": "37,5", "BUF.2024-06-03": ""}).status_code == 303
    assert len(events(town.store, "capacity.set")) == 1
    # what is as it was is not said again
    assert leader.post("/kapacitet", **{"BIF.2024-06-03": "37,5"}).status_code == 303
    assert len(events(town.store, "capacity.set")) == 1
    for name, hours in (
        ("BIF.2024-06-04", "1"),
        ("STATE.2024-06-03", "1"),
        ("BIF.2024-13-45", "1"),
        ("KFF.2024-06-03", "-"),
    ):
        assert leader.post("/kapacitet", **{name: hours}).status_code == 422, name
    town.take("home-1", "claim", ANNA)
    assert "Anna Prøve 1 0" in leader.text("/fordeling")


def test_pages_ask_for_a_login_and_a_purpose(town, read_as):
    stranger, unsaid = read_as(None), read_as(ANNA, purpose="")
    for path in ("/", "/liste", address(town), "/henvendelser/ny", "/kapacitet", "/fordeling"):
        answered = stranger.get(path)
        assert (answered.status_code, answered.headers["location"].split("?")[0]) == (303, "/log-ind"), path
    for path in ("/liste", address(town), "/henvendelser/ny"):
        assert unsaid.get(path).headers["location"].split("?")[0] == "/formaal", path
    assert unsaid.get("/").status_code == 200


def test_start_counts_and_names_nobody(town, anna):
    town.take("home-1", "claim", ANNA)
    said = anna.text("/")
    assert "Du har 1 sag i gang." in said
    assert "Ledige sager: 4 i BIF, 5 i BUF og 0 i KFF." in said
    assert not any(home in said for home in HOMES)


def test_whoever_is_out_of_a_case_comes_back_to_the_list(town, anna):
    version = town.case("home-1").version
    gone = anna.post(address(town, page="/declare_conflict"), version=version)
    assert (gone.status_code, gone.headers["location"]) == (303, "/liste?gemt=declare_conflict")
    assert town.ids["home-1"] not in anna.get("/liste?visning=all").text
    refused = anna.get(address(town))
    assert refused.status_code == 403
    # an emergency is no way around a conflict of interest
    assert "/nodadgang/" not in refused.text


def test_a_case_whose_words_are_deleted_can_still_be_looked_at(town, anna):
    town.take("home-1", "claim", ANNA)
    with town.store.act("retention.done", subject=town.ids["home-1"]) as act:
        load_vault(town.settings).forget(act, town.ids["home-1"])
    said = anna.text(address(town))
    assert "Oplysningerne er slettet, fordi opbevaringstiden er udløbet." in said
    assert "adressen er ikke længere gemt" in said
    assert "adressen er ikke længere gemt" in anna.text("/liste")


def test_the_words_of_a_lead_are_on_the_page_and_in_print(town, anna):
    enter_lead(
        town.store, caller=BO, address_id="home-1", kind="returned_mail", text="Ubekendt <b>efter</b> adressen.",
        settings=town.settings,
    )  # fmt: skip
    for page in ("", "/udskriv"):
        html = anna.get(address(town, page=page)).text
        assert "Ubekendt &lt;b&gt;efter&lt;/b&gt; adressen." in html
        assert "Post kommet retur Registreret 1. juni 2024 af bo" in words_of(html)
    assert "Ubekendt" not in anna.get(address(town, "home-2")).text


def test_the_second_person_reads_the_rules_after_the_own_look_and_the_look_in_its_own_words(town, read_as):
    town.answer("home-1", ANNA)
    town.take("home-1", "propose", ANNA, **a_proposal(STOP, rules=["lasp_11"], corrected=["1"]))
    bo, rule = read_as(BO, purpose="approval"), load_letter_texts(town.settings).rules["lasp_11"]
    before = bo.get(address(town)).text
    assert [word for word in ("lasp_11", "rettes for") if word in before] == []
    town.take("home-1", "second_look", BO, assessment="no_change")
    said = words_of(bo.get(address(town)).text)
    assert f"{rule.named} : {rule.text_da} (lasp_11)" in said or f"{rule.named}: {rule.text_da} (lasp_11)" in said
    assert "Registrering i CPR rettes for person 1 " in said
    timeline = said.split("Forløb")[-1]
    assert "jeg ser ikke grundlag for en ændring" in timeline
    assert "ingen ændring" not in timeline
