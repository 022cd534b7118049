"""Which figures of the ledger a report may tell, and the figures themselves: the only way from the ledger to a page.

Must not know in which section a figure stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from service.impact.report_model import HIDDEN, Cell, Figure, ImpactReport
from service.impact.strata import Book, beside_earlier, build_sums, is_code, read_code
from service.impact.suppression import Sums, hidden_sums

ALWAYS_COMPARED = 24
"""So many of the newest versions a new one is compared with; of the older ones with those that told a figure last."""
FAR_ABOVE = 1_000_000


@dataclass(frozen=True)
class Earlier:
    """A report that was told before, with the ledger as it stood then; `promised`: codes of mature sums it told."""

    report: ImpactReport
    book: Book
    promised: frozenset[str] = frozenset()

    @property
    def told(self) -> frozenset[str]:
        """Every code whose value was told."""
        return shown_codes(self.report) | self.promised


@dataclass(frozen=True)
class Telling:
    """Values of codes that were asked for; `withheld` are hidden only because too little changed since a version."""

    values: Mapping[str, int]
    hidden: frozenset[str]
    withheld: Mapping[str, int] = field(default_factory=dict)

    def cell(self, code: str) -> Cell:
        """The value, or `HIDDEN`; `KeyError` for a code that was not asked about."""
        value = self.values[code]
        return HIDDEN if code in self.hidden else value

    def is_told(self, code: str) -> bool:
        """Whether the value may be shown, and so whatever is worked out from it."""
        return code not in self.hidden

    def figure(self, code: str, text_da: str, note_da: str = "") -> Figure:
        """A figure of the report, whole øre."""
        told = self.is_told(code)
        return Figure(
            code=code, text_da=text_da, unit="ore", value=self.values[code] if told else None, hidden=not told,
            note_da=note_da if told else self.why(code), source=code,
        )  # fmt: skip

    def why(self, code: str) -> str:
        """Why a figure is hidden."""
        if code in self.withheld:
            return (
                f"Ikke vist: siden version {self.withheld[code]} er for få sager ændret til, at ændringen må kunne "
                "regnes ud. Tallet står i den version."
            )
        return "Ikke vist: tallet, eller et andet der kunne regnes ud af det, bygger på færre end ti sager."


def build_telling(book: Book, codes: Iterable[str], earlier: Sequence[Earlier] = ()) -> Telling:
    """What of `codes` may be told beside each other, and beside each of the `earlier` versions (in order)."""
    sums, values = build_sums(book, codes)
    if earlier:
        sums = _as_before(sums, earlier[-1].told)
    hidden = hidden_sums(sums)
    withheld: dict[str, int] = {}
    for each in earlier:
        both = beside_earlier(sums, book, then=each.book, told=sorted(each.told))
        more = hidden_sums(both, hidden=hidden, tried=0) - hidden
        withheld |= dict.fromkeys(more, each.report.version)
        hidden |= more
    return Telling(values, hidden, withheld)


def to_compare(reports: Sequence[ImpactReport]) -> tuple[ImpactReport, ...]:
    """Of all `reports` (in order) those that a new one is held against.

    A figure that is withheld because too few cases have changed since it was told stays so however old that is.
    """
    found: list[ImpactReport] = []
    told: set[str] = set()
    for place, report in enumerate(reversed(reports)):
        shown = shown_codes(report)
        if place < ALWAYS_COMPARED or not shown <= told:
            found.append(report)
        told |= shown
    return tuple(reversed(found))


def _as_before(sums: Sums, shown: frozenset[str]) -> Sums:
    """The same, where what was told last is hidden last: another choice each time would tell both."""
    before = np.array([name in shown for name in sums.names])
    return replace(sums, importance=sums.importance + FAR_ABOVE * before)


def shown_codes(report: ImpactReport) -> frozenset[str]:
    """Every code of the ledger whose value a report shows."""
    figures = [*report.headline, *(figure for section in report.sections for figure in section.figures)]
    found = {figure.source for figure in figures if figure.value is not None and is_code(figure.source)}
    for table in (table for section in report.sections for table in section.tables):
        for place, row in enumerate(table.rows):
            sources = {table.source_of(place, column): cell for column, cell in enumerate(row)}
            found |= {code for code, cell in sources.items() if is_code(code) and cell not in (HIDDEN, None)}
    return frozenset(found)


def require_told(report: ImpactReport, telling: Telling) -> None:
    """`RuntimeError` when the report shows a figure of the ledger that may not be told, or was never asked about."""
    for code in shown_codes(report):
        if code not in telling.values or not telling.is_told(code):
            raise RuntimeError(f"a report shows what it may not: {read_code(code).figure.code}")
