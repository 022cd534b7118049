"""What a proposal declares for its own follow-up: criteria of success, and limits below which it is renegotiated.

Must not know any figure that was realised.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from governance.impact.business_case.case import Criterion, Item, Limit
from governance.impact.business_case.fields import Entry, check_keys, day, number, require, switch, text
from governance.registers import BENEFIT_CODES


def known_benefit(entry: Entry, where: str) -> str:
    """The code of a benefit of the catalogue, "" when none is named."""
    benefit = text(entry, "benefit", where, default="")
    require(benefit in ("", *BENEFIT_CODES), where, "benefit", f"must be one of {', '.join(BENEFIT_CODES)}")
    return benefit


def read_criterion(entry: Any, place: int) -> Criterion:
    """One `[[criterion]]`; a measure goes with a target, and a target with a measure."""
    where = f"criterion {place}"
    required, optional = ("what", "how_measured", "who", "when"), ("measure", "target", "at_most")
    check_keys(entry, required=required, optional=optional, where=where)
    require(("measure" in entry) == ("target" in entry), where, "target", "and measure go together")
    require("at_most" not in entry or "target" in entry, where, "at_most", "needs a target")
    return Criterion(
        what=text(entry, "what", where),
        how_measured=text(entry, "how_measured", where),
        who=text(entry, "who", where),
        when=day(entry, "when", where),
        measure=text(entry, "measure", where) if "measure" in entry else "",
        target=number(entry["target"], "target", where) if "target" in entry else None,
        at_most=switch(entry, "at_most", where),
    )


def read_limits(found: Sequence[Any], items: Sequence[Item]) -> tuple[Limit, ...]:
    """Every `[[renegotiate]]`; each names an effect of the case, and none is named twice."""
    limits = tuple(_limit(entry, place, items) for place, entry in enumerate(found, 1))
    for place, limit in enumerate(limits, 1):
        twice = any((limit.committee, limit.benefit) == (each.committee, each.benefit) for each in limits[: place - 1])
        require(not twice, f"renegotiate {place}", "committee", "and benefit have a limit already")
    return limits


def _limit(entry: Any, place: int, items: Sequence[Item]) -> Limit:
    where = f"renegotiate {place}"
    check_keys(entry, required=("committee", "below"), optional=("benefit",), where=where)
    committee, benefit = text(entry, "committee", where), known_benefit(entry, where)
    meant = [item for item in items if item.kind == "effect" and item.committee == committee]
    require(bool(meant), where, "committee", "names no committee with an effect in this file")
    named = not benefit or any(item.benefit == benefit for item in meant)
    require(named, where, "benefit", "names no effect of that committee in this file")
    below = number(entry["below"], "below", where)
    require(Decimal(0) < below <= Decimal(1), where, "below", "must be a share above 0 and at most 1, as 0.75")
    return Limit(committee=committee, benefit=benefit, below=below)
