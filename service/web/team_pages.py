"""The team leader's pages: how many hours there are in each administration and week, and with whom the cases lie.

Counts, codes and our own ids; the cases themselves are on the list. Must not judge how anybody decides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.as_of import danish_day
from governance.errors import InvalidForm
from service.auth.declared import requires
from service.auth.submitted import Fields, SubmittedForm
from service.auth.visitor import Visitor
from service.cases.colleagues import load_colleagues
from service.jobs.capacity import MINUTES_AN_HOUR, set_capacity
from service.jobs.workload import Overview, load_overview
from service.web.rendering import render
from service.web.within import InApp, Within
from service.web.worklist_pages import Wanted, load_page

router = APIRouter(include_in_schema=False)
CapacityReader = Annotated[Visitor, requires("capacity.read")]
CapacityWriter = Annotated[Visitor, requires("capacity.write")]
Sharer = Annotated[Visitor, requires("case.assign", in_case=False, purpose=True)]
WEEKS = 6
ROWS_TO_SHARE = 50
_HOURS = re.compile(r"(\d{1,5})(?:[,.](\d{1,2}))?")
_CELL = re.compile(r"([A-Z]{2,5})\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Cell:
    """Hours of one administration in one week, as the page shows them."""

    office: str
    week: dt.date
    hours: str

    @property
    def name(self) -> str:
        """The field of the form."""
        return f"{self.office}.{self.week.isoformat()}"


@router.get("/kapacitet")
def show_capacity(request: Request, app: InApp, caller: CapacityReader) -> Response:
    """The hours that were said, week by week."""
    return _capacity_page(request, app, caller, {}, ())


@router.post("/kapacitet")
def save_capacity(request: Request, app: InApp, form: SubmittedForm, caller: CapacityWriter) -> Response:
    """Keep every figure that was changed; nothing is kept while one of them is wrong."""
    filled = {name: values[0].strip() for name, values in form.items() if _CELL.fullmatch(name) and values}
    before = {cell.name: cell.hours for row in _cells(_overview(app, caller)) for cell in row}
    changed = {name: hours for name, hours in filled.items() if hours != before.get(name, "") and hours}
    faults = [(name, FAULT) for name, hours in changed.items() if minutes_of(hours) is None]
    if not faults:
        faults = _save(app, caller, changed)
    if faults:
        return _capacity_page(request, app, caller, filled, faults)
    return RedirectResponse("/kapacitet?gemt=kapacitet", status_code=303)


FAULT = "Skriv timerne som et tal, for eksempel 37 eller 37,5."


def minutes_of(hours: str) -> int | None:
    """`37,5` → 2250; None for what is no number of hours."""
    found = _HOURS.fullmatch(hours)
    if not found:
        return None
    whole, part = int(found[1]), (found[2] or "0").ljust(2, "0")
    return whole * MINUTES_AN_HOUR + round(int(part) * MINUTES_AN_HOUR / 100)


def _save(app: Within, caller: Visitor, changed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What could not be kept, field by field."""
    faults = []
    for name, hours in changed.items():
        office, _, week = name.partition(".")
        try:
            set_capacity(
                app.store, caller=caller, office=office, week=_day(week), minutes=minutes_of(hours) or 0
            )  # fmt: skip
        except InvalidForm as refused:
            faults.append((name, refused.what))
    return faults


def _day(word: str) -> dt.date:
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        raise InvalidForm("Ugen findes ikke.", item="week", remedy="Vælg ugen på siden.") from None


def _overview(app: Within, caller: Visitor) -> Overview:
    offices = caller.offices("capacity.read")
    with app.store.reading() as connection:
        return load_overview(connection, offices=offices, today=danish_day(app.clock.now()), weeks=WEEKS)


def _cells(overview: Overview) -> list[list[Cell]]:
    """Week by week, the cells of its administrations."""
    return [
        [Cell(load.office, week, _hours(load.weeks[place])) for load in overview.offices]
        for place, week in enumerate(overview.weeks)
    ]


def _hours(capacity: object) -> str:
    minutes = getattr(capacity, "minutes", None)
    if minutes is None:
        return ""
    return f"{minutes / MINUTES_AN_HOUR:.7g}".replace(".", ",")


def _capacity_page(
    request: Request, app: Within, caller: Visitor, filled: Fields | Mapping[str, str],
    faults: Sequence[tuple[str, str]],
) -> Response:  # fmt: skip
    overview = _overview(app, caller)
    return render(
        request,
        "capacity.html",
        status=422 if faults else 200,
        overview=overview,
        weeks=list(zip(overview.weeks, _cells(overview), strict=True)),
        filled=filled,
        faults=faults,
        may_write=caller.offices("capacity.write"),
        crumbs=(("Start", "/"), ("Kapacitet", "")),
    )


@router.get("/fordeling")
def show_sharing(request: Request, app: InApp, caller: Sharer) -> Response:
    """Who has how much, what is overdue, and the cases that nobody has."""
    overview = _overview(app, caller)
    page, roads = load_page(app, caller, Wanted(visning="team"), size=ROWS_TO_SHARE)
    late, _ = load_page(app, caller, Wanted(visning="team", frist="overskredet"), size=ROWS_TO_SHARE)
    with app.store.reading() as connection:
        colleagues = load_colleagues(connection)
    return render(
        request,
        "sharing.html",
        overview=overview,
        free=[row for row in page.rows if row.owner is None],
        late=late.rows,
        roads=roads,
        owners=[(colleagues[each.user_id].name if each.user_id in colleagues else each.user_id, each)
                for each in overview.owners],
        crumbs=(("Start", "/"), ("Fordeling", "")),
    )  # fmt: skip
