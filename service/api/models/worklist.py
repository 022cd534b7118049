"""The list as the API shows it: the order is the recommendation, and nothing beside it says how strong it is."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from service.api.models.base import Answer, example
from service.api.models.cases import CASE
from service.cases.states import State


class WorklistRow(Answer):
    """One case on the list; the order is the recommendation."""

    case_id: str
    place: int
    address: dict[str, str]
    benefits: list[str]
    offices: list[str]
    first_reason: str | None = Field(description="Null while the reasons are kept back for a first look.")
    deadline: dt.date | None
    overdue: bool
    state: State
    owner: str | None
    owner_name: str | None
    listed_on: dt.date
    version: int


class Worklist(Answer):
    """A page of the list."""

    model_config = example(
        {
            "rows": [
                {
                    "case_id": CASE,
                    "place": 1,
                    "address": {"municipality_code": "0101", "road_code": "9999", "house_number": "999", "floor": ""},
                    "benefits": ["kontanthjaelp"],
                    "offices": ["BIF"],
                    "first_reason": "Der er registreret flere voksne, end boligens areal er normalt for.",
                    "deadline": "2024-07-01",
                    "overdue": False,
                    "state": "listed",
                    "owner": None,
                    "owner_name": None,
                    "listed_on": "2024-06-03",
                    "version": 1,
                }
            ],
            "next": None,
            "total": 1,
        }
    )
    rows: list[WorklistRow]
    next: str | None = Field(description="Cursor of the next page; null on the last.")
    total: int
