"""The report of a whole town on the evaluators' pages: everything it says, every drawing, and nobody of the registers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from governance.registers import load_registers
from service.impact.charts import draw_chart
from service.impact.keeping import KeptReport, load_report
from service.web.impact_words import figure_shown
from tests.audit_logs import TickingClock, a_store
from tests.functional.calls import call
from tests.service.pages import Reader, readers_of, words_of
from tests.service.people import EVALUATOR
from tests.service.tokens import an_app

DAY = "2024-06-01"


@pytest.fixture(scope="module")
def shown(town, tmp_path_factory) -> Iterator[tuple[Reader, KeptReport]]:
    """An evaluator before the report of the town, and the report."""
    home = tmp_path_factory.mktemp("shown") / "home"
    for words in (("book", town.directory), ("report", "--registers", town.directory)):
        said = call("impact", *words, "--as-of", DAY, home=home, invented_day=DAY)
        assert said.code == 0, said.err
    store = a_store(home, clock=TickingClock())
    with readers_of(an_app(store), usual="") as readers, store.reading() as connection:
        yield readers(EVALUATOR), load_report(connection)
    store.close()


@pytest.fixture(scope="module")
def pages(shown) -> dict[str, str]:
    """Every page by its path."""
    reader, kept = shown
    paths = ["/effekt", "/effekt/versioner", *(f"/effekt/{each.code}" for each in kept.report.sections)]
    answered = {path: reader.get(path) for path in paths}
    assert {each.status_code for each in answered.values()} == {200}
    return {path: html.unescape(each.text) for path, each in answered.items()}


def test_the_twelve_figures_are_those_of_the_report(shown, pages) -> None:
    told, (_, kept) = words_of(pages["/effekt"]), shown
    assert len(kept.report.headline) == 12
    for figure in kept.report.headline:
        assert f"{figure.text_da} {figure_shown(figure)} " in told
    assert kept.sha256 in told


def test_every_table_that_has_numbers_is_drawn(shown, pages) -> None:
    _, kept = shown
    drawn = 0
    for section in kept.report.sections:
        for table in section.tables:
            assert table.title_da in pages[f"/effekt/{section.code}"]
            drawn += draw_chart(table) is not None
    assert drawn >= 4
    assert sum(page.count('role="img" focusable="false"') for page in pages.values()) == 2 * drawn


def test_nobody_of_the_registers_is_on_any_page(town, pages) -> None:
    """Ids of people, addresses, cases and grants: none of them is a word of any page."""
    registers = load_registers(town.directory)
    columns = (
        ("person", "person_id"),
        ("address", "address_id"),
        ("control_case", "case_id"),
        ("benefit_grant", "grant_id"),
    )
    known = {
        str(value)
        for table, column in columns
        for value in registers.table(table).select(column).collect().to_series().drop_nulls()
    }
    words = {word for page in pages.values() for word in re.findall(r"[\w-]+", page)}
    assert len(known) > 1000 and not known & words
    # dates are Danish: the ten digits of a CPR number would stand out
    assert not [word for word in words if re.fullmatch(r"\d{6}-?\d{4}", word)]
