"""A write asked for twice is done once; the same key on another request is refused; what failed may be asked again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import NotNow
from service.api.once import Answered, OnceStore, asked_as
from service.api.problems import Refused
from service.api.tables import KEYS
from service.cases.case import load_case
from service.cases.forms import read_form
from service.cases.step import STEPS, perform
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, BO
from tests.service.town import TownList


def claim(town: TownList, *, key: str = "key-12345", home: str = "home-1", who: Any = ANNA, asked: str = "") -> Any:
    case_id = town.ids[home]
    store = OnceStore(
        town.store, user_id=who.user_id, key=key, asked=asked or case_id,
        answer=lambda act: {"version": load_case(act.connection, case_id).version},
    )  # fmt: skip
    return perform(
        store, case_id=case_id, code="claim", form=read_form(STEPS["claim"], {}), caller=who, version=1,
        settings=town.settings,
    )  # fmt: skip


def events(town: TownList) -> int:
    with town.store.reading() as connection:
        asked = sa.select(sa.func.count()).where(EVENTS.c.action == "case.claim")
        return connection.execute(asked).scalar_one()


def kept(town: TownList) -> int:
    with town.store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(KEYS)).scalar_one()


def test_a_repeated_request_gets_the_first_answer_and_leaves_one_event(town_list: TownList) -> None:
    assert claim(town_list).version == 2
    with pytest.raises(Answered) as before:
        claim(town_list)
    assert before.value.document == {"version": 2}
    assert events(town_list) == 1
    assert kept(town_list) == 1


def test_a_key_is_for_one_request(town_list: TownList) -> None:
    claim(town_list)
    with pytest.raises(Refused) as refused:
        claim(town_list, home="home-2")
    assert refused.value.kind.code == "key-reused"
    assert town_list.case("home-2").owner is None


def test_keys_belong_to_whoever_named_them(town_list: TownList) -> None:
    claim(town_list)
    assert claim(town_list, home="home-2", who=BO).owner == "bo"


def test_what_failed_leaves_no_key(town_list: TownList) -> None:
    town_list.take("home-1", "claim", BO)
    with pytest.raises(NotNow):
        claim(town_list)
    assert kept(town_list) == 0
    assert claim(town_list, home="home-2").owner == "anna"


def test_a_key_is_forgotten_after_a_day(town_list: TownList, clock: TickingClock) -> None:
    claim(town_list)
    clock.at += dt.timedelta(hours=25)
    assert claim(town_list, home="home-2").owner == "anna"
    assert kept(town_list) == 1


def test_what_was_asked_is_kept_as_an_hmac(town_list: TownList) -> None:
    one = asked_as(town_list.store, method="POST", path="/a", version=1, body={"text": "x"})
    other = asked_as(town_list.store, method="POST", path="/a", version=1, body={"text": "y"})
    assert one != other
    assert len(one) == 64


def test_reads_before_the_change_do_not_use_the_key(town_list: TownList) -> None:
    store = OnceStore(town_list.store, user_id="anna", key="key-99999", asked="a", answer=lambda _: {"done": True})
    with store.act("case.read", subject="x", details={"purpose": "case_work"}, actor="anna"):
        pass
    assert kept(town_list) == 0
    with store.act("capacity.set", subject="x", actor="anna"):
        pass
    assert kept(town_list) == 1


def test_of_many_at_once_one_is_carried_out_and_all_are_told_the_same(town_list: TownList) -> None:
    def ask(_: int) -> Any:
        try:
            return claim(town_list).version
        except Answered as before:
            return before.document["version"]

    with ThreadPoolExecutor(max_workers=8) as several:
        assert set(several.map(ask, range(16))) == {2}
    assert events(town_list) == 1
    assert kept(town_list) == 1
