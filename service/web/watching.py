"""A ring around all work: every request gets an id, a line in the log and a place in the figures, come what may.

What nobody caught is caught here: the caller reads a reference, the log a place in the code, nobody the message.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from opentelemetry.trace import Tracer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from governance.as_of import Clock
from service.web.logs import say_fault, say_request
from service.web.metrics import Figures
from service.web.problems import PROBLEM_HEADER, answer, bare_page, internal
from service.web.tracing import trace

REQUEST_ID = "X-Request-ID"
UNKNOWN = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass
class _Outcome:
    """What is known of an answer once it has begun."""

    status: int = 0
    problem: str = ""


class Watching:
    """Watches every request; `tick` gives seconds that only go forward."""

    def __init__(
        self, app: ASGIApp, *, figures: Figures, clock: Clock, tick: Callable[[], float], tracer: Tracer | None
    ) -> None:
        self.app = app
        self.clock = clock
        self.tracer = tracer
        self.figures = figures
        self.tick = tick

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # made here, never taken from the caller: it stands in our log
        request_id = f"req-{secrets.token_hex(8)}"
        scope.setdefault("state", {})["request_id"] = request_id
        outcome, begun = _Outcome(), self.tick()
        with self.figures.under_way.track_inprogress():
            await self._answered(scope, receive, _noting(send, outcome, request_id), outcome, request_id)
        self._say(scope, outcome, request_id, self.tick() - begun)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, outcome: _Outcome, request_id: str) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as fault:
            reference = say_fault(fault, request_id=request_id)
            if not outcome.status:
                await _broken(scope, receive, send, reference)

    def _say(self, scope: Scope, outcome: _Outcome, request_id: str, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        said: dict[str, Any] = {"method": method, "route": _route(scope), "status": outcome.status}
        self.figures.count(**said, seconds=seconds, problem=outcome.problem)
        problem = {"problem": outcome.problem} if outcome.problem else {}
        say_request({"request_id": request_id, **said, "duration_ms": round(seconds * 1000, 1), **problem})
        if self.tracer is not None:
            ended_ns = int(self.clock.now().timestamp() * 1e9)
            trace(self.tracer, said, request_id=request_id, seconds=seconds, ended_ns=ended_ns)


async def _broken(scope: Scope, receive: Receive, send: Send, reference: str) -> None:
    """Tell of a fault of ours; when the page for it breaks as well, in bare words."""
    problem = internal(reference)
    try:
        response = answer(Request(scope), problem)
    except Exception:
        response = bare_page(problem)
        response.headers[PROBLEM_HEADER] = problem.code
    await response(scope, receive, send)


def _noting(send: Send, outcome: _Outcome, request_id: str) -> Send:
    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            outcome.status = message["status"]
            headers = list(message.get("headers", ()))
            outcome.problem = _header(headers, PROBLEM_HEADER)
            message = {**message, "headers": [*headers, (REQUEST_ID.lower().encode(), request_id.encode())]}
        await send(message)

    return note


def _header(headers: list[tuple[bytes, bytes]], name: str) -> str:
    found = [value.decode() for key, value in headers if key.lower() == name.lower().encode()]
    return found[0] if found else ""


def _route(scope: Scope) -> str:
    """The route's own pattern: a path that nobody declared, or what stood in it, is never written down."""
    path = getattr(scope.get("route"), "path", "")
    return path if path and re.fullmatch(r"/[\w/{}:.-]*", path) else UNKNOWN
