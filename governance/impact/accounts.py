"""The chart of accounts and the shape of an entry: what a decision brings is booked once, from two sides.

Debit is positive, credit negative, and the lines of every entry sum to 0. What was decided stands in debit for good;
in credit stands what became of it: counted, overlapping a month that already counts, or set aside on appeal.
Must not know how amounts are worked out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

SourceKind = Literal["effect", "money", "hours", "cost"]
Cause = Literal["decided", "reversed", "recounted", "collected", "written_off", "hours", "cost", "corrected"]

PARTS = ("forward", "reclaim", "correction")
"""Payments that stop, money claimed back, and what the citizen was owed (an `increased` effect, with its sign)."""
FATES = ("counted", "overlap", "set_aside")
SHARES = ("municipal", "state")
PAID = ("collected", "written_off", "repaid", "lapsed")
"""Claims paid or given up; after a reversal the paid is repaid and the given up has lapsed."""
COSTS = ("hours", "running", "investment")
SETTLED, SPENT = "settled", "spent"

ACCOUNTS: tuple[str, ...] = (
    *(f"decided.{part}" for part in PARTS),
    *(f"{fate}.{part}.{share}" for fate, part, share in product(FATES, PARTS, SHARES)),
    *(f"{paid}.{share}" for paid, share in product(PAID, SHARES)),
    SETTLED,
    *(f"cost.{kind}" for kind in COSTS),
    SPENT,
)


@dataclass(frozen=True, order=True)
class Source:
    """What an entry rests on: an effect, a payment, the hours of a case, or a cost."""

    kind: SourceKind
    source_id: str


@dataclass(frozen=True, order=True)
class Dimensions:
    """By what an amount can be looked up; "" for what does not apply (a running cost has no case).

    `year` is the year in which it happened (a decision recorded, a payment made, a case closed, a cost borne);
    `price_level` that of the decision, of a cost its own.
    """

    case_id: str
    administration: str
    benefit: str
    channel: str
    arm: str
    cohort: str
    model_version: str
    price_level: int
    year: int


@dataclass(frozen=True)
class Standing:
    """What should stand for one source: account → whole øre, none of them 0, together 0."""

    source: Source
    dimensions: Dimensions
    lines: Mapping[str, int]


@dataclass(frozen=True)
class Position:
    """What should stand at the close of `as_of`, every source once."""

    as_of: dt.date
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger; `booked_at` is an instant in UTC as text, `lines` sum to 0."""

    seq: int
    booked_at: str
    as_of: dt.date
    cause: Cause
    source: Source
    dimensions: Dimensions
    lines: Mapping[str, int]
