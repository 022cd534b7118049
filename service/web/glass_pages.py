"""Breaking the glass of one case: asked for with a reason, and never unseen.

The page says nothing about the case: whoever stands here may not see it yet.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.errors import InvalidForm
from service.auth.declared import requires
from service.auth.glass import MINUTES, break_glass
from service.auth.submitted import SubmittedForm, first
from service.auth.visitor import Visitor
from service.web.rendering import render
from service.web.within import InApp

router = APIRouter(include_in_schema=False)
# the purpose of this one read is the emergency, and no other is asked for
Breaker = Annotated[Visitor, requires("glass.break", in_case=False, purpose=False)]


@router.get("/nodadgang/{case_id}")
def show_glass(request: Request, case_id: str, caller: Breaker) -> Response:  # noqa: ARG001  the door asks for it
    """What it means, and the reason that must be given."""
    return _page(request, case_id)


@router.post("/nodadgang/{case_id}")
def break_it(request: Request, app: InApp, case_id: str, form: SubmittedForm, caller: Breaker) -> Response:
    """Read access for an hour, told to the officer in the same act."""
    reason = first(form, "reason")
    try:
        break_glass(app.store, caller=caller, case_id=case_id, reason=reason)
    except InvalidForm as refused:
        faults = tuple((name, f"{text} {refused.remedy}") for name, text in refused.faults)
        return _page(request, case_id, reason=reason, faults=faults)
    return RedirectResponse(f"/sager/{case_id}?gemt=nodadgang", status_code=303)


def _page(request: Request, case_id: str, *, reason: str = "", faults: tuple[tuple[str, str], ...] = ()) -> Response:
    return render(
        request,
        "glass.html",
        status=422 if faults else 200,
        case_id=case_id,
        reason=reason,
        minutes=MINUTES,
        faults=faults,
        crumbs=(("Start", "/"), ("Nødadgang", "")),
    )
