"""The nightly line: today's delivery and our own cases in, a released list in the caseworkers' hands out.

merge → hide who is protected → rank (the contract first) → renew the cases at work → gate → take in → book → report →
send. Each step asks first whether it has been done, so that a night that broke off goes on where it stood, and one that
is over changes nothing. There is no second way of ranking: the list is made by `service.rank` and released by
`service.publication`. Must not know a row.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from governance.audit.search import newest_details
from governance.errors import GateClosed, UserError
from governance.explained.keeping import load_run
from governance.gate.stop import stop_in_force
from governance.registers import Registers, load_registers
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.intake import TAKEN_IN
from service.cases.renewing import Renewal, renew_cases
from service.fallback import FALLBACK
from service.impact.booking import book_night
from service.impact.making import report_night
from service.jobs.locking import night_lock
from service.jobs.night_request import NightRequest, bound_to, ranking_of, require_in_time, require_same
from service.jobs.nights import (
    MERGED,
    Night,
    begin_night,
    finish_night,
    load_finished,
    load_night,
    made_run,
    night_name,
    stop_night,
)
from service.jobs.protection import hide_newly_protected
from service.jobs.taking_in import take_in_published
from service.kept_registers import load_kept
from service.list_evidence import PUBLISHED
from service.list_writing import MADE
from service.outbox.sweeping import sweep
from service.outcomes.merging import merge_own
from service.publication import publish
from service.rank import rank
from service.rights.applying import corrected_reader
from service.runs import register_snapshot
from training.checked import load_reported

FOLDER = "nightly"
PRIVATE_FOLDER = 0o700

Report = Callable[[str], None]


@dataclass(frozen=True)
class NightDone:
    """What came of it: `state` is done, already_done or at_work (another process has a night in hand)."""

    state: str
    night_id: str
    run_id: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """The answer for a machine."""
        return {"state": self.state, "night": self.night_id, "run": self.run_id, **self.counts}


@dataclass
class _Line:
    """A night at work; `at` is the step it is at, for the log when it comes no further."""

    night: Night
    directory: Path
    settings: Settings
    store: Store
    report: Report
    at: str = "begun"

    @property
    def folder(self) -> Path:
        return self.settings.home / FOLDER / self.night.night_id

    @property
    def merged(self) -> Path:
        return self.folder / "registers"

    def step(self, code: str, said: str) -> None:
        """Go on to a step."""
        self.at = code
        self.report(said)


def run_night(request: NightRequest, *, settings: Settings, store: Store, report: Report) -> NightDone:
    """Do what is left of the night; refuses what `rank` and the publish gate refuse, and says so in the log.

    One at a time in an installation: who comes second is told that another is at work, and does nothing.
    """
    with night_lock(store.engine) as mine:
        delivered = register_snapshot(request.directory)
        night_id = night_name(request.as_of, delivered)
        if not mine:
            return NightDone("at_work", night_id)
        with store.reading() as connection:
            finished = load_finished(connection, night_id)
        if finished is not None:
            _let_go(settings)
            return NightDone("already_done", night_id, *finished)
        require_in_time(request, store)
        night = _night(request, night_id, delivered, settings=settings, store=store, report=report)
        return _told_when_stopped(_Line(night, request.directory, settings, store, report))


def _night(
    request: NightRequest, night_id: str, delivered: str, *, settings: Settings, store: Store, report: Report
) -> Night:
    """The night as it was begun, now or before."""
    _let_go(settings, but=night_id)
    with store.reading() as connection:
        night = load_night(connection, night_id, settings=settings)
    if night is not None:
        require_same(request, night)
        return night
    report("binding the seed of the night")
    asked = bound_to(request, settings=settings, store=store)
    begun = begin_night(
        store, as_of=request.as_of, registers=delivered, asked=asked, seed=request.seed, settings=settings
    )  # fmt: skip
    report("the seed is bound")
    return begun


def _told_when_stopped(line: _Line) -> NightDone:
    """Go on to the end; a refusal is told in the log, and nothing personal is left lying for it."""
    try:
        return _go_on(line)
    except UserError as refusal:
        about = {"about": refusal.item} if isinstance(refusal, GateClosed) else {}
        stop_night(line.store, line.night, step=line.at, error=refusal, details=about)
        _let_go(line.settings)
        raise


def _go_on(line: _Line) -> NightDone:
    """From wherever the night stands to its end."""
    line.step("merge", "merging the delivery with our own cases")
    own = _merge(line)
    # before the gate: whoever is protected disappears even on a night whose list is not released
    line.step("protect", "hiding who is protected")
    hidden = hide_newly_protected(line.store, load_registers(line.merged), as_of=line.night.as_of)
    line.step("rank", "making the list")
    run_id = _ranked(line)
    registers = _registers_of(line, run_id)
    # before the gate: who is in a case is told of it also on a night whose list is not released
    line.step("renew", "renewing the facts of the cases")
    renewed = _renew(line, registers)
    line.step("gate", "asking the gate")
    _release(line, run_id)
    line.step("take_in", "taking the list in")
    cases = _take_in(line, run_id, registers)
    line.step("book", "booking what the control brought in")
    impact = book_night(
        registers, line.night.as_of, night_id=line.night.night_id, settings=line.settings, store=line.store
    )
    line.report("what it brought in is booked")
    line.step("report", "telling what the control brought in")
    told = report_night(
        registers, line.night.as_of, night_id=line.night.night_id, settings=line.settings, store=line.store
    )
    line.report("it is told")
    line.step("send", "sending what waits")
    swept = sweep(line.store, line.settings)
    counts = {
        "own": own,
        "hidden": hidden,
        "renewed": vars(renewed),
        "cases": cases,
        "impact": impact,
        "report": told,
        "sent": swept.sent,
        "unreadable": len(swept.unreadable),
        "unsendable": len(swept.unsendable),
    }
    line.step("finish", "finishing")
    finish_night(line.store, line.night, run_id=run_id, counts=counts)
    line.report("finished")
    _let_go(line.settings)
    return NightDone("done", line.night.night_id, run_id, counts)


def _merge(line: _Line) -> Mapping[str, Any]:
    """Merge, unless what was merged lies there unchanged: the night that goes on ranks what it began with."""
    with line.store.reading() as connection:
        said = newest_details(connection, MERGED, line.night.night_id)
        if said is not None and line.merged.is_dir() and register_snapshot(line.merged) == said["merged"]:
            return {name: said[name] for name in ("added", "renewed", "left_out")}
        line.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        merged = merge_own(
            line.directory, line.merged, connection=connection, home=line.settings.home, delivery=line.night.registers
        )  # fmt: skip
    line.report("merged")
    with line.store.act(MERGED, subject=line.night.night_id, details=merged.as_details()):
        pass
    return merged.counts()


def _ranked(line: _Line) -> str:
    """The list of the night: made once by the model, and once without it if the system is stopped in between."""
    with line.store.reading() as connection:
        without_model = stop_in_force(connection) is not None
        run_id = made_run(connection, line.night, without_model=without_model)
    if run_id is not None:
        return run_id
    night = line.night
    request = ranking_of(night.asked, line.merged, night.as_of, night.seed, out=line.folder / "list")
    done = rank(request, settings=line.settings, store=line.store, report=line.report)
    line.report("the list is made")
    return str(done.record["run_id"])


def _renew(line: _Line, registers: Registers) -> Renewal:
    """The facts of the cases at work, with what rectifications corrected laid over the delivery."""
    night = line.night
    done = renew_cases(
        line.store, night_id=night.night_id, registers=registers, as_of=night.as_of, settings=line.settings,
        reading=lambda connection, fresh: corrected_reader(
            connection, line.settings, registers, as_of=night.as_of, fresh=fresh
        ),
    )  # fmt: skip
    line.report("the facts are renewed")
    return done


def _release(line: _Line, run_id: str) -> None:
    """Ask the gate, unless the list is out; `GateClosed` with every rule that keeps it in."""
    with line.store.reading() as connection:
        if newest_details(connection, PUBLISHED, run_id) is not None:
            return
    done = publish(run_id, settings=line.settings, store=line.store)
    line.report("the gate has answered")
    if done.verdict.passed:
        return
    closed = "; ".join(
        f"{each.rule}: {each.figure or each.outcome}, limit {each.limit}" for each in done.verdict.failed
    )  # fmt: skip
    raise GateClosed(
        f"The list of this night is not released, and the one before stays: {closed}.",
        item=done.verdict.id,
        remedy=f"Run: adressekontrol gate show {done.verdict.id}; once it is mended, run the night again.",
    )


def _take_in(line: _Line, run_id: str, registers: Registers) -> dict[str, int]:
    """The list as cases; the counts are those of the one time that it was taken in."""
    take_in_published(line.store, run_id, settings=line.settings, registers=registers)
    line.report("the list is in")
    with line.store.reading() as connection:
        said = newest_details(connection, TAKEN_IN, run_id) or {}
    return {name: said[name] for name in ("taken", "kept", "expired", "left_out")}


def _registers_of(line: _Line, run_id: str) -> Registers:
    """Those that the run kept; a list made without the model kept none: those it was made from, checked again."""
    with line.store.reading() as connection:
        made = newest_details(connection, MADE, run_id)
        if made is None or made["model"] != FALLBACK:
            return load_kept(str(load_run(connection, run_id).grounds["kept_registers"]), home=line.settings.home)
    night = line.night
    return load_reported(line.merged, as_of=night.as_of, settings=line.settings, report=line.report).registers


def _let_go(settings: Settings, *, but: str = "") -> None:
    """Remove what nights left lying; whatever is still needed can be merged again."""
    for folder in (settings.home / FOLDER).glob("*"):
        if folder.name != but:
            shutil.rmtree(folder)
