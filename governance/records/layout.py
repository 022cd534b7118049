"""How a record is laid out: its fields in order, and for each the statements it is made of, by key.

A key is `fact:name` (stated by the system), `municipality.name` (filled in by people), `=text` (fixed by the standard
itself) or the name of a text. Knows no content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from governance.records.facts import SystemFacts
from governance.records.record import Entry, Record, Statement
from governance.records.statements import STATEMENTS, figures
from governance.records.texts import RecordTexts


@dataclass(frozen=True)
class Slot:
    """One field of a layout."""

    code: str
    heading: str
    keys: tuple[str, ...]
    mandatory: bool = False
    longest: int | None = None
    allowed: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True)
class Layout:
    """One record: its standard, and its fields in order.

    `title_da`, `summary_da` (one sentence) and `standard_da` are for the Danish page. `language` names that of a
    standard whose own headings stay ("en", "nl"); where the headings are ours, `headings_da` has each in Danish by
    its code.
    """

    code: str
    title: str
    standard: str
    slots: tuple[Slot, ...]
    flat: bool = False
    title_da: str = field(kw_only=True)
    summary_da: str = field(kw_only=True)
    standard_da: str = field(kw_only=True)
    language: str = field(default="", kw_only=True)
    headings_da: Mapping[str, str] = field(default_factory=dict, kw_only=True)


def slot(
    code: str,
    heading: str,
    *keys: str,
    mandatory: bool = False,
    longest: int | None = None,
    allowed: tuple[str, ...] = (),
    form: str = "",
) -> Slot:
    """A field made of the statements under `keys`."""
    return Slot(code, heading, keys, mandatory, longest, allowed, form)


def build_record(layout: Layout, facts: SystemFacts, texts: RecordTexts) -> Record:
    """The record of one layout, from the facts and the texts."""
    entries = tuple(
        Entry(
            each.code, each.heading, tuple(_statement(key, layout, facts, texts) for key in each.keys),
            each.mandatory, each.longest, each.allowed, each.form, layout.headings_da.get(each.code, ""),
        )
        for each in layout.slots
    )  # fmt: skip
    return Record(
        layout.code, layout.title, layout.standard, entries, layout.flat, layout.title_da, layout.summary_da,
        layout.standard_da, layout.language,
    )  # fmt: skip


def _statement(key: str, layout: Layout, facts: SystemFacts, texts: RecordTexts) -> Statement:
    if key.startswith("fact:"):
        return STATEMENTS[key.removeprefix("fact:")](facts)
    if key.startswith("municipality."):
        return texts.answer(key.removeprefix("municipality."))
    if key.startswith("="):
        return Statement(key[1:], layout.standard, value=key[1:])
    return texts.statement(key, figures(facts))
