"""A tip or an own wonder, entered by hand: first the address, then what it is about. It competes on the same list.

What is searched for is sent in a form and never stands in an address of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.errors import InvalidForm, NotNow
from service.auth.declared import requires
from service.auth.submitted import SubmittedForm, first
from service.auth.visitor import Visitor
from service.cases.leads import LEAD_KINDS, enter_lead
from service.web.address_search import Found, find_addresses
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Writer = Annotated[Visitor, requires("lead.write")]
SEARCH = "soeg"
_FIELDS = ("road", "number", "address", "kind", "text")


@router.get("/henvendelser/ny")
def show_lead(request: Request, app: InApp, caller: Writer) -> Response:  # noqa: ARG001  the door asks for it
    """The empty form."""
    return _page(request, app, dict.fromkeys(_FIELDS, ""), ())


@router.post("/henvendelser/ny")
def write_lead(request: Request, app: InApp, form: SubmittedForm, caller: Writer) -> Response:
    """Search for the address, or keep the lead."""
    filled = {name: first(form, name) for name in _FIELDS}
    if first(form, SEARCH):
        return _page(request, app, filled, ())
    try:
        enter_lead(
            app.store,
            caller=caller,
            address_id=filled["address"],
            kind=filled["kind"],
            text=filled["text"],
            settings=app.settings,
        )
    except InvalidForm as refused:
        return _page(request, app, filled, refused.faults)
    except NotNow as refused:
        return _page(request, app, filled, (("address", f"{refused.what} {refused.remedy}"),))
    return RedirectResponse("/henvendelser/ny?gemt=henvendelse", status_code=303)


def _page(request: Request, app: Within, filled: dict[str, str], faults: Sequence[tuple[str, str]]) -> Response:
    found, faults = _found(app, filled, list(faults))
    return render(
        request,
        "lead.html",
        status=422 if faults else 200,
        filled=filled,
        found=found,
        found_choices=[(each.address_id, each.line) for each in found or ()],
        kinds=tuple(LEAD_KINDS.items()),
        faults=faults,
        crumbs=(("Start", "/"), ("Ny henvendelse", "")),
    )


def _found(
    app: Within, filled: dict[str, str], faults: list[tuple[str, str]]
) -> tuple[tuple[Found, ...] | None, list[tuple[str, str]]]:
    """What fits the search, None before one; a search that cannot be made is a fault of its field."""
    if not filled["road"] and not filled["number"]:
        return None, faults
    try:
        return find_addresses(app.store, road=filled["road"], number=filled["number"], settings=app.settings), faults
    except InvalidForm as refused:
        return None, [*refused.faults, *faults]
