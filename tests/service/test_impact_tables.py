"""How tables of the report are laid out and worded: nothing is lost, nothing is wider than a page, and units are Danish."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.impact.report_model import HIDDEN
from service.web.impact_compared import compare
from service.web.impact_tables import MOST_TURNED, SOFT_HYPHEN, lay_out
from service.web.impact_words import cell_shown, interval_shown, routes, shown
from tests.service import impact_reports as made

TABLES = {table.code: table for section in made.a_report().sections for table in section.tables}


@pytest.mark.parametrize("code", TABLES)
def test_every_cell_of_a_table_is_on_the_page(code: str) -> None:
    table, laid = TABLES[code], lay_out(TABLES[code])
    told = [each.text for row in (laid.head, *laid.rows) for each in row]
    noted = " ".join(text for _, text in laid.notes)
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            text = cell_shown(column, cell)
            if laid.in_kroner and column.unit == "ore" and isinstance(cell, int | float):
                text = f"{round(cell / 100):,}".replace(",", ".")
            assert text in told or text in noted or not cell, (column.code, text)


@pytest.mark.parametrize("code", TABLES)
def test_every_cell_stands_under_its_own_heading(code: str) -> None:
    laid = lay_out(TABLES[code])
    for row in laid.rows:
        assert len(row) == len(laid.head)
        assert [each.heading for each in row] == [each.heading for each in laid.head]
        assert [each.number for each in row[1:]] == [each.number for each in laid.head[1:]]


def test_many_figures_of_few_things_are_turned() -> None:
    table = made.all_twelve()
    laid = lay_out(table)
    assert [each.text for each in laid.head] == ["Tal", "BIF", "BUF", "KFF", "Staten"]
    assert [row[0].text for row in laid.rows] == list(made.HEADLINE_DA)
    assert laid.rows[1][3].text == HIDDEN
    many = replace(table, rows=table.rows * MOST_TURNED, selections=())
    assert len(lay_out(many).head) == 13
    assert lay_out(many).compact


def test_explanations_of_a_wide_table_stand_beneath_it_once_each() -> None:
    table = made.follow_up()
    same = replace(table, rows=tuple((*row[:-1], "Ens.") for row in table.rows))
    assert len(lay_out(table).head) == len(table.columns) - 1
    assert len(lay_out(table).notes) == 2
    assert lay_out(same).notes == ((f"{table.rows[0][0]}; {table.rows[1][0]}", "Ens."),)


def test_long_words_of_headings_break_where_danish_breaks_them() -> None:
    head = [each.text for each in lay_out(made.yearly()).head]
    assert f"Heraf tilbage{SOFT_HYPHEN}betalings{SOFT_HYPHEN}krav (kr.)" in head
    assert all(SOFT_HYPHEN not in each.heading for each in lay_out(made.yearly()).head)


def test_units_read_in_danish() -> None:
    assert [shown(value, unit) for value, unit in (
        (123_456_789, "ore"), (0.0615, "share"), (1.254, "ratio"), (1234, "cases"), (3, "months"), ("2024-06-01", "day"),
        (None, "ore"), (HIDDEN, "day"), (0.0341, "number"), (2.5, "number"), (14.83, "number"), (148.3, "number"),
    )] == [
        "1.234.567,89 kr.", "6,2 pct.", "1,25", "1.234", "3 mdr.", "1. juni 2024", "–", HIDDEN, "0,034", "2,50", "14,8", "148",
    ]  # fmt: skip
    assert cell_shown(made.column("year", "År", "number"), 2024) == "2024"
    assert cell_shown(made.column("x", "Skøn", "ore", "estimate:arm"), 123_456) == "1.235 kr."
    assert cell_shown(made.column("x", "Bogført", "ore", "net_municipal"), 123_456) == "1.234,56 kr."
    assert interval_shown(made.headline()[0]) == "fra 2.900.000 kr. til 3.900.000 kr."
    assert interval_shown(made.headline()[1]) == "–"


def test_a_number_of_the_ledger_leads_to_its_entries_and_a_hidden_one_nowhere() -> None:
    found = {route.what: route.code for route in routes(made.administrations())}
    assert found == {"BIF: Realiseret": "realised_municipal:BIF", "BUF: Realiseret": "realised_municipal:BUF"}
    assert routes(made.arm()) == []


def test_two_versions_side_by_side_show_what_was_told_otherwise() -> None:
    before, after = made.a_report(version=1), made.a_later_report()
    compared = compare(before, after)
    assert [each.what for each in compared.headline if each.changed] == ["Realiseret kommunal besparelse"]
    assert compared.headline[1].difference == "10.000,00 kr."
    assert compared.others == ()
    section = after.section("administrations")
    assert section is not None
    rows = (("BIF", 1, made.ore(9), None, None, HIDDEN, ""), *made.administrations().rows[1:])
    told = replace(section, tables=(replace(made.administrations(), rows=rows),))
    others = compare(before, replace(after, sections=(told,))).others
    assert ("BIF: Realiseret", "1.420.000,00 kr.", "9,00 kr.") in [
        (each.what, each.before, each.after) for each in others
    ]
    assert ("BIF: Sager", "212", HIDDEN) in [(each.what, each.before, each.after) for each in others]
    assert all(each.what.startswith("BIF") for each in others)
