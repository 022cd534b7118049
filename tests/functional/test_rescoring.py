"""A rectification is scored at once, by the model and the registers of the list; the registers decide what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from governance.as_of import AsOf
from governance.audit.tables import EVENTS
from governance.errors import AuditLogBroken, NotNow
from governance.explained.keeping import load_run
from governance.gate.stop import stop
from governance.registers import Registers
from governance.store.opening import Store
from service.cases.case import CaseFile, as_case
from service.cases.tables import CASES
from service.jobs.timer import tick
from service.kept_registers import load_kept
from service.rescoring import LISTED, NOT_CANDIDATE, rescore
from service.rights.applying import uncorrected_addresses
from service.rights.handling import decide_request
from service.rights.noting import note_correction, rows_to_choose
from service.rights.requests import Request, load_request, open_request, receive_request
from service.rights.rescored import Result, load_results, rescore_waiting
from service.rights.row_corrections import RowCorrection, corrected_registers, rows_about
from tests.functional.governed import DAY, HOURS, Governed
from tests.service.people import DPO

AS_OF = AsOf(DAY)
GIVEN = {"caller": DPO, "purpose": "supervision"}


@dataclass(frozen=True)
class Night:
    """A home whose list has become cases, with its store open."""

    home: Governed
    store: Store

    def cases(self) -> list[CaseFile]:
        with self.store.reading() as connection:
            rows = connection.execute(sa.select(CASES).order_by(CASES.c.place)).mappings()
            return [as_case(row) for row in rows]

    def registers(self, run_id: str) -> Registers:
        with self.store.reading() as connection:
            return load_kept(str(load_run(connection, run_id).grounds["kept_registers"]), home=self.store.settings.home)

    def residents(self, case: CaseFile) -> list[str]:
        there = self.registers(case.run_id).table("residence").filter(
            pl.col("address_id") == case.address_id, pl.col("valid_to").is_null()
        )  # fmt: skip
        return there.collect()["person_id"].unique().sort().to_list()

    def request(self, case: CaseFile, kind: Any = "rectification") -> str:
        person = self.residents(case)[0]
        return receive_request(
            self.store, kind=kind, person_id=person, received_on=DAY, words="Det er forkert.", **GIVEN
        )

    def note(self, request_id: str, case: CaseFile, *rows: RowCorrection) -> None:
        note_correction(
            self.store, request_id=request_id, case_id=case.case_id, words="Forkert.", source="benefit_system",
            rows=rows, **GIVEN,
        )  # fmt: skip

    def results(self, request_id: str) -> tuple[Request, tuple[Result, ...]]:
        with self.store.reading() as connection:
            request = load_request(connection, request_id)
            return request, load_results(connection, self.store.settings, request)


@pytest.fixture(scope="module")
def over(promoted, tmp_path_factory) -> Governed:
    home = promoted.copy(tmp_path_factory.mktemp("rescored") / "home")
    said = home.call("nightly", home.town, "--as-of", DAY, "--hours", HOURS, "--json", invented_day=DAY.isoformat())
    assert said.code == 0, said.err
    return home


@pytest.fixture
def night(over: Governed, tmp_path) -> Iterator[Night]:
    home = over.copy(tmp_path / "home")
    store = home.store()
    yield Night(home, store)
    store.engine.dispose()


def every_ground(night: Night, case: CaseFile) -> list[RowCorrection]:
    """Whatever makes the household a candidate: its grants, and the signals about it."""
    registers = night.registers(case.run_id)
    found = {
        json.dumps([table, row], sort_keys=True): RowCorrection(table, row)
        for person in night.residents(case)
        for table, row in rows_about(registers, person_id=person, address_id=case.address_id)
        if table in ("benefit_grant", "signal")
    }
    signals = registers.table("signal").filter(pl.col("address_id") == case.address_id).collect()
    assert signals.height <= len([each for each in found.values() if each.table == "signal"])
    return list(found.values())


def by_priority(night: Night) -> list[CaseFile]:
    return [each for each in night.cases() if each.arm == "model"]


def test_what_is_corrected_by_nothing_keeps_place_score_and_reasons(night: Night) -> None:
    """So a place that moves was moved by the correction; by priority and drawn."""
    drawn = [each for each in night.cases() if each.arm == "random"]
    for case in (by_priority(night)[0], by_priority(night)[-1], *drawn[:1]):
        done = rescore(
            case.run_id, place=case.place, address_id=case.address_id, changed=lambda registers: registers,
            settings=night.store.settings, store=night.store, report=lambda _: None,
        )  # fmt: skip
        assert done.after == done.before
        assert (done.after.standing, done.after.place) == (LISTED, case.place)


def test_a_row_that_is_wrong_is_scored_within_the_timer_s_turn_and_shown(night: Night) -> None:
    case = by_priority(night)[0]
    request_id = night.request(case)
    night.note(request_id, case, *every_ground(night, case))
    assert night.results(request_id)[1][0].rescored is None, "it waits"
    with pytest.raises(NotNow, match="ved at blive regnet ud"):
        decide_request(night.store, request_id=request_id, answer="granted", words="Enig.", **GIVEN)
    tick(night.store, night.store.settings)
    request, [result] = night.results(request_id)
    assert result.rescored is not None
    assert (result.rescored.before.place, result.rescored.before.standing) == (case.place, LISTED)
    assert (result.rescored.after.place, result.rescored.after.standing) == (None, NOT_CANDIDATE)
    assert result.rescored.before.speaks_for == case.reasons_for
    assert [each.step for each in request.steps] == ["correction", "rescored"]
    assert rescore_waiting(night.store, night.store.settings) == 0, "once"
    with night.store.reading() as connection:
        asked = sa.select(EVENTS.c.details).where(EVENTS.c.action == "right.rescored")
        [told] = [json.loads(each) for each in connection.execute(asked).scalars()]
    assert (told["case"], told["standing"]) == (case.case_id, NOT_CANDIDATE)
    assert case.address_id not in str(told) and not set(night.residents(case)) & set(str(told).split('"'))


def test_an_accepted_correction_keeps_the_household_off_until_the_registers_agree(night: Night) -> None:
    case = by_priority(night)[0]
    request_id, grounds = night.request(case), every_ground(night, case)
    night.note(request_id, case, *grounds)
    tick(night.store, night.store.settings)
    ended = decide_request(night.store, request_id=request_id, answer="granted", words="Enig.", **GIVEN)
    assert ended == (case.case_id,), "nobody had opened it: it left the list, stopped before or not"
    wrong = night.registers(case.run_id)
    right = corrected_registers(wrong, grounds)
    with night.store.reading() as connection:
        settings = night.store.settings
        assert uncorrected_addresses(connection, settings, wrong, as_of=AS_OF) == {case.address_id}
        assert uncorrected_addresses(connection, settings, right, as_of=AS_OF) == frozenset()


def test_the_officer_chooses_among_the_rows_that_the_list_knew(night: Night) -> None:
    case = by_priority(night)[0]
    request_id = night.request(case)
    opened = open_request(night.store, request_id=request_id, **GIVEN)
    rows = rows_to_choose(night.store, opened, case.case_id)
    assert {"residence", "person", "address"} <= {table for table, _ in rows.values()}
    others = [row for table, row in rows.values() if table in ("person", "benefit_grant", "benefit_payment")]
    assert {row["person_id"] for row in others} == {opened.person_id}, "of others only where they are registered"


def test_nothing_is_scored_while_the_system_is_stopped(night: Night) -> None:
    case = by_priority(night)[0]
    request_id = night.request(case)
    night.note(request_id, case, *every_ground(night, case))
    with night.store.act("system.stopped") as act:
        stop(act, role="dpo", reason="Forkert grundlag.")
    assert rescore_waiting(night.store, night.store.settings) == 0
    assert night.results(request_id)[1][0].rescored is None


def test_what_cannot_be_scored_is_said_once(night: Night) -> None:
    case = by_priority(night)[0]
    request_id = night.request(case)
    night.note(request_id, case, *every_ground(night, case))
    for draw in (night.store.settings.home / "runs" / case.run_id).glob("draw.parquet"):
        draw.write_bytes(b"altered")
    rescore_waiting(night.store, night.store.settings)
    request, [result] = night.results(request_id)
    assert result.rescored is None and "næste nats liste" in result.failed_da.casefold()
    assert request.steps[-1].step == "rescore_failed" and request.steps[-1].details["code"] == AuditLogBroken.code
    assert rescore_waiting(night.store, night.store.settings) == 0
