"""What a data-protection officer and an evaluator watch: the log, the gates, the figures, and the stop button."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from governance.as_of import danish_day
from governance.audit.actions import ACTIONS
from governance.audit.events import Event
from governance.audit.search import Sought, last_subject
from governance.audit.verifying import verify
from governance.errors import NotFound, UsageError
from governance.gate.logged import require_rows_logged
from governance.gate.standing import load_standing
from governance.gate.stop import stop
from governance.gate.verdicts import Verdict, list_verdicts
from governance.store.opening import Act, Store
from service.api import PREFIX
from service.api.cursor import read_cursor, write_cursor
from service.api.documented import GUARDED, WRITING, refusals, with_headers
from service.api.impact import build_summary
from service.api.models.base import FIRST_DAY, LAST_DAY, PAGE_SIZE
from service.api.models.oversight import (
    FairnessFigures,
    GatesShown,
    ImpactSummary,
    LogEvent,
    LogFound,
    LogVerified,
    Notices,
    NoticeShown,
    StopAsked,
    Stopped,
    VerdictShown,
)
from service.api.routing import After, NeededKey, Size, make_api_router
from service.api.writing import Change, carried_out
from service.auth.declared import requires
from service.auth.notices import load_notices
from service.auth.visitor import Visitor
from service.list_evidence import PUBLISHED
from service.rights.log_search import search_log
from service.run_fairness import load_run_fairness
from service.web.within import InApp

VERDICTS_SHOWN = 50
STOPPED = "system.stopped"
_Text = Query(min_length=1, max_length=120, pattern=r"^[\w.:/@+ ()-]+$")
Name = Annotated[str | None, _Text]
On = Annotated[dt.date | None, Query(ge=FIRST_DAY, le=LAST_DAY)]
Run = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]


def make_router() -> APIRouter:
    """The log, the gates, fairness, notices, the stop and the summary of impact."""
    router = make_api_router("oversight")
    reads = (
        ("/log", _log, "search_log", "Search the audit log", refusals(*GUARDED)),
        ("/fairness", _fairness, "read_fairness", "Fairness of one list by group", refusals(*GUARDED, 404)),
        ("/gates", _gates, "read_gates", "What stands, what lapses, what gates answered", refusals(*GUARDED)),
        ("/notices", _notices, "read_notices", "Messages to the officer", refusals(*GUARDED)),
        ("/impact/summary", _impact, "impact_summary", "Cases by administration, state, month", refusals(*GUARDED)),
    )
    for path, endpoint, operation, summary, answers in reads:
        router.add_api_route(path, endpoint, operation_id=operation, summary=summary, responses=answers)
    router.add_api_route(
        "/log/verify", _verify, methods=["POST"], operation_id="verify_log", summary="Verify the whole log",
        responses=refusals(*GUARDED),
    )  # fmt: skip
    router.add_api_route(
        "/system/stop", _stop, methods=["POST"], operation_id="stop_system", summary="Stop the system at once",
        responses=with_headers("Idempotent-Replayed") | refusals(*WRITING),
    )  # fmt: skip
    return router


def _log(
    app: InApp, visitor: Annotated[Visitor, requires("log.read")], action: Name = None, subject: Name = None,
    actor: Name = None, mentions: Name = None, since: On = None, until: On = None, after: After = None,
    size: Size = PAGE_SIZE,
) -> LogFound:  # fmt: skip
    """Newest first. `mentions` finds an id of ours wherever an event tells of it. Each search leaves an event."""
    names = None if mentions is None else frozenset({mentions})
    sought = Sought(action, subject, actor, names, since, until)
    before = int(read_cursor(after, (int,))[0]) if after else None
    page = search_log(app.store, caller=visitor, sought=sought, purpose=visitor.purpose, before=before, size=size)
    events = [_event(each) for each in page.events]
    return LogFound(events=events, next=write_cursor((page.next_before,)) if page.next_before else None)


def _event(event: Event) -> LogEvent:
    return LogEvent(
        seq=event.seq, at=event.at, action=event.action, action_da=ACTIONS[event.action].text_da, actor=event.actor,
        subject=event.subject, details=json.loads(event.details),
    )  # fmt: skip


def _verify(app: InApp, _: Annotated[Visitor, requires("log.verify")]) -> LogVerified:
    """Every event, stored hash, published checkpoint and guard, and the rows of the gates; 503 when one is off."""
    with app.store.reading() as connection:
        done = verify(connection, app.store.publisher.directory, app.store.publisher.key().public)
        require_rows_logged(connection)
    return LogVerified(
        events=done.size, root=done.root.hex(), checkpoints=done.checkpoints, not_yet_published=done.unpublished
    )


def _fairness(app: InApp, _: Annotated[Visitor, requires("fairness.read")], run: Run = None) -> FairnessFigures:
    """The figures of the list that was released last, or of `run`; small groups are not shown."""
    with app.store.reading() as connection:
        run_id = run or last_subject(connection, PUBLISHED)
        if run_id is None:
            raise _no_figures()
        try:
            report = load_run_fairness(app.settings, connection, run_id)
        except UsageError:
            raise _no_figures() from None
    return FairnessFigures(run_id=run_id, report=dict(report))


def _no_figures() -> NotFound:
    return NotFound(
        "Ligebehandling er ikke målt for en sådan liste.", item="run", remedy="Angiv kørslen bag en frigivet liste."
    )


def _gates(app: InApp, _: Annotated[Visitor, requires("gates.read")]) -> GatesShown:
    """Stop, assessments, exceptions, approvals and keys as they stand today, and the newest verdicts."""
    with app.store.reading() as connection:
        standing = load_standing(connection, danish_day(app.clock.now()))
        verdicts = list_verdicts(connection, newest=VERDICTS_SHOWN)
    return GatesShown(
        stop=standing.stop,
        assessments=[dict(row) for row in standing.assessments],
        exceptions=[dict(row) for row in standing.exceptions],
        approvals=[dict(row) for row in standing.approvals],
        keys=dict(standing.keys),
        verdicts=[_verdict(each) for each in verdicts],
    )


def _verdict(verdict: Verdict) -> VerdictShown:
    return VerdictShown(
        id=verdict.id, gate=verdict.gate, subject=verdict.subject, passed=verdict.passed, at=verdict.at,
        good_through=verdict.good_through, closed_by=sorted({each.rule for each in verdict.failed}),
    )  # fmt: skip


def _notices(app: InApp, _: Annotated[Visitor, requires("notice.read")], unseen_only: bool = False) -> Notices:
    """The newest 200, the newest first."""
    with app.store.reading() as connection:
        found = load_notices(connection, unseen_only=unseen_only)
    return Notices(notices=[NoticeShown.model_validate(each) for each in found])


def _stop(
    asked: StopAsked, app: InApp, visitor: Annotated[Visitor, requires("system.stop")], response: Response,
    idempotency_key: NeededKey,
) -> Stopped:  # fmt: skip
    """Nothing passes a gate until the officer signs the resumption on the command line."""
    change = Change(app.store, visitor, f"{PREFIX}/system/stop", asked, idempotency_key)
    return carried_out(
        change, response, shown=Stopped, answer=_stopped, do=lambda store: _press(store, visitor, asked.reason)
    )


def _press(store: Store, visitor: Visitor, reason: str) -> Stopped:
    with store.act(STOPPED, actor=visitor.user_id) as act:
        stop(act, role="dpo", reason=reason)
    return _stopped(act)


def _stopped(act: Act) -> Stopped:
    return Stopped(stop_id=act.subject)


def _impact(app: InApp, _: Annotated[Visitor, requires("impact.read")]) -> ImpactSummary:
    """Aggregates only; a cell under the smallest size is null, and there are no totals to work it out from."""
    with app.store.reading() as connection:
        return build_summary(connection)
