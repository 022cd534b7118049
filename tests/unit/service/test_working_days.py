"""Danish working days, by calendars that hang on walls, and Easter against another's arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.easter import easter

from service.working_days import easter_sunday, is_working_day, open_day, public_holidays, working_days_later


def test_easter_is_the_one_that_others_work_out() -> None:
    assert [easter_sunday(year) for year in range(1900, 2200)] == [easter(year) for year in range(1900, 2200)]


def test_the_holidays_of_2026() -> None:
    named = ("01-01", "04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25", "12-25", "12-26")
    assert sorted(public_holidays(2026)) == [dt.date.fromisoformat(f"2026-{day}") for day in named]


def test_store_bededag_was_a_holiday_until_2023() -> None:
    assert not is_working_day(dt.date(2023, 5, 5))
    assert is_working_day(dt.date(2024, 4, 26))


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2026-03-02", 7, "2026-03-11"),
        # received on a Saturday: Monday is the first
        ("2026-02-28", 7, "2026-03-10"),
        ("2026-03-27", 7, "2026-04-10"),
        # 24 and 31 December are working days of the authority
        ("2026-12-18", 7, "2026-12-30"),
        ("2026-06-03", 2, "2026-06-05"),
        ("2026-03-02", 0, "2026-03-02"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: str, count: int, last: str) -> None:
    assert working_days_later(dt.date.fromisoformat(day), count) == dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-07", "2026-03-09"),
        ("2026-04-02", "2026-04-07"),
        ("2026-05-14", "2026-05-15"),
        ("2026-06-05", "2026-06-08"),
        ("2026-12-24", "2026-12-28"),
        ("2026-12-31", "2027-01-04"),
    ],
)
def test_a_deadline_ends_when_somebody_is_there(day: str, moved: str) -> None:
    assert open_day(dt.date.fromisoformat(day)) == dt.date.fromisoformat(moved)
