"""From a ranked list through cases to the evaluator's report: every estimate stands there, and it is the right one.

A list with a large random arm is made by the commands, worked by caseworkers, merged with the delivery, booked and
reported twice: while its outcomes are young, and when they are ripe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from governance.as_of import AsOf
from governance.impact.figures import figure_ore
from governance.impact.ledger import load_balance
from governance.registers import load_registers
from governance.store.opening import open_store
from service.impact.estimating import build_estimates
from service.impact.expected import load_logged, promises_of
from service.impact.keeping import list_versions, load_report
from service.impact.reading import load_facts
from service.impact.report_model import HIDDEN, ImpactReport, Table
from tests.functional.calls import Called, call
from tests.functional.governed import DAY
from tests.functional.nights import copy_rows
from tests.functional.towns import Town
from tests.functional.worked_list import WorkedList, saved_of, work_list
from tests.integration.conftest import postgresql

__all__ = ["postgresql"]
YOUNG, RIPE, APPEALED = 60, 244, 300
"""Days after the list: before its cases may count; when the last that could be opened has come through its appeal."""


@dataclass
class Reported:
    """The worked list and the registers of the ripe day."""

    worked: WorkedList
    registers: Path
    said: dict[int, Called]

    def report(self, version: int) -> ImpactReport:
        with self.worked.store.reading() as connection:
            return load_report(connection, version=version).report

    def rows(self, version: int, section: str, table: str) -> list[dict[str, Any]]:
        found = self.report(version).section(section)
        assert found is not None
        [chosen] = [each for each in found.tables if each.code == table]
        return as_dicts(chosen)


def as_dicts(table: Table) -> list[dict[str, Any]]:
    codes = [column.code for column in table.columns]
    return [dict(zip(codes, row, strict=True)) for row in table.rows]


@pytest.fixture(scope="module")
def reported(unpromoted, tmp_path_factory) -> Iterator[Reported]:
    place = tmp_path_factory.mktemp("worked")
    worked = work_list(Town(unpromoted.town, f"{DAY}"), unpromoted.copy(place / "home").home)
    said = {}
    for days in (YOUNG, RIPE):
        worked.go_to(days)
        said[days] = tell(worked, worked.merged(place / f"merged-{days}"), days)
    yield Reported(worked, place / f"merged-{RIPE}", said)
    worked.store.close()


def tell(worked: WorkedList, registers: Path, days: int) -> Called:
    """Book and report, as of that day."""
    # the registers of this town are written once: only our own cases grow
    chosen = {"invented_day": worked.days_after(days), "freshness_days": "1000"}
    day = worked.days_after(days)
    booked = call("impact", "book", registers, "--as-of", day, "--json", home=worked.home, **chosen)
    assert booked.code == 0, booked.err
    asked = ("impact", "report", "--as-of", day, "--registers", registers, "--json")
    said = call(*asked, home=worked.home, **chosen)
    assert said.code == 0, said.err
    return said


def weighted(reported: Reported) -> tuple[np.ndarray, np.ndarray, Any]:
    """π and what came of each drawn address, by the files alone, and the draw of every candidate."""
    draw = reported.worked.draw()
    saved = saved_of(load_registers(reported.registers), reported.worked, reported.worked.days_after(RIPE))
    drawn = draw.filter("drawn")
    return drawn["selection_probability"].to_numpy(), np.array([saved[each] for each in drawn["unit_id"]]), draw


def estimates(reported: Reported) -> dict[str, dict[str, Any]]:
    return {row["text"]: row for row in reported.rows(2, "arm", "estimates")}


def test_young_outcomes_are_told_to_be_young_and_nothing_is_carried_forward(reported) -> None:
    young = reported.report(1)
    arm, promise, ripening = (young.section(code) for code in ("arm", "promise", "maturation"))
    assert arm is not None and promise is not None and ripening is not None
    # the history's own drawn cases are ripe; ours are not among them
    assert all(row["cases"] != len(weighted(reported)[0]) for table in arm.tables for row in as_dicts(table))
    assert promise.tables == () and "Ingen moden sag" in promise.intro_da
    ours = [row for table in ripening.tables for row in as_dicts(table) if row.get("age") and row["mark"]]
    assert all(row.get("known") is None or row["known"] == HIDDEN for row in ours)


def test_the_arm_speaks_for_all_candidates_by_the_logged_probabilities(reported) -> None:
    pi, saved, draw = weighted(reported)
    assert 10 <= (saved > 0).sum() < len(saved)
    told = estimates(reported)
    total = told["Alle kandidater: Horvitz-Thompson"]
    assert total["value"] == round((saved / pi).sum())
    assert total["low"] < total["value"] < total["high"] and total["cases"] == len(saved)
    assert total["effective"] == pytest.approx((1 / pi).sum() ** 2 / (1 / pi**2).sum(), abs=0.06)
    assert told["Alle kandidater: Hájek (selvnormeret)"]["value"] == pytest.approx(
        (saved / pi).sum() / (1 / pi).sum() * draw.height, abs=1
    )
    promised = draw.filter("drawn")["promised_ore"].to_numpy()
    assert told["Alle kandidater: Dobbelt robust"]["value"] == pytest.approx(
        draw["promised_ore"].sum() + ((saved - promised) / pi).sum(), abs=1
    )


def test_the_naive_figure_stands_beside_marked_and_too_high(reported) -> None:
    told = estimates(reported)
    naive, honest = told["Alle kandidater: Naivt gennemsnit (misvisende)"], told["Alle kandidater: Horvitz-Thompson"]
    assert naive["mark"] == "kun til sammenligning" and naive["low"] is None
    assert naive["value"] > 1.3 * honest["value"]
    assert honest["mark"] == ""


def test_what_was_promised_is_held_against_what_came(reported) -> None:
    worked = reported.worked
    saved = saved_of(load_registers(reported.registers), worked, worked.days_after(RIPE))
    [whole] = [row for row in reported.rows(2, "promise", "calibration") if row["text"] == "I alt"]
    assert whole["realised"] == sum(saved.values()) and whole["promised"] > 0
    assert whole["ratio"] == pytest.approx(whole["realised"] / whole["promised"], rel=1e-6)
    assert whole["low"] < whole["ratio"] < whole["high"]
    drift = reported.rows(2, "promise", "drift")
    assert [row["ratio"] for row in drift] == [pytest.approx(whole["ratio"])] and drift[0]["mark"] in ("", "alarm")
    figures = {figure.code: figure.value for figure in reported.report(2).section("promise").figures}
    assert figures["promise_alarm"] and 0 < figures["promise_false_alarms"] < 0.2


def test_prevalence_is_told_of_the_drawn(reported) -> None:
    """Of ours and of those that the history drew; what rests on a few findings is not shown."""
    pi, saved, _ = weighted(reported)
    rows = reported.rows(2, "prevalence", "shares")
    [whole] = [row for row in rows if row["text"] == "Registrering eller udbetaling forkert"]
    assert len(rows) == 3 and whole["low"] < whole["value"] < whole["high"]
    assert whole["cases"] >= len(pi) and whole["effective"] < whole["cases"]
    ours = ((saved > 0) / pi).sum() / (1 / pi).sum()
    assert whole["low"] < ours < whole["high"]


def test_the_promises_and_draws_are_found_on_either_database(reported, postgresql) -> None:
    """The very rows in PostgreSQL give the very estimates."""
    store = reported.worked.store
    target = replace(store.settings, database=postgresql.make_schema("worked_list"))
    copy_rows(store.settings, target)
    other = open_store(target, clock=reported.worked.clock, actor="tester")
    as_of, registers = AsOf.parse(reported.worked.days_after(RIPE)), load_registers(reported.registers)
    found = []
    for each in (store, other):
        with each.reading() as connection:
            logged = load_logged(connection, settings=each.settings)
            facts = load_facts(registers, as_of=as_of, hourly_cost_ore=70_000, connection=connection)
        found.append((logged.cases, promises_of(logged), build_estimates(facts, logged, settings=each.settings)))
    other.close()
    assert len(found[0][0]) == len(found[0][1]) == len(reported.worked.cases.ids)
    assert found[0] == found[1]


def test_a_restated_figure_keeps_what_was_told_before(reported) -> None:
    """Half of the decisions fall on appeal: the new version says less, the old ones say what they said."""
    worked, before = reported.worked, {version: reported.report(version) for version in (1, 2)}
    stood = realised(worked)
    worked.go_to(APPEALED)
    for address in worked.changed[: len(worked.changed) // 2]:
        worked.set_aside(address)
    registers = worked.merged(reported.registers.parent / "appealed")
    assert tell(worked, registers, APPEALED).document["version"] == 3
    assert {version: reported.report(version) for version in (1, 2)} == before
    with worked.store.reading() as connection:
        assert [each.version for each in list_versions(connection)] == [3, 2, 1]
    then, now = ({f.code: f for f in reported.report(version).headline} for version in (2, 3))
    assert realised(worked) < stood
    assert then["realised_municipal"].value == stood
    # what the appeals of a few can be worked out from is withheld; it is never what was told before
    assert now["realised_municipal"].hidden or now["realised_municipal"].value == realised(worked)
    assert now["expected_municipal"].value == then["expected_municipal"].value


def realised(worked: WorkedList) -> int:
    """What the ledger says by now."""
    with worked.store.reading() as connection:
        return figure_ore(load_balance(connection).lines, "realised_municipal")
