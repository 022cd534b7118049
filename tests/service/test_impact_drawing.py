"""The drawings of the newest report are there before a page is asked for, and again when a newer one is made."""

from __future__ import annotations

import threading

from governance.store.opening import Store
from service.impact.charts import draw_chart
from service.web.impact_drawing import draw_newest, drawing_ahead
from tests.service.impact_reports import a_later_report, a_report, keep


def test_the_newest_report_is_drawn_once(sqlite_store: Store) -> None:
    assert draw_newest(sqlite_store) == 0
    kept = keep(sqlite_store, a_report())
    draw_chart.cache_clear()
    assert draw_newest(sqlite_store) == 1
    made = draw_chart.cache_info().misses
    for section in kept.report.sections:
        assert [draw_chart(table) for table in section.tables]
    assert draw_chart.cache_info().misses == made > 5, "a page draws nothing that was drawn ahead"
    assert draw_newest(sqlite_store, after=1) == 1
    keep(sqlite_store, a_later_report())
    assert draw_newest(sqlite_store, after=1) == 2


def test_the_drawer_ends_with_the_service(sqlite_store: Store) -> None:
    keep(sqlite_store, a_report())
    with drawing_ahead(sqlite_store):
        assert "drawings" in {each.name for each in threading.enumerate()}
    assert "drawings" not in {each.name for each in threading.enumerate()}
