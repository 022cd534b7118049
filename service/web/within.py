"""What the app was made of, for whatever answers a request: no handler opens a database or reads a setting itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from governance.as_of import Clock
from governance.settings import Settings
from governance.store.opening import Store

if TYPE_CHECKING:
    from service.auth.door import Door


@dataclass(frozen=True)
class Within:
    """The parts of the running service; `door` recognises callers."""

    settings: Settings
    store: Store
    clock: Clock
    door: Door
    demo: bool


def within(request: Request) -> Within:
    """The parts, for a function that has the request in hand."""
    parts: Within = request.app.state.within
    return parts


InApp = Annotated[Within, Depends(within)]
"""For the signature of a handler: `def show(app: InApp, ...)`."""
