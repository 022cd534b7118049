"""Tables that fit a page: no line is longer, no word or number is lost, and years that find no room go on below."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cli.fitted import page_columns, say_fitted

HEADER = ("", "Udvalg", "2015", "2016")


def printed(header, rows, **how: int) -> list[str]:
    """Hypothesis runs many examples in one test: each is printed for itself."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        say_fitted(header, rows, **how)
    return out.getvalue().splitlines()


def test_a_table_that_fits_is_left_as_it_is() -> None:
    rows = [("Drift", "KFF", "1", "-20"), ("I alt", "", "1", "-20")]
    assert printed(HEADER, rows, words=2, columns=40) == [
        "       Udvalg  2015  2016",
        "Drift  KFF        1   -20",
        "I alt             1   -20",
    ]


def test_a_long_text_is_wrapped_under_its_own_indent_and_numbers_stay_on_the_first_line() -> None:
    rows = [("  En effekt med et langt navn", "KFF", "1", "2")]
    assert printed(HEADER, rows, words=2, columns=36) == [
        "                  Udvalg  2015  2016",
        "  En effekt med   KFF        1     2",
        "    et langt",
        "    navn",
    ]


def test_a_sum_stands_over_the_columns_of_text() -> None:
    rows = [("Drift", "KFF", "1", "2"), ("Samlet varig", "", "1", "2"), ("Implementering og mere", "", "", "")]
    assert printed(HEADER, rows, words=2, columns=40) == [
        "                Udvalg  2015  2016",
        "Drift           KFF        1     2",
        "Samlet varig               1     2",
        "Implementering og mere",
    ]


def test_years_that_find_no_room_go_on_below_with_their_words() -> None:
    header, row = ("Art", *map(str, range(2015, 2020))), ("Drift", "100", "101", "102", "103", "104")
    assert printed(header, [row], words=1, columns=23) == [
        "Art    2015  2016  2017",
        "Drift   100   101   102",
        "",
        "Art    2018  2019",
        "Drift   103   104",
    ]


def test_rows_of_text_alone_are_kept_apart_where_one_is_wrapped() -> None:
    rows = [("En", "kort"), ("To", "en tekst der ikke kan stå på linjen"), ("Tre", "kort")]
    lines = printed(("A", "B"), rows, words=2, columns=20)
    assert lines[:3] == ["A    B", "En   kort", ""]
    assert lines[-2:] == ["", "Tre  kort"]


def test_without_a_terminal_a_line_is_a_pages() -> None:
    assert page_columns() == 100


@pytest.mark.parametrize(("wide", "columns"), [(40, 80), (80, 80), (120, 120), (400, 160)])
def test_a_terminal_gives_its_own_width_within_bounds(wide, columns, monkeypatch) -> None:
    monkeypatch.setattr("service.cli.fitted.sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("service.cli.fitted.sys.stdout.fileno", lambda: 1, raising=False)
    monkeypatch.setattr("service.cli.fitted.os.get_terminal_size", lambda _: type("Size", (), {"columns": wide}))
    assert page_columns() == columns


texts = st.text(st.sampled_from("abæø -"), max_size=70).map(str.strip)
figures = st.integers(-(10**9), 10**9).map(str)
tables = st.integers(1, 3).flatmap(
    lambda words: st.integers(0, 8).flatmap(
        lambda numbers: st.tuples(
            st.just(words),
            st.lists(st.tuples(*[texts] * words, *[figures] * numbers), min_size=1, max_size=4),
        )
    )
)


@given(tables, st.integers(80, 120))
def test_nothing_is_lost_and_no_line_is_longer(table, columns) -> None:
    words, rows = table
    header = tuple(f"H{place}" for place in range(len(rows[0])))
    lines = printed(header, rows, words=words, columns=columns)
    assert all(len(line) <= columns for line in lines)
    letters = sorted("".join("".join(lines).split()))
    blocks = sum(line.startswith("H0") for line in lines)
    assert blocks >= 1
    expected = "".join("".join(row[:words]) for row in (header, *rows)) * blocks
    expected += "".join("".join(row[words:]) for row in (header, *rows))
    assert letters == sorted("".join(expected.split()))
