"""What a page or an answer shows of cases, as values: the rows of the list and the whole of one case.

No score, no arm, no probability and no amount of one case is here for whoever works on cases: a random case could be
told from the rest. Must not know how anything is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.cases.case import CaseFile
from service.cases.registry import Step
from service.cases.states import State
from service.cases.vault import CaseText

Scope = Literal["mine", "team", "all"]
SCOPES: tuple[Scope, ...] = ("mine", "team", "all")
MOST_ROWS = 50


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins: after this row. Opaque to whoever is given it; it names no person and no address."""

    listed_on: dt.date
    place: int
    case_id: str


@dataclass(frozen=True)
class WorklistRow:
    """One row: what is at stake, the first reason (None while hidden), the next deadline, where it stands.

    The deadline of a waiting case is the last day of its list.

    `address` is the parts of the address as in `service.cases.snapshot`: municipality_code, road_code, house_number,
    floor, door, postal_code (empty texts where unknown); the name of the road is for the identities.
    """

    case_id: str
    place: int
    address: dict[str, str]
    benefits: tuple[str, ...]
    offices: tuple[str, ...]
    first_reason: str | None
    deadline: dt.date | None
    overdue: bool
    state: State
    owner: str | None
    owner_name: str | None
    listed_on: dt.date
    version: int


@dataclass(frozen=True)
class WorklistPage:
    """A page of the list; `next` begins the page after it, None at the end; `total` counts every row of the filter."""

    rows: tuple[WorklistRow, ...]
    next: Cursor | None
    total: int


@dataclass(frozen=True)
class Frequency:
    """Of 100 addresses of the whole list, both arms, so many are expected to lead to a change: mean and interval."""

    hits_per_100: int
    low: int
    high: int

    @property
    def misses_per_100(self) -> int:
        """The other half."""
        return 100 - self.hits_per_100


@dataclass(frozen=True)
class Happening:
    """One line of the timeline: step, who, when, from where to where, code and words of its reason ("" for none)."""

    version: int
    at: dt.datetime
    step: str
    text_da: str
    actor: str
    actor_name: str
    from_state: str
    to_state: State
    reason: str
    reason_da: str


@dataclass(frozen=True)
class Look:
    """A recorded own assessment; `kind` first or second."""

    at: dt.datetime
    user_id: str
    kind: str
    assessment: str


@dataclass(frozen=True)
class LeadSeen:
    """A lead on the address, in the words of whoever entered it; `kind` a code of LEAD_KINDS."""

    kind: str
    recorded_on: dt.date
    user_id: str
    text: str


@dataclass(frozen=True)
class Effect:
    """One effect of the newest proposal; amounts in whole øre. `reversed_on` where an appeal set it aside.

    `person` and `grant` are the numbers of the snapshot, None where there is none any more.
    """

    effect_id: str
    person: int | None
    grant: int | None
    benefit: str
    effect: str
    monthly_change_ore: int
    effective_from: dt.date
    reclaim_ore: int
    reversed_on: dt.date | None
    collected_ore: int
    written_off_ore: int
    owed_ore: int


@dataclass(frozen=True)
class RuleSeen:
    """A legal rule: code, act and paragraph, what it says; both texts "" for a code that is in force no more."""

    code: str
    named: str
    text_da: str


@dataclass(frozen=True)
class Proposal:
    """What was proposed (and perhaps decided): outcome, cause, codes of the legal rules, the grounds in words.

    `rules_told` is the rules of the codes in words, in the same order. `corrected`: numbers of the snapshot of the
    adults whose registration is corrected; `correction_set_aside`: those of them for whom an appeal set it aside, and
    `correction_reversed_on` when that was everybody.
    """

    version: int
    by: str
    outcome: str
    cause: str
    rules: tuple[str, ...]
    rules_told: tuple[RuleSeen, ...]
    grounds: str
    effects: tuple[Effect, ...]
    corrected: tuple[int, ...]
    correction_reversed_on: dt.date | None
    correction_set_aside: tuple[int, ...]
    decided: bool


@dataclass(frozen=True)
class LetterSeen:
    """A letter of the case without its words."""

    letter_id: str
    kind: str
    at: dt.datetime
    deadline: dt.date | None
    sent: bool


@dataclass(frozen=True)
class NotYet:
    """A step that the caller may take here, and what is missing (Danish)."""

    step: Step
    why_da: str


@dataclass(frozen=True)
class CaseView:
    """One case as this caller may see it now.

    `snapshot` is the document of `service.cases.snapshot` (facts with register and date; persons are numbers).
    `reasons_hidden`: the reasons are kept back until the caller has recorded an own assessment; `reasons_for`,
    `reasons_against`, `weighs` and `leads` are then empty. `proposal_hidden`: there is a proposal that an approver may
    see only after an own second look. `steps_now` can be taken now, `not_yet` after something else; `read_only_da`
    says why nothing can be done, "" otherwise.
    """

    case: CaseFile
    snapshot: dict[str, object]
    texts: tuple[CaseText, ...]
    reasons_hidden: bool
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    weighs: tuple[str, ...]
    leads: tuple[LeadSeen, ...]
    frequency: Frequency | None
    timeline: tuple[Happening, ...]
    looks: tuple[Look, ...]
    proposal: Proposal | None
    proposal_hidden: bool
    letters: tuple[LetterSeen, ...]
    minutes_worked: int
    steps_now: tuple[Step, ...]
    not_yet: tuple[NotYet, ...]
    read_only_da: str
    names: Mapping[str, str]
