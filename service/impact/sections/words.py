"""The Danish names and the small pieces that several sections share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from governance.benefits import load_catalogue
from service.impact.report_model import HIDDEN, SMALLEST_CELL, Cell, Column, Section

OFFICES_DA: Mapping[str, str] = {
    "BIF": "Beskæftigelse (BIF)",
    "BUF": "Børn og unge (BUF)",
    "KFF": "Kultur og fritid (KFF)",
    "STATE": "Staten (Udbetaling Danmark)",
}
CHANNELS_DA: Mapping[str, str] = {
    "model": "Listen",
    "random": "Lodtrækning",
    "rule_list": "De gamle regler",
    "own_lead": "Egen undren",
    "tip": "Henvendelse",
    "data_unit": "Dataenheden",
}
MONTHS_DA = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
    "december",
)  # fmt: skip
NO_REGISTERS = "Der var ingen registre at gøre op efter, da rapporten blev lavet."
TEXT, MARK, NOTE = Column(code="text", text_da="", unit="text"), "mark", "note"


def day_da(day: dt.date) -> str:
    """`2024-06-30` → `30. juni 2024`."""
    return f"{day.day}. {MONTHS_DA[day.month - 1]} {day.year}"


def quarter_da(cohort: str) -> str:
    """`2024-Q3` → `2024K3`."""
    return cohort.replace("-Q", "K")


def benefit_da(code: str) -> str:
    """The name of a benefit; a dash for none."""
    known = load_catalogue().benefits.get(code)
    return known.name_da if known else code or "–"


def empty_section(code: str, title_da: str, why_da: str) -> Section:
    """A section with nothing to show, which says why."""
    return Section(code=code, title_da=title_da, intro_da=why_da)


def whole(amount: float | None) -> int | None:
    """An estimate in whole øre."""
    return None if amount is None else round(amount)


def shown(value: Cell, cases: int) -> Cell:
    """The value, unless it rests on 1 to 9 cases."""
    return HIDDEN if 0 < cases < SMALLEST_CELL else value


def text_column(code: str, text_da: str) -> Column:
    """A column of words."""
    return Column(code=code, text_da=text_da, unit="text")
