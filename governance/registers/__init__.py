"""The register contract: schemas that describe and validate, and the lazy way to the files.

The public door of the package; the ten tables are declared in `tables`, their vocabulary in `schema`.
"""

from governance.registers.columns import BENEFIT_CODES, CIVIL_STATUS_CODES, CPR_STATUS_CODES
from governance.registers.loading import (
    POLARS_TYPES,
    Registers,
    load_registers,
    register_file,
    scan_register,
)
from governance.registers.schema import Column, Condition, Kind, Reference, Table
from governance.registers.tables import TABLES

__all__ = [
    "BENEFIT_CODES",
    "CIVIL_STATUS_CODES",
    "CPR_STATUS_CODES",
    "POLARS_TYPES",
    "TABLES",
    "Column",
    "Condition",
    "Kind",
    "Reference",
    "Registers",
    "Table",
    "load_registers",
    "register_file",
    "scan_register",
]
