"""What a night stands on: its binding, its lock, who is hidden, and what comes in only when it was released."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace

import polars as pl
import pytest
import sqlalchemy as sa

from governance.as_of import AsOf
from governance.errors import AuditLogBroken, GateClosed, ModelMismatch, UsageError
from governance.gate.stop import stop
from governance.registers import Registers
from governance.sealing import load_sealer
from governance.store.engine import make_engine
from governance.store.opening import Store
from service.jobs import night_request
from service.jobs.capacity import set_capacity
from service.jobs.locking import night_lock
from service.jobs.night_request import NightRequest, bound_to, require_in_time, require_same
from service.jobs.nights import (
    Asked,
    Night,
    begin_night,
    finish_night,
    last_finished_day,
    load_finished,
    load_night,
    made_run,
    stop_night,
)
from service.jobs.protection import hide_newly_protected, protected_addresses
from service.jobs.taking_in import take_in_published
from service.random_arm import Seed
from tests.builders import AS_OF, DAY, a_person, a_residence, a_world
from tests.gates import events_of
from tests.service.people import LEADER
from tests.service.town import TownList, a_town, take_in_list

ASKED = Asked(120.0, 0.05, "adressekontrol/1", "random", "none")
SEED = Seed(4_711_000_815)


def a_night(store: Store, *, as_of: AsOf = AS_OF, registers: str = "ab" * 32, seed: Seed = SEED) -> Night:
    return begin_night(store, as_of=as_of, registers=registers, asked=ASKED, seed=seed, settings=store.settings)


def the_night(store: Store, night: Night) -> Night | None:
    with store.reading() as connection:
        return load_night(connection, night.night_id, settings=store.settings)


def asking(tmp_path, **changed) -> NightRequest:
    plain = NightRequest(
        directory=tmp_path, as_of=AS_OF, hours=120.0, fallback="random", mitigation="none", seed=Seed(1)
    )
    return replace(plain, **changed)


def test_a_night_comes_back_as_it_was_bound(store: Store) -> None:
    night = a_night(store)
    assert the_night(store, night) == night and the_night(store, replace(night, night_id="other")) is None
    assert (night.seed, night.asked) == (SEED, ASKED)


def test_the_log_binds_the_seed_without_telling_it(store: Store) -> None:
    night = a_night(store)
    with store.reading() as connection:
        [details] = connection.exec_driver_sql(
            "SELECT details FROM audit_event WHERE action = 'nightly.begun'"
        ).scalars()
        rows = connection.exec_driver_sql("SELECT * FROM nightly_run").all()
    said = json.loads(details)
    assert said["commitment"] == SEED.commitment and said | asdict(ASKED) == said
    assert str(SEED.value) not in details and str(SEED.value).encode() not in b"".join(
        bytes(each) for each in rows[0] if not isinstance(each, str)
    )
    assert events_of(store, "nightly.begun") == [night.night_id]


def test_a_seed_that_was_altered_opens_no_night(sqlite_store: Store) -> None:
    night = a_night(sqlite_store)
    other = load_sealer(sqlite_store.settings.home, purpose="another").seal(b"1", about=night.night_id)
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("DROP TRIGGER nightly_run_no_update")
        connection.execute(sa.text("UPDATE nightly_run SET sealed_seed = :seed"), {"seed": other})
    with pytest.raises(AuditLogBroken):
        the_night(sqlite_store, night)


def test_a_night_is_begun_once_and_finished_once(store: Store) -> None:
    night = a_night(store)
    finish_night(store, night, run_id="run-9", counts={"taken": 3})
    for again in (lambda: a_night(store), lambda: finish_night(store, night, run_id="run-9", counts={})):
        with pytest.raises(sa.exc.IntegrityError):
            again()
    with store.reading() as connection:
        assert load_finished(connection, night.night_id) == ("run-9", {"taken": 3})
        assert last_finished_day(connection) == DAY
    assert len(events_of(store, "nightly.begun")) == len(events_of(store, "nightly.finished")) == 1


def test_a_stop_says_where_and_of_which_kind_and_no_words_of_it(sqlite_store: Store) -> None:
    night = a_night(sqlite_store)
    refusal = GateClosed("personlige ord", item="home-1", remedy="x")
    stop_night(sqlite_store, night, step="gate", error=refusal, details={"about": "publish-1"})
    with sqlite_store.reading() as connection:
        [details] = connection.exec_driver_sql(
            "SELECT details FROM audit_event WHERE action = 'nightly.stopped'"
        ).scalars()
    assert json.loads(details) == {"step": "gate", "code": "governance-gate", "exit_code": 13, "about": "publish-1"}


def test_the_run_of_a_night_is_the_one_made_from_its_seed(sqlite_store: Store) -> None:
    store = sqlite_store
    night, other = a_night(store), a_night(store, registers="cd" * 32, seed=Seed(2))

    def commit(run_id: str, seed: Seed) -> None:
        with store.act("seed.committed", subject=run_id, details={"commitment": seed.commitment}):
            pass

    def make(run_id: str, model: str = "adressekontrol/1") -> None:
        with store.act("list.made", subject=run_id, details={"model": model}):
            pass

    def found(without_model: bool = False, of: Night = night) -> str | None:
        with store.reading() as connection:
            return made_run(connection, of, without_model=without_model)

    commit("of-another", other.seed)
    make("of-another")
    commit("broken-off", night.seed)
    assert found() is None
    commit("made", night.seed)
    make("made")
    assert (found(), found(without_model=True), found(of=other)) == ("made", None, "of-another")
    commit("while-stopped", night.seed)
    make("while-stopped", "uden model")
    assert (found(), found(without_model=True)) == ("made", "while-stopped")


def test_one_night_at_a_time_and_the_lock_goes_with_its_holder(store: Store) -> None:
    other = make_engine(store.settings)
    with night_lock(store.engine) as mine, night_lock(other) as theirs:
        assert (mine, theirs) == (True, False)
    with night_lock(other) as theirs:
        assert theirs
        with night_lock(store.engine) as mine:
            assert not mine
    with pytest.raises(RuntimeError), night_lock(other):
        raise RuntimeError("crashed")
    with night_lock(store.engine) as mine:
        assert mine
    other.dispose()


def test_the_lock_keeps_nobody_from_writing(store: Store) -> None:
    with night_lock(store.engine) as mine:
        assert mine
        a_night(store)


def test_the_hours_are_those_given_or_the_capacity(sqlite_store: Store, tmp_path, monkeypatch) -> None:
    store = sqlite_store

    class Champion:
        version = "adressekontrol/7"

    monkeypatch.setattr(night_request, "load_model", lambda *_, **__: Champion)
    with pytest.raises(UsageError, match="No capacity"):
        bound_to(asking(tmp_path, hours=None), settings=store.settings, store=store)
    set_capacity(store, caller=LEADER, office="BIF", week=dt.date(2024, 6, 3), minutes=90)
    bound = bound_to(asking(tmp_path, hours=None), settings=store.settings, store=store)
    assert bound == Asked(1.5, store.settings.random_share, "adressekontrol/7", "random", "none")
    assert bound_to(asking(tmp_path), settings=store.settings, store=store).hours == 120.0


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"hours": float("nan")}, UsageError),
        ({"hours": -1.0}, UsageError),
        ({"fallback": "dice"}, UsageError),
        ({"mitigation": "magic"}, UsageError),
        ({"mitigation": "quota"}, GateClosed),
        ({}, ModelMismatch),
    ],
    ids=str,
)
def test_what_no_night_can_keep_is_refused_before_it_is_bound(
    sqlite_store: Store, tmp_path, monkeypatch, wrong, refusal
) -> None:
    class Champion:
        version = "adressekontrol/7"

    if wrong:
        monkeypatch.setattr(night_request, "load_model", lambda *_, **__: Champion)
    with pytest.raises(refusal):
        bound_to(asking(tmp_path, **wrong), settings=sqlite_store.settings, store=sqlite_store)


def test_a_stopped_system_needs_no_champion(sqlite_store: Store, tmp_path) -> None:
    with sqlite_store.act("system.stopped") as act:
        stop(act, role="dpo", reason="Standset til prøve.")
    assert bound_to(asking(tmp_path), settings=sqlite_store.settings, store=sqlite_store).model == ""


def test_a_night_is_asked_for_as_it_was_begun(sqlite_store: Store, tmp_path) -> None:
    night = a_night(sqlite_store)
    require_same(asking(tmp_path, hours=None), night)
    require_same(asking(tmp_path), night)
    for other in ({"hours": 121.0}, {"fallback": "rules"}, {"mitigation": "quota"}):
        with pytest.raises(UsageError, match="was begun for 120 hours"):
            require_same(asking(tmp_path, **other), night)


def test_a_night_is_not_of_tomorrow_nor_of_before_the_last(sqlite_store: Store, tmp_path) -> None:
    with pytest.raises(UsageError, match="day to come"):
        require_in_time(asking(tmp_path, as_of=AS_OF.minus_days(-1)), sqlite_store)
    finish_night(sqlite_store, a_night(sqlite_store), run_id="run-1", counts={})
    require_in_time(asking(tmp_path), sqlite_store)
    with pytest.raises(UsageError, match="later night"):
        require_in_time(asking(tmp_path, as_of=AS_OF.minus_days(1)), sqlite_store)


def hidden(town_list: TownList) -> dict[str, bool]:
    with town_list.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT address_id, hidden FROM case_file").all()
    return {address: bool(each) for address, each in rows}


def protecting(person_id: str, *, moved_days_ago: int | None = None, address: str = "home-2"):
    """The town where `person_id` is protected, and lived at `address` until then."""
    town = a_town()
    new = a_world(
        a_person(person_id, protected=True),
        a_residence(person_id, address, from_days_ago=400, to_days_ago=moved_days_ago),
        completed=False,
    )
    frames = dict(town.frames)
    for name in ("person", "residence"):
        frames[name] = pl.concat([frames[name].filter(pl.col("person_id") != person_id), new.table(name)])
    return Registers(frames=frames)


def test_whoever_became_protected_is_hidden_and_the_log_says_how_many(town_list: TownList) -> None:
    assert hide_newly_protected(town_list.store, a_town(), as_of=AS_OF) == 0
    assert hide_newly_protected(town_list.store, protecting("home-2-a"), as_of=AS_OF) == 1
    assert [home for home, each in hidden(town_list).items() if each] == ["home-2"]
    assert hide_newly_protected(town_list.store, protecting("home-2-a"), as_of=AS_OF) == 0
    assert events_of(town_list.store, "protection.refreshed") == [str(AS_OF)]


def test_moving_out_uncovers_nobody_whom_a_case_still_names(sqlite_town_list: TownList) -> None:
    """The case was listed as of the day of these tests: who has lived there since then is in it."""
    later = AS_OF.minus_days(-30)
    moved = protecting("home-2-a", moved_days_ago=-10)
    gone_before = protecting("home-3-a", moved_days_ago=5, address="home-3")
    with sqlite_town_list.store.reading() as connection:
        assert "home-2" in protected_addresses(connection, moved, as_of=later)
        assert "home-3" not in protected_addresses(connection, gone_before, as_of=later)


def test_registers_that_nobody_checked_hide_and_never_show(sqlite_town_list: TownList) -> None:
    hide_newly_protected(sqlite_town_list.store, protecting("home-2-a"), as_of=AS_OF)
    hide_newly_protected(sqlite_town_list.store, protecting("home-5-b", address="home-5"), as_of=AS_OF)
    assert [home for home, each in hidden(sqlite_town_list).items() if each] == ["home-2", "home-5"]


def test_what_was_not_released_comes_to_nobody(sqlite_store: Store) -> None:
    with pytest.raises(GateClosed, match="not released"):
        take_in_published(sqlite_store, "run-1", settings=sqlite_store.settings)
    assert events_of(sqlite_store, "worklist.taken_in") == []
    take_in_list(sqlite_store)
    assert events_of(sqlite_store, "worklist.taken_in") == ["run-1"]
