"""The fields of a letter with the choices that the one case gives: its adults, its recorded facts, its rules.

Must not know how a letter looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from governance.settings import Settings
from service.cases.case import load_case
from service.cases.forms import FormField
from service.cases.states import FACT_SOURCES
from service.letters.kinds import FACTS, LETTER_KINDS, RECIPIENT, RULES
from service.letters.source import LetterSource, load_source

LONGEST_LABEL = 160
Choices = tuple[tuple[str, str], ...]


def letter_fields(
    connection: sa.Connection, *, case_id: str, kind: str, settings: Settings, today: dt.date | None = None
) -> tuple[FormField, ...]:
    """The fields of a kind with the choices of this case: adults, recorded facts, rules that its benefits allow.

    Personal (the facts' words): whoever calls has a right, a purpose and an event for reading the case. `today` decides
    who is an adult; without it the day on which the case was opened does.
    """
    case = load_case(connection, case_id)
    source = load_source(connection, case, settings, today=today or case.opened_on or case.listed_on)
    return fields_of(kind, source)


def fields_of(kind: str, source: LetterSource) -> tuple[FormField, ...]:
    """The fields of a kind with the choices of a case that has been read."""
    choices: Mapping[str, Choices] = {
        RECIPIENT: tuple((str(adult.number), _adult(adult.number, adult.birth_year)) for adult in source.adults),
        FACTS: tuple((text_id, _fact(text.document)) for text_id, text in source.facts.items()),
        RULES: tuple(
            (rule.code, f"{rule.named}: {rule.text_da}") for rule in source.texts.rules_for(kind, source.benefits)
        ),
    }
    return tuple(
        replace(each, choices=choices[each.name]) if each.name in choices else each
        for each in LETTER_KINDS[kind].fields
    )


def _adult(number: int, birth_year: int | None) -> str:
    return f"Person {number} (født {birth_year})" if birth_year else f"Person {number}"


def _fact(document: Mapping[str, str]) -> str:
    text = " ".join(document["text"].split())
    shown = text if len(text) <= LONGEST_LABEL else text[:LONGEST_LABEL].rstrip() + " …"
    return f"{shown} ({FACT_SOURCES[document['source']]})"
