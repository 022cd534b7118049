"""The pages of coming in and leaving: log-in at the provider, its answer, choosing a purpose, log-out.

The log-in under way lives sealed in a cookie: a visitor who is nobody yet writes nothing. What is written, together
with the session, is that its state was used: the same answer a second time is nobody's.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from governance.access.permissions import PURPOSES
from governance.errors import InvalidForm
from service.api.problems import Refused
from service.auth.by_session import browser_of
from service.auth.declared import public, requires
from service.auth.following import safe_following
from service.auth.logging_in import InLobby, Lobby, LoggingIn
from service.auth.provider import CALLBACK
from service.auth.submitted import SubmittedForm, first
from service.auth.visitor import Visitor
from service.web.rendering import render

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, requires("own.session")]


@router.get("/log-ind", dependencies=[public()])
def show_login(request: Request, lobby: InLobby) -> Response:
    """The way in, in a demonstration the invented colleagues; whoever is in already goes on."""
    following = safe_following(request.query_params.get("next", ""))
    cookie = lobby.cookies.read(request, "session")
    if cookie and lobby.sessions.find(cookie, browser=browser_of(request)):
        return RedirectResponse(following, status_code=303)
    if cookie:
        response: Response = render(request, "expired.html", next=following)
        lobby.cookies.forget(response, "session")
        return response
    return _way_in(lobby).show(request, following=following, logged_out="farvel" in request.query_params)


@router.get("/log-ind/start", dependencies=[public()])
def start_login(request: Request, lobby: InLobby) -> Response:
    """Off to the provider: a link, since a form that ends at another site is stopped by our own policy."""
    return _way_in(lobby).start(request, following=safe_following(request.query_params.get("next", "")))


@router.get(CALLBACK, dependencies=[public()])
def finish_login(request: Request, lobby: InLobby) -> Response:
    """The provider's answer; anything but the first answer to this browser's own question is refused."""
    return _way_in(lobby).finish(request)


@router.post("/log-ind/start", dependencies=[public()])
def choose_colleague(request: Request, lobby: InLobby, form: SubmittedForm) -> Response:
    """An invented colleague comes in; there is nobody to choose outside a demonstration."""
    return _way_in(lobby).choose(request, form)


@router.post("/log-ud")
def leave(lobby: InLobby, caller: Anybody) -> Response:
    """End the session."""
    lobby.sessions.end(caller.session_id, user_id=caller.user_id)
    response = RedirectResponse("/log-ind?farvel", status_code=303)
    lobby.cookies.forget(response, "session")
    return response


@router.get("/formaal")
def show_purposes(request: Request, caller: Anybody) -> Response:
    """Which purposes the caller may name."""
    return _purposes(request, caller, following=safe_following(request.query_params.get("next", "")))


@router.post("/formaal")
def choose_purpose(request: Request, lobby: InLobby, caller: Anybody, form: SubmittedForm) -> Response:
    """Keep the purpose for this session, and go on to the page that asked."""
    purpose, following = first(form, "purpose"), safe_following(first(form, "next"))
    if purpose not in caller.purposes():
        return _purposes(request, caller, following=following, faults=(("purpose", "Vælg et formål."),), status=422)
    lobby.sessions.choose_purpose(caller.session_id, purpose, user_id=caller.user_id)
    return RedirectResponse(following, status_code=303)


def _purposes(
    request: Request, caller: Visitor, *, following: str, faults: tuple[tuple[str, str], ...] = (), status: int = 200
) -> Response:
    offered = [(code, PURPOSES[code]) for code in caller.purposes()]
    if not offered:
        raise InvalidForm(
            "Din rolle ser ingen oplysninger om personer.", item="formaal", remedy="Gå tilbage til startsiden."
        )
    chosen = caller.purpose or offered[0][0]
    return render(
        request, "purpose.html", status=status, purposes=offered, next=following, chosen=chosen, faults=faults
    )


def _way_in(lobby: Lobby) -> LoggingIn:
    if lobby.way_in is None:
        raise Refused("settings", "Ingen kan logge ind her endnu.", item="login", remedy="Sæt en loginudbyder op.")
    return lobby.way_in
