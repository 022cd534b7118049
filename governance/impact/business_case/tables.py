"""The standard tables of a proposal, in the order and the words of the city's proposals; every cell is a text.

Must not know where they are printed, nor work anything out that `arithmetic` has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from governance.impact.business_case.arithmetic import Totals, Worked, exact_sum
from governance.impact.business_case.case import TOTALS, Amounts, BusinessCase, Item, Share
from governance.impact.business_case.checking import Fault, Figure
from governance.impact.business_case.prices import Change, Conversion
from governance.impact.business_case.wording import (
    AREA_DA,
    AREA_TOTAL_DA,
    KIND_DA,
    RISK_DA,
    TOTAL_DA,
    danish,
    danish_plain,
    decimals_shown,
    payback_da,
    unit_da,
)


@dataclass(frozen=True, kw_only=True)
class CaseTable:
    """One table as it is printed: a title, a header and rows of texts; the first `words` columns are no numbers."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def build_tables(case: BusinessCase, worked: Worked, *, decimals: int | None = None) -> tuple[CaseTable, ...]:
    """Everything that a proposal prints of itself; `decimals` None prints what the file's own amounts need."""
    shown = decimals_shown(each for item in case.items for each in item.amounts) if decimals is None else decimals
    split = (_by_committee(case, worked, shown), _by_area(case, worked, shown))
    made = (_economy(case, worked, shown), *split, *_declared(case))
    return tuple(table for table in made if table.rows)


def build_fault_table(case: BusinessCase, faults: Sequence[Fault]) -> CaseTable:
    """Each figure that is stated and wrong, beside what it must be; `case` in the prices of its own file."""
    rows = tuple((fault.where, _figure(fault.stated), _figure(fault.expected)) for fault in faults)
    return CaseTable(
        title=f"Fejl i de angivne tal ({_prices(case)})", header=("Sted", "Angivet", "Beregnet"), rows=rows
    )


def build_remark_table(remarks: Sequence[str]) -> CaseTable:
    """What is no fault but worth a second look."""
    return CaseTable(title="Bemærkninger", header=("Bemærkning",), rows=tuple((each,) for each in remarks))


def build_price_table(prices: Conversion) -> CaseTable:
    """The changes of prices that a conversion rests on."""
    rows = tuple((str(each.year), _source(each), f"{danish_plain(each.percent)} pct.") for each in prices.changes)
    title = f"Omregnet fra {prices.from_year} p/l til {prices.to_year} p/l"
    return CaseTable(title=title, header=("År", "Kilde", "Ændring"), rows=rows, words=2)


def _source(change: Change) -> str:
    return f"{change.source} (antagelse)" if change.assumption else change.source


def _figure(figure: Figure) -> str:
    return danish_plain(figure) if isinstance(figure, Decimal) else "aldrig"


def _prices(case: BusinessCase) -> str:
    return f"{unit_da(case.unit)}, {case.price_level} p/l"


def _header(case: BusinessCase, *words: str) -> tuple[str, ...]:
    return (*words, *map(str, case.years), "I alt")


def _cells(amounts: Amounts, decimals: int) -> tuple[str, ...]:
    return tuple(danish(amount, decimals) for amount in (*amounts, exact_sum(amounts)))


def _economy(case: BusinessCase, worked: Worked, decimals: int) -> CaseTable:
    blank = ("",) * (len(case.years) + 1)
    permanent = [item for item in case.items if item.kind != "investment"]
    rows = (
        ("Varige ændringer", "", "", *blank),
        *_item_rows(permanent, decimals),
        ("Samlet varig ændring", "", "", *_cells(worked.totals["permanent_change"], decimals)),
        ("Implementeringsomkostninger", "", "", *blank),
        *_item_rows([item for item in case.items if item.kind == "investment"], decimals),
        ("Samlede investeringer", "", "", *_cells(worked.totals["investment"], decimals)),
        ("Samlet økonomisk påvirkning", "", "", *_cells(worked.totals["cash_flow"], decimals)),
        ("Akkumuleret", "", "", *(danish(each, decimals) for each in worked.accumulated), ""),
        ("Tilbagebetalingstid", "", "", payback_da(worked.payback_years), *blank[1:]),
    )
    title = f"Forslagets samlede økonomi ({_prices(case)})"
    return CaseTable(title=title, header=_header(case, "", "Udvalg", "Styringsområde"), rows=rows, words=3)


