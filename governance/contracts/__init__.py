"""The check of registers against their contract: nothing reaches a feature without having passed here.

The public door of the package.
"""

from governance.contracts.check import check_registers, checked_registers, sound_registers
from governance.contracts.page import render_schema_page
from governance.contracts.report import ContractReport, TableCount, TableFault, require_acceptable
from governance.contracts.rules import CONSEQUENCES, RULES

__all__ = [
    "CONSEQUENCES",
    "RULES",
    "ContractReport",
    "TableCount",
    "TableFault",
    "check_registers",
    "checked_registers",
    "render_schema_page",
    "require_acceptable",
    "sound_registers",
]
