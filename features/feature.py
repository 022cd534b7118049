"""The `@feature` decorator and the catalogue it fills.

One declaration, from which matrix column, reason, page and card follow.

A feature is one Narwhals expression on one view of the world as known at a day; it knows nothing of an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import narwhals as nw

from governance.money import as_danish_number

Family = Literal["address", "household", "payments", "history", "signals", "consistency"]
Aggregate = Literal["sum", "max", "min", "value"]
FAMILIES: tuple[Family, ...] = ("address", "household", "payments", "history", "signals", "consistency")
UNITS_DA: Mapping[str, str] = {"days": "dage", "kr": "kr.", "m2": "m²"}


@dataclass(frozen=True)
class Feature:
    """One input of the model.

    `view` names the rows it is computed from (`unit` = from other features), `aggregate` how a unit's rows become one
    number; `direction` is the monotone direction of the hit probability that law or sense gives (+1, -1 or 0 = none).
    `absent` is the value of a unit without rows; None = unknown (null). `reads` names the columns of the view that the
    expression looks at, `sources` the features that it is computed from: from them follows which register columns stand
    behind it (`features.lineage`), and so whether it may be computed at all.
    """

    name: str
    text: str
    family: Family
    view: str
    aggregate: Aggregate
    unit: str
    legal_basis: str
    registers: tuple[str, ...]
    direction: Literal[-1, 0, 1]
    fact_da: str
    absence_da: str
    expression: Callable[[], nw.Expr]
    absent: float | None
    sources: tuple[str, ...]
    reads: tuple[str, ...]

    def sentence_da(self, value: float | None) -> str:
        """The fact as a plain Danish sentence; a missing value has its own, so has zero unless a minimum."""
        if value is None or value != value:  # noqa: PLR0124  NaN is the only value unequal to itself
            return self.absence_da
        # nothing at all is absence, but a fact of today (0 days ago) is there
        if value == 0 and self.aggregate != "min":
            return self.absence_da
        return self.fact_da.format(value=_as_danish(value))


def _as_danish(value: float) -> str:
    whole = float(value).is_integer() or abs(value) >= 100
    return as_danish_number(value, 0 if whole else 1)


CATALOGUE: dict[str, Feature] = {}


def feature(
    *,
    text: str,
    view: str,
    unit: str,
    fact_da: str,
    absence_da: str,
    registers: tuple[str, ...],
    family: Family,
    aggregate: Aggregate = "sum",
    legal_basis: str = "retssikkerhedsloven_11a",
    direction: Literal[-1, 0, 1] = 0,
    sources: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
) -> Callable[[Callable[[], nw.Expr]], Callable[[], nw.Expr]]:
    """Declare a feature; the function's name is the feature's name, its body the row-level expression."""

    def register(expression: Callable[[], nw.Expr]) -> Callable[[], nw.Expr]:
        name = expression.__name__
        if name in CATALOGUE:
            raise ValueError(f"feature {name} is declared twice")
        absent = 0.0 if aggregate == "sum" or unit == "yes/no" else None
        CATALOGUE[name] = Feature(
            name, text, family, view, aggregate, unit, legal_basis, registers, direction,
            fact_da, absence_da, expression, absent, sources, reads,
        )  # fmt: skip
        return expression

    return register
