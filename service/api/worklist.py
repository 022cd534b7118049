"""The list, page by page: the order is the recommendation, and no row tells why more than its first reason."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from governance.as_of import danish_day
from governance.benefits import load_catalogue
from governance.errors import InvalidForm
from service.api.cursor import read_cursor, write_cursor
from service.api.documented import GUARDED, refusals
from service.api.models.base import PAGE_SIZE, Office
from service.api.models.worklist import Worklist, WorklistRow
from service.api.routing import After, Size, make_api_router
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.reading import Cursor, worklist_page
from service.cases.states import State
from service.cases.vault import load_vault
from service.web.within import InApp

READ = "worklist.read"
Benefit = Annotated[str | None, Query(min_length=1, max_length=60, pattern=r"^[a-z_]+$")]


def make_router() -> APIRouter:
    """`GET /worklist`."""
    router = make_api_router("worklist")
    router.add_api_route(
        "/worklist", _page, operation_id="read_worklist", summary="The list", responses=refusals(*GUARDED)
    )
    return router


def _page(
    app: InApp, visitor: Annotated[Visitor, requires(READ)], scope: Literal["mine", "team", "all"] = "team",
    state: State | None = None, office: Office | None = None, benefit: Benefit = None, overdue: bool = False,
    after: After = None, size: Size = PAGE_SIZE,
) -> Worklist:  # fmt: skip
    """Hidden cases are nobody's. Each page leaves an event with the purpose."""
    cursor = _cursor(after) if after else None
    told = {"purpose": visitor.purpose, "scope": scope}
    with app.store.act(READ, details=told, actor=visitor.user_id) as act:
        page = worklist_page(
            act.connection, caller=visitor, scope=scope, state=state, office=office, benefit=_known(benefit),
            overdue=overdue, after=cursor, size=size, today=danish_day(act.at), vault=load_vault(app.settings),
        )  # fmt: skip
        act.add(rows=len(page.rows))
    rows = [WorklistRow.model_validate(row) for row in page.rows]
    following = page.next
    word = write_cursor((following.listed_on.isoformat(), following.place, following.case_id)) if following else None
    return Worklist(rows=rows, next=word, total=page.total)


def _known(benefit: str | None) -> str | None:
    if benefit is not None and benefit not in load_catalogue().benefits:
        raise InvalidForm("Der er ingen sådan ydelse.", item="benefit", remedy="Brug en kode fra ydelseskataloget.")
    return benefit


def _cursor(word: str) -> Cursor:
    listed_on, place, case_id = read_cursor(word, (str, int, str))
    try:
        return Cursor(dt.date.fromisoformat(str(listed_on)), int(place), str(case_id))
    except ValueError:
        raise InvalidForm("Sidemærket findes ikke.", item="after", remedy="Begynd forfra uden after.") from None
