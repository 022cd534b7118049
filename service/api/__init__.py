"""The REST API: what the pages can do, for machines. A case moves through `service.cases` alone; no rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

PREFIX = "/api/v1"


def routers() -> list[APIRouter]:
    """Every router of the API, with its prefix."""
    from service.api.assembled import make_routers

    return make_routers()
