"""A running service on a small town, and Debian's Chromium in front of it, with the production's own headers.

`visit(caller)` gives a page of somebody who is logged in; `checked(page)` holds it against WCAG 2.1 A and AA at three
widths, against overflow, and against anything that the browser complained of. `--screenshots` writes docs/screenshots.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

from governance.access.caller import Caller
from governance.as_of import AsOf
from governance.settings import Settings
from governance.store.opening import Store, open_store
from service.invented import INVENTED
from service.kept_registers import keep_registers
from tests.audit_logs import TickingClock
from tests.browser.street import a_street, a_street_list
from tests.new_databases import lay_down
from tests.service.tokens import make_app
from tests.service.town import DAY, TownList

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
WIDTHS = (1280, 640, 320)
HEIGHT = 900
AGENT = "adressekontrol browser test"
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"


@dataclass
class Site:
    """A running service: where it is, and what stands in it."""

    address: str
    app: FastAPI
    town: TownList

    def session(self, caller: Caller, purpose: str) -> dict[str, str]:
        """The cookie of somebody who has logged in and, when `purpose` says so, named a purpose."""
        lobby = self.app.state.lobby
        with self.town.store.act("session.began", actor=caller.user_id) as act:
            cookie = lobby.sessions.begin(act, caller, browser=AGENT)
        if purpose:
            found = lobby.sessions.find(cookie, browser=AGENT)
            lobby.sessions.choose_purpose(found.session_hash, purpose, user_id=caller.user_id)
        return {"name": lobby.cookies.name("session"), "value": cookie, "url": self.address}


@dataclass
class Visits:
    """Opens pages as somebody; what the browser complains of in any of them is kept."""

    site: Site
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self, caller: Caller | None, *, purpose: str = "case_work", script: bool = True, width: int = 1280
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.site.address, java_script_enabled=script, user_agent=AGENT, locale="da-DK",
            viewport={"width": width, "height": HEIGHT},
        )  # fmt: skip
        self.contexts.append(context)
        if caller is not None:
            context.add_cookies([self.site.session(caller, purpose)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        return page

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url} {response.status}")

    def _failed(self, asked: Request) -> None:
        # a page that is left takes back what it had asked for
        if asked.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{asked.url} {asked.failure}")

    def _heard(self, message: object) -> None:
        # a page that says no with a status is told by the browser as an error of its own
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(app: FastAPI, port: int) -> tuple[uvicorn.Server, threading.Thread]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    started = threading.Event()
    while not server.started and thread.is_alive():
        started.wait(0.01)
    return server, thread


@pytest.fixture
def site_settings(request: pytest.FixtureRequest) -> dict[str, object]:
    """Settings of the running service, and `demo`; others by `parametrize("site_settings", [...], indirect=True)`."""
    return getattr(request, "param", {})


@pytest.fixture
def fill(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Store], TownList]:
    """What stands in the service: the street of `tests.browser.street`; `indirect` with "empty" for nothing."""
    if getattr(request, "param", "") == "empty":
        return lambda store: TownList(store, store.settings, {}, None)
    return lambda store: a_street_list(store, tmp_path / "delivery")


@pytest.fixture
def site(
    tmp_path: Path, site_settings: dict[str, object], fill: Callable[[Store], TownList]
) -> Iterator[Site]:  # fmt: skip
    """The service on a free port of this machine, on a SQLite file of its own."""
    port, demo = _free_port(), bool(site_settings.get("demo"))
    others = {name: value for name, value in site_settings.items() if name != "demo"}
    settings = Settings(
        **{
            "home": tmp_path / "home", "database": f"sqlite:///{tmp_path / 'site.db'}", "blind_share": 0.0,
            "public_url": f"http://127.0.0.1:{port}", "port": port, "rate_per_minute": 100_000,
            "peer_rate_per_minute": 100_000, "oidc_issuer": "" if demo else "http://127.0.0.1:9", "authority_name": "Prøvekøbing Kommune", **others,
        }
    )  # fmt: skip
    lay_down(settings)
    store = open_store(settings, clock=TickingClock(), actor="tester")
    if demo:
        with store.act("system.resumed", actor=f"demo ({INVENTED} {DAY})"):
            pass
    town = fill(store)
    keep_registers(a_street(), as_of=AsOf(DAY), home=settings.home, today=DAY)
    app = make_app(settings, store=store, clock=store.clock, demo=demo)
    server, thread = _serve(app, port)
    yield Site(settings.public_url, app, town)
    server.should_exit = True
    thread.join(timeout=10)
    store.engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a missing one fails the tests that need it.

    Let go of after each module: while it runs, so does its event loop, and no other test could start one.
    """
    path = shutil.which("chromium")
    assert path, "the browser tests need Chromium: make chromium"
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=unboxed)
        yield running
        running.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Visits]:
    """Opens pages; a test fails when the browser complained of a script, a style, a policy or a missing file."""
    visits = Visits(site, browser)
    yield visits
    for context in visits.contexts:
        context.close()
    assert not visits.complaints


@pytest.fixture
def checked(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`checked(page, "name")`: accessible and not overflowing at every width; pictured when pictures were asked for."""

    def check(page: Page, name: str = "") -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found = faults_of(page, width)
            assert not found, "\n".join(found)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        if name and request.config.getoption("--screenshots"):
            picture(page, name)

    return check


def faults_of(page: Page, width: int) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA, and whether the page is wider than the window."""
    page.evaluate("document.fonts.ready.then(() => true)")
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    asked = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", asked)
    faults = [
        f"{page.url} at {width}: {each['id']}: {each['help']}: {[node['html'] for node in each['nodes']]}"
        for each in found["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    # the body hides what is too wide for it: what lies outside the window is looked for as well
    outside = page.evaluate(
        """() => [...document.body.querySelectorAll('*')]
            .filter(e => e.checkVisibility() && !e.closest('.sr-only, .skipnav, svg') && e.getBoundingClientRect().right
                > document.documentElement.clientWidth + 1)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    return faults + [f"{page.url} at {width}: {wide} wide"] * (wide > width) + [f"at {width}: {e}" for e in outside]


def picture(page: Page, name: str) -> None:
    """A picture of the whole page for docs/."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
