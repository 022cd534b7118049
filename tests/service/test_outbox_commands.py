"""`identities import` and `outbox send|status` as a person calls them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from governance.errors import NotNow
from service.cases.vault import load_vault
from service.outbox.items import build_parcel, load_items
from service.outbox.queueing import queue_decision
from service.outbox.tables import RECEIPTS
from tests.audit_logs import TickingClock, a_store
from tests.functional.calls import call
from tests.service.named import cpr_of, informed, name_everybody, name_of, write_delivery
from tests.service.town import a_town_list

DAY = "2024-06-01"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The state of an invented town with two letters queued."""
    # the log of an invented day says so in its first event
    store = a_store(tmp_path / "home", clock=TickingClock(), blind_share=0.0)
    store.actor = "tester (opfundet dag 2024-06-01)"
    town = a_town_list(store)
    name_everybody(store, tmp_path)
    informed(town)
    store.close()
    return tmp_path / "home"


def test_the_outbox_is_sent_and_told(home: Path) -> None:
    done = call("outbox", "send", "--json", home=home, invented_day=DAY)
    assert (done.code, done.err) == (0, "")
    assert done.document == {"sent": 4, "accepted": 0, "refused": 0, "waiting": 4, "unreadable": [], "unsendable": []}
    post, _ = (home / "outbox" / "digital_post").glob("out-*")
    receipt = {"item_id": post.name, "status": "refused", "reference": "fritaget"}
    (post.parent / f"{post.name}.receipt.json").write_text(json.dumps(receipt))
    done = call("outbox", "send", home=home, invented_day=DAY)
    assert (done.code, done.out) == (0, "Sent 0; accepted 0, refused 1; waiting 3.\n")
    status = call("outbox", "status", home=home, invented_day=DAY)
    assert status.out.splitlines()[0].split() == ["kind", "queued", "sent", "accepted", "refused"]
    assert f"refused: {post.name}" in status.out
    assert call("outbox", "status", "--json", home=home, invented_day=DAY).document["refused"] == [post.name]
    told = done.out + status.out
    assert name_of("home-1-a") not in told
    assert cpr_of("home-1-a") not in told


def test_what_could_not_be_done_is_an_error_after_the_rest_was(home: Path) -> None:
    folder = home / "outbox" / "journal"
    folder.mkdir(parents=True)
    (folder / "out-0.receipt.json").write_text("{}")
    done = call("outbox", "send", "--json", home=home, invented_day=DAY)
    assert done.code == 11
    assert done.document["sent"] == 4
    assert done.problem["item"] == "journal/out-0.receipt.json"


def test_a_delivery_comes_in_by_the_command_line(home: Path, tmp_path: Path) -> None:
    delivery = write_delivery(tmp_path / "again")
    done = call("identities", "import", delivery, home=home, invented_day=DAY)
    assert (done.code, done.out) == (0, "12 persons (0 new), 1 roads (0 new).\n")
    done = call("identities", "import", delivery, "--json", home=home, invented_day=DAY)
    assert done.document == {"persons": 12, "persons_new": 0, "roads": 1, "roads_new": 0}
    refused = call("identities", "import", delivery, home=tmp_path / "real")
    assert refused.code == 11
    assert "nobody can have this CPR number" in refused.err
    assert cpr_of("home-1-a") not in refused.err
    assert call("identities", "import", tmp_path / "nowhere", home=home, invented_day=DAY).code == 2


@pytest.mark.parametrize(("outcome", "told"), [
    ("benefit_changed", "registration_corrected"), ("registration_corrected", "registration_corrected"),
    ("registration_reversed", "registration_reversed"),
])  # fmt: skip
def test_the_registration_office_is_told_whose_registration_it_is_whatever_else_is_decided(
    tmp_path: Path, outcome: str, told: str
) -> None:
    store = a_store(tmp_path / "home", clock=TickingClock(), blind_share=0.0)
    case = dataclasses.replace(a_town_list(store).case("home-1"), outcome=outcome)
    effect = type("Effect", (), {"effect_id": "effekt-1", "benefit": "friplads"})()
    with store.act("list.made") as act:
        assert len(queue_decision(act, case, [effect], corrected=(2,))) == 2
    with store.reading() as connection:
        items = {each.refers_to["receiver"]: each for each in load_items(connection, without=RECEIPTS)}
    assert (items["CPR"].refers_to["outcome"], items["BUF"].refers_to["outcome"]) == (told, outcome)
    assert "corrected" not in items["BUF"].refers_to
    # the outbox keeps the number; who it is stands in the parcel alone
    assert items["CPR"].refers_to["corrected"] == [2]
    assert json.loads(build_parcel(store, items["CPR"], store.settings).payload)["corrected"] == ["home-1-b"]
    with store.act("retention.done") as act:
        load_vault(store.settings).forget(act, case.case_id)
    with pytest.raises(NotNow):
        build_parcel(store, items["CPR"], store.settings)
    store.close()


def test_each_administration_is_told_of_its_own(tmp_path: Path) -> None:
    store = a_store(tmp_path / "home", clock=TickingClock(), blind_share=0.0)
    case = a_town_list(store).case("home-1")
    benefits = ("kontanthjaelp", "friplads", "soeskenderabat", "enkeltydelse", "boligstoette")
    effects = [type("Effect", (), {"effect_id": benefit, "benefit": benefit})() for benefit in benefits]
    with store.act("list.made") as act:
        assert len(queue_decision(act, case, effects)) == 4
        reversed_too = dataclasses.replace(case, outcome="registration_reversed")
        assert len(queue_decision(act, reversed_too, effects)) == 5
    with store.reading() as connection:
        items = load_items(connection, without=RECEIPTS)
    told = {each.refers_to["receiver"]: each.refers_to["effects"] for each in items}
    assert told == {
        "BIF": ["kontanthjaelp"], "BUF": ["friplads", "soeskenderabat"], "KFF": ["enkeltydelse"],
        "STATE": ["boligstoette"], "CPR": [],
    }  # fmt: skip
    store.close()
