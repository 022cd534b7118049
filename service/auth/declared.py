"""What a route must declare before the service starts: the permission it needs, or that it is for everybody.

    @router.get("/sager/{case_id}")
    def show(case_id: str, app: InApp, caller: Annotated[Visitor, requires("case.read")]) -> Response: ...

    @router.get("/om", dependencies=[public()])

The permission is looked up in `governance.access.permissions`; a route with `case_id` in its path asks whether it is
held in an administration of that case, and a broken glass stands in for reading. A route that declares nothing, or two
things, keeps the service from starting.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from governance.access.permissions import PERMISSIONS
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.web.within import within

CASE = "case_id"
ACROSS = frozenset({"glass.break"})
"""Permissions that name a case of administrations in which the caller holds nothing: that is what they are for."""


@dataclass(frozen=True)
class Requirement:
    """The permission of a route, and whether a purpose is needed; `across` that no administration is asked for."""

    permission: str
    purpose: bool
    across: bool = False

    def __call__(self, request: Request, form: SubmittedForm) -> Visitor:
        """Whoever asks, or a refusal."""
        return within(request).door.admit(request, self, form)

    def in_case(self, path: Container[str]) -> bool:
        """Whether it must be held in an administration of the case that the path (or its parameters) names."""
        return CASE in path and not self.across


@dataclass(frozen=True)
class Open:
    """A route for everybody, logged in or not."""

    def __call__(self) -> None:
        """Nothing is asked."""


Declared = Requirement | Open


def requires(permission: str, *, purpose: bool | None = None, in_case: bool = True) -> Any:
    """A dependency that gives the `Visitor`, refused unless the permission is held; unknown ones are a KeyError.

    A permission that reads about persons asks for a purpose unless `purpose` is False. Where the path names a case,
    it must be held in an administration of that case; `in_case` False is for breaking the glass alone.
    """
    personal = PERMISSIONS[permission].personal
    across = permission in ACROSS or not in_case
    return Depends(Requirement(permission, personal if purpose is None else purpose, across))


def public() -> Any:
    """A dependency that declares a route to be for everybody."""
    return Depends(Open())


@dataclass(frozen=True)
class DeclaredRoute:
    """One route of the app with what it declares."""

    path: str
    methods: tuple[str, ...]
    declared: Declared
    endpoint: Any


def declared_routes(app: FastAPI) -> tuple[DeclaredRoute, ...]:
    """Every route with its declaration; a route without exactly one is a fault of ours (RuntimeError)."""
    return tuple(_declared_route(context) for context in iter_route_contexts(app.routes))


def check_routes(app: FastAPI) -> None:
    """Called when the app is made: RuntimeError for a route that declares nothing, or what cannot be kept."""
    for route in declared_routes(app):
        if _names_case_otherwise(route.path):
            raise RuntimeError(f"{route.path} names a case otherwise than as {CASE}: nobody would ask whose it is")
        if _asks_nobody(route):
            raise RuntimeError(f"{route.path} names a case and does not ask whose it is")


def _asks_nobody(route: DeclaredRoute) -> bool:
    needed = route.declared
    return isinstance(needed, Requirement) and needed.across and CASE in route.path and needed.permission not in ACROSS


def _names_case_otherwise(path: str) -> bool:
    """Whether something below a list of cases is not called `case_id`."""
    named = re.findall(r"/(?:cases|sager)/\{([^}:]*)", path)
    return any(name != CASE for name in named)


def _declared_route(context: Any) -> DeclaredRoute:
    path = context.path or "a mounted application"
    dependant = getattr(context, "dependant", None)
    found = set(_declarations(dependant)) if dependant is not None else set()
    if len(found) != 1:
        raise RuntimeError(f"{path} declares {len(found)} permissions instead of one: add requires(...) or public()")
    return DeclaredRoute(path, tuple(sorted(context.methods or ())), found.pop(), context.endpoint)


def _declarations(dependant: Dependant) -> Iterator[Declared]:
    if isinstance(dependant.call, Requirement | Open):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _declarations(inner)
