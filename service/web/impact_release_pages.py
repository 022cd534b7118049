"""How figures leave the house: an evaluator asks and says what for, another approves, and a workbook is fetched.

Must not know what a report says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from governance.as_of import danish_day
from governance.errors import AuditLogBroken, NotFound, NotNow, PermissionDenied
from service.auth.declared import requires
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.impact.keeping import Version, list_versions
from service.impact.release import OPEN_DAYS, Exported, approve_release, ask_release, export_workbook, list_releases
from service.web.dpo_forms import FormPage
from service.web.impact_pages import ABOVE, MOST_VERSIONS, no_page
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Exporter = Annotated[Visitor, requires("impact.export")]
RequestId = Annotated[str, Path(max_length=80)]
ROOT = "/effekt/udlevering"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asking:
    """What a workbook is asked for with."""

    report_version: int = forms.number("Version", hint="Nummeret på den opgørelse, der skal udleveres.")
    purpose: str = forms.text(
        "Hvad skal regnearket bruges til?", hint="For eksempel: bilag til udvalgets møde i maj. Skriv ingen navne."
    )


def _form(versions: tuple[Version, ...]) -> FormPage:
    newest = versions[0].version if versions else 0
    crumbs = (*ABOVE, ("Udlevering", ROOT), ("Bed om udlevering", ""))
    intro = "En anden evaluator skal godkende, før regnearket kan hentes. Formålet står i loggen."
    return FormPage(
        Asking, "Bed om udlevering", intro, f"{ROOT}/ny", "Bed om udlevering", ROOT, crumbs,
        {"report_version": str(newest)} if newest else {},
    )  # fmt: skip


@router.get(ROOT)
def show_releases(request: Request, app: InApp, caller: Exporter) -> Response:
    """Every request, the newest first, with what may be done about it."""
    with app.store.reading() as connection:
        rows = list_releases(connection)
        versions = list_versions(connection)
    return render(
        request,
        "impact/releases.html",
        rows=rows,
        me=caller.user_id,
        today=danish_day(app.clock.now()),
        days=OPEN_DAYS,
        any_version=bool(versions),
        crumbs=(*ABOVE, ("Udlevering", "")),
    )


@router.get("/effekt/udlevering/ny", dependencies=[requires("impact.export")])
def show_asking(request: Request, app: InApp) -> Response:
    """The form; the newest version stands in it."""
    return _form(_versions(app)).show(request)


@router.post("/effekt/udlevering/ny")
def ask(request: Request, app: InApp, form: SubmittedForm, caller: Exporter) -> Response:
    """Record that somebody asks."""
    versions = _versions(app)

    def do(filled: Asking) -> str:
        if filled.report_version not in {each.version for each in versions}:
            raise forms.invalid(("report_version", "Der er ikke en sådan version."))
        try:
            ask_release(app.store, caller=caller, version=filled.report_version, purpose=filled.purpose)
        except NotNow:
            raise forms.invalid(
                ("report_version", "Du har allerede bedt om denne version. En anden skal godkende.")
            ) from None
        return f"{ROOT}?gemt=udlevering_bedt"

    return _form(versions).take(request, form, do)


@router.post("/effekt/udlevering/{request_id}/godkend")
def approve(app: InApp, request_id: RequestId, caller: Exporter) -> Response:
    """Let the workbook out; never what one asked for oneself."""
    try:
        approve_release(app.store, caller=caller, request_id=request_id)
    except NotFound:
        raise no_page("Der er ikke en sådan anmodning.", "Vælg en på siden Udlevering.") from None
    except NotNow:
        raise NotNow(
            "Anmodningen er allerede godkendt eller udløbet.", item="anmodning", remedy="Se siden Udlevering."
        ) from None
    except PermissionDenied:
        raise PermissionDenied(
            "Ingen godkender det, de selv har bedt om.", item="anmodning", remedy="Bed en anden evaluator godkende."
        ) from None
    return RedirectResponse(f"{ROOT}?gemt=udlevering_godkendt", status_code=303)


@router.post("/effekt/udlevering/{version}/hent")
def fetch(app: InApp, version: Annotated[int, Path(ge=1, le=MOST_VERSIONS)], caller: Exporter) -> Response:
    """The workbook that was approved."""
    made = _exported(app, caller, version)
    return Response(
        made.content,
        media_type=WORKBOOK,
        headers={"Content-Disposition": f'attachment; filename="{made.file_name}"', "Cache-Control": "no-store"},
    )


def _exported(app: Within, caller: Visitor, version: int) -> Exported:
    try:
        return export_workbook(app.store, caller=caller, version=version)
    except NotFound:
        raise no_page("Der er ikke en sådan version.", "Vælg en på siden Versioner.") from None
    except NotNow:
        raise NotNow(
            "Versionen er ikke godkendt til udlevering, eller godkendelsen er udløbet.", item="version",
            remedy="Én evaluator beder om den, en anden godkender.",
        ) from None  # fmt: skip
    except AuditLogBroken as broken:
        raise AuditLogBroken(
            "Regnearket er ikke det, der blev godkendt.", item=broken.item, remedy="Bed om udlevering igen."
        ) from None


def _versions(app: Within) -> tuple[Version, ...]:
    with app.store.reading() as connection:
        return list_versions(connection)
