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
)


def routers() -> list[APIRouter]:
    """Every router with pages."""
    return [import_module(name).router for name in PAGE_MODULES]
