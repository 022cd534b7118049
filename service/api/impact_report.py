"""The report of impact and its release: what the page shows, from the same kept document."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from governance.errors import InvalidForm, NotFound
from governance.store.opening import Store
from service.api import PREFIX
from service.api.documented import GUARDED, WRITING, Responses, refusals, with_headers
from service.api.models.impact import (
    HeadlineShown,
    ReleaseApproved,
    ReleaseAsked,
    ReleaseShown,
    ReleasesShown,
    ReportShown,
    SectionOfVersion,
    VersionShown,
    VersionsShown,
)
from service.api.routing import LONGEST_ID, NeededKey, make_api_router
from service.api.writing import Change, carried_out
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.impact.keeping import KeptReport, list_versions, load_report
from service.impact.release import (
    approve_release,
    ask_release,
    export_workbook,
    list_releases,
    load_release,
    release_after,
)
from service.impact.report_model import SECTIONS
from service.web.within import InApp, Within

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER: Any = {"ge": 1, "le": 1_000_000_000}
Number = Annotated[int | None, Query(**NUMBER, description="Version; the newest without it.")]
Chosen = Annotated[int, Query(**NUMBER, description="Version.", examples=[3])]
# those there are stand in the document; another is looked for, and not found
SectionCode = Annotated[
    str,
    Path(min_length=1, max_length=LONGEST_ID, description="Code of the section.", examples=[SECTIONS[0]],
         json_schema_extra={"enum": list(SECTIONS)}),
]  # fmt: skip
RequestId = Annotated[
    str,
    Path(min_length=1, max_length=LONGEST_ID, pattern=r"^[A-Za-z0-9._-]+$", description="Id of the request.",
         examples=["udlevering-00112233445566778899"]),
]  # fmt: skip
Evaluator = Annotated[Visitor, requires("impact.read")]
Exporter = Annotated[Visitor, requires("impact.export")]


def make_router() -> APIRouter:
    """Headline, report, sections and versions; and the two-person release of the workbook."""
    router = make_api_router("impact")
    reads = (
        ("/impact/headline", _headline, "impact_headline", "The twelve headline figures", refusals(*GUARDED, 404)),
        ("/impact/report", _report, "impact_report", "The whole report", refusals(*GUARDED, 404)),
        ("/impact/sections/{code}", _section, "impact_section", "One section", refusals(*GUARDED, 404)),
        ("/impact/versions", _versions, "impact_versions", "Every version of the report", refusals(*GUARDED)),
        ("/impact/releases", _releases, "impact_releases", "What was asked to be let out", refusals(*GUARDED)),
    )
    for path, endpoint, operation, summary, answers in reads:
        router.add_api_route(path, endpoint, operation_id=operation, summary=summary, responses=answers)
    writes = (
        ("/impact/releases", _ask, "ask_impact_release", "Ask for a version to be let out"),
        ("/impact/releases/{request_id}/approve", _approve, "approve_impact_release", "Let a version out"),
    )
    for where, change, operation, summary in writes:
        router.add_api_route(
            where, change, methods=["POST"], operation_id=operation, summary=summary,
            responses=with_headers("Idempotent-Replayed") | refusals(*WRITING, 404),
        )  # fmt: skip
    file: Responses = {200: {"description": "The workbook.", "content": {WORKBOOK: {"schema": _BYTES}}}}
    router.add_api_route(
        "/impact/workbook", _workbook, operation_id="impact_workbook", summary="The workbook of a released version",
        response_class=Response, responses={**file, **refusals(*GUARDED, 404, 409)},
    )  # fmt: skip
    return router


_BYTES: dict[str, Any] = {"type": "string", "format": "binary"}


def _headline(app: InApp, _: Evaluator, version: Number = None) -> HeadlineShown:
    """The same figures, under the same hash, stand on the page and in the workbook."""
    return HeadlineShown.of(_kept(app, version))


def _report(app: InApp, _: Evaluator, version: Number = None) -> ReportShown:
    """Sums alone, and no cell of 1 to 9 cases."""
    return ReportShown.of(_kept(app, version))


def _section(app: InApp, _: Evaluator, code: SectionCode, version: Number = None) -> SectionOfVersion:
    """Tables as they stand on the page; one without data says why."""
    kept = _kept(app, version)
    section = kept.report.section(code)
    if section is None:
        raise NotFound("Der er intet sådant afsnit.", item="afsnit", remedy="Vælg et af rapportens afsnit.")
    return SectionOfVersion.of(kept, section)


def _versions(app: InApp, _: Evaluator) -> VersionsShown:
    """A restated figure stands in its version for good."""
    with app.store.reading() as connection:
        found = list_versions(connection)
    return VersionsShown(
        versions=[
            VersionShown(
                version=each.version, as_of=f"{each.as_of}", made_at=each.made_at, booking=each.booking,
                ledger_hash=each.ledger_hash, sha256=each.sha256,
            )
            for each in found
        ]
    )  # fmt: skip


def _releases(app: InApp, _: Exporter) -> ReleasesShown:
    """Waiting ones among them."""
    with app.store.reading() as connection:
        found = list_releases(connection)
    return ReleasesShown(releases=[ReleaseShown.model_validate(each) for each in found])


def _ask(
    asked: ReleaseAsked, app: InApp, visitor: Exporter, response: Response, idempotency_key: NeededKey
) -> ReleaseShown:
    """Another evaluator must approve before anything leaves."""
    change = Change(app.store, visitor, f"{PREFIX}/impact/releases", asked, idempotency_key)
    return carried_out(
        change, response, shown=ReleaseShown, answer=lambda act: ReleaseShown.model_validate(release_after(act)),
        do=lambda store: ReleaseShown.model_validate(
            ask_release(store, caller=visitor, version=asked.version, purpose=asked.purpose)
        ),
    )  # fmt: skip


def _approve(
    request_id: RequestId, asked: ReleaseApproved, app: InApp, visitor: Exporter, response: Response,
    idempotency_key: NeededKey,
) -> ReleaseShown:  # fmt: skip
    """Never by the one who asked; the hash says that it is this report that was read."""
    change = Change(app.store, visitor, f"{PREFIX}/impact/releases/{request_id}/approve", asked, idempotency_key)
    return carried_out(
        change, response, shown=ReleaseShown, answer=lambda act: ReleaseShown.model_validate(release_after(act)),
        do=lambda store: _approved(store, visitor, request_id, asked.report_sha256),
    )  # fmt: skip


def _approved(store: Store, visitor: Visitor, request_id: str, report_sha256: str) -> ReleaseShown:
    with store.reading() as connection:
        standing = load_release(connection, request_id)
    if not hmac.compare_digest(standing.report_sha256, report_sha256):
        raise InvalidForm(
            "Det er ikke den rapport, der er bedt om.", item="report_sha256", remedy="Læs versionen, og brug dens hash."
        )
    return ReleaseShown.model_validate(approve_release(store, caller=visitor, request_id=request_id))


def _workbook(app: InApp, visitor: Exporter, version: Chosen) -> Response:
    """Each time leaves an event with the hash of the file; 409 until two different evaluators have let it out."""
    made = export_workbook(app.store, caller=visitor, version=version)
    named = {"Content-Disposition": f'attachment; filename="{made.file_name}"', "Cache-Control": "no-store"}
    return Response(made.content, media_type=WORKBOOK, headers=named)


def _kept(app: Within, version: int | None) -> KeptReport:
    with app.store.reading() as connection:
        return load_report(connection, version=version)
