"""The state of one independently simulated part of the town, and the register rows written about it so far.

State arrays hold what the registers *know* (not what is so), because the planted truth is a function of what can be
known.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthetic_data.columns import Bools, Columns, FactTable, Ints


def _people() -> Columns:
    return Columns(
        birth=int, sex=int, origin=int, citizenship=int, disability=bool, civil=int, status=int, protected=bool,
        address=int, previous_address=int, moved_on=int, moved_in_month=int, channel=int, care_of=bool, late_days=int,
        partner=int, spouse=int, parent1=int, parent2=int, touched=int,
        person_row=int, residence_row=int, closed_row=int, spouse_row=int,
    )  # fmt: skip


def _dwellings() -> Columns:
    return Columns(
        district=int, road=int, house=int, floor=int, door=int, use=int, area=int, rooms=int, tenure=int,
        row=int, open_case=bool, cool_until=int, last_hit=int, last_control=int,
    )  # fmt: skip


def _grants() -> Columns:
    return Columns(
        person=int, benefit=int, basis=int, children=int, start=int, end=int, row=int, live=bool,
        factor=float, gap_share=float, frozen_until=int, touched=int, paid_months=int, amount=int,
    )  # fmt: skip


def _cases() -> Columns:
    return Columns(
        address=int, opened=int, month=int, channel=int, probability=float, caseworker=int, hours=float,
        closed=int, close_month=int, outcome=int, hit_probability=float, theme=int, planned_hours=float,
    )  # fmt: skip


@dataclass(kw_only=True)
class Block:
    """One block: `people`, `dwellings`, `grants` are state by row number; the rest are register rows."""

    number: int
    persons: int  # that the block is kept at
    rng: np.random.Generator
    people: Columns = field(default_factory=_people)
    dwellings: Columns = field(default_factory=_dwellings)
    grants: Columns = field(default_factory=_grants)
    cases: Columns = field(default_factory=_cases)
    case_grants: Columns = field(default_factory=lambda: Columns(case=int, grant=int))
    signals: Columns = field(default_factory=lambda: Columns(address=int, person=int, kind=int, recorded=int))
    payments: Columns = field(default_factory=lambda: Columns(grant=int, month=int, amount=int, recorded=int))
    effects: Columns = field(
        default_factory=lambda: Columns(
            case=int, grant=int, effect=int, monthly_change=int, effective=int, reclaim=int, recorded=int, reversed=int
        )
    )
    person_facts: FactTable = field(
        default_factory=lambda: FactTable(person=int, civil=int, status=int, protected=bool)
    )
    residence_facts: FactTable = field(
        default_factory=lambda: FactTable(person=int, address=int, channel=int, care_of=bool)
    )
    relation_facts: FactTable = field(default_factory=lambda: FactTable(person=int, related=int, kind=int))
    address_facts: FactTable = field(
        default_factory=lambda: FactTable(address=int, use=int, area=int, rooms=int, tenure=int)
    )
    grant_facts: FactTable = field(default_factory=lambda: FactTable(grant=int, basis=int, children=int))

    def ages(self, day: int) -> Ints:
        """Whole years of age of every person at `day`."""
        return ((day - self.people["birth"]) / 365.25).astype(np.int64)

    def residents(self) -> Ints:
        """Row numbers of the persons registered in the block."""
        return np.flatnonzero(self.people["address"] >= 0)

    def occupants(self) -> Ints:
        """Registered persons per dwelling."""
        address = self.people["address"]
        return np.bincount(address[address >= 0], minlength=self.dwellings.size)

    def are_together(self, people: Ints, others: Ints) -> Bools:
        """Whether each pair (`others` may be -1) is registered at one address."""
        address = self.people["address"]
        return np.asarray((others >= 0) & (address[people] >= 0) & (address[others] == address[people]))
