"""The one door to the register `protected`: who is of which sex, citizenship and origin, and who has a pension.

Only the proxy screen and the fairness figures may come through here, under a legal basis of their own (GDPR
art. 9(2)(g), AI Act art. 10(5)); no feature, score, list, page or log does. Must not know what the figures are for.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from governance.as_of import AsOf
from governance.errors import GateClosed
from governance.legal_bases import LegalBasis, Phase, protected_columns
from governance.registers import TABLES, Registers

REGISTER = "protected"
BY_LAW = ("sex", "citizenship", "origin", "disability_pension")
"""Grounds on which the law forbids unequal treatment (etniske ligebehandlingslov, ligestillingsloven, GDPR art. 9)."""


def load_protected(
    registers: Registers, *, as_of: AsOf, bases: Sequence[LegalBasis], phase: Phase = "operation"
) -> pl.DataFrame | None:
    """One row a person: `person_id` and the attributes `BY_LAW` as words (str); None when the register is empty.

    None means *not measured*, which no gate takes for a pass. Raises `GateClosed` when no legal basis on the day covers
    every column of the register for the phase.
    """
    _require_basis(as_of=as_of, bases=bases, phase=phase)
    words = pl.when("disability_pension").then(pl.lit("yes")).otherwise(pl.lit("no"))
    rows = registers.table(REGISTER).with_columns(disability_pension=words).select("person_id", *BY_LAW).collect()
    return None if rows.is_empty() else rows


def protected_if_lawful(registers: Registers, *, as_of: AsOf, bases: Sequence[LegalBasis]) -> pl.DataFrame | None:
    """The same for what is measured when it may be: without a basis for operation fairness is *not measured* (None)."""
    try:
        return load_protected(registers, as_of=as_of, bases=bases)
    except GateClosed:
        return None


def _require_basis(*, as_of: AsOf, bases: Sequence[LegalBasis], phase: Phase) -> None:
    columns = [f"{REGISTER}.{column.name}" for column in TABLES[REGISTER].columns]
    standing = protected_columns(bases, on=as_of.day, phase=phase)
    missing = [column for column in columns if column not in standing]
    if missing:
        raise GateClosed(
            f"No legal basis for {phase} stands on {as_of} for the attributes of the fairness figures.",
            item=", ".join(missing),
            remedy="Record a basis that covers protected.* (fairness_monitoring); until then fairness is not measured.",
        )
