"""Cases as the API shows them: no score, no arm, no probability, and persons only as the numbers of a case.

Names and CPR numbers come from one route alone, with its own permission.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from service.api.models.base import Answer, Ore, example
from service.cases.states import State

if TYPE_CHECKING:
    from service.cases.reading import CaseView

CASE = "sag-00112233445566778899"


class CaseStanding(Answer):
    """Where a case stands: our own ids and codes alone."""

    model_config = example(
        {"case_id": CASE, "state": "opened", "version": 4, "owner": "kontrol-1", "deadline": "2024-07-01"}
    )
    case_id: str
    state: State
    version: int
    owner: str | None
    deadline: dt.date | None


class StepShown(Answer):
    """Something that can be done with a case."""

    code: str
    text_da: str


class NotYet(StepShown):
    """Something that can be done later, and what is missing."""

    why_da: str


class TextShown(Answer):
    """Something that was written in the case."""

    text_id: str
    at: dt.datetime
    author: str
    kind: str
    document: dict[str, Any]


class LeadShown(Answer):
    """A lead on the address, in the words of whoever entered it."""

    kind: str
    recorded_on: dt.date
    user_id: str
    text: str


class LookShown(Answer):
    """A recorded own assessment."""

    at: dt.datetime
    user_id: str
    kind: str
    assessment: str


class EffectShown(Answer):
    """One effect, for the person and grant of that number in the snapshot."""

    effect_id: str
    person: int | None
    grant: int | None
    benefit: str
    effect: str
    monthly_change_ore: Ore
    effective_from: dt.date
    reclaim_ore: Ore
    reversed_on: dt.date | None
    collected_ore: Ore
    written_off_ore: Ore
    owed_ore: Ore


class RuleShown(Answer):
    """A legal rule; both texts are empty for a code that is in force no more."""

    code: str
    named: str
    text_da: str


class ProposalShown(Answer):
    """What was proposed, and perhaps decided."""

    version: int
    by: str
    outcome: str
    cause: str
    rules: list[str]
    rules_told: list[RuleShown] = Field(description="The rules of the codes in words, in the same order.")
    grounds: str
    effects: list[EffectShown]
    corrected: list[int] = Field(description="Numbers of the adults whose registration is corrected.")
    correction_reversed_on: dt.date | None = Field(description="When appeals had set everybody's correction aside.")
    correction_set_aside: list[int] = Field(description="Numbers of those for whom an appeal set it aside.")
    decided: bool


class LetterSeen(Answer):
    """A letter of the case, without its words."""

    letter_id: str
    kind: str
    at: dt.datetime
    deadline: dt.date | None
    sent: bool


class CaseShown(CaseStanding):
    """One case as the caller may see it now; the reasons are under `explanation`."""

    model_config = example(
        {
            "case_id": CASE, "state": "opened", "version": 4, "owner": "kontrol-1", "deadline": "2024-07-01",
            "offices": ["BIF"], "benefits": ["kontanthjaelp"], "place": 1, "as_of": "2024-06-01",
            "listed_on": "2024-06-03", "expires_on": "2024-07-03", "opened_on": "2024-06-04", "closed_on": None,
            "suspicion": False, "outcome": None, "cause": None,
            "snapshot": {"as_of": "2024-06-01", "residents": [{"person": 1}, {"person": 2}]},
            "texts": [
                {
                    "text_id": "text-00112233445566778899", "at": "2024-06-04T09:00:00Z", "author": "kontrol-1",
                    "kind": "fact", "document": {"text": "Boligen er udlejet.", "source": "bbr"},
                }
            ],
            "leads": [
                {"kind": "returned_mail", "recorded_on": "2024-05-02", "user_id": "kontrol-1", "text": "Ubekendt."}
            ],
            "looks": [
                {"at": "2024-06-04T08:50:00Z", "user_id": "kontrol-1", "kind": "first", "assessment": "would_open"}
            ],
            "proposal": None, "proposal_hidden": False, "letters": [], "minutes_worked": 45,
            "steps_now": [{"code": "add_note", "text_da": "Skriv et notat"}],
            "not_yet": [{"code": "inform", "text_da": "Orientér", "why_da": "Der er endnu ikke noget brev."}],
            "read_only_da": "",
        }
    )  # fmt: skip
    offices: list[str]
    benefits: list[str]
    place: int
    as_of: dt.date
    listed_on: dt.date
    expires_on: dt.date
    opened_on: dt.date | None
    closed_on: dt.date | None
    suspicion: bool
    outcome: str | None
    cause: str | None
    snapshot: dict[str, Any] = Field(description="Facts with register and date; persons are numbers.")
    texts: list[TextShown]
    leads: list[LeadShown] = Field(description="Kept back, like the reasons, until an own assessment is recorded.")
    looks: list[LookShown]
    proposal: ProposalShown | None
    proposal_hidden: bool = Field(description="There is one; an approver sees it after an own second look.")
    letters: list[LetterSeen]
    minutes_worked: int
    steps_now: list[StepShown]
    not_yet: list[NotYet]
    read_only_da: str

    @classmethod
    def of(cls, view: CaseView) -> Self:
        """The answer that tells of a view; persons have no ids in it."""
        of_case = {name: getattr(view.case, name) for name in cls.model_fields if hasattr(view.case, name)}
        of_view = {name: getattr(view, name) for name in _OF_VIEW}
        return cls.model_validate(
            of_case | of_view | {
                "snapshot": dict(view.snapshot),
                "steps_now": [StepShown.model_validate(step) for step in view.steps_now],
                "not_yet": [NotYet(code=e.step.code, text_da=e.step.text_da, why_da=e.why_da) for e in view.not_yet],
            }
        )  # fmt: skip


_OF_VIEW = ("texts", "leads", "looks", "proposal", "proposal_hidden", "letters", "minutes_worked", "read_only_da")


class FrequencyShown(Answer):
    """Of 100 addresses of the whole list so many are expected to lead to a change, and so many are not."""

    hits_per_100: int
    misses_per_100: int
    low: int
    high: int


class Explanation(Answer):
    """Why the case is where it is: reasons for priority, never grounds of a decision."""

    model_config = example(
        {
            "case_id": CASE,
            "reasons_hidden": False,
            "reasons_for": ["Der er registreret flere voksne, end boligens areal er normalt for."],
            "reasons_against": ["Husstanden har ikke flyttet i fem år."],
            "weighs": ["Færre registrerede voksne ville flytte sagen ned."],
            "frequency": {"hits_per_100": 28, "misses_per_100": 72, "low": 22, "high": 35},
        }
    )
    case_id: str
    reasons_hidden: bool = Field(description="Kept back until an own assessment is recorded; the lists are then empty.")
    reasons_for: list[str]
    reasons_against: list[str]
    weighs: list[str]
    frequency: FrequencyShown | None

    @classmethod
    def of(cls, view: CaseView) -> Self:
        """The answer that tells of a view."""
        of_view = {name: getattr(view, name) for name in cls.model_fields if name != "case_id"}
        return cls.model_validate({"case_id": view.case.case_id} | of_view)


class HappeningShown(Answer):
    """One line of the timeline."""

    version: int
    at: dt.datetime
    step: str
    text_da: str
    actor: str
    actor_name: str
    from_state: str
    to_state: State
    reason: str


class Timeline(Answer):
    """Everything that was done, oldest first."""

    model_config = example(
        {
            "case_id": CASE,
            "happenings": [
                {
                    "version": 2, "at": "2024-06-03T08:12:44Z", "step": "claim", "text_da": "Sagen er taget",
                    "actor": "kontrol-1", "actor_name": "Prøve Medarbejder", "from_state": "listed",
                    "to_state": "listed", "reason": "",
                }
            ],
        }
    )  # fmt: skip
    case_id: str
    happenings: list[HappeningShown]

    @classmethod
    def of(cls, view: CaseView) -> Self:
        """The answer that tells of a view."""
        return cls(
            case_id=view.case.case_id, happenings=[HappeningShown.model_validate(each) for each in view.timeline]
        )


class PersonShown(Answer):
    """Name and number of a resident, out of the identity table."""

    person: int = Field(description="Number of the person in the snapshot.")
    name: str
    cpr_number: str


class Persons(Answer):
    """The residents of an opened case."""

    model_config = example(
        {"case_id": CASE, "persons": [{"person": 1, "name": "Prøve 00001 Person", "cpr_number": "991399-0001"}]}
    )
    case_id: str
    persons: list[PersonShown]
