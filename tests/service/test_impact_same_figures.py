"""The same twelve headline figures, and every table of every section, on the page, in the API and in the workbook."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from governance.store.opening import Store
from service.impact.keeping import KeptReport, load_report
from service.impact.release import approve_release, ask_release, export_workbook
from service.impact.report_model import HEADLINE, HIDDEN, SECTIONS, Figure, ImpactReport
from tests.audit_logs import TickingClock, a_store
from tests.service.api import Asker
from tests.service.impact_reports import a_report, keep
from tests.service.pages import Reader, readers_of
from tests.service.people import EMIL, EVALUATOR
from tests.service.tokens import InProcess, an_app
from tests.service.told_reports import reported

SHOWN = r"(-?[\d.]+,\d\d kr\.|ikke vist|–)"
Book = Any


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a report that the product made of a ledger: it takes seconds, and a copy of it does not."""
    place = tmp_path_factory.mktemp("as-made")
    store = a_store(place / "home", database=f"sqlite:///{place / 'service.db'}", blind_share=0.0)
    reported(store)
    store.close()
    return place


@pytest.fixture(params=["by hand", "as made"])
def sqlite_store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: TickingClock, open_service_store: Callable[..., Store]
) -> Store:
    """A report of every kind of figure, or the one that was made."""
    if request.param == "as made":
        shutil.copytree(request.getfixturevalue("made"), tmp_path, dirs_exist_ok=True)
        clock.at += dt.timedelta(hours=1)
    store = open_service_store(f"sqlite:///{tmp_path / 'service.db'}", clock, blind_share=0.0)
    if request.param == "by hand":
        keep(store, a_report())
    return store


@pytest.fixture
def kept(sqlite_store: Store) -> KeptReport:
    with sqlite_store.reading() as connection:
        return load_report(connection)


@pytest.fixture
def evaluator(sqlite_store: Store, kept: KeptReport) -> Iterator[Reader]:
    with readers_of(an_app(sqlite_store), usual="") as readers:
        yield readers(EVALUATOR)


@pytest.fixture
def api(sqlite_store: Store, kept: KeptReport) -> Iterator[Asker]:
    with InProcess(an_app(sqlite_store)) as client:
        yield Asker(client, EVALUATOR)


@pytest.fixture
def book(sqlite_store: Store, kept: KeptReport) -> Book:
    """The workbook, let out by two and read by another program."""
    version = kept.report.version
    asked = ask_release(sqlite_store, caller=EVALUATOR, version=version, purpose="Prøve")
    approve_release(sqlite_store, caller=EMIL, request_id=asked.request_id)
    return openpyxl.load_workbook(io.BytesIO(export_workbook(sqlite_store, caller=EMIL, version=version).content))


def ore_of(shown: str) -> int | str | None:
    """What a page shows as the number that it is."""
    if shown == HIDDEN:
        return HIDDEN
    return None if shown == "–" else round(100 * float(shown.removesuffix(" kr.").replace(".", "").replace(",", ".")))


def told(figure: Figure) -> int | str | None:
    assert not isinstance(figure.value, str)
    return HIDDEN if figure.hidden else None if figure.value is None else round(figure.value)


def test_the_twelve_figures_are_the_same_on_the_page_in_the_api_and_in_the_workbook(
    kept: KeptReport, evaluator: Reader, api: Asker, book: Book
) -> None:
    page = evaluator.text("/effekt")
    said = api.get("/impact/headline").json()
    rows = {row[0].value: row[1].value for row in book["Hovedtal"].iter_rows(min_row=3)}
    assert [each["code"] for each in said["figures"]] == list(HEADLINE)
    for figure, answer in zip(kept.report.headline, said["figures"], strict=True):
        on_page = re.search(re.escape(figure.text_da) + " " + SHOWN, page)
        in_book = rows[figure.text_da]
        assert on_page, figure.code
        everywhere = {
            "report": told(figure),
            "page": ore_of(on_page[1]),
            "api": HIDDEN if answer["hidden"] else answer["value"],
            "workbook": round(100 * in_book) if isinstance(in_book, (int, float)) else in_book,
        }
        assert len(set(everywhere.values())) == 1, (figure.code, everywhere)
    assert sum(isinstance(told(figure), int) for figure in kept.report.headline) >= 6


def test_all_three_name_the_same_version_and_hash(kept: KeptReport, evaluator: Reader, api: Asker, book: Book) -> None:
    method = {row[0].value: row[1].value for row in book["Metode"].iter_rows(min_row=2)}
    said = api.get("/impact/headline").json()
    assert kept.sha256 in evaluator.get("/effekt").text
    assert said["sha256"] == method["Rapportens SHA-256"] == kept.sha256
    assert said["ledger_hash"] == method["Regnskabets hash"] == kept.report.ledger_hash
    assert (f"{said['version']}", said["as_of"]) == (method["Version"], method["Opgjort pr."])


def test_every_cell_of_every_table_is_the_same_in_the_api_and_in_the_workbook(
    kept: KeptReport, api: Asker, book: Book
) -> None:
    pages = book.worksheets[2:]
    assert len(pages) == len(SECTIONS)
    for page, section in zip(pages, kept.report.sections, strict=True):
        said = api.get(f"/impact/sections/{section.code}").json()
        lines = [[None if cell.value == "" else cell.value for cell in row] for row in page.iter_rows()]
        for table in said["tables"]:
            first = next(place for place, line in enumerate(lines) if line[0] == table["title_da"]) + 2
            units = [column["unit"] for column in table["columns"]]
            for row, line in zip(table["rows"], lines[first:], strict=False):
                expected = [shown_in_book(value, unit) for value, unit in zip(row, units, strict=True)]
                assert line[: len(row)] == [
                    pytest.approx(each) if isinstance(each, float) else each for each in expected
                ]


def shown_in_book(value: Any, unit: str) -> Any:
    if isinstance(value, str) or value is None:
        return value or None
    return float(value) / 100 if unit == "ore" else float(value)


def test_numbers_are_numbers_in_kroner_and_no_cell_is_a_formula(kept: KeptReport, book: Book) -> None:
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    money = [cell for cell in cells if "kr." in cell.number_format]
    assert len(money) > 10 and all(cell.data_type == "n" for cell in money)


def test_an_earlier_version_is_read_by_its_number(sqlite_store: Store, kept: KeptReport, api: Asker) -> None:
    newest = keep(sqlite_store, ImpactReport(**{**vars(kept.report), "booking": 99}))
    assert api.get("/impact/headline").json()["version"] == newest.report.version == 2
    assert api.get("/impact/report?version=1").json()["sha256"] == kept.sha256
    assert [each["version"] for each in api.get("/impact/versions").json()["versions"]] == [2, 1]
