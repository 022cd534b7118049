"""What a running service does by itself: checkpoints in time, and what has been kept for long enough is let go."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance.audit.events import instant
from governance.audit.publishing import published_sizes
from governance.audit.search import search
from governance.audit.verifying import verify
from governance.errors import NotNow
from governance.sealing import load_sealer
from governance.store.opening import CHECKPOINT_MINUTES, Store
from service.api.tables import KEYS
from service.auth.tables import SESSIONS
from service.cases.case import load_case
from service.cases.leads import DELETED_WORDS, enter_lead, leads_at, read_lead
from service.cases.tables import CASE_KEYS, CASES, LEAD_KEYS, LEADS, STEPS, TEXTS
from service.cases.vault import Vault
from service.jobs import timer
from service.jobs.retention import DONE, Retained, retain, retain_when_due
from service.jobs.timer import run_timer, tick
from tests.audit_logs import TickingClock, fill
from tests.service.people import ANNA
from tests.service.town import TownList

TIP = "Naboen flyttede i marts."
NOTHING = Retained(cases=0, leads=0, register_runs=0, register_tables=0, sessions=0, request_keys=0)
DAYS = 1_827


class Stopped(threading.Event):
    """Lets a timer go round so many times, without waiting."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds -= 1
        return self.rounds <= 0


def close_case(town: TownList, home: str, *, days_ago: int, state: str = "closed") -> str:
    """The case at the address ended so many days before the store's clock."""
    day = town.store.clock.now().date() - dt.timedelta(days=days_ago)
    case_id = town.ids[home]
    with town.store.act("list.made") as act:
        values = {"state": state, "closed_on": day.isoformat()}
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case_id).values(**values))
    return case_id


def events(store: Store, action: str = DONE) -> list[dict[str, object]]:
    with store.reading() as connection:
        return [json.loads(event.details) for event in search(connection, action=action, subject=None, last=99)]


def count(store: Store, table: sa.Table) -> int:
    with store.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_case_that_ended_long_ago_loses_words_and_address(town_list: TownList) -> None:
    store = town_list.store
    case_id = close_case(town_list, "home-1", days_ago=DAYS + 1)
    steps, texts = count(store, STEPS), count(store, TEXTS)
    assert retain(store, store.settings).cases == 1
    vault = Vault(load_sealer(store.settings.home, purpose="cases"))
    with store.reading() as connection:
        assert load_case(connection, case_id).address_id == ""
        with pytest.raises(NotNow, match="slettet"):
            vault.sealer_of(connection, case_id)
    assert (count(store, STEPS), count(store, TEXTS)) == (steps, texts)
    assert events(store) == [vars(NOTHING) | {"cases": 1}]
    assert retain(store, store.settings) == NOTHING


@pytest.mark.parametrize(
    ("state", "days_ago"),
    [("closed", DAYS), ("rejected", DAYS - 300), ("announced", DAYS + 900), ("appealed", DAYS + 900)],
)
def test_a_case_whose_time_is_not_over_keeps_everything(town_list: TownList, state: str, days_ago: int) -> None:
    store = town_list.store
    case_id = close_case(town_list, "home-2", days_ago=days_ago, state=state)
    keys = count(store, CASE_KEYS)
    assert retain(store, store.settings) == NOTHING
    with store.reading() as connection:
        assert load_case(connection, case_id).address_id == "home-2"
    assert count(store, CASE_KEYS) == keys


@pytest.mark.parametrize("state", ["closed", "rejected", "expired"])
def test_every_way_to_end_starts_the_clock(town_list: TownList, state: str) -> None:
    close_case(town_list, "home-3", days_ago=DAYS + 1, state=state)
    assert retain(town_list.store, town_list.settings).cases == 1


def test_a_forgotten_key_is_not_left_in_the_file(sqlite_town_list: TownList) -> None:
    store = sqlite_town_list.store
    case_id = close_case(sqlite_town_list, "home-1", days_ago=DAYS + 1)
    with store.reading() as connection:
        [wrapped] = connection.execute(sa.select(CASE_KEYS.c.wrapped).where(CASE_KEYS.c.case_id == case_id)).one()
    path = Path(str(store.engine.url.database))
    store.engine.dispose()
    assert wrapped in path.read_bytes()
    retain(store, store.settings)
    store.engine.dispose()
    assert wrapped not in path.read_bytes()


