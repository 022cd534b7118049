"""An answer on access as one document: everything held about a person, and what was kept back and why.

Source: GDPR Article 15, forvaltningsloven § 9. Other persons stand in it as numbers only. Must not know how it is
printed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from features.definitions import load_catalogue_of_features
from governance.access.permissions import PURPOSES
from governance.as_of import danish_day
from governance.legal_bases import lawful, legal_bases_in_force
from governance.settings import Settings
from service.identities.door import Identity
from service.letters.making import Letter
from service.rights.access_cases import Words, case_document, lead_documents
from service.rights.access_words import WHY
from service.rights.rebuilding import find_viewings
from service.rights.requests import KINDS, Request
from service.rights.staff import Staff
from service.rights.subject import PersonalDecision, RunSeen, Subject

ALL_VIEWINGS = 100_000
KEPT_BACK_DA = (
    "Andre personers forhold er udeladt eller står som tal (databeskyttelsesforordningens artikel 15, stk. 4). "
    "Fritekst i sager og henvendelser er kun med, når databeskyttelsesrådgiveren har gennemgået den."
)


@dataclass(frozen=True)
class Sources:
    """What an answer is made from, apart from the database."""

    subject: Subject
    name_in_log: str
    identity: Identity | None
    words: tuple[Words, ...]
    given: frozenset[str]
    letters: tuple[tuple[Letter, bool], ...]
    requests: tuple[Request, ...]


def build_answer(
    connection: sa.Connection, sources: Sources, *, settings: Settings, now: dt.datetime, staff: Staff
) -> dict[str, Any]:
    """The whole answer as JSON values."""
    subject = sources.subject
    names = frozenset({sources.name_in_log, *subject.names_in_log})
    return {
        "made_at": now.isoformat(),
        "person": _person(sources),
        "why": [{"heading": heading, "text": text} for heading, text in WHY],
        "legal_bases": _bases(settings, danish_day(now)),
        "kept_for": _kept_for(settings),
        "registers": _registers(subject.runs),
        "runs": [_run(run, subject.decisions) for run in subject.runs],
        "places": [_place(decision) for decision in subject.decisions],
        "cases": [
            case_document(
                connection,
                case,
                settings=settings,
                person_id=subject.person_id,
                words=sources.words,
                given=sources.given,
                staff=staff,
            )
            for case in subject.cases
        ],
        "leads": lead_documents(subject, sources.given),
        "letters": [_letter(letter, enclosed) for letter, enclosed in sources.letters],
        "viewings": _viewings(connection, names, staff),
        "requests": [_request(each) for each in sources.requests],
        "kept_back": {"texts": len(sources.words) - len(_given(sources)), "explanation": KEPT_BACK_DA},
    }


def _given(sources: Sources) -> list[Words]:
    return [each for each in sources.words if each.text.text_id in sources.given]


def _person(sources: Sources) -> dict[str, Any]:
    identity = sources.identity
    return {
        "person_id": sources.subject.person_id,
        "name": identity.name if identity else None,
        "cpr_number": identity.cpr if identity else None,
        "address_protected": sources.subject.protected,
    }


def _bases(settings: Settings, today: dt.date) -> list[dict[str, str]]:
    """The bases in force on the day, once each."""
    standing = lawful(legal_bases_in_force(settings), on=today, phase="operation").bases
    bases = {each.code: each for each in legal_bases_in_force(settings) if each.code in standing}
    return [{"act": each.act, "paragraph": each.paragraph, "text": each.text_da} for each in bases.values()]


def _kept_for(settings: Settings) -> list[str]:
    return [
        f"Registeroplysninger, som de var ved en kørsel: {settings.kept_registers_days} dage.",
        f"En afsluttet sags tekster, breve og adresse: {settings.case_retention_days} dage efter afslutningen.",
        "Loggen over, hvem der har gjort hvad: mindst seks måneder (AI-forordningens artikel 19 og 26).",
    ]


def _registers(runs: Sequence[RunSeen]) -> dict[str, list[dict[str, Any]]]:
    """Table → the person's rows, each once with the first and last day on which a run knew it."""
    told: dict[str, dict[str, dict[str, Any]]] = {}
    for run in runs:
        for table, rows in (run.known.tables if run.known else {}).items():
            for row in rows:
                text = json.dumps(row, default=str, sort_keys=True)
                first = told.setdefault(table, {}).setdefault(text, {"first_used": run.as_of.isoformat()})
                first |= {**json.loads(text), "last_used": run.as_of.isoformat()}
    return {table: list(rows.values()) for table, rows in told.items()}


def _run(run: RunSeen, decisions: Sequence[PersonalDecision]) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "as_of": run.as_of.isoformat(),
        "model_version": run.model_version,
        "for_evaluation_only": run.every_candidate,
        "registers_kept": run.known is not None,
        "other_residents": run.known.others_at_home if run.known else None,
        "listed": any(each.run_id == run.run_id for each in decisions),
    }


def _place(decision: PersonalDecision) -> dict[str, Any]:
    document = decision.document
    explanation = document.get("explanation", {})
    return {
        "run": decision.run_id,
        "as_of": decision.as_of.isoformat(),
        "place": decision.place,
        "places_on_list": decision.listed,
        "model_version": decision.model_version,
        "case_pseudonym": decision.case,
        "score": dict(document.get("score", {})),
        "reasons_for": list(explanation.get("for", [])),
        "reasons_against": list(explanation.get("against", [])),
        "weights": dict(explanation.get("contributions", {})),
        "facts": _facts(document.get("features", {})),
    }


def _facts(features: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What went in about the household, each as a figure, a Danish sentence and the day it was known."""
    declared = load_catalogue_of_features()
    return [
        {
            "feature": name,
            "value": value,
            "sentence": declared[name].sentence_da(value) if name in declared else name,
            "known_on": features["known_on"].get(name),
            "registers": list(declared[name].registers) if name in declared else [],
        }
        for name, value in features.get("values", {}).items()
    ]


def _letter(letter: Letter, enclosed: bool) -> dict[str, Any]:
    told = {"letter": letter.letter_id, "case": letter.case_id, "kind": letter.kind, "at": letter.at}
    return told | {"sha256": letter.sha256, "enclosed": enclosed}


def _viewings(connection: sa.Connection, names: frozenset[str], staff: Staff) -> list[dict[str, Any]]:
    """Who looked or acted, oldest first, so that numbers of colleagues follow the order of time."""
    found = reversed(find_viewings(connection, names, most=ALL_VIEWINGS))
    return [
        {
            "at": each.at,
            "by": staff.of(each.actor),
            "what": each.text_da,
            "purpose": PURPOSES.get(each.purpose, ""),
            "personal_read": each.personal_read,
        }
        for each in found
    ]


def _request(request: Request) -> dict[str, Any]:
    return {
        "kind": KINDS[request.kind],
        "received_on": request.received_on.isoformat(),
        "answered_on": danish_day(request.answer.at).isoformat() if request.answer else None,
        "answer": request.answer.step if request.answer else None,
    }
