"""An event is six columns with one spelling, and never holds a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from governance.audit.actions import ACTIONS
from governance.audit.events import PERSONAL_KEYS, Draft, Event, canonical, instant, make_event
from tests.audit_logs import BEGINNING, a_draft

PLAIN = Draft(BEGINNING, "list.made", "tester", "run-1", {"b": [1, 2.5, None, True], "a": "æ"})


def recorded(**changes: object) -> Event:
    return make_event(dataclasses.replace(PLAIN, **changes), 7, not_before="")


def test_the_leaf_is_canonical_json_of_the_six_columns() -> None:
    assert recorded().leaf.decode() == (
        '{"action":"list.made","actor":"tester","at":"2024-06-01T12:00:00.000000Z",'
        '"details":{"a":"æ","b":[1,2.5,null,true]},"seq":7,"subject":"run-1"}'
    )


@pytest.mark.parametrize("number", range(20))
def test_the_leaf_is_what_a_json_library_would_write(number: int) -> None:
    event = make_event(a_draft(number), number + 1, not_before="")
    assert canonical({**vars(event), "details": json.loads(event.details)}).encode() == event.leaf
    assert b"\n" not in event.leaf


def test_every_column_is_in_the_leaf() -> None:
    event = recorded()
    changed = {"seq": 8, "details": '{"a": "æ"}'}
    for column in dataclasses.fields(Event):
        other = dataclasses.replace(event, **{column.name: changed.get(column.name, "anders")})
        assert other.leaf != event.leaf


def test_times_are_utc_to_the_microsecond() -> None:
    copenhagen = dt.timezone(dt.timedelta(hours=2))
    assert instant(dt.datetime(2024, 6, 1, 14, 0, 0, 5, tzinfo=copenhagen)) == "2024-06-01T12:00:00.000005Z"
    with pytest.raises(ValueError, match="zone"):
        instant(dt.datetime(2024, 6, 1))


def test_a_clock_that_was_set_back_makes_no_event_earlier() -> None:
    assert make_event(PLAIN, 2, not_before="2024-07-01T00:00:00.000000Z").at == "2024-07-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "list.sold"},
        {"subject": "two\nlines"},
        {"actor": "\x00"},
        {"subject": "010203-1234"},
        {"details": {"who": "om 010203-1234 her"}},
        {"details": {"010203-1234": 1}},
        {"details": {"deep": [{"person_id": "P1"}]}},
        {"details": {"share": float("nan")}},
        {"details": {1: "numbers for keys"}},
        {"details": {"half": "\ud800"}},
        {"subject": "\ud800"},
        *({"details": {name: "x"}} for name in sorted(PERSONAL_KEYS)),
    ],
    ids=repr,
)
def test_what_may_not_stand_in_the_log_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        recorded(**changes)


def test_every_action_says_in_danish_what_was_done() -> None:
    assert len(ACTIONS) >= 18
    for code, action in ACTIONS.items():
        assert code == action.code
        assert action.kind in {"change", "personal_read"}
        assert action.text_da[0].isupper() and not action.text_da.endswith(".")
