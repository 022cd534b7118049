"""The invented colleagues of a demonstration, who come in without proof. Not part of an image for production.

They come in only where nothing could be lost: the service is reached from this machine alone, and the database says
in its first event that its town was invented.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from governance.access.caller import Caller, make_rights
from governance.errors import NotFound, PermissionDenied, SettingsError
from service.auth.by_session import refuse_foreign
from service.auth.claims import LoginRefused
from service.auth.following import safe_following
from service.auth.logging_in import Entrance
from service.auth.safe import is_loopback
from service.auth.submitted import FORGERY_FIELD, Fields, first
from service.invented import is_invented
from service.web.rendering import render


@dataclass(frozen=True)
class Colleague:
    """One invented colleague: what the page says of them, and whom they come in as."""

    title_da: str
    caller: Caller


def _colleague(user_id: str, name: str, title_da: str, *rights: tuple[str, str]) -> Colleague:
    return Colleague(title_da, Caller(user_id, name, make_rights(rights)))


COLLEAGUES: tuple[Colleague, ...] = (
    _colleague("demo-anna", "Anna Prøvesen", "kontrolmedarbejder i alle forvaltninger", ("caseworker", "*")),
    _colleague("demo-bo", "Bo Prøvesen", "kontrolmedarbejder i alle forvaltninger", ("caseworker", "*")),
    _colleague("demo-birgit", "Birgit Prøvesen", "kontrolmedarbejder kun i BUF", ("caseworker", "BUF")),
    _colleague("demo-lene", "Lene Prøvesen", "teamleder i alle forvaltninger", ("team_leader", "*")),
    _colleague("demo-dorte", "Dorte Prøvesen", "databeskyttelsesrådgiver", ("dpo", "*")),
    _colleague("demo-erik", "Erik Prøvesen", "evaluator, ser kun samlede tal", ("evaluator", "*")),
    _colleague("demo-eva", "Eva Prøvesen", "evaluator, godkender udlevering sammen med Erik", ("evaluator", "*")),
)


def open_demonstration(entrance: Entrance) -> ByChoice:
    """The way in for invented colleagues; `SettingsError` on a database that was not begun in an invented town."""
    with entrance.store.reading() as connection:
        if not is_invented(connection):
            raise SettingsError(
                "This database was not begun in an invented town.",
                item="--demo",
                remedy="Run adressekontrol demo, and serve its state.",
            )
    return ByChoice(entrance)


@dataclass(frozen=True)
class ByChoice:
    """Whoever is chosen comes in."""

    entrance: Entrance

    def show(self, request: Request, *, following: str, logged_out: bool) -> Response:
        """The page with the colleagues; its form carries a token that a cookie knows."""
        token = secrets.token_urlsafe(32)
        begin = "/log-ind/start" + (f"?next={quote(following, safe='/')}" if following != "/" else "")
        offered = [(each.caller.user_id, each.caller.name, each.title_da) for each in COLLEAGUES]
        response = render(request, "login.html", begin=begin, identities=offered, logged_out=logged_out, csrf=token)
        self.entrance.cookies.write(response, "login", token)
        return response

    def start(self, request: Request, *, following: str) -> Response:  # noqa: ARG002  one shape for all ways
        """There is no provider to go to: back to the colleagues."""
        return RedirectResponse(f"/log-ind?next={quote(following, safe='/')}", status_code=303)

    def finish(self, request: Request) -> Response:  # noqa: ARG002  one shape for all ways
        """No provider answers here."""
        raise LoginRefused

    def choose(self, request: Request, form: Fields) -> Response:
        """The chosen colleague comes in."""
        _refuse_other_machines(request)
        refuse_foreign(request, self.entrance.store.settings.public_url)
        token = self.entrance.cookies.read(request, "login")
        if not token or not hmac.compare_digest(token.encode(), first(form, FORGERY_FIELD).encode()):
            raise LoginRefused
        following = safe_following(request.query_params.get("next", ""))
        return self.entrance.let_in(request, _chosen(first(form, "identity")), following=following, state=token)


def _chosen(user_id: str) -> Caller:
    found = [each.caller for each in COLLEAGUES if each.caller.user_id == user_id]
    if not found:
        raise NotFound("Der er ingen sådan kollega.", item="identity", remedy="Vælg en fra listen.")
    return found[0]


def _refuse_other_machines(request: Request) -> None:
    if request.client is None or not is_loopback(request.client.host):
        raise PermissionDenied(
            "Opdigtede medarbejdere kan kun logge ind på denne maskine.", item="demo", remedy="Brug maskinen selv."
        )
