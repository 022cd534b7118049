"""The evaluators' pages through the whole app: what they say of a report, of none and of a broken one, and to whom."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from governance.audit.search import Sought, search_page
from governance.store.opening import Store
from service.demo_identities import COLLEAGUES
from service.impact.report_model import HEADLINE, HIDDEN, SECTIONS, hash_of
from service.impact.workbook import workbook_bytes
from service.web.danish import kroner
from service.web.impact_words import figure_shown
from tests.service.impact_reports import a_later_report, a_report, an_empty_report, headline, keep
from tests.service.pages import Reader, Readers, readers_of, words_of
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER, a_caller
from tests.service.tokens import an_app

PATHS = ("/effekt", "/effekt/versioner", *(f"/effekt/{code}" for code in SECTIONS))
RELEASES = ("/effekt/udlevering", "/effekt/udlevering/ny")
SECOND = a_caller("erik", ("evaluator", "*"), name="Erik Prøve")


@pytest.fixture
def read_as(sqlite_store: Store) -> Iterator[Readers]:
    with readers_of(an_app(sqlite_store), usual="") as readers:
        yield readers


@pytest.fixture
def evaluator(read_as: Readers) -> Reader:
    return read_as(EVALUATOR)


def actions(store: Store) -> list[str]:
    with store.reading() as connection:
        return [each.action for each in search_page(connection, Sought(), size=200).events]


def test_every_page_opens_for_the_evaluator_and_for_nobody_else(
    sqlite_store: Store, read_as: Readers, evaluator: Reader
) -> None:
    keep(sqlite_store, a_report())
    others = [
        read_as(ANNA, purpose="case_work"), read_as(LEADER, purpose="quality"), read_as(DPO, purpose="supervision")
    ]  # fmt: skip
    for path in (*PATHS, *RELEASES):
        assert evaluator.get(path).status_code == 200, path
        assert {other.get(path).status_code for other in others} == {403}, path


def test_the_twelve_figures_stand_on_the_page_to_the_last_digit(sqlite_store: Store, evaluator: Reader) -> None:
    kept = keep(sqlite_store, a_report())
    page, told = evaluator.get("/effekt").text, evaluator.text("/effekt")
    assert len(headline()) == len(HEADLINE) == 12
    for figure in headline():
        assert f"{figure.text_da} {figure_shown(figure)}" in told
    assert f"Realiseret kommunal besparelse {kroner(287_654_321)}" in told
    assert "2.876.543,21 kr." in told
    assert "fra 2.900.000 kr. til 3.900.000 kr." in told
    assert f"Afskrevet af tilbagebetalingskrav {HIDDEN}" in told
    assert kept.sha256 in page
    assert kept.sha256 == hash_of(kept.report)
    assert "1. juni 2024" in told


def test_without_a_report_every_page_says_how_the_first_is_made(evaluator: Reader) -> None:
    for path in PATHS:
        assert "Der er ingen opgørelse endnu" in evaluator.text(path), path
    assert "Der er ingen opgørelse at udlevere endnu" in evaluator.text("/effekt/udlevering")
    assert evaluator.get("/effekt/findes-ikke").status_code == 200


def test_a_report_without_numbers_says_so(sqlite_store: Store, evaluator: Reader) -> None:
    keep(sqlite_store, an_empty_report())
    for code in SECTIONS:
        assert "Der er endnu intet at vise." in evaluator.text(f"/effekt/{code}")
    assert "Der er ikke bogført noget endnu" in evaluator.text("/effekt")


@pytest.mark.parametrize(
    "path", ["/effekt/findes-ikke", "/effekt?version=7", "/effekt/arm?version=7", "/effekt/versioner?fra=7"]
)
def test_what_is_not_there_is_not_found(sqlite_store: Store, evaluator: Reader, path: str) -> None:
    keep(sqlite_store, a_report())
    answered = evaluator.get(path)
    assert answered.status_code == 404
    assert "Der er ikke e" in words_of(answered.text)


@pytest.mark.parametrize("asked", ["0", "-1", "x", "99999999999999999999"])
def test_what_is_no_version_is_refused(sqlite_store: Store, evaluator: Reader, asked: str) -> None:
    keep(sqlite_store, a_report())
    assert evaluator.get(f"/effekt?version={asked}").status_code == 422


def test_a_report_that_was_changed_is_not_shown(sqlite_store: Store, evaluator: Reader) -> None:
    keep(sqlite_store, a_report())
    with sqlite_store.act("list.made") as act:
        act.connection.exec_driver_sql("DROP TRIGGER impact_report_no_update")
        act.connection.exec_driver_sql(
            "UPDATE impact_report SET document = replace(document, '287654321', '987654321')"
        )
    for path in ("/effekt", "/effekt/administrations"):
        told = evaluator.text(path)
        assert "Tallene kan ikke vises" in told
        assert "9.876.543,21" not in told


def test_an_older_version_says_that_it_is_and_stays_chosen(sqlite_store: Store, evaluator: Reader) -> None:
    keep(sqlite_store, a_report())
    assert "tidligere version" not in evaluator.text("/effekt")
    keep(sqlite_store, a_later_report())
    newest, older = evaluator.text("/effekt"), evaluator.get("/effekt?version=1").text
    assert "2.886.543,21 kr." in newest and "2.876.543,21 kr." not in newest
    assert "2.876.543,21 kr." in older and "Den nyeste er version 2." in older
    assert 'href="/effekt/arm?version=1"' in older
    told = evaluator.text("/effekt/versioner")
    assert "Realiseret kommunal besparelse ændret 2.876.543,21 kr. 2.886.543,21 kr. 10.000,00 kr." in told
    swapped = evaluator.text("/effekt/versioner?fra=2&til=1")
    assert "2.886.543,21 kr. 2.876.543,21 kr. -10.000,00 kr." in swapped


def test_every_table_of_a_section_stands_beside_its_drawing(sqlite_store: Store, evaluator: Reader) -> None:
    kept = keep(sqlite_store, a_report())
    for section in kept.report.sections:
        page = evaluator.get(f"/effekt/{section.code}").text
        drawn = [table for table in section.tables if table.chart]
        assert page.count('role="img" focusable="false" aria-labelledby="diagram-') == 2 * len(drawn)
        for table in section.tables:
            assert table.title_da in page


def test_figures_are_labelled_when_they_are_naive_immature_or_hidden(sqlite_store: Store, evaluator: Reader) -> None:
    keep(sqlite_store, a_report())
    assert "naivt, kun til sammenligning" in evaluator.text("/effekt/arm")
    assert "umoden" in evaluator.text("/effekt/maturation")
    assert "bygger tallet, eller et andet der kunne regnes ud af det, på færre end 10 sager" in evaluator.text(
        "/effekt/yearly"
    )
    assert "bygger tallet" not in evaluator.text("/effekt/arm")


def test_the_start_leads_to_effects(evaluator: Reader) -> None:
    page = evaluator.get("/").text
    assert page.count('href="/effekt"') == 2


def ask(reader: Reader, **fields: str) -> int:
    asked = {"report_version": "1", "purpose": "Bilag til udvalget."} | fields
    return reader.post("/effekt/udlevering/ny", **asked).status_code


def request_of(reader: Reader) -> str:
    return reader.get("/effekt/udlevering").text.partition("/effekt/udlevering/udlevering-")[2].partition("/")[0]


def test_a_workbook_leaves_when_two_evaluators_let_it(sqlite_store: Store, read_as: Readers, evaluator: Reader) -> None:
    kept = keep(sqlite_store, a_report())
    second = read_as(SECOND)
    assert evaluator.post("/effekt/udlevering/1/hent").status_code == 409
    assert ask(evaluator) == 303
    assert "Du kan ikke godkende det, du selv har bedt om." in evaluator.text("/effekt/udlevering")
    here = f"/effekt/udlevering/udlevering-{request_of(second)}"
    refused = evaluator.post(f"{here}/godkend")
    assert refused.status_code == 403
    assert "Ingen godkender det, de selv har bedt om." in words_of(refused.text)
    assert evaluator.post("/effekt/udlevering/1/hent").status_code == 409
    assert "venter på en anden evaluator" in second.text("/effekt/udlevering")
    assert second.post(f"{here}/godkend").status_code == 303
    assert second.post(f"{here}/godkend").status_code == 409
    assert "godkendt af erik" in evaluator.text("/effekt/udlevering")
    found = evaluator.post("/effekt/udlevering/1/hent")
    assert found.headers["content-type"].endswith("spreadsheetml.sheet")
    assert (found.headers["cache-control"], found.content) == ("no-store", workbook_bytes(kept))
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(found.content)).namelist()
    assert {"impact.release_asked", "impact.released", "impact.exported"} <= set(actions(sqlite_store))


def test_what_is_wrong_in_a_request_is_said_on_its_form(sqlite_store: Store, evaluator: Reader) -> None:
    keep(sqlite_store, a_report())
    assert [
        ask(evaluator, **each)
        for each in ({"report_version": "9"}, {"report_version": "x"}, {"purpose": ""}, {"purpose": "x" * 201})
    ] == [422] * 4
    assert ask(evaluator) == 303
    again = evaluator.post("/effekt/udlevering/ny", report_version="1", purpose="Igen.")
    assert again.status_code == 422
    assert "Du har allerede bedt om denne version" in words_of(again.text)
    assert actions(sqlite_store).count("impact.release_asked") == 1
    assert evaluator.post("/effekt/udlevering/udlevering-00/godkend").status_code == 404
    assert evaluator.post("/effekt/udlevering/7/hent").status_code == 404


def test_a_caseworker_can_neither_ask_nor_fetch(sqlite_store: Store, read_as: Readers) -> None:
    keep(sqlite_store, a_report())
    anna = read_as(ANNA, purpose="case_work")
    assert ask(anna) == 403
    assert {anna.post(f"/effekt/udlevering/1/{what}").status_code for what in ("godkend", "hent")} == {403}
    assert "impact.release_asked" not in actions(sqlite_store)


def test_the_demonstration_has_two_who_can_let_figures_out() -> None:
    assert sum(each.caller.may("impact.export") for each in COLLEAGUES) == 2
