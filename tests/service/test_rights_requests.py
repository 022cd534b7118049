"""Requests and breaches: received, extended, answered; words sealed, each step for good, one event each. Both databases."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import AuditLogBroken, InvalidForm, NotFound, NotNow, PermissionDenied
from governance.store.opening import Store
from service.rights.breaches import list_breaches, load_breach, open_breach, record_breach, record_breach_step
from service.rights.delays import tell_delay
from service.rights.requests import (
    answer_request,
    extend,
    list_requests,
    load_request,
    open_request,
    receive_request,
)
from service.rights.tables import REQUEST_STEPS, REQUESTS
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER

WORDS = "Jeg bor her ikke længere."
DAY = dt.date(2024, 6, 1)


def a_request(store: Store, **said: Any) -> str:
    asked: dict[str, Any] = {
        "kind": "access", "person_id": "p-1", "received_on": DAY, "words": WORDS, "purpose": "party_access",
    }  # fmt: skip
    return receive_request(store, caller=DPO, **(asked | said))


def a_breach(store: Store, known_at: dt.datetime, **said: Any) -> str:
    told: dict[str, Any] = {
        "kind": "confidentiality", "persons": 3, "happened": "Et brev gik forkert.", "consequences": "Små.",
        "measures": "Brevet er hentet.",
    }  # fmt: skip
    return record_breach(store, caller=DPO, known_at=known_at, **(told | said))


def actions(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(sa.select(EVENTS.c.action).order_by(EVENTS.c.seq)).scalars())


def whole_database(store: Store) -> str:
    with store.reading() as connection:
        tables = (EVENTS, REQUESTS, REQUEST_STEPS)
        return "".join(str(row) for table in tables for row in connection.execute(sa.select(table)))


def test_a_request_is_kept_sealed_and_opened_with_an_event(store: Store) -> None:
    request_id = a_request(store)
    assert "p-1" not in whole_database(store)
    assert WORDS not in whole_database(store)
    opened = open_request(store, caller=DPO, request_id=request_id, purpose="party_access")
    assert (opened.person_id, opened.words, opened.request.kind) == ("p-1", WORDS, "access")
    assert actions(store) == ["right.received", "right.read"]


def test_words_that_were_moved_to_another_request_do_not_open(sqlite_store: Store) -> None:
    first, second = a_request(sqlite_store), a_request(sqlite_store, person_id="p-2")
    with sqlite_store.act("list.made") as act:
        connection = act.connection
        for name in ("update", "replace", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER right_request_no_{name}")
        sealed = connection.execute(sa.select(REQUESTS.c.sealed).where(REQUESTS.c.request_id == first)).scalar_one()
        connection.execute(sa.update(REQUESTS).where(REQUESTS.c.request_id == second).values(sealed=sealed))
    with pytest.raises(AuditLogBroken):
        open_request(sqlite_store, caller=DPO, request_id=second, purpose="party_access")


def test_the_database_refuses_to_forget_a_request(store: Store) -> None:
    a_request(store)
    with pytest.raises(sa.exc.DBAPIError, match=r"append-only|permission denied"), store.act("list.made") as act:
        act.connection.execute(sa.delete(REQUESTS))


def test_a_request_is_answered_once_and_its_clock_stops(store: Store, clock: TickingClock) -> None:
    request_id = a_request(store)
    clock.at = dt.datetime(2024, 6, 20, tzinfo=dt.UTC)
    answer_request(store, caller=DPO, request_id=request_id, answer="granted", words="")
    with store.reading() as connection:
        request = load_request(connection, request_id)
    assert [each.step for each in request.steps] == ["granted"]
    assert request.clock(dt.date(2025, 1, 1)).standing == "done"
    with pytest.raises(NotNow):
        answer_request(store, caller=DPO, request_id=request_id, answer="refused", words="nej")
    assert actions(store) == ["right.received", "right.handled"]


def test_a_refusal_needs_its_grounds(store: Store) -> None:
    request_id = a_request(store)
    for answer in ("refused", "partly_granted", "maybe"):
        with pytest.raises(InvalidForm):
            answer_request(store, caller=DPO, request_id=request_id, answer=answer, words="  ")
    assert actions(store) == ["right.received"]


def test_a_deadline_is_extended_once_and_only_within_the_first_month(store: Store, clock: TickingClock) -> None:
    in_time, too_late = a_request(store), a_request(store, person_id="p-2")
    clock.at = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
    extend(store, caller=DPO, request_id=in_time, reason="Mange sager.")
    with store.reading() as connection:
        assert load_request(connection, in_time).clock(DAY).due.date() == dt.date(2024, 9, 1)
    with pytest.raises(NotNow):
        extend(store, caller=DPO, request_id=in_time, reason="Endnu flere.")
    clock.at = dt.datetime(2024, 7, 2, 0, 0, 1, tzinfo=dt.UTC)
    with pytest.raises(NotNow):
        extend(store, caller=DPO, request_id=too_late, reason="Mange sager.")


def test_access_is_decided_within_seven_working_days_or_the_party_told_why_not(
    store: Store, clock: TickingClock
) -> None:
    request_id, objection = a_request(store), a_request(store, kind="objection", person_id="p-2")

    def asked() -> Any:
        with store.reading() as connection:
            return load_request(connection, request_id)

    # received on Saturday 1 June; Monday the 3rd is the first working day, Grundlovsdag counts
    assert asked().nearest(DAY).due.date() == dt.date(2024, 6, 11)
    assert asked().party_clock(dt.date(2024, 6, 12)).standing == "overdue"
    told = {"caller": DPO, "reason": "Sagen er stor."}
    for wrong in (DAY, dt.date(2024, 7, 2)):
        with pytest.raises(InvalidForm):
            tell_delay(store, request_id=request_id, expected_on=wrong, **told)
    with pytest.raises(InvalidForm):
        tell_delay(store, caller=DPO, request_id=request_id, reason=" ", expected_on=dt.date(2024, 6, 20))
    with pytest.raises(NotFound):
        tell_delay(store, request_id=objection, expected_on=dt.date(2024, 6, 20), **told)
    assert [each for each in actions(store) if each == "right.handled"] == []
    clock.at = dt.datetime(2024, 6, 11, 9, tzinfo=dt.UTC)
    tell_delay(store, request_id=request_id, expected_on=dt.date(2024, 6, 20), **told)
    later = dt.date(2024, 6, 21)
    assert (asked().party_clock(later).standing, asked().expected_on) == ("done", dt.date(2024, 6, 20))
    # what was promised is a clock of its own
    assert (asked().nearest(later).standing, asked().nearest(later).due.date()) == ("overdue", dt.date(2024, 6, 20))
    tell_delay(store, request_id=request_id, expected_on=dt.date(2024, 7, 1), **told)
    clock.at = dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC)
    answer_request(store, caller=DPO, request_id=request_id, answer="granted", words="")
    assert asked().nearest(dt.date(2024, 8, 1)).standing == "done"
    with store.reading() as connection:
        other = load_request(connection, objection)
    assert (other.party_clock(DAY), other.nearest(DAY)) == (None, other.clock(DAY))


def test_only_the_officer_tells_of_a_delay(store: Store) -> None:
    request_id = a_request(store)
    with pytest.raises(PermissionDenied):
        tell_delay(store, caller=ANNA, request_id=request_id, reason="Travlt.", expected_on=DAY + dt.timedelta(days=9))
    assert actions(store) == ["right.received"]


def test_open_requests_come_first_and_the_oldest_of_them(store: Store) -> None:
    late = a_request(store, received_on=DAY)
    early = a_request(store, received_on=DAY - dt.timedelta(days=9), kind="objection", person_id="p-3")
    done = a_request(store, received_on=DAY - dt.timedelta(days=20))
    answer_request(store, caller=DPO, request_id=done, answer="granted", words="")
    with store.reading() as connection:
        assert [each.request_id for each in list_requests(connection)] == [early, late, done]
        assert [each.request_id for each in list_requests(connection, kind="objection")] == [early]


@pytest.mark.parametrize(
    "said", [{"received_on": DAY + dt.timedelta(days=1)}, {"kind": "objection", "words": " "}, {"words": "x" * 4001}]
)
def test_what_cannot_be_received_leaves_nothing(store: Store, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidForm):
        a_request(store, **said)
    assert actions(store) == []


@pytest.mark.parametrize("caller", [ANNA, LEADER, EVALUATOR])
def test_only_the_officer_deals_with_requests(store: Store, caller: Any) -> None:
    request_id = a_request(store)
    with pytest.raises(PermissionDenied):
        receive_request(
            store, caller=caller, kind="access", person_id="p", received_on=DAY, words="", purpose="case_work"
        )
    with pytest.raises(PermissionDenied):
        open_request(store, caller=caller, request_id=request_id, purpose="case_work")
    with pytest.raises(PermissionDenied):
        answer_request(store, caller=caller, request_id=request_id, answer="granted", words="")
    assert actions(store) == ["right.received"]


def test_an_unknown_request_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        open_request(store, caller=DPO, request_id="request-0", purpose="party_access")
    assert actions(store) == []


def test_a_breach_is_followed_from_known_to_closed(store: Store, clock: TickingClock) -> None:
    known = clock.at - dt.timedelta(hours=10)
    breach_id = a_breach(store, known)
    with pytest.raises(NotNow):
        record_breach_step(store, caller=DPO, breach_id=breach_id, step="closed", done_at=clock.at, words="")
    told = clock.at
    record_breach_step(store, caller=DPO, breach_id=breach_id, step="authority_notified", done_at=told, words="")
    record_breach_step(store, caller=DPO, breach_id=breach_id, step="closed", done_at=clock.at, words="")
    with store.reading() as connection:
        breach = load_breach(connection, breach_id)
        assert list_breaches(connection) == (breach,)
    assert breach.clock(clock.at + dt.timedelta(days=99)).standing == "done"
    opened = open_breach(store, caller=DPO, breach_id=breach_id, purpose="supervision")
    assert opened.words["measures"] == "Brevet er hentet."
    with pytest.raises(NotNow):
        record_breach_step(store, caller=DPO, breach_id=breach_id, step="note", done_at=clock.at, words="mere")
    assert actions(store) == ["breach.recorded", "breach.handled", "breach.handled", "breach.read"]


def test_telling_the_authority_late_needs_the_reason(store: Store, clock: TickingClock) -> None:
    breach_id = a_breach(store, clock.at - dt.timedelta(hours=73))
    late: dict[str, Any] = {"breach_id": breach_id, "step": "authority_notified", "done_at": clock.at}
    with pytest.raises(InvalidForm):
        record_breach_step(store, caller=DPO, words="", **late)
    record_breach_step(store, caller=DPO, words="Først opdaget efter ferien.", **late)
    with store.reading() as connection:
        assert load_breach(connection, breach_id).clock(clock.at).standing == "done_late"


@pytest.mark.parametrize("said", [{"kind": "other"}, {"persons": -1}, {"happened": ""}, {"measures": " "}])
def test_a_breach_that_is_not_told_whole_is_refused(store: Store, clock: TickingClock, said: dict[str, Any]) -> None:
    with pytest.raises(InvalidForm):
        a_breach(store, clock.at, **said)
    with pytest.raises(InvalidForm):
        a_breach(store, clock.at + dt.timedelta(days=1))
    assert actions(store) == []


def test_no_word_of_a_breach_stands_open(store: Store, clock: TickingClock) -> None:
    a_breach(store, clock.at, happened="Hr. Prøve så naboens brev.")
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM breach").fetchall()
    assert "Prøve" not in json.dumps([str(row) for row in rows], ensure_ascii=False)
