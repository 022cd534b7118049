"""Everything that the service does leaves exactly its event, and none when it fails: nothing without, none for nothing.

A refusal leaves no event and no row; a change leaves rows besides the log's. What the command line does has a table of
its own (`tests/functional/test_actions.py`), which also holds that every action stands in one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from governance.access.permissions import PERMISSIONS
from governance.audit.actions import ACTIONS
from governance.errors import UserError
from service.api import PREFIX
from service.auth.declared import Requirement, declared_routes
from service.cases.step import STEPS
from tests.service.acted import LOG, Turned, World, begin
from tests.service.doing import CALM, Do
from tests.service.people import EVALUATOR
from tests.service.served import CHAINS, SERVED

WAYS = [(code, how) for code, deed in SERVED.items() for how in ("", *deed.also)]
REFUSALS = [(code, how) for code, deed in SERVED.items() for how in deed.failing]


@pytest.fixture(scope="session")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One service for all tests, put back before each."""
    world = begin(tmp_path_factory.mktemp("lives"))
    with world.client:
        yield world
    world.store.engine.dispose()


def left_by(world: World, before: int) -> list[str]:
    return [event.action for event in world.events()[before:]]


@pytest.mark.parametrize(("code", "how"), WAYS)
def test_a_deed_leaves_exactly_its_event(living: World, code: str, how: str) -> None:
    deed = SERVED[code]
    world = living.put(deed.at)
    rows, events = world.rows(), world.events()
    (deed.also[how] if how else deed.do)(world)
    assert left_by(world, len(events)) == [code]
    changed = changed_rows(world, rows)
    assert changed >= LOG
    assert ACTIONS[code].kind != "change" or changed > LOG


@pytest.mark.parametrize(("code", "how"), REFUSALS)
def test_a_deed_that_fails_leaves_nothing(living: World, code: str, how: str) -> None:
    no = SERVED[code].failing[how]
    world = living.put(no.at or SERVED[code].at)
    rows = world.rows()
    assert refused(world, no.do) == no.code
    assert changed_rows(world, rows) == set()


def refused(world: World, do: Do) -> str:
    """The code of the refusal; `CALM` of none."""
    try:
        do(world)
    except (Turned, UserError) as refusal:
        return refusal.code
    return CALM


def changed_rows(world: World, rows: dict[str, list[Any]]) -> set[str]:
    return {table for table, held in world.rows().items() if held != rows[table]}


@pytest.mark.parametrize("code", STEPS)
def test_a_step_by_whoever_may_not_or_comes_late_leaves_nothing(living: World, code: str) -> None:
    deed = SERVED[f"case.{code}"]
    world = living.put(deed.at)
    rows = world.rows()
    world.behind = 1
    assert refused(world, deed.do) == "changed-since"
    world.behind, world.instead = 0, EVALUATOR
    assert refused(world, deed.do) == "permission"
    assert changed_rows(world, rows) == set()


SAYS_NOBODY = {
    "/henvendelser/ny", "/nodadgang/{case_id}", "/omgoerelser", "/omgoerelser/{request_id}/{case_id}", "/dpo/veto",
    "/dpo/log/person", "/dpo/afgorelse", "/dpo/indsigt", "/dpo/indsigt/ny", "/dpo/berigtigelse",
    "/dpo/berigtigelse/ny", "/dpo/indsigelse", "/dpo/indsigelse/ny", "/dpo/anmodninger/{request_id}/{word}",
}  # fmt: skip
"""Pages behind a personal permission that show an empty form, or ids of ours: their change or their read comes later."""
NEEDS_A_MODEL = {"/dpo/afgorelse/{run_id}/{place}"}
"""Done in the table of the command line (`decision.replayed`) and in `test_rights_rebuilding`."""


def test_every_route_that_reads_about_persons_leaves_an_event(living: World) -> None:
    world = living.put("watched")
    silent, answered = set(), {}
    for route in declared_routes(world.client.app):
        needed = route.declared
        personal = isinstance(needed, Requirement) and PERMISSIONS[needed.permission].personal
        if "GET" not in route.methods or not personal or route.path in NEEDS_A_MODEL:
            continue
        before = len(world.events())
        answered[route.path] = opened(world, route.path, needed.permission)
        silent |= set() if left_by(world, before) else {route.path}
    assert set(answered.values()) == {200}, answered
    assert silent == SAYS_NOBODY


def opened(world: World, path: str, permission: str) -> int:
    """Open the page or the document as the first who may."""
    who = next(each for each in world.sessions if each.may(permission))
    named = {
        "case_id": world.case_id, "code": "add_note", "kind": "orientation", "letter_id": world.letter("orientation"),
        "request_id": world.request(), "breach_id": world.breach(), "word": "svar",
    }  # fmt: skip
    filled = path.format(**named)
    if filled.startswith(PREFIX):
        return int(world.ask(who).get(filled.removeprefix(PREFIX)).status_code)
    return int(world.read(who).get(filled + "?kind=orientation").status_code)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_deed_of_several_acts_leaves_an_event_for_each(living: World, chain: str) -> None:
    stage, do, expected = CHAINS[chain]
    world = living.put(stage)
    before = len(world.events())
    do(world)
    assert sorted(left_by(world, before)) == sorted(expected)


def test_the_table_holds_every_step_and_a_way_to_fail_for_each_deed() -> None:
    assert {f"case.{code}" for code in STEPS} <= set(SERVED) <= set(ACTIONS)
    assert all(deed.failing for deed in SERVED.values())
