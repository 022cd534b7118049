"""One page for every form of the officer's: fields described once, read once, shown again with what was written.

Must not know what any form is for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from governance.as_of import danish_moment
from governance.errors import InvalidForm
from service.auth.submitted import Fields
from service.cases.forms import form_fields, invalid, read_form
from service.web.rendering import render
from service.web.step_pages import values_of

CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
NEVER_SHOWN_AGAIN = frozenset({"cpr"})
Crumbs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FormPage:
    """A form with its words: where it is sent, what the button says, where one goes instead.

    `choices`: name of a field → its choices, where they are known only now.
    """

    form: type
    heading: str
    intro: str
    action: str
    button: str
    back: str
    crumbs: Crumbs
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def show(
        self, request: Request, *, values: Mapping[str, Any] | None = None, faults: Sequence[tuple[str, str]] = ()
    ) -> Response:
        """The page, with what is wrong when something is; a CPR number that was written is never shown again."""
        written = self.values if values is None else values
        return render(
            request,
            "dpo/form.html",
            status=422 if faults else 200,
            page=self,
            fields=[
                replace(each, choices=self.choices.get(each.name, each.choices)) for each in form_fields(self.form)
            ],
            values={name: value for name, value in written.items() if name not in NEVER_SHOWN_AGAIN},
            faults=tuple(faults),
            crumbs=self.crumbs,
        )

    def take(self, request: Request, sent: Fields, do: Callable[[Any], str]) -> Response:
        """Read what was sent and do it; `do` returns where to go then. What is wrong is shown on the form again."""
        values = values_of(form_fields(self.form), sent)
        try:
            return RedirectResponse(do(read_form(self, values)), status_code=303)
        except InvalidForm as refused:
            known = {each.name for each in form_fields(self.form)}
            faults = refused.faults or ((refused.item, refused.what),)
            return self.show(
                request,
                values=values,
                faults=[(name if name in known else "", text) for name, text in faults],
            )


def read_moment(day: dt.date, clock: str, *, name: str) -> dt.datetime:
    """A day and `13.05` in Denmark as a moment in UTC; `InvalidForm` for what is no time of day."""
    found = CLOCK.fullmatch(clock.strip())
    if not found:
        raise invalid((name, "Skriv klokkeslættet som 13.05."))
    at = dt.time(int(found[1]), int(found[2]))
    return danish_moment(day, at)
