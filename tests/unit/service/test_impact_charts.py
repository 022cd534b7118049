"""Drawings of the report's tables: the same numbers and no others, gaps that are said, and nothing a page may not carry."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from service.impact.chart_parts import WIDE, Rows, axis_of, drawable, labels_of, told_gaps
from service.impact.chart_svg import ELEMENTS, KEPT, SVG, tidied
from service.impact.chart_waterfall import steps_of
from service.impact.charts import KINDS, draw_chart
from service.impact.report_model import HIDDEN
from tests.service import impact_reports as made

DRAWN = [table for section in made.a_report().sections for table in section.tables if table.chart]
TABLES = {table.code: table for table in DRAWN}


def drawn(table) -> tuple[str, str]:
    found = draw_chart(table)
    assert found is not None
    return found.wide, found.narrow


def words(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{{{SVG}}}text")]


def points(svg: str) -> int:
    """Marks of points: shapes that are moved to their place."""
    return len(re.findall(r'<path transform="translate\([^"]*\)" d="M[^"]*" fill="#[^"]*" stroke="#', svg))


def test_every_kind_of_drawing_is_among_the_tables_of_the_test():
    assert {table.chart for table in DRAWN} == set(KINDS)


@pytest.mark.parametrize("code", TABLES)
def test_a_drawing_carries_nothing_that_a_page_may_not(code: str):
    for svg in drawn(TABLES[code]):
        root = ET.fromstring(svg)
        assert root.attrib["role"] == "img" and "width" not in root.attrib
        for element in root.iter():
            name = element.tag.removeprefix(f"{{{SVG}}}")
            assert name in ELEMENTS | {"svg", "title", "desc"}
            if name in ELEMENTS:
                assert element.attrib.keys() <= KEPT
        assert not re.search(
            r"style|script|href|url\(|class=|font-family", svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
        )


def test_no_two_drawings_share_an_id_and_each_is_named_by_its_own():
    svgs = [svg for table in DRAWN for svg in drawn(table)]
    ids = [found for svg in svgs for found in re.findall(r'\bid="([^"]*)"', svg)]
    assert len(ids) == len(set(ids)) == 2 * len(svgs)
    for svg in svgs:
        assert set(ET.fromstring(svg).attrib["aria-labelledby"].split()) == set(re.findall(r'\bid="([^"]*)"', svg))


@pytest.mark.parametrize("code", TABLES)
def test_the_same_table_is_drawn_the_same_to_the_byte(code: str):
    first = drawn(TABLES[code])
    draw_chart.cache_clear()
    assert drawn(TABLES[code]) == first


def test_a_row_of_intervals_is_drawn_where_its_number_lies():
    """BIF's realised 1,420,000 kr. lies between its ends, and twice the number twice as far from 0."""
    table = made.a_table(
        "x", (made.NAME, made.column("value", "Tal", "ore")), ("a", 100_000), ("b", 200_000), chart="intervals"
    )
    places = re.findall(r'<path transform="translate\(([\d.]+),', drawn(table)[0])
    assert len(places) == 2
    assert float(places[1]) == pytest.approx(2 * float(places[0]), rel=1e-6)


def test_what_is_hidden_leaves_a_gap_that_is_said():
    table = made.administrations()
    wide, narrow = drawn(table)
    for svg in (wide, narrow):
        assert "Én række har tal, der ikke er vist." in svg
    assert "KFF, ikke vist" in words(wide)
    told = drawn(replace(table, rows=(*table.rows[:2], ("KFF", 1, made.ore(50_000), None, None, 12, ""))))[0]
    assert points(told) == points(wide) + 1
    assert "ikke vist" not in told


def test_a_drawing_holds_no_number_of_a_column_that_it_does_not_draw():
    """`cases` is not drawn: 212 of BIF is nowhere."""
    assert "212" not in "".join(words(drawn(made.administrations())[0]))


