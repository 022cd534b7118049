"""Invented colleagues come in without proof, and therefore only where nothing can be lost."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from governance.access.permissions import ROLES
from governance.errors import SettingsError
from governance.store.opening import Store
from service.demo_identities import COLLEAGUES
from service.invented import INVENTED
from tests.service.tokens import InProcess, an_app

HERE = {"public_url": "http://127.0.0.1:8000", "jwt_issuer": "", "jwks_file": ""}
SESSION, LOGIN = "session-loopback", "login-loopback"


@pytest.fixture
def invented_store(sqlite_store: Store) -> Store:
    """A store whose first event says that its town was invented."""
    with sqlite_store.act("system.resumed", actor=f"demo ({INVENTED} 2024-06-01)"):
        return sqlite_store


@pytest.fixture
def client(invented_store: Store) -> Iterator[InProcess]:
    with InProcess(an_app(invented_store, demo=True, **HERE)) as found:
        yield found


def token_of(page: Any) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def choose(client: InProcess, user_id: str, path: str = "/log-ind/start", **more: Any) -> Any:
    csrf = token_of(client.get("/log-ind"))
    return client.request("POST", path, **{"data": {"csrf": csrf, "identity": user_id}} | more)


def test_the_colleagues_are_those_that_the_work_takes() -> None:
    rights = [{(right.role, right.office) for right in each.caller.rights} for each in COLLEAGUES]
    offices = ("BIF", "BUF", "KFF")
    everywhere = {role: {(role, office) for office in offices} for role in ROLES}
    assert rights.count(everywhere["caseworker"]) == 2
    assert {("caseworker", "BUF")} in rights
    assert all(everywhere[role] in rights for role in ROLES)
    # figures leave the house by two evaluators
    assert rights.count(everywhere["evaluator"]) == 2
    assert len({each.caller.user_id for each in COLLEAGUES}) == len(COLLEAGUES) == 7


@pytest.mark.parametrize("colleague", COLLEAGUES, ids=lambda each: each.caller.user_id)
def test_each_comes_in_by_a_choice_and_is_who_the_page_says(client: InProcess, colleague: Any) -> None:
    page = client.get("/log-ind")
    assert colleague.caller.name in page.text
    assert colleague.title_da in page.text
    done = choose(client, colleague.caller.user_id, "/log-ind/start?next=/formaal")
    assert (done.status_code, done.headers["location"]) == (303, "/formaal")
    assert set(client.cookies) == {SESSION}
    assert colleague.caller.name in client.get("/formaal").text + client.get("/").text


def test_without_the_pages_own_token_nobody_comes_in(client: InProcess) -> None:
    for csrf in ("", "x"):
        client.get("/log-ind")
        answered = client.post("/log-ind/start", {"csrf": csrf, "identity": "demo-anna"})
        assert (answered.status_code, SESSION in client.cookies) == (400, False)
    token = token_of(client.get("/log-ind"))
    client.client.cookies.clear()
    assert client.post("/log-ind/start", {"csrf": token, "identity": "demo-anna"}).status_code == 400
    assert choose(client, "demo-anna", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_form_is_good_for_one_log_in(client: InProcess) -> None:
    token = token_of(client.get("/log-ind"))
    sent = {"csrf": token, "identity": "demo-anna"}
    assert client.post("/log-ind/start", sent).status_code == 303
    client.give(LOGIN, token)
    assert client.post("/log-ind/start", sent).status_code == 400


def test_somebody_who_is_not_on_the_list_does_not_come_in(client: InProcess) -> None:
    assert choose(client, "root").status_code == 404


def test_from_another_machine_nobody_is_chosen(client: InProcess) -> None:
    with InProcess(client.app, peer="192.0.2.7") as far:
        assert choose(far, "demo-anna").status_code == 403
        assert choose(far, "demo-anna", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_a_name_that_points_at_this_machine_reads_nothing(client: InProcess) -> None:
    answered = client.get("/log-ind", headers={"Host": "rebound.example:8000"})
    assert (answered.status_code, "Prøvesen" in answered.text) == (400, False)


def test_there_is_no_provider_to_answer_for_them(client: InProcess) -> None:
    assert client.get("/log-ind/start").headers["location"].startswith("/log-ind?")
    assert client.get("/log-ind/retur?code=x&state=y").status_code == 400


def test_a_database_that_was_not_begun_in_an_invented_town_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(SettingsError, match="not begun in an invented town"):
        an_app(sqlite_store, demo=True, **HERE)
    with sqlite_store.act("system.resumed", actor="tester"):
        pass
    with sqlite_store.act("system.resumed", actor=f"demo ({INVENTED} 2024-06-01)"):
        pass
    with pytest.raises(SettingsError, match="not begun in an invented town"):
        an_app(sqlite_store, demo=True, **HERE)


@pytest.mark.parametrize("changes", [
    {"listen": "0.0.0.0"}, {"listen": "192.0.2.7"}, {"public_url": "https://kontrol.example"},
    {"public_url": "http://192.0.2.7:8000"}, {"oidc_issuer": "https://login.example"},
    {"public_url": "https://kontrol.example", "listen": "0.0.0.0"},
])  # fmt: skip
def test_where_others_could_reach_it_it_is_refused(invented_store: Store, changes: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        an_app(invented_store, demo=True, **{**HERE, **changes})


def test_without_demo_nobody_can_be_chosen(sqlite_store: Store) -> None:
    with InProcess(an_app(sqlite_store, oidc_issuer="http://127.0.0.1:1")) as client:
        sent = {"csrf": "x", "identity": "demo-anna"}
        assert client.post("/log-ind/start", sent).status_code == 404
        assert "Prøvesen" not in client.get("/log-ind").text


def test_an_image_without_the_module_says_so(invented_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "service.demo_identities", None)
    with pytest.raises(SettingsError, match="no invented colleagues in this installation"):
        an_app(invented_store, demo=True, **HERE)
    with InProcess(an_app(invented_store)) as client:
        assert client.get("/livez").status_code == 200


def test_no_module_of_the_service_needs_theirs() -> None:
    root = Path(importlib.import_module("service").__file__ or "").parent
    named = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"(import|from)[^\n]*demo_identities", path.read_text(encoding="utf-8"))
    }
    assert named == set()
