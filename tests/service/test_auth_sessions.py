"""A session is a name that only its browser knows: it ends by itself, it ends when it is stolen, and no form is forged."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.store.opening import Store
from service.auth.notices import load_notices
from service.auth.sessions import remove_expired
from service.auth.tables import SESSIONS, USED_LOGINS
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, BO, DPO, EVALUATOR
from tests.service.tokens import BROWSER, InProcess, LoggedIn, an_app, come_in

SESSION = "__Host-session"


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[InProcess]:
    with InProcess(an_app(sqlite_store)) as found:
        yield found


def rows(store: Store, table: sa.Table = SESSIONS) -> list[Any]:
    with store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def actions(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(row.action, row.actor) for row in connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq))]


def is_in(client: InProcess) -> bool:
    return client.get("/formaal").status_code == 200


def test_the_database_holds_no_name_that_opens_a_session(client: InProcess, sqlite_store: Store) -> None:
    cookie = come_in(client, ANNA).cookie
    name = cookie.split(".")[0]
    assert is_in(client)
    (row,) = rows(sqlite_store)
    assert name not in str(row)
    assert row.session_hash not in str([*rows(sqlite_store, EVENTS)])
    client.give(SESSION, cookie.replace(name, row.session_hash[:43]))
    assert not is_in(client)


def test_a_cookie_that_we_did_not_make_is_none(client: InProcess) -> None:
    name, seen, seal = come_in(client, ANNA).cookie.split(".")
    later = str(int(seen) + 600)
    for forged in (
        name,
        f"{name}.{seen}",
        f"{name}.{later}.{seal}",
        f"{name}.{seen}.{'0' * 64}",
        "x",
        f"{name}.9.{seal}",
    ):
        client.give(SESSION, forged)
        assert not is_in(client)


def test_a_session_ends_after_half_an_hour_without_a_page(client: InProcess, clock: TickingClock) -> None:
    come_in(client, ANNA)
    clock.at += dt.timedelta(minutes=31)
    assert not is_in(client)


def test_each_page_gives_another_half_hour_until_the_eight_hours_are_over(
    client: InProcess, clock: TickingClock
) -> None:
    first = come_in(client, ANNA).cookie
    for _ in range(18):
        clock.at += dt.timedelta(minutes=25)
        assert is_in(client)
    assert client.cookies[SESSION] != first
    assert client.cookies[SESSION].split(".")[0] == first.split(".")[0]
    clock.at += dt.timedelta(minutes=29)
    assert is_in(client)
    clock.at += dt.timedelta(minutes=5)
    assert not is_in(client)


def test_a_cookie_that_was_replaced_does_not_live_longer(client: InProcess, clock: TickingClock) -> None:
    old = come_in(client, ANNA).cookie
    clock.at += dt.timedelta(minutes=25)
    assert is_in(client)
    clock.at += dt.timedelta(minutes=10)
    client.give(SESSION, old)
    assert not is_in(client)


def test_a_clock_that_was_set_back_ends_a_session(client: InProcess, clock: TickingClock) -> None:
    come_in(client, ANNA)
    clock.at -= dt.timedelta(hours=1)
    assert not is_in(client)


def test_whoever_waited_too_long_is_told_so_and_comes_back_to_the_page(client: InProcess, clock: TickingClock) -> None:
    come_in(client, ANNA)
    clock.at += dt.timedelta(hours=9)
    led = client.get("/formaal?next=/liste")
    assert led.headers["location"] == "/log-ind?next=/formaal%3Fnext%3D/liste"
    shown = client.get(led.headers["location"])
    assert "Du er logget af" in shown.text
    assert SESSION not in client.cookies


def test_whoever_is_in_already_is_led_on_from_the_way_in(client: InProcess) -> None:
    come_in(client, ANNA)
    assert client.get("/log-ind?next=/liste").headers["location"] == "/liste"
    assert is_in(client)


def test_a_stolen_session_ends_for_both_and_the_officer_is_told(client: InProcess, sqlite_store: Store) -> None:
    cookie = come_in(client, ANNA).cookie
    with InProcess(client.app, browser="Another browser 2.0") as thief:
        thief.give(SESSION, cookie)
        assert not is_in(thief)
    assert not is_in(client)
    assert rows(sqlite_store) == []
    assert actions(sqlite_store)[-1] == ("session.stolen", "anna")
    with sqlite_store.reading() as connection:
        (notice,) = load_notices(connection)
    assert (notice.kind, notice.user_id) == ("session_stolen", "anna")
    assert notice.subject.startswith("session-")


def test_showing_it_again_and_again_writes_once(client: InProcess, sqlite_store: Store) -> None:
    cookie = come_in(client, ANNA).cookie
    with InProcess(client.app, browser="Another browser 2.0") as thief:
        for _ in range(5):
            thief.give(SESSION, cookie)
            thief.get("/formaal")
    assert [action for action, _ in actions(sqlite_store)].count("session.stolen") == 1


def test_leaving_ends_the_session_on_our_side(client: InProcess, sqlite_store: Store) -> None:
    known = come_in(client, ANNA)
    left = client.post("/log-ud", {"csrf": known.csrf})
    assert (left.status_code, left.headers["location"]) == (303, "/log-ind?farvel")
    assert SESSION not in client.cookies
    client.give(SESSION, known.cookie)
    assert not is_in(client)
    assert actions(sqlite_store)[-1] == ("session.ended", "anna")


def test_two_sessions_of_one_user_know_nothing_of_each_other(client: InProcess) -> None:
    with InProcess(client.app) as other:
        here, there = come_in(client, ANNA), come_in(other, ANNA)
        assert here.csrf != there.csrf
        client.post("/log-ud", {"csrf": here.csrf})
        assert is_in(other)


def forged(client: InProcess, known: LoggedIn, **more: Any) -> int:
    sent = {"data": {"csrf": known.csrf, "purpose": "case_work"}} | more
    return int(client.request("POST", "/formaal", **sent).status_code)


def test_a_form_without_the_sessions_token_is_refused(client: InProcess, sqlite_store: Store) -> None:
    known = come_in(client, ANNA)
    with InProcess(client.app) as other:
        foreign = come_in(other, BO).csrf
    for token in ("", "x", foreign, known.csrf[:-1], known.csrf + "0", known.csrf.upper(), "ø"):
        assert forged(client, known, data={"csrf": token, "purpose": "case_work"}) == 403
    assert forged(client, known, data={"purpose": "case_work"}) == 403
    assert forged(client, known, data=None) == 403
    assert forged(client, known, data=None, json={"csrf": known.csrf, "purpose": "case_work"}) == 403
    assert ("purpose.chosen", "anna") not in actions(sqlite_store)
    assert forged(client, known) == 303


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"}, {"Origin": "http://kontrol.example"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
])  # fmt: skip
def test_a_form_that_another_site_sends_is_refused_even_with_the_token(
    client: InProcess, headers: dict[str, str]
) -> None:
    assert forged(client, come_in(client, ANNA), headers=headers) == 403


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "https://kontrol.example"}, {"Origin": "null"},
])  # fmt: skip
def test_a_form_of_our_own_is_taken_from_any_browser(client: InProcess, headers: dict[str, str]) -> None:
    assert forged(client, come_in(client, ANNA), headers=headers) == 303


def test_a_page_about_persons_asks_for_a_purpose_first_and_then_leads_on(
    client: InProcess, sqlite_store: Store
) -> None:
    known = come_in(client, ANNA)
    asked = client.get("/liste?state=listed")
    assert (asked.status_code, asked.headers["location"]) == (303, "/formaal?next=/liste%3Fstate%3Dlisted")
    chosen = client.post("/formaal", {"csrf": known.csrf, "purpose": "case_work", "next": "/liste?state=listed"})
    assert chosen.headers["location"] == "/liste?state=listed"
    assert client.get("/liste?state=listed").status_code == 200
    with sqlite_store.reading() as connection:
        event = connection.execute(sa.select(EVENTS).where(EVENTS.c.action == "purpose.chosen")).one()
    assert json.loads(event.details)["purpose"] == "case_work"


@pytest.mark.parametrize("purpose", ["", "supervision", "emergency", "nonsense"])
def test_a_purpose_that_is_not_ones_own_is_not_kept(client: InProcess, sqlite_store: Store, purpose: str) -> None:
    known = come_in(client, ANNA)
    assert client.post("/formaal", {"csrf": known.csrf, "purpose": purpose}).status_code == 422
    assert {row.purpose for row in rows(sqlite_store)} == {""}


def test_nobody_is_led_to_another_site_after_naming_a_purpose(client: InProcess) -> None:
    known = come_in(client, DPO)
    sent = {"csrf": known.csrf, "purpose": "supervision", "next": "//evil.example"}
    assert client.post("/formaal", sent).headers["location"] == "/"


def test_whoever_never_reads_about_persons_has_no_purpose_to_name(client: InProcess) -> None:
    come_in(client, EVALUATOR)
    assert client.get("/formaal").status_code == 422


def test_what_has_run_out_is_removed_and_nothing_else(client: InProcess, sqlite_store: Store, clock: Any) -> None:
    come_in(client, ANNA)
    clock.at += dt.timedelta(hours=9)
    come_in(client, BO)
    with sqlite_store.act("retention.done") as act:
        act.connection.execute(sa.insert(USED_LOGINS), {"state_hash": "x", "ends_at": "2024-06-01T00:00:00.000000Z"})
        assert remove_expired(act.connection, now=act.at) == 2
    assert [row.user_id for row in rows(sqlite_store)] == ["bo"]
    assert rows(sqlite_store, USED_LOGINS) == []


def test_a_session_holds_on_both_databases(store: Store) -> None:
    with InProcess(an_app(store)) as client:
        known = come_in(client, ANNA, browser=BROWSER)
        assert is_in(client)
        client.post("/log-ud", {"csrf": known.csrf})
        client.give(SESSION, known.cookie)
        assert not is_in(client)
