"""What the registers say of a case that is being worked on, renewed every night: a case goes on from today's facts.

Whoever has moved in is then in the case and must be told of it (GDPR Article 14); whoever has moved out stays in it, as
somebody who was written to or decided about. Numbers of persons and grants never change: letters and decisions refer to
them. What was proposed or decided is left as it was heard. Must not know where registers come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.as_of import AsOf, danish_day
from governance.audit.events import instant
from governance.audit.search import newest_details
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.cases.case import CaseFile, as_case, as_columns
from service.cases.listing import offices_of
from service.cases.snapshot import Snapshot, adults_of, build_snapshots
from service.cases.states import RENEWALS, WORKED_ON, State
from service.cases.tables import CASES, STEPS
from service.cases.vault import Vault, load_vault
from service.rights.holds import held_persons, on_hold

RENEWED = "worklist.renewed"
RENEWED_STEP = "renewed"
NEWCOMER, FACTS, CORRECTED = RENEWALS
"""Codes of `states.RENEWALS`."""
GONE_BY = "gone_by"
"""On a person or grant: the day by which the registers no longer had it here."""
STATES_RENEWED: frozenset[State] = WORKED_ON | {"reviewed"}
Read = Callable[[CaseFile], Snapshot | None]
Reading = Callable[[sa.Connection, Mapping[str, Snapshot]], Read]
"""The facts by address, as the registers have them, to the facts of a case."""


@dataclass(frozen=True)
class Renewal:
    """How many cases got new facts, in how many of them an adult had come, and how many stand still for a request."""

    renewed: int
    newcomers: int
    held: int


def renew_cases(
    store: Store,
    *,
    night_id: str,
    registers: Registers,
    as_of: AsOf,
    settings: Settings,
    reading: Reading | None = None,
) -> Renewal:
    """Give every case that is worked on the facts of `registers` as known at the close of `as_of`; once a night.

    One event `worklist.renewed` with counts. A case whose facts stand as they were is not touched. `reading` where the
    facts of some case are to be read otherwise than from `registers` as they are.
    """
    with store.reading() as connection:
        done = newest_details(connection, RENEWED, night_id)
        if done is not None:
            return Renewal(**{name: int(done[name]) for name in ("renewed", "newcomers", "held")})
        wanted = {each.address_id for each in _worked_on(connection)}
    fresh = build_snapshots(registers, wanted, as_of=as_of)
    with store.act(RENEWED, subject=night_id) as act:
        read = reading(act.connection, fresh) if reading else lambda case: fresh.get(case.address_id)
        renewal = _renew_all(act, read, actor=store.actor, settings=settings)
        act.add(as_of=str(as_of), **vars(renewal))
    return renewal


def _worked_on(connection: sa.Connection) -> list[CaseFile]:
    asked = sa.select(CASES).where(CASES.c.state.in_(sorted(STATES_RENEWED)), ~CASES.c.hidden, CASES.c.address_id != "")
    return [as_case(row) for row in connection.execute(asked.order_by(CASES.c.case_id)).mappings()]


def _renew_all(act: Act, read: Read, *, actor: str, settings: Settings) -> Renewal:
    vault, held = load_vault(settings), held_persons(act.connection)
    cases = _worked_on(act.connection)
    standing = vault.newest(act.connection, [each.case_id for each in cases], "snapshot")
    counted = {NEWCOMER: 0, FACTS: 0, "held": 0, "": 0}
    for case in cases:
        fresh = read(case)
        if fresh is None or case.case_id not in standing:
            continue
        if on_hold(fresh, held, settings):
            counted["held"] += 1
            continue
        counted[renew_case(act, case, standing[case.case_id], fresh, vault=vault, actor=actor)] += 1
    return Renewal(counted[NEWCOMER] + counted[FACTS], counted[NEWCOMER], counted["held"])


def renew_case(
    act: Act,
    case: CaseFile,
    standing: Mapping[str, Any],
    fresh: Snapshot,
    *,
    vault: Vault,
    actor: str,
    reason: str = "",
    **columns: Any,
) -> str:
    """Write the facts and what follows from them, unless they stand; why they were written, "" when they were not.

    `reason` where there is another than what the facts say; `columns` are further columns of the case.
    """
    merged = merged_snapshot(standing, fresh)
    if _content(merged) == _content(standing) and not columns:
        return ""
    today = danish_day(act.at)
    came = adults_of(merged, today) - adults_of(standing, today)
    why = reason or (NEWCOMER if came else FACTS)
    vault.seal_text(act, case.case_id, "snapshot", merged, actor)
    benefits = {*case.benefits, *(str(each["benefit"]) for each in merged["grants"] if GONE_BY not in each)}
    offices = {*case.offices, *(offices_of(tuple(sorted(benefits))) if benefits else ())}
    written = as_columns(benefits=benefits, offices=offices, **columns) | {"version": case.version + 1}
    act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case.case_id).values(written))
    row = {
        "case_id": case.case_id, "version": case.version + 1, "at": instant(act.at), "step": RENEWED_STEP,
        "actor": actor, "from_state": case.state, "to_state": case.state, "reason": why, "details": "{}",
    }  # fmt: skip
    act.connection.execute(sa.insert(STEPS), row)
    return why


def merged_snapshot(standing: Mapping[str, Any], fresh: Snapshot) -> Snapshot:
    """What the registers say now, under the numbers that persons and grants have had in the case.

    Who and what is gone stays, marked with `gone_by`; who comes back is no longer marked.
    """
    day = str(fresh["as_of"])
    residents = _numbered(standing["residents"], fresh["residents"], "person_id", "person", day)
    number_of = {each["person_id"]: each["person"] for each in residents}
    persons = {each["person"]: number_of[each["person_id"]] for each in fresh["residents"]}
    grants = [each | {"person": persons[each["person"]]} for each in fresh["grants"]]
    # of earlier controls nothing is added: by now the registers hold this very case
    return fresh | {
        "cases": standing["cases"],
        "residents": residents,
        "grants": _numbered(standing["grants"], grants, "grant_id", "grant", day),
    }


def _numbered(
    standing: list[Snapshot], fresh: list[Snapshot], key: str, number: str, day: str
) -> list[Snapshot]:  # fmt: skip
    known = {each[key]: int(each[number]) for each in standing}
    highest = max(known.values(), default=0)
    here = {each[key] for each in fresh}
    new = [each[key] for each in fresh if each[key] not in known]
    numbers = known | {named: highest + place for place, named in enumerate(new, start=1)}
    gone = [each if GONE_BY in each else each | {GONE_BY: day} for each in standing if each[key] not in here]
    return sorted([*(each | {number: numbers[each[key]]} for each in fresh), *gone], key=lambda each: int(each[number]))


def _content(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    """What can differ; the day alone makes no new facts."""
    return {name: value for name, value in snapshot.items() if name != "as_of"}
