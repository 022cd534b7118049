"""What the officer's pages about the system say, they say in Danish: everything outside what is marked as foreign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from governance.store.opening import Store
from service.web import dpo_evidence_pages
from tests.gates import assess_everything
from tests.service.dpo_contents import judge_badly, measure_fairness, some_records
from tests.service.pages import Reader, readers_of
from tests.service.people import ANNA, DPO
from tests.service.rights_town import a_known_town
from tests.service.tokens import an_app
from tests.service.town import TownList

ENGLISH = re.compile(
    r"\b(the|of|and|that|which|with|than|is|are|was|were|no|not|none|days|cases|groups|has|been)\b", re.IGNORECASE
)
ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@pytest.fixture
def town(sqlite_store: Store) -> TownList:
    return a_known_town(sqlite_store)


@pytest.fixture
def officer(town: TownList) -> Iterator[Reader]:
    with readers_of(an_app(town.store), usual="") as readers:
        yield readers(DPO, purpose="supervision")


class Danish(HTMLParser):
    """Gathers the words of the main part that are not marked as foreign, nor codes, nor choices of a form."""

    VOID = ("input", "br", "img", "meta", "link", "hr")
    OUT = ("code", "option", "script", "style")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            foreign = dict(attrs).get("lang") or "da"
            self.open.append((tag, foreign != "da" or tag in self.OUT))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(tag == "main" for tag, _ in self.open) and not any(out for _, out in self.open):
            self.words.append(data)


def danish_of(page: str) -> str:
    reader = Danish()
    reader.feed(page)
    return " ".join(" ".join(reader.words).split())


def require_danish(page: str) -> str:
    said = danish_of(page)
    assert not ENGLISH.findall(said), said
    assert not ISO_DAY.search(said), said
    return said


@pytest.mark.parametrize("gate", ["develop", "promote", "publish", "fallback"])
def test_a_verdict_says_in_danish_what_is_asked_and_what_was_found(town: TownList, officer: Reader, gate) -> None:
    assess_everything(town.store)
    verdict = judge_badly(town.store, gate)
    page = officer.get(f"/dpo/porte/{verdict}").text
    said = require_danish(page)
    assert "Grænser, der er sat anderledes her" in said
    assert "Der ses ikke på noget uden retsgrundlag for fasen den dag." in said
    assert "nothing_without_basis" in page
    require_danish(officer.get("/dpo/porte").text)


def test_the_figures_of_a_finding_are_danish(town: TownList, officer: Reader) -> None:
    assess_everything(town.store)
    said = danish_of(officer.get(f"/dpo/porte/{judge_badly(town.store, 'promote')}").text)
    assert "1,90 (95 %-interval 1,40 til 2,50; bygger på 400)" in said
    assert "alder: 18-24" in said
    assert "Ikke målt." in said


def test_the_notes_on_fairness_are_danish(town: TownList, officer: Reader) -> None:
    measure_fairness(town.store)
    said = require_danish(officer.get("/dpo/ligebehandling").text)
    assert "Udfaldet kendes ikke for alle udvalgte" in said
    assert "Grupper på færre end 30 er ikke vist" in said
    assert "Forholdstal for køn er i forhold til mænd, den største gruppe, der er vist." in said


def test_figures_that_are_gone_are_told_in_danish(town: TownList, officer: Reader) -> None:
    measure_fairness(town.store)
    (town.store.settings.home / "runs").rename(town.store.settings.home / "gone")
    assert "Tallene er ikke dem, der blev målt" in require_danish(officer.get("/dpo/ligebehandling").text)


def test_the_records_have_danish_titles_and_say_which_language_they_are_in(
    officer: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dpo_evidence_pages, "records_now", lambda _: some_records())
    said = require_danish(officer.get("/dpo/dokumentation").text)
    assert "Bilag til konsekvensanalysen vedrørende databeskyttelse" in said
    for record in some_records().records:
        page = require_danish(officer.get(f"/dpo/dokumentation/{record.code}").text)
        assert record.title_da in page
        assert record.summary_da in page
        assert "engelsk" in page


def test_an_event_of_the_log_is_told_in_danish_and_its_seals_are_folded_away(town: TownList, officer: Reader) -> None:
    assess_everything(town.store)
    judge_badly(town.store, "promote")
    town.take("home-1", "claim", ANNA)
    measure_fairness(town.store)
    page = officer.get("/dpo/log").text
    said = require_danish(page)
    assert "Fra tilstand: på listen" in said
    assert "Formål: behandling af sagen" in said
    assert "Port: ibrugtagning af en model" in said
    assert "Modellen er trænet for nylig (model_recent)" in said
    assert "Gælder til: 28. marts 2025" in said
    assert "document_sha256" not in said
    assert "document_sha256" in page
