"""The web service: routes of the API and of the pages behind one stack of checks. Knows no rule of casework.

From the outside in: safe headers, request id with log and figures of operation, addressed host, size and rate of a
network address, routes. Each route says which permission it needs, or the app is not made.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from governance.as_of import Clock
from governance.settings import Settings
from governance.store.opening import Store
from service.auth.cookies import Cookies
from service.auth.declared import check_routes
from service.auth.limits import Buckets
from service.auth.opening import make_door
from service.auth.safe import addressed_host
from service.web.metrics import Figures
from service.web.problems import install_problems
from service.web.security import Limits, Refusing, SafeHeaders
from service.web.tracing import make_tracer
from service.web.watching import Watching
from service.web.within import Within

# the framework's own traces and logs hold addresses, queries and the words of exceptions: ours are made elsewhere
UNTOLD = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)


def create_app(
    settings: Settings, *, store: Store, clock: Clock, demo: bool = False, tick: Callable[[], float] = time.monotonic
) -> FastAPI:
    """The app on an open store; RuntimeError when a route declares no permission.

    `demo` lets the invented colleagues log in: `SettingsError` unless the service is reached on this machine alone
    and the database was begun on an invented day.
    """
    app = FastAPI(
        title="Adressekontrol", version="1", openapi_url=None, docs_url=None, redoc_url=None, telemetry=UNTOLD,
        # such a redirect names the scheme of the connection: behind what ends TLS it would lead out of https
        redirect_slashes=False,
    )  # fmt: skip
    door, lobby = make_door(settings, store=store, clock=clock, demo=demo)
    app.state.within, app.state.lobby = Within(settings, store, clock, door, demo), lobby
    app.state.settings, app.state.demo, app.state.figures = settings, demo, Figures(store)
    _put_rings(app, settings, lobby.cookies, clock=clock, tick=tick)
    install_problems(app)
    _include_routes(app)
    check_routes(app)
    return app


def _put_rings(app: FastAPI, settings: Settings, cookies: Cookies, *, clock: Clock, tick: Callable[[], float]) -> None:
    """The ring that is added last is the outermost."""
    peers = Buckets(settings.peer_rate_per_minute, clock)
    limits = Limits(frozenset({addressed_host(settings)}), settings.body_bytes, peers)
    # a body that did not say how long it is; innermost, so that its refusal is told as every other
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.body_bytes)
    app.add_middleware(Refusing, limits=limits)
    tracer = make_tracer(settings.trace_endpoint) if settings.trace_endpoint else None
    app.add_middleware(Watching, figures=app.state.figures, clock=clock, tick=tick, tracer=tracer)
    app.add_middleware(SafeHeaders, cookies=cookies)


def _include_routes(app: FastAPI) -> None:
    import service.api
    import service.web

    for router in (*service.web.routers(), *service.api.routers()):
        app.include_router(router)
