"""What officer and evaluator read alike: fairness with intervals, gates and lapses, and the records. No persons."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.audit.search import last_subject
from governance.errors import AuditLogBroken, ModelMismatch, NotFound, UsageError
from governance.gate.standing import load_standing
from governance.gate.stop import stop_in_force
from governance.gate.verdicts import list_verdicts, load_verdict
from governance.rules.limits import LIMITS_DA
from governance.rules.rule import load_rules
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.log_checks import TRAINED
from service.records_run import Built, current_records
from service.rights.fairness_shown import load_fairness_shown, measured_runs
from service.web import dpo_words as words
from service.web.fairness_words import note_da
from service.web.finding_words import figure_da, finding_da, item_da
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
FairnessReader = Annotated[Visitor, requires("fairness.read")]
GateReader = Annotated[Visitor, requires("gates.read")]
RecordReader = Annotated[Visitor, requires("records.read")]
VERDICTS_SHOWN = 50


def above(caller: Caller) -> tuple[tuple[str, str], ...]:
    """The way to these pages, which leads the officer by the oversight."""
    start = (("Start", "/"),)
    return (*start, ("Tilsyn", "/dpo")) if caller.may("log.read") else start


@router.get("/dpo/ligebehandling")
def show_fairness(
    request: Request, app: InApp, caller: FairnessReader, run: Annotated[str, Query(max_length=80)] = ""
) -> Response:
    """The figures of one list, the newest unless another is asked for."""
    shown, wrong = None, None
    with app.store.reading() as connection:
        runs = measured_runs(connection)
        chosen = [each for each in runs if each[0] == run] if run else list(runs[:1])
        try:
            shown = load_fairness_shown(connection, app.settings, *chosen[0]) if chosen else None
        except (AuditLogBroken, UsageError) as refused:
            wrong = refused
    return render(
        request,
        "dpo/fairness.html",
        shown=shown,
        wrong=wrong,
        why=_why_no_figures(wrong),
        note_da=note_da,
        runs=runs,
        unknown=bool(run and not chosen),
        words=words,
        crumbs=(*above(caller), ("Ligebehandling", "")),
    )


@router.get("/dpo/porte")
def show_gates(request: Request, app: InApp, caller: GateReader) -> Response:
    """What stands today, what has lapsed, and the newest verdicts."""
    today = danish_day(app.clock.now())
    with app.store.reading() as connection:
        standing, stop = load_standing(connection, today), stop_in_force(connection)
        verdicts = list_verdicts(connection, newest=VERDICTS_SHOWN)
    return render(
        request,
        "dpo/gates.html",
        standing=standing,
        stop=stop,
        rules=load_rules(),
        item_da=item_da,
        verdicts=verdicts,
        today=today,
        words=words,
        crumbs=(*above(caller), ("Kontrolporte", "")),
    )


@router.get("/dpo/porte/{verdict_id}")
def show_verdict(
    request: Request, app: InApp, verdict_id: Annotated[str, Path(max_length=80)], caller: GateReader
) -> Response:
    """One verdict with every finding."""
    try:
        with app.store.reading() as connection:
            verdict = load_verdict(connection, verdict_id)
    except UsageError:
        raise _no_page("Der er ingen sådan afgørelse.", "Vælg en på siden med kontrolporte.") from None
    crumbs = (*above(caller), ("Kontrolporte", "/dpo/porte"), (verdict.id, ""))
    return render(
        request,
        "dpo/verdict.html",
        verdict=verdict,
        rules=load_rules(),
        words=words,
        crumbs=crumbs,
        item_da=item_da,
        finding_da=finding_da,
        figure_da=figure_da,
        limits_da=LIMITS_DA,
    )


@router.get("/dpo/dokumentation")
def show_records(request: Request, app: InApp, caller: RecordReader) -> Response:
    """Every record as the running system states it now, with what is still open."""
    built = records_now(app)
    crumbs = (*above(caller), ("Dokumentation", ""))
    return render(request, "dpo/records.html", built=built, crumbs=crumbs)


@router.get("/dpo/dokumentation/{code}")
def show_record(
    request: Request, app: InApp, code: Annotated[str, Path(max_length=40)], caller: RecordReader
) -> Response:
    """One record."""
    built = records_now(app)
    found = [each for each in built.records if each.code == code] if built else []
    if not found:
        raise _no_page("Der er ingen sådan dokumentation.", "Vælg på siden Dokumentation.")
    crumbs = (*above(caller), ("Dokumentation", "/dpo/dokumentation"), (found[0].title_da, ""))
    note = words.RECORD_LANGUAGES[found[0].language]
    return render(request, "dpo/record.html", record=found[0], language_note=note, crumbs=crumbs)


def records_now(app: Within) -> Built | None:
    """The records as they are now; None while there is no model to speak of: a registry is not made for a look."""
    with app.store.reading() as connection:
        if last_subject(connection, TRAINED) is None:
            return None
    try:
        return current_records(model=None, settings=app.settings, store=app.store, report=lambda _: None)
    except (ModelMismatch, UsageError):
        return None


def _why_no_figures(wrong: AuditLogBroken | UsageError | None) -> str:
    if isinstance(wrong, AuditLogBroken):
        return "Tallene er ikke dem, der blev målt efter loggen. Lad filerne være, som de er, og efterprøv loggen."
    return "Der er ikke målt ligebehandling for den kørsel."


def _no_page(what: str, remedy: str) -> NotFound:
    return NotFound(what, item="side", remedy=remedy)
