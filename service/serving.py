"""Serves the app until it is told to stop: the port for people, the port for figures, and the timer.

The server believes no header about who is calling: what stands in front of it may end TLS and no more.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings
from governance.store.opening import Store

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

STOPPING_SECONDS = 20
IDLE_SECONDS = 15


def serve_until_stopped(settings: Settings, store: Store, *, demo: bool) -> None:
    """Serve until SIGINT or SIGTERM; `SettingsError` for what is not safe, or a port that is taken."""
    from service.app import create_app
    from service.web.impact_drawing import drawing_ahead
    from service.web.logs import install_logging

    app = create_app(settings, store=store, clock=store.clock, demo=demo)
    install_logging()
    with figures_served(app, settings), timed(store, settings), drawing_ahead(store):
        run(make_server(app, settings), settings)


def require_free(settings: Settings) -> None:
    """`SettingsError` when somebody listens on one of the two ports already: known before the long work, not after."""
    for port, name in ((settings.port, "PORT"), (settings.metrics_port, "METRICS_PORT")):
        try:
            socket.create_server((settings.listen, port)).close()
        except OSError:
            raise _taken(port, name) from None


def make_server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """A server that has not started."""
    import uvicorn

    config = uvicorn.Config(
        app, host=settings.listen, port=settings.port, log_config=None, access_log=False, proxy_headers=False,
        server_header=False, lifespan="off", ws="none", timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOPPING_SECONDS,
    )  # fmt: skip
    return uvicorn.Server(config)


def run(server: uvicorn.Server, settings: Settings) -> None:
    """Run the server; `SettingsError` when it could not listen."""
    try:
        server.run()
    except SystemExit:
        raise _taken(settings.port, "PORT") from None


@contextlib.contextmanager
def figures_served(app: FastAPI, settings: Settings) -> Iterator[None]:
    """The figures of operation on their own port, which no proxy leads to."""
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(settings.metrics_port, settings.listen, app.state.figures.registry)
    except OSError:
        raise _taken(settings.metrics_port, "METRICS_PORT") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def timed(store: Store, settings: Settings) -> Iterator[None]:
    """The timer of checkpoints and retention, for as long as the service runs."""
    from service.jobs.timer import run_timer

    stop = threading.Event()
    timer = threading.Thread(target=run_timer, args=(store, settings, stop), name="timer", daemon=True)
    timer.start()
    try:
        yield
    finally:
        stop.set()
        timer.join()


def _taken(port: int, name: str) -> SettingsError:
    return SettingsError(
        "The service cannot listen there.", item=f"port {port}", remedy=f"Free the port, or choose {PREFIX}{name}."
    )
