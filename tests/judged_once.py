"""Great Expectations judges the same rows of the same register once in a test process: it takes half of every ranking.

Whoever tests the judge itself asks it without this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pandas as pd
import pytest

from governance.contracts import guard
from governance.contracts.suites import Verdict
from governance.registers import Table

JUDGED: dict[str, Verdict] = {}
_run_suite = guard.run_suite


@pytest.fixture(autouse=True, scope="module")
def judged_once() -> Iterator[None]:
    """For the modules whose conftest imports it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "run_suite", run_suite_once)
        yield


def run_suite_once(table: Table, rows: pd.DataFrame) -> Verdict:
    """The verdict by everything that it rests on: the declaration of the register, and every row to the letter."""
    cells = (list(rows.columns), [str(kind) for kind in rows.dtypes], rows.index.tolist(), rows.to_numpy().tolist())
    key = hashlib.sha256(repr((table, cells)).encode()).hexdigest()
    if key not in JUDGED:
        JUDGED[key] = _run_suite(table, rows)
    return JUDGED[key]
