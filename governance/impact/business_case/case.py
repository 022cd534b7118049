"""What a proposal declares, as it stands in its file: figures in the file's unit, costs positive, effects negative.

Must not know how it was written, what it adds up to, or whether what it states is right.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["effect", "running", "investment"]
Area = Literal["service", "transfers", "construction"]
RiskClass = Literal["low", "medium", "high"]
Total = Literal["effect", "running", "investment", "permanent_change", "cash_flow"]
Amounts = tuple[Decimal, ...]
KINDS: tuple[Kind, ...] = ("effect", "running", "investment")
AREAS: tuple[Area, ...] = ("service", "transfers", "construction")
RISK_CLASSES: tuple[RiskClass, ...] = ("low", "medium", "high")
TOTALS: tuple[Total, ...] = (*KINDS, "permanent_change", "cash_flow")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the proposal: an amount for each of its years; `assumption` says what of it is assumed."""

    name: str
    kind: Kind
    area: Area
    committee: str
    amounts: Amounts
    benefit: str = ""
    assumption: str = ""


@dataclass(frozen=True, kw_only=True)
class Risk:
    """How likely it is that the proposal does not hold, and why."""

    level: RiskClass
    text: str


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion of success: what, how it is measured, who answers for it and when; some can be worked out.

    `measure` names a measured figure (`follow_up.Measured.code`), "" when a person must judge; it is met at `target`
    or more, or at `target` or less where `at_most`.
    """

    what: str
    how_measured: str
    who: str
    when: dt.date
    measure: str = ""
    target: Decimal | None = None
    at_most: bool = False


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Below which share of the expected effect the proposal is renegotiated; `benefit` "" is the whole committee."""

    committee: str
    below: Decimal
    benefit: str = ""


@dataclass(frozen=True, kw_only=True)
class Share:
    """One row of a stated distribution; `key` in per cent; `place` is its number in the file, from 1."""

    place: int
    kind: Kind
    committee: str
    key: Decimal | None
    amounts: Amounts | None


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What the proposal prints of itself; `payback` is None where it prints none, "never" or a number of years."""

    totals: dict[Total, Amounts] = field(default_factory=dict)
    payback: Decimal | Literal["never"] | None = None
    distribution: tuple[Share, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BusinessCase:
    """One proposal; `unit` is what one of its figures is worth in kr., `price_level` the year of its prices."""

    title: str
    unit: int
    price_level: int
    years: tuple[int, ...]
    items: tuple[Item, ...]
    stated: Stated = Stated()
    risk: Risk | None = None
    criteria: tuple[Criterion, ...] = ()
    limits: tuple[Limit, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def committees(self) -> tuple[str, ...]:
        """Every committee of an item, in the order of the file."""
        return tuple(dict.fromkeys(item.committee for item in self.items))
