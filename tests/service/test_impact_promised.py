"""What was promised of opened cases, by administration and quarter of opening: the figure that no entry carries."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
import sqlalchemy as sa

from governance.errors import UsageError
from service.cases.tables import CASES
from service.impact import promised
from service.impact.expected import Logged, LoggedRun, OwnCase
from service.impact.promised import explain_promise
from tests.service.town import TownList

OPENED = {"home-1": "2024-02-03", "home-2": "2023-11-30", "home-3": None}
PROMISED = {"home-1": (100.4, 200.6, 0.0), "home-2": (1_000.0, 0.0, 7.0), "home-3": (5.0, 5.0, 5.0)}


@pytest.fixture
def town(sqlite_town_list: TownList, monkeypatch) -> TownList:
    """Three cases of one list: two of them were opened."""
    town = sqlite_town_list
    with town.store.act("list.made", subject="opened") as act:
        for home, day in OPENED.items():
            act.connection.execute(
                sa.update(CASES).where(CASES.c.case_id == town.ids[home]).values(opened_on=day)
            )  # fmt: skip
    rows = pl.DataFrame(
        [
            {"rank": place, "address_id": home, "hit_probability": 0.5, "expected_municipal_ore": sum(parts),
             **dict(zip(("expected_bif_ore", "expected_buf_ore", "expected_kff_ore"), parts, strict=True))}
            for place, (home, parts) in enumerate(PROMISED.items(), start=1)
        ]
    )  # fmt: skip
    run = LoggedRun("run-1", dt.date(2024, 1, 1), rows, None, None)
    own = tuple(OwnCase(town.ids[home], "run-1", place) for place, home in enumerate(PROMISED, start=1))
    monkeypatch.setattr(promised, "load_logged", lambda *_, **__: Logged({"run-1": run}, own))
    return town


@pytest.mark.parametrize(
    ("code", "ore", "parts"),
    [
        ("expected_municipal", 100 + 201 + 1_000 + 7, 4),
        ("expected_municipal:BIF", 1_100, 2),
        ("expected_municipal@2024", 301, 2),
        ("expected_municipal:KFF@2023-Q4", 7, 1),
        ("expected_municipal:KFF@2024-Q1", 0, 0),
    ],
)
def test_what_was_promised_of_opened_cases(town, code: str, ore: int, parts: int) -> None:
    found = explain_promise(town.store, code, settings=town.settings)
    assert (found.value_ore, len(found.parts)) == (ore, parts)
    assert all(part.case_id.startswith("case-") and part.run_id == "run-1" for part in found.parts)
    assert not {part.case_id for part in found.parts} & set(town.ids.values())


def test_a_case_that_is_opened_later_is_unseen_and_the_event_names_the_figure(town) -> None:
    found = explain_promise(town.store, "expected_municipal", settings=town.settings, as_of=dt.date(2024, 2, 2))
    assert found.value_ore == 1_007
    with town.store.reading() as connection:
        told = connection.exec_driver_sql(
            "SELECT subject, details FROM audit_event WHERE action = 'impact.explained'"
        ).all()
    assert [tuple(row) for row in told] == [("expected_municipal", "{}")]


@pytest.mark.parametrize("code", ["expected_municipal:STATE", "expected_municipal,arm=random", "expected_municipal@24"])
def test_what_is_no_figure_is_refused_without_an_event(town, code: str) -> None:
    with pytest.raises(UsageError, match="no such figure"):
        explain_promise(town.store, code, settings=town.settings)
    with town.store.reading() as connection:
        assert (
            connection.exec_driver_sql("SELECT count(*) FROM audit_event WHERE action = 'impact.explained'").scalar()
            == 0
        )
