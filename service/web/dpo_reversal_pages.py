"""Decisions that a citizen's request asks to be reversed: for those who settle appeals, one page and one form.

The officer asks, the control unit decides and reverses, through the case's own steps.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth.declared import requires
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.rights.handling import reversals_waiting, reverse_decided
from service.rights.requests import KINDS
from service.web.dpo_forms import FormPage
from service.web.rendering import render
from service.web.within import InApp

router = APIRouter(include_in_schema=False)
Lister = Annotated[Visitor, requires("case.settle", in_case=False, purpose=False)]
Settler = Annotated[Visitor, requires("case.settle")]
ROOT = "/omgoerelser"


@dataclass(frozen=True)
class Reversing:
    """Why and when a decision was reversed."""

    words: str = forms.long("Begrundelse")
    decided_on: dt.date = forms.day("Omgjort den")


def _reversing(request_id: str, case_id: str) -> FormPage:
    return FormPage(
        Reversing,
        "Omgør afgørelsen",
        f"Sag {case_id}: alle ændringer, der står ved magt, ophæves, og ydelsessystemerne får besked.",
        f"{ROOT}/{request_id}/{case_id}",
        "Omgør afgørelsen",
        ROOT,
        (("Start", "/"), ("Omgørelser", ROOT), (case_id, "")),
    )


@router.get("/omgoerelser")
def show_waiting(request: Request, app: InApp, caller: Lister) -> Response:
    """The decisions that were asked to be reversed, in the administrations where the caller may settle them."""
    with app.store.reading() as connection:
        waiting = reversals_waiting(connection, caller=caller)
    crumbs = (("Start", "/"), ("Omgørelser", ""))
    return render(request, "dpo/reversals.html", waiting=waiting, kinds=KINDS, crumbs=crumbs)


@router.get("/omgoerelser/{request_id}/{case_id}", dependencies=[requires("case.settle")])
def show_reversing(request: Request, request_id: str, case_id: str) -> Response:
    """The form that reverses one decision."""
    return _reversing(request_id, case_id).show(request)


@router.post("/omgoerelser/{request_id}/{case_id}")
def reverse(
    request: Request, app: InApp, request_id: str, case_id: str, form: SubmittedForm, caller: Settler
) -> Response:
    """Reverse the decision and tell the request."""

    def do(filled: Reversing) -> str:
        reverse_decided(
            app.store,
            caller=caller,
            request_id=request_id,
            case_id=case_id,
            words=filled.words,
            decided_on=filled.decided_on,
            purpose=caller.purpose,
        )
        return f"{ROOT}?gemt=omgjort"

    return _reversing(request_id, case_id).take(request, form, do)
