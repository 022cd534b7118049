"""Registers that may be used: checked against their contract, without the rows it set aside, behind an engine.

Must not know what they are used for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.engines import Engine, PolarsEngine
from governance.as_of import AsOf
from governance.contracts import ContractReport, check_registers, require_acceptable, sound_registers
from governance.errors import DataContractError
from governance.registers import Registers
from governance.settings import Settings

MOST_PAYMENT_ORE = 10**14
"""A trillion kroner; 90,000 payments of it still sum to whole øre (int64)."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """Registers that passed their contract, the embedded engine over them, and the report of the check."""

    registers: Registers
    engine: Engine
    contract: ContractReport


def load_reported(directory: Path, *, as_of: AsOf, settings: Settings, report: Report) -> Checked:
    """The registers with the report of their check; `DataContractError` when they break the contract."""
    report("checking the registers")
    contract = check_registers(directory, as_of=as_of, settings=settings)
    require_acceptable(contract)
    registers = sound_registers(directory, contract)
    require_summable(registers)
    return Checked(registers, PolarsEngine(registers), contract)


def load_checked(directory: Path, *, as_of: AsOf, settings: Settings, report: Report) -> tuple[Registers, Engine]:
    """The registers that passed their contract, and the embedded engine over them; `DataContractError` otherwise."""
    checked = load_reported(directory, as_of=as_of, settings=settings, report=report)
    return checked.registers, checked.engine


def require_summable(registers: Registers) -> None:
    """Refuse payments that no benefit makes: their sums would leave whole øre (int64) and turn negative unseen."""
    beyond = registers.table("benefit_payment").filter(pl.col("amount_ore") > MOST_PAYMENT_ORE)
    number = beyond.select(pl.len()).collect().item()
    if number:
        raise DataContractError(
            f"{number} payments are larger than {MOST_PAYMENT_ORE} øre: no benefit is that large.",
            item="benefit_payment.amount_ore",
            remedy="Export the register anew, with amounts in whole øre.",
        )
