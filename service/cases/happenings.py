"""The timeline of a case in words: every step, whoever took it. Must not know what may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from service.cases.intake import EXPIRED_STEP, HIDDEN_STEP, LISTED_STEP, RELISTED_STEP, SHOWN_STEP
from service.cases.seen import Happening
from service.cases.standing import Taken
from service.cases.states import State
from service.cases.step import STEPS

OF_THE_HOUSE: Mapping[str, str] = {
    LISTED_STEP: "Sagen kom på listen",
    RELISTED_STEP: "Sagen kom på en ny liste",
    EXPIRED_STEP: "Sagen udgik med listen",
    HIDDEN_STEP: "Sagen blev skjult",
    SHOWN_STEP: "Sagen blev synlig igen",
}
"""What nobody did by hand."""


def as_happening(taken: Taken, names: Mapping[str, str], *, hide_reason: bool) -> Happening:
    """A step as a line of the timeline; `hide_reason` leaves out another person's assessment."""
    said = STEPS[taken.step].text_da if taken.step in STEPS else OF_THE_HOUSE[taken.step]
    return Happening(
        version=taken.version, at=taken.at, step=taken.step, text_da=said, actor=taken.actor,
        actor_name=names.get(taken.actor, taken.actor), from_state=taken.from_state,
        to_state=cast(State, taken.to_state), reason="" if hide_reason else taken.reason,
    )  # fmt: skip
