"""What is judged once is judged anew for every other row and every other declaration."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from governance.contracts.suites import Verdict
from governance.registers import TABLES
from tests import judged_once
from tests.judged_once import run_suite_once

SIGNAL = TABLES["signal"]
ROWS = pd.DataFrame({"signal_id": ["a", "b"], "note": ["x", None]}, index=[3, 7])
OTHERS = [
    ROWS.set_axis([3, 8]), ROWS.assign(note=["x", ""]), ROWS.assign(note=["x", "None"]), ROWS.iloc[::-1],
    ROWS.rename(columns={"note": "text"}), ROWS.head(1), ROWS.assign(note=[1, None]), ROWS.assign(note=[1, 2]),
    ROWS.assign(note=["1", "2"]),
]  # fmt: skip


@pytest.fixture
def asked(monkeypatch) -> list[object]:
    calls: list[object] = []

    def judge(*given: object) -> Verdict:
        calls.append(given)
        return Verdict(expectations=len(calls), broken=frozenset())

    monkeypatch.setattr(judged_once, "_run_suite", judge)
    monkeypatch.setattr(judged_once, "JUDGED", {})
    return calls


def test_the_same_rows_are_judged_once(asked) -> None:
    first = run_suite_once(SIGNAL, ROWS)
    assert run_suite_once(SIGNAL, ROWS.copy()) == first
    assert len(asked) == 1


def test_other_rows_or_another_declaration_are_judged_anew(asked) -> None:
    seen = [run_suite_once(SIGNAL, rows) for rows in (ROWS, *OTHERS)]
    seen.append(run_suite_once(replace(SIGNAL, columns=SIGNAL.columns[:1]), ROWS))
    seen.append(run_suite_once(TABLES["person"], ROWS))
    assert len(asked) == len(seen) == len({each.expectations for each in seen})
