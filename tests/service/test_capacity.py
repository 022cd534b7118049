"""Hours: who may set them, which count, and what the night fills; and what lies with whom."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from governance.errors import InvalidForm, PermissionDenied
from governance.store.opening import Store
from service.jobs.capacity import capacity_of_week, hours_ahead, set_capacity
from service.jobs.workload import load_overview
from tests.gates import events_of
from tests.service.people import ANNA, DPO, LEADER, a_caller
from tests.service.town import TownList

MONDAY = dt.date(2024, 6, 3)
BIF_LEADER = a_caller("britta", ("team_leader", "BIF"))
ALL = ("BIF", "BUF", "KFF")


def said(store: Store, week: dt.date = MONDAY) -> dict[str, int]:
    with store.reading() as connection:
        return {office: each.minutes for office, each in capacity_of_week(connection, week=week).items()}


def ahead(store: Store, day: dt.date) -> float:
    with store.reading() as connection:
        return hours_ahead(connection, day=day)


def give(store: Store, office: str, hours: float, *, week: dt.date = MONDAY) -> None:
    set_capacity(store, caller=LEADER, office=office, week=week, minutes=round(hours * 60))


def test_what_was_said_last_counts_and_what_was_said_before_stays(store: Store) -> None:
    give(store, "BIF", 30)
    give(store, "BUF", 10)
    give(store, "BIF", 20)
    assert said(store) == {"BIF": 20 * 60, "BUF": 10 * 60}
    assert said(store, MONDAY + dt.timedelta(weeks=1)) == {}
    with store.reading() as connection:
        kept = connection.execute(
            sa.text("SELECT minutes FROM capacity WHERE office = 'BIF' ORDER BY number")
        ).scalars()
        assert list(kept) == [1800, 1200]
    assert events_of(store, "capacity.set") == ["BIF 2024-06-03", "BUF 2024-06-03", "BIF 2024-06-03"]


@pytest.mark.parametrize("caller", [ANNA, DPO, BIF_LEADER], ids=lambda each: each.user_id)
def test_only_the_team_leader_of_the_administration_says_it(sqlite_store: Store, caller) -> None:
    with pytest.raises(PermissionDenied):
        set_capacity(sqlite_store, caller=caller, office="KFF", week=MONDAY, minutes=600)
    assert said(sqlite_store) == {} and events_of(sqlite_store, "capacity.set") == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("week", {"week": MONDAY + dt.timedelta(days=1)}),
        ("week", {"week": MONDAY - dt.timedelta(weeks=2)}),
        ("minutes", {"minutes": -1}),
        ("minutes", {"minutes": 60 * 40 * 500 + 1}),
        ("office", {"office": "STATE"}),
    ],
)
def test_what_nobody_can_have_is_refused_by_field(sqlite_store: Store, field, wrong) -> None:
    asked = {"office": "BIF", "week": MONDAY, "minutes": 600} | wrong
    with pytest.raises(InvalidForm) as refused:
        set_capacity(sqlite_store, caller=LEADER, **asked)
    assert refused.value.item == field and said(sqlite_store) == {}


def test_the_running_week_may_still_be_set(sqlite_store: Store) -> None:
    """The clock says Saturday 1 June: its week began on Monday 27 May."""
    give(sqlite_store, "BIF", 5, week=dt.date(2024, 5, 27))
    assert said(sqlite_store, dt.date(2024, 5, 27)) == {"BIF": 300}


def test_the_next_seven_days_hold_a_week_of_workdays(sqlite_store: Store) -> None:
    give(sqlite_store, "BIF", 30)
    give(sqlite_store, "KFF", 20)
    give(sqlite_store, "BIF", 100, week=MONDAY + dt.timedelta(weeks=1))
    # from the weekend the whole of next week; from Wednesday two days of this one and three of the next
    assert ahead(sqlite_store, dt.date(2024, 6, 1)) == ahead(sqlite_store, dt.date(2024, 6, 2)) == 50
    assert ahead(sqlite_store, dt.date(2024, 6, 5)) == pytest.approx(2 * 10 + 3 * 20)
    assert ahead(sqlite_store, dt.date(2024, 7, 1)) == 0


def test_the_overview_counts_cases_and_hours_of_an_administration(town_list: TownList) -> None:
    store = town_list.store
    give(store, "BIF", 30)
    town_list.take("home-1", "claim", ANNA)
    town_list.take("home-2", "claim", ANNA)
    with store.act("list.made", subject="aged") as act:
        late = {"deadline": "2024-05-31"}
        act.connection.execute(
            sa.text("UPDATE case_file SET deadline = :deadline WHERE case_id = :case"),
            late | {"case": town_list.ids["home-1"]},
        )
        act.connection.execute(
            sa.text("UPDATE case_file SET hidden = true WHERE case_id = :case"), {"case": town_list.ids["home-3"]}
        )
    with store.reading() as connection:
        shown = load_overview(connection, offices=ALL, today=dt.date(2024, 6, 1))
        buf_only = load_overview(connection, offices=["BUF"], today=dt.date(2024, 6, 1), weeks=1)
    bif, buf, _ = shown.offices
    assert shown.weeks[:2] == (dt.date(2024, 5, 27), MONDAY)
    assert bif.weeks[0] is None and bif.weeks[1] is not None and bif.weeks[1].minutes == 1800
    # five of six are shown; home-6 is BUF's alone
    assert (bif.waiting, bif.unclaimed, bif.assigned, bif.overdue) == (4, 2, 2, 1)
    assert (buf.waiting, buf.unclaimed, buf.assigned) == (5, 3, 2)
    assert [(each.user_id, each.active, each.overdue) for each in shown.owners] == [("anna", 2, 1)]
    assert [each.office for each in buf_only.offices] == ["BUF"] and len(buf_only.weeks) == 1
