"""What leaves the house: a workbook, once two different evaluators have let a version of the report out.

One asks for a version and says what for; another approves. Then any evaluator may take it for as long as the purpose is
fresh, and every time is logged with the hash of the file. Must not know what the report says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.audit.events import instant
from governance.errors import AuditLogBroken, InvalidForm, NotFound, NotNow, PermissionDenied
from governance.store.opening import Act, Store
from service.impact.keeping import KeptReport, load_report
from service.impact.tables import RELEASE_REQUESTS, RELEASES
from service.impact.workbook import workbook_bytes

ASKED, RELEASED, EXPORTED = "impact.release_asked", "impact.released", "impact.exported"
PERMISSION = "impact.export"
LONGEST_PURPOSE = 200
OPEN_DAYS = 30
"""So long a request waits for another, and so long an approved workbook may be taken; then it is asked for again."""


@dataclass(frozen=True)
class Release:
    """A request and what became of it; `approved_by`, `approved_at` and `file_sha256` are "" until it is approved."""

    request_id: str
    version: int
    report_sha256: str
    asked_by: str
    asked_at: str
    purpose: str
    approved_by: str = ""
    approved_at: str = ""
    file_sha256: str = ""

    @property
    def lapses_on(self) -> dt.date:
        """The first day on which nothing comes of it any more."""
        return danish_day(self.approved_at or self.asked_at) + dt.timedelta(days=OPEN_DAYS)

    def is_open(self, on: dt.date) -> bool:
        """Whether it can be approved that day or, once it is, taken."""
        return on < self.lapses_on


@dataclass(frozen=True)
class Exported:
    """A workbook on its way out."""

    content: bytes
    file_name: str
    file_sha256: str


def ask_release(store: Store, *, caller: Caller, version: int, purpose: str) -> Release:
    """Ask for a version, for a stated purpose that names no person.

    `NotFound` for no such version, `NotNow` where the caller waits for it already.
    """
    caller.require(PERMISSION)
    if not 0 < len(purpose.strip()) <= LONGEST_PURPOSE:
        raise InvalidForm("Angiv et formål.", item="purpose", remedy="Skriv på én linje, hvad tallene skal bruges til.")
    with store.act(ASKED, actor=caller.user_id) as act:
        kept = load_report(act.connection, version=version)
        today = danish_day(act.at)
        waiting = [each for each in list_releases(act.connection, version=version) if not each.approved_by]
        if any(each.asked_by == caller.user_id and each.is_open(today) for each in waiting):
            raise NotNow(
                "Du har allerede bedt om denne version.",
                item=f"version {version}",
                remedy="En anden evaluator skal godkende den.",
            )
        act.subject = f"udlevering-{secrets.token_hex(10)}"
        row = {
            "request_id": act.subject, "at": instant(act.at), "version": version, "report_sha256": kept.sha256,
            "user_id": caller.user_id, "purpose": purpose.strip(),
        }  # fmt: skip
        act.connection.execute(sa.insert(RELEASE_REQUESTS), [row])
        act.add(version=version, report_sha256=kept.sha256)
        return load_release(act.connection, act.subject)


def approve_release(store: Store, *, caller: Caller, request_id: str) -> Release:
    """Let the version out that somebody else asked for.

    `NotFound` for no such request, `PermissionDenied` for one's own, `NotNow` for one that is approved or lapsed.
    """
    caller.require(PERMISSION)
    with store.act(RELEASED, subject=request_id, actor=caller.user_id) as act:
        asked = load_release(act.connection, request_id)
        if asked.approved_by:
            raise NotNow("Udleveringen er godkendt.", item=request_id, remedy="Hent regnearket.")
        if not asked.is_open(danish_day(act.at)):
            raise NotNow("Anmodningen er udløbet.", item=request_id, remedy="Bed om udlevering igen.")
        if asked.asked_by == caller.user_id:
            raise PermissionDenied(
                "Ingen godkender sin egen anmodning.", item=request_id, remedy="En anden evaluator skal godkende den."
            )
        made = _made(load_report(act.connection, version=asked.version), asked)
        row = {
            "request_id": request_id, "at": instant(act.at), "user_id": caller.user_id, "file_sha256": made.file_sha256,
        }  # fmt: skip
        act.connection.execute(sa.insert(RELEASES), [row])
        act.add(version=asked.version, report_sha256=asked.report_sha256, file_sha256=made.file_sha256)
        return load_release(act.connection, request_id)


def export_workbook(store: Store, *, caller: Caller, version: int) -> Exported:
    """The workbook of a version that two have let out, and an event with its hash.

    `NotFound` for no such version, `NotNow` for one that was not released or not lately, `AuditLogBroken` when it is
    not the file that was approved.
    """
    caller.require(PERMISSION)
    with store.act(EXPORTED, actor=caller.user_id) as act:
        kept = load_report(act.connection, version=version)
        approved = [each for each in list_releases(act.connection, version=version) if each.approved_by]
        released = [each for each in approved if each.is_open(danish_day(act.at))]
        if not released:
            raise NotNow(
                "Frigivelsen af versionen er udløbet." if approved else "Versionen er ikke frigivet til udlevering.",
                item=f"version {version}",
                remedy="Én evaluator beder om den, og en anden godkender.",
            )
        made = _made(kept, released[0])
        if made.file_sha256 != released[0].file_sha256:
            raise AuditLogBroken(
                "Regnearket er ikke det, der blev godkendt.",
                item=f"version {version}",
                remedy="Bed om versionen igen: programmet laver en anden fil end dengang.",
            )
        act.subject = released[0].request_id
        act.add(version=version, report_sha256=kept.sha256, file_sha256=made.file_sha256)
    return made


def list_releases(connection: sa.Connection, *, version: int | None = None) -> tuple[Release, ...]:
    """Every request, the newest first; of one version when it is given."""
    asked = _asked().order_by(RELEASE_REQUESTS.c.at.desc(), RELEASE_REQUESTS.c.request_id)
    if version is not None:
        asked = asked.where(RELEASE_REQUESTS.c.version == version)
    return tuple(_release(row) for row in connection.execute(asked))


def load_release(connection: sa.Connection, request_id: str) -> Release:
    """One request; `NotFound` where there is none."""
    row = connection.execute(_asked().where(RELEASE_REQUESTS.c.request_id == request_id)).one_or_none()
    if row is None:
        raise NotFound("Der er ingen sådan anmodning.", item="anmodning", remedy="Vælg en fra listen.")
    return _release(row)


def release_after(act: Act) -> Release:
    """The request that an act has made or approved."""
    return load_release(act.connection, act.subject)


def _asked() -> sa.Select[tuple[object, ...]]:
    asked = RELEASE_REQUESTS.c
    return sa.select(
        asked.request_id, asked.version, asked.report_sha256, asked.user_id, asked.at, asked.purpose,
        RELEASES.c.user_id.label("approved_by"), RELEASES.c.at.label("approved_at"), RELEASES.c.file_sha256,
    ).select_from(RELEASE_REQUESTS.outerjoin(RELEASES))  # fmt: skip


def _release(row: sa.Row[tuple[object, ...]]) -> Release:
    return Release(
        row.request_id, row.version, row.report_sha256, row.user_id, row.at, row.purpose, row.approved_by or "",
        row.approved_at or "", row.file_sha256 or "",
    )  # fmt: skip


def _made(kept: KeptReport, asked: Release) -> Exported:
    content = workbook_bytes(kept)
    name = f"kontrollens-virkning-version-{kept.report.version}.xlsx"
    assert kept.sha256 == asked.report_sha256  # noqa: S101  versions never change
    return Exported(content, name, hashlib.sha256(content).hexdigest())
