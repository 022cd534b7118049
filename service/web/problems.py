"""Every refusal in one shape: problem+json (RFC 9457) under /api, a page in Danish everywhere else.

What broke by a fault of ours is told by a reference alone: the message of an exception may quote a person's row.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from governance.errors import UserError
from service.api.problems import MEDIA_TYPE, PROBLEMS, STATUS_OF, Refused
from service.auth.claims import LoginRefused

API = "/api"
LOGIN, PURPOSE = "/log-ind", "/formaal"
PROBLEM_HEADER = "X-Problem"
RETRY_SECONDS = 10
_CODE_OF_STATUS = {
    401: "unauthenticated", 403: "permission", 404: "not-found", 405: "method-not-allowed", 413: "too-large",
    415: "unsupported-media-type", 422: "invalid-form", 429: "too-many", 503: "settings",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One refusal: `code` of the problem table, `what` is wrong, with which `item`, what to do; `faults` of a form."""

    code: str
    status: int
    what: str
    item: str
    remedy: str
    faults: tuple[tuple[str, str], ...] = ()
    reference: str = ""

    def document(self) -> dict[str, Any]:
        """The members of RFC 9457 and ours."""
        kind = PROBLEMS[self.code]
        said = {
            "type": kind.type, "title": kind.title_da, "status": self.status, "detail": self.what, "code": self.code,
            "item": self.item, "remedy": self.remedy,
        }  # fmt: skip
        faults = [{"field": field, "text": text} for field, text in self.faults]
        return said | ({"faults": faults} if faults else {}) | ({"reference": self.reference} if self.reference else {})


def install_problems(app: FastAPI) -> None:
    """Let the app answer every refusal in the one shape."""
    app.add_exception_handler(UserError, _answer)
    app.add_exception_handler(Refused, _answer)
    app.add_exception_handler(LoginRefused, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(HTTPException, _answer)


def problem_of(error: Exception) -> Problem:
    """What is told about an exception; one that is none of ours becomes "internal" without its message."""
    if isinstance(error, Refused):
        return Problem(error.kind.code, error.kind.status, error.detail, error.item, error.remedy)
    if isinstance(error, UserError):
        faults = tuple(getattr(error, "faults", ()))
        return Problem(error.code, STATUS_OF.get(error.code, 409), error.what, error.item, error.remedy, faults)
    if isinstance(error, LoginRefused):
        what = "Svaret fra loginudbyderen kan ikke bruges: det er gammelt, brugt eller givet til en anden."
        return Problem("usage", 400, what, "login", "Log ind igen fra begyndelsen.")
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        code = _CODE_OF_STATUS.get(error.status_code, "usage")
        return Problem(code, error.status_code, PROBLEMS[code].title_da + ".", "adressen", "Kontrollér adressen.")
    return internal("")


def internal(reference: str) -> Problem:
    """A fault of ours, told by its reference."""
    remedy = "Prøv igen. Bliver fejlen ved, så giv driften referencen."
    return Problem("internal", 500, "Der skete en fejl hos os.", "tjenesten", remedy, reference=reference)


def answer(request: Request, problem: Problem) -> Response:
    """The problem as the caller reads it: JSON under /api, a page or the way to one elsewhere."""
    if request.url.path.startswith(API):
        response: Response = JSONResponse(problem.document(), status_code=problem.status, media_type=MEDIA_TYPE)
    else:
        response = _redirected(request, problem) or _page(request, problem)
    response.headers[PROBLEM_HEADER] = problem.code
    if problem.status == 429:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if problem.status == 401 and request.url.path.startswith(API):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer(request: Request, error: Exception) -> Response:
    response = answer(request, problem_of(error))
    if isinstance(error, HTTPException) and error.headers and "allow" in {name.lower() for name in error.headers}:
        response.headers.update(error.headers)
    return response


def _invalid(error: RequestValidationError) -> Problem:
    """The fields that are off, by name; what was sent is never repeated."""
    faults = tuple((_field(each), _FAULTS.get(each["type"], "kan ikke bruges")) for each in error.errors())
    what = "Der er fejl i det, der blev sendt."
    return Problem("invalid-form", 422, what, faults[0][0], "Ret felterne, og prøv igen.", faults)


_PLAIN = re.compile(r"[a-z_]{1,40}")


def _field(error: Mapping[str, Any]) -> str:
    """The name of a field; one that a caller made up and that is no plain word is told as where it stood."""
    *above, last = error["loc"]
    made_up = error["type"] == "extra_forbidden" and not _PLAIN.fullmatch(str(last))
    place = above if made_up else error["loc"]
    return ".".join(str(part) for part in place[1:]) or str(place[0])


_FAULTS = {"missing": "mangler", "extra_forbidden": "findes ikke", "json_invalid": "er ikke JSON"}


def _redirected(request: Request, problem: Problem) -> Response | None:
    """Whoever is not logged in goes to the login, whoever named no purpose to that form; both come back."""
    target = {"unauthenticated": LOGIN, "purpose-missing": PURPOSE}.get(problem.code)
    if target is None or request.url.path == target:
        return None
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    following = f"?next={quote(back, safe='/')}" if request.method == "GET" and back != "/" else ""
    return RedirectResponse(target + following, status_code=303)


def _page(request: Request, problem: Problem) -> Response:
    from service.web.rendering import render

    title = PROBLEMS[problem.code].title_da
    return render(request, "error.html", status=problem.status, title=title, problem=problem)


def bare_page(problem: Problem) -> Response:
    """A page without template, for when a template is what broke."""
    title = html.escape(PROBLEMS[problem.code].title_da)
    words = [problem.what, problem.remedy, f"Reference: {problem.reference}" if problem.reference else ""]
    body = "".join(f"<p>{html.escape(text)}</p>" for text in words if text)
    document = f'<!doctype html><html lang="da"><head><meta charset="utf-8"><title>{title}</title></head>'
    return HTMLResponse(f"{document}<body><main><h1>{title}</h1>{body}</main></body></html>", problem.status)
