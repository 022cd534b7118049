"""Whether the citizen has been heard (forvaltningsloven § 19): everybody concerned, about everything, in good time.

A decision goes no further than what the letters said might follow, and after a suspicion only letters that tell of the
right to be silent count (tvangsindgrebsloven §§ 9-10). Must not know what a letter looks like.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from service.cases.effects import BENEFITS_DA, ProposedEffect
from service.cases.sending import letters_to
from service.cases.snapshot import adults_of, persons_of
from service.cases.standing import Standing, Taken
from service.letters.consequences import OF_REGISTRATION, Consequence, load_consequences, said_of
from service.letters.heard import CITIZEN

_KIND_OF: Mapping[str, str] = {"stopped": "stop", "reduced": "reduce", "reclaim": "reclaim"}


def unheard(standing: Standing, corrected: Collection[int], effects: Collection[ProposedEffect]) -> str | None:
    """Why no decision may correct the registration of these adults and have these effects yet, in Danish; None when
    it may.

    For a decision against the citizen; `corrected` are numbers of the snapshot. A child is heard through the adults of
    the household.
    """
    if standing.case.state != "hearing":
        return "En afgørelse til ugunst for borgeren kræver, at borgeren er partshørt."
    hearings = hearings_that_count(standing)
    if not hearings:
        return _why_again(standing)
    deadlines = deadlines_of(hearings)
    answered = {each.details["letter"] for each in standing.history if each.step == "hearing_answer"}
    if any(letter not in answered and standing.today <= last for letter, last in deadlines.items()):
        return "Høringsfristen er ikke udløbet, og ikke alle har svaret."
    persons = persons_of(standing.snapshot)
    concerned = {persons[number] for number in (*corrected, *(each.person for each in effects))}
    if missed(standing, concerned, deadlines):
        return "Alle voksne, som afgørelsen går ud over, skal være partshørt."
    return beyond_what_was_heard(standing, corrected, effects, deadlines)


def beyond_what_was_heard(
    standing: Standing, corrected: Collection[int], effects: Collection[ProposedEffect], letters: Collection[str]
) -> str | None:
    """What the decision does to somebody whom no letter told that it might, in Danish; None when there is nothing."""
    heard = load_consequences(standing.connection, standing.case.case_id, letters, standing.settings)
    anybody = frozenset(each for told in heard.values() for each in told)
    persons, adults = persons_of(standing.snapshot), adults_of(standing.snapshot, standing.today)
    beyond = [
        f"{said_of(each, BENEFITS_DA)} (person {effect.person})"
        for effect in effects
        for each in _adverse_consequences(effect)
        if not _covering(each) & _told(persons[effect.person], heard, adults, anybody)
    ]
    beyond += [
        f"{said_of(OF_REGISTRATION, BENEFITS_DA)} (person {number})"
        for number in corrected
        if OF_REGISTRATION not in heard.get(persons[number], frozenset())
    ]
    if not beyond:
        return None
    return f"Borgeren er ikke partshørt om det, der indstilles: {'; '.join(beyond)}. Send en ny partshøring om det."


def _told(
    person: str, heard: Mapping[str, frozenset[Consequence]], adults: Collection[str], anybody: frozenset[Consequence]
) -> frozenset[Consequence]:
    return heard.get(person, frozenset()) if person in adults else anybody


def _adverse_consequences(effect: ProposedEffect) -> Iterator[Consequence]:
    """A stop that also claims money back is two things to be heard about; an increase is none."""
    kinds = {_KIND_OF[effect.effect]} if effect.effect in _KIND_OF else set()
    return ((kind, effect.benefit) for kind in sorted(kinds | ({"reclaim"} if effect.reclaim_ore > 0 else set())))


def _covering(consequence: Consequence) -> frozenset[Consequence]:
    """Whoever was heard about losing a benefit was heard about losing a part of it."""
    kind, benefit = consequence
    return frozenset({consequence, ("stop", benefit)} if kind == "reduce" else {consequence})


def hearings_that_count(standing: Standing) -> tuple[Taken, ...]:
    """The hearings since the newest fact and, while a suspicion is registered, since it was.

    What the citizen told counts as a fact only where there are several adults: one of them told it, and the others have
    not been heard about it.
    """
    alone = len(adults_of(standing.snapshot, standing.today)) <= 1
    facts = [
        each.version
        for each in standing.history
        if each.step == "record_fact" and not (alone and each.reason == CITIZEN)
    ]
    newest = max([*facts, _suspected(standing)], default=0)
    return tuple(each for each in standing.history if each.step == "hear" and each.version > newest)


def _suspected(standing: Standing) -> int:
    """The version that registered the suspicion; 0 while none is registered."""
    suspected = standing.last("suspect") if standing.case.suspicion else None
    return suspected.version if suspected else 0


def _why_again(standing: Standing) -> str:
    if standing.since(_suspected(standing), ("hear",)):
        return "Der er noteret oplysninger efter partshøringen. Borgeren skal høres om dem."
    return (
        "Der er registreret en mistanke efter partshøringen. Send en ny partshøring, der vejleder om retten til ikke "
        "at udtale sig."
    )


def untold_of_silence(standing: Standing, letters: Collection[str]) -> bool:
    """Whether somebody was asked in a hearing before the suspicion, and has had no letter since, nor one of these.

    The letters of a hearing that is made while a suspicion is registered tell of the right to be silent.
    """
    suspected = _suspected(standing)
    hearings = [each for each in standing.history if each.step == "hear"] if suspected else []
    before = {letter for each in hearings if each.version < suspected for letter in each.details["letters"]}
    since = {letter for each in hearings if each.version > suspected for letter in each.details["letters"]}
    return missed(standing, letters_to(standing, before), since.union(letters))


def deadlines_of(hearings: Collection[Taken]) -> Mapping[str, dt.date]:
    """Letter → the last day to answer it."""
    return {
        letter: dt.date.fromisoformat(last) for each in hearings for letter, last in each.details["deadlines"].items()
    }


def last_deadline(standing: Standing) -> dt.date | None:
    """The last day of the newest hearing; None where there was none."""
    newest = standing.last("hear")
    return max(deadlines_of([newest]).values()) if newest else None


def missed(standing: Standing, persons: Collection[str], letters: Collection[str]) -> bool:
    """Whether an adult of `persons` has none of the letters."""
    adults = adults_of(standing.snapshot, standing.today).intersection(persons)
    return bool(adults - letters_to(standing, letters))
