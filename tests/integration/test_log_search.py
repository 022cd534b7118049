"""Searching the log: whatever is asked narrows it, and pages neither lose nor double an event, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from governance.as_of import danish_moment
from governance.audit.search import Sought, search_page
from governance.errors import UsageError
from governance.store.opening import Store

Opened = Callable[..., Store]
# the last moments of three days in Denmark
DAYS = tuple(danish_moment(dt.date(2024, 6, day), dt.time(23, 59, 59, 999999)) for day in (1, 2, 3))
EVENTS: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("list.made", "run-1", "anna", {"listed": 3}),
    ("decision.replayed", "run-1", "dpo", {"case": "case-00aa"}),
    ("gate.judged", "case-00aa", "dpo", {}),
    ("log.exported", "", "anna", {"cases": ["case-00aab", "case-00bb"]}),
    ("decision.replayed", "run-2", "anna", {"case": "CASE-00AA"}),
    ("list.made", "run-2", "bo", {"about": {"case": "case-00aa"}}),
)


class OnDays:
    """A clock that gives two moments of each day, one after the other."""

    def __init__(self) -> None:
        self.moments = iter([moment for moment in DAYS for _ in range(2)])

    def now(self) -> dt.datetime:
        return next(self.moments, DAYS[-1])


@pytest.fixture
def store(opened: Opened) -> Store:
    store = opened(clock=OnDays())
    for action, subject, actor, details in EVENTS:
        with store.act(action, subject=subject, actor=actor, details=details):
            pass
    return store


def found(store: Store, **asked: object) -> list[int]:
    with store.reading() as connection:
        return [event.seq for event in search_page(connection, Sought(**asked)).events]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"action": "decision.replayed"}, [5, 2]),
        ({"subject": "run-1"}, [2, 1]),
        ({"actor": "anna"}, [5, 4, 1]),
        ({"actor": "anna", "subject": "run-1"}, [1]),
        ({"since": dt.date(2024, 6, 2)}, [6, 5, 4, 3]),
        ({"until": dt.date(2024, 6, 2)}, [4, 3, 2, 1]),
        ({"since": dt.date(2024, 6, 2), "until": dt.date(2024, 6, 2)}, [4, 3]),
        ({"mentions": frozenset({"case-00aa"})}, [6, 3, 2]),
        ({"mentions": frozenset({"case-00bb", "run-2"})}, [6, 5, 4]),
        ({"mentions": frozenset({"case-00"})}, []),
        ({"mentions": frozenset()}, []),
    ],
)
def test_what_is_asked_narrows_the_log(store: Store, asked: dict[str, object], numbers: list[int]) -> None:
    assert found(store, **asked) == numbers


@pytest.mark.parametrize("size", [1, 2, 4, 6, 50])
def test_pages_together_are_the_log_once(store: Store, size: int) -> None:
    numbers, before = [], None
    with store.reading() as connection:
        while True:
            page = search_page(connection, Sought(), before=before, size=size)
            numbers += [event.seq for event in page.events]
            before = page.next_before
            if before is None:
                break
    assert numbers == [6, 5, 4, 3, 2, 1]


def test_a_page_begins_where_the_last_ended_however_much_came_meanwhile(store: Store) -> None:
    with store.reading() as connection:
        first = search_page(connection, Sought(), size=2)
    with store.act("list.made", subject="run-3"):
        pass
    with store.reading() as connection:
        second = search_page(connection, Sought(), size=2, before=first.next_before)
    assert [event.seq for event in (*first.events, *second.events)] == [6, 5, 4, 3]


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "no.such"},
        {"since": dt.date(2024, 6, 3), "until": dt.date(2024, 6, 2)},
        {"mentions": frozenset({'a" OR 1=1'})},
        {"mentions": frozenset({"%"})},
    ],
)
def test_what_no_event_can_hold_is_refused(store: Store, asked: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        found(store, **asked)
