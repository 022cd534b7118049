"""The whole life of a case through the pages, with two people, as a colleague would do it: with the keyboard and the
mouse, each way with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from service.cases.case import load_case
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


def choose_all(page: Page, name: str) -> None:
    for each in page.locator(f'input[name="{name}"]').all():
        each.check()


def write_letter(page: Page, kind: str, *, person: int = 1, rules: tuple[str, ...] = (), **fields: str) -> None:
    """Write a letter to an adult on the first fact and rule, and on `rules` by their first words."""
    page.locator(".case-actions").get_by_role("link", name=kind, exact=True).click()
    page.locator('[name="recipient"]').nth(person - 1).check()
    for name in ("facts", "rules"):
        if page.locator(f'input[name="{name}"]').count():
            choose_first(page, name)
    for rule in rules:
        page.locator("label").filter(has_text=rule).first.click()
    for name, words in fields.items():
        page.locator(f'[name="{name}"]').fill(words)
    if page.locator('input[name="considered"]').count():
        page.get_by_label("at rette registreringen i CPR").check()
        page.get_by_label("at standse en ydelse").check()
        page.get_by_label("kontanthjælp", exact=True).check()
    send(page, "Dan brevet")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_case_from_the_list_to_its_close(visit, site, script):
    anna, bo = visit(ANNA, script=script), visit(BO, purpose="approval", script=script)
    case = f"/sager/{site.town.ids['home-1']}"
    open_the_case(anna)
    hear_the_citizen(anna)
    propose(anna)
    approve(bo, case)
    tell_and_close(anna, case)
    with site.town.store.reading() as connection:
        closed = load_case(connection, site.town.ids["home-1"])
    assert (closed.state, closed.outcome, closed.cause) == ("closed", "benefit_changed", "honest_mistake")


def open_the_case(anna: Page) -> None:
    anna.goto("/liste")
    anna.get_by_role("button", name="Tag sagen Prøvebakken 14, 2. tv, 2100").click()
    expect(anna.get_by_role("status")).to_contain_text("Gemt: sagen er taget.")
    step(anna, "Notér første vurdering")
    anna.get_by_label("jeg ser grundlag for at åbne sagen").check()
    send(anna, "Notér første vurdering")
    expect(anna.get_by_text("Notér først mindst én oplysning")).to_be_visible()
    step(anna, "Notér en oplysning")
    anna.locator('[name="text"]').fill("Lejekontrakten nævner kun én beboer.")
    anna.locator('[name="source"]').select_option("landlord")
    anna.locator('[name="known_on"]').fill("2024-05-30")
    send(anna, "Notér en oplysning")
    step(anna, "Åbn sagen")
    send(anna, "Åbn sagen")


def hear_the_citizen(anna: Page) -> None:
    for person in (1, 2):
        write_letter(anna, "Orientering om, at der er åbnet en sag", person=person)
    step(anna, "Send orientering")
    choose_all(anna, "letters")
    send(anna, "Send orientering")
    write_letter(
        anna, "Partshøring", considered_text="Vi overvejer at standse kontanthjælpen.", deadline="2024-07-01"
    )  # fmt: skip
    step(anna, "Send partshøring")
    choose_first(anna, "letters")
    send(anna, "Send partshøring")
    step(anna, "Notér svar på partshøring")
    choose_first(anna, "letter")
    anna.locator('[name="text"]').fill("Jeg har ingen bemærkninger.")
    anna.locator('[name="received_on"]').fill("2024-06-01")
    send(anna, "Notér svar på partshøring")


def propose(anna: Page) -> None:
    step(anna, "Indstil en afgørelse")
    anna.get_by_label("ydelsen ændres").check()
    anna.get_by_label("fejl i god tro").check()
    for name, code in (("person", "1"), ("grant", "1"), ("benefit", "kontanthjaelp"), ("effect", "stopped")):
        anna.locator(f'[name="effects.0.{name}"]').select_option(code)
    anna.locator('[name="effects.0.monthly_change_ore"]').fill("-11.554,00")
    anna.locator('[name="effects.0.effective_from"]').fill("2024-07-01")
    choose_first(anna, "rules")
    choose_first(anna, "corrected")
    send_with_fault(anna, "Indstil en afgørelse", "grounds")
    expect(anna.locator('[name="effects.0.monthly_change_ore"]')).to_have_value("-11.554,00")
    expect(anna.locator('input[name="corrected"]').first).to_be_checked()
    anna.locator('[name="grounds"]').fill("To voksne bor på adressen.")
    send(anna, "Indstil en afgørelse")


def send_with_fault(page: Page, name: str, field: str) -> None:
    """Send a form that lacks a field: the summary of faults has the focus and leads to the field."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".alert-error")).to_be_focused()
    page.locator(f'.alert-error a[href="#{field}"]').click()
    assert page.url.endswith(f"#{field}") or page.locator(f"#{field}").evaluate("e => e === document.activeElement")


def approve(bo: Page, case: str) -> None:
    bo.goto(case)
    expect(bo.get_by_text("Der er en indstilling")).to_be_visible()
    expect(bo.get_by_text("To voksne bor på adressen.")).to_have_count(0)
    step(bo, "Notér din vurdering")
    bo.get_by_label("jeg ser grundlag for en ændring").check()
    send(bo, "Notér din vurdering")
    expect(bo.get_by_text("To voksne bor på adressen.")).to_be_visible()
    expect(bo.get_by_text("-11.554,00 kr.")).to_be_visible()
    expect(bo.get_by_text("rettes for person 1")).to_be_visible()
    step(bo, "Godkend")
    send(bo, "Godkend")


def tell_and_close(anna: Page, case: str) -> None:
    anna.goto(case)
    write_letter(
        anna, "Afgørelse", rules=("Lov om aktiv socialpolitik § 11:", "CPR-loven § 11:"),
        reasoning="To voksne bor på adressen.", answer="Ingen bemærkninger.",
        registration="Du registreres på adressen fra 1. juli 2024.",
    )  # fmt: skip
    write_letter(anna, "Sagen afsluttes uden ændringer", person=2)
    step(anna, "Meddel afgørelsen")
    choose_all(anna, "letters")
    send(anna, "Meddel afgørelsen")
    step(anna, "Notér tid")
    anna.locator('[name="minutes"]').fill("135")
    anna.locator('[name="on_day"]').fill("2024-06-01")
    send(anna, "Notér tid")
    expect(anna.get_by_text("Noteret tid: 2 t. 15 min.")).to_be_visible()
    step(anna, "Afslut sagen")
    send(anna, "Afslut sagen")
