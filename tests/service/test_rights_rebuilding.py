"""One decision rebuilt: the whole chain stands on one page of facts, with one event, and an alteration is told.

The model's own arithmetic is tried in `tests/acceptance/test_replay.py`; here its document is given by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from governance.access.permissions import PURPOSES_OF
from governance.audit.search import Sought, search_page
from governance.errors import AuditLogBroken, NotFound, PermissionDenied
from governance.explained.keeping import load_run
from governance.pseudonyms import load_pseudonyms
from governance.store.opening import Store
from service.decisions import PURPOSE
from service.replay import Rebuilding
from service.rights import rebuilding
from service.rights.rebuilding import RebuiltDecision, build_facts, rebuild_decision
from tests.builders import AS_OF
from tests.gates import assess_everything, judged_on
from tests.service.people import ANNA, DPO, LEADER
from tests.service.rights_town import a_document, a_known_town
from tests.service.town import RUN, TownList

REBUILT = {"document": a_document(2)}


def _by_hand(run_id: str, *, store: Store, **_: Any) -> Rebuilding:
    """What a run was made from, without model and engine."""
    with store.reading() as connection:
        run = load_run(connection, run_id)
    nothing: Any = None
    return Rebuilding(
        run, AS_OF, nothing, nothing, nothing, (), "kept", load_pseudonyms(store.settings.home, purpose=PURPOSE)
    )  # fmt: skip


@pytest.fixture
def town(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> TownList:
    monkeypatch.setattr(rebuilding, "load_rebuilding", _by_hand)
    monkeypatch.setattr("service.replay._rebuilt", lambda *_: REBUILT["document"])
    return a_known_town(sqlite_store)


def rebuilt(town: TownList, place: int = 2, **asked: Any) -> RebuiltDecision:
    called: Mapping[str, Any] = {"caller": DPO, "run_id": RUN, "purpose": "supervision"} | asked
    return rebuild_decision(town.store, place=place, report=lambda _: None, **called)


def replays(store: Store) -> list[dict[str, Any]]:
    with store.reading() as connection:
        events = search_page(connection, Sought(action="decision.replayed")).events
    return [{"actor": each.actor, **json.loads(each.details)} for each in events]


def test_the_chain_is_told_from_registers_to_viewers(town: TownList) -> None:
    town.take("home-2", "claim", ANNA)
    found = rebuilt(town)
    assert found.identical
    assert [each.part for each in found.hashes] == ["features", "score", "explanation"]
    kept = {each.name: each.rows for each in found.registers}
    assert (kept["residence"], kept["benefit_payment"]) == (14, 18)
    assert {each.name: each.known_on for each in found.facts} == {"made_up": None, "adults": "2021-12-14"}
    assert [each.contribution for each in found.facts] == [-0.5, 0.25], "what moved the score most comes first"
    assert found.case_ids == (town.ids["home-2"],)
    assert ("anna", "case.claim") in {(each.actor, each.action) for each in found.viewings}
    assert all(each.actor != "bo" for each in found.viewings)


def test_a_rebuild_is_one_event_of_whoever_asked(town: TownList) -> None:
    rebuilt(town)
    [event] = replays(town.store)
    assert (event["actor"], event["purpose"], event["differing"]) == ("dpo", "supervision", [])
    assert event["case"] == town.case("home-2").pseudonym


def test_another_document_is_told_part_by_part(town: TownList, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = a_document(2) | {"score": {"hit_probability": 0.31, "expected_net_ore": 1_234_567.0}}
    monkeypatch.setitem(REBUILT, "document", altered)
    found = rebuilt(town)
    assert not found.identical
    assert found.replayed.differing == ("score",)
    assert [each.identical for each in found.hashes] == [True, False, True]


def test_the_verdicts_that_let_list_and_model_out_are_named(town: TownList) -> None:
    assert (rebuilt(town).list_verdict, rebuilt(town).model_verdict, rebuilt(town).released_at) == (None, None, "")
    assess_everything(town.store)
    of_model = judged_on(town.store, AS_OF.day, gate="promote", subject="adressekontrol:1")
    later = judged_on(town.store, AS_OF.day, gate="promote", subject="adressekontrol:1")
    of_list = judged_on(town.store, AS_OF.day, gate="publish", subject=RUN)
    for action, subject, verdict in (
        ("model.promoted", "adressekontrol:1", of_model), ("list.published", RUN, of_list),
        ("model.promoted", "adressekontrol:1", later),
    ):  # fmt: skip
        with town.store.act(action, subject=subject, details={"verdict": verdict.id}):
            pass
    found = rebuilt(town)
    assert found.list_verdict is not None
    assert found.model_verdict is not None
    assert (found.list_verdict.id, found.model_verdict.id) == (of_list.id, of_model.id), "as it stood at the release"
    assert found.released_at


def test_an_altered_register_is_told_and_not_shown(town: TownList) -> None:
    [kept] = list((town.settings.home / "registers").glob("*/residence.parquet"))
    kept.write_bytes(kept.read_bytes() + b" ")
    with pytest.raises(AuditLogBroken):
        rebuilt(town)


def test_an_unknown_place_or_run_leaves_nothing(town: TownList) -> None:
    for asked in ({"place": 7}, {"run_id": "run-9"}):
        with pytest.raises(NotFound):
            rebuilt(town, **asked)
    assert replays(town.store) == []


@pytest.mark.parametrize("caller", [ANNA, LEADER])
def test_only_the_officer_rebuilds(town: TownList, caller: Any) -> None:
    with pytest.raises(PermissionDenied):
        rebuilt(town, caller=caller, purpose=PURPOSES_OF[caller.roles[0]][0])
    assert replays(town.store) == []


def test_an_address_that_is_no_candidate_any_more_has_no_facts() -> None:
    assert build_facts({}) == ()
