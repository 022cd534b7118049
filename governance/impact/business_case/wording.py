"""The Danish words of a proposal's tables, as the city's proposals print them, and its numbers as Danes write them.

Must not know which table a word or a number stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from governance.impact.business_case.case import Area, Kind, RiskClass, Total

AREA_DA: Mapping[Area, str] = {"service": "Service", "transfers": "Overførsler", "construction": "Anlæg"}
AREA_TOTAL_DA: Mapping[Area, str] = {
    "service": "Serviceudgifter",
    "transfers": "Overførsler",
    "construction": "Anlægsudgifter",
}
KIND_DA: Mapping[Kind, str] = {"effect": "Effektivisering", "running": "Drift", "investment": "Investering"}
TOTAL_DA: Mapping[Total, str] = {
    "effect": "Effektiviseringer",
    "running": "Driftsudgifter",
    "investment": "Investeringer",
    "permanent_change": "Samlet varig ændring",
    "cash_flow": "Samlet økonomisk påvirkning",
}
RISK_DA: Mapping[RiskClass, str] = {"low": "lav", "medium": "middel", "high": "høj"}
MOST_DECIMALS_SHOWN = 3


def unit_da(unit: int) -> str:
    """`1.000 kr.`, `mio. kr.` or `kr.`."""
    return {1: "kr.", 1_000_000: "mio. kr."}.get(unit, f"{danish(Decimal(unit), 0)} kr.")


def danish(amount: Decimal, decimals: int) -> str:
    """`-1234.5` → `-1.234,50` at two decimals."""
    # what rounds to nothing has no sign
    rounded = round(amount, decimals) or Decimal(0)
    return f"{rounded:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def danish_plain(amount: Decimal) -> str:
    """The amount with the decimals it needs and no more."""
    return danish(amount, _needed(amount))


def decimals_shown(amounts: Iterable[Decimal]) -> int:
    """The decimals that a table of these amounts prints: what the finest needs, at most three."""
    return max((min(_needed(each), MOST_DECIMALS_SHOWN) for each in amounts), default=0)


def payback_da(years: int | None) -> str:
    """`1 år`, `3 år` or `aldrig`."""
    return "aldrig" if years is None else f"{years} år"


def _needed(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
