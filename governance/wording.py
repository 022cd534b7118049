"""Words that no reason may say: what the law protects, what stands in for it, and words that accuse.

A reason states a fact of a register. Whatever names citizenship, origin, language, religion, sex, age as such, health,
politics, a name or a part of town, or speaks of guilt, has no place in one, even where the figure behind it is lawful
(GDPR art. 9, Charter art. 21, forvaltningsloven § 24). Only words are judged here; inputs are judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Each pattern must match a whole word: `mand` is no part of `mandag`, `køn` none of `skøn`, `svig` none of `svigerfar`.
_STRUCK_DA: Mapping[str, str] = {
    "citizenship": r"\w*statsborger\w*|statsløs\w*|\w*nationalitet\w*|udlænding\w*|opholdstillad\w*|pas(?:set|fri)?",
    "origin": (
        r"herkomst\w*|\w*oprindelse\w*|etni\w+|(?:ind|ud|til)vandr\w+|\w*migrant\w*|efterkommer\w*|flygtning\w*|asyl\w*"
        r"|fødeland\w*|fødested\w*|hudfarve\w*|race(?:n|r|rne|s|mæssig\w*)?|\w*vestlig\w*|hjemland\w*"
    ),
    "language": r"\w*sprog\w*|modersmål\w*|tolk(?:e|en|et|ning|ebistand)?|\w+talende",
    "religion": r"relig\w+|trossamfund\w*|\w*muslim\w*|islam\w*|kristen\w*|kristne|jød\w+|kirke\w*|moske\w*",
    "sex": (
        r"køn(?:net|nets|s|s\w+)?|(?:han|hun)køn\w*|mand(?:en|ens|s|lig\w*)?|mænd\w*|kvind\w+|dreng\w*|pige\w*|han|hun"
        r"|hans|hendes|\w*seksu\w+|homo\w+"
    ),
    "age": r"alder(?:en|ens|s|s\w+)?|ung|unge|unges|ungdom\w*|ældre|fødsels(?:dato|dag|år)\w*|pensionist\w*|født",
    "health": (
        r"syg|syge|syges|syge(?:meld|for|lig)\w*|\w*sygdom\w*|diagnos\w*|\w*handicap\w*|helbred(?:et|s\w*)?|psyk\w+"
        r"|medicin\w*|hospital\w*|læge\w*|\w*misbrug\w*|alkohol\w*|gravid\w*|førtidspension\w*|invalid\w*|dement\w*|demens"
    ),
    "politics": r"politi(?:k|sk)\w*|parti(?:et)?|partimedlem\w*|fagforening\w*|fagforbund\w*",
    "name": r"navn(?:et|ets|e|ene|s)?|(?:for|efter|mellem|pige|døbe)navn\w*|personnummer\w*|cprnummer\w*",
    "place": (
        r"bydel\w*|kvarter(?:et|er|erne|ets)?|\w*distrikt\w*|postnumm\w+|ghetto\w*|parallelsamfund\w*|boligområd\w*"
        r"|nabolag\w*|sogn\w*"
    ),
    "accusation": (
        r"\w*snyd\w*|\w*bedrag\w*|svind(?:el|ler|le|les)\w*|svig(?:et|s|s\w+|agtig\w*)?|mistank\w*|mistænk\w*|mistro\w*|fup\w*"
        r"|løgn\w*|krimin\w+|skyldig\w*|fusk\w*|ulovlig\w*|uærlig\w*|fikti\w+|proforma\w*|utroværdig\w*|risikabel\w*"
    ),
}
# What a word above would strike although it names something lawful, and why.
_LAWFUL_DA: Mapping[str, str] = {
    "aldersforskel": "a difference between two persons says nothing of how old either is",
    "helbredstillæg": "the name of a benefit (pensionsloven § 14 a)",
}
_WORD = re.compile(r"\w+")
_LAWFUL = re.compile("|".join(rf"{word}\w*" for word in _LAWFUL_DA))
_PATTERNS = {ground: re.compile(pattern) for ground, pattern in _STRUCK_DA.items()}


@dataclass(frozen=True)
class StruckWord:
    """A word that may not be said, as it stood, and the ground it names."""

    word: str
    ground: str


def struck_words(text: str) -> tuple[StruckWord, ...]:
    """Every prohibited word of a Danish text, in the order in which they stand; empty when it may be said."""
    found = ((word, _ground(word.lower())) for word in _WORD.findall(text))
    return tuple(StruckWord(word, ground) for word, ground in found if ground)


def grounds() -> tuple[str, ...]:
    """What the words are struck for."""
    return tuple(_STRUCK_DA)


def _ground(word: str) -> str:
    if _LAWFUL.fullmatch(word):
        return ""
    return next((ground for ground, pattern in _PATTERNS.items() if pattern.fullmatch(word)), "")