def _item_rows(items: Iterable[Item], decimals: int) -> Iterator[tuple[str, ...]]:
    for item in items:
        marked = f"  {item.name}*" if item.assumption else f"  {item.name}"
        yield (marked, item.committee, AREA_DA[item.area], *_cells(item.amounts, decimals))


def _by_committee(case: BusinessCase, worked: Worked, decimals: int) -> CaseTable:
    rows = _split(worked.by_committee.items(), decimals)
    return CaseTable(
        title=f"Fordelt på udvalg ({_prices(case)})", header=_header(case, "Udvalg", ""), rows=rows, words=2
    )


def _by_area(case: BusinessCase, worked: Worked, decimals: int) -> CaseTable:
    rows = _split(((AREA_TOTAL_DA[area], totals) for area, totals in worked.by_area.items()), decimals)
    title = f"Fordelt på styringsområde ({_prices(case)})"
    return CaseTable(title=title, header=_header(case, "Styringsområde", ""), rows=rows, words=2)


def _split(parts: Iterable[tuple[str, Totals]], decimals: int) -> tuple[tuple[str, ...], ...]:
    """For each part a row for each total; a kind of which it has nothing is left out."""
    return tuple(
        (name, TOTAL_DA[total], *_cells(totals[total], decimals))
        for name, totals in parts
        for total in TOTALS
        if total in ("permanent_change", "cash_flow") or any(totals[total])
    )


def _declared(case: BusinessCase) -> tuple[CaseTable, ...]:
    """What the proposal declares beside its items."""
    return (_distribution(case), _risk(case), _criteria(case), _limits(case), _assumptions(case))


def _distribution(case: BusinessCase) -> CaseTable:
    shares = case.stated.distribution
    decimals = decimals_shown(each for share in shares for each in share.amounts or ())
    header = _header(case, "Art", "Udvalg", "Nøgle")
    rows = tuple(_share_row(share, decimals, len(header)) for share in shares)
    return CaseTable(title=f"Angivet fordeling ({_prices(case)})", header=header, rows=rows, words=2)


def _share_row(share: Share, decimals: int, width: int) -> tuple[str, ...]:
    key = "" if share.key is None else f"{danish_plain(share.key)} pct."
    amounts = ("",) * (width - 3) if share.amounts is None else _cells(share.amounts, decimals)
    return (KIND_DA[share.kind], share.committee, key, *amounts)


def _risk(case: BusinessCase) -> CaseTable:
    rows = () if case.risk is None else ((RISK_DA[case.risk.level], case.risk.text),)
    return CaseTable(title="Risikovurdering", header=("Risikoklasse", "Begrundelse"), rows=rows, words=2)


def _criteria(case: BusinessCase) -> CaseTable:
    header = ("Succeskriterium", "Hvordan måles det", "Hvem er ansvarlig", "Hvornår")
    rows = tuple((each.what, each.how_measured, each.who, f"{each.when:%d.%m.%Y}") for each in case.criteria)
    return CaseTable(title="Succeskriterier", header=header, rows=rows, words=4)


def _limits(case: BusinessCase) -> CaseTable:
    header = ("Udvalg", "Ydelse", "Genforhandles under")
    rows = tuple((each.committee, each.benefit, f"{danish_plain(each.below * 100)} pct.") for each in case.limits)
    return CaseTable(title="Grænser for genforhandling", header=header, rows=rows, words=2)


def _assumptions(case: BusinessCase) -> CaseTable:
    marked = [f"{item.name}: {item.assumption}" for item in case.items if item.assumption]
    rows = (*((each,) for each in case.assumptions), *((f"* {each}",) for each in marked))
    return CaseTable(title="Antagelser", header=("Hvad der er antaget",), rows=rows)
