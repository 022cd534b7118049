"""The cases of one person as an answer on access tells them: the household's own, of everybody else only how many.

Free words of a case may tell of others (Article 15(4)): each is given only when the officer has read it through and
said so; until then it is listed by kind and day, and counted as kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.errors import NotNow
from governance.settings import Settings
from service.cases.case import CaseFile
from service.cases.correcting import correction_of
from service.cases.snapshot import persons_of
from service.cases.standing import load_history
from service.cases.states import ASSESSMENTS, CAUSES, EFFECTS, LEAD_KINDS, OUTCOMES, SECOND_ASSESSMENTS, STATES
from service.cases.tables import EFFECTS as EFFECT_ROWS
from service.cases.tables import LOOKS, MONEY, REVERSALS
from service.cases.vault import CaseText, load_vault
from service.rights.access_words import OWN_STEPS, TEXT_KINDS
from service.rights.staff import Staff
from service.rights.subject import SNAPSHOT, Subject, read_snapshots

_LOOKS: Mapping[str, Mapping[str, str]] = {"first": ASSESSMENTS, "second": SECOND_ASSESSMENTS}
_STATES: Mapping[str, str] = {str(code): text for code, text in STATES.items()}


@dataclass(frozen=True)
class Words:
    """A text that an officer must read before it may be given; `case_id` is "" for a lead, which is of no case."""

    case_id: str
    text: CaseText

    @property
    def told(self) -> str:
        """What is written, whatever fields it has."""
        return " · ".join(str(value) for _, value in sorted(self.text.document.items()) if value not in (None, ""))


def find_words(connection: sa.Connection, settings: Settings, subject: Subject) -> tuple[Words, ...]:
    """Every free text of the cases, in order, and the leads; a case whose words were deleted has none."""
    found: list[Words] = []
    for case in subject.cases:
        try:
            texts = load_vault(settings).read_texts(connection, case.case_id)
        except NotNow:
            continue
        found += [Words(case.case_id, text) for text in texts if text.kind != SNAPSHOT]
    leads = [CaseText(each.signal_id, each.at, each.user_id, "lead", {"text": each.text}) for each in subject.leads]
    return (*found, *(Words("", each) for each in leads))


def lead_documents(subject: Subject, given: frozenset[str]) -> list[dict[str, Any]]:
    """The leads as the person may have them: whoever told is protected, so the words only when they may be given."""
    return [
        {"kind": LEAD_KINDS.get(each.kind, each.kind), "recorded_on": each.recorded_on.isoformat()}
        | ({"words": each.text} if each.signal_id in given else {"kept_back": True})
        for each in subject.leads
    ]


def case_document(
    connection: sa.Connection,
    case: CaseFile,
    *,
    settings: Settings,
    person_id: str,
    words: Sequence[Words],
    given: frozenset[str],
    staff: Staff,
) -> dict[str, Any]:
    """One case as the person may have it."""
    return {
        "case": case.case_id,
        "state": STATES[case.state],
        "administrations": list(case.offices),
        "benefits": list(case.benefits),
        "legal_basis": case.legal_basis,
        "listed_on": case.listed_on.isoformat(),
        "opened_on": _day(case.opened_on),
        "closed_on": _day(case.closed_on),
        "outcome": OUTCOMES.get(case.outcome or "", None),
        "cause": CAUSES.get(case.cause or "", None),
        "drawn_at_random": case.arm == "random",
        "model_version": case.model_version,
        "reasons_for": list(case.reasons_for),
        "reasons_against": list(case.reasons_against),
        "facts_shown": [own_part(each, person_id) for each in read_snapshots(connection, settings, case.case_id)],
        "steps": _steps(connection, case, staff),
        "assessments": _looks(connection, case, staff),
        "effects": _effects(connection, case, person_id),
        "effects_on_others": _effects_on_others(connection, case, person_id),
        **_correction(connection, settings, case, person_id),
        "texts": [_text(each, given) for each in words if each.case_id == case.case_id],
    }


def own_part(snapshot: Mapping[str, Any], person_id: str) -> dict[str, Any]:
    """The snapshot with the person's own rows; of other residents and their grants only how many there were."""
    numbers = {number for number, named in persons_of(snapshot).items() if named == person_id}
    parts = {name: list(snapshot.get(name, [])) for name in ("residents", "grants")}
    own = {name: [row for row in rows if row["person"] in numbers] for name, rows in parts.items()}
    others = {f"other_{name}": len(rows) - len(own[name]) for name, rows in parts.items()}
    shared = {name: snapshot[name] for name in ("as_of", "address", "dwelling", "signals") if name in snapshot}
    return {**shared, **own, **others, "earlier_cases": len(snapshot.get("cases", []))}


