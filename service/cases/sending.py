"""What leaves a case: letters and decisions, checked and queued in the act of the step that sends them.

Must not know what a letter says or how the outbox sends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.cases.moving import Moving
from service.cases.standing import Standing, Taken
from service.letters.opening import kept_letter, letter_of, letters_of
from service.outbox.queueing import queue_letter

SUSPICION = ("suspect", "clear_suspicion")
"""What changes the words of a letter: whether it may ask, and what it must say of the right to be silent."""


@dataclass(frozen=True)
class LetterRule:
    """Of what kinds the letters are, and the steps since whose newest they must have been made."""

    kinds: tuple[str, ...]
    after: tuple[str, ...]


def sent_letters(history: Collection[Taken]) -> frozenset[str]:
    """The letters that steps of the case have sent so far."""
    return frozenset(letter for each in history for letter in each.details.get("letters", ()))


def require_letters(moving: Moving, letters: Sequence[str], rule: LetterRule) -> dict[str, dt.date]:
    """Letter → its deadline, where it has one; `InvalidForm` unless each is this case's, of the kind, new enough and
    not sent before."""
    before = sent_letters(moving.history)
    newest = moving.last(*rule.after)
    deadlines: dict[str, dt.date] = {}
    for letter_id in letters:
        letter = letter_of(moving.connection, case_id=moving.case.case_id, letter_id=letter_id, kinds=rule.kinds)
        moving.require(letter_id not in before, "letters", "Brevet er allerede sendt.")
        made = dt.datetime.fromisoformat(letter.at)
        moving.require(
            newest is None or made >= newest.at, "letters", "Sagen er ændret, siden brevet blev dannet. Dan et nyt."
        )
        deadlines |= {letter_id: letter.deadline} if letter.deadline else {}
    return deadlines


def letters_to(standing: Standing, letters: Collection[str]) -> frozenset[str]:
    """person_id of everybody whom one of the letters is for."""
    return frozenset(kept_letter(standing.connection, each, standing.settings).person_id for each in letters)


def of_kind(standing: Standing, letters: Collection[str], kind: str) -> frozenset[str]:
    """Those of the letters that are of a kind."""
    made = letters_of(standing.connection, standing.case.case_id)
    return frozenset(each.letter_id for each in made if each.kind == kind).intersection(letters)


def send_letters(moving: Moving, letters: Sequence[str]) -> None:
    """Queue the letters, to be sent and filed once the act stands."""
    for letter_id in letters:
        queue_letter(moving.act, moving.case, letter_id)
    moving.keep(letters=list(letters))
