"""Whether the service lives and is ready, for whoever starts and watches it; open to all, and so it says little."""

from __future__ import annotations

from fastapi import APIRouter

from service.auth.declared import public

router = APIRouter(tags=["operation"], include_in_schema=False)


@router.get("/livez", dependencies=[public()])
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}
