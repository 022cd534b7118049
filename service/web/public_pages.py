"""What anybody may read: what the system does, from the register entry that the system states of itself, and how
accessible it is. Reads about no person; the entry is built once a day and model, not once a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from governance.as_of import danish_day
from governance.errors import UserError
from governance.records.texts import RecordTexts, load_record_texts
from governance.settings import Settings
from service.auth.declared import public
from service.records_run import current_records, promoted_model
from service.rights.access_words import WHY
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
ENTRY = "algorithm_register"
SECTIONS: Mapping[str, str] = {
    "description_short": "Kort fortalt",
    "goal": "Formål og virkning",
    "human_intervention": "Hvad mennesker gør",
    "methods_and_models": "Sådan virker det",
    "source_data": "Hvilke oplysninger der bruges",
    "proportionality": "Hvorfor på denne måde",
    "risks": "Risici, og hvad der gøres ved dem",
    "lawful_basis": "Retsgrundlag",
    "impacttoetsen": "Konsekvensanalyser",
}
STATEMENT_ON = "2026-11-22"
"""The day of the statement on accessibility; it is reviewed once a year."""


@dataclass(frozen=True)
class PublicEntry:
    """The register entry in Danish as (heading, text), for one day and model."""

    key: tuple[str, str]
    sections: tuple[tuple[str, str], ...]


def public_entry(request: Request, app: Within) -> PublicEntry | None:
    """The entry of the model in use; None while none is in use, or when it cannot be stated."""
    with app.store.reading() as connection:
        model = promoted_model(connection)
    if model is None:
        return None
    key = (danish_day(app.clock.now()).isoformat(), model)
    known: PublicEntry | None = getattr(request.app.state, "public_entry", None)
    if known is None or known.key != key:
        known = PublicEntry(key, _sections(app, model))
        request.app.state.public_entry = known
    return known if known.sections else None


def _sections(app: Within, model: str) -> tuple[tuple[str, str], ...]:
    try:
        built = current_records(model=model, settings=app.settings, store=app.store, report=lambda _: None)
    except UserError:
        # what cannot be stated is not: the visitor reads the general words, the officer the reason
        return ()
    [entry] = [each.as_document()["entry_da"] for each in built.records if each.code == ENTRY]
    return tuple((heading, str(entry[code])) for code, heading in SECTIONS.items() if entry.get(code))


def _texts(settings: Settings) -> RecordTexts:
    return load_record_texts(Path(settings.record_texts_file) if settings.record_texts_file else None)


def _asked(texts: RecordTexts, key: str) -> str:
    return str(texts.asked[key].value or "")


@router.get("/om", dependencies=[public()])
def show_about(request: Request, app: InApp) -> Response:
    """What the system does, for citizens."""
    texts = _texts(app.settings)
    entry = public_entry(request, app)
    return render(
        request,
        "public/about.html",
        sections=entry.sections if entry else (),
        why=WHY,
        organisation=_asked(texts, "organisation"),
        contact=_asked(texts, "contact_email"),
        officer=_asked(texts, "data_protection_officer"),
        crumbs=(),
    )


@router.get("/tilgaengelighed", dependencies=[public()])
def show_accessibility(request: Request, app: InApp) -> Response:
    """The statement that the act on accessibility asks for."""
    texts = _texts(app.settings)
    words: dict[str, Any] = {
        "organisation": _asked(texts, "organisation"),
        "contact": _asked(texts, "contact_email"),
        "made_on": STATEMENT_ON,
    }
    return render(request, "public/accessibility.html", crumbs=(), **words)
