"""What a mouse does not see: the keyboard alone, the focus that can always be seen, paper, and a narrow window without
script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS
from tests.service.named import heard
from tests.service.people import ANNA

MOST_TABS = 80
FOCUSED = """() => {
    const e = document.activeElement, style = getComputedStyle(e), label = e.labels?.[0] ?? e;
    const seen = getComputedStyle(e.matches('.form-radio, .form-checkbox') ? e.nextElementSibling : e, '::before');
    return {
        words: (label.innerText || e.value || '').replace(/\\s+/g, ' ').trim(), name: e.name || '', tag: e.tagName,
        outlined: [style, seen].some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2),
    };
}"""


def tab_to(page: Page, words: str) -> None:
    """Tab until what has the focus reads so; what has the focus can be seen at every stop."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["outlined"] or focused["tag"] == "BODY", focused
        if focused["words"].startswith(words):
            return
    raise AssertionError(f"no way to {words!r} by keyboard")


def test_the_main_flow_by_keyboard_alone(visit, site):
    page = visit(ANNA)
    page.goto("/liste")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til sidens indhold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, "Tag sagen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Gemt: sagen er taget.")
    tab_to(page, "Notér første vurdering")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Notér første vurdering")).to_be_visible()
    tab_to(page, "Notér første vurdering")
    page.keyboard.press("Enter")
    expect(page.locator(".alert-error")).to_be_focused()
    tab_to(page, "Din vurdering ud fra oplysningerne: Feltet skal udfyldes.")
    page.keyboard.press("Enter")
    expect(page.locator("#assessment")).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "Notér første vurdering")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Gemt: første vurdering er noteret.")
    tab_to(page, "Slip sagen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Gemt: sagen er sluppet.")


def test_paper_has_the_facts_and_nothing_to_press(visit, site):
    heard(site.town, "home-1")
    page = visit(ANNA)
    page.goto(f"/sager/{site.town.ids['home-1']}/udskriv")
    page.emulate_media(media="print")
    for hidden in (".own-menu", "footer", ".breadcrumbs", ".function-link"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("Lejekontrakten nævner kun én beboer.", "Udskrevet 1. juni 2024", "Jeg bor alene."):
        expect(page.get_by_text(shown).first).to_be_visible()
    for button in page.get_by_role("button").all():
        expect(button).to_be_hidden()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_needs_script_or_a_wide_window(visit, site, width):
    heard(site.town, "home-1")
    page = visit(ANNA, script=False, width=width)
    case = f"/sager/{site.town.ids['home-1']}"
    for address in ("/", "/liste", case, f"{case}/propose", f"{case}/personer", "/henvendelser/ny", "/formaal"):
        page.goto(address)
        expect(page.get_by_role("navigation", name="Hovedmenu").get_by_role("link").first).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.locator("main").bounding_box()["width"] <= width
