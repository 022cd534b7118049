"""Puts into the outbox, in the act that decides: what was decided and what must leave stand together or not at all.

Must not know how anything is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from governance.audit.events import canonical, instant
from governance.benefits import load_catalogue
from governance.store.opening import Act
from service.outbox.tables import OUTBOX

DECISION, POST, JOURNAL = "decision", "digital_post", "journal"
KINDS = (DECISION, POST, JOURNAL)
REGISTRATION_OUTCOMES = ("registration_corrected", "registration_reversed")
CPR = "CPR"
"""The receiver of a corrected registration: the municipality's own registration office."""


class QueuedCase(Protocol):
    """What the outbox asks of a case (`service.cases.case.CaseFile` has it)."""

    @property
    def case_id(self) -> str:
        """Our own id of the case."""
        ...

    @property
    def version(self) -> int:
        """The version before the step that queues."""
        ...

    @property
    def outcome(self) -> str | None:
        """A code of `OUTCOMES`."""
        ...


class DecidedEffect(Protocol):
    """What the outbox asks of an effect: a row of `case_effect` has it."""

    @property
    def effect_id(self) -> str:
        """The id in `case_effect`."""
        ...

    @property
    def benefit(self) -> str:
        """A code of the benefit catalogue."""
        ...


def queue_decision(
    act: Act, case: QueuedCase, effects: Iterable[DecidedEffect], *, corrected: Collection[int] = ()
) -> tuple[str, ...]:
    """One item for each administration whose benefits the decision changes, and one for a corrected registration.

    Each receiver is told of its own effects only, and the registration office of whose registration it is: `corrected`
    are numbers of the snapshot. After an appeal the outcome is `reversed` (of these effects) or `registration_reversed`
    (of the registration too). The ids of the items; the day of the decision is the act's.
    """
    said = {
        receiver: {"receiver": receiver, "effects": sorted(mine), "outcome": case.outcome, "version": case.version}
        for receiver, mine in _by_administration(effects).items()
    }
    if corrected or case.outcome in REGISTRATION_OUTCOMES:
        said[CPR] = _of_registration(case, corrected)
    return tuple(_queue(act, case, DECISION, said[receiver]) for receiver in sorted(said))


def _of_registration(case: QueuedCase, corrected: Collection[int]) -> dict[str, Any]:
    """Whatever else is decided, the registration office hears of the registration."""
    outcome = case.outcome if case.outcome in REGISTRATION_OUTCOMES else REGISTRATION_OUTCOMES[0]
    return {
        "receiver": CPR, "effects": [], "outcome": outcome, "version": case.version, "corrected": sorted(corrected),
    }  # fmt: skip


def _by_administration(effects: Iterable[DecidedEffect]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for effect in effects:
        administration = load_catalogue().benefits[effect.benefit].administration
        found.setdefault(administration, []).append(effect.effect_id)
    return found


def queue_letter(act: Act, case: QueuedCase, letter_id: str) -> tuple[str, ...]:
    """A letter to Digital Post and its copy to the journal; the ids of the two items."""
    return (_queue(act, case, POST, {"letter": letter_id}), _queue(act, case, JOURNAL, {"letter": letter_id}))


def queue_journal(act: Act, case: QueuedCase, step: str) -> str:
    """A note to the journal that a step was taken (offentlighedsloven § 13); the id of the item.

    `version` of the note is the one that the step makes: with the case it names the row of `case_step`.
    """
    return _queue(act, case, JOURNAL, {"step": step, "version": case.version + 1})


def _queue(act: Act, case: QueuedCase, kind: str, refers_to: Mapping[str, Any]) -> str:
    """One row, named by what it is: the same thing queued twice is one item."""
    text = canonical(refers_to)
    digest = hashlib.sha256(canonical([case.case_id, kind, text]).encode()).hexdigest()
    row = {"item_id": f"out-{digest[:20]}", "at": instant(act.at), "case_id": case.case_id, "kind": kind}
    if not _stands(act, row["item_id"]):
        act.connection.execute(sa.insert(OUTBOX), row | {"refers_to": text})
    return row["item_id"]


def _stands(act: Act, item_id: str) -> bool:
    return act.connection.execute(sa.select(OUTBOX.c.item_id).where(OUTBOX.c.item_id == item_id)).first() is not None
