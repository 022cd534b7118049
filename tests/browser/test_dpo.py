"""The officer's pages in the browser: with data, empty and with faults, at every width; without script; by keyboard."""

from __future__ import annotations

import pytest

from governance.store.opening import Store
from service.web import dpo_evidence_pages
from tests.gates import assess_everything, judged_on
from tests.service.dpo_contents import judge_badly, measure_fairness, some_records
from tests.service.lives import ANNOUNCED, Life
from tests.service.mended import score_by_hand
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER
from tests.service.rights_town import a_known_town, with_hyphen
from tests.service.town import DAY, RUN, TownList

WHO = "home-1-b"
PAGES = {
    "/dpo": "tilsyn", "/dpo/meddelelser": "meddelelser", "/dpo/stop": "stop", "/dpo/veto": "veto", "/dpo/log": "log",
    "/dpo/log/person": "log-person", "/dpo/log/kontrol": "log-kontrol", "/dpo/afgorelse": "genskab",
    "/dpo/ligebehandling": "ligebehandling", "/dpo/porte": "porte", "/dpo/dokumentation": "dokumentation",
    "/dpo/indsigt": "indsigt", "/dpo/indsigt/ny": "indsigt-ny", "/dpo/berigtigelse": "berigtigelse",
    "/dpo/indsigelse": "indsigelse", "/dpo/brud": "brud", "/dpo/brud/nyt": "brud-nyt",
}  # fmt: skip


@pytest.fixture
def fill():
    return a_known_town


def fill_in(page, **fields):
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)


def choose(page, **codes):
    """A choice is a list or, of a few, buttons."""
    for name, code in codes.items():
        listed = page.locator(f"select[name={name}]")
        if listed.count():
            listed.select_option(code)
        else:
            page.locator(f"input[name={name}][value={code}]").check(force=True)


def a_request(page, path="indsigelse"):
    page.goto(f"/dpo/{path}/ny")
    fill_in(page, cpr=with_hyphen(WHO), received_on="2024-06-01", words="Jeg gør indsigelse mod kontrollen.")
    page.get_by_role("button", name="Registrér").click()
    assert "Anmodningen er registreret" in page.content()
    return page.url.partition("?")[0]


def judge(store: Store) -> str:
    assess_everything(store)
    return judged_on(store, DAY, gate="publish", subject=RUN).id


def test_every_page_is_accessible_while_nothing_is_there(visit, checked):
    page = visit(DPO, purpose="supervision")
    for path in PAGES:
        page.goto(path)
        assert page.locator("h1").count() == 1
        checked(page)


def test_every_page_is_accessible_with_something_on_it(visit, checked, site, monkeypatch):
    town: TownList = site.town
    town.take("home-1", "claim", ANNA)
    measure_fairness(town.store)
    monkeypatch.setattr(dpo_evidence_pages, "records_now", lambda _: some_records())
    judge(town.store)
    verdict = judge_badly(town.store, "publish")
    page = visit(DPO, purpose="supervision")
    for path in ("indsigt", "berigtigelse", "indsigelse"):
        here = a_request(page, path)
        checked(page, f"dpo-anmodning-{path}")
        page.goto(f"{here}/svar")
        checked(page)
    a_breach(page)
    checked(page, "dpo-brud-et")
    page.goto(f"/dpo/porte/{verdict}")
    checked(page, "dpo-port")
    for code in ("dpia_annex", "transparency_record"):
        page.goto(f"/dpo/dokumentation/{code}")
        checked(page, f"dpo-dokument-{code.partition('_')[0]}")
    for path, name in PAGES.items():
        page.goto(path)
        checked(page, f"dpo-{name}")


def a_breach(page):
    page.goto("/dpo/brud/nyt")
    fill_in(
        page, known_on="2024-06-01", known_clock="13.05", happened="Et brev gik til en forkert adresse.",
        consequences="En uvedkommende har læst det.", measures="Brevet er hentet.",
    )  # fmt: skip
    page.get_by_label("uvedkommende har set eller fået oplysninger").check()
    page.get_by_role("button", name="Registrér bruddet").click()
    assert "Bruddet er registreret" in page.content()


def test_faults_are_summed_up_with_the_focus_on_them(visit, checked):
    page = visit(DPO, purpose="supervision")
    for path, button in (
        ("/dpo/indsigt/ny", "Registrér"), ("/dpo/brud/nyt", "Registrér bruddet"), ("/dpo/stop", "Stop systemet nu"),
        ("/dpo/veto", "Videre"), ("/dpo/afgorelse", "Genskab"), ("/dpo/log/person", "Søg"),
    ):  # fmt: skip
        page.goto(path)
        page.get_by_role("button", name=button, exact=True).click()
        summary = page.get_by_role("alert")
        assert summary.evaluate("e => e === document.activeElement")
        checked(page)


