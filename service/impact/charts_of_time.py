"""Drawings of a course: how cohorts ripen, how the promise drifts, and what an arm of a size can show.

Must not know what is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service.impact.chart_parts import (
    INK,
    MUTED,
    REALISED,
    Axis,
    Layout,
    Rows,
    axis_of,
    gap,
    number_axis,
    unlike,
    values_of,
)
from service.impact.chart_series import Series, legend_words, look, series_of, told_series
from service.impact.report_model import HIDDEN, Table

if TYPE_CHECKING:
    import altair as alt

PANEL_HEIGHT, COURSE_HEIGHT = 130, 240


def draw_maturation(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """A panel a cohort on the same axes: the share with its band, and hollow points where it is not mature."""
    import altair as alt

    rows = Rows(table)
    axis = axis_of(rows.unit("share"), rows.numbers("share"))
    lines = _cohort_lines(rows, axis, layout)
    panel = alt.layer(*_cohort_marks(layout, series_of(rows, "share"), most=max([1.0, *_ages(rows)])))
    total = layout.label + layout.inner
    width = total // layout.across - 40
    cohorts = list(dict.fromkeys(line["cohort"] for line in lines))
    by_cohort = alt.Facet("cohort:N", sort=cohorts, header=alt.Header(title=None))
    faceted: alt.FacetChart = panel.properties(width=width, height=PANEL_HEIGHT).facet(
        facet=by_cohort, columns=layout.across, data=values_of(lines), spacing=16
    )
    apart: alt.FacetChart = faceted.resolve_axis(x="independent", y="independent")
    return apart


def _ages(rows: Rows) -> list[float]:
    return [age for age in rows.numbers("age_months") if age is not None]


def _cohort_lines(rows: Rows, axis: Axis, layout: Layout) -> list[dict[str, Any]]:
    columns: Mapping[str, Sequence[Any]] = {
        "cohort": _named(rows), "age": rows.numbers("age_months"), "share": rows.scaled("share", axis),
        "low": rows.scaled("low", axis), "high": rows.scaled("high", axis),
        "series": [
            legend_words(told_series(rows.words("share"), mark).words, layout) for mark in rows.marks()
        ],
    }  # fmt: skip
    return [dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)]


def _named(rows: Rows) -> list[str]:
    """The cohort of each row; one of which nothing is told says so above its empty panel."""
    told = {
        cohort for cohort, share in zip(rows.texts("cohort"), rows.numbers("share"), strict=True) if share is not None
    }
    return [cohort if cohort in told else f"{cohort}, {HIDDEN}" for cohort in rows.texts("cohort")]


def _months(most: float) -> list[int]:
    step = 3 if most <= 12 else 6 if most <= 24 else 12
    return list(range(0, int(most) + 1, step))


def _cohort_marks(layout: Layout, series: Sequence[Series], *, most: float) -> list[alt.Chart]:
    import altair as alt

    months = alt.X(
        "age:Q", axis=alt.Axis(title="måneder", values=_months(most), format=",d"), scale=alt.Scale(domain=[0, most])
    )
    share = alt.Y(
        "share:Q", axis=alt.Axis(title="pct.", tickCount=3, format=",d"), scale=alt.Scale(domain=[0, 100])
    )  # fmt: skip
    base = alt.Chart().encode(x=months)
    return [
        base.mark_area(color=REALISED, opacity=0.18).encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_line(color=REALISED, strokeWidth=2).encode(y=share),
        base.mark_point(size=40, strokeWidth=1.5, opacity=1).encode(y=share, **look(series, layout)),
    ]  # fmt: skip


def draw_drift(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """The ratio period by period; a row with a mark is drawn as a square, its mark in the legend."""
    import altair as alt

    rows = Rows(table)
    names = unlike([
        name + (f" ({gap(cell)})" if gap(cell) else "")
        for name, cell in zip(rows.texts("text"), rows.cells("ratio"), strict=True)
    ])  # fmt: skip
    found = [
        {"label": name, "ratio": ratio, "series": legend_words(mark or rows.words("ratio"), layout)}
        for name, ratio, mark in zip(names, rows.numbers("ratio"), rows.marks(), strict=True)
        if ratio is not None
    ]
    series = [replace(each, shape="circle" if each.filled else "square") for each in series_of(rows, "ratio")]
    across = alt.X("label:N", sort=names, scale=alt.Scale(domain=names), axis=alt.Axis(title=None, labelAngle=-60))
    up = alt.Y("ratio:Q", axis=number_axis(axis_of("ratio", []), layout, title=rows.words("ratio")))
    base = alt.Chart(values_of(found))
    # a line would go on over what is not told
    points = base.mark_point(size=110, strokeWidth=2, opacity=1).encode(x=across, y=up, **look(series, layout))
    one = alt.Chart(values_of([{"one": 1}])).mark_rule(color=MUTED, strokeDash=[4, 4], strokeWidth=1.5)
    return alt.layer(one.encode(y="one:Q"), points).properties(width=_course(layout), height=COURSE_HEIGHT)


def draw_power(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """The difference that can be seen, by the size of the arm; a marked row carries its mark beside it."""
    import altair as alt

    rows = Rows(table)
    size = axis_of(rows.unit("share"), rows.numbers("share"))
    seen = axis_of(rows.unit("value"), rows.numbers("value"))
    found = [
        {"share": share, "value": value, "mark": mark}
        for share, value, mark in zip(rows.scaled("share", size), rows.scaled("value", seen), rows.marks(), strict=True)
        if share is not None and value is not None
    ]
    across = alt.X("share:Q", axis=number_axis(size, layout, title=rows.words("share")))
    up = alt.Y("value:Q", axis=number_axis(seen, layout, title=rows.words("value")))
    base = alt.Chart(values_of(found)).encode(x=across, y=up)
    marked = alt.datum.mark != ""
    return alt.layer(
        base.mark_line(color=REALISED, strokeWidth=2),
        base.mark_point(size=70, filled=True, color=REALISED, opacity=1),
        base.mark_point(size=260, shape="diamond", color=INK, strokeWidth=2, opacity=1).transform_filter(marked),
        base.mark_text(align="left", dx=14, dy=-10, fontSize=13, color=INK)
        .encode(text="mark:N")
        .transform_filter(marked),
    ).properties(width=_course(layout), height=COURSE_HEIGHT)  # fmt: skip


def _course(layout: Layout) -> int:
    """Pixels of a drawing that has numbers alone at its left."""
    return layout.label + layout.inner - 70
