"""The one door from values to a page: `render(request, "liste.html", rows=...)`.

Every page gets who is logged in, the token for its forms, the purpose and the menu from here. Knows no case.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from governance.access.caller import Caller
from governance.access.permissions import OFFICES, PURPOSES
from service.web.danish import FILTERS
from service.web.names import NAMES, benefit_name
from service.web.navigation import build_menu
from service.web.notices import notice_of
from service.web.static_files import static
from service.web.within import within

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Templates that escape everything, and in which a name that nobody gave is an error instead of nothing."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS, ydelse_navn=benefit_name)
    made.globals.update(static=static, navn=NAMES, OFFICES=OFFICES)
    return made


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """The page `templates/<template>` with the caller's own frame around it.

    Who is logged in is read from `request.state.caller`, `.csrf` and `.purpose`, as service.auth.door leaves them;
    absent when nobody is. `crumbs` is a
    sequence of (text, address), the last of them the page itself with an empty address; `faults` a sequence of (field,
    Danish text) for `error_summary` and the fields.
    """
    page = environment().get_template(template).render({**_frame(request), **context})
    return HTMLResponse(page, status_code=status)


def _frame(request: Request) -> Mapping[str, Any]:
    caller: Caller | None = getattr(request.state, "caller", None)
    inside = within(request)
    return {
        "caller": caller,
        "csrf": getattr(request.state, "csrf", ""),
        "purpose": PURPOSES.get(getattr(request.state, "purpose", ""), ""),
        "menu": build_menu(caller, request.url.path),
        "notice": notice_of(request.query_params.get("gemt")),
        "authority": inside.settings.authority_name,
        "demo": inside.demo,
        "path": request.url.path,
        "crumbs": (),
        "faults": (),
    }
