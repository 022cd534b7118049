"""What moves a case on the list, in sentences without a figure of the score: the same words for every case.

Must not say a number: a random case could be told from the rest by it.
"""

from __future__ import annotations

import json

import sqlalchemy as sa

from governance.explained.tables import DECISIONS
from service.cases.case import CaseFile

SENTENCES_A_SIDE = 2
UP_DA = "Uden denne oplysning ville der være mindre grund til at se på sagen: {what}."
DOWN_DA = "Uden denne oplysning ville der være mere grund til at se på sagen: {what}."


def weighs(connection: sa.Connection, case: CaseFile) -> tuple[str, ...]:
    """Which facts pull the case up and down most, as the kept decision of its run says; empty when none was kept."""
    asked = sa.select(DECISIONS.c.document).where(DECISIONS.c.run_id == case.run_id, DECISIONS.c.case == case.pseudonym)
    document = connection.execute(asked).scalar_one_or_none()
    if not document:
        return ()
    told = json.loads(document)["explanation"]
    return (*_said(told["for"], UP_DA), *_said(told["against"], DOWN_DA))


def _said(sentences: list[str], words: str) -> list[str]:
    return [words.format(what=sentence.rstrip(".")) for sentence in sentences[:SENTENCES_A_SIDE]]
