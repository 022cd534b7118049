"""Whether the citizen has been heard (forvaltningsloven § 19): everybody concerned, about everything, in good time.

Must not know what a decision would be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from service.cases.sending import letters_to
from service.cases.snapshot import adults_of
from service.cases.standing import Standing, Taken
from service.letters.heard import CITIZEN


def unheard(standing: Standing, persons: Collection[str]) -> str | None:
    """Why no decision against `persons` (person_id) may be made yet, in Danish; None when the hearing is over.

    A child is heard through the adults of the household.
    """
    if standing.case.state != "hearing":
        return "En afgørelse til ugunst for borgeren kræver, at borgeren er partshørt."
    hearings = hearings_of_all_facts(standing)
    if not hearings:
        return "Der er noteret oplysninger efter partshøringen. Borgeren skal høres om dem."
    deadlines = deadlines_of(hearings)
    answered = {each.details["letter"] for each in standing.history if each.step == "hearing_answer"}
    if any(letter not in answered and standing.today <= last for letter, last in deadlines.items()):
        return "Høringsfristen er ikke udløbet, og ikke alle har svaret."
    if missed(standing, persons, deadlines):
        return "Alle voksne, som afgørelsen går ud over, skal være partshørt."
    return None


def hearings_of_all_facts(standing: Standing) -> tuple[Taken, ...]:
    """The hearings since the newest fact; what the citizen told counts only where there are several adults: one of
    them told it, and the others have not been heard about it."""
    alone = len(adults_of(standing.snapshot, standing.today)) <= 1
    facts = [
        each.version
        for each in standing.history
        if each.step == "record_fact" and not (alone and each.reason == CITIZEN)
    ]
    newest = max(facts, default=0)
    return tuple(each for each in standing.history if each.step == "hear" and each.version > newest)


def deadlines_of(hearings: Collection[Taken]) -> Mapping[str, dt.date]:
    """Letter → the last day to answer it."""
    return {
        letter: dt.date.fromisoformat(last) for each in hearings for letter, last in each.details["deadlines"].items()
    }


def missed(standing: Standing, persons: Collection[str], letters: Collection[str]) -> bool:
    """Whether an adult of `persons` has none of the letters."""
    adults = adults_of(standing.snapshot, standing.today).intersection(persons)
    return bool(adults - letters_to(standing, letters))
