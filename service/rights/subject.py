"""Everything that this system holds about one person, found from the person: runs, listed decisions, cases, own rows.

Where somebody lived decides which household decisions were about them: by the registers that the run itself kept, or
by the oldest newer ones when those of the run are no longer kept. A case counts when the person was registered at its
address while it stood, or when an effect of it is theirs. A lead counts when it came while the person was registered at
the address, or belongs to such a case, unless it tells of another person. Must not know how it is told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.errors import DataContractError, NotNow
from governance.explained.tables import DECISIONS, RUNS
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.settings import Settings
from service.cases.case import CaseFile, as_case
from service.cases.leads import Lead, leads_at, leads_of_case
from service.cases.snapshot import persons_of
from service.cases.tables import CASES, EFFECTS
from service.cases.vault import load_vault
from service.decisions import PURPOSE as DECISIONS_PURPOSE
from service.decisions import case_pseudonym
from service.rights.kept_rows import Home, KeptRows, KnownRows

SNAPSHOT = "snapshot"


@dataclass(frozen=True)
class RunSeen:
    """A run whose registers held the person; `known` is None when its registers are no longer kept."""

    run_id: str
    as_of: dt.date
    model_version: str
    every_candidate: bool
    known: KnownRows | None


@dataclass(frozen=True)
class PersonalDecision:
    """A listed decision about the person's household. `document` holds features, score, explanation; {} when only
    its hashes were kept; `listed` is how many places the list had."""

    run_id: str
    as_of: dt.date
    place: int
    listed: int
    model_version: str
    case: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """One person in this system; `cases` also those that are hidden from everybody at work."""

    person_id: str
    runs: tuple[RunSeen, ...]
    decisions: tuple[PersonalDecision, ...]
    cases: tuple[CaseFile, ...]
    leads: tuple[Lead, ...]

    @property
    def names_in_log(self) -> frozenset[str]:
        """Our ids and pseudonyms by which events tell of the person's household."""
        return frozenset({each.case for each in self.decisions} | _names(self.cases))

    @property
    def protected(self) -> bool:
        """Whether the newest registers say that name and address are protected."""
        newest = [each.known for each in self.runs if each.known and each.known.tables["person"]]
        return bool(newest) and bool(newest[-1].tables["person"][-1]["address_protected"])


def _names(cases: Sequence[CaseFile]) -> set[str]:
    return {each.case_id for each in cases} | {each.pseudonym for each in cases if each.pseudonym}


def load_subject(connection: sa.Connection, settings: Settings, person_id: str) -> Subject:
    """The person's part of every run and every case. `AuditLogBroken` when kept registers were altered."""
    kept = KeptRows(settings.home, person_id)
    runs = [_run_seen(row, kept) for row in connection.execute(sa.select(RUNS).order_by(RUNS.c.at, RUNS.c.run_id))]
    homes = _homes_by_run(runs)
    pseudonyms = load_pseudonyms(settings.home, purpose=DECISIONS_PURPOSE)
    decisions = [
        found
        for run in runs
        for home in homes[run.run_id]
        if home.holds(run.as_of)
        for found in _decisions(connection, run, home.address_id, pseudonyms)
    ]
    known = [each for each in runs if each.known is None or any(each.known.tables.values())]
    lived = {home for every in homes.values() for home in every}
    cases = _cases(connection, settings, person_id, lived)
    leads = _leads(connection, settings, person_id, cases, lived)
    return Subject(person_id, tuple(known), tuple(decisions), cases, leads)


def _run_seen(row: sa.Row[Any], kept: KeptRows) -> RunSeen:
    grounds = json.loads(row.grounds)
    day = dt.date.fromisoformat(grounds["as_of"])
    try:
        known = kept.known(str(grounds["kept_registers"]), day)
    except DataContractError:
        known = None
    return RunSeen(row.run_id, day, str(grounds["model_version"]), bool(grounds["every_candidate"]), known)


def _homes_by_run(runs: Sequence[RunSeen]) -> dict[str, tuple[Home, ...]]:
    """Each run's own knowledge, else that of the next run that still has some, else of the last."""
    newer: tuple[Home, ...] = next((run.known.homes for run in reversed(runs) if run.known), ())
    homes: dict[str, tuple[Home, ...]] = {}
    for run in reversed(runs):
        newer = run.known.homes if run.known else newer
        homes[run.run_id] = newer
    return homes


def _decisions(
    connection: sa.Connection, run: RunSeen, address_id: str, pseudonyms: Pseudonyms
) -> list[PersonalDecision]:
    case = case_pseudonym(pseudonyms, run.run_id, address_id)
    asked = sa.select(DECISIONS).where(DECISIONS.c.run_id == run.run_id, DECISIONS.c.case == case)
    size = sa.select(sa.func.count()).where(DECISIONS.c.run_id == run.run_id)
    return [
        PersonalDecision(
            run.run_id, run.as_of, row.place, int(connection.execute(size).scalar_one()), run.model_version, case,
            json.loads(row.document) if row.document else {},
        )
        for row in connection.execute(asked)
    ]  # fmt: skip


def _cases(connection: sa.Connection, settings: Settings, person_id: str, homes: set[Home]) -> tuple[CaseFile, ...]:
    """Also those whose own snapshot names the person: of a list without a model no registers are kept."""
    theirs = set(connection.execute(sa.select(EFFECTS.c.case_id).where(EFFECTS.c.person_id == person_id)).scalars())
    asked = sa.select(CASES).order_by(CASES.c.listed_on, CASES.c.case_id)
    found = [as_case(row) for row in connection.execute(asked).mappings()]
    return tuple(
        each
        for each in found
        if each.case_id in theirs or _lived_there(each, homes) or _named_in(connection, settings, each, person_id)
    )


def _named_in(connection: sa.Connection, settings: Settings, case: CaseFile, person_id: str) -> bool:
    return any(person_id in persons_of(each).values() for each in read_snapshots(connection, settings, case.case_id))


def read_snapshots(connection: sa.Connection, settings: Settings, case_id: str) -> list[dict[str, Any]]:
    """What the registers said of the household, snapshot by snapshot; none when the words have been deleted."""
    try:
        return [dict(each.document) for each in load_vault(settings).read_texts(connection, case_id, (SNAPSHOT,))]
    except NotNow:
        return []


def _lived_there(case: CaseFile, homes: set[Home]) -> bool:
    """Registered at the address on some day on which the case stood, or on the day of the list that brought it."""
    until = case.closed_on or dt.date.max
    return any(
        home.address_id == case.address_id
        and (home.holds(case.as_of) or (home.valid_from <= until and _after(home.valid_to, case.listed_on)))
        for home in homes
    )


def _leads(
    connection: sa.Connection, settings: Settings, person_id: str, cases: Sequence[CaseFile], homes: set[Home]
) -> tuple[Lead, ...]:
    of_cases = {each.signal_id for case in cases for each in leads_of_case(connection, case, settings=settings)}
    addresses = ({home.address_id for home in homes} | {case.address_id for case in cases}) - {""}
    return tuple(
        each
        for each in leads_at(connection, addresses, settings=settings)
        if each.person_id == person_id
        or (each.person_id is None and (each.signal_id in of_cases or _at_home(each, homes)))
    )


def _at_home(lead: Lead, homes: set[Home]) -> bool:
    return any(home.address_id == lead.address_id and home.holds(lead.recorded_on) for home in homes)


def _after(day: dt.date | None, other: dt.date) -> bool:
    return day is None or day > other
