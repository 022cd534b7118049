"""The service as a process: it starts, answers, shows its figures elsewhere, and stops when it is told to."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings
from governance.store.opening import Store
from service.auth.safe import addressed_host, refuse_unsafe
from service.serving import figures_served, make_server, run
from tests.functional.calls import call
from tests.service.providers import free_port
from tests.service.tokens import an_app

SERVE = "from service.cli import main; main(['serve'])"


@contextlib.contextmanager
def served(home: Path, port: int, metrics_port: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`adressekontrol serve` in a process of its own, once it listens; gives the lines of its log as well."""
    chosen = {"HOME": str(home), "PORT": str(port), "METRICS_PORT": str(metrics_port)}
    chosen["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    environment = {**os.environ, **{PREFIX + name: value for name, value in chosen.items()}}  # noqa: TID251  what a process is started with
    command = [sys.executable, "-W", "error", "-c", SERVE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        lines: list[str] = []
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            if "running on" in line:
                break
        rest = threading.Thread(target=lambda: lines.extend(process.stderr or ()))
        rest.start()
        try:
            yield process, lines
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            rest.join()


def test_it_serves_watches_itself_and_stops(tmp_path: Path) -> None:
    port, metrics_port = free_port(), free_port()
    with served(tmp_path / "home", port, metrics_port) as (process, lines):
        here = f"http://127.0.0.1:{port}"
        ready = httpx.get(f"{here}/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready"), "".join(lines)
        assert "server" not in ready.headers
        assert httpx.get(f"{here}/metrics").status_code == 404
        shown = httpx.get(f"http://127.0.0.1:{metrics_port}/metrics").text
        said = [json.loads(line)["message"] for line in lines if line.startswith("{")]
        assert f"Uvicorn running on {here} (Press CTRL+C to quit)" in said
        assert f"Started server process [{process.pid}]" in said
        assert 'adressekontrol_requests_total{method="GET",route="/readyz",status="200"} 1.0' in shown
        forwarded = httpx.get(
            f"{here}/log-ind", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        )
        assert forwarded.status_code == 503
    # uvicorn ends by the signal that it was sent, once everything is closed
    assert process.returncode in (0, -signal.SIGTERM)
    said = [json.loads(line) for line in lines]
    assert {"/readyz", "none", "/log-ind"} <= {each.get("route") for each in said}
    assert "evil.example" not in "".join(lines)


def test_a_port_that_is_taken_is_said_so(sqlite_store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        settings = dataclasses.replace(sqlite_store.settings, port=port, metrics_port=port)
        app = an_app(sqlite_store)
        with pytest.raises(SettingsError, match="cannot listen"):
            run(make_server(app, settings), settings)
        with pytest.raises(SettingsError, match="cannot listen"), figures_served(app, settings):
            pass


UNSAFE = {
    "http for everybody": ({"public_url": "http://kontrol.example"}, "PUBLIC_URL"),
    "http on another machine": ({"public_url": "http://10.0.0.7:8000"}, "PUBLIC_URL"),
    "http, listening to everybody": ({"listen": "0.0.0.0"}, "LISTEN"),
    "a name like this machine's": ({"public_url": "http://127.0.0.1.evil.example"}, "PUBLIC_URL"),
    "keys over http": ({"public_url": "https://a.example", "oidc_issuer": "http://login.example"}, "OIDC_ISSUER"),
    "other keys over http": ({"public_url": "https://a.example", "jwt_issuer": "http://login.example"}, "JWT_ISSUER"),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_what_is_not_safe_is_not_served(name: str, tmp_path: Path) -> None:
    changes, setting = UNSAFE[name]
    refused = call("serve", home=tmp_path / "home", **changes)
    assert refused.code == 10
    assert PREFIX + setting in refused.err
    assert not list((tmp_path / "home").glob("*.db"))


@pytest.mark.parametrize("changes", [
    {}, {"public_url": "https://kontrol.example", "listen": "0.0.0.0"}, {"public_url": "http://localhost:8000"},
    {"public_url": "http://[::1]:8000", "listen": "::1"}, {"oidc_issuer": "http://127.0.0.1:9400"},
])  # fmt: skip
def test_what_is_safe_is_served(changes: dict[str, Any]) -> None:
    refuse_unsafe(Settings(**changes), demo=False)


@pytest.mark.parametrize(("address", "host"), [
    ("https://kontrol.example", "kontrol.example"), ("https://kontrol.example:443", "kontrol.example"),
    ("https://Kontrol.example:8443", "kontrol.example:8443"), ("http://127.0.0.1:8000", "127.0.0.1:8000"),
    ("http://localhost:80", "localhost"),
])  # fmt: skip
def test_the_addressed_host_is_what_a_browser_says(address: str, host: str) -> None:
    assert addressed_host(Settings(public_url=address)) == host


def test_a_demonstration_that_was_not_made_is_not_served(tmp_path: Path) -> None:
    refused = call("serve", "--demo", home=tmp_path / "home")
    assert refused.code == 10
    assert "invented town" in refused.err
