"""What a data-protection officer and an evaluator are shown: events, verdicts, figures; never a name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from service.api.models.base import Answer, Asked, OurId, SaidLine, example

if TYPE_CHECKING:
    from service.rights.rebuilding import RebuiltDecision

CASE_PSEUDONYM = "case-0123456789abcdef0123"


class LogEvent(Answer):
    """One event of the audit log."""

    seq: int
    at: str = Field(description="UTC, to the microsecond.")
    action: str
    action_da: str
    actor: str
    subject: str
    details: dict[str, Any] = Field(description="Our own ids, codes and counts.")


class LogFound(Answer):
    """One page of the log, the newest event first."""

    model_config = example(
        {
            "events": [
                {
                    "seq": 17,
                    "at": "2024-06-03T08:12:44.000000Z",
                    "action": "system.stopped",
                    "action_da": "Systemet blev stoppet",
                    "actor": "dpo-1",
                    "subject": "stop-1-0a1b2c3d",
                    "details": {"role": "dpo"},
                }
            ],
            "next": "WzE3XQ",
        }
    )
    events: list[LogEvent]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class LogVerified(Answer):
    """A log that holds; one that does not is a problem `audit-log` (503)."""

    model_config = example({"events": 1_250, "root": "0" * 64, "checkpoints": 3, "not_yet_published": 12})
    events: int
    root: str = Field(description="Root of the Merkle tree, hexadecimal.")
    checkpoints: int = Field(description="Published checkpoints that agree.")
    not_yet_published: int


class HashCompared(Answer):
    """A part of a decision: its hash as kept and as rebuilt."""

    part: str
    kept: str
    rebuilt: str
    identical: bool


class ViewingShown(Answer):
    """Somebody who saw or did something with the case."""

    seq: int
    at: str
    actor: str
    action: str
    text_da: str
    personal_read: bool
    purpose: str


_VIEWING = {
    "seq": 17,
    "at": "2024-06-03T08:12:44.000000Z",
    "actor": "kontrol-1",
    "action": "case.read",
    "text_da": "En sag blev vist",
    "personal_read": True,
    "purpose": "case_work",
}


class Viewings(Answer):
    """Who saw or did what with a person or their household, the newest first."""

    model_config = example({"viewings": [_VIEWING]})
    viewings: list[ViewingShown]


class DecisionRebuilt(Answer):
    """One decision gone through again, under its pseudonym."""

    model_config = example(
        {
            "run_id": "0123456789abcdef", "place": 1, "case": CASE_PSEUDONYM, "as_of": "2024-06-01",
            "model_version": "adressekontrol:1", "identical": True,
            "hashes": [{"part": "score", "kept": "0" * 64, "rebuilt": "0" * 64, "identical": True}],
            "rebuilt": {"score": {"hit_probability": 0.28}}, "list_verdict": "publish-7-0a1b2c3d",
            "model_verdict": "promote-3-0a1b2c3d", "released_at": "2024-06-02T04:00:00.000000Z",
            "case_ids": ["sag-00112233445566778899"], "viewings": [_VIEWING],
        }
    )  # fmt: skip
    run_id: str
    place: int
    case: str
    as_of: str
    model_version: str
    identical: bool
    hashes: list[HashCompared]
    rebuilt: dict[str, Any] = Field(description="Features, score and explanation as rebuilt.")
    list_verdict: str | None = Field(description="Verdict that released the list; null when none did.")
    model_verdict: str | None = Field(description="Verdict that promoted the model; null when none did.")
    released_at: str = Field(description="Empty when the list was never released.")
    case_ids: list[str]
    viewings: list[ViewingShown]

    @classmethod
    def of(cls, done: RebuiltDecision) -> Self:
        """The answer that tells of a rebuilt decision."""
        replayed = done.replayed
        return cls(
            run_id=replayed.run_id, place=replayed.place, case=replayed.case, as_of=str(replayed.as_of),
            model_version=replayed.model_version, identical=done.identical,
            hashes=[HashCompared.model_validate(each) for each in done.hashes], rebuilt=dict(replayed.document),
            list_verdict=done.list_verdict.id if done.list_verdict else None,
            model_verdict=done.model_verdict.id if done.model_verdict else None, released_at=done.released_at,
            case_ids=list(done.case_ids), viewings=[ViewingShown.model_validate(each) for each in done.viewings],
        )  # fmt: skip


class FairnessFigures(Answer):
    """The figures of one list by group; a group too small to show is marked, never 0."""

    model_config = example({"run_id": "0123456789abcdef", "report": {"groups": {}, "notes": []}})
    run_id: str
    report: dict[str, Any]


class VerdictShown(Answer):
    """What a gate answered."""

    id: str
    gate: str
    subject: str
    passed: bool
    at: dt.datetime
    good_through: dt.date
    closed_by: list[str]


class GatesShown(Answer):
    """What stands today, when it lapses, and the newest verdicts."""

    model_config = example(
        {
            "stop": "", "exceptions": [], "approvals": [], "keys": {"dpo": "0123456789abcdef"},
            "assessments": [
                {"kind": "dpia", "version": "2", "from": "2024-01-01", "to": "2024-12-31", "today": "stands"}
            ],
            "verdicts": [
                {
                    "id": "publish-7-0a1b2c3d", "gate": "publish", "subject": "0123456789abcdef", "passed": True,
                    "at": "2024-06-02T03:59:00Z", "good_through": "2024-06-09", "closed_by": [],
                }
            ],
        }
    )  # fmt: skip
    stop: str = Field(description="Empty when no stop is in force.")
    assessments: list[dict[str, str]]
    exceptions: list[dict[str, str]]
    approvals: list[dict[str, str]]
    keys: dict[str, str]
    verdicts: list[VerdictShown]


class StopAsked(Asked):
    """Why the system is stopped, naming no person."""

    model_config = example({"reason": "Fordelingen på køn afviger fra det godkendte."})
    reason: SaidLine


class Stopped(Answer):
    """The stop that is now in force; going on again needs a signature on the command line."""

    model_config = example({"stop_id": "stop-1-0a1b2c3d"})
    stop_id: str


class PersonNamed(Asked):
    """Whom it is about. The number stands in the body alone, never in an address."""

    model_config = example({"cpr_number": "991399-0001"})
    cpr_number: str = Field(min_length=10, max_length=11, pattern=r"^[0-9]{6}-?[0-9]{4}$")


class PersonAsked(PersonNamed):
    """Whose data are handed over, and what of them."""

    given: tuple[OurId, ...] = Field(
        default=(), max_length=1_000, description="Ids of the free texts that were read through and may be given."
    )
    named_staff: bool = Field(default=False, description="Whether colleagues are named in the answer.")
    request_id: OurId | Literal[""] = Field(default="", description="The request that it answers; may be empty.")


class ImpactCell(Answer):
    """How many cases, in whole tens rounded down; null where fewer than the smallest cell (`ikke vist`)."""

    office: str
    state: str
    month: str = Field(description="YYYY-MM in which the cases were listed.")
    cases: int | None


class ImpactSummary(Answer):
    """Aggregates only. No totals: from them hidden cells could be worked out."""

    model_config = example(
        {"smallest_cell": 10, "cells": [{"office": "BIF", "state": "closed", "month": "2024-06", "cases": 40}]}
    )
    smallest_cell: int
    cells: list[ImpactCell]


class NoticeShown(Answer):
    """A message to the data-protection officer, without words about a person."""

    notice_id: str
    at: str
    kind: str
    text_da: str
    subject: str = Field(description="Our own id of what it is about; may be empty.")
    user_id: str
    seen_at: str = Field(description="Empty until it has been read.")


class Notices(Answer):
    """Messages, the newest first."""

    model_config = example(
        {
            "notices": [
                {
                    "notice_id": "notice-00112233445566778899", "at": "2024-06-03T08:12:44.000000Z",
                    "kind": "glass_broken", "text_da": "En medarbejder har skaffet sig nødadgang til en sag",
                    "subject": "sag-00112233445566778899", "user_id": "kontrol-1", "seen_at": "",
                }
            ]
        }
    )  # fmt: skip
    notices: list[NoticeShown]
