"""An accepted correction reaches the cases it is about: facts, reasons, and no list while the register says otherwise.

Registers are corrected by whoever keeps them; until they are, the correction is laid over what is delivered wherever a
case's facts are read, and no list brings the household. Must not know pages or scores.

Source: GDPR Articles 5(1)(d), 16 and 18.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import AsOf
from governance.errors import DataContractError
from governance.explained.tables import RUNS
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.case import CaseFile, as_case, load_case
from service.cases.renewing import CORRECTED, Read, renew_case
from service.cases.snapshot import Snapshot, build_snapshots
from service.cases.states import OPEN
from service.cases.tables import CASES
from service.cases.vault import load_vault
from service.kept_registers import load_kept
from service.rescoring import NOT_CANDIDATE
from service.rights.requests import Request, handling, list_requests, load_request, record_step
from service.rights.rescored import Noted, load_noted, load_results
from service.rights.row_corrections import RowCorrection, corrected_registers, still_wrong

ACCEPTED = ("granted", "partly_granted")


def apply_corrections(store: Store, *, caller: Caller, request_id: str) -> None:
    """Give each opened case of the request the corrected facts and the reasons that the new score has."""
    with store.reading() as connection:
        request = load_request(connection, request_id)
        noted = load_noted(connection, store.settings, request)
        kept = _newest_registers(connection, store.settings)
        asked = sa.select(CASES).where(CASES.c.case_id.in_(noted.rows), CASES.c.state.in_(OPEN), ~CASES.c.hidden)
        cases = [as_case(row) for row in connection.execute(asked.order_by(CASES.c.case_id)).mappings()]
    if kept is not None:
        for case in cases:
            _apply(store, caller, request, case, noted, *kept)


def _newest_registers(connection: sa.Connection, settings: Settings) -> tuple[Registers, AsOf] | None:
    """The registers that were kept last with a run, and its day; None when none are kept any more."""
    newest = connection.execute(sa.select(RUNS.c.grounds).order_by(RUNS.c.at.desc()).limit(1)).scalar()
    grounds: Mapping[str, Any] = json.loads(newest) if newest else {}
    if not grounds:
        return None
    try:
        return load_kept(str(grounds["kept_registers"]), home=settings.home), AsOf.parse(str(grounds["as_of"]))
    except DataContractError:
        return None


def _apply(
    store: Store, caller: Caller, request: Request, case: CaseFile, noted: Noted, registers: Registers, as_of: AsOf
) -> None:
    rows, vault = noted.of(case.case_id), load_vault(store.settings)
    fresh = build_snapshots(corrected_registers(registers, rows), [case.address_id], as_of=as_of).get(case.address_id)
    if fresh is None:
        return
    with handling(store, caller=caller, request_id=request.request_id, step="applied") as act:
        now = load_case(act.connection, case.case_id)
        standing = vault.newest(act.connection, [case.case_id], "snapshot")[case.case_id]
        columns = _new_reasons(act.connection, store.settings, request, now)
        renew_case(act, now, standing, fresh, vault=vault, actor=caller.user_id, reason=CORRECTED, **columns)
        record_step(
            act, load_request(act.connection, request.request_id), step="applied", actor=caller, store=store,
            case_id=case.case_id,
        )  # fmt: skip
        act.add(case=case.case_id)


def _new_reasons(
    connection: sa.Connection, settings: Settings, request: Request, case: CaseFile
) -> dict[str, tuple[str, ...]]:
    """The reasons of the newest score with the correction; those that stand where it could not be scored."""
    scored = [
        each.rescored.after
        for each in load_results(connection, settings, request)
        if each.case_id == case.case_id and each.rescored is not None
    ]
    if not scored:
        return {"reasons_for": case.reasons_for, "reasons_against": case.reasons_against}
    if scored[-1].standing == NOT_CANDIDATE:
        return {"reasons_for": (), "reasons_against": ()}
    return {"reasons_for": scored[-1].speaks_for, "reasons_against": scored[-1].speaks_against}


def accepted_corrections(
    connection: sa.Connection, settings: Settings
) -> Mapping[str, tuple[RowCorrection, ...]]:  # fmt: skip
    """case_id → the rows that accepted rectifications correct; personal, for machinery that has an event of its own."""
    found: dict[str, tuple[RowCorrection, ...]] = {}
    for request in list_requests(connection):
        if request.kind == "rectification" and request.answer is not None and request.answer.step in ACCEPTED:
            noted = load_noted(connection, settings, request)
            for case_id in noted.rows:
                found[case_id] = (*found.get(case_id, ()), *noted.of(case_id))
    return found


def corrected_reader(
    connection: sa.Connection, settings: Settings, registers: Registers, *, as_of: AsOf, fresh: Mapping[str, Snapshot]
) -> Read:
    """Reads the facts of a case: `fresh` by address, with what was accepted for that case laid over it."""
    accepted = accepted_corrections(connection, settings)

    def read(case: CaseFile) -> Snapshot | None:
        rows = accepted.get(case.case_id)
        if not rows:
            return fresh.get(case.address_id)
        return build_snapshots(corrected_registers(registers, rows), [case.address_id], as_of=as_of).get(
            case.address_id
        )

    return read


def uncorrected_addresses(
    connection: sa.Connection, settings: Settings, registers: Registers, *, as_of: AsOf
) -> frozenset[str]:
    """Where the registers still say what was accepted as wrong: no list brings the household until they do not."""
    accepted = accepted_corrections(connection, settings)
    home = {row.case_id: row.address_id for row in connection.execute(sa.select(CASES.c.case_id, CASES.c.address_id))}
    return frozenset(
        address
        for case_id, rows in accepted.items()
        for row in rows
        if still_wrong(registers, row, as_of=as_of)
        for address in _addresses(home.get(case_id, ""), row)
    )


def _addresses(home: str, row: RowCorrection) -> Iterator[str]:
    yield from {home, str(row.row.get("address_id") or home)} - {""}