def a_lead(town: TownList, home: str, *, days_ago: int) -> str:
    """A lead that was entered so long ago."""
    now = town.store.clock.at  # type: ignore[attr-defined]
    town.pass_days(-days_ago)
    signal = enter_lead(
        town.store, caller=ANNA, address_id=home, kind="citizen_tip", text=TIP, settings=town.settings
    )  # fmt: skip
    town.store.clock.at = now  # type: ignore[attr-defined]
    return signal


def words(town: TownList, signal_id: str) -> str:
    with town.store.reading() as connection:
        return read_lead(connection, signal_id, settings=town.settings)


def test_the_words_of_an_old_lead_are_deleted(town_list: TownList) -> None:
    store = town_list.store
    old = a_lead(town_list, "nowhere", days_ago=DAYS + 1)
    young = a_lead(town_list, "nowhere", days_ago=DAYS)
    leads = count(store, LEADS)
    assert (words(town_list, old), words(town_list, young)) == (TIP, TIP)
    assert retain(store, store.settings) == dataclasses.replace(NOTHING, leads=1)
    assert (words(town_list, old), words(town_list, young)) == (DELETED_WORDS, TIP)
    with store.reading() as connection:
        assert [each.text for each in leads_at(connection, ["nowhere"], settings=town_list.settings)] == [
            DELETED_WORDS, TIP,
        ]  # fmt: skip
    # that there was a lead, of what kind and when, stands, and so does the event
    assert count(store, LEADS) == leads
    assert events(store) == [vars(NOTHING) | {"leads": 1}]
    assert retain(store, store.settings) == NOTHING


def test_a_lead_goes_with_the_case_that_shows_it(town_list: TownList) -> None:
    store = town_list.store
    case_id = close_case(town_list, "home-1", days_ago=DAYS - 1)
    before = (town_list.today() - dt.timedelta(days=DAYS + 60)).isoformat()
    with store.act("list.made") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case_id).values(as_of=before))
    shown = a_lead(town_list, "home-1", days_ago=DAYS + 90)
    too_early = a_lead(town_list, "home-1", days_ago=DAYS + 60 + 31 * store.settings.signal_months)
    elsewhere = a_lead(town_list, "home-2", days_ago=DAYS + 90)
    assert retain(store, store.settings).leads == 2
    assert [words(town_list, each) for each in (shown, too_early, elsewhere)] == [TIP, DELETED_WORDS, DELETED_WORDS]
    town_list.pass_days(2)
    assert retain(store, store.settings) == dataclasses.replace(NOTHING, cases=1, leads=1)
    assert words(town_list, shown) == DELETED_WORDS


def test_a_lead_of_a_case_that_goes_on_is_kept(town_list: TownList) -> None:
    case_id = town_list.ids["home-1"]
    with town_list.store.act("list.made") as act:
        long_ago = (town_list.today() - dt.timedelta(days=DAYS + 60)).isoformat()
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == case_id).values(as_of=long_ago))
    lead = a_lead(town_list, "home-1", days_ago=DAYS + 30)
    assert retain(town_list.store, town_list.settings).leads == 0
    assert words(town_list, lead) == TIP


def test_the_key_of_a_lead_is_not_left_in_the_file(sqlite_town_list: TownList) -> None:
    store = sqlite_town_list.store
    a_lead(sqlite_town_list, "nowhere", days_ago=DAYS + 1)
    with store.reading() as connection:
        [wrapped] = connection.execute(sa.select(LEAD_KEYS.c.wrapped)).scalars()
    path = Path(str(store.engine.url.database))
    store.engine.dispose()
    assert wrapped in path.read_bytes()
    retain(store, store.settings)
    store.engine.dispose()
    assert wrapped not in path.read_bytes()


def a_session(name: str, ends_at: dt.datetime) -> dict[str, str]:
    return {
        "session_hash": name, "user_id": "u", "name": "n", "rights": "", "begun_at": instant(ends_at),
        "ends_at": instant(ends_at), "browser": "b", "purpose": "",
    }  # fmt: skip


