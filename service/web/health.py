"""Whether the service lives and is ready, for whoever starts and watches it; open to all, and so it says little."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from governance.audit.appending import log_size
from governance.audit.publishing import refuse_other_history
from governance.audit.tables import EVENTS
from governance.errors import UserError
from governance.store.opening import Store
from governance.store.upgrading import pending
from service.auth.declared import public
from service.web.within import InApp

PUBLISHED = "list.published"
PATHS = frozenset({"/livez", "/readyz"})
ASKED = ["GET", "HEAD"]
"""Whoever watches a service often asks for the status alone."""

router = APIRouter(include_in_schema=False)


@router.api_route("/livez", methods=ASKED, dependencies=[public()])
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.api_route("/readyz", methods=ASKED, dependencies=[public()])
def ready(app: InApp) -> JSONResponse:
    """200 when requests can be served, 503 otherwise; which check failed, and never why.

    `list_age_days` is since the newest release, null before the first: an old list is still a list.
    """
    failed = [name for name, check in CHECKS.items() if not _holds(check, app.store)]
    age = None if failed else _list_age_days(app.store)
    document = {"status": "not ready" if failed else "ready", "failed": failed, "list_age_days": age}
    return JSONResponse(document, status_code=503 if failed else 200)


def _database_is_ours(connection: sa.Connection, _: Store) -> bool:
    return not pending(connection)


def _log_continues(connection: sa.Connection, store: Store) -> bool:
    """The log is a continuation of the newest signed checkpoint; AuditLogBroken otherwise."""
    newest = store.publisher.newest()
    if newest is not None:
        refuse_other_history(connection, newest, size=log_size(connection))
    return True


CHECKS: Mapping[str, Callable[[sa.Connection, Store], bool]] = {
    "database": _database_is_ours,
    "audit_log": _log_continues,
}


def _holds(check: Callable[[sa.Connection, Store], bool], store: Store) -> bool:
    try:
        with store.reading() as connection:
            return check(connection, store)
    except (UserError, sa.exc.SQLAlchemyError):
        return False


def _list_age_days(store: Store) -> int | None:
    newest = sa.select(sa.func.max(EVENTS.c.at)).where(EVENTS.c.action == PUBLISHED)
    with store.reading() as connection:
        at: Any = connection.execute(newest).scalar()
    return (store.clock.now() - dt.datetime.fromisoformat(at)).days if at else None
