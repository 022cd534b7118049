"""The drawings of the newest report, made before anybody asks: the first ones after a start take seconds.

Runs beside the service for as long as it serves. Must not show anything, nor stop anything when it fails: a page draws
what it lacks, and says what is wrong.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import sqlalchemy as sa

from governance.errors import AuditLogBroken
from governance.store.opening import Store
from service.impact.charts import draw_chart
from service.impact.keeping import list_versions, load_report

EVERY_SECONDS = 30.0


@contextlib.contextmanager
def drawing_ahead(store: Store) -> Iterator[None]:
    """Draw what is newest, now and whenever a newer report has been made."""
    stop = threading.Event()
    drawer = threading.Thread(target=_keep_drawing, args=(store, stop), name="drawings", daemon=True)
    drawer.start()
    try:
        yield
    finally:
        stop.set()
        drawer.join()


def draw_newest(store: Store, *, after: int = 0, stop: threading.Event | None = None) -> int:
    """Draw the newest report if its number is above `after`; its number, or `after` where there is no newer."""
    with store.reading() as connection:
        versions = list_versions(connection)
        if not versions or versions[0].version <= after:
            return after
        report = load_report(connection, version=versions[0].version).report
    for table in (table for section in report.sections for table in section.tables):
        if stop is not None and stop.is_set():
            break
        draw_chart(table)
    return report.version


def _keep_drawing(store: Store, stop: threading.Event) -> None:
    drawn = 0
    while not stop.is_set():
        # a page that reads the same says what is wrong
        with contextlib.suppress(AuditLogBroken, sa.exc.SQLAlchemyError):
            drawn = draw_newest(store, after=drawn, stop=stop)
        stop.wait(EVERY_SECONDS)
