"""Every route × every role × every administration, against the permission table; and nobody without a right leaves a
trace of having been let in. A route that is added later is walked as well, without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI

import service.web
from governance.access.caller import Caller
from governance.access.permissions import OFFICES, PERMISSIONS, PURPOSES_OF, ROLES
from governance.audit.appending import log_size
from service.auth.declared import CASE, DeclaredRoute, Open, Requirement, declared_routes, public, requires
from service.auth.door import Door
from service.auth.visitor import Visitor
from service.cases.tables import CASES
from tests.service.people import a_caller
from tests.service.tokens import BROWSER, InProcess, LoggedIn, an_app, bearer, log_in
from tests.service.town import TownList

CASE_OF = {"BIF": "home-1", "BUF": "home-2", "KFF": "home-3"}
FILLED = {"letter_id": "letter-none", "run_id": "run-1", "place": "1", "trin": "first_look"}
NOBODY = a_caller("nobody")
EVERYBODY = [a_caller(f"{role}-{office.lower()}", (role, office)) for role in ROLES for office in OFFICES]


@dataclass(frozen=True)
class Answered:
    """Status and problem of an answer, what the door said, and how many events it left."""

    status: int
    problem: str
    door: tuple[str, ...]
    events: int


@dataclass
class Walk:
    """The app, a case of each administration alone, and what the door said last."""

    app: FastAPI
    cases: dict[str, str]
    client: InProcess
    said: list[str] = field(default_factory=list)
    sessions: dict[str, LoggedIn] = field(default_factory=dict)
    tokens: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def ask(self, method: str, path: str, caller: Caller | None, *, named: bool = True) -> Answered:
        """One request with whatever proof the way in takes; `named` with a purpose where the role has one."""
        purpose = purpose_of(caller) if caller and named else ""
        sent: dict[str, Any] = {}
        self.client.client.cookies.clear()
        if path.startswith("/api/"):
            sent = {"headers": self._bearer(caller, purpose)}
        elif caller:
            form = {"csrf": self._give_session(caller, purpose)}
            sent = {} if method == "GET" else {"data": form}
        self.said.clear()
        before = self._events()
        answered = self.client.request(method, path, **sent)
        problem = answered.headers.get("x-problem", "")
        return Answered(answered.status_code, problem, tuple(self.said), self._events() - before)

    def _events(self) -> int:
        with self.app.state.within.store.reading() as connection:
            return log_size(connection)

    def _bearer(self, caller: Caller | None, purpose: str) -> dict[str, str]:
        if caller is None:
            return {}
        if (caller.user_id, purpose) not in self.tokens:
            self.tokens[caller.user_id, purpose] = bearer(caller, purpose=purpose)
        return self.tokens[caller.user_id, purpose]

    def _give_session(self, caller: Caller, purpose: str) -> str:
        lobby = self.app.state.lobby
        found = self.sessions.get(caller.user_id + purpose)
        if found is None or lobby.sessions.find(found.cookie, browser=BROWSER) is None:
            found = self.sessions[caller.user_id + purpose] = log_in(self.app, caller, purpose=purpose)
        self.client.give(lobby.cookies.name("session"), found.cookie)
        return found.csrf


def purpose_of(caller: Caller) -> str:
    return next((PURPOSES_OF[role][0] for role in caller.roles if PURPOSES_OF[role]), "")


@pytest.fixture
def walk(sqlite_town_list: TownList, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    store = sqlite_town_list.store
    cases = {office: sqlite_town_list.ids[home] for office, home in CASE_OF.items()}
    with store.act("worklist.taken_in") as act:
        for office, case_id in cases.items():
            act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case_id).values(offices=office))
    app = an_app(store)
    with InProcess(app) as client:
        found = Walk(app, cases, client)
        monkeypatch.setattr(Door, "admit", overheard(Door.admit, found.said))
        yield found


def overheard(admit: Any, said: list[str]) -> Any:
    def listening(*given: Any) -> Visitor:
        said.append("refused")
        visitor = admit(*given)
        said[-1] = "admitted"
        return visitor

    return listening


def guarded(app: FastAPI) -> list[tuple[DeclaredRoute, str, Requirement]]:
    return [
        (route, method, route.declared)
        for route in declared_routes(app)
        for method in route.methods
        if isinstance(route.declared, Requirement)
    ]


def filled(path: str, case_id: str) -> str:
    known = {**FILLED, CASE: case_id}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: known.get(found[1], "1"), path)


def in_table(needed: Requirement, caller: Caller, path: str, office: str) -> bool:
    """What the permission table says, worked out without the code under test."""
    held = [right.office for right in caller.rights if right.role in PERMISSIONS[needed.permission].roles]
    asks_whose = CASE in path and needed.permission != "glass.break"
    return (office in held) if asks_whose else bool(held)


LET_IN, TURNED_AWAY = ("admitted",), ("refused",)


def unlike_the_table(walk: Walk, caller: Caller) -> Iterator[tuple[Any, ...]]:
    """Every answer that is not what the table says; a refusal leaves no event, and nothing breaks."""
    for route, method, needed in guarded(walk.app):
        for office in OFFICES if CASE in route.path else OFFICES[:1]:
            got = walk.ask(method, filled(route.path, walk.cases[office]), caller)
            if in_table(needed, caller, route.path, office):
                right = got.door == LET_IN and got.status < 500
            else:
                right = (got.door, got.problem, got.events) == (TURNED_AWAY, "permission", 0)
            if not right:
                yield method, route.path, office, got


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_every_route_lets_in_whom_the_table_lets_in_and_nobody_else(walk: Walk, role: str) -> None:
    callers = [each for each in EVERYBODY if each.roles == (role,)] or [NOBODY]
    assert {each.user_id: list(unlike_the_table(walk, each)) for each in callers} == {
        each.user_id: [] for each in callers
    }
    assert len(guarded(walk.app)) > 60


def test_nobody_comes_in_without_proof(walk: Walk) -> None:
    for route, method, _ in guarded(walk.app):
        got = walk.ask(method, filled(route.path, walk.cases["BIF"]), None)
        expected = 401 if route.path.startswith("/api/") else 303
        assert got == Answered(expected, "unauthenticated", TURNED_AWAY, 0), route


def test_whoever_reads_about_persons_names_a_purpose(walk: Walk) -> None:
    asked = 0
    for route, method, needed in guarded(walk.app):
        caller = next((each for each in EVERYBODY if in_table(needed, each, route.path, "BIF")), None)
        if caller is None or not needed.purpose:
            continue
        got = walk.ask(method, filled(route.path, walk.cases["BIF"]), caller, named=False)
        asked += 1
        expected = 422 if route.path.startswith("/api/") else 303
        assert got == Answered(expected, "purpose-missing", TURNED_AWAY, 0), route
    assert asked > 10


def test_a_personal_permission_asks_for_no_purpose_only_where_nothing_personal_is_read(walk: Walk) -> None:
    """Breaking the glass has a purpose of its own; the others ask for, or list, our own numbers of cases."""
    without = {
        route.path
        for route, _, needed in guarded(walk.app)
        if PERMISSIONS[needed.permission].personal and not needed.purpose
    }
    assert without <= {
        "/nodadgang/{case_id}", "/api/v1/cases/{case_id}/break-glass", "/dpo/veto", "/omgoerelser",
    }  # fmt: skip


def test_a_proof_for_pages_is_none_for_the_api_and_the_other_way_round(walk: Walk) -> None:
    anna = EVERYBODY[0]
    walk._give_session(anna, "case_work")
    assert walk.client.get("/api/v1/me").status_code == 401
    walk.client.client.cookies.clear()
    assert walk.client.get("/formaal", headers=bearer(anna)).status_code == 303
    assert walk.client.get("/api/v1/me", headers=bearer(anna)).status_code == 200


def test_who_is_named_in_a_header_is_nobody(walk: Walk) -> None:
    said = dict.fromkeys(("X-User", "X-Forwarded-User", "Remote-User", "X-Remote-User"), "caseworker-bif")
    assert walk.client.get("/api/v1/me", headers=said).status_code == 401
    assert walk.client.get("/formaal", headers={**said, "X-Forwarded-For": "127.0.0.1"}).status_code == 303


def nothing() -> None:
    """What a route might do."""


@pytest.mark.parametrize("dependencies", [[], [public(), requires("own.session")]])
def test_a_route_that_declares_nothing_or_two_things_keeps_the_app_from_starting(
    sqlite_town_list: TownList, monkeypatch: pytest.MonkeyPatch, dependencies: list[Any]
) -> None:
    router = APIRouter()
    router.add_api_route("/glemt", nothing, dependencies=dependencies)
    monkeypatch.setattr(service.web, "routers", lambda: [router])
    with pytest.raises(RuntimeError, match=r"/glemt declares [02] permissions"):
        an_app(sqlite_town_list.store)


def test_an_app_mounted_beside_the_routes_is_refused() -> None:
    app = FastAPI(openapi_url=None)
    app.mount("/bagved", FastAPI())
    with pytest.raises(RuntimeError, match="declares 0"):
        declared_routes(app)


def test_a_permission_that_is_in_no_table_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        requires("case.everything")


def test_a_case_that_is_named_otherwise_is_refused(sqlite_town_list: TownList, monkeypatch: Any) -> None:
    router = APIRouter()

    @router.get("/sager/{number}")
    def show(number: str, caller: Annotated[Visitor, requires("case.read")]) -> None:
        """Would be asked for without the administrations of the case."""

    monkeypatch.setattr(service.web, "routers", lambda: [router])
    with pytest.raises(RuntimeError, match="otherwise than as case_id"):
        an_app(sqlite_town_list.store)


def test_only_breaking_the_glass_asks_nobody_whose_case_it_is(sqlite_town_list: TownList, monkeypatch: Any) -> None:
    router = APIRouter()
    router.add_api_route("/x/{case_id}", nothing, dependencies=[requires("case.read", in_case=False)])
    monkeypatch.setattr(service.web, "routers", lambda: [router])
    with pytest.raises(RuntimeError, match="does not ask whose"):
        an_app(sqlite_town_list.store)


def test_what_is_open_to_all_is_on_a_short_list(walk: Walk) -> None:
    """Whoever opens a route to the world changes this list, and somebody reads why."""
    found = {route.path for route in declared_routes(walk.app) if isinstance(route.declared, Open)}
    assert found <= {
        "/livez", "/readyz", "/log-ind", "/log-ind/start", "/log-ind/retur", "/static/{version}/{path:path}",
        "/om", "/tilgaengelighed", "/api/v1/problems", "/api/v1/openapi.json", "/favicon.ico", "/robots.txt",
    }  # fmt: skip
