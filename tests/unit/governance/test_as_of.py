"""The close of a day, and the months around it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.as_of import (
    AsOf,
    SetClock,
    SystemClock,
    add_months,
    danish_day,
    danish_moment,
    danish_time,
    months_before,
)
from governance.errors import SettingsError, UsageError

D = dt.date


def test_a_day_is_read_as_it_is_written() -> None:
    assert AsOf.parse("2024-02-29") == AsOf(D(2024, 2, 29))
    assert str(AsOf(D(2024, 2, 29))) == "2024-02-29"


@pytest.mark.parametrize(
    "text",
    ["", "today", "2024-02-30", "2023-02-29", "20240601", "2024-6-1", "2024-W22-6", "2024-06-01T00:00", " 2024-06-01"],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        AsOf.parse(text)
    assert refused.value.item == "--as-of"


def test_days_stand_in_order_and_are_counted_back() -> None:
    assert AsOf(D(2024, 3, 1)).minus_days(1) == AsOf(D(2024, 2, 29))
    assert AsOf(D(2024, 3, 1)).minus_days(0) == AsOf(D(2024, 3, 1))
    assert AsOf(D(2024, 2, 29)) < AsOf(D(2024, 3, 1))


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (D(2024, 1, 31), 0, D(2024, 1, 1)),
        (D(2024, 1, 31), 1, D(2024, 2, 1)),
        (D(2024, 12, 31), 1, D(2025, 1, 1)),
        (D(2024, 1, 1), -1, D(2023, 12, 1)),
        (D(2024, 1, 1), -13, D(2022, 12, 1)),
        (D(2024, 6, 15), 24, D(2026, 6, 1)),
    ],
)
def test_the_first_of_the_month_so_many_months_on(day: D, months: int, first: D) -> None:
    assert add_months(day, months) == first


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (D(2024, 6, 1), 12, D(2023, 6, 1)),
        (D(2024, 3, 31), 1, D(2024, 2, 29)),
        (D(2023, 3, 31), 1, D(2023, 2, 28)),
        (D(2024, 2, 29), 12, D(2023, 2, 28)),
        (D(2024, 1, 15), 1, D(2023, 12, 15)),
        (D(2024, 1, 31), 24, D(2022, 1, 31)),
    ],
)
def test_the_same_day_so_many_months_before(day: D, months: int, earlier: D) -> None:
    assert months_before(day, months) == earlier


def test_the_clock_of_the_machine_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == dt.timedelta(0)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2024-06-01T21:59:59", D(2024, 6, 1)),
        ("2024-06-01T22:00:00", D(2024, 6, 2)),
        ("2024-06-01T23:30:00", D(2024, 6, 2)),
        ("2024-12-31T22:59:59", D(2024, 12, 31)),
        ("2024-12-31T23:00:00", D(2025, 1, 1)),
        ("2024-03-31T21:59:59", D(2024, 3, 31)),
        ("2024-03-31T22:00:00", D(2024, 4, 1)),
        ("2024-10-27T22:59:59", D(2024, 10, 27)),
        ("2024-10-27T23:00:00", D(2024, 10, 28)),
    ],
)
def test_a_day_ends_at_midnight_in_denmark(moment: str, day: D) -> None:
    assert danish_day(utc(moment)) == danish_day(f"{moment}.000000Z") == day
    assert danish_day(utc(moment).astimezone(dt.timezone(dt.timedelta(hours=-8)))) == day


def test_a_moment_of_no_zone_has_no_day() -> None:
    for moment in (dt.datetime(2024, 6, 1, 12), "2024-06-01T12:00:00"):
        with pytest.raises(ValueError, match="no zone"):
            danish_day(moment)


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        (D(2024, 6, 2), dt.time(), "2024-06-01T22:00:00"),
        (D(2024, 12, 3), dt.time(), "2024-12-02T23:00:00"),
        (D(2024, 6, 1), dt.time(23, 59, 59), "2024-06-01T21:59:59"),
        # the hour that is left out, and the first of the two alike
        (D(2024, 3, 31), dt.time(2, 30), "2024-03-31T01:30:00"),
        (D(2024, 10, 27), dt.time(2, 30), "2024-10-27T00:30:00"),
        (D(2024, 10, 27), dt.time(2, 30, fold=1), "2024-10-27T00:30:00"),
    ],
)
def test_a_day_and_a_time_in_denmark_are_a_moment(day: D, time: dt.time, moment: str) -> None:
    made = danish_moment(day, time)
    assert made == utc(moment)
    assert made.utcoffset() == dt.timedelta(0)


@given(st.dates(D(1990, 1, 1), D(2060, 12, 31)))
def test_a_day_is_from_its_first_moment_to_the_first_of_the_next(day: D) -> None:
    begins, ends = danish_moment(day), danish_moment(day + dt.timedelta(days=1))
    assert danish_day(begins) == danish_day(ends - dt.timedelta(microseconds=1)) == day
    assert danish_day(begins - dt.timedelta(microseconds=1)) == day - dt.timedelta(days=1)


class Held:
    def __init__(self, moment: str) -> None:
        self.moment = moment

    def now(self) -> dt.datetime:
        return utc(self.moment)


@pytest.mark.parametrize("moment", ["2026-07-01T23:30:00", "2026-01-01T23:30:00", "2026-07-01T12:00:00"])
@pytest.mark.parametrize("day", [D(2024, 6, 1), D(2024, 12, 1)])
def test_a_day_that_was_set_is_a_day_in_denmark(day: D, moment: str) -> None:
    told = SetClock(day, Held(moment)).now()
    assert danish_day(told) == day
    assert danish_time(told).time() == danish_time(utc(moment)).time()


def test_a_machine_that_does_not_know_the_zone_says_so(monkeypatch) -> None:
    monkeypatch.setattr("governance.as_of.DENMARK", "Europe/Prøvekøbing")
    with pytest.raises(SettingsError, match="does not know the time zone") as refused:
        danish_day(utc("2024-06-01T12:00:00"))
    assert "tzdata" in refused.value.remedy
