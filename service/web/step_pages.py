"""Any step of a case as a page: one form made from the step's own description, and one way back to the case.

No step is known here by name: what is asked, refused and done is the step's. What somebody has written is never lost:
a form comes back filled in, also when a colleague was faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.errors import InvalidForm, NotFound, NotNow, PermissionDenied
from service.auth.declared import requires
from service.auth.submitted import Fields, SubmittedForm, first
from service.auth.visitor import Visitor
from service.cases.forms import MOST_ROWS, FormField, read_form
from service.cases.registry import Step
from service.cases.step import find_step, perform
from service.web.case_pages import crumbs_of, load_shown
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Reader = Annotated[Visitor, requires("case.read")]
ONE_MORE = "flere"
"""The button that asks for one more row; it saves nothing."""
LEAVING = frozenset({"declare_conflict", "skip"})
"""Steps after which the case is not the caller's to look at."""
_FRAME = frozenset({"csrf", "version", ONE_MORE})


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in: `values` by field, what is wrong, and which field asked for one more row."""

    values: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[tuple[str, str]] = ()
    more: str = ""
    status: int = 200


@router.get("/sager/{case_id}/{code}")
def show_step(request: Request, app: InApp, case_id: str, code: str, caller: Reader) -> Response:
    """The form of a step that can be taken now."""
    return _form_page(request, app, caller, case_id, find_step(code), Filled())


@router.post("/sager/{case_id}/{code}")
def take_step(
    request: Request, app: InApp, case_id: str, code: str, form: SubmittedForm, caller: Reader
) -> Response:  # fmt: skip
    """Take the step and go back to the case; or show the form again with what is wrong, or with one more row."""
    step = find_step(code)
    if caller.emergency:
        raise PermissionDenied(
            "Nødadgang er til at læse: intet kan ændres.", item=step.permission, remedy="Bed en kollega med adgang."
        )
    values = values_of(step.fields, form)
    if first(form, ONE_MORE):
        return _form_page(request, app, caller, case_id, step, Filled(values, more=first(form, ONE_MORE)))
    try:
        _take(app, caller, case_id, step, values, version_of(form))
    except InvalidForm as refused:
        return _form_page(request, app, caller, case_id, step, Filled(values, refused.faults, status=422), refused)
    except NotNow as refused:
        if not step.fields:
            raise
        faults = (("", f"{refused.what} Det, du har skrevet, står her endnu: se sagen, og send igen."),)
        return _form_page(request, app, caller, case_id, step, Filled(values, faults, status=409), refused)
    # whoever is out of the case, or has put it back, is done with it
    back = "/liste" if code in LEAVING else f"/sager/{case_id}"
    return RedirectResponse(f"{back}?gemt={code}", status_code=303)


def _take(app: Within, caller: Visitor, case_id: str, step: Step, values: Mapping[str, Any], version: int) -> None:
    perform(
        app.store,
        case_id=case_id,
        code=step.code,
        form=read_form(step, values),
        caller=caller,
        version=version,
        settings=app.settings,
        purpose=caller.purpose,
    )


def version_of(form: Fields) -> int:
    """The version of the case that the page showed; a form without one was not made here."""
    word = first(form, "version")
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise InvalidForm("Siden er ikke hel.", item="version", remedy="Åbn sagen igen, og prøv så igen.")
    return int(word)


def values_of(fields: Sequence[FormField], form: Fields) -> dict[str, Any]:
    """What was filled in, by the names of the fields: a list where several may be chosen, else one text."""
    several = {each.name for each in fields if each.kind == "choices"}
    return {
        name: list(values) if name in several else values[0]
        for name, values in form.items()
        if name not in _FRAME and values
    }


def count_rows(fields: Sequence[FormField], filled: Filled) -> dict[str, int]:
    """How many rows each field of rows shows: those filled in, one to begin with, and one more where asked."""
    counts = {}
    for each in fields:
        if each.kind == "rows":
            used = [int(name.split(".")[1]) for name in filled.values if _is_row_of(each.name, name)]
            counts[each.name] = min(max(used, default=0) + 1 + (filled.more == each.name), MOST_ROWS)
    return counts


def _is_row_of(name: str, filled: str) -> bool:
    parts = filled.split(".")
    return len(parts) == 3 and parts[0] == name and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 4


def labels_of(fields: Sequence[FormField], filled: Filled) -> dict[str, str]:
    """What each field with a fault is called, for the summary of faults."""
    named = {each.name: each.label_da for each in fields}
    inner = {f"{each.name}.{row.name}": row.label_da for each in fields for row in each.rows}
    labels = {}
    for name, _ in filled.faults:
        head, _, rest = name.partition(".")
        number, _, column = rest.partition(".")
        label = inner.get(f"{head}.{column}")
        labels[name] = f"Linje {int(number) + 1}, {label}" if label and number.isdecimal() else named.get(head, "")
    return {name: label for name, label in labels.items() if label}


def _form_page(
    request: Request, app: Within, caller: Visitor, case_id: str, step: Step, filled: Filled,
    refused: NotNow | InvalidForm | None = None,
) -> Response:  # fmt: skip
    shown = load_shown(app, caller, case_id, page=f"step {step.code}", step=step)
    if step.code not in {each.code for each in shown.view.steps_now}:
        raise refused or _not_offered(step, shown.view.not_yet)
    names = {each.name for each in step.fields}
    return render(
        request,
        "step.html",
        status=filled.status,
        step=step,
        fields=shown.fields,
        rows=count_rows(step.fields, filled),
        values=filled.values,
        # a fault that is no field's is said without leading anywhere
        faults=tuple((name if name.split(".")[0] in names else "", text) for name, text in filled.faults),
        labels=labels_of(shown.fields, filled),
        case=shown.view.case,
        line=shown.line,
        crumbs=crumbs_of(caller, case_id, shown.line, last=step.text_da),
    )


def _not_offered(step: Step, not_yet: Sequence[Any]) -> Exception:
    """Why the step has no form now: what is missing, where that is known."""
    whys = [each.why_da for each in not_yet if each.step.code == step.code]
    if whys:
        return NotNow(whys[0], item="sag", remedy="Se på sagen, hvad der kan gøres nu.")
    return NotFound("Det kan ikke gøres med sagen nu.", item="trin", remedy="Se på sagen, hvad der kan gøres.")
