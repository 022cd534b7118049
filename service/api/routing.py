"""How a router of the API is made: one prefix, JSON alone, known questions alone, every route documented with refusals.

Must not know what any route does.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from service.api import PREFIX
from service.api.cursor import LONGEST
from service.api.models.base import ONE_LINE, PAGE_SIZE
from service.api.problems import Refused

JSON = "application/json"
LONGEST_ID = 100


class JsonRoute(APIRoute):
    """A route that takes JSON and the query parameters it declares, each once; anything else is not looked into."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the question what kind of body this is."""
        handler = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def handle(request: Request) -> Response:
            # who shows no token is first told to: what an address knows is nothing to answer a stranger with
            if "authorization" in request.headers:
                _refuse_unknown_query(request, known)
            if self.body_field is not None:
                _refuse_other_media(request)
            try:
                return await handler(request)
            except HTTPException as refused:
                raise _unreadable() if refused.status_code == 400 else refused from None

        return handle


def _query_names(needed: Dependant) -> Iterator[str]:
    """What the route and everything it depends on reads of the query."""
    yield from (each.alias for each in needed.query_params)
    for inner in needed.dependencies:
        yield from _query_names(inner)


def _refuse_unknown_query(request: Request, known: frozenset[str]) -> None:
    """A filter that is misspelt, or given twice, would otherwise answer another question than the one asked."""
    names = [name for name, _ in request.query_params.multi_items()]
    wrong = next((name for name in names if name not in known or names.count(name) > 1), None)
    if wrong is not None:
        raise Refused(
            "invalid-form",
            "Adressen har en oplysning, som ikke bruges her, eller den samme to gange.",
            item=wrong if wrong in known else "query",
            remedy=f"Brug hver højst én gang: {', '.join(sorted(known)) or 'ingen'}.",
        )


def _refuse_other_media(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    sent = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if kind != JSON and (kind or sent):
        raise Refused(
            "unsupported-media-type",
            "Indholdet skal være JSON.",
            item="Content-Type",
            remedy=f"Send indholdet som {JSON}.",
        )


def _unreadable() -> Refused:
    """Bytes that are no UTF-8, or nested beyond reading."""
    return Refused("invalid-form", "Indholdet kan ikke læses som JSON.", item="body", remedy="Send JSON i UTF-8.")


def make_api_router(tag: str) -> APIRouter:
    """A router under the prefix, whose operations are shown under `tag`."""
    return APIRouter(prefix=PREFIX, tags=[tag], route_class=JsonRoute)


_ID: Any = {"min_length": 1, "max_length": LONGEST_ID, "pattern": r"^[A-Za-z0-9._-]+$"}
CaseId = Annotated[
    str, Path(**_ID, description="Our own random id of the case.", examples=["sag-00112233445566778899"])
]
LetterId = Annotated[str, Path(**_ID, description="Id of the letter.", examples=["letter-00112233445566778899"])]
RunId = Annotated[str, Path(**_ID, description="Id of the run that made the list.", examples=["0123456789abcdef"])]
Place = Annotated[int, Path(ge=1, le=1_000_000, description="Place on the list, from 1.")]
After = Annotated[
    str | None, Query(max_length=LONGEST, pattern=ONE_LINE, description="`next` of the page before; begins without it.")
]
Size = Annotated[int, Query(ge=1, le=PAGE_SIZE, description="Rows on a page.")]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=LONGEST_ID, description="ETag of the case that you saw.")
]
_KEY: Any = Header(
    alias="Idempotency-Key",
    min_length=8,
    max_length=LONGEST_ID,
    pattern=r"^[A-Za-z0-9._:-]+$",
    description="A key of your own for this request, fresh and random: asked again with it, it is done once.",
    examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
)
IdempotencyKey = Annotated[str | None, _KEY]
NeededKey = Annotated[str, _KEY]
