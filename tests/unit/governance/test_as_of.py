"""The close of a day, and the months around it."""

from __future__ import annotations

import datetime as dt

import pytest

from governance.as_of import AsOf, SystemClock, add_months, months_before
from governance.errors import UsageError

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
