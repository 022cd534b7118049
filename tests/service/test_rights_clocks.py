"""The clocks of rights and breaches, by hand-worked days."""

from __future__ import annotations

import datetime as dt

import pytest

from service.rights.clocks import answer_clock, breach_clock, due_day, months_later, party_clock

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("received", "extended", "due"),
    [
        (dt.date(2026, 1, 15), False, dt.date(2026, 2, 15)),
        (dt.date(2026, 1, 31), False, dt.date(2026, 2, 28)),
        (dt.date(2024, 1, 30), False, dt.date(2024, 2, 29)),
        (dt.date(2026, 11, 30), False, dt.date(2026, 12, 30)),
        (dt.date(2026, 12, 31), False, dt.date(2027, 1, 31)),
        (dt.date(2026, 11, 30), True, dt.date(2027, 2, 28)),
        (dt.date(2026, 1, 15), True, dt.date(2026, 4, 15)),
    ],
)
def test_a_month_ends_with_the_same_number_or_the_last_day(received: dt.date, extended: bool, due: dt.date) -> None:
    assert due_day(received, extended=extended) == due


def test_twelve_months_are_a_year() -> None:
    assert months_later(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)


@pytest.mark.parametrize(
    ("today", "closed", "standing", "left"),
    [
        (dt.date(2026, 2, 1), None, "running", 14),
        (dt.date(2026, 2, 8), None, "soon", 7),
        (dt.date(2026, 2, 15), None, "soon", 0),
        (dt.date(2026, 2, 16), None, "overdue", -1),
        (dt.date(2026, 5, 1), dt.date(2026, 2, 15), "done", 0),
        (dt.date(2026, 5, 1), dt.date(2026, 2, 16), "done_late", -1),
    ],
)
def test_a_request_stands_by_the_day(today: dt.date, closed: dt.date | None, standing: str, left: int) -> None:
    clock = answer_clock(dt.date(2026, 1, 15), extended=False, closed_on=closed, today=today)
    assert (clock.standing, clock.left) == (standing, left)
    assert clock.late == (left < 0)


@pytest.mark.parametrize(
    ("hours", "told_after", "standing", "left"),
    [
        (0, None, "running", 72),
        (47.9, None, "soon", 24),
        (72, None, "soon", 0),
        (72.01, None, "overdue", -1),
        (100, 71.5, "done", 0),
        (100, 72.5, "done_late", -1),
    ],
)
def test_a_breach_has_seventy_two_hours(hours: float, told_after: float | None, standing: str, left: int) -> None:
    told = None if told_after is None else NOON + dt.timedelta(hours=told_after)
    clock = breach_clock(NOON, notified_at=told, now=NOON + dt.timedelta(hours=hours))
    assert (clock.standing, clock.left) == (standing, left)


@pytest.mark.parametrize(
    ("today", "done", "standing", "left"),
    [
        (dt.date(2026, 3, 27), None, "running", 14),
        (dt.date(2026, 4, 8), None, "soon", 2),
        (dt.date(2026, 4, 10), None, "soon", 0),
        (dt.date(2026, 4, 11), None, "overdue", -1),
        (dt.date(2026, 5, 1), dt.date(2026, 4, 10), "done", 0),
        (dt.date(2026, 5, 1), dt.date(2026, 4, 13), "done_late", -3),
    ],
)
def test_a_party_waits_seven_working_days(today: dt.date, done: dt.date | None, standing: str, left: int) -> None:
    # Easter lies between: 27 March is a Friday, and 10 April is the seventh working day after it
    clock = party_clock(dt.date(2026, 3, 27), done_on=done, today=today)
    assert (clock.standing, clock.left, clock.due.date()) == (standing, left, dt.date(2026, 4, 10))
