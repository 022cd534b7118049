"""The list: what to look at first, in the recommended order, with filters that stand in the address of the page.

No score, no arm, no amount: the order is all that the ranking says here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from governance.access.permissions import OFFICES
from governance.as_of import danish_day
from governance.benefits import load_catalogue
from governance.errors import InvalidForm
from service.api.cursor import LONGEST, read_cursor, write_cursor
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.reading import SCOPES, Cursor, Scope, WorklistPage, worklist_page
from service.cases.states import ACTIVE, STATES, State
from service.cases.vault import load_vault
from service.web.addresses import Roads, load_roads
from service.web.names import OFFICE_NAMES
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
ROWS_A_PAGE = 25
SCOPE_NAMES: Mapping[Scope, str] = {"mine": "Mine sager", "team": "Min forvaltning", "all": "Alle"}
_KEYS = (str, int, str)


class Wanted(BaseModel, frozen=True):
    """What the address of the page asks for; "" is no filter."""

    visning: Annotated[str, Field(max_length=10)] = "team"
    tilstand: Annotated[str, Field(max_length=20)] = ""
    forvaltning: Annotated[str, Field(max_length=5)] = ""
    ydelse: Annotated[str, Field(max_length=40)] = ""
    frist: Annotated[str, Field(max_length=20)] = ""
    efter: Annotated[str, Field(max_length=LONGEST)] = ""

    def address(self, **changed: str) -> str:
        """The address of the list with these words changed; a page further on is never carried over."""
        words = {
            "visning": self.visning, "tilstand": self.tilstand, "forvaltning": self.forvaltning,
            "ydelse": self.ydelse, "frist": self.frist,
        } | changed  # fmt: skip
        return "/liste?" + urlencode({name: word for name, word in words.items() if word})

    @property
    def filtered(self) -> bool:
        """Whether anything but the view was chosen."""
        return any((self.tilstand, self.forvaltning, self.ydelse, self.frist))


WantedHere = Annotated[Wanted, Query()]


def choices() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """What each filter may be: (code, Danish text)."""
    return {
        "tilstand": tuple((state, text) for state, text in STATES.items() if state in ACTIVE),
        "forvaltning": tuple((office, f"{office} – {OFFICE_NAMES[office]}") for office in OFFICES),
        "ydelse": tuple((code, benefit.name_da) for code, benefit in load_catalogue().benefits.items()),
    }


def load_page(app: Within, caller: Visitor, wanted: Wanted, *, size: int = ROWS_A_PAGE) -> tuple[WorklistPage, Roads]:
    """The rows that are asked for and the names of their roads; one event `worklist.read`, without a row in it."""
    said = {"purpose": caller.purpose, "scope": wanted.visning}
    with app.store.act("worklist.read", details=said, actor=caller.user_id) as act:
        page = worklist_page(
            act.connection,
            caller=caller,
            scope=_scope(wanted.visning),
            state=cast(State, _known(wanted.tilstand, STATES, "tilstand")),
            office=_known(wanted.forvaltning, OFFICES, "forvaltning"),
            benefit=_known(wanted.ydelse, load_catalogue().benefits, "ydelse"),
            overdue=bool(_known(wanted.frist, ("overskredet",), "frist")),
            after=_after(wanted.efter),
            size=size,
            today=danish_day(act.at),
            vault=load_vault(app.settings),
        )
        act.add(rows=len(page.rows))
        roads = load_roads(act.connection, [row.address for row in page.rows], settings=app.settings)
    return page, roads


def _scope(word: str) -> Scope:
    if word not in SCOPES:
        raise _unknown("visning")
    return word


def _known(word: str, words: Any, name: str) -> str | None:
    if word and word not in words:
        raise _unknown(name)
    return word or None


def _unknown(name: str) -> InvalidForm:
    return InvalidForm("Listen kan ikke afgrænses sådan.", item=name, remedy="Vælg afgrænsningen på siden med listen.")


def _after(word: str) -> Cursor | None:
    if not word:
        return None
    listed_on, place, case_id = read_cursor(word, _KEYS)
    try:
        return Cursor(dt.date.fromisoformat(str(listed_on)), int(place), str(case_id))
    except ValueError:
        raise _unknown("efter") from None


def _next_address(wanted: Wanted, cursor: Cursor | None) -> str:
    if cursor is None:
        return ""
    return wanted.address(efter=write_cursor((cursor.listed_on.isoformat(), cursor.place, cursor.case_id)))


@router.get("/liste")
def show_list(
    request: Request, app: InApp, wanted: WantedHere, caller: Annotated[Visitor, requires("worklist.read")]
) -> Response:
    """The list as the caller may see it."""
    page, roads = load_page(app, caller, wanted)
    tabs = [(text, wanted.address(visning=scope), scope == wanted.visning) for scope, text in SCOPE_NAMES.items()]
    return render(
        request,
        "worklist.html",
        page=page,
        roads=roads,
        wanted=wanted,
        choices=choices(),
        tabs=tabs,
        next_address=_next_address(wanted, page.next),
        may_claim=caller.may("case.claim"),
        crumbs=(("Start", "/"), ("Listen", "")),
    )