def test_an_objection_goes_from_the_letter_into_the_case_without_script(visit, checked, site):
    page = visit(DPO, purpose="supervision", script=False)
    here = a_request(page)
    page.get_by_role("button", name="Stands de sager, der ikke er afgjort").click()
    assert site.town.case("home-1").state == "vetoed"
    page.get_by_role("link", name="Svar på anmodningen").click()
    page.get_by_label("anmodningen er imødekommet", exact=True).check()
    fill_in(page, words="Vi er enige.")
    page.get_by_role("button", name="Registrér svaret").click()
    assert page.url.startswith(here)
    assert "Svaret er registreret" in page.content()
    assert site.town.case("home-1").state == "closed"


def test_an_answer_on_access_is_downloaded_and_shows_texts_to_read_through(visit, checked, site):
    site.town.take("home-1", "claim", ANNA)
    site.town.take("home-1", "first_look", ANNA, assessment="unsure", note="Naboen mener noget andet.")
    page = visit(DPO, purpose="party_access")
    a_request(page, "indsigt")
    assert "Naboen mener noget andet." in page.content()
    checked(page, "dpo-indsigt-gennemgang")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Dan svaret (ZIP)").click()
    assert downloading.value.suggested_filename.endswith(".zip")
    # the browser lets go of the page that becomes a file
    assert all("udlever net::ERR_ABORTED" in each for each in visit.complaints)
    visit.complaints.clear()


def test_the_log_shows_who_saw_a_person_and_that_it_holds(visit, checked, site):
    site.town.take("home-1", "claim", ANNA)
    page = visit(DPO, purpose="supervision")
    page.goto("/dpo/log/person")
    fill_in(page, cpr=with_hyphen(WHO))
    page.get_by_role("button", name="Søg", exact=True).click()
    assert "En sag blev taget" in page.content()
    checked(page, "dpo-hvem-har-set")
    page.goto("/dpo/log/kontrol")
    page.get_by_role("button", name="Efterprøv nu").click()
    assert "Loggen er hel" in page.content()
    checked(page, "dpo-loggen-er-hel")
    page.goto("/dpo/log?fra=2024-06-02&til=2024-06-01")
    assert "Perioden slutter" in page.content()
    checked(page)


def test_the_stop_is_pressed_by_keyboard_alone(visit, checked):
    page = visit(DPO, purpose="supervision")
    page.goto("/dpo/stop")
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "reason":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Skæv fordeling.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Systemet er stoppet").wait_for()
    checked(page, "dpo-stoppet")


def test_a_wrong_row_is_noted_and_what_the_list_would_have_been_is_shown(visit, checked, site):
    page = visit(DPO, purpose="supervision")
    here = a_request(page, "berigtigelse")
    page.goto(f"{here}/rettelse?sag={site.town.ids['home-1']}")
    checked(page, "dpo-rettelse")
    fill_in(page, words="Hun flyttede i 2019.")
    choose(page, source="cpr", row="residence-1")
    page.get_by_role("button", name="Notér rettelsen").click()
    score_by_hand(site.town.store, site.town.settings)
    page.goto(here)
    assert "Regnet om med rettelsen" in page.content()
    checked(page, "dpo-regnet-om")


def test_a_team_leader_reverses_what_was_asked(visit, checked, site):
    Life(site.town, "home-1").to(ANNOUNCED, outcome="benefit_changed").effect()
    officer = visit(DPO, purpose="supervision")
    a_request(officer)
    officer.get_by_role("button", name="Genoptag afgørelsen og bed om, at den omgøres").click()
    page = visit(LEADER, purpose="quality")
    page.goto("/omgoerelser")
    checked(page, "omgoerelser")
    page.get_by_role("main").get_by_role("link", name="Omgør").first.click()
    checked(page)
    fill_in(page, words="Grundlaget var forkert.", decided_on="2024-06-01")
    page.get_by_role("button", name="Omgør afgørelsen").click()
    assert "Der venter ingen omgørelser" in page.content()


def test_public_pages_and_those_of_an_evaluator(visit, checked):
    page = visit(None)
    for path in ("/om", "/tilgaengelighed"):
        page.goto(path)
        checked(page, path.strip("/"))
    evaluator = visit(EVALUATOR, purpose="")
    for path in ("/", "/dpo/ligebehandling", "/dpo/porte", "/dpo/dokumentation"):
        evaluator.goto(path)
        checked(evaluator)
