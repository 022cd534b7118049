"""The parts of the API in the order in which they are documented."""

from __future__ import annotations

from fastapi import APIRouter

from service.api import (
    cases,
    choosing,
    decisions,
    emergency,
    fixed,
    impact_report,
    leads,
    letters,
    oversight,
    planning,
    steps,
    worklist,
)

PARTS = (
    fixed,
    worklist,
    leads,
    cases,
    choosing,
    emergency,
    steps,
    letters,
    planning,
    oversight,
    impact_report,
    decisions,
)


def make_routers() -> list[APIRouter]:
    """A fresh router of each part."""
    return [part.make_router() for part in PARTS]
