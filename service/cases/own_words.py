"""What a caseworker writes for a citizen holds no sentence of the explanation of a place on the list.

That explanation says why somebody should look first, and nothing about what is so: it is neither a fact nor a ground.
Compared are letters and digits alone, with and without the register that a sentence names at its end.
"""

from __future__ import annotations

import re

from service.cases.case import CaseFile

REPEATED_DA = (
    "Her står ordret en begrundelse for sagens plads på listen. Slå registret op, og skriv hvad du selv har set."
)
_REGISTER = re.compile(r"\s*\([^()]*\)[\s.]*$")
SHORTEST = 20
"""Letters and digits of a sentence without its register from which it is told from everyday words."""


def repeats_explanation(case: CaseFile, text: str) -> bool:
    """Whether a sentence that speaks for or against looking at the case stands in the text, whatever is around it."""
    written = _bare(text)
    return any(sentence in written for sentence in _sentences(case))


def _sentences(case: CaseFile) -> frozenset[str]:
    told = (*case.reasons_for, *case.reasons_against)
    short = {_bare(_REGISTER.sub("", each)) for each in told}
    return frozenset({_bare(each) for each in told} | {each for each in short if len(each) >= SHORTEST}) - {""}


def _bare(sentence: str) -> str:
    return "".join(letter for letter in sentence.casefold() if letter.isalnum())