def test_sessions_and_keys_of_requests_go_when_they_are_over(store: Store, clock: TickingClock) -> None:
    now = clock.at
    with store.act("list.made") as act:
        ends = {"over": now - dt.timedelta(minutes=1), "standing": now + dt.timedelta(hours=1)}
        act.connection.execute(sa.insert(SESSIONS), [a_session(name, at) for name, at in ends.items()])
        times = {"old": now - dt.timedelta(hours=25), "young": now - dt.timedelta(hours=23)}
        rows = [{"user_id": "u", "key": key, "at": instant(at), "asked": "", "answer": ""} for key, at in times.items()]
        act.connection.execute(sa.insert(KEYS), rows)
    done = retain(store, store.settings)
    assert (done.sessions, done.request_keys) == (1, 1)
    with store.reading() as connection:
        assert connection.execute(sa.select(SESSIONS.c.session_hash)).scalars().all() == ["standing"]
        assert connection.execute(sa.select(KEYS.c.key)).scalars().all() == ["young"]


def test_registers_go_when_their_time_is_over(sqlite_store: Store, clock: TickingClock) -> None:
    home, days = sqlite_store.settings.home, sqlite_store.settings.kept_registers_days
    for name, ago in (("old", days + 1), ("young", days - 1)):
        (home / "registers" / name).mkdir(parents=True)
        (home / "registers" / name / "tables.json").write_text("{}")
        kept_on = clock.at.date() - dt.timedelta(days=ago)
        (home / "registers" / name / "kept_on.txt").write_text(kept_on.isoformat())
    assert retain(sqlite_store, sqlite_store.settings).register_runs == 1
    assert [path.name for path in (home / "registers").iterdir()] == ["young"]


def test_the_timer_lets_go_once_a_day(store: Store, clock: TickingClock) -> None:
    assert retain_when_due(store, store.settings) == NOTHING
    assert retain_when_due(store, store.settings) is None
    clock.at += dt.timedelta(days=1)
    run_timer(store, store.settings, Stopped(3))
    assert len(events(store)) == 2


def test_of_two_services_one_lets_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    retain(store, store.settings)
    # the other looked before the first was done
    monkeypatch.setattr("service.jobs.retention._done_today", lambda _: False)
    assert retain_when_due(store, store.settings) is None
    assert len(events(store)) == 1


def test_the_timer_publishes_what_has_waited_long_enough(store: Store, clock: TickingClock) -> None:
    run_timer(store, store.settings, Stopped(1))
    fill(store, 2)
    run_timer(store, store.settings, Stopped(2))
    assert published_sizes(store.publisher.directory) == []
    clock.at += dt.timedelta(minutes=CHECKPOINT_MINUTES)
    run_timer(store, store.settings, Stopped(2))
    assert published_sizes(store.publisher.directory) == [3]
    with store.reading() as connection:
        assert verify(connection, store.publisher.directory, store.publisher.key().public).unpublished == 0


def test_a_task_that_fails_stops_neither_the_other_nor_the_timer(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail(*_: object) -> None:
        raise RuntimeError("about somebody")

    tasks = (("first", fail), ("second", lambda *_: done.append("second")))
    monkeypatch.setattr(timer, "TASKS", tasks)
    with caplog.at_level(logging.ERROR):
        run_timer(sqlite_store, sqlite_store.settings, Stopped(2))
    assert done == ["second", "second"]
    assert [record.getMessage() for record in caplog.records] == ["timer task failed: first"] * 2


def test_a_timer_ends_when_it_is_told(sqlite_store: Store) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=run_timer, args=(sqlite_store, sqlite_store.settings, stop))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_the_timer_does_every_task(sqlite_store: Store, clock: TickingClock) -> None:
    fill(sqlite_store, 1)
    clock.at += dt.timedelta(days=1)
    tick(sqlite_store, sqlite_store.settings)
    assert published_sizes(sqlite_store.publisher.directory) == [1]
    assert len(events(sqlite_store)) == 1
