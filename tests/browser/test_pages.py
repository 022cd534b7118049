"""Every page, with data, empty and with faults: accessible, whole at every width, and without a word from the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.street import overdue
from tests.service.named import decided, heard, opened, write
from tests.service.people import ANNA, BO, CARL, DPO, EVALUATOR, LEADER, a_caller

EMPTY = pytest.mark.parametrize("fill", ["empty"], indirect=True)
DEMO = pytest.mark.parametrize("site_settings", [{"demo": True}], indirect=True)
BLIND = pytest.mark.parametrize("site_settings", [{"blind_share": 1.0}], indirect=True)


def test_the_list(visit, site, checked):
    heard(site.town, "home-2")
    overdue(site.town, "home-2")
    page = visit(ANNA)
    page.goto("/")
    checked(page, "start")
    page.goto("/liste")
    checked(page, "liste")
    page.goto("/liste?visning=mine&frist=overskredet")
    expect(page.get_by_text("overskredet", exact=True)).to_be_visible()
    checked(page)
    page.goto("/liste?tilstand=appealed")
    expect(page.get_by_text("Ingen sager passer")).to_be_visible()
    checked(page)
    page.goto("/liste?tilstand=findes-ikke")
    checked(page)


@EMPTY
def test_nothing_on_the_list(visit, checked):
    page = visit(ANNA)
    for address in ("/", "/liste", "/liste?visning=mine", "/henvendelser/ny"):
        page.goto(address)
        checked(page)
    leader = visit(LEADER, purpose="quality")
    for address in ("/", "/fordeling", "/kapacitet"):
        leader.goto(address)
        checked(leader)


def test_a_case_before_it_is_opened(visit, site, checked):
    page, case = visit(ANNA), f"/sager/{site.town.ids['home-1']}"
    page.goto(case)
    checked(page)
    site.town.take("home-1", "claim", ANNA)
    page.goto(case)
    checked(page, "sag-paa-listen")
    page.goto(f"{case}/first_look")
    checked(page, "foerste-vurdering")
    page.get_by_role("button", name="Notér første vurdering").click()
    expect(page.locator(".alert-error")).to_be_focused()
    checked(page, "fejl-i-skema")
    page.goto(f"{case}/udskriv")
    checked(page, "udskrift")


@BLIND
def test_reasons_that_wait_for_an_own_assessment(visit, site, checked):
    site.town.take("home-1", "claim", ANNA)
    page, case = visit(ANNA), f"/sager/{site.town.ids['home-1']}"
    page.goto("/liste")
    expect(page.get_by_text("Vises efter din første vurdering")).to_have_count(6)
    page.goto(case)
    expect(page.get_by_text("Grundene vises, når du har noteret")).to_be_visible()
    expect(page.get_by_text("udbetalt mere, end bevillingen siger")).to_have_count(0)
    checked(page, "blind-vurdering")
    site.town.take("home-1", "first_look", ANNA, assessment="unsure")
    page.goto(case)
    expect(page.get_by_text("udbetalt mere, end bevillingen siger")).to_be_visible()


def test_an_opened_case(visit, site, checked):
    heard(site.town, "home-1")
    page, case = visit(ANNA), f"/sager/{site.town.ids['home-1']}"
    page.goto(case)
    checked(page, "sag-i-hoering")
    page.goto(f"{case}/personer")
    expect(page.get_by_text("Prøve home-1-a Person")).to_be_visible()
    checked(page, "navne")
    page.goto(f"{case}/propose")
    page.get_by_role("button", name="Tilføj en linje").click()
    expect(page.get_by_text("Linje 2")).to_be_visible()
    checked(page, "indstilling")
    page.get_by_role("button", name="Indstil en afgørelse").click()
    checked(page)
    page.goto(f"{case}/record_hours")
    checked(page)


def test_a_letter(visit, site, checked):
    opened(site.town, "home-1")
    page, case = visit(ANNA), f"/sager/{site.town.ids['home-1']}"
    page.goto(f"{case}/breve/ny?kind=orientation")
    checked(page, "brev")
    page.get_by_role("button", name="Dan brevet").click()
    checked(page)
    letter = write(site.town, "home-1", "orientation", rules=["cpr_10"])
    page.goto(case)
    checked(page)
    answer = page.request.get(f"{case}/breve/{letter.letter_id}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body().startswith(b"%PDF")


def test_four_eyes(visit, site, checked):
    decided(site.town, "home-1")
    page = visit(ANNA)
    page.goto(f"/sager/{site.town.ids['home-1']}")
    expect(page.get_by_text("2.500,50 kr.").first).to_be_visible()
    checked(page, "afgjort-sag")
    heard(site.town, "home-3")
    site.town.take("home-3", "propose", ANNA, outcome="no_change", cause="none", grounds="Alt er i orden.")
    page.goto(f"/sager/{site.town.ids['home-3']}")
    checked(page)


def test_a_lead(visit, site, checked):
    page = visit(ANNA)
    page.goto("/henvendelser/ny")
    checked(page)
    page.locator("#road").fill("prøveb")
    page.locator("#number").fill("14")
    page.get_by_role("button", name="Søg adresse").click()
    checked(page, "henvendelse")
    page.get_by_role("button", name="Gem henvendelsen").click()
    expect(page.locator(".alert-error")).to_be_focused()
    checked(page)
    page.locator("#address").select_option(label="Prøvebakken 14, 2. tv, 2100")
    page.get_by_label("post kommet retur").check()
    page.locator("#text").fill("Et brev kom retur.")
    page.get_by_role("button", name="Gem henvendelsen").click()
    expect(page.get_by_role("status")).to_contain_text("Henvendelsen er registreret")
    for road, number, said in (("p", "14", "mindst to bogstaver"), ("prøve", "x", "husnummeret"), ("æ", "", "")):
        page.locator("#road").fill(road)
        page.locator("#number").fill(number)
        page.get_by_role("button", name="Søg adresse").click()
        expect(page.locator(".alert-error")).to_contain_text(said)
    page.locator("#road").fill("Findesikke")
    page.locator("#number").fill("1")
    page.get_by_role("button", name="Søg adresse").click()
    expect(page.get_by_text("Ingen adresse passer")).to_be_visible()
    checked(page)


def test_the_team_leader(visit, site, checked):
    site.town.take("home-1", "claim", ANNA)
    site.town.take("home-5", "claim", BO)
    heard(site.town, "home-2")
    overdue(site.town, "home-2")
    page = visit(LEADER, purpose="quality")
    page.goto("/")
    checked(page)
    page.goto("/kapacitet")
    page.locator('[name="BIF.2024-05-27"]').fill("37,5")
    page.locator('[name="BUF.2024-06-03"]').fill("120")
    page.get_by_role("button", name="Gem timerne").click()
    expect(page.get_by_role("status")).to_contain_text("Kapaciteten er gemt")
    expect(page.locator('[name="BIF.2024-05-27"]')).to_have_value("37,5")
    checked(page, "kapacitet")
    page.locator('[name="BIF.2024-06-03"]').fill("mange")
    page.get_by_role("button", name="Gem timerne").click()
    expect(page.locator(".alert-error")).to_be_focused()
    checked(page)
    page.goto("/fordeling")
    checked(page, "fordeling")
    page.get_by_role("link", name="Fordel Prøvebakken 88").click()
    page.get_by_label("Bo Prøve").check()
    checked(page)
    page.get_by_role("button", name="Fordel sagen").click()
    expect(page.get_by_role("status")).to_contain_text("Gemt: sagen er fordelt.")


def test_coming_in_and_being_refused(visit, site, checked):
    stranger = visit(None)
    stranger.goto("/liste")
    assert "/log-ind?next=/liste" in stranger.url
    checked(stranger, "log-ind")
    newcomer = visit(CARL, purpose="")
    newcomer.goto("/liste")
    assert "/formaal?next=/liste" in newcomer.url
    checked(newcomer, "formaal")
    newcomer.get_by_role("button", name="Fortsæt").click()
    expect(newcomer.get_by_role("heading", name="Listen")).to_be_visible()
    newcomer.goto("/findes/ikke")
    checked(newcomer, "ikke-fundet")
    newcomer.goto("/kapacitet")
    checked(newcomer)
    newcomer.goto("/sager/sag-findes-ikke")
    checked(newcomer)
    evaluator = visit(EVALUATOR, purpose="")
    evaluator.goto("/")
    checked(evaluator)


def test_breaking_the_glass(visit, site, checked):
    page, case = visit(a_caller("kaj", ("caseworker", "KFF"), name="Kaj Prøve")), f"/sager/{site.town.ids['home-1']}"
    page.goto(case)
    expect(page.get_by_text("hører til en anden forvaltning")).to_be_visible()
    checked(page, "ingen-adgang")
    page.get_by_role("link", name="Nødadgang").click()
    checked(page, "noedadgang")
    page.locator("#reason").fill("kort")
    page.get_by_role("button", name="Læs sagen").click()
    expect(page.locator(".alert-error")).to_be_focused()
    checked(page)
    page.locator("#reason").fill("Borgeren står ved skranken, og ingen kolleger er her.")
    page.get_by_role("button", name="Læs sagen").click()
    expect(page.get_by_text("Du kan læse sagen og intet ændre.")).to_be_visible()
    expect(page.locator(".case-actions").get_by_role("button")).to_have_count(0)
    checked(page)


def test_a_veto(visit, site, checked):
    page, case = visit(DPO, purpose="supervision"), f"/sager/{site.town.ids['home-1']}"
    page.goto("/")
    checked(page)
    page.goto(f"{case}/veto")
    checked(page)
    page.locator("[name=text]").fill("Oplysningerne er for gamle.")
    page.get_by_role("button", name="Nedlæg veto").click()
    expect(page.get_by_text("Databeskyttelsesrådgiveren har standset sagen")).to_be_visible()
    checked(page, "veto")
    anna = visit(ANNA)
    anna.goto(case)
    checked(anna)


@DEMO
def test_the_invented_colleagues(visit, checked):
    page = visit(None)
    page.goto("/log-ind?next=/liste")
    checked(page, "log-ind-demo")
    page.get_by_role("button", name="Anna Prøvesen").click()
    page.get_by_role("button", name="Fortsæt").click()
    expect(page.get_by_role("heading", name="Listen")).to_be_visible()
    expect(page.get_by_text("Demonstration: byen, personerne og adresserne er opdigtede.")).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Log af").click()
    expect(page.get_by_text("Du er logget af.")).to_be_visible()
    checked(page)


def test_a_session_that_is_over(visit, site, checked):
    page = visit(ANNA)
    page.goto("/liste")
    site.town.store.clock.at += dt.timedelta(hours=9)
    page.goto("/liste")
    expect(page.get_by_role("heading", name="Du er logget af")).to_be_visible()
    checked(page)
