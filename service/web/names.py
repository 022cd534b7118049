"""Danish words for the codes that pages show: states, reasons, administrations and benefits. Knows no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from governance.benefits import load_catalogue
from service.cases import states

OFFICE_NAMES: Mapping[str, str] = {
    "BIF": "Beskæftigelses- og Integrationsforvaltningen",
    "BUF": "Børne- og Ungdomsforvaltningen",
    "KFF": "Kultur- og Fritidsforvaltningen",
}
BASES: Mapping[str, str] = {
    "single": "enlig",
    "single_provider": "enlig forsørger",
    "couple": "samlevende",
    "couple_provider": "samlevende forsørger",
    "living_at_home": "hjemmeboende",
    "living_out": "udeboende",
}
"""Codes of `benefit_grant.basis` in the register contract."""


def _look_up(words: Mapping[str, str]) -> Callable[[str | None], str]:
    return lambda code: words.get(code or "", code or "–")


def benefit_name(code: str) -> str:
    """The Danish name of a benefit of the catalogue; a code that left the catalogue stands for itself."""
    benefit = load_catalogue().benefits.get(code)
    return benefit.name_da if benefit else code


NAMES: Mapping[str, Callable[[str], str]] = {
    "tilstand": _look_up({str(code): text for code, text in states.STATES.items()}),
    "afvisning": _look_up(states.REJECTIONS),
    "vurdering": _look_up(states.ASSESSMENTS),
    "udfald": _look_up(states.OUTCOMES),
    "virkning": _look_up(states.EFFECTS),
    "aarsag": _look_up(states.CAUSES),
    "kilde": _look_up(states.FACT_SOURCES),
    "forvaltning": _look_up(OFFICE_NAMES),
    "grundlag": _look_up(BASES),
    "ydelse": benefit_name,
}
"""What templates call them by: `navn.tilstand(case.state)`."""
