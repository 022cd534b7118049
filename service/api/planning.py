"""What a team leader plans with: the hours there are, and what lies with whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from governance.as_of import danish_day
from service.api.documented import GUARDED, WRITING, refusals
from service.api.models.planning import CapacityAsked, CapacityShown, Overview
from service.api.routing import make_api_router
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.jobs.capacity import set_capacity
from service.jobs.workload import load_overview
from service.web.within import InApp


def make_router() -> APIRouter:
    """`GET /capacity`, `PUT /capacity`."""
    router = make_api_router("planning")
    router.add_api_route(
        "/capacity", _overview, operation_id="read_capacity", summary="Hours and workload by administration",
        responses=refusals(*GUARDED),
    )  # fmt: skip
    router.add_api_route(
        "/capacity", _set, methods=["PUT"], operation_id="set_capacity", summary="Say which hours there are",
        responses=refusals(*WRITING),
    )  # fmt: skip
    return router


def _overview(app: InApp, visitor: Annotated[Visitor, requires("capacity.read")]) -> Overview:
    """Hours of this week and those after it in the caller's administrations, with what is assigned and overdue."""
    offices = visitor.offices("capacity.read")
    with app.store.reading() as connection:
        found = load_overview(connection, offices=offices, today=danish_day(app.clock.now()))
    return Overview.model_validate(found)


def _set(asked: CapacityAsked, app: InApp, visitor: Annotated[Visitor, requires("capacity.write")]) -> CapacityShown:
    """Setting the same again changes nothing but who said it last; what was said before stays in the log."""
    done = set_capacity(app.store, caller=visitor, office=asked.office, week=asked.week, minutes=asked.minutes)
    return CapacityShown.model_validate(done)
