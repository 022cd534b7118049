"""The kinds of letters, when each may be made, and what is filled in for it.

Fields are those of `service.cases.forms`, so that one macro renders a step and a letter alike. Must not know how a
letter looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.cases.effects import BENEFITS_DA
from service.cases.forms import LONG_CHARACTERS, FormField
from service.cases.states import State

RECIPIENT, FACTS, RULES, DEADLINE, BENEFITS = "recipient", "facts", "rules", "deadline", "benefits"
CONSIDERED: Mapping[str, str] = {
    "registration": "at rette registreringen i CPR",
    "stop": "at standse en ydelse",
    "reduce": "at nedsætte en ydelse",
    "reclaim": "at kræve for meget udbetalte beløb tilbage",
    "increase": "at forhøje en ydelse",
}
"""What a hearing may say is considered; `increase` is in the citizen's favour."""

WHOSE_REGISTRATION = "registration_of"
REGISTRATION_OF: Mapping[str, str] = {
    "own": "Din registrering i CPR rettes.",
    "own_and_child": "Din og dit barns registrering i CPR rettes.",
    "own_and_children": "Din og dine børns registrering i CPR rettes.",
    "child": "Dit barns registrering i CPR rettes. Din egen registrering ændres ikke.",
    "children": "Dine børns registrering i CPR rettes. Din egen registrering ændres ikke.",
}
"""Whose registration a decision corrects, as the letter says it: a child follows the adult who has custody of it."""


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: code, Danish name, the states of a case in which it may be made, and its fields.

    The choices of `recipient` (value person_id), `facts` (text_id) and `rules` (code) are those of the case:
    `service.letters.choices.letter_fields` fills them in.
    """

    code: str
    text_da: str
    states: frozenset[State]
    fields: tuple[FormField, ...]


def _long(name: str, label: str, *, required: bool = True, hint: str = "") -> FormField:
    return FormField(name, label, "long", required, hint, most=LONG_CHARACTERS)


def _rules(*, required: bool = True) -> FormField:
    return FormField(RULES, "Regler, som brevet bygger på", "choices", required, "Vælg dem, du selv har anvendt.")


_RECIPIENT = FormField(RECIPIENT, "Modtager", "choice", True, "Hver voksen får sit eget brev.")
_FACTS = FormField(
    FACTS, "Oplysninger, som brevet bygger på", "choices", True, "Kun oplysninger, der er registreret på sagen."
)
_MESSAGE = _long("message", "Supplerende tekst", required=False)

_ALL = (
    LetterKind(
        "orientation",
        "Orientering om, at der er åbnet en sag",
        frozenset({"opened", "informed", "gathering", "hearing"}),
        (_RECIPIENT, _FACTS, _rules(), _MESSAGE),
    ),
    LetterKind(
        "hearing",
        "Partshøring",
        frozenset({"informed", "gathering", "hearing"}),
        (
            _RECIPIENT,
            _FACTS,
            _rules(),
            FormField("considered", "Hvad kommunen overvejer", "choices", True, "", tuple(CONSIDERED.items())),
            FormField(
                BENEFITS,
                "Ydelser, som det gælder",
                "choices",
                False,
                "Vælg dem, når en ydelse kan blive ændret. Kun det, der står i brevet, kan blive afgjort.",
                tuple(BENEFITS_DA.items()),
            ),
            _long("considered_text", "Forklaring af, hvad der overvejes"),
            _long("questions", "Spørgsmål til borgeren", required=False),
            FormField(
                DEADLINE,
                "Svarfrist",
                "day",
                True,
                "Falder den på en weekend eller en helligdag, skriver brevet den første hverdag derefter.",
            ),
        ),
    ),
    LetterKind(
        "decision",
        "Afgørelse",
        frozenset({"decided"}),
        (
            _RECIPIENT,
            _FACTS,
            _rules(),
            _long("reasoning", "Begrundelse: de hensyn, der har været afgørende"),
            _long(
                "registration",
                "Rettelse af modtagerens registrering i CPR",
                required=False,
                hint="Hvad registreringen rettes til, og fra hvornår. Udfyldes, når afgørelsen retter modtagerens.",
            ),
            FormField(
                WHOSE_REGISTRATION,
                "Hvis registrering rettes?",
                "choice",
                False,
                "Vælges kun, når en registrering rettes; ellers gælder det modtagerens egen.",
                tuple(REGISTRATION_OF.items()),
            ),
            _long(
                "answer",
                "Hvad borgeren har svaret, og hvordan det er vurderet",
                required=False,
                hint="Skal udfyldes, når der er noteret et svar på sagen.",
            ),
        ),
    ),
    LetterKind(
        "closing",
        "Sagen afsluttes uden ændringer",
        frozenset({"opened", "informed", "gathering", "hearing", "decided"}),
        (_RECIPIENT, _rules(required=False), _MESSAGE),
    ),
)
LETTER_KINDS: Mapping[str, LetterKind] = {kind.code: kind for kind in _ALL}
"""Code → kind: orientation, hearing, decision (with appeal guidance), closing."""
