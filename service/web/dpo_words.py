"""Danish words of the officer's and the evaluator's pages: gates, outcomes, assessments, figures. No logic."""

from __future__ import annotations

from collections.abc import Mapping

from governance.records import danish
from service.rights.breaches import KINDS as BREACH_KINDS

BREACH_WORDS: Mapping[str, str] = BREACH_KINDS
ASSESSMENTS: Mapping[str, str] = danish.ASSESSMENTS
REGISTERS: Mapping[str, str] = danish.REGISTERS
GATES: Mapping[str, str] = {
    "develop": "udvikling af en model",
    "promote": "ibrugtagning af en model",
    "publish": "frigivelse af en liste",
    "fallback": "frigivelse af en liste uden model",
}
OUTCOMES: Mapping[str, str] = {
    "passed": "opfyldt",
    "failed": "ikke opfyldt",
    "excepted": "undtaget",
    "not_measured": "ikke målt",
    "alarm": "alarm",
}
TODAY: Mapping[str, str] = {"stands": "gælder", "does not stand": "udløbet eller ikke begyndt", "missing": "mangler"}
GROUPS: Mapping[str, str] = {
    "sex": "Køn",
    "citizenship": "Statsborgerskab",
    "origin": "Herkomst",
    "age": "Alder",
    "age_band": "Alder",
    "district": "Bydel",
    "single_provider": "Enlig forsørger",
    "disability_pension": "Førtidspension",
}
VALUES: Mapping[str, str] = {
    "M": "mænd",
    "F": "kvinder",
    "dk": "danske statsborgere",
    "eu": "EU-borgere",
    "other": "øvrige",
    "danish": "dansk oprindelse",
    "immigrant": "indvandrere",
    "descendant": "efterkommere",
    "true": "ja",
    "false": "nej",
}
FIGURES: Mapping[str, str] = {
    "selection_rate": "andel udvalgt",
    "share_selected": "andel af de udvalgte",
    "share_random": "andel af stikprøven",
    "representation_ratio": "udvalgte i forhold til stikprøven",
    "precision": "andel af kontroller med medhold",
    "false_discovery_rate": "andel af kontroller uden medhold",
    "false_positive_rate": "kontrolleret uden grund blandt dem uden fejl",
    "false_negative_rate": "overset blandt dem med fejl",
    "false_positive_share": "kontrolleret uden grund, andel af gruppen",
    "needless_per_1000": "kontrolleret uden grund pr. 1.000",
}
NO_REGISTER = "oplysninger til prøven af ligebehandling (gemmes ikke)"
NOT_SHOWN = "ikke vist"
NOT_KNOWN = "kendes ikke endnu"
PARTS: Mapping[str, str] = {"features": "oplysninger", "score": "tal", "explanation": "forklaring"}
ROLES: Mapping[str, str] = {
    "dpo": "databeskyttelsesrådgiveren",
    "owner": "systemets ejer",
    "counsel": "juristen",
}
APPROVALS: Mapping[str, str] = {
    "quota": "kvoter for, hvor mange af en gruppe listen må tage",
    "group_blind": "fradrag, der jævner byrden ud uden opslag om den enkeltes gruppe",
}
"""What a ranking may be approved to do about unequal burden."""
COUNTS: Mapping[str, str] = {
    "yes": "ja",
    "no: lapsed": "nej, udløbet",
    "no: signature does not hold": "nej, underskriften holder ikke",
}
"""Whether a signed exception counts today."""
RECORD_LANGUAGES: Mapping[str, str] = {
    "": "Tabellerne står på engelsk, som i de filer, dokumentet offentliggøres i.",
    "en": "Standarden er på engelsk. Overskrifter og tabeller er derfor på engelsk.",
    "nl": "Standarden er på nederlandsk. Overskrifterne er derfor på nederlandsk, og tabellerne er på engelsk.",
}
"""What a page says of the language of a record, by that of its standard's own headings."""
