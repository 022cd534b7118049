"""A correction of a register row of the town list, and a score of it made by hand: no model, no training."""

from __future__ import annotations

from typing import Any
from unittest import mock

from governance.settings import Settings
from governance.store.opening import Store
from service.rescoring import LISTED, NOT_LISTED, Rescored, Scored
from service.rights.noting import note_correction
from service.rights.requests import receive_request
from service.rights.rescored import rescore_waiting
from service.rights.row_corrections import RowCorrection, rows_about
from tests.builders import DAY
from tests.service.people import DPO
from tests.service.town import AGAINST, FOR, RUN, TownList, a_town

NEW_FOR, NEW_AGAINST = "Den nye grund for.", "Den nye grund imod."


def a_rescore(*, standing: str = NOT_LISTED) -> Rescored:
    """The household fell off the list."""
    before = Scored(LISTED, 1, {"hit_probability": 0.3, "expected_net_ore": 1_234_567.0}, (FOR,), (AGAINST,))
    after = Scored(standing, None, {"hit_probability": 0.05, "expected_net_ore": -9_900.0}, (NEW_FOR,), (NEW_AGAINST,))
    return Rescored(RUN, before, after)


def wrong_residence(person: str = "home-1-b", home: str = "home-1", **changed: Any) -> RowCorrection:
    """The registration of a person at a home, wrong as a whole unless it is said what is right."""
    [row] = [
        row
        for table, row in rows_about(a_town(), person_id=person, address_id=home)
        if table == "residence" and row["person_id"] == person
    ]
    return RowCorrection("residence", row, **changed)


def ask(store: Store, kind: Any = "rectification", person: str = "home-1-b") -> str:
    """A request of the person's."""
    return receive_request(
        store, caller=DPO, kind=kind, person_id=person, received_on=DAY, words="Det passer ikke.",
        purpose="supervision",
    )  # fmt: skip


def note(town: TownList, request_id: str, *rows: RowCorrection, home: str = "home-1", rests: bool = False) -> str:
    """Note what is wrong on the case at the home."""
    return note_correction(
        town.store, caller=DPO, request_id=request_id, case_id=town.ids[home], words="Hun flyttede i 2019.",
        source="cpr", purpose="supervision", rows=rows, rests=rests,
    )  # fmt: skip


def score_by_hand(store: Store, settings: Settings, *, done: Rescored | None = None) -> int:
    """What the timer does, with a score made by hand."""
    with mock.patch("service.rights.rescored.rescore", return_value=done or a_rescore()):
        return rescore_waiting(store, settings)
