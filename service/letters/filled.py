"""What was filled in for a letter, as its types, held against the case and the law; every fault is said at once.

Must not know how a letter looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from service.cases.effects import KeptEffect
from service.cases.form_values import Fault, read_value
from service.cases.forms import FormField, invalid
from service.cases.repaying import unfounded_claims
from service.cases.vault import CaseText
from service.letters.choices import fields_of
from service.letters.heard import CITIZEN
from service.letters.kinds import BENEFITS, DEADLINE, FACTS, RECIPIENT, RULES, WHOSE_REGISTRATION
from service.letters.rendering import displayable
from service.letters.rules import REGISTRATION, LegalRule
from service.letters.source import Adult, LetterSource
from service.working_days import open_day


@dataclass(frozen=True)
class FilledLetter:
    """Everything that was filled in: `words` by field name; `effects` are the recipient's own of what was decided."""

    kind: str
    recipient: Adult
    facts: tuple[CaseText, ...]
    rules: tuple[LegalRule, ...]
    effects: tuple[KeptEffect, ...]
    considered: tuple[str, ...]
    benefits: tuple[str, ...]
    deadline: dt.date | None
    words: Mapping[str, str]

    @property
    def decided(self) -> frozenset[str]:
        """Benefits whose change the letter tells, and `registration` when it tells of a corrected one."""
        corrected = {REGISTRATION} if self.words.get("registration") else set()
        return frozenset(corrected).union(each.benefit for each in self.effects)


def read_letter(
    kind: str, source: LetterSource, filled: Mapping[str, Any], *, today: dt.date, hearing_days: int
) -> FilledLetter:
    """The fields of a letter; `InvalidForm` with every fault.

    Besides the rules of each field: a hearing's deadline is at least `hearing_days` away and, while a suspicion is
    registered, it asks no questions (tvangsindgrebsloven § 10); a decision tells its recipient of a change, says how an
    answer was weighed, and names a rule for each benefit that it changes (forvaltningsloven § 24); against the
    recipient it rests on nothing but what the recipient was heard about, or told (§ 19). It says that a registration is
    corrected to those whose it is, and to nobody else. A closing goes to nobody for whom anything is changed.
    """
    values = _read(fields_of(kind, source), filled)
    letter = _as_letter(kind, source, values)
    faults = [
        *_fact_faults(letter),
        *_hearing_faults(letter, source, today + dt.timedelta(days=hearing_days)),
        *_decision_faults(letter, source),
        *_closing_faults(letter, source),
        *_unheard_faults(letter, source),
    ]
    if faults:
        raise invalid(*faults)
    return letter


def _read(fields: Collection[FormField], filled: Mapping[str, Any]) -> dict[str, Any]:
    faults: list[Fault] = [
        (str(name), "Der er intet sådant felt.") for name in sorted(filled) if name not in _names(fields)
    ]
    values: dict[str, Any] = {}
    for each in fields:
        try:
            values[each.name] = _value(each, filled.get(each.name))
        except ValueError as fault:
            faults.append((each.name, str(fault)))
    if faults:
        raise invalid(*faults)
    return values


def _names(fields: Collection[FormField]) -> frozenset[str]:
    return frozenset(each.name for each in fields)


def _value(described: FormField, given: Any) -> Any:
    value = read_value(described, given)
    chosen = (value,) if described.kind == "choice" and value else value if described.kind == "choices" else ()
    # a case that gives no choices gives none to choose
    if not set(chosen) <= set(dict(described.choices)):
        raise ValueError("Vælg blandt mulighederne.")
    if described.kind == "long" and not displayable(value):
        raise ValueError("Teksten har tegn, som et brev ikke kan vise.")
    return value


def _as_letter(kind: str, source: LetterSource, values: Mapping[str, Any]) -> FilledLetter:
    [recipient] = [adult for adult in source.adults if str(adult.number) == values[RECIPIENT]]
    mine = tuple(each for each in source.effects if each.person_id == recipient.person_id)
    return FilledLetter(
        kind=kind,
        recipient=recipient,
        facts=tuple(source.facts[text_id] for text_id in values.get(FACTS, ())),
        rules=tuple(source.texts.rules[code] for code in values[RULES]),
        effects=mine if kind == "decision" else (),
        considered=values.get("considered", ()),
        benefits=values.get(BENEFITS, ()),
        deadline=_open_day(values.get(DEADLINE)),
        words={name: value for name, value in values.items() if isinstance(value, str) and name != RECIPIENT},
    )


