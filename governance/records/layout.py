"""How a record is laid out: its fields in order, and for each the statements it is made of, by key.

A key is `fact:name` (stated by the system), `municipality.name` (filled in by people), `=text` (fixed by the standard
itself) or the name of a text. Knows no content.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """One record: its standard, and its fields in order."""

    code: str
    title: str
    standard: str
    slots: tuple[Slot, ...]
    flat: bool = False


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
            each.mandatory, each.longest, each.allowed, each.form,
        )
        for each in layout.slots
    )  # fmt: skip
    return Record(layout.code, layout.title, layout.standard, entries, layout.flat)


def _statement(key: str, layout: Layout, facts: SystemFacts, texts: RecordTexts) -> Statement:
    if key.startswith("fact:"):
        return STATEMENTS[key.removeprefix("fact:")](facts)
    if key.startswith("municipality."):
        return texts.answer(key.removeprefix("municipality."))
    if key.startswith("="):
        return Statement(key[1:], layout.standard, value=key[1:])
    return texts.statement(key, figures(facts))
