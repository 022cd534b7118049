"""The form that a page sent, read once: the proof against forgery and the handler see the same fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
FORGERY_FIELD = "csrf"

Fields = Mapping[str, tuple[str, ...]]


async def submitted(request: Request) -> Fields:
    """Every text field of the form by name, in order; empty where no form was sent. Files are not taken."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FORM_TYPES:
        return {}
    form = await request.form()
    return {
        name: tuple(value for value in form.getlist(name) if isinstance(value, str))
        for name in dict.fromkeys(form.keys())
    }


SubmittedForm = Annotated[Fields, Depends(submitted)]
"""For the signature of a handler: `def save(form: SubmittedForm, ...)`."""


def first(form: Fields, name: str) -> str:
    """The first value of a field, "" when it was not sent."""
    values = form.get(name, ())
    return values[0] if values else ""
