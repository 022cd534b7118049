"""The two cookies of the service, and under which names.

Behind https both carry `__Host-`: the browser takes them from this host alone, over https alone. On this machine
without https they have no prefix, since not every browser takes a Secure cookie there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import Request
from fastapi.responses import Response

Kind = Literal["session", "login"]


@dataclass(frozen=True)
class Cookies:
    """Reads and writes our cookies; `secure` behind https."""

    secure: bool

    def name(self, kind: Kind) -> str:
        """The cookie's name."""
        return f"__Host-{kind}" if self.secure else f"{kind}-loopback"

    def read(self, request: Request, kind: Kind) -> str:
        """The cookie's value, "" when the browser sent none."""
        return request.cookies.get(self.name(kind), "")

    def write(self, response: Response, kind: Kind, value: str) -> None:
        """Give the browser a cookie for as long as it is open; no script reads it, no other site sends it."""
        # Lax, not Strict: the answer of the provider comes from another site
        response.set_cookie(self.name(kind), value, path="/", secure=self.secure, httponly=True, samesite="lax")

    def header(self, kind: Kind, value: str) -> str:
        """The same as a header, for where there is no response at hand yet."""
        answer = Response()
        self.write(answer, kind, value)
        return answer.headers["set-cookie"]

    def forget(self, response: Response, kind: Kind) -> None:
        """Take a cookie back."""
        response.delete_cookie(self.name(kind), path="/", secure=self.secure, httponly=True, samesite="lax")
