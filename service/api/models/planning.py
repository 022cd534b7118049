"""Hours, workload, leads and emergencies as the API asks for them and shows them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, StrictInt

from service.api.models.base import Answer, Asked, Day, Office, example
from service.jobs.capacity import MOST_MINUTES


class CapacityAsked(Asked):
    """What an administration has for a week."""

    model_config = example({"office": "KFF", "week": "2024-06-03", "minutes": 4440})
    office: Office
    week: Annotated[Day, Field(description="The Monday, YYYY-MM-DD.")]
    minutes: Annotated[StrictInt, Field(ge=0, le=MOST_MINUTES)]


class CapacityShown(Answer):
    """What an administration has for a week, and who said so."""

    model_config = example(
        {"office": "KFF", "week": "2024-06-03", "minutes": 4440, "user_id": "leder-1", "at": "2024-05-31T09:00:00Z"}
    )
    office: str
    week: dt.date
    minutes: int
    user_id: str
    at: str


class OfficeLoadShown(Answer):
    """One administration: its weeks (null: not said) and its cases."""

    office: str
    weeks: list[CapacityShown | None]
    waiting: int
    unclaimed: int
    assigned: int
    overdue: int


class OwnerLoadShown(Answer):
    """One person at work."""

    user_id: str
    active: int
    overdue: int


class Overview(Answer):
    """Hours, assignment and what is overdue."""

    model_config = example(
        {
            "weeks": ["2024-06-03"],
            "offices": [
                {"office": "KFF", "weeks": [None], "waiting": 40, "unclaimed": 31, "assigned": 12, "overdue": 1}
            ],
            "owners": [{"user_id": "kontrol-1", "active": 7, "overdue": 1}],
        }
    )
    weeks: list[dt.date]
    offices: list[OfficeLoadShown]
    owners: list[OwnerLoadShown]


class Me(Answer):
    """Who calls, as the token proved it."""

    model_config = example(
        {
            "user_id": "kontrol-1",
            "name": "Prøve Medarbejder",
            "rights": [{"role": "caseworker", "office": "BIF"}],
            "permissions": {"case.read": ["BIF"]},
            "purposes": {"case_work": "behandling af sagen"},
        }
    )
    user_id: str
    name: str
    rights: list[dict[str, str]]
    permissions: dict[str, list[str]] = Field(description="Permission → administrations in which it is held.")
    purposes: dict[str, str] = Field(description="What X-Purpose may say → Danish.")


class ProblemShown(Answer):
    """One kind of problem."""

    code: str
    type: str
    status: int
    title_da: str
    meaning: str


class ProblemList(Answer):
    """Every kind of problem that the API may answer."""

    model_config = example(
        {
            "problems": [
                {
                    "code": "changed-since", "type": "/api/v1/problems#changed-since", "status": 412,
                    "title_da": "Sagen er ændret imens", "meaning": "If-Match names another version than stands.",
                }
            ]
        }
    )  # fmt: skip
    problems: list[ProblemShown]
