"""What evaluators read: the report of impact, section by section, with a drawing beside each table. No persons.

The pages show what a kept version of the report says, and work nothing out: the same numbers stand in the API and the
workbook.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from governance.errors import AuditLogBroken, NotFound
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.impact.charts import draw_chart
from service.impact.keeping import KeptReport, Version, list_versions, load_report
from service.impact.report_model import HIDDEN, SMALLEST_CELL
from service.web import impact_words as words
from service.web.impact_compared import compare
from service.web.impact_tables import lay_out
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Reader = Annotated[Visitor, requires("impact.read")]
MOST_VERSIONS = 1_000_000_000
Asked = Annotated[int | None, Query(ge=1, le=MOST_VERSIONS)]
ROOT = "/effekt"
ABOVE = (("Start", "/"), ("Effekt", ROOT))


@router.get(ROOT)
def show_overview(request: Request, app: InApp, caller: Reader, version: Asked = None) -> Response:
    """The twelve headline figures, what they mean, and the way to every section."""
    crumbs = (ABOVE[0], ("Effekt", ""))
    return _render(request, app, caller, "impact/overview.html", kept_report(app, version), crumbs=crumbs)


@router.get("/effekt/versioner", dependencies=[requires("impact.read")])
def show_versions(request: Request, app: InApp, fra: Asked = None, til: Asked = None) -> Response:
    """Every version that was told, and two of them side by side: unless others are asked for, the newest two."""
    with app.store.reading() as connection:
        versions = list_versions(connection)
    chosen = _pair(versions, fra, til)
    told = [kept_report(app, number) for number in chosen]
    wrong = next((each for each in told if isinstance(each, AuditLogBroken)), None)
    pair = [each for each in told if isinstance(each, KeptReport)]
    return render(
        request,
        "impact/versions.html",
        versions=versions,
        pair=pair,
        chosen=chosen,
        compared=compare(pair[0].report, pair[1].report) if len(pair) == 2 else None,
        wrong=wrong,
        words=words,
        crumbs=(*ABOVE, ("Versioner", "")),
    )


def _pair(versions: tuple[Version, ...], before: int | None, after: int | None) -> tuple[int, ...]:
    """The two versions to compare; none while there is only one."""
    numbers = [each.version for each in versions]
    if len(numbers) < 2 and before is None and after is None:
        return ()
    newest, *earlier = numbers or [0]
    return (before or (earlier[0] if earlier else newest), after or newest)


@router.get("/effekt/{section}")
def show_section(
    request: Request, app: InApp, caller: Reader, section: Annotated[str, Path(max_length=40)], version: Asked = None
) -> Response:
    """One section with its tables, each beside its drawing."""
    kept = kept_report(app, version)
    found = kept.report.section(section) if isinstance(kept, KeptReport) else None
    if isinstance(kept, KeptReport) and found is None:
        raise no_page("Der er ikke et sådant afsnit.", "Vælg et på siden Effekt.")
    return _render(
        request,
        app,
        caller,
        "impact/section.html",
        kept,
        section=found,
        lay_out=lay_out,
        drawings={table.code: draw_chart(table) for table in found.tables} if found else {},
        crumbs=(*ABOVE, (found.title_da if found else "Afsnit", "")),
    )


def _render(
    request: Request,
    app: Within,
    caller: Visitor,
    template: str,
    kept: KeptReport | AuditLogBroken | None,
    **context: Any,
) -> Response:
    """A page about one version; without a report it says how the first is made, and what is wrong when it is."""
    with app.store.reading() as connection:
        versions = list_versions(connection)
    report = kept if isinstance(kept, KeptReport) else None
    newest = versions[0].version if versions else 0
    older = report is not None and report.report.version < newest
    return render(
        request,
        template,
        kept=report,
        wrong=kept if isinstance(kept, AuditLogBroken) else None,
        newest=newest,
        # an older version stays the one that is read when a link is followed
        asked=f"?version={report.report.version}" if report and older else "",
        older=older,
        words=words,
        hidden=HIDDEN,
        smallest=SMALLEST_CELL,
        may_export=caller.may("impact.export"),
        **context,
    )


def kept_report(app: Within, version: int | None) -> KeptReport | AuditLogBroken | None:
    """The version that is asked for or the newest, None where there is none yet; what is broken is told on the page.

    `NotFound` for a version that there is not.
    """
    try:
        with app.store.reading() as connection:
            return load_report(connection, version=version)
    except AuditLogBroken as broken:
        return broken
    except NotFound:
        if version is None:
            return None
        raise no_page("Der er ikke en sådan version.", "Vælg en på siden Versioner.") from None


def no_page(what: str, remedy: str) -> NotFound:
    """The refusal of a page that there is not."""
    return NotFound(what, item="side", remedy=remedy)
