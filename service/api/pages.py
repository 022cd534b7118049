"""`docs/api.md`, `docs/problems.md` and `docs/openapi.json`, from the routes and the problem table in force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from service.api.document import INTRODUCTION, build_document
from service.api.problems import PROBLEMS

_API_HEAD = f"""# The REST API

Generated from the routes themselves; do not edit it by hand. The whole document, with every field, is
[openapi.json](openapi.json), also served at `/api/v1/openapi.json`; a client can be generated from it. What may be
answered instead of an answer is in [problems.md](problems.md).

{INTRODUCTION}

- **Versions.** The answer about a case has an `ETag`. Each step wants it back as `If-Match`: without it 428, when the
  case was changed since 412.
- **Repeating.** A change may carry an `Idempotency-Key` of the caller's own, fresh and random; what creates something
  must. The same request with the same key is carried out once for 24 hours and answered as it was
  (`Idempotent-Replayed: true`); another request under the key is refused (422, `key-reused`).
- **Pages.** At most 50 rows; `next` of an answer is `after` of the next call. The cursor is opaque.
- **Questions.** A parameter that an address does not know, or that comes twice, is refused (422): a misspelt filter
  would answer another question. Addresses have no slash at their end.
- **Limits.** Bodies, texts and calls a minute have limits: 413, 422 and 429 with `Retry-After`.
- **Tracing.** Every answer carries `X-Request-Id`, which the log of the service has too.
"""
_PROBLEMS_HEAD = """# Problems

Generated from `service.api.problems`; do not edit it by hand. Every refusal of the API is
`application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `code`, `item` (a field, a header or an id
of ours, never a person) and `remedy`; a form's `faults` all at once. The service lists them at `/api/v1/problems`.

| code | status | title | meaning |
| --- | --- | --- | --- |
"""


def render_openapi() -> str:
    """`docs/openapi.json`."""
    return json.dumps(build_document(), indent=1, ensure_ascii=False) + "\n"


def render_problems_page() -> str:
    """`docs/problems.md`."""
    rows = sorted(PROBLEMS.values(), key=lambda kind: (kind.status, kind.code))
    return _PROBLEMS_HEAD + "".join(
        f"| `{kind.code}` | {kind.status} | {kind.title_da} | {kind.meaning} |\n" for kind in rows
    )


def render_api_page() -> str:
    """`docs/api.md`."""
    document = build_document()
    tags = dict.fromkeys(operation["tags"][0] for _, _, operation in _operations(document))
    lines = [line for tag in tags for line in _section(tag, document)]
    return "\n".join([_API_HEAD, *lines]).rstrip() + "\n"


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _section(tag: str, document: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {tag.capitalize()}\n"
    for path, method, operation in _operations(document):
        if operation["tags"] == [tag]:
            yield f"### `{method} {path}`\n"
            yield f"**{operation['summary']}** (`{operation['operationId']}`)\n"
            yield f"{operation.get('description', '')}\n"
            yield from _asked(operation, document)
            yield f"Answers: {', '.join(operation['responses'])}.\n"


def _asked(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    rows = [*_parameters(operation), *_fields(operation, document)]
    if rows:
        yield "| what | where | needed | meaning |"
        yield "| --- | --- | --- | --- |"
        yield from (f"| `{name}` | {where} | {needed} | {text} |" for name, where, needed, text in rows)
        yield ""


def _parameters(operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for each in operation.get("parameters", ()):
        yield each["name"], each["in"], "yes" if each.get("required") else "no", each.get("description", "")


def _fields(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The fields of a body; of a body of several kinds those of each."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    seen: set[str] = set()
    for one in schema.get("oneOf", [schema]):
        named = document["components"]["schemas"].get(str(one.get("$ref", "")).rpartition("/")[2], {})
        for name, field in named.get("properties", {}).items():
            if name not in seen:
                seen.add(name)
                yield name, "body", "yes" if name in named.get("required", ()) else "no", field.get("description", "")
