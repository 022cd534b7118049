"""Puts what a letter says into the words and the order that its template shows: plain texts, days and money in Danish.

Must not know how a PDF is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from governance.benefits import load_catalogue
from service.cases.effects import KeptEffect
from service.cases.states import CHANGING, EFFECTS, FACT_SOURCES
from service.cases.vault import CaseText
from service.letters.filled import FilledLetter
from service.letters.kinds import CONSIDERED, LETTER_KINDS, REGISTRATION_OF, WHOSE_REGISTRATION
from service.letters.rules import MUNICIPALITY, REGISTRATION, Appeal
from service.letters.source import LetterSource
from service.web.danish import NOTHING, dansk_dato, kroner

Values = dict[str, Any]
TITLES = {
    "orientation": "Orientering: Kommunen har åbnet en sag",
    "hearing": "Partshøring: Du kan udtale dig, før vi afgør sagen",
    "decision": "Afgørelse",
    "closing": "Vi har afsluttet sagen",
}


def build_values(letter: FilledLetter, source: LetterSource, *, name: str, today: dt.date) -> Values:
    """The values of the template of the letter's kind; JSON throughout."""
    sender = {key: value for key, value in asdict(source.texts.sender).items() if not key.startswith("confirmed")}
    common: Values = {
        "title": TITLES[letter.kind],
        "description": LETTER_KINDS[letter.kind].text_da,
        "sender": sender | {"contact": list(source.texts.sender.contact)},
        "recipient": name,
        "address": [source.home, source.postal_code],
        "home": source.home,
        "date": dansk_dato(today),
        "case_id": source.case_id,
        "suspicion": source.suspicion,
        "facts": [_fact(fact) for fact in letter.facts],
        "rules": [{"named": _together(rule.named), "text": rule.text_da} for rule in letter.rules],
    }
    words = {field: _paragraphs(text) for field, text in letter.words.items()}
    return common | words | _own(letter, source)


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs of lines."""
    return [part.split("\n") for part in text.split("\n\n") if part.strip()]


def _together(rule: str) -> str:
    """A paragraph sign on the line of its number."""
    return rule.replace("§ ", "§\N{NO-BREAK SPACE}")


def _fact(fact: CaseText) -> Values:
    document = fact.document
    return {
        "lines": str(document["text"]).split("\n"),
        "source": FACT_SOURCES[document["source"]],
        "known_on": dansk_dato(document["known_on"]),
    }


def _own(letter: FilledLetter, source: LetterSource) -> Values:
    """What only one kind of letter has."""
    if letter.kind == "orientation":
        return {"benefits": _matters(letter, source)}
    if letter.kind == "hearing":
        return _hearing(letter) | {"benefits": _matters(letter, source)}
    if letter.kind == "decision":
        return _decision(letter, source)
    # what is changed for another adult is not this one's to know
    if source.outcome in CHANGING:
        return {"outcome": "no_change"}
    # before anything is proposed a case ends by being handed over to somebody else
    return {"outcome": source.outcome or "referred"}


def _hearing(letter: FilledLetter) -> Values:
    return {
        "adverse": set(letter.considered) != {"increase"},
        "considered": [_considered(code, letter) for code in letter.considered],
        "registration_considered": REGISTRATION in letter.considered,
        "deadline": dansk_dato(letter.deadline),
    }


def _considered(code: str, letter: FilledLetter) -> str:
    """Which change is considered of which benefits: the decision may go no further."""
    return CONSIDERED[code] if code == REGISTRATION else f"{CONSIDERED[code]}: {_listed(_names(letter.benefits))}"


def _listed(names: Sequence[str]) -> str:
    """`a, b og c`."""
    *most, last = names
    return f"{', '.join(most)} og {last}" if most else last


def _matters(letter: FilledLetter, source: LetterSource) -> list[Values]:
    """Why where one lives matters to each of the recipient's own benefits; another adult's are not told."""
    return [
        {"name": name, "text": source.texts.benefits[code].matters_da}
        for code in letter.recipient.benefits
        for name in _names([code])
    ]


def _decision(letter: FilledLetter, source: LetterSource) -> Values:
    appeals = source.texts.appeals_for(letter.decided)
    elsewhere = {code for appeal in appeals if appeal.decided_by != MUNICIPALITY for code in appeal.covers}
    own = [each for each in letter.effects if each.benefit not in elsewhere]
    claimed = sum(each.reclaim_ore for each in own)
    return {
        "registration_line": REGISTRATION_OF[letter.words[WHOSE_REGISTRATION] or "own"],
        "effects": [_effect(each) for each in own],
        "reclaim": kroner(claimed) if claimed else "",
        "next": [
            {"name": name, "text": source.texts.benefits[code].next_da}
            for code in dict.fromkeys(each.benefit for each in letter.effects)
            for name in _names([code])
        ],
        "handed_over": _names([each.benefit for each in letter.effects if each.benefit in elsewhere]),
        "appeals": [_appeal(each) for each in appeals],
    }


def _effect(effect: KeptEffect) -> Values:
    [name] = _names([effect.benefit])
    return {
        "benefit": name[:1].upper() + name[1:],
        "effect": EFFECTS[effect.effect],
        "from": dansk_dato(effect.effective_from),
        "monthly": kroner(effect.monthly_change_ore) if effect.monthly_change_ore else NOTHING,
        "reclaim": kroner(effect.reclaim_ore) if effect.reclaim_ore else NOTHING,
    }


def _names(benefits: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(load_catalogue().benefits[code].name_da for code in benefits))


def _appeal(appeal: Appeal) -> Values:
    return {
        "heading": appeal.heading_da,
        "own": appeal.decided_by == MUNICIPALITY,
        "body": appeal.body_da,
        "weeks": appeal.weeks,
        "text": appeal.text_da,
        "rule": _together(appeal.rule_da),
    }
