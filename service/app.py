"""The web service: routes of the API and of the pages behind one stack of checks. Knows no rule of casework.

From the outside in: safe headers, request id with log and figures of operation, addressed host, size and rate of a
network address, routes. Each route says which permission it needs, or the app is not made.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import FastAPI

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
from service.web.watching import Watching
from service.web.within import Within


def create_app(
    settings: Settings, *, store: Store, clock: Clock, demo: bool = False, tick: Callable[[], float] = time.monotonic
) -> FastAPI:
    """The app on an open store; RuntimeError when a route declares no permission.

    `demo` lets the invented colleagues log in: `SettingsError` unless the service is reached on this machine alone
    and the database was begun on an invented day.
    """
    # the list of routes is behind a permission like everything else: no address of its own for schema or manual
    app = FastAPI(
        title="Adressekontrol", version="1", openapi_url=None, docs_url=None, redoc_url=None,
        max_body_size=settings.body_bytes,
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
    app.add_middleware(Refusing, limits=limits)
    app.add_middleware(Watching, figures=app.state.figures, tick=tick)
    app.add_middleware(SafeHeaders, cookies=cookies)


def _include_routes(app: FastAPI) -> None:
    import service.api
    import service.web

    for router in service.web.routers():
        app.include_router(router)
    try:
        of_api = service.api.routers()
    except ImportError:  # until every part of the API has landed
        of_api = []
    for router in of_api:
        app.include_router(router)
