"""The letters that went to one person, of all that were made in their cases.

A letter to another adult of the household is not theirs to have (GDPR Article 15(4)) and does not leave here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from governance.settings import Settings
from service.cases.case import CaseFile
from service.letters.making import Letter


@dataclass(frozen=True)
class SentLetter:
    """A letter to the person; `pdf` is empty when its exact copy has been deleted."""

    letter: Letter
    pdf: bytes = field(repr=False)


def letters_sent_to(
    connection: sa.Connection, settings: Settings, cases: Sequence[CaseFile], person_id: str
) -> tuple[SentLetter, ...]:
    """The letters of the cases that are addressed to the person, oldest first."""
    return ()
