"""What is decided leaves once, to each receiver its own, and is sent again until somebody has signed for it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import SettingsError
from service.cases.vault import Vault
from service.identities.door import log_name
from service.identities.tables import IDENTITIES
from service.letters.opening import open_letter
from service.outbox.adapters import FolderAdapter, FoundReceipt, folder_adapter
from service.outbox.items import Item, Parcel
from service.outbox.queueing import queue_decision, queue_journal, queue_letter
from service.outbox.standing import outbox_status
from service.outbox.sweeping import Swept, sweep
from service.outbox.tables import OUTBOX, RECEIPTS, SENDINGS
from tests.service.named import cpr_of, decided, informed, name_everybody, name_of, write
from tests.service.people import ANNA
from tests.service.town import TownList

REGISTRATION = {
    "rules": ["lasp_11", "lasp_91", "cpr_11"],
    "reasoning": "Fordi.",
    "answer": "Svaret.",
    "registration": "Nu.",
}


@pytest.fixture
def town(sqlite_town_list: TownList, tmp_path: Path) -> TownList:
    name_everybody(sqlite_town_list.store, tmp_path)
    return sqlite_town_list


def announced(town: TownList) -> str:
    """A decision that stops kontanthjælp and corrects the registration has been announced; the letter's id."""
    decided(town, outcome="registration_corrected")
    letter = write(town, "home-1", "decision", **REGISTRATION)
    closing = write(town, "home-1", "closing", recipient="2")
    town.take("home-1", "announce", ANNA, letters=[letter.letter_id, closing.letter_id])
    return letter.letter_id


def boxes(town: TownList) -> Path:
    return town.settings.home / "outbox"


