"""A proposal as one JSON document: its figures in the file's unit, whole numbers where they are whole.

Must not know how it is printed for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from governance.impact.business_case.arithmetic import Totals, Worked, plain
from governance.impact.business_case.case import Amounts, BusinessCase, Share
from governance.impact.business_case.checking import Fault, Figure, find_remarks
from governance.impact.business_case.prices import Conversion


def as_document(case: BusinessCase, worked: Worked, faults: Sequence[Fault]) -> dict[str, Any]:
    """Everything that is worked out, and every fault; the order of the keys is that of the tables."""
    return {
        "title": case.title,
        "unit": case.unit,
        "price_level": case.price_level,
        "years": list(case.years),
        **_rows(worked.totals),
        "accumulated": _row(worked.accumulated),
        "payback_years": worked.payback_years,
        "by_committee": {name: _rows(totals) for name, totals in worked.by_committee.items()},
        "by_area": {name: _rows(totals) for name, totals in worked.by_area.items()},
        "distribution": [_share(share) for share in case.stated.distribution],
        **_declared(case),
        "remarks": list(find_remarks(case, worked, faults)),
        "faults": [as_entry(fault) for fault in faults],
    }


def as_entry(fault: Fault) -> dict[str, Any]:
    """One fault; payback that never comes is null as expected and "never" as stated."""
    return {"where": fault.where, "stated": _figure(fault.stated), "expected": _figure(fault.expected)}


def as_conversion(prices: Conversion) -> dict[str, Any]:
    """What a conversion to another price level rests on."""
    return {
        "from": prices.from_year,
        "to": prices.to_year,
        "factor": float(prices.factor),
        "assumed": prices.assumed,
        "changes": [
            {"year": each.year, "percent": plain(each.percent), "source": each.source, "assumption": each.assumption}
            for each in prices.changes
        ],
    }


def _figure(figure: Figure) -> int | float | str | None:
    return plain(figure) if isinstance(figure, Decimal) else figure


def _row(amounts: Amounts) -> list[int | float]:
    return [plain(amount) for amount in amounts]


def _rows(totals: Totals) -> dict[str, list[int | float]]:
    return {name: _row(amounts) for name, amounts in totals.items()}


def _share(share: Share) -> Mapping[str, Any]:
    return {
        "kind": share.kind,
        "committee": share.committee,
        "key": None if share.key is None else plain(share.key),
        "amounts": None if share.amounts is None else _row(share.amounts),
    }


def _declared(case: BusinessCase) -> dict[str, Any]:
    return {
        "risk_class": case.risk.level if case.risk else None,
        "risk_text": case.risk.text if case.risk else None,
        "success_criteria": [
            {
                "what": each.what,
                "how_measured": each.how_measured,
                "who": each.who,
                "when": each.when.isoformat(),
                "target": None if each.target is None else plain(each.target),
            }
            for each in case.criteria
        ],
        "renegotiate": [
            {"committee": each.committee, "benefit": each.benefit or None, "below": plain(each.below)}
            for each in case.limits
        ],
        "assumptions": list(case.assumptions),
        "assumed_items": [item.name for item in case.items if item.assumption],
    }
