"""The rules a row can break, by stable name: what the report says and the published page explains.

The list is complete and published in `docs/registers.md`. Its order is that of the report. Must not know how a rule is
found.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TYPE = "type"
MISSING_VALUE = "missing-value"
UNKNOWN_CODE = "unknown-code"
LENGTH = "length"
OUT_OF_RANGE = "out-of-range"
NOT_FIRST_OF_MONTH = "not-first-of-month"
DATE_ORDER = "date-order"
SELF_RELATION = "self-relation"
EMPTY_TOGETHER = "empty-together"
DUPLICATE_ROW = "duplicate-row"
UNKNOWN_REFERENCE = "unknown-reference"
DUPLICATE_KEY = "duplicate-key"
VERSION_OVERLAP = "version-overlap"
REFERS_TO_QUARANTINED = "refers-to-quarantined"
REFERS_TO_UNSEEN = "refers-to-unseen"

RULES: Mapping[str, str] = MappingProxyType(
    {
        TYPE: "A CSV cell cannot be read as the type of its column.",
        MISSING_VALUE: "A column that must have a value is empty (NaN counts as empty).",
        UNKNOWN_CODE: "The value is not in the list of codes.",
        LENGTH: "The text does not have the number of characters the type demands.",
        OUT_OF_RANGE: "The number lies outside what is allowed.",
        NOT_FIRST_OF_MONTH: "A month is written as another day than its first.",
        DATE_ORDER: "Two days of the row stand in an order that cannot be.",
        SELF_RELATION: "A person is related to themselves.",
        EMPTY_TOGETHER: "Of two columns that are empty together, one has a value and the other has none.",
        DUPLICATE_ROW: "The same row stands earlier in the file; the later is faulty.",
        UNKNOWN_REFERENCE: "No row of the other register has this id, in any version.",
        DUPLICATE_KEY: "Another row has the same key. The later in the file is faulty; a row recorded after the day of "
        "the check never makes one recorded before it faulty.",
        VERSION_OVERLAP: "Two versions of one fact are known and hold on one day. The later recorded is faulty, "
        "the later in the file when equal.",
    }
)
CONSEQUENCES: Mapping[str, str] = MappingProxyType(
    {
        REFERS_TO_QUARANTINED: "Every row with this id in the other register is quarantined.",
        REFERS_TO_UNSEEN: "Every row with this id in the other register that is not quarantined was recorded after the "
        "day of the check, while this row was known by then; on that day it referred to nothing.",
    }
)
RULE_ORDER: tuple[str, ...] = (*RULES, *CONSEQUENCES)


# The rules that Great Expectations judges too.
GUARDED_RULES = frozenset({MISSING_VALUE, UNKNOWN_CODE, LENGTH, OUT_OF_RANGE})
