"""Drawings with one line a row: intervals, years, and the promised beside the realised.

Must not know what the rows are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from service.impact.chart_parts import (
    INK,
    MUTED,
    REALISED,
    Axis,
    Layout,
    Rows,
    axis_of,
    category_axis,
    labels_of,
    number_axis,
    row_height,
    values_of,
)
from service.impact.chart_series import expected_series, legend_words, look, series_of, told_series
from service.impact.report_model import Table

if TYPE_CHECKING:
    import altair as alt

    Layers = alt.LayerChart | alt.FacetChart

Line = dict[str, Any]
APART: Mapping[str, Any] = dict.fromkeys(("color", "shape", "fill"), "independent")


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Rows as lines: the columns of their label, their point and what was expected ("": nothing was).

    `interval` False leaves the interval out, `labelled` the labels, `named` the legend; `title` is that of the axis;
    `scaled_as` are the rows that must fit on the same axis.
    """

    rows: Rows
    layout: Layout
    label: str
    value: str
    expected: str = ""
    interval: bool = True
    labelled: bool = True
    named: bool = True
    title: str = ""
    scaled_as: Rows | None = None

    @property
    def names(self) -> list[str]:
        """The label of each row."""
        return labels_of(self.rows, self.label, self.layout, value=self.value)

    @property
    def ends(self) -> tuple[str, ...]:
        """The columns of the interval."""
        return ("low", "high") if self.interval and self.rows.has("low") else ()

    @property
    def numbers(self) -> list[float]:
        """Everything that must fit on the axis."""
        codes = [self.value, *self.ends, *([self.expected] if self.expects else [])]
        within = self.scaled_as or self.rows
        return [number for code in codes for number in within.numbers(code) if number is not None]

    @property
    def expects(self) -> bool:
        """Whether there is a column of what was expected."""
        return bool(self.expected) and self.rows.has(self.expected)

    @property
    def axis(self) -> Axis:
        """What the axis counts in."""
        return axis_of(self.rows.unit(self.value), self.numbers)


def draw_intervals(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """A point with its interval a row, and where there is one the expected as a hollow diamond."""
    return draw_lines(Lines(rows=Rows(table), layout=layout, label="text", value="value", expected="expected"))


def draw_years(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """A line a year; where the rows are of several committees, a panel for each on the same axis."""
    import altair as alt

    whole = Rows(table)
    lines = Lines(rows=whole, layout=layout, label="year", value="realised", expected="expected", scaled_as=whole)
    names = dict.fromkeys(whole.texts("text"))
    if len(names) < 2:
        return draw_lines(lines)
    panels = [
        draw_lines(replace(lines, rows=whole.only("text", name), named=first)).properties(
            title=alt.TitleParams(name, anchor="start", fontSize=14, color=INK)
        )
        for first, name in zip((True, *[False] * len(names)), names, strict=False)
    ]
    apart: alt.VConcatChart = alt.vconcat(*panels).resolve_scale(**APART)
    return apart


def draw_calibration(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """Promised and realised in kroner, and beside it (below, when narrow) their ratio with its interval."""
    import altair as alt

    rows, narrow = Rows(table), layout.across == 1
    room = layout if narrow else replace(layout, inner=layout.inner // 2 - 20, ticks=3)
    amounts = Lines(
        rows=rows, layout=room, label="text", value="realised", expected="promised", interval=rows.unit("low") == "ore"
    )
    ratio = Lines(
        rows=rows, layout=room, label="text", value="ratio", labelled=narrow, named=False, title=rows.words("ratio"),
        interval=rows.unit("low") != "ore",
    )  # fmt: skip
    parts = (draw_lines(amounts), draw_lines(ratio) + _one())
    both = alt.vconcat(*parts) if narrow else alt.hconcat(*parts, spacing=32)
    apart: alt.TopLevelMixin = both.resolve_scale(**APART)
    return apart


def _one() -> alt.Chart:
    """Where the realised is the promised."""
    import altair as alt

    one = alt.Chart(values_of([{"one": 1}])).mark_rule(color=MUTED, strokeDash=[4, 4], strokeWidth=1.5)
    placed: alt.Chart = one.encode(x="one:Q")
    return placed


def draw_lines(lines: Lines) -> Layers:
    """The points of all rows, under them their intervals, and where something is below 0 a line at 0."""
    import altair as alt

    names, axis = lines.names, lines.axis
    labels = category_axis(lines.layout) if lines.labelled else None
    place = alt.Y("label:N", sort=names, scale=alt.Scale(domain=names), axis=labels, title=None)
    across = alt.X(
        "value:Q",
        axis=number_axis(axis, lines.layout, title=lines.title),
        scale=_scale([number / axis.divisor for number in lines.numbers]),
    )
    parts: list[Any] = [zero()] if min(lines.numbers, default=0) < 0 else []
    if lines.ends:
        parts.append(_draw_ends(lines, place, across))
    parts.append(_draw_points(lines, place, across))
    return alt.layer(*parts).properties(width=lines.layout.inner, height=row_height(names) * len(names))


def _scale(numbers: Sequence[float]) -> alt.Scale:
    """From 0, or from below it, to the largest."""
    import altair as alt

    return alt.Scale(domain=[min([0, *numbers]), max([0, *numbers]) or 1], nice=True)


def zero() -> alt.Chart:
    """A line at 0."""
    import altair as alt

    placed: alt.Chart = alt.Chart(values_of([{"nothing": 0}])).mark_rule(color=INK).encode(x="nothing:Q")
    return placed


def _draw_ends(lines: Lines, place: alt.Y, across: alt.X) -> Layers:
    """The interval with a short stroke at each end, which is seen where the point hides the rest."""
    import altair as alt

    told = zip(lines.names, *(lines.rows.scaled(end, lines.axis) for end in lines.ends), strict=True)
    found = [{"label": name, "value": low, "high": high} for name, low, high in told if None not in (low, high)]
    base = alt.Chart(values_of(found)).encode(y=place)
    stroke = base.mark_rule(color=REALISED, strokeWidth=2).encode(x=across, x2="high:Q")
    ends = [base.mark_tick(color=REALISED, thickness=2, size=12).encode(x=f"{end}:Q") for end in ("value", "high")]
    return alt.layer(stroke, *ends)


def _draw_points(lines: Lines, place: alt.Y, across: alt.X) -> alt.Chart:
    import altair as alt

    # the legend of the first panel speaks for all
    series = series_of(lines.scaled_as or lines.rows, lines.value)
    if lines.expects:
        series.append(expected_series(lines.rows.words(lines.expected)))
    points = alt.Chart(values_of(list(_points(lines)))).mark_point(size=110, strokeWidth=2, opacity=1)
    placed: alt.Chart = points.encode(x=across, y=place, **look(series, lines.layout, named=lines.named))
    return placed


def _points(lines: Lines) -> Iterator[Line]:
    """What is told, and over it what was expected."""
    rows, axis = lines.rows, lines.axis
    for name, value, mark in zip(lines.names, rows.scaled(lines.value, axis), rows.marks(), strict=True):
        if value is not None:
            yield _point(lines, name, value, told_series(rows.words(lines.value), mark).words)
    expected = rows.scaled(lines.expected, axis) if lines.expects else []
    for name, value in zip(lines.names, expected, strict=False):
        if value is not None:
            yield _point(lines, name, value, rows.words(lines.expected))


def _point(lines: Lines, label: str, value: float, words: str) -> Line:
    return {"label": label, "value": value, "series": legend_words(words, lines.layout)}
