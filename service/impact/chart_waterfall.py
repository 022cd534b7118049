"""A waterfall: from a sum by steps to the next sum. Must not know what is summed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from governance.money import as_danish_number
from service.impact.chart_parts import (
    INK,
    PALE,
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
from service.impact.chart_series import given
from service.impact.charts_of_rows import Line, zero
from service.impact.report_model import Table

if TYPE_CHECKING:
    import altair as alt

SUM = "sum"
RAISING = "#9dbbd3"
WORDS_PIXELS = 80


@dataclass(frozen=True)
class Step:
    """A bar from `start` to `end` in the unit of the table, and the row that it shows."""

    row: int
    start: float
    end: float
    amount: float
    kind: Literal["sum", "up", "down"]


def steps_of(rows: Rows) -> Iterator[Step]:
    """The bars in order; what follows an amount that is not told has no place before the next sum."""
    standing: float | None = 0.0
    for row, (amount, mark) in enumerate(zip(rows.numbers("amount"), rows.marks(), strict=True)):
        if mark == SUM and amount is not None:
            yield Step(row, 0.0, amount, amount, "sum")
            standing = amount
        elif mark == SUM or amount is None or standing is None:
            standing = None
        else:
            start, standing = standing, standing + amount
            yield Step(row, start, standing, amount, "up" if amount >= 0 else "down")


def draw_waterfall(table: Table, layout: Layout) -> alt.TopLevelMixin:
    """A bar a step with its amount behind it: a sum is dark, what adds is pale, what takes away is hollow."""
    import altair as alt

    rows = Rows(table)
    steps = list(steps_of(rows))
    axis = axis_of(rows.unit("amount"), [end for step in steps for end in (step.start, step.end)])
    names = labels_of(rows, "text", layout, value="amount")
    lines = [_line(step, names[step.row], axis) for step in steps]
    place = alt.Y("label:N", sort=names, scale=alt.Scale(domain=names), axis=category_axis(layout), title=None)
    across = alt.X("start:Q", axis=number_axis(axis, layout), scale=_scale(lines, layout))
    filling = alt.Fill("kind:N", scale=given((SUM, "up", "down"), (REALISED, RAISING, PALE)), legend=None)
    base = alt.Chart(values_of(lines)).encode(y=place)
    bars = base.mark_bar(size=22, stroke=REALISED, strokeWidth=1.5).encode(x=across, x2="end:Q", fill=filling)
    words = base.mark_text(align="left", dx=6, fontSize=13, color=INK).encode(x="most:Q", text="told:N")
    return alt.layer(bars, zero(), words).properties(width=layout.inner, height=row_height(names) * len(names))


def _line(step: Step, name: str, axis: Axis) -> Line:
    return {
        "label": name, "start": step.start / axis.divisor, "end": step.end / axis.divisor, "kind": step.kind,
        "most": max(step.start, step.end, 0) / axis.divisor, "told": _told(step.amount / axis.divisor, step.kind),
    }  # fmt: skip


def _told(amount: float, kind: str) -> str:
    sign = "−" if amount < 0 else "+" if kind == "up" else ""
    return sign + as_danish_number(abs(amount), 0 if abs(amount) >= 100 else 1 if abs(amount) >= 10 else 2)


def _scale(lines: Sequence[Line], layout: Layout) -> alt.Scale:
    """With room for the amount behind the longest bar."""
    import altair as alt

    lowest = min([0, *(min(line["start"], line["end"]) for line in lines)])
    highest = max((line["most"] for line in lines), default=1) or 1
    return alt.Scale(domain=[lowest, highest + (highest - lowest) * WORDS_PIXELS / layout.inner], nice=False)
