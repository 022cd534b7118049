"""The interval of what was realised: honest where ten cases saved something, none where fewer did or none."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from service.impact import realised
from service.impact.realised import Followed, _ends, followed_rows
from service.impact.strata import read_code
from tests.proposals import a_proposal, an_item, case_of

BOOK: Any = SimpleNamespace(book=SimpleNamespace(amounts=None))
ROW = Followed(2024, "KFF", "", "effect")


@pytest.mark.parametrize("saving", [[], [0.0] * 400, [50_000.0] * 9, [50_000.0] * 9 + [0.0] * 400])
def test_what_fewer_than_ten_cases_saved_has_no_interval_and_nothing_is_not_certain(monkeypatch, saving) -> None:
    monkeypatch.setattr(realised, "savings_by_case", lambda *_: np.array(saving))
    assert _ends(ROW, round(sum(saving)), BOOK) == (None, None)


def test_ten_cases_have_an_interval_that_holds_what_is_booked(monkeypatch) -> None:
    monkeypatch.setattr(realised, "savings_by_case", lambda *_: np.array([50_000.0] * 10))
    low, high = _ends(ROW, 500_000, BOOK)
    # Garwood's limits of ten events, the upper one mid-P
    assert low == pytest.approx(239_769, abs=1) and 850_000 < high < 920_000


@pytest.mark.parametrize("committee", ["TMU", "Børne- og Ungdomsudvalget, BUU: dagtilbud @2", "STATE"])
def test_a_committee_that_nothing_is_booked_for_is_not_worked_out(committee) -> None:
    limit = {"committee": committee, "below": 0.75}
    case = case_of(a_proposal(an_item(committee=committee), an_item("running"), renegotiate=[limit]))
    basis: Any = SimpleNamespace(case=case, years=[2015], as_of=dt.date(2016, 1, 1))
    rows = followed_rows(basis)
    assert {(row.committee, row.kind) for row in rows} == {("", "effect"), ("KFF", "running")}
    assert all(read_code(row.code).figure for row in rows)
