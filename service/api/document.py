"""The OpenAPI document: what the routes say of themselves, with the permission, the purpose and the problems of each.

The file in `docs` and the document that is served are made here from the same routers. Must not know any route.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from governance.access.permissions import PERMISSIONS, PURPOSES
from service.api import routers
from service.api.documented import PROBLEM_SCHEMA
from service.api.problems import MEDIA_TYPE
from service.auth.declared import DeclaredRoute, Requirement, declared_routes

TITLE = "adressekontrol"
INTRODUCTION = """Cases of address-registration control: the list, the case and its steps, and what the
data-protection officer and the evaluator see of them.

Every operation but `problems` wants a bearer token. Operations about persons want `X-Purpose`, and each such answer
leaves an event in the audit log. Refusals are RFC 9457 problems. Days are those of Denmark, YYYY-MM-DD, moments ISO
8601 in UTC, amounts whole øre."""
SCHEME = "bearer"
_SERVED = "api_document"


def build_document() -> dict[str, Any]:
    """The document of every router, in the order in which they are declared."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in routers():
        app.include_router(router)
    document = get_openapi(title=TITLE, version=version(TITLE), description=INTRODUCTION, routes=app.routes)
    for route in declared_routes(app):
        _tell(document["paths"], route)
    components = document.setdefault("components", {})
    components["responses"] = _gathered_refusals(document["paths"])
    components.setdefault("schemas", {})["Problem"] = dict(PROBLEM_SCHEMA)
    components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return document


def served_document(app: FastAPI) -> dict[str, Any]:
    """The same, built once for a running app."""
    if not hasattr(app.state, _SERVED):
        setattr(app.state, _SERVED, build_document())
    document: dict[str, Any] = getattr(app.state, _SERVED)
    return document


def _gathered_refusals(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Every refusal once, by name; the operations refer to it."""
    gathered: dict[str, Any] = {}
    for operation in (operation for methods in paths.values() for operation in methods.values()):
        for status, answer in operation["responses"].items():
            if MEDIA_TYPE in answer.get("content", {}):
                gathered[f"Refused{status}"] = answer
                operation["responses"][status] = {"$ref": f"#/components/responses/Refused{status}"}
    return dict(sorted(gathered.items()))


def _tell(paths: Mapping[str, Any], route: DeclaredRoute) -> None:
    for method in route.methods:
        operation = paths.get(route.path, {}).get(method.lower())
        if operation is not None:
            _tell_access(operation, route.declared)
            _require_if_match(operation)


def _tell_access(operation: dict[str, Any], declared: object) -> None:
    if not isinstance(declared, Requirement):
        operation["security"] = []
        return
    operation["security"] = [{SCHEME: []}]
    operation["x-permission"] = declared.permission
    told = f"Permission: `{declared.permission}` ({', '.join(sorted(PERMISSIONS[declared.permission].roles))})."
    operation["description"] = "\n\n".join(part for part in (operation.get("description", ""), told) if part)
    if declared.purpose:
        operation.setdefault("parameters", []).append(_PURPOSE)


def _require_if_match(operation: Mapping[str, Any]) -> None:
    """A client must send it; that it is missing is answered with a problem of its own, not as a wrong field."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "maxLength": 100, "examples": ['"4"']}


_PURPOSE: Mapping[str, Any] = {
    "name": "X-Purpose",
    "in": "header",
    "required": True,
    "description": "What the caller looks at persons for; which of them are whose, `me` tells.",
    "schema": {"type": "string", "enum": [code for code in PURPOSES if code != "emergency"]},
}
