"""What each route may answer besides what was asked for: documented from the problem table, one shape for all.

A status that a route does not name here is never answered; the tests ask every route at random and compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.api.problems import MEDIA_TYPE, PROBLEMS

Responses = dict[int | str, dict[str, Any]]
PROBLEM_SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. Names no person; `item` is a field, a header or an id of ours.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "item", "remedy"],
    "properties": {
        "type": {"type": "string", "description": "Address that names the kind."},
        "title": {"type": "string", "description": "The kind, in Danish."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in Danish."},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "item": {"type": "string", "description": "Which thing it concerns."},
        "remedy": {"type": "string", "description": "What to do next, in Danish."},
        "faults": {
            "type": "array",
            "description": "Every fault of a form, where there is one.",
            "items": {
                "type": "object",
                "required": ["field", "text"],
                "properties": {"field": {"type": "string"}, "text": {"type": "string"}},
            },
        },
        "reference": {"type": "string", "description": "Names the line of the service's log."},
    },
}
OPEN = (413, 429, 503)
"""What every route may answer."""
GUARDED = (*OPEN, 401, 403, 422)
"""What every route that asks who calls may answer."""
WRITING = (*GUARDED, 409, 415)
"""What every route that takes a body may answer besides."""


def refusals(*statuses: int) -> Responses:
    """The documentation of these statuses, with the codes that each may carry."""
    return {status: _refusal(status) for status in sorted(set(statuses))}


def _refusal(status: int) -> dict[str, Any]:
    kinds = [kind for kind in PROBLEMS.values() if kind.status == status]
    example = {
        "type": kinds[0].type,
        "title": kinds[0].title_da,
        "status": status,
        "detail": kinds[0].title_da,
        "code": kinds[0].code,
        "item": "case",
        "remedy": "Se beskrivelsen af problemet.",
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    told = " ".join(f"`{kind.code}`: {kind.meaning}" for kind in kinds)
    answer: dict[str, Any] = {"description": told, "content": content}
    if status == 429:
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return answer


_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ETag": {"description": "Version of the case, for If-Match.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` when the request was carried out before and this is the answer given then.",
        "schema": {"type": "string", "enum": ["true"]},
        "required": False,
    },
}


def with_headers(*names: str, status: int = 200) -> Responses:
    """The documentation of headers on the answer that was asked for."""
    return {status: {"headers": {name: dict(_HEADERS[name]) for name in names}}}
