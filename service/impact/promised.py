"""What was promised of our own cases when they were listed, case by case: the headline figure that no entry carries.

A promise is an expectation, not a decision, so it is never booked; it is read from the list as it was made. Counted are
cases that were opened, each in the quarter of its opening, in whole øre by case and administration. Must not know what
came of a case.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from governance.errors import UsageError
from governance.impact.facts import PURPOSE, cohort_of
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.tables import CASES
from service.impact.expected import load_logged, promises_of
from service.impact.explained import EXPLAINED

CODE = "expected_municipal"
TEXT_DA = "Forventet kommunal besparelse"
_GRAMMAR = re.compile(CODE + r"(?::(?P<administration>BIF|BUF|KFF))?(?:@(?:(?P<cohort>\d{4}-Q[1-4])|(?P<year>\d{4})))?")


@dataclass(frozen=True)
class PromisedPart:
    """Municipal whole øre promised of one case (a pseudonym) in one administration; `run_id`: the list that said so."""

    case_id: str
    run_id: str
    administration: str
    cohort: str
    year: int
    amount_ore: int


@dataclass(frozen=True)
class ExplainedPromise:
    """The figure with every part it is the sum of."""

    code: str
    parts: tuple[PromisedPart, ...]

    @property
    def value_ore(self) -> int:
        """The sum of the parts."""
        return sum(part.amount_ore for part in self.parts)

    def as_document(self) -> dict[str, Any]:
        """The answer for a machine; amounts in whole øre."""
        entries = [asdict(part) for part in self.parts]
        return {"figure": self.code, "text_da": TEXT_DA, "value_ore": self.value_ore, "entries": entries}


def load_promised(
    connection: sa.Connection, *, settings: Settings, as_of: dt.date | None = None
) -> tuple[PromisedPart, ...]:
    """Every part of a promise of the cases that were opened by the day (any day, when none is given)."""
    logged = load_logged(connection, settings=settings)
    promises, runs = promises_of(logged), {case.case_id: case.run_id for case in logged.cases}
    asked = sa.select(CASES.c.case_id, CASES.c.opened_on).where(CASES.c.opened_on.is_not(None))
    pseudonyms = load_pseudonyms(settings.home, purpose=PURPOSE)
    parts = [
        _part(pseudonyms, row.case_id, runs[row.case_id], dt.date.fromisoformat(row.opened_on), office, amount)
        for row in connection.execute(asked)
        if row.case_id in promises and (as_of is None or row.opened_on <= f"{as_of}")
        for office, amount in promises[row.case_id].by_office.items()
    ]
    return tuple(sorted((part for part in parts if part.amount_ore), key=lambda part: (part.year, part.case_id)))


def explain_promise(
    store: Store, code: str, *, settings: Settings, as_of: dt.date | None = None
) -> ExplainedPromise:  # fmt: skip
    """The promises behind `expected_municipal[:ADMINISTRATION][@YEAR|@COHORT]`; one event, as of every figure."""
    found = _GRAMMAR.fullmatch(code)
    if found is None:
        raise UsageError(
            "There is no such figure of what was promised.",
            item=code,
            remedy=f"Use {CODE}[:BIF|BUF|KFF][@YEAR|@COHORT].",
        )
    with store.reading() as connection:
        parts = load_promised(connection, settings=settings, as_of=as_of)
    wanted = {name: value for name, value in found.groupdict().items() if value}
    with store.act(EXPLAINED, subject=code):
        pass
    return ExplainedPromise(code, tuple(_chosen(parts, wanted)))


def _chosen(parts: Iterable[PromisedPart], wanted: dict[str, str]) -> Iterable[PromisedPart]:
    return (part for part in parts if all(str(getattr(part, name)) == value for name, value in wanted.items()))


def _part(
    pseudonyms: Pseudonyms, case_id: str, run_id: str, opened_on: dt.date, office: str, amount: float
) -> PromisedPart:
    cohort = cohort_of(opened_on)
    return PromisedPart(pseudonyms.of("case", case_id), run_id, office, cohort, opened_on.year, round(amount))
