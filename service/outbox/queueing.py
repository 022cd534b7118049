"""Puts into the outbox, in the act that decides: what was decided and what must leave stand together or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from governance.store.opening import Act


class QueuedCase(Protocol):
    """What the outbox asks of a case (`service.cases.case.CaseFile` has it)."""

    @property
    def case_id(self) -> str:
        """Our own id of the case."""

    @property
    def version(self) -> int:
        """The version before the step that queues."""

    @property
    def outcome(self) -> str | None:
        """A code of `OUTCOMES`."""


class DecidedEffect(Protocol):
    """What the outbox asks of an effect: a row of `case_effect` has it."""

    @property
    def effect_id(self) -> str:
        """The id in `case_effect`."""

    @property
    def benefit(self) -> str:
        """A code of the benefit catalogue."""


def queue_decision(act: Act, case: QueuedCase, effects: Iterable[DecidedEffect]) -> tuple[str, ...]:
    """One item for each administration whose benefits the decision changes, and one for CPR when the registration is
    corrected; the ids of the items. Day of the decision is the act's."""
    raise NotImplementedError


def queue_letter(act: Act, case: QueuedCase, letter_id: str) -> tuple[str, ...]:
    """A letter to Digital Post and its copy to the journal; the ids of the two items."""
    raise NotImplementedError


def queue_journal(act: Act, case: QueuedCase, step: str) -> str:
    """A note to the journal that a step was taken (offentlighedsloven § 13); the id of the item."""
    raise NotImplementedError