def test_rows_that_cannot_be_worked_out_are_left_out_and_counted():
    table = made.arm()
    empty = ("Ikke logget", None, None, None, None, "")
    found = replace(table, rows=(*table.rows, empty, empty))
    assert drawable(found).rows == table.rows
    assert told_gaps(found) == "2 rækker kan ikke opgøres og er ikke tegnet."
    assert "2 rækker kan ikke opgøres" in drawn(found)[0]
    assert draw_chart(replace(table, rows=(empty,))) is None
    assert draw_chart(replace(table, rows=())) is None
    assert draw_chart(replace(table, chart=None)) is None


def test_marks_are_told_apart_by_form_and_named():
    wide = drawn(made.arm())[0]
    assert "naivt, kun til sammenligning" in words(wide)
    assert wide.count('fill="#ffffff"') >= 2


def test_the_legend_of_the_first_panel_speaks_for_all():
    table = made.business_case()
    first = tuple(row if row[0] == "BUF" else (*row[:-1], "") for row in table.rows)
    assert [row[-1] for row in first[:3]] == ["", "", ""]
    assert words(drawn(replace(table, rows=first))[0]).count("umodent år") == 1


def test_a_column_that_is_missing_is_a_fault_of_ours():
    with pytest.raises(KeyError, match="needs the column ratio"):
        draw_chart(made.a_table("x", (made.NAME, made.column("value", "Beløb", "ore")), ("a", 1), chart="drift"))


def test_steps_go_from_sum_to_sum_and_nothing_is_placed_after_a_gap():
    steps = list(steps_of(Rows(made.waterfall())))
    assert [step.kind for step in steps] == ["sum", "down", "sum", "down", "sum", "down", "down", "sum"]
    assert (steps[1].start, steps[1].end) == (made.ore(4_100_000), made.ore(3_500_000))
    assert steps[-2].end == steps[-1].end
    table = made.waterfall()
    gapped = replace(table, rows=(table.rows[0], ("Ukendt", HIDDEN, ""), ("Tillæg", 5, ""), *table.rows[2:]))
    assert [step.row for step in steps_of(Rows(gapped))] == [0, 3, 4, 5, 6, 7, 8]
    assert "−0,60" in words(drawn(table)[0])


def test_an_axis_counts_in_kroner_of_the_size_of_its_numbers():
    assert [axis_of("ore", [value]).title for value in (1_999_999, 2_000_000, 200_000_000, None)] == [
        "kr.", "1.000 kr.", "mio. kr.", "kr.",
    ]  # fmt: skip
    assert axis_of("ore", [-300_000_000]).divisor == 100_000_000
    assert axis_of("share", [0.5]).divisor == 0.01


def test_labels_that_are_equal_are_drawn_apart():
    table = made.a_table("x", (made.NAME, made.column("value", "Tal", "cases")), ("a", 1), ("a", 2), chart="intervals")
    labels = labels_of(Rows(table), "text", WIDE, value="value")
    assert len(set(labels)) == 2
    assert points(drawn(table)[0]) == 2


def test_words_of_a_table_are_never_markup():
    table = made.a_table(
        "x",
        (made.NAME, made.column("value", "Tal", "cases")),
        ("<script>alert(1)</script>", 1),
        chart="intervals",
        title_da="<b>",
    )
    for svg in drawn(table):
        assert "<script" not in svg and "<b>" not in svg
        assert "&lt;b&gt;" in svg


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        "<style>a{}</style>",
        '<g style="color:red"/>',
        '<g onclick="x"/>',
        '<path clip-path="url(#a)" d="M0"/>',
        "<image/>",
    ],
)
def test_what_is_not_known_is_never_let_through(inside: str):
    with pytest.raises(RuntimeError, match="which no page may carry"):
        tidied(f'<svg xmlns="{SVG}" viewBox="0 0 1 1">{inside}</svg>', name="a", title="t", description="d")
