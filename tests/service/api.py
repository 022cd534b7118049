"""Somebody who asks the API: a real token through the whole app, in process, with a purpose of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from governance.access.caller import Caller
from governance.access.permissions import PURPOSES_OF
from service.api import PREFIX
from tests.service.tokens import InProcess, bearer


def purpose_of(caller: Caller) -> str:
    """The first purpose that the caller may name; "" for none."""
    return next((PURPOSES_OF[role][0] for role in caller.roles if PURPOSES_OF[role]), "")


def proof_of(caller: Caller) -> dict[str, str]:
    """The headers of a call, with a token of this moment: one kept for later is too old on a slow machine."""
    return bearer(caller, purpose=purpose_of(caller))


@dataclass(frozen=True)
class Asker:
    """Somebody with a client; headers may be changed, and left out by None."""

    client: InProcess
    who: Caller | None

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The response."""
        named = proof_of(self.who) if self.who else {}
        headers = {name: value for name, value in (named | more.pop("headers", {})).items() if value is not None}
        return self.client.request(method, PREFIX + path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, json={} if body is None else body, **more)

    def step(self, case_id: str, code: str, version: int | str, body: Any = None, key: str | None = None) -> Any:
        tag = version if isinstance(version, str) else f'"{version}"'
        return self.post(f"/cases/{case_id}/steps/{code}", body, headers={"If-Match": tag, "Idempotency-Key": key})


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of a problem, whose shape is checked on the way."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said = answer.json()
    assert {"type", "title", "status", "detail", "code", "item", "remedy"} <= set(said)
    assert said["status"] == answer.status_code
    return answer.status_code, said["code"]
