"""What is the same for every case: who calls, what may be answered instead of an answer, and the document itself."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from governance.access.permissions import PERMISSIONS, PURPOSES
from service.api.document import served_document
from service.api.documented import GUARDED, OPEN, refusals
from service.api.models.planning import Me, ProblemList, ProblemShown
from service.api.problems import PROBLEMS
from service.api.routing import make_api_router
from service.auth.declared import public, requires
from service.auth.visitor import Visitor


def make_router() -> APIRouter:
    """`GET /me`, `GET /problems`, `GET /openapi.json`."""
    router = make_api_router("about")
    router.add_api_route("/me", _me, operation_id="me", summary="Who calls", responses=refusals(*GUARDED))
    router.add_api_route(
        "/problems", _problems, operation_id="problems", summary="Every problem code", dependencies=[public()],
        responses=refusals(*OPEN),
    )  # fmt: skip
    router.add_api_route(
        "/openapi.json", _openapi, dependencies=[public()], include_in_schema=False, response_model=None
    )
    return router


def _me(visitor: Annotated[Visitor, requires("own.session")]) -> Me:
    held = {code: sorted(visitor.offices(code)) for code in PERMISSIONS}
    return Me(
        user_id=visitor.user_id,
        name=visitor.name,
        rights=[{"role": right.role, "office": right.office} for right in sorted(visitor.rights)],
        permissions={code: offices for code, offices in held.items() if offices},
        purposes={code: PURPOSES[code] for code in visitor.purposes()},
    )


def _problems() -> ProblemList:
    return ProblemList(problems=[ProblemShown.model_validate(kind) for kind in PROBLEMS.values()])


def _openapi(request: Request) -> JSONResponse:
    document: dict[str, Any] = served_document(request.app)
    return JSONResponse(document)
