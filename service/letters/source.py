"""What a letter of one case may be made of: address, adults, recorded facts, what was decided, and the rules.

Nothing else of a case is read here: not why it stands on a list, nor where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.errors import NotNow
from governance.settings import Settings
from service.cases.case import CaseFile
from service.cases.correcting import correction_of
from service.cases.effects import KeptEffect, load_effects
from service.cases.snapshot import persons_of
from service.cases.standing import Taken, load_history
from service.cases.vault import CaseText, load_vault
from service.identities.door import road_names
from service.letters.heard import Heard, load_heard
from service.letters.rules import LetterTexts, load_letter_texts

ADULT_YEARS = 18
_KINDS = ("snapshot", "fact", "answer", "hearing_answer")


@dataclass(frozen=True)
class Adult:
    """Somebody a letter can be for: number in the snapshot, id, year of birth (None where unknown), own benefits."""

    number: int
    person_id: str
    birth_year: int | None
    benefits: tuple[str, ...]


@dataclass(frozen=True)
class LetterSource:
    """A case as far as a letter knows it; `home` is the first line of the address, `postal_code` the second.

    `facts` by text_id; `effects` of what was decided; `corrected`: person_id of those whose registration is then
    corrected. `told`: person_id → text_id of the facts that a hearing has
    told the person, nobody else has been heard; `told_of_registration`: person_id of those to whom one said that the
    registration might be corrected; `answered`: person_id of those who have answered something.
    """

    case_id: str
    state: str
    outcome: str | None
    suspicion: bool
    benefits: frozenset[str]
    home: str
    postal_code: str
    adults: tuple[Adult, ...]
    facts: Mapping[str, CaseText]
    effects: tuple[KeptEffect, ...]
    corrected: frozenset[str]
    told: Mapping[str, frozenset[str]]
    told_of_registration: frozenset[str]
    answered: frozenset[str]
    texts: LetterTexts


def load_source(connection: sa.Connection, case: CaseFile, settings: Settings, *, today: dt.date) -> LetterSource:
    """What the case gives; `NotNow` while the name of its road is unknown, or when its words have been deleted."""
    written = load_vault(settings).read_texts(connection, case.case_id, _KINDS)
    snapshot = _newest_snapshot(written)
    history = load_history(connection, case.case_id)
    # what is only proposed is nobody's to see yet
    effects = _decided(connection, case.case_id, history) if case.outcome else ()
    adults, heard = _adults(snapshot, today), load_heard(connection, case.case_id, settings, history)
    return LetterSource(
        case_id=case.case_id,
        state=case.state,
        outcome=case.outcome,
        suspicion=case.suspicion,
        benefits=frozenset(case.benefits).union(each.benefit for each in effects),
        home=_home(connection, snapshot, settings),
        postal_code=str(snapshot["address"]["postal_code"]),
        adults=adults,
        facts={text.text_id: text for text in written if text.kind == "fact"},
        effects=effects,
        corrected=correction_of(history).persons_in(snapshot) if case.outcome else frozenset(),
        told=heard.told,
        told_of_registration=heard.told_of_registration,
        answered=_answered(written, adults, heard),
        texts=load_letter_texts(settings),
    )


def _newest_snapshot(written: list[CaseText]) -> Mapping[str, Any]:
    found = [text.document for text in written if text.kind == "snapshot"]
    if not found:
        raise NotNow("Sagen har ingen registeroplysninger.", item="sag", remedy="Se på sagen, hvad der kan gøres nu.")
    return found[-1]


def _adults(snapshot: Mapping[str, Any], today: dt.date) -> tuple[Adult, ...]:
    born = {int(each["person"]): each["birth_year"] for each in snapshot["residents"]}
    return tuple(
        Adult(number, person_id, born[number], _benefits(snapshot, number))
        for number, person_id in sorted(persons_of(snapshot).items())
        if born[number] is None or today.year - born[number] >= ADULT_YEARS
    )


def _benefits(snapshot: Mapping[str, Any], number: int) -> tuple[str, ...]:
    """The benefits that the person has a grant of."""
    return tuple(sorted({str(each["benefit"]) for each in snapshot["grants"] if int(each["person"]) == number}))


def _answered(written: Collection[CaseText], adults: Collection[Adult], heard: Heard) -> frozenset[str]:
    """Who has answered: the recipient of the hearing; of another answer nobody is named, so it is anybody's."""
    if any(text.kind == "answer" for text in written):
        return frozenset(adult.person_id for adult in adults)
    letters = [str(text.document["letter"]) for text in written if text.kind == "hearing_answer"]
    return frozenset(heard.recipient[letter] for letter in letters)


def _decided(connection: sa.Connection, case_id: str, history: Collection[Taken]) -> tuple[KeptEffect, ...]:
    proposals = [taken.version for taken in history if taken.step == "propose"]
    return load_effects(connection, case_id, proposal=proposals[-1]) if proposals else ()


def _home(connection: sa.Connection, snapshot: Mapping[str, Any], settings: Settings) -> str:
    """`Vejnavn 12, 2. tv`."""
    parts = snapshot["address"]
    code = (parts["municipality_code"], parts["road_code"])
    name = road_names(connection, [code], settings=settings).get(code)
    if name is None:
        raise NotNow(
            "Vejens navn mangler, så brevet kan ikke nævne adressen.",
            item="sag",
            remedy="Bed om, at kommunens nyeste fil med vejnavne bliver indlæst.",
        )
    inside = " ".join(part for part in (_floor(parts["floor"]), parts["door"]) if part)
    return f"{name} {parts['house_number']}" + (f", {inside}" if inside else "")


def _floor(floor: str) -> str:
    return f"{floor}." if floor else ""
