"""Danish words for what records name by a code: registers, assessments, compared methods.

A record in Danish is read by citizens. Must not know a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

REGISTERS: Mapping[str, str] = {
    "person": "personer (CPR)",
    "residence": "adresser (CPR)",
    "relation": "familieforhold (CPR)",
    "address": "boliger (DAR og BBR)",
    "benefit_grant": "bevillinger",
    "benefit_payment": "udbetalinger",
    "signal": "henvendelser",
    "control_case": "kontrolsager",
    "control_effect": "afgørelser i kontrolsager",
}
ASSESSMENTS: Mapping[str, str] = {
    "dpia": "konsekvensanalyse (databeskyttelse)",
    "fria": "konsekvensanalyse (grundlæggende rettigheder)",
    "risk_register": "risikoregister",
    "administrative_law": "forvaltningsretlig konsekvensanalyse",
}
METHODS: Mapping[str, str] = {
    "model": "modellen",
    "twin": "dens gennemsigtige tvilling",
    "rules": "regellisten",
    "random": "lodtrækning",
    "no_skill": "beløb på spil alene",
    "logistic_by_p": "logistisk regression",
    "lightgbm_by_p": "boostede træer",
    "tweedie": "én model for besparelsen i kroner",
    "single_hurdle": "én model for sandsynligheden og én for beløbet",
}


def in_danish(codes: Iterable[str], words: Mapping[str, str]) -> str:
    """The codes as a list in Danish; a code that has no word stands as it is."""
    return ", ".join(words.get(code, code) for code in codes)
