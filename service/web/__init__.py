"""The pages, and what every answer of the service has in common. No rule of casework lives here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

# every module with pages; each has a `router`
PAGE_MODULES: tuple[str, ...] = (
    "service.web.health",
    "service.auth.pages",
    "service.web.static_files",
    "service.web.start",
    "service.web.worklist_pages",
    "service.web.case_pages",
    "service.web.letter_pages",
    # a step may have any name: after the pages of a case that have one of their own
    "service.web.step_pages",
    "service.web.lead_pages",
    "service.web.glass_pages",
    "service.web.team_pages",
    "service.web.dpo_pages",
    "service.web.dpo_log_pages",
    "service.web.dpo_decision_pages",
    "service.web.dpo_evidence_pages",
    "service.web.dpo_rights_pages",
    # a form of a request may have any name: after the one that has its own page
    "service.web.dpo_correction_pages",
    "service.web.dpo_request_pages",
    "service.web.dpo_breach_pages",
    "service.web.dpo_reversal_pages",
    # a section may have any name: after the pages of impact that have one of their own
    "service.web.impact_release_pages",
    "service.web.impact_pages",
    "service.web.public_pages",
)


def routers() -> list[APIRouter]:
    """Every router with pages."""
    return [import_module(name).router for name in PAGE_MODULES]
