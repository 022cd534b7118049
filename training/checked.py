"""Registers that may be used: checked against their contract, without the rows it set aside, behind an engine.

Must not know what they are used for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from features.engines import Engine, PolarsEngine
from governance.as_of import AsOf
from governance.contracts import ContractReport, check_registers, require_acceptable, sound_registers
from governance.registers import Registers
from governance.settings import Settings

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
    return Checked(registers, PolarsEngine(registers), contract)


def load_checked(directory: Path, *, as_of: AsOf, settings: Settings, report: Report) -> tuple[Registers, Engine]:
    """The registers that passed their contract, and the embedded engine over them; `DataContractError` otherwise."""
    checked = load_reported(directory, as_of=as_of, settings=settings, report=report)
    return checked.registers, checked.engine
