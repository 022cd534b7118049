"""Danish words for the codes that pages show: states, reasons, administrations and benefits. Knows no page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from governance.benefits import load_catalogue
from service.cases import states
from service.web.danish import NOTHING

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
TENURES: Mapping[str, str] = {
    "rented": "lejet",
    "owner": "ejet af beboeren",
    "cooperative": "andelsbolig",
    "unused": "ikke i brug",
    "unknown": "ukendt",
}
"""Codes of `address.tenure` in the register contract."""
TEXT_KINDS: Mapping[str, str] = {
    "fact": "Oplysning",
    "wrong_fact": "Meldt forkert",
    "note": "Notat",
    "demand": "Anmodning om oplysninger",
    "answer": "Svar",
    "hearing_answer": "Svar på partshøring",
    "visit": "Besøg",
    "suspicion": "Mistanke",
    "grounds": "Begrundelse",
    "sent_back": "Sendt tilbage",
    "referral": "Oversendelse",
    "appeal": "Klage",
    "objection": "Indsigelse",
    "veto": "Veto",
    "emergency": "Begrundelse for nødadgang",
}
"""Kinds of `case_text`."""


def dwelling_use(code: int | str | None) -> str:
    """What a dwelling is used for, by BBR's code (110-190 are dwellings)."""
    if code is None or not str(code).isdigit():
        return NOTHING
    if int(code) == 150:
        return "kollegiebolig"
    return "bolig" if 110 <= int(code) <= 190 else "ikke en bolig"


def _look_up(words: Mapping[str, str]) -> Callable[[str | None], str]:
    return lambda code: words.get(code or "", code or NOTHING)


def benefit_name(code: str) -> str:
    """The Danish name of a benefit of the catalogue; a code that left the catalogue stands for itself."""
    benefit = load_catalogue().benefits.get(code)
    return benefit.name_da if benefit else code


NAMES: Mapping[str, Callable[[str], str]] = {
    "tilstand": _look_up({str(code): text for code, text in states.STATES.items()}),
    "afvisning": _look_up(states.REJECTIONS),
    "vurdering": _look_up({**states.ASSESSMENTS, **states.SECOND_ASSESSMENTS}),
    "udfald": _look_up(states.OUTCOMES),
    "virkning": _look_up(states.EFFECTS),
    "aarsag": _look_up(states.CAUSES),
    "kilde": _look_up(states.FACT_SOURCES),
    "forvaltning": _look_up(OFFICE_NAMES),
    "grundlag": _look_up(BASES),
    "henvendelse": _look_up(states.LEAD_KINDS),
    "ejerforhold": _look_up(TENURES),
    "tekst": _look_up(TEXT_KINDS),
    "besoeg": _look_up(states.VISIT_GROUNDS),
    "modtager": _look_up(states.REFERRED_TO),
    "anvendelse": dwelling_use,
    "ydelse": benefit_name,
}
"""What templates call them by: `navn.tilstand(case.state)`."""
