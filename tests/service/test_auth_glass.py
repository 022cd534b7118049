"""Breaking the glass: one case, one hour, reading alone, never unseen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from governance.access.caller import Caller
from governance.audit.tables import EVENTS
from governance.errors import InvalidForm, NotFound, PermissionDenied
from governance.store.opening import Store
from service.auth.glass import break_glass
from service.auth.in_case import permits
from service.auth.notices import load_notices, mark_seen
from service.auth.tables import GLASS
from service.cases.case import load_case
from service.cases.tables import CASES, CONFLICTS
from service.cases.vault import load_vault
from tests.audit_logs import TickingClock
from tests.service.people import BUF_ONLY, DPO, EVALUATOR, a_caller
from tests.service.tokens import InProcess, an_app, bearer
from tests.service.town import TownList

REASON = "Politiet beder om hjælp nu, og ingen fra forvaltningen er på arbejde."
KFF_ONLY = a_caller("karla", ("caseworker", "KFF"))


@pytest.fixture
def case_id(sqlite_town_list: TownList) -> str:
    """A case of BIF and KFF, in which a colleague from BUF holds nothing."""
    return of_offices(sqlite_town_list, "home-1", "BIF+KFF")


def of_offices(town: TownList, home: str, offices: str) -> str:
    found = town.ids[home]
    with town.store.act("worklist.taken_in") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == found).values(offices=offices))
    return found


@pytest.fixture
def client(sqlite_town_list: TownList) -> Iterator[InProcess]:
    with InProcess(an_app(sqlite_town_list.store)) as found:
        yield found


def read(client: InProcess, case_id: str, caller: Caller, part: str = "") -> Any:
    return client.get(f"/api/v1/cases/{case_id}{part}", headers=bearer(caller, purpose="case_work"))


def newest_event(store: Store) -> Any:
    with store.reading() as connection:
        return connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(1)).one()


def test_it_opens_one_case_for_reading_for_an_hour(
    client: InProcess, sqlite_town_list: TownList, case_id: str, clock: TickingClock
) -> None:
    store = sqlite_town_list.store
    other = of_offices(sqlite_town_list, "home-2", "KFF")
    assert read(client, case_id, BUF_ONLY).status_code == 403
    until = break_glass(store, caller=BUF_ONLY, case_id=case_id, reason=REASON)
    assert read(client, case_id, BUF_ONLY).status_code == 200
    assert '"purpose":"emergency"' in newest_event(store).details
    assert read(client, other, BUF_ONLY).status_code == 403
    clock.at = until - dt.timedelta(seconds=30)
    assert read(client, case_id, BUF_ONLY).status_code == 200
    clock.at = until
    assert read(client, case_id, BUF_ONLY).status_code == 403


def test_it_opens_it_for_nobody_else(client: InProcess, sqlite_town_list: TownList, case_id: str) -> None:
    break_glass(sqlite_town_list.store, caller=BUF_ONLY, case_id=case_id, reason=REASON)
    assert read(client, case_id, a_caller("bente", ("caseworker", "BUF"))).status_code == 403


def test_it_changes_nothing(client: InProcess, sqlite_town_list: TownList, case_id: str) -> None:
    break_glass(sqlite_town_list.store, caller=BUF_ONLY, case_id=case_id, reason=REASON)
    headers = {**bearer(BUF_ONLY, purpose="case_work"), "If-Match": '"1"'}
    for step in ("claim", "add_note", "first_look"):
        answered = client.request("POST", f"/api/v1/cases/{case_id}/steps/{step}", headers=headers, json={})
        assert (answered.status_code, answered.json()["code"]) == (403, "permission")


def test_the_officer_is_told_in_the_same_act_and_the_words_are_sealed(sqlite_town_list: TownList, case_id: str) -> None:
    store = sqlite_town_list.store
    break_glass(store, caller=BUF_ONLY, case_id=case_id, reason=REASON)
    event = newest_event(store)
    assert (event.action, event.subject, event.actor) == ("glass.broken", case_id, "birgit")
    assert "Politiet" not in event.details
    with store.reading() as connection:
        (notice,) = load_notices(connection, unseen_only=True)
        (grant,) = connection.execute(sa.select(GLASS)).all()
        (words,) = load_vault(store.settings).read_texts(connection, case_id, ["emergency"])
    assert (notice.kind, notice.subject, notice.user_id, notice.seen_at) == ("glass_broken", case_id, "birgit", "")
    assert words.document == {"text": REASON, "grant": grant.grant_id}
    mark_seen(store, notice_id=notice.notice_id, user_id="dpo")
    mark_seen(store, notice_id=notice.notice_id, user_id="another")
    with store.reading() as connection:
        assert load_notices(connection, unseen_only=True) == ()
        assert load_notices(connection)[0].seen_at


def test_a_notice_that_is_not_there_cannot_be_read(sqlite_store: Store) -> None:
    with pytest.raises(NotFound):
        mark_seen(sqlite_store, notice_id="notice-none", user_id="dpo")


@pytest.mark.parametrize("reason", ["", "   ", "haster", "x" * 1_001])
def test_a_reason_that_says_nothing_is_none(sqlite_town_list: TownList, case_id: str, reason: str) -> None:
    with pytest.raises(InvalidForm):
        break_glass(sqlite_town_list.store, caller=BUF_ONLY, case_id=case_id, reason=reason)
    with sqlite_town_list.store.reading() as connection:
        assert connection.execute(sa.select(GLASS)).all() == []


@pytest.mark.parametrize("caller", [DPO, EVALUATOR, a_caller("nobody")], ids=lambda caller: caller.user_id)
def test_only_whoever_works_on_cases_may(sqlite_town_list: TownList, case_id: str, caller: Caller) -> None:
    with pytest.raises(PermissionDenied):
        break_glass(sqlite_town_list.store, caller=caller, case_id=case_id, reason=REASON)


def test_a_hidden_case_stays_hidden(client: InProcess, sqlite_town_list: TownList, case_id: str) -> None:
    store = sqlite_town_list.store
    break_glass(store, caller=BUF_ONLY, case_id=case_id, reason=REASON)
    with store.act("protection.refreshed") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case_id).values(hidden=True))
    assert read(client, case_id, BUF_ONLY).status_code == 404
    assert read(client, case_id, KFF_ONLY).status_code == 404
    with pytest.raises(NotFound):
        break_glass(store, caller=BUF_ONLY, case_id=case_id, reason=REASON)


def test_whoever_is_partial_stays_out(sqlite_town_list: TownList, case_id: str) -> None:
    store = sqlite_town_list.store
    with store.act("worklist.taken_in") as act:
        row = {"case_id": case_id, "user_id": "birgit", "at": "2024-06-01T00:00:00.000000Z"}
        act.connection.execute(sa.insert(CONFLICTS), row)
    with pytest.raises(PermissionDenied, match="inhabil"):
        break_glass(store, caller=BUF_ONLY, case_id=case_id, reason=REASON)


def test_permits_is_the_table_or_a_broken_glass_for_reading(sqlite_town_list: TownList, case_id: str) -> None:
    store = sqlite_town_list.store

    def allowed(caller: Caller, permission: str) -> bool:
        with store.reading() as connection:
            case = load_case(connection, case_id)
            return permits(connection, caller, case, permission, now=store.clock.now())

    assert allowed(KFF_ONLY, "case.work")
    assert not allowed(BUF_ONLY, "case.read")
    break_glass(store, caller=BUF_ONLY, case_id=case_id, reason=REASON)
    assert allowed(BUF_ONLY, "case.read")
    assert allowed(BUF_ONLY, "case.identity")
    assert not allowed(BUF_ONLY, "case.work")


def test_it_works_on_both_databases(town_list: TownList) -> None:
    case = of_offices(town_list, "home-1", "KFF")
    break_glass(town_list.store, caller=BUF_ONLY, case_id=case, reason=REASON)
    with InProcess(an_app(town_list.store)) as client:
        assert read(client, case, BUF_ONLY).status_code == 200
