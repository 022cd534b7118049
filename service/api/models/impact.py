"""The shapes of the report of impact: the same document that pages and workbook show, and of its release."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from pydantic import Field

from service.api.models.base import Answer, Asked, SaidLine, example
from service.impact.keeping import KeptReport
from service.impact.report_model import ImpactReport, Section, Unit

_SHA = "0" * 64
_FIGURE: dict[str, Any] = {
    "code": "realised_municipal", "text_da": "Realiseret kommunal besparelse", "unit": "ore", "value": 287654321,
    "low": None, "high": None, "cases": None, "hidden": False, "note_da": "", "source": "realised_municipal",
}  # fmt: skip
_TABLE: dict[str, Any] = {
    "code": "figures_by_administration", "title_da": "De tolv tal fordelt på forvaltning",
    "columns": [
        {"code": "text", "text_da": "Forvaltning", "unit": "text", "source": "", "by_row": False},
        {"code": "realised_municipal", "text_da": "Realiseret", "unit": "ore", "source": "realised_municipal",
         "by_row": True},
    ],
    "rows": [["Beskæftigelse (BIF)", 150000000], ["Kultur og fritid (KFF)", "ikke vist"]], "note_da": "", "chart": None,
    "selections": [":BIF", ":KFF"],
}  # fmt: skip
_SECTION: dict[str, Any] = {
    "code": "administrations", "title_da": "Forvaltningerne", "intro_da": "", "figures": [], "tables": [_TABLE],
}  # fmt: skip
_HEAD: dict[str, Any] = {
    "version": 3, "as_of": "2024-06-01", "made_at": "2024-06-02T03:15:00.000000Z", "booking": 12, "ledger_hash": _SHA,
    "sha256": _SHA,
}  # fmt: skip
_RELEASE: dict[str, Any] = {
    "request_id": "udlevering-00112233445566778899", "version": 3, "report_sha256": _SHA, "asked_by": "eva",
    "asked_at": "2024-06-03T08:00:00.000000Z", "purpose": "Møde i udvalget", "approved_by": "", "approved_at": "",
    "file_sha256": "", "lapses_on": "2024-07-03",
}  # fmt: skip
CellShown = int | float | str | None


class FigureShown(Answer):
    """A figure; øre where the unit is ore. Hidden: it, or one it could be worked out from, is about 1 to 9 cases."""

    code: str
    text_da: str
    unit: Unit
    value: CellShown = Field(description="Null when hidden, or when it cannot be had: the note says why.")
    low: float | None
    high: float | None
    cases: int | None
    hidden: bool
    note_da: str
    source: str = Field(description="What `adressekontrol impact explain` lists, or the estimator.")


class ColumnShown(Answer):
    """A column of a table."""

    code: str
    text_da: str
    unit: Unit
    source: str
    by_row: bool = Field(description="Whether the row's selection follows the source.")


class TableShown(Answer):
    """A table; a cell that may not be told is `ikke vist`."""

    code: str
    title_da: str
    columns: list[ColumnShown]
    rows: list[list[CellShown]]
    note_da: str
    chart: str | None
    selections: list[str]


class SectionShown(Answer):
    """One section of the report."""

    model_config = example(_SECTION)
    code: str
    title_da: str
    intro_da: str
    figures: list[FigureShown]
    tables: list[TableShown]


class _Head(Answer):
    version: int
    as_of: str
    made_at: str
    booking: int
    ledger_hash: str
    sha256: str = Field(description="Of the report's document; the same on page and in workbook.")

    @classmethod
    def head(cls, kept: KeptReport) -> dict[str, Any]:
        """What every answer about a version begins with."""
        report: ImpactReport = kept.report
        return {
            "version": report.version, "as_of": f"{report.as_of}", "made_at": report.made_at, "booking": report.booking,
            "ledger_hash": report.ledger_hash, "sha256": kept.sha256,
        }  # fmt: skip


class HeadlineShown(_Head):
    """The twelve headline figures of a version."""

    model_config = example(_HEAD | {"figures": [_FIGURE]})
    figures: list[FigureShown]

    @classmethod
    def of(cls, kept: KeptReport) -> Self:
        """The answer that tells a version's headline."""
        figures = [FigureShown.model_validate(each) for each in kept.report.headline]
        return cls(figures=figures, **cls.head(kept))


class ReportShown(_Head):
    """A version of the report, whole."""

    model_config = example(
        _HEAD | {"headline": [_FIGURE], "sections": [_SECTION], "method": [["Besparelse", "For hver afgørelse …"]]}
    )
    headline: list[FigureShown]
    sections: list[SectionShown]
    method: list[tuple[str, str]] = Field(description="(heading, text)")

    @classmethod
    def of(cls, kept: KeptReport) -> Self:
        """The answer that tells a version."""
        return cls(
            headline=[FigureShown.model_validate(each) for each in kept.report.headline],
            sections=[SectionShown.model_validate(each) for each in kept.report.sections],
            method=list(kept.report.method),
            **cls.head(kept),
        )


class SectionOfVersion(_Head, SectionShown):
    """One section, and of which version it is."""

    model_config = example(_HEAD | _SECTION)

    @classmethod
    def of(cls, kept: KeptReport, section: Section) -> Self:
        """The answer that tells a section of a version."""
        told = SectionShown.model_validate(section)
        return cls(**dict(told), **cls.head(kept))


class VersionShown(_Head):
    """A version without its figures."""


class VersionsShown(Answer):
    """Every version, the newest first; none is ever changed."""

    model_config = example({"versions": [_HEAD]})
    versions: list[VersionShown]


class ReleaseAsked(Asked):
    """Which version is to leave the house, and what for; no person."""

    model_config = example({"version": 3, "purpose": "Møde i udvalget"})
    version: int = Field(ge=1, le=1_000_000_000)
    purpose: SaidLine


class ReleaseApproved(Asked):
    """The hash of the report that was asked for, as whoever approves has read it."""

    model_config = example({"report_sha256": _SHA})
    report_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ReleaseShown(Answer):
    """A request and what became of it."""

    model_config = example(_RELEASE)
    request_id: str
    version: int
    report_sha256: str
    asked_by: str
    asked_at: str
    purpose: str
    approved_by: str = Field(description="Empty until another evaluator has approved.")
    approved_at: str
    file_sha256: str = Field(description="Of the workbook that was let out; empty until then.")
    lapses_on: dt.date = Field(description="The first day on which it can be neither approved nor taken.")


class ReleasesShown(Answer):
    """Every request, the newest first."""

    model_config = example({"releases": [_RELEASE]})
    releases: list[ReleaseShown]
