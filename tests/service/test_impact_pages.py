"""The evaluators' pages through the whole app: what they say of a report, of none and of a broken one, and to whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from governance.store.opening import Store
from service.impact.report_model import HEADLINE, HIDDEN, SECTIONS, hash_of
from service.web.danish import kroner
from service.web.impact_words import figure_shown
from tests.service.impact_reports import a_report, headline, keep
from tests.service.pages import Reader, Readers, readers_of
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER
from tests.service.tokens import an_app

PATHS = ("/effekt", "/effekt/versioner", *(f"/effekt/{code}" for code in SECTIONS))


@pytest.fixture
def read_as(sqlite_store: Store) -> Iterator[Readers]:
    with readers_of(an_app(sqlite_store), usual="") as readers:
        yield readers


@pytest.fixture
def evaluator(read_as: Readers) -> Reader:
    return read_as(EVALUATOR)


def test_every_page_opens_for_the_evaluator_and_for_nobody_else(
    sqlite_store: Store, read_as: Readers, evaluator: Reader
) -> None:
    keep(sqlite_store, a_report())
    others = [
        read_as(ANNA, purpose="case_work"),
        read_as(LEADER, purpose="quality"),
        read_as(DPO, purpose="supervision"),
    ]
    for path in PATHS:
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
