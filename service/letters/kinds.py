"""The kinds of letters, when each may be made, and what is filled in for it.

A field has the shape of a step's form field, so that one macro renders both. Must not know how a letter looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.cases.states import State

FieldKind = Literal["person", "facts", "rules", "long", "day", "choices"]


@dataclass(frozen=True)
class LetterField:
    """One thing to fill in. `choices` are (value, Danish text); `person`, `facts` and `rules` get theirs from the case.

    Kinds: `person` one of the residents (value person_id), `facts` several recorded facts (value text_id), `rules`
    several legal rules (value code), `choices` several codes, `long` a text, `day` YYYY-MM-DD.
    """

    name: str
    label_da: str
    kind: FieldKind
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    length: int = 4_000

    @property
    def many(self) -> bool:
        """Whether several values may be given."""
        return self.kind in ("facts", "rules", "choices")


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: its code, its Danish name, the states of a case in which it may be made, and its fields."""

    code: str
    text_da: str
    states: frozenset[State]
    fields: tuple[LetterField, ...]


_RECIPIENT = LetterField("recipient", "Modtager", "person", help="Hver voksen får sit eget brev.")
_FACTS = LetterField("facts", "Oplysninger, som brevet bygger på", "facts")
_RULES = LetterField("rules", "Regler, som brevet bygger på", "rules")
CONSIDERED = (
    ("registration", "at rette registreringen i CPR"),
    ("stop", "at standse en ydelse"),
    ("reduce", "at nedsætte en ydelse"),
    ("reclaim", "at kræve udbetalte beløb tilbage"),
    ("increase", "at forhøje en ydelse"),
)

LETTER_KINDS: Mapping[str, LetterKind] = {
    kind.code: kind
    for kind in (
        LetterKind(
            "orientation",
            "Orientering om, at der er åbnet en sag",
            frozenset({"opened", "informed", "gathering"}),
            (_RECIPIENT, _FACTS, _RULES, LetterField("message", "Supplerende tekst", "long", required=False)),
        ),
        LetterKind(
            "hearing",
            "Partshøring",
            frozenset({"informed", "gathering", "hearing"}),
            (
                _RECIPIENT, _FACTS, _RULES,
                LetterField("considered", "Hvad kommunen overvejer", "choices", choices=CONSIDERED),
                LetterField("considered_text", "Forklaring af, hvad der overvejes", "long"),
                LetterField("questions", "Spørgsmål til borgeren", "long", required=False),
                LetterField("deadline", "Svarfrist", "day"),
            ),
        ),
        LetterKind(
            "decision",
            "Afgørelse",
            frozenset({"decided"}),
            (
                _RECIPIENT, _FACTS, _RULES,
                LetterField("reasoning", "Begrundelse: de hensyn, der har været afgørende", "long"),
                LetterField("answer", "Hvad borgeren har svaret, og hvordan det er vurderet", "long", required=False),
            ),
        ),
        LetterKind(
            "closing",
            "Sagen er afsluttet uden ændringer",
            frozenset({"decided", "announced"}),
            (
                _RECIPIENT, LetterField("rules", "Regler, som brevet bygger på", "rules", required=False),
                LetterField("message", "Supplerende tekst", "long", required=False),
            ),
        ),
    )
}  # fmt: skip
"""Code → kind: orientation, hearing, decision (with appeal guidance), closing."""
