"""Counts of cases for evaluators: no case, no person, and no cell so small that somebody could be found in it.

Totals are not told: whoever has a total and all but one of its parts has the hidden part too. Counts are of this
moment and in whole tens: whoever asks again and again would else see each case move. Hidden cases count as little as
elsewhere they are shown.
"""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from service.api.models.oversight import ImpactCell, ImpactSummary
from service.cases.case import BETWEEN_CODES
from service.cases.tables import CASES

SMALLEST_CELL = 10


def build_summary(connection: sa.Connection) -> ImpactSummary:
    """Cases by administration, state and month of listing; a case counts in each of its administrations."""
    query = sa.select(CASES.c.offices, CASES.c.state, CASES.c.listed_on).where(CASES.c.hidden.is_(False))
    counted = Counter(
        (office, row.state, row.listed_on[:7])
        for row in connection.execute(query)
        for office in row.offices.split(BETWEEN_CODES)
        if office
    )
    cells = [_cell(*key, cases=cases) for key, cases in sorted(counted.items())]
    return ImpactSummary(smallest_cell=SMALLEST_CELL, cells=cells)


def _cell(office: str, state: str, month: str, *, cases: int) -> ImpactCell:
    whole_tens = cases // SMALLEST_CELL * SMALLEST_CELL
    return ImpactCell(office=office, state=state, month=month, cases=whole_tens or None)
