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

from governance.access.permissions import OFFICES, PURPOSES
from service.web.danish import FILTERS
from service.web.names import NAMES
from service.web.navigation import build_menu
from service.web.notices import notice_of
from service.web.static_files import static

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
    made.filters.update(FILTERS)
    made.globals.update(static=static, navn=NAMES, OFFICES=OFFICES)
    return made


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """The page `templates/<template>` with the caller's own frame around it.

    Read from the request: `state.caller`, `state.csrf` (the token of this session's forms) and `state.purpose`
    (a code of PURPOSES), each absent when nobody is logged in. `crumbs` is a sequence of (text, address), the last of
    them the page itself without an address.
    """
    page = environment().get_template(template).render({**_frame(request), **context})
    return HTMLResponse(page, status_code=status)


def _frame(request: Request) -> Mapping[str, Any]:
    caller = getattr(request.state, "caller", None)
    purpose = getattr(request.state, "purpose", None)
    settings = getattr(request.app.state, "settings", None)
    return {
        "caller": caller,
        "csrf": getattr(request.state, "csrf", ""),
        "purpose": PURPOSES.get(purpose or "", ""),
        "menu": build_menu(caller, request.url.path),
        "notice": notice_of(request.query_params.get("gemt")),
        "authority": getattr(settings, "authority_name", "Kontrolenheden"),
        "demo": bool(getattr(request.app.state, "demo", False)),
        "path": request.url.path,
        "crumbs": (),
        "faults": (),
    }
