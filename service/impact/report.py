"""The report of a day, from everything that is known: the one document that page, API and workbook show.

Must not read anything, nor know how a section says what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.impact.basis import Basis
from service.impact.method import build_method
from service.impact.report_model import SECTIONS, ImpactReport, Section
from service.impact.sections import (
    administrations,
    arm,
    business_case,
    follow_up,
    maturation,
    power,
    prevalence,
    promise,
    waterfall,
    yearly,
)
from service.impact.sections.headline import build_headline, headline_codes
from service.impact.telling import Telling, build_telling, require_told

OF_LEDGER: Mapping[str, Callable[[Basis, Telling], Section]] = {
    administrations.CODE: administrations.build,
    waterfall.CODE: waterfall.build,
    promise.CODE: promise.build,
    follow_up.CODE: follow_up.build,
    yearly.CODE: yearly.build,
}
OF_ESTIMATES: Mapping[str, Callable[[Basis], Section]] = {
    maturation.CODE: maturation.build,
    arm.CODE: arm.build,
    prevalence.CODE: prevalence.build,
    business_case.CODE: business_case.build,
    power.CODE: power.build,
}
QUARTERLY = (maturation.CODE, arm.CODE, promise.CODE, prevalence.CODE, power.CODE)
"""Sections that rest on mature cases: worked out once a quarter, so that no two differ by a few cases."""


def build_report(basis: Basis) -> ImpactReport:
    """The report, which gets its number and its moment when it is kept."""
    telling = build_telling(basis.book, report_codes(basis), basis.earlier)
    report = ImpactReport(
        version=0,
        as_of=basis.as_of,
        made_at="",
        booking=basis.booking,
        ledger_hash=basis.ledger_hash,
        headline=build_headline(basis, telling),
        sections=tuple(_section(code, basis, telling) for code in SECTIONS),
        method=build_method(basis),
    )
    require_told(report, telling)
    return report


def report_codes(basis: Basis) -> tuple[str, ...]:
    """Every code of the ledger that any section asks about."""
    asked = (administrations.codes, waterfall.codes, promise.codes, follow_up.codes, yearly.codes)
    return tuple(dict.fromkeys([*headline_codes(), *(code for codes in asked for code in codes(basis))]))


def _section(code: str, basis: Basis, telling: Telling) -> Section:
    if code in QUARTERLY and code in basis.kept_sections:
        return basis.kept_sections[code]
    return OF_LEDGER[code](basis, telling) if code in OF_LEDGER else OF_ESTIMATES[code](basis)
