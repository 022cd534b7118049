"""OpenID providers for tests: a real one in a process of its own, and a liar that signs whatever it is told to."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.service.tokens import InProcess, jwks


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def real_provider(users: Sequence[dict[str, Any]]) -> Iterator[str]:
    """An OpenID provider that knows these users (claims with `sub`); gives its issuer."""
    port = free_port()
    known = [word for user in users for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *known]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert any("running on" in line for line in process.stderr), "the provider did not start"
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def consent(address: str, user_id: str) -> str:
    """What a person does at the provider: log in as somebody; gives the address that the browser is sent back to."""
    with httpx.Client() as browser:
        answered = browser.post(address, data={"sub": user_id})
    return answered.headers["location"]


def returned(client: InProcess, user_id: str, *, following: str = "") -> str:
    """Path and query of the callback after a log-in at the provider."""
    begun = client.get("/log-ind/start" + (f"?next={following}" if following else ""))
    back = urlsplit(consent(begun.headers["location"], user_id))
    return f"{back.path}?{back.query}"


@dataclass
class Liar:
    """A provider under the test's control: `says` gives the ID token for a nonce."""

    issuer: str = ""
    says: Callable[[str], str] = lambda nonce: nonce
    names: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=jwks)
    fetched: list[str] = field(default_factory=list)
    nonce: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)
    authorization: str = ""

    def configuration(self) -> dict[str, Any]:
        """What it says of itself."""
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return {"issuer": self.issuer} | {name: self.issuer + path for name, path in paths.items()} | self.names


@contextlib.contextmanager
def lying_provider() -> Iterator[Liar]:
    """A liar on a port of this machine."""
    liar = Liar()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(liar))
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(liar: Liar) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.fetched.append(self.path)
            self._answer(liar.keys if self.path == "/jwks" else liar.configuration())

        def do_POST(self) -> None:
            liar.asked = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            liar.authorization = self.headers.get("authorization", "")
            self._answer({"access_token": "x", "token_type": "Bearer", "id_token": liar.says(liar.nonce)})

        def _answer(self, document: Any) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    return Handler
