"""The door of the service: recognises whoever asks, and lets them in where the permission table does.

Pages know a caller by a session, the API by a bearer token, and neither takes the other's proof: a browser cannot be
made to call the API with the cookie it holds. Order: who, forgery, how often, permission, case, purpose.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from governance.access.permissions import PERMISSIONS
from governance.errors import PermissionDenied
from governance.store.opening import Store
from service.api.problems import Refused
from service.auth.declared import CASE, Requirement
from service.auth.in_case import Standing, standing_in
from service.auth.submitted import Fields
from service.auth.visitor import Visitor

API = "/api/"
EMERGENCY = "emergency"


class Recogniser(Protocol):
    """One way of proving who asks."""

    def recognise(self, request: Request, form: Fields) -> Visitor:
        """The visitor without purpose checked; `Refused` with code "unauthenticated" when nothing proves it."""
        ...


class Limiter(Protocol):
    """Counts what one asks."""

    def take(self, key: str) -> None:
        """Count one more; `Refused` with code "too-many" when it is one too many."""
        ...


@dataclass(frozen=True)
class Door:
    """Everything that admission needs."""

    store: Store
    recognisers: Mapping[str, Recogniser]
    limiter: Limiter

    def admit(self, request: Request, needed: Requirement, form: Fields) -> Visitor:
        """Whoever asks, with the purpose in force; `Refused`, `PermissionDenied` or `NotFound` otherwise."""
        way = "api" if request.url.path.startswith(API) else "page"
        visitor = self.recognisers[way].recognise(request, form)
        _frame(request, visitor)
        self.limiter.take(visitor.user_id)
        visitor = _with_purpose(self._permitted(request, visitor, needed), needed)
        request.state.purpose = visitor.purpose
        return visitor

    def _permitted(self, request: Request, visitor: Visitor, needed: Requirement) -> Visitor:
        if not needed.in_case(request.path_params):
            visitor.require(needed.permission)
            return visitor
        case_id, now = str(request.path_params[CASE]), self.store.clock.now()
        with self.store.reading() as connection:
            standing = standing_in(connection, visitor, case_id, needed.permission, now=now)
        return _let_into_case(visitor, needed, standing)


def _frame(request: Request, visitor: Visitor) -> None:
    """What every page says around its content, a refusal included."""
    request.state.caller = visitor
    request.state.csrf = visitor.csrf
    request.state.purpose = visitor.purpose


def _let_into_case(visitor: Visitor, needed: Requirement, standing: Standing) -> Visitor:
    """The visitor, in an emergency where only a broken glass lets them in; `PermissionDenied` otherwise."""
    if standing.allowed:
        return visitor
    if standing.broken_glass:
        return dataclasses.replace(visitor, purpose=EMERGENCY, emergency=True)
    # who may do it nowhere is told so: no colleague of another administration could help
    visitor.require(needed.permission)
    text = PERMISSIONS[needed.permission].text_da
    raise PermissionDenied(
        f"Du har ikke adgang til at {text}, når sagen hører til en anden forvaltning.",
        item=needed.permission,
        remedy="Bed en kollega i den forvaltning om hjælp. I en nødsituation kan du bede om nødadgang.",
    )


def _with_purpose(visitor: Visitor, needed: Requirement) -> Visitor:
    """The visitor with a purpose that is theirs to name; none where none is needed."""
    if not needed.purpose or visitor.emergency:
        return visitor
    if visitor.purpose in visitor.purposes():
        return visitor
    raise Refused(
        "purpose-missing",
        "Angiv, hvad du skal bruge oplysningerne til.",
        item="X-Purpose" if visitor.way == "api" else "formaal",
        remedy=f"Vælg et af: {', '.join(visitor.purposes())}.",
    )
