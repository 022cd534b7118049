"""Monthly rates and state refunds, read from the catalogue rows that the caller passes in.

Knows the shape of a catalogue row and nothing of who gets a benefit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from synthetic_data.calendar import day_number
from synthetic_data.codes import BASES, BENEFITS
from synthetic_data.columns import Floats, Ints

ADMINISTRATIONS = ("BIF", "BUF", "KFF", "STATE")
HORIZON_MONTHS = 12
_REFUND_WEEKS = (4, 26, 52)
_REFUND_SHARES = np.array([0.80, 0.40, 0.30, 0.20])
_ANY = "any"


@dataclass(frozen=True, kw_only=True)
class Prices:
    """`rates_ore[month, benefit, basis]`, and by benefit the administration, the refund and if it is paid here."""

    rates_ore: Ints
    administration: Ints
    refund: tuple[str, ...]
    offered: tuple[bool, ...]

    def municipal_share(self, benefit: Ints, days_on_benefit: Ints) -> Floats:
        """What the municipality keeps of a saving, in 0 … 1, after the state's refund."""
        weeks = days_on_benefit // 7 + 1
        step = 1.0 - _REFUND_SHARES[np.searchsorted(_REFUND_WEEKS, weeks)]
        fixed = {"none": 1.0, "half": 0.5, "state": 0.0}
        by_benefit = np.array([fixed.get(kind, np.nan) for kind in self.refund])[benefit]
        return np.where(np.isnan(by_benefit), step, by_benefit)


def build_prices(catalogue: Sequence[Mapping[str, object]], *, months: Ints) -> Prices:
    """Rates at each month start. A benefit that the catalogue lacks is not paid in this town."""
    rows = {str(row["code"]): row for row in catalogue}
    rates = np.zeros((len(months), len(BENEFITS), len(BASES)), dtype=np.int64)
    for number, code in enumerate(BENEFITS):
        if code in rows:
            rates[:, number, :] = _rates(cast(Sequence[Mapping[str, Any]], rows[code]["rates"]), months)
    return Prices(
        rates_ore=rates,
        administration=np.array([_administration(rows.get(code)) for code in BENEFITS]),
        refund=tuple(str(rows[code]["refund"]) if code in rows else "state" for code in BENEFITS),
        offered=tuple(code in rows for code in BENEFITS),
    )


def _administration(row: Mapping[str, object] | None) -> int:
    return ADMINISTRATIONS.index(str(row["administration"])) if row else ADMINISTRATIONS.index("STATE")


def _rates(rates: Sequence[Mapping[str, Any]], months: Ints) -> Ints:
    table = np.zeros((len(months), len(BASES)), dtype=np.int64)
    for number, basis in enumerate(BASES):
        steps = _steps(rates, basis) or _steps(rates, _ANY) or _steps(rates, None)
        days = np.array([day for day, _ in steps])
        ore = np.array([amount for _, amount in steps])
        table[:, number] = ore[np.maximum(np.searchsorted(days, months, side="right") - 1, 0)]
    return table


def _steps(rates: Sequence[Mapping[str, Any]], basis: str | None) -> list[tuple[int, int]]:
    chosen = [rate for rate in rates if basis is None or rate["basis"] == basis]
    return sorted((day_number(dt.date.fromisoformat(str(rate["from"]))), int(rate["ore"])) for rate in chosen)
