"""The evaluators' pages in the browser: with data, empty and broken, at every width; without script; by keyboard."""

from __future__ import annotations

import pytest

from governance.store.opening import Store
from service.impact.report_model import SECTIONS
from service.web.impact_drawing import draw_newest
from tests.service.impact_reports import a_later_report, a_report, an_empty_report, keep
from tests.service.people import EVALUATOR, a_caller
from tests.service.town import TownList

PAGES = {
    "/effekt": "oversigt", "/effekt/versioner": "versioner", "/effekt/administrations": "forvaltninger",
    "/effekt/waterfall": "vandfald", "/effekt/maturation": "modning", "/effekt/arm": "tilfaeldig-gruppe",
    "/effekt/promise": "loefte", "/effekt/prevalence": "forekomst", "/effekt/business_case": "regnestykke",
    "/effekt/follow_up": "opfoelgning", "/effekt/yearly": "aarstabel", "/effekt/power": "gruppens-stoerrelse",
}  # fmt: skip
SECOND = a_caller("erik", ("evaluator", "*"), name="Erik Prøve")


@pytest.fixture
def fill():
    """No case is needed: the pages read what was told, and nothing else."""
    return lambda store: TownList(store, store.settings, {}, None)


@pytest.fixture
def told(site) -> Store:
    """A store with two versions of the report, drawn as the service draws them: before anybody asks."""
    for report in (a_report(), a_later_report()):
        keep(site.town.store, report)
        draw_newest(site.town.store)
    return site.town.store


def test_every_page_is_accessible_with_something_on_it(visit, checked, told):
    page = visit(EVALUATOR, purpose="")
    for path, name in PAGES.items():
        page.goto(path)
        assert page.locator("h1").count() == 1
        checked(page, f"effekt-{name}")
        unfold(page)
        checked(page)
    page.goto("/effekt/administrations?version=1")
    assert "Du læser en tidligere version" in page.content()
    checked(page)
    page.goto("/")
    checked(page)


def test_the_pages_are_every_section_of_the_report():
    assert {path.removeprefix("/effekt/") for path in PAGES} >= set(SECTIONS)


def test_every_page_is_accessible_while_nothing_is_there(visit, checked):
    page = visit(EVALUATOR, purpose="")
    for path in PAGES:
        page.goto(path)
        assert "Der er ingen opgørelse endnu" in page.content()
        checked(page)
    page.goto("/effekt?version=3")
    assert "Der er ikke en sådan version" in page.content()
    checked(page)


def test_a_report_without_anything_in_it_is_accessible(visit, checked, site):
    keep(site.town.store, an_empty_report())
    page = visit(EVALUATOR, purpose="")
    for path in PAGES:
        page.goto(path)
        checked(page)
    page.goto("/effekt/findes-ikke")
    assert "Der er ikke et sådant afsnit" in page.content()
    checked(page)


def test_a_report_that_was_changed_behind_our_back_says_so(visit, checked, told):
    break_report(told)
    page = visit(EVALUATOR, purpose="")
    for path in PAGES:
        page.goto(path)
        assert "Tallene kan ikke vises" in page.content()
        checked(page)


def test_two_evaluators_let_a_workbook_out_without_script(visit, checked, told):
    page = visit(EVALUATOR, purpose="")
    page.goto("/effekt/udlevering")
    checked(page)
    page.get_by_role("link", name="Bed om udlevering").click()
    checked(page, "effekt-udlevering-ny")
    page.get_by_role("button", name="Bed om udlevering").click()
    assert page.get_by_role("alert").evaluate("e => e === document.activeElement")
    checked(page)
    page.locator("#purpose").fill("Bilag til udvalgets møde i september.")
    page.get_by_role("button", name="Bed om udlevering").click()
    assert "En anden evaluator skal godkende den." in page.content()
    checked(page)
    second = visit(SECOND, purpose="", script=False)
    second.goto("/effekt/udlevering")
    second.get_by_role("button", name="Godkend").click()
    assert "Udleveringen er godkendt" in second.content()
    page.goto("/effekt/udlevering")
    checked(page, "effekt-udlevering")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Hent regnearket").click()
    assert downloading.value.suggested_filename.endswith(".xlsx")
    # the browser lets go of the page that becomes a file
    assert all("hent net::ERR_ABORTED" in each for each in visit.complaints)
    visit.complaints.clear()


def unfold(page) -> None:
    """Open whatever is folded away."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def break_report(store: Store) -> None:
    with store.act("list.made") as act:
        act.connection.exec_driver_sql("DROP TRIGGER impact_report_no_update")
        act.connection.exec_driver_sql("UPDATE impact_report SET document = replace(document, '2876543', '9876543')")
        act.connection.exec_driver_sql("UPDATE impact_report SET document = document || ' '")


def test_one_drawing_of_each_chart_is_seen_and_its_letters_can_be_read(visit, told):
    page = visit(EVALUATOR, purpose="")
    for width in (1280, 640, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for code in ("administrations", "waterfall", "maturation", "power"):
            page.goto(f"/effekt/{code}")
            seen = page.locator(".chart svg >> visible=true")
            assert seen.count() == page.locator(".chart svg").count() / 2
            # what is left on the glass of letters that were drawn 13 high
            letters = seen.first.locator("text").first.evaluate(
                "e => e.getScreenCTM().a * parseFloat(e.getAttribute('font-size'))"
            )
            assert letters >= 10, (width, code, letters)
            assert seen.first.evaluate("e => getComputedStyle(e.querySelector('text')).fontFamily").startswith(
                '"IBM Plex Sans"'
            )


def test_the_evaluator_walks_from_the_start_to_a_section_by_keyboard_alone_without_script(visit, told):
    page = visit(EVALUATOR, purpose="", script=False)
    page.goto("/")
    walk_to(page, "/effekt")
    assert page.get_by_role("heading", level=1).inner_text() == "Effekt"
    walk_to(page, "/effekt/arm")
    assert "naivt, kun til sammenligning" in page.content()
    assert page.locator("svg[role=img] title").first.text_content() == "Hvad listen giver over for andre"


def walk_to(page, href: str) -> None:
    """Tab to the link and press it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("href") == href:
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")
