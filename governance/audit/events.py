"""One event: six columns, and the exact bytes of them that the tree commits to.

The leaf is canonical JSON: keys in order, UTF-8, no spaces. `details` is kept as the text that was hashed, and goes
into the leaf as it stands: a blank added to it is a change. An event carries our own ids and pseudonyms, never a
person.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from governance.audit.actions import ACTIONS

AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
PERSONAL_KEYS = frozenset({"person_id", "address_id", "unit_id", "cpr", "cpr_number", "employee_id", "caseworker_id"})
_CPR_NUMBER = re.compile(r"\b\d{6}-\d{4}\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Draft:
    """What is to be recorded; it has no number until it is appended."""

    at: dt.datetime
    action: str
    actor: str
    subject: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One recorded event as its columns hold it: `seq` from 1 without gaps, `at` in UTC, `details` canonical JSON."""

    seq: int
    at: str
    action: str
    actor: str
    subject: str
    details: str

    @property
    def leaf(self) -> bytes:
        """The bytes that are hashed, which are also a line of the export."""
        action, actor, at, subject = map(encode_basestring, (self.action, self.actor, self.at, self.subject))
        head = f'{{"action":{action},"actor":{actor},"at":{at}'
        return f'{head},"details":{self.details},"seq":{self.seq:d},"subject":{subject}}}'.encode()


def make_event(draft: Draft, seq: int, *, not_before: str) -> Event:
    """Number `seq` of the log; an unknown action, a person or text that cannot be kept is a ValueError.

    `not_before` is the time of the event before: a clock that was set back makes no event earlier than its precursor.
    """
    if draft.action not in ACTIONS:
        raise ValueError(f"there is no action {draft.action}")
    for text in (draft.actor, draft.subject):
        _refuse_personal_text(text)
        if _CONTROL.search(text):
            raise ValueError("an event's actor and subject are one line")
    _refuse_personal(draft.details)
    at = max(instant(draft.at), not_before)
    event = Event(seq, at, draft.action, draft.actor, draft.subject, canonical(draft.details))
    _ = event.leaf  # what UTF-8 cannot hold is refused here, before anything is written
    return event


def canonical(document: Any) -> str:
    """JSON in its one form: keys in order, no spaces, no NaN."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def instant(moment: dt.datetime) -> str:
    """UTC to the microsecond, `2024-06-01T12:00:00.000000Z`; a moment of no zone is a ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment of no zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _refuse_personal(value: Any) -> None:
    """No key that names a person or a home, and no CPR number, at any depth."""
    if isinstance(value, Mapping):
        named = PERSONAL_KEYS.intersection(value)
        if named:
            raise ValueError(f"an event holds no {sorted(named)[0]}")
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError("an event's details have text for keys")
            _refuse_personal_text(key)
            _refuse_personal(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_personal(inner)
    elif isinstance(value, str):
        _refuse_personal_text(value)


def _refuse_personal_text(text: str) -> None:
    if _CPR_NUMBER.search(text):
        raise ValueError("an event holds no CPR number")
