"""The ten registers, declared once: names, types and codes here bind every municipality that exports to us.

What is not declared here is not read (data minimisation, GDPR art. 5(1)(c)). Must not know how a rule is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from governance.registers.base_registers import ADDRESS_REGISTER, PERSON_REGISTER, RELATION_REGISTER, RESIDENCE_REGISTER
from governance.registers.control_registers import (
    BENEFIT_GRANT_REGISTER,
    BENEFIT_PAYMENT_REGISTER,
    CONTROL_CASE_REGISTER,
    CONTROL_EFFECT_REGISTER,
    PROTECTED_REGISTER,
    SIGNAL_REGISTER,
)
from governance.registers.schema import Table

# A table stands after every table it refers to: the checks follow references in this order.
TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            PERSON_REGISTER,
            ADDRESS_REGISTER,
            RESIDENCE_REGISTER,
            RELATION_REGISTER,
            BENEFIT_GRANT_REGISTER,
            BENEFIT_PAYMENT_REGISTER,
            SIGNAL_REGISTER,
            CONTROL_CASE_REGISTER,
            CONTROL_EFFECT_REGISTER,
            PROTECTED_REGISTER,
        )
    }
)
