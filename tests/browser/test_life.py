"""The whole life of a case through the pages, with two people, as a colleague would do it: with the keyboard and the
mouse, each way with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.service.people import ANNA, BO


def step(page: Page, name: str) -> None:
    """Open the form of a step from the page of its case."""
    page.locator(".case-actions").get_by_role("link", name=name, exact=True).click()


def send(page: Page, name: str) -> None:
    """Send the form that is open; the page of the case comes back and says so."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Gemt" if not name.startswith("Dan") else "Brevet")


def choose_first(page: Page, name: str) -> None:
    page.locator(f'input[name="{name}"]').first.check()


def write_letter(page: Page, kind: str, **fields: str) -> None:
    page.locator(".case-actions").get_by_role("link", name=kind, exact=True).click()
    page.locator('[name="recipient"]').first.check()
    for name in ("facts", "rules"):
        if page.locator(f'input[name="{name}"]').count():
            choose_first(page, name)
    for name, words in fields.items():
        page.locator(f'[name="{name}"]').fill(words)
    if page.locator('input[name="considered"]').count():
        page.get_by_label("at standse en ydelse").check()
    send(page, "Dan brevet")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_case_from_the_list_to_its_close(visit, site, script):
    anna, bo = visit(ANNA, script=script), visit(BO, purpose="approval", script=script)
    case = f"/sager/{site.town.ids['home-1']}"
    anna.goto("/liste")
    anna.get_by_role("button", name="Tag sagen: Prøvebakken 14, 2. tv, 2100").click()
    expect(anna.get_by_role("status")).to_contain_text("Gemt: Tag sagen.")
    step(anna, "Notér første vurdering")
    anna.get_by_label("jeg ser grundlag for at åbne sagen").check()
    send(anna, "Notér første vurdering")
    expect(anna.get_by_text("Notér først mindst én oplysning")).to_be_visible()
    step(anna, "Notér en oplysning")
    anna.get_by_label("Oplysning", exact=True).fill("Lejekontrakten nævner kun én beboer.")
    anna.locator('[name="source"]').select_option("landlord")
    anna.locator('[name="known_on"]').fill("2024-05-30")
    send(anna, "Notér en oplysning")
    step(anna, "Åbn sagen")
    send(anna, "Åbn sagen")
    write_letter(anna, "Orientering om, at der er åbnet en sag")
    step(anna, "Send orientering")
    choose_first(anna, "letters")
    send(anna, "Send orientering")
