"""The web service: routes of the API and of the pages behind one stack of checks. Knows no rule of casework.

From the outside in: request id and log, figures of operation, addressed host, size, rate of a network address, safe
headers, routes. Each route says which permission it needs, or the app is not made.
"""

from __future__ import annotations

from fastapi import FastAPI

from governance.as_of import Clock
from governance.settings import Settings
from governance.store.opening import Store
from service.auth.declared import check_routes
from service.auth.opening import make_door
from service.web.problems import install_problems
from service.web.within import Within


def create_app(settings: Settings, *, store: Store, clock: Clock, demo: bool = False) -> FastAPI:
    """The app on an open store; RuntimeError when a route declares no permission.

    `demo` lets the invented colleagues log in: `SettingsError` unless the service is reached on this machine alone
    and the database was begun on an invented day.
    """
    # the list of routes is behind a permission like everything else: no address of its own for schema or manual
    app = FastAPI(title="Adressekontrol", version="1", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.within = Within(settings, store, clock, make_door(settings, store=store, clock=clock, demo=demo), demo)
    app.state.settings, app.state.demo = settings, demo
    install_problems(app)
    _include_routes(app)
    check_routes(app)
    return app


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
