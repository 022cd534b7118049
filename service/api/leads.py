"""Tips and own observations, typed in by hand: they become signals and compete on the same list as everything else."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.routing import make_api_router


def make_router() -> APIRouter:
    """`POST /leads`."""
    return make_api_router("worklist")
