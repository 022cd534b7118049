"""A correction of a register row is scored at once: the household as the list had it, and as it would have had it.

The officer's correction stands in the request; what comes of it is one more step of the request, sealed like the rest.
Done by the timer of the service within a minute or so, because a model is loaded and a whole city's registers are read;
never while the system is stopped. Must not know pages.

Source: GDPR Articles 16 and 19.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.errors import NotNow, UserError
from governance.gate.stop import stop_in_force
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.case import load_case
from service.rescoring import Rescored, Scored, rescore
from service.rights.requests import Request, RequestStep, list_requests, load_request, record_step
from service.rights.row_corrections import RowCorrection, corrected_registers
from service.rights.sealed_words import open_words
from service.rights.tables import REQUEST_STEPS

CORRECTION, RESCORED, FAILED = "correction", "rescored", "rescore_failed"
EVENT = "right.rescored"
WAIT = dt.timedelta(minutes=15)
"""For so long an answer waits for the score; a timer that does not run keeps nobody's answer back for ever."""
FAILURES_DA: Mapping[str, str] = {
    "governance-gate": "Listen er dannet uden model: der er ingen score.",
    "data-contract": "Registrene fra listens dag opbevares ikke længere.",
    "model-mismatch": "Modellen eller dens grunddata er ikke længere dem, som listen blev dannet med.",
}
FAULT = "fault"
OTHERWISE_DA = "Den kunne ikke regnes om. Næste nats liste bygger på de registre, der leveres."


@dataclass(frozen=True)
class Result:
    """What came of one correction; `rescored` None while it waits (`failed_da` "") or when it could not be done."""

    number: int
    case_id: str
    rescored: Rescored | None
    failed_da: str = ""


@dataclass(frozen=True)
class Noted:
    """The rows that a request corrects, by case, in the order they were noted, with the number of the step."""

    rows: Mapping[str, tuple[tuple[int, RowCorrection], ...]] = field(default_factory=dict)

    def of(self, case_id: str, *, until: int | None = None) -> tuple[RowCorrection, ...]:
        """The corrections of one case, up to a step."""
        return tuple(row for number, row in self.rows.get(case_id, ()) if until is None or number <= until)


def load_noted(connection: sa.Connection, settings: Settings, request: Request) -> Noted:
    """What the request corrects; personal, so whoever asks has an event."""
    rows: dict[str, tuple[tuple[int, RowCorrection], ...]] = {}
    for step in request.steps:
        if step.step == CORRECTION and step.details.get("rows"):
            said = _sealed(connection, settings, request.request_id, step.number)["rows"]
            found = tuple((step.number, RowCorrection(**each)) for each in said)
            rows[step.case_id] = (*rows.get(step.case_id, ()), *found)
    return Noted(rows)


def load_results(connection: sa.Connection, settings: Settings, request: Request) -> tuple[Result, ...]:
    """One result a correction, oldest first; personal, so whoever asks has an event."""
    after = {each.details["of"]: each for each in request.steps if each.step in (RESCORED, FAILED)}
    return tuple(
        _result(connection, settings, request, step, after.get(step.number))
        for step in request.steps
        if step.step == CORRECTION and step.details.get("rows")
    )


def _result(
    connection: sa.Connection, settings: Settings, request: Request, step: RequestStep, after: RequestStep | None
) -> Result:
    if after is None:
        return Result(step.number, step.case_id, None)
    if after.step == FAILED:
        return Result(step.number, step.case_id, None, FAILURES_DA.get(after.details["code"], OTHERWISE_DA))
    said = _sealed(connection, settings, request.request_id, after.number)
    parts = {name: _as_scored(said[name]) for name in ("before", "after")}
    return Result(step.number, step.case_id, Rescored(after.details["run"], **parts))


def _as_scored(document: Mapping[str, Any]) -> Scored:
    sentences = {name: tuple(document[name]) for name in ("speaks_for", "speaks_against")}
    return Scored(**{**document, **sentences})


def _sealed(connection: sa.Connection, settings: Settings, request_id: str, number: int) -> dict[str, Any]:
    mine = (REQUEST_STEPS.c.request_id == request_id) & (REQUEST_STEPS.c.number == number)
    sealed = connection.execute(sa.select(REQUEST_STEPS.c.sealed).where(mine)).scalar_one()
    return open_words(settings.home, bytes(sealed), about=f"{request_id} {number}")


def waiting_corrections(request: Request) -> tuple[RequestStep, ...]:
    """The corrections of an unanswered request that have not been scored."""
    if request.answer is not None:
        return ()
    done = {each.details["of"] for each in request.steps if each.step in (RESCORED, FAILED)}
    noted = [each for each in request.steps if each.step == CORRECTION and each.details.get("rows")]
    return tuple(each for each in noted if each.number not in done)


def require_scored(request: Request, *, now: dt.datetime) -> None:
    """`NotNow` while a correction of the last minutes waits for its score: the answer should know it."""
    if any(now - each.at < WAIT for each in waiting_corrections(request)):
        raise NotNow(
            "Den nye score er ved at blive regnet ud.", item=request.request_id, remedy="Svar om et par minutter."
        )


def rescore_waiting(store: Store, settings: Settings) -> int:
    """Score what waits, one act each; how many were scored. Nothing while the system is stopped."""
    with store.reading() as connection:
        if stop_in_force(connection) is not None:
            return 0
        waiting = [(each, step) for each in list_requests(connection) for step in waiting_corrections(each)]
    for request, step in waiting:
        _rescore_one(store, settings, request, step)
    return len(waiting)


def _rescore_one(store: Store, settings: Settings, request: Request, step: RequestStep) -> None:
    """Score one correction; what cannot be scored is said once, and not tried again every minute."""
    try:
        done = _scored(store, settings, request, step)
    except UserError as refused:
        _keep(store, request, step, FAILED, {"code": refused.code}, {})
    except Exception:
        _keep(store, request, step, FAILED, {"code": FAULT}, {})
        raise
    else:
        parts = {"before": done.before.as_document(), "after": done.after.as_document()}
        _keep(store, request, step, RESCORED, {"run": done.run_id, "standing": done.after.standing}, parts)


def _scored(store: Store, settings: Settings, request: Request, step: RequestStep) -> Rescored:
    with store.reading() as connection:
        case = load_case(connection, step.case_id)
        rows = load_noted(connection, settings, request).of(step.case_id, until=step.number)
    return rescore(
        case.run_id, place=case.place, address_id=case.address_id,
        changed=lambda registers: corrected_registers(registers, rows), settings=settings, store=store,
        report=lambda _: None,
    )  # fmt: skip


def _keep(
    store: Store, request: Request, step: RequestStep, code: str, details: Mapping[str, Any], sealed: Mapping[str, Any]
) -> None:
    machine = Caller(store.actor, store.actor, frozenset())
    said = {"step": code, "case": step.case_id, "of": step.number, **details}
    try:
        with store.act(EVENT, subject=request.request_id, details=said) as act:
            now = load_request(act.connection, request.request_id)
            if step.number not in {each.number for each in waiting_corrections(now)}:
                raise _DoneMeanwhile
            record_step(
                act, now, step=code, actor=machine, store=store, case_id=step.case_id,
                details={"of": step.number, **details}, more=sealed,
            )  # fmt: skip
    except _DoneMeanwhile:
        return


class _DoneMeanwhile(Exception):
    """Another process was faster, or the request was answered: the act is to leave nothing."""
