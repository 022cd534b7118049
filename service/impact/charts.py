"""A table of the report as a drawing: the same numbers, no others, for a wide page and for a narrow one.

What a cell does not tell leaves a gap that its label and the description speak of. Series differ in shape as well as in
colour, and what a row's `mark` says stands in its label. Must not know a ledger, an estimate or a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from service.impact.chart_parts import NARROW, WIDE, Layout, drawable, finished, has_points, told_gaps
from service.impact.chart_svg import draw_svg
from service.impact.chart_waterfall import draw_waterfall
from service.impact.charts_of_rows import draw_calibration, draw_intervals, draw_years
from service.impact.charts_of_time import draw_drift, draw_maturation, draw_power
from service.impact.report_model import Chart, Table

if TYPE_CHECKING:
    import altair as alt

KEPT_DRAWINGS = 128
"""Drawings of the tables that were shown last; a report has some ten, and a table never changes."""
Draw = Callable[[Table, Layout], "alt.TopLevelMixin"]


@dataclass(frozen=True)
class Kind:
    """One way to draw: how, and what the drawing is called to somebody who does not see it."""

    draw: Draw
    said_da: str


KINDS: Mapping[Chart, Kind] = {
    "intervals": Kind(
        draw_intervals, "Diagram med en linje for hver række: et mærke for tallet og en streg for dets interval."
    ),
    "waterfall": Kind(draw_waterfall, "Diagram, hvor hvert trin lægges til eller trækkes fra det foregående."),
    "maturation": Kind(draw_maturation, "En kurve for hver årgang: hvor stor en del der er kendt, måned for måned."),
    "calibration": Kind(
        draw_calibration,
        "Diagram med det lovede og det realiserede for hver række, og forholdet mellem dem med interval.",
    ),
    "drift": Kind(draw_drift, "Punkter for forholdet mellem realiseret og lovet, periode for periode."),
    "years": Kind(draw_years, "Diagram med det forventede og det realiserede for hvert år."),
    "power": Kind(draw_power, "Kurve over den forskel, der kan ses, for hver størrelse af den tilfældige gruppe."),
}


@dataclass(frozen=True)
class Drawing:
    """One table drawn twice; a page shows the one that fits. Both are whole `<svg>` elements."""

    wide: str
    narrow: str


@lru_cache(maxsize=KEPT_DRAWINGS)
def draw_chart(table: Table) -> Drawing | None:
    """The drawing that the table names, None where it names none or no row can be drawn.

    Kept for the same table: a drawing takes tenths of a second. A column that the kind needs and the table lacks is a
    fault of ours (KeyError).
    """
    if table.chart is None or not has_points(table):
        return None
    kind = KINDS[table.chart]
    return Drawing(wide=_drawn(table, kind, WIDE), narrow=_drawn(table, kind, NARROW))


def _drawn(table: Table, kind: Kind, layout: Layout) -> str:
    specification: dict[str, Any] = finished(kind.draw(drawable(table), layout))
    return draw_svg(
        specification,
        name=f"diagram-{table.code}-{layout.name}",
        title=table.title_da,
        description=" ".join(filter(None, (kind.said_da, told_gaps(table), "De samme tal står i tabellen herunder."))),
    )
