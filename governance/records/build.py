"""Every record of one system, in a fixed order."""

from __future__ import annotations

from governance.records.act_layouts import EU_DATABASE, INSTRUCTIONS, TECHNICAL_FILE
from governance.records.assessment_layouts import DPIA, FRIA, KODEKS
from governance.records.facts import SystemFacts
from governance.records.layout import Layout, build_record
from governance.records.public_layouts import ALGORITHM_REGISTER, MODEL_CARD, TRANSPARENCY_RECORD
from governance.records.record import Record
from governance.records.texts import RecordTexts

LAYOUTS: tuple[Layout, ...] = (
    MODEL_CARD, ALGORITHM_REGISTER, TRANSPARENCY_RECORD, TECHNICAL_FILE, EU_DATABASE, INSTRUCTIONS, DPIA, FRIA, KODEKS,
)  # fmt: skip


def build_records(facts: SystemFacts, texts: RecordTexts) -> tuple[Record, ...]:
    """Every record, built from the same facts."""
    return tuple(build_record(layout, facts, texts) for layout in LAYOUTS)
