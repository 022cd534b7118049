"""Numbers, days, times and money as Danish pages write them."""

from __future__ import annotations

import datetime as dt

import pytest

from service.web.danish import dansk_dato, dansk_tid, dansk_uge, i_rad, kroner, tal, timer


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2026, 12, 14), "14. december 2026"),
        ("2024-03-01", "1. marts 2024"),
        (None, "–"),
        ("", "–"),
        # half past eleven in the evening in UTC is the next day in Denmark
        (dt.datetime(2024, 6, 1, 22, 30, tzinfo=dt.UTC), "2. juni 2024"),
        ("2024-01-31T23:30:00.000000Z", "1. februar 2024"),
    ],
)
def test_a_day(day, said):
    assert dansk_dato(day) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        # summer time, winter time
        (dt.datetime(2024, 6, 1, 12, 5, tzinfo=dt.UTC), "1. juni 2024 kl. 14.05"),
        ("2024-12-24T12:05:00Z", "24. december 2024 kl. 13.05"),
        (None, "–"),
    ],
)
def test_a_moment_is_told_in_danish_time(moment, said):
    assert dansk_tid(moment) == said


@pytest.mark.parametrize(
    ("ore", "said"),
    [(123_456_750, "1.234.567,50 kr."), (0, "0,00 kr."), (-1_155_400, "-11.554,00 kr."), (5, "0,05 kr."), (None, "–")],
)
def test_money(ore, said):
    assert kroner(ore) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(135, "2 t. 15 min."), (60, "1 t."), (5, "5 min."), (0, "0 min."), (-90, "-1 t. 30 min."), (None, "–")],
)
def test_time_worked(minutes, said):
    assert timer(minutes) == said


@pytest.mark.parametrize(
    ("monday", "said"),
    [
        (dt.date(2024, 6, 3), "uge 23, 3.–9. juni 2024"),
        (dt.date(2024, 5, 27), "uge 22, 27. maj–2. juni 2024"),
        (dt.date(2024, 12, 30), "uge 1, 30. december–5. januar 2025"),
    ],
)
def test_a_week(monday, said):
    assert dansk_uge(monday) == said


def test_numbers_and_lists():
    assert tal(1234.5, 1) == "1.234,5"
    assert tal(None) == "–"
    assert [i_rad(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["–", "a", "a og b", "a, b og c"]
