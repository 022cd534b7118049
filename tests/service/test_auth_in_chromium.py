"""The cookie and the forms in a real browser, on this machine without https: under both names that a cookie may have."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

import service.auth.opening
from governance.store.opening import Store
from service.invented import INVENTED
from service.serving import make_server
from tests.service.providers import free_port
from tests.service.tokens import an_app


@contextlib.contextmanager
def live(store: Store) -> Iterator[str]:
    """The demonstration on a free port of this machine."""
    port = free_port()
    with store.act("system.resumed", actor=f"demo ({INVENTED} 2024-06-01)"):
        pass
    address = f"http://127.0.0.1:{port}"
    app = an_app(store, demo=True, public_url=address, port=port, jwt_issuer="", jwks_file="")
    server = make_server(app, dataclasses.replace(app.state.settings, port=port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    waiting = threading.Event()
    while not server.started and thread.is_alive():
        waiting.wait(0.01)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def chromium() -> Iterator[BrowserContext]:
    """Debian's Chromium without scripts; a missing one fails the test."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Chromium: make chromium"
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=unboxed)
        yield browser.new_context(java_script_enabled=False)
        browser.close()


@pytest.mark.parametrize(("secure", "name"), [(False, "session-loopback"), (True, "__Host-session")])
def test_somebody_comes_in_names_a_purpose_and_leaves(
    sqlite_store: Store, chromium: BrowserContext, monkeypatch: pytest.MonkeyPatch, secure: bool, name: str
) -> None:
    """`__Host-` and Secure: Chromium takes them from 127.0.0.1, other browsers need not, so a loopback has its own."""
    if secure:
        monkeypatch.setattr(service.auth.opening, "is_encrypted", lambda _: True)
    with live(sqlite_store) as address:
        page = chromium.new_page()
        page.goto(f"{address}/formaal?next=/log-ind")
        page.get_by_role("button", name="Anna Prøvesen").click()
        assert page.url == f"{address}/formaal?next=/log-ind"
        (cookie,) = chromium.cookies()
        assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (name, secure, True, "Lax")
        page.get_by_label("behandling af sagen").check()
        page.get_by_role("button", name="Fortsæt").click()
        # whoever is in already is led on from the way in
        assert page.url == f"{address}/"
        page.goto(f"{address}/formaal")
        page.get_by_role("button", name="Log af").click()
        assert page.url == f"{address}/log-ind?farvel"
        assert name not in {each["name"] for each in chromium.cookies()}
