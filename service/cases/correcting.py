"""Whose registration a decision corrects: the adults that its proposal names by their numbers in the snapshot.

The registers do not say who has custody of a child: a child follows the adult who has it, and that adult is named,
heard and told. Must not know steps, letters or pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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

    `announced`: the decision has been told. `set_aside`: number of a person → the day on which an appeal set that
    person's correction aside.
    """

    persons: tuple[int, ...] = ()
    announced: bool = False
    set_aside: Mapping[int, dt.date] = field(default_factory=dict)

    @property
    def standing(self) -> tuple[int, ...]:
        """Of whom it was told and no appeal has set it aside."""
        return tuple(each for each in self.persons if each not in self.set_aside) if self.announced else ()

    @property
    def stands(self) -> bool:
        """Whether somebody's correction was told and stands."""
        return bool(self.standing)

    @property
    def reversed_on(self) -> dt.date | None:
        """When the last of it was set aside; None while somebody's stands, and where nothing was corrected."""
        whole = self.persons and set(self.persons) <= set(self.set_aside)
        return max(self.set_aside.values()) if whole else None

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
    persons = tuple(proposals[-1].details.get(CORRECTED, ()))
    return Correction(
        persons=persons,
        announced=any(each.step == "announce" for each in since),
        set_aside={
            number: dt.date.fromisoformat(each.details["decided_on"])
            for each in since
            if each.step == "appeal_outcome"
            for number in _set_aside(each, persons)
        },
    )


def _set_aside(ended: Taken, persons: tuple[int, ...]) -> tuple[int, ...]:
    """Whose correction an appeal set aside; steps of the first version say only whether everybody's was."""
    said = ended.details.get("registration", ())
    if isinstance(said, bool):
        return persons if said else ()
    return tuple(said)


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