def _open_day(day: dt.date | None) -> dt.date | None:
    """A deadline that falls on a weekend or a holiday ends on the first day after it on which offices are open."""
    return open_day(day) if day else None


def _fact_faults(letter: FilledLetter) -> list[Fault]:
    shown = all(displayable(str(fact.document["text"])) for fact in letter.facts)
    return [] if shown else [(FACTS, "En af oplysningerne har tegn, som et brev ikke kan vise.")]


def _hearing_faults(letter: FilledLetter, source: LetterSource, earliest: dt.date) -> list[Fault]:
    if letter.kind != "hearing":
        return []
    rules = (
        (letter.deadline is not None and letter.deadline >= earliest, DEADLINE, "Fristen er for kort."),
        (
            not (source.suspicion and letter.words["questions"]), "questions",
            "Der er registreret en mistanke: brevet må ikke stille spørgsmål.",
        ),
        (
            bool(letter.benefits) or set(letter.considered) <= {REGISTRATION}, BENEFITS,
            "Vælg de ydelser, som kan blive ændret.",
        ),
    )  # fmt: skip
    return [(name, said) for holds, name, said in rules if not holds]


def _decision_faults(letter: FilledLetter, source: LetterSource) -> list[Fault]:
    if letter.kind != "decision":
        return []
    corrected = letter.recipient.person_id in source.corrected
    unfounded = [code for code in letter.decided if not any(code in rule.benefits for rule in letter.rules)]
    rules = (
        (corrected or bool(letter.decided), RECIPIENT, "Afgørelsen ændrer ikke noget for denne modtager."),
        (
            corrected or not letter.words["registration"], "registration",
            "Det er ikke afgjort, at modtagerens registrering rettes.",
        ),
        (
            bool(letter.words["registration"]) or not corrected, "registration",
            "Modtagerens registrering rettes: skriv, hvad den rettes til, og fra hvornår.",
        ),
        (
            bool(letter.words["registration"]) or not letter.words[WHOSE_REGISTRATION], WHOSE_REGISTRATION,
            "Ingen registrering rettes i brevet.",
        ),
        (not unfounded, RULES, "Vælg mindst én regel for hver ydelse og registrering, som afgørelsen ændrer."),
        (
            not unfounded_claims(letter.effects, letter.rules, source.texts), RULES,
            "Vælg en regel om tilbagebetaling for hver ydelse, der kræves tilbage.",
        ),
        (
            bool(letter.words["answer"]) or letter.recipient.person_id not in source.answered, "answer",
            "Der er noteret et svar fra modtageren: skriv, hvordan det er vurderet.",
        ),
    )  # fmt: skip
    return [(name, said) for holds, name, said in rules if not holds]


def _closing_faults(letter: FilledLetter, source: LetterSource) -> list[Fault]:
    """It says that nothing is changed: whoever is changed has a right to the decision (forvaltningsloven §§ 22-25)."""
    changed = source.corrected.union(each.person_id for each in source.effects)
    if letter.kind != "closing" or letter.recipient.person_id not in changed:
        return []
    return [(RECIPIENT, "Afgørelsen ændrer noget for denne modtager: skriv en afgørelse.")]


def _unheard_faults(letter: FilledLetter, source: LetterSource) -> list[Fault]:
    """Forvaltningsloven § 19, recipient by recipient: a household is not heard as one."""
    adverse = bool(letter.words.get("registration")) or any(each.effect != "increased" for each in letter.effects)
    if letter.kind != "decision" or not adverse:
        return []
    told = source.told.get(letter.recipient.person_id)
    if told is None:
        return [(RECIPIENT, "Modtageren er ikke partshørt.")]
    if letter.words.get("registration") and letter.recipient.person_id not in source.told_of_registration:
        return [("registration", "Modtageren er ikke partshørt om, at registreringen kan blive rettet.")]
    unheard = [fact for fact in letter.facts if fact.text_id not in told and not _own_words(fact, source)]
    said = "Modtageren er ikke partshørt om alle oplysningerne. Træk indstillingen tilbage, og hør modtageren om dem."
    return [(FACTS, said)] if unheard else []


def _own_words(fact: CaseText, source: LetterSource) -> bool:
    """Whether the recipient told it: of several adults nobody knows which."""
    return fact.document["source"] == CITIZEN and len(source.adults) == 1