def _day(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


def _steps(connection: sa.Connection, case: CaseFile, staff: Staff) -> list[dict[str, Any]]:
    from service.cases.happenings import DONE

    return [
        {
            "at": taken.at.isoformat(),
            "step": DONE.get(taken.step) or OWN_STEPS.get(taken.step, taken.step),
            "by": staff.of(taken.actor),
            "state_after": _STATES.get(taken.to_state, taken.to_state),
        }
        for taken in load_history(connection, case.case_id)
    ]


def _looks(connection: sa.Connection, case: CaseFile, staff: Staff) -> list[dict[str, Any]]:
    rows = connection.execute(sa.select(LOOKS).where(LOOKS.c.case_id == case.case_id).order_by(LOOKS.c.at))
    return [
        {"at": row.at, "by": staff.of(row.user_id), "assessment": _LOOKS[row.kind].get(row.assessment, row.assessment)}
        for row in rows
    ]


def _newest_proposal(connection: sa.Connection, case: CaseFile) -> int:
    newest = sa.select(sa.func.max(EFFECT_ROWS.c.proposal)).where(EFFECT_ROWS.c.case_id == case.case_id)
    return int(connection.execute(newest).scalar_one() or 0)


def _effects(connection: sa.Connection, case: CaseFile, person_id: str) -> list[dict[str, Any]]:
    asked = (
        sa.select(EFFECT_ROWS, REVERSALS.c.reversed_on)
        .join_from(EFFECT_ROWS, REVERSALS, EFFECT_ROWS.c.effect_id == REVERSALS.c.effect_id, isouter=True)
        .where(EFFECT_ROWS.c.case_id == case.case_id, EFFECT_ROWS.c.person_id == person_id)
        .where(EFFECT_ROWS.c.proposal == _newest_proposal(connection, case))
        .order_by(EFFECT_ROWS.c.effect_id)
    )
    return [
        {
            "benefit": row.benefit,
            "effect": EFFECTS.get(row.effect, row.effect),
            "monthly_change_ore": row.monthly_change_ore,
            "effective_from": row.effective_from,
            "reclaim_ore": row.reclaim_ore,
            "reversed_on": row.reversed_on,
            "money": _money(connection, row.effect_id),
        }
        for row in connection.execute(asked)
    ]


def _money(connection: sa.Connection, effect_id: str) -> list[dict[str, Any]]:
    rows = connection.execute(sa.select(MONEY).where(MONEY.c.effect_id == effect_id).order_by(MONEY.c.at))
    return [{"kind": row.kind, "amount_ore": row.amount_ore, "on_day": row.on_day} for row in rows]


def _effects_on_others(connection: sa.Connection, case: CaseFile, person_id: str) -> int:
    asked = (
        sa.select(sa.func.count())
        .where(EFFECT_ROWS.c.case_id == case.case_id, EFFECT_ROWS.c.person_id != person_id)
        .where(EFFECT_ROWS.c.proposal == _newest_proposal(connection, case))
    )
    return int(connection.execute(asked).scalar_one())


def _correction(connection: sa.Connection, settings: Settings, case: CaseFile, person_id: str) -> dict[str, Any]:
    """Whether the person's own registration is corrected, and of others only how many; None when nobody can tell whose
    it is any more, because the words of the case were deleted."""
    correction = correction_of(load_history(connection, case.case_id))
    snapshots = read_snapshots(connection, settings, case.case_id)
    known = snapshots or not correction.persons
    numbers = {number for number, named in persons_of(snapshots[-1] if snapshots else {}).items() if named == person_id}
    own = bool(numbers.intersection(correction.persons)) if known else None
    aside = [day for number, day in correction.set_aside.items() if number in numbers]
    return {
        "registration_corrected": own,
        "registrations_of_others_corrected": None if own is None else len(correction.persons) - int(own),
        "correction_reversed_on": _day(aside[0] if aside else None),
    }


def _text(words: Words, given: frozenset[str]) -> Mapping[str, Any]:
    """Given in full, or only that it exists."""
    text = words.text
    told = {"kind": TEXT_KINDS.get(text.kind, text.kind), "at": text.at.isoformat()}
    return told | ({"words": words.told} if text.text_id in given else {"kept_back": True})
