"""How series of points are told apart: by shape and filling, and besides by a colour that also differs in grey.

Must not know what a series is about.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.impact.chart_parts import EXPECTED, PALE, REALISED, Layout, Rows

if TYPE_CHECKING:
    import altair as alt

LINES = "split(datum.label, '\\n')"
LEGEND_LETTERS = 2


@dataclass(frozen=True)
class Series:
    """One kind of point: its words in the legend, and its look."""

    words: str
    shape: str
    colour: str
    filled: bool = True


def told_series(words: str, mark: str = "", *, shape: str = "circle") -> Series:
    """What is told; a marked row is hollow, and called by its mark."""
    return Series(mark or words, shape, REALISED, filled=not mark)


def expected_series(words: str) -> Series:
    """What was expected: a hollow diamond."""
    return Series(words, "diamond", EXPECTED, filled=False)


def series_of(rows: Rows, code: str) -> list[Series]:
    """One for the rows without a mark, and one for each mark, in the order of their first row."""
    marks = sorted(dict.fromkeys(rows.marks()), key=bool)
    return [told_series(rows.words(code), mark) for mark in marks]


def look(series: Sequence[Series], layout: Layout, *, named: bool = True) -> Mapping[str, Any]:
    """Shape, line and filling of the field `series`; a legend where there are several or one is marked, unless they
    are `named` elsewhere."""
    import altair as alt

    several = len(series) > 1 or not all(each.filled for each in series)
    legend = alt.Legend(labelExpr=LINES) if several and named else None
    words = [legend_words(each.words, layout) for each in series]
    shapes, colours = [each.shape for each in series], [each.colour for each in series]
    fills = [each.colour if each.filled else PALE for each in series]
    return {
        "shape": alt.Shape("series:N", scale=given(words, shapes), legend=legend),
        "color": alt.Color("series:N", scale=given(words, colours), legend=legend),
        "fill": alt.Fill("series:N", scale=given(words, fills), legend=legend),
    }


def legend_words(words: str, layout: Layout) -> str:
    """The words of a series in lines that fit: what the field `series` of a point must hold."""
    return "\n".join(textwrap.wrap(words, LEGEND_LETTERS * layout.letters))


def given(words: Sequence[str], values: Sequence[str]) -> alt.Scale:
    """Each word its value."""
    import altair as alt

    return alt.Scale(domain=list(words), range=list(values))