def parcels(town: TownList) -> dict[str, list[dict[str, Any]]]:
    """Kind → payloads that lie in the folder."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(boxes(town).glob("*/out-*/payload.json")):
        found.setdefault(path.parts[-3], []).append(json.loads(path.read_text(encoding="utf-8")))
    return found


def sign(town: TownList, item: dict[str, Any], status: str = "accepted", **changes: Any) -> Path:
    """What a receiver writes."""
    path = boxes(town) / item["kind"] / f"{item['item_id']}.receipt.json"
    path.write_text(json.dumps({"item_id": item["item_id"], "status": status, "reference": "ref-1"} | changes))
    return path


def events(town: TownList, action: str) -> list[dict[str, Any]]:
    with town.store.reading() as connection:
        found = connection.execute(sa.select(EVENTS).where(EVENTS.c.action == action).order_by(EVENTS.c.seq))
        return [dict(row._mapping) | {"details": json.loads(row.details)} for row in found]


def test_each_receiver_gets_its_own_and_nobody_else_a_name(town_list: TownList, tmp_path: Path) -> None:
    name_everybody(town_list.store, tmp_path)
    letter = announced(town_list)
    swept = sweep(town_list.store, town_list.settings)
    # two orientations, hearing, decision and closing to post and journal, with a note; BIF and the registration office
    assert swept == Swept(sent=13, accepted=0, refused=0, waiting=13, unreadable=(), unsendable=())
    found = parcels(town_list)
    assert {kind: len(each) for kind, each in found.items()} == {"decision": 2, "digital_post": 5, "journal": 6}
    by_receiver = {each["receiver"]: each for each in found["decision"]}
    assert set(by_receiver) == {"BIF", "CPR"}
    [effect] = by_receiver["BIF"]["effects"]
    assert effect | {"effect_id": ""} == {
        "effect_id": "", "person_id": "home-1-a", "grant_id": "home-1-a-kontanthjaelp", "benefit": "kontanthjaelp",
        "effect": "stopped", "monthly_change_ore": -1_155_400, "effective_from": "2024-07-01", "reclaim_ore": 250_050,
    }  # fmt: skip
    assert {"address_id", "corrected"}.isdisjoint(by_receiver["BIF"])
    assert (by_receiver["CPR"]["outcome"], by_receiver["CPR"]["corrected"]) == (
        "registration_corrected", ["home-1-a"],
    )  # fmt: skip
    assert (by_receiver["CPR"]["address_id"], by_receiver["CPR"]["effects"]) == ("home-1", [])
    others = json.dumps([found["decision"], found["journal"]], ensure_ascii=False)
    assert name_of("home-1-a") not in others
    assert cpr_of("home-1-a") not in others
    [post] = [each for each in found["digital_post"] if each["letter_id"] == letter]
    assert post["recipient"] == {"cpr_number": cpr_of("home-1-a"), "name": name_of("home-1-a")}
    sent = (boxes(town_list) / "digital_post" / post["item_id"] / "letter.pdf").read_bytes()
    assert sent == open_letter(town_list.store, caller=ANNA, letter_id=letter, purpose="case_work")
    assert post["sha256"] == hashlib.sha256(sent).hexdigest()


def test_the_log_says_what_was_sent_and_whose_number_was_read(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    reads = events(town, "identity.read")
    posts = [each["item_id"] for each in parcels(town)["digital_post"]]
    assert {read["subject"] for read in reads} == {town.ids["home-1"]}
    assert sorted(read["details"]["item"] for read in reads) == sorted(posts)
    names = {read["details"]["item"]: read["details"]["persons"] for read in reads}
    assert sorted(names.values()) == sorted([log_name(town.settings, f"home-1-{each}")] for each in "ab")
    post = next(item for item, persons in names.items() if persons == [log_name(town.settings, "home-1-a")])
    [read] = [each for each in reads if each["details"]["item"] == post]
    assert read["details"] == {
        "item": post, "persons": [log_name(town.settings, "home-1-a")], "purpose": "case_work",
    }  # fmt: skip
    sent = {each["subject"]: each["details"] for each in events(town, "outbox.sent")}
    assert set(sent) == {each["item_id"] for kind in parcels(town).values() for each in kind}
    payload = (boxes(town) / "digital_post" / post / "payload.json").read_bytes()
    assert sent[post] == {
        "attempt": 1, "case": town.ids["home-1"], "kind": "digital_post", "sha256": hashlib.sha256(payload).hexdigest(),
    }  # fmt: skip
    assert cpr_of("home-1-a") not in repr(events(town, "outbox.sent"))


def test_only_the_owner_reads_what_lies_there(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in boxes(town).rglob("*") if path.is_file()}
    folders = {
        stat.S_IMODE(path.stat().st_mode)
        for path in (boxes(town), *boxes(town).glob("*"), *boxes(town).glob("*/out-*"))
    }
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_second_round_sends_nothing_that_lies_there(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    before = {path: path.stat().st_mtime_ns for path in boxes(town).rglob("*")}
    assert sweep(town.store, town.settings) == Swept(0, 0, 0, 4, (), ())
    assert {path: path.stat().st_mtime_ns for path in boxes(town).rglob("*")} == before
    assert len(events(town, "identity.read")) == 2


def test_what_vanished_without_a_receipt_is_sent_again_under_the_same_id(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    path = next(boxes(town).glob("digital_post/out-*/payload.json"))
    first = path.read_bytes()
    for each in path.parent.iterdir():
        each.unlink()
    path.parent.rmdir()
    assert sweep(town.store, town.settings).sent == 1
    assert path.read_bytes() == first
    assert [
        each["details"]["attempt"] for each in events(town, "outbox.sent") if each["subject"] == path.parent.name
    ] == [1, 2]


@pytest.mark.parametrize("status", ["accepted", "refused"])
def test_a_receipt_ends_an_item_and_takes_the_number_off_the_disk(
    town_list: TownList, tmp_path: Path, status: str
) -> None:
    name_everybody(town_list.store, tmp_path)
    informed(town_list)
    sweep(town_list.store, town_list.settings)
    post = parcels(town_list)["digital_post"][0]
    receipt = sign(town_list, post, status)
    swept = sweep(town_list.store, town_list.settings)
    assert (swept.accepted, swept.refused, swept.waiting) == (int(status == "accepted"), int(status == "refused"), 3)
    assert not receipt.exists()
    assert post["item_id"] not in {each["item_id"] for each in parcels(town_list)["digital_post"]}
    [event] = events(town_list, "outbox.received")
    assert (event["subject"], event["details"]) == (post["item_id"], {"status": status})
    assert sweep(town_list.store, town_list.settings) == Swept(0, 0, 0, 3, (), ())
    with town_list.store.reading() as connection:
        found = outbox_status(connection)
    assert found.refused == ((post["item_id"],) if status == "refused" else ())
    by_kind = {each.kind: each.as_cells()[1:] for each in found.kinds}
    assert by_kind == {
        "decision": (0, 0, 0, 0), "journal": (2, 2, 0, 0),
        "digital_post": (2, 2, int(status == "accepted"), int(status == "refused")),
    }  # fmt: skip


def test_a_receipt_recorded_before_its_clearing_was_interrupted_is_cleared(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    post = parcels(town)["digital_post"][0]
    for _ in range(2):
        receipt = sign(town, post)
        sweep(town.store, town.settings)
        assert not receipt.exists()
    assert len(events(town, "outbox.received")) == 1


BAD_RECEIPTS = (
    {"item_id": "out-0"}, {"status": "maybe"}, {"status": ["accepted"]}, {"reference": "Ane Jensen"}, {"reference": ""},
    {"reference": "0101801234"}, {"reference": "a-010180-1234"}, {"reference": 7}, {"extra": 1}, {"reference": "x" * 81},
)  # fmt: skip


def test_a_receipt_that_says_something_else_is_told_and_left(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    posts = parcels(town)["digital_post"]
    post = posts[0]
    for changes in BAD_RECEIPTS:
        receipt = sign(town, post, **changes)
        swept = sweep(town.store, town.settings)
        assert swept.unreadable == (f"digital_post/{receipt.name}",), changes
        assert receipt.exists()
    for content in (b"", b"[]", b"\xff", b"{" * 5_000, b'{"x":"' + b"x" * 20_000):
        receipt.write_bytes(content)
        assert sweep(town.store, town.settings).unreadable == (f"digital_post/{receipt.name}",)
    assert events(town, "outbox.received") == []
    assert parcels(town)["digital_post"] == posts


def test_a_receipt_of_something_never_queued_is_told(town: TownList) -> None:
    informed(town)
    sweep(town.store, town.settings)
    post = parcels(town)["digital_post"][0]
    sign(town, post | {"kind": "journal"})
    (boxes(town) / "journal" / "out-0.receipt.json").write_text(
        '{"item_id":"out-0","status":"accepted","reference":"r"}'
    )
    assert sweep(town.store, town.settings).unreadable == (
        "journal/out-0.receipt.json", f"journal/{post['item_id']}.receipt.json",
    )  # fmt: skip


def test_one_item_that_cannot_be_sent_keeps_no_other_back(town: TownList) -> None:
    informed(town)
    with town.store.act("list.made") as act:
        act.connection.execute(sa.delete(IDENTITIES).where(IDENTITIES.c.key == "home-1-a"))
    swept = sweep(town.store, town.settings)
    assert (swept.sent, swept.waiting, len(swept.unsendable)) == (3, 4, 1)
    [read] = events(town, "identity.read")
    assert read["details"]["persons"] == [log_name(town.settings, "home-1-b")]
    with town.store.act("list.made") as act:
        Vault.forget(act, town.ids["home-1"])
    assert len(sweep(town.store, town.settings).unsendable) == 1


class Crashing(FolderAdapter):
    """Dies right after, or in the midst of, handing over."""

    midway = False

    def send(self, parcel: Parcel) -> None:
        if not self.midway:
            super().send(parcel)
            raise KeyboardInterrupt
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "rename", _interrupt)
            super().send(parcel)


class CrashingMidway(Crashing):
    midway = True


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("adapter", [Crashing, CrashingMidway])
def test_after_a_crash_everything_is_sent_and_nothing_twice(town: TownList, adapter: type[FolderAdapter]) -> None:
    informed(town)
    with pytest.raises(KeyboardInterrupt):
        sweep(town.store, town.settings, adapter=adapter(boxes(town)))
    assert sweep(town.store, town.settings) == Swept(4, 0, 0, 4, (), ())
    assert {kind: len(each) for kind, each in parcels(town).items()} == {"digital_post": 2, "journal": 2}
    assert list(boxes(town).glob("*/.*")) == []
    with town.store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(SENDINGS)).scalar_one() == 4


def test_two_who_send_at_once_leave_one_parcel(town: TownList, tmp_path: Path) -> None:
    adapter = FolderAdapter(tmp_path / "out")
    parcel = Parcel("out-1", "journal", "{}\n", {"letter.pdf": b"x"})
    adapter.send(parcel)
    adapter.send(parcel)
    item = Item("out-1", "", "", "journal", {})
    assert adapter.holds(item) == hashlib.sha256(b"{}\n").hexdigest()
    assert [path.name for path in (tmp_path / "out" / "journal").iterdir()] == ["out-1"]


class Wire:
    """Another adapter: what a system behind a network would be."""

    def __init__(self) -> None:
        self.got: dict[str, Parcel] = {}
        self.answers: list[FoundReceipt] = []

    def send(self, parcel: Parcel) -> None:
        self.got[parcel.item_id] = parcel

    def holds(self, item: Item) -> str | None:
        return None

    def receipts(self) -> Iterator[FoundReceipt]:
        yield from self.answers

    def clear(self, receipt: FoundReceipt) -> None:
        self.answers.remove(receipt)


def test_any_adapter_will_do_and_gets_the_same_parcel_each_time(town: TownList) -> None:
    informed(town)
    wire = Wire()
    assert sweep(town.store, town.settings, adapter=wire).sent == 4
    first = dict(wire.got)
    assert sweep(town.store, town.settings, adapter=wire).sent == 4
    assert wire.got == first
    for item_id, parcel in first.items():
        document = {"item_id": item_id, "status": "accepted", "reference": "svar/1"}
        wire.answers.append(FoundReceipt(item_id, item_id, parcel.kind, document))
    assert sweep(town.store, town.settings, adapter=wire) == Swept(0, 4, 0, 0, (), ())
    assert wire.answers == []
    with town.store.reading() as connection:
        assert {row.reference for row in connection.execute(sa.select(RECEIPTS))} == {"svar/1"}


def test_the_same_thing_queued_twice_is_one_item(town: TownList) -> None:
    letter = informed(town)
    case = town.case("home-1")
    effect = type("Effect", (), {"effect_id": "effekt-1", "benefit": "friplads"})()
    with town.store.act("list.made") as act:
        once = (
            queue_letter(act, case, letter.letter_id),
            queue_decision(act, case, [effect]),
            queue_journal(act, case, "open"),
        )
        again = (
            queue_letter(act, case, letter.letter_id),
            queue_decision(act, case, [effect]),
            queue_journal(act, case, "open"),
        )
        later = queue_decision(act, dataclasses.replace(case, version=case.version + 1), [effect])
    assert once == again
    assert later != once[1]
    with town.store.reading() as connection:
        queued = connection.execute(sa.select(OUTBOX.c.item_id)).scalars().all()
    assert len(queued) == 2 + len({*once[0], *once[1], once[2], *later})
    assert {*once[0], *once[1], once[2], *later} < {*queued}


def test_a_note_to_the_journal_names_the_step_alone(town: TownList) -> None:
    with town.store.act("list.made") as act:
        queue_journal(act, town.case("home-1"), "open")
    sweep(town.store, town.settings)
    [note] = parcels(town)["journal"]
    assert set(note) == {"format", "item_id", "kind", "case_id", "queued_at", "step", "version"}
    assert note["step"] == "open"


def test_a_refused_act_queues_nothing(town: TownList) -> None:
    with pytest.raises(ZeroDivisionError), town.store.act("list.made") as act:
        queue_journal(act, town.case("home-1"), "open")
        _ = 1 / 0
    with town.store.reading() as connection:
        assert connection.execute(sa.select(OUTBOX.c.item_id)).all() == []


def test_a_place_that_cannot_be_written_is_a_setting_to_correct(town: TownList, tmp_path: Path) -> None:
    informed(town)
    (tmp_path / "file").write_text("")
    elsewhere = dataclasses.replace(town.settings, outbox_dir=str(tmp_path / "file"))
    with pytest.raises(SettingsError, match="cannot be written there"):
        sweep(town.store, elsewhere)
    assert folder_adapter(dataclasses.replace(town.settings, outbox_dir=str(tmp_path))).directory == tmp_path
