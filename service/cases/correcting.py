"""Whose registration a decision corrects: the adults that its proposal names by their numbers in the snapshot.

The registers do not say who has custody of a child: a child follows the adult who has it, and that adult is named,
heard and told. Must not know steps, letters or pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.cases.form_values import Fault
from service.cases.snapshot import adults_of, persons_of
from service.cases.standing import Taken
from service.cases.states import CHANGING

CORRECTED = "corrected"
"""The field of the proposal, and of the details of its step."""
TAKEN_BACK = ("send_back", "withdraw")
"""What leaves a case without a proposal."""
OF_REGISTRATION_ALONE = "registration_corrected"


@dataclass(frozen=True)
class Correction:
    """What the newest proposal corrects: `persons` are numbers of the snapshot, none where nothing is corrected.

    `announced`: the decision has been told. `reversed_on`: an appeal has set the whole correction aside.
    """

    persons: tuple[int, ...] = ()
    announced: bool = False
    reversed_on: dt.date | None = None

    @property
    def stands(self) -> bool:
        """Whether it was told and no appeal has set it aside."""
        return bool(self.persons) and self.announced and self.reversed_on is None

    def persons_in(self, snapshot: Mapping[str, Any]) -> frozenset[str]:
        """person_id of whoever is corrected; personal."""
        persons = persons_of(snapshot)
        return frozenset(persons[number] for number in self.persons)


def correction_of(history: Sequence[Taken]) -> Correction:
    """The correction of the newest proposal among the steps of a case, oldest first; none after it was taken back."""
    proposals = [each for each in history if each.step == "propose"]
    if not proposals:
        return Correction()
    since = [each for each in history if each.version > proposals[-1].version]
    if any(each.step in TAKEN_BACK for each in since):
        return Correction()
    aside = [each for each in since if each.step == "appeal_outcome" and each.details.get("registration")]
    return Correction(
        persons=tuple(proposals[-1].details.get(CORRECTED, ())),
        announced=any(each.step == "announce" for each in since),
        reversed_on=dt.date.fromisoformat(aside[-1].details["decided_on"]) if aside else None,
    )


def adult_numbers(snapshot: Mapping[str, Any], today: dt.date) -> tuple[int, ...]:
    """The numbers of the adults of the snapshot, in order."""
    adults = adults_of(snapshot, today)
    return tuple(sorted(number for number, person_id in persons_of(snapshot).items() if person_id in adults))


def chosen_numbers(chosen: Collection[str]) -> tuple[int, ...]:
    """The field as numbers of the snapshot, each once and in order; for a choice without a fault."""
    return tuple(sorted({int(each) for each in chosen}))


def correction_faults(outcome: str, chosen: Collection[str], adults: Collection[int]) -> Iterator[Fault]:
    """What is wrong with the choice of whose registration is corrected."""
    if not set(chosen) <= {str(number) for number in adults}:
        yield CORRECTED, "Vælg blandt de voksne i sagen."
    if outcome == OF_REGISTRATION_ALONE and not chosen:
        yield CORRECTED, "Vælg de voksne, hvis registrering rettes."
    if outcome not in CHANGING and chosen:
        yield CORRECTED, "Udfaldet retter ingen registrering."
