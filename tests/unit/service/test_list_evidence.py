"""What is measured of a list when it is made: what the gate is given is what the registers and the draw say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace

import polars as pl
import pytest

from features.engines import PolarsEngine
from governance.legal_bases import lawful, load_legal_bases
from governance.registers import TABLES
from governance.rules.evidence import BasisEvidence, OperationEvidence, RandomArmEvidence, RegisterEvidence
from service.fallback import fallback_list
from service.list_evidence import gather_fallback_evidence, register_evidence
from service.random_arm import Seed
from tests.builders import (
    AS_OF,
    DAY,
    Record,
    a_case,
    a_grant,
    a_payment,
    a_residence,
    a_signal,
    a_world,
    days_ago,
    units_of,
)
from training.rule_list import POINTS


def checked(*records: Record, counts: Mapping[str, tuple[int, int]] | None = None) -> SimpleNamespace:
    """Registers behind their contract; `counts` as table → (rows, quarantined)."""
    registers = a_world(*records)
    tables = {
        name: SimpleNamespace(rows=rows, quarantined=quarantined)
        for name, (rows, quarantined) in (dict.fromkeys(TABLES, (0, 0)) | (counts or {})).items()
    }
    contract = SimpleNamespace(tables=tables, as_of=AS_OF, acceptable=True)
    return SimpleNamespace(contract=contract, registers=registers, engine=PolarsEngine(registers))


def test_the_worst_table_is_told_by_its_share_and_not_by_its_rows() -> None:
    counts = {"residence": (1_000, 9), "person": (10, 2), "signal": (100, 1)}
    found = register_evidence(checked(counts=counts))
    assert (found.worst_table, found.worst_share, found.rows) == ("person", 0.2, 1_110)


def test_a_register_is_as_old_as_its_newest_row_that_was_known_then() -> None:
    found = register_evidence(
        checked(
            a_residence("ane", "home", recorded_days_ago=30),
            a_residence("bo", "home", recorded_days_ago=12),
            a_residence("cille", "home", recorded_days_ago=-3),
            a_signal("home", recorded_days_ago=7),
            a_grant("ane"),
            a_payment("ane", month=dt.date(2024, 5, 1), amount_ore=100, recorded_on=days_ago(20)),
        )
    )
    assert found.newest_days == {"residence": 12, "signal": 7, "benefit_payment": 20}


def test_a_register_without_a_row_has_no_age() -> None:
    assert register_evidence(checked()).newest_days == {}


@pytest.fixture
def of_a_fallback() -> dict[type, object]:
    units = units_of("home", "other", "third")
    matrix = units.with_columns(
        pl.lit("retssikkerhedsloven_11a").alias("legal_basis"), *(pl.lit(0.0).alias(name) for name in POINTS)
    )
    known = [a_case("other", opened_days_ago=days + 90, closed_days_ago=days, channel="random") for days in (90, 30)]
    needless = a_case("home", opened_days_ago=300, closed_days_ago=250)
    worklist = fallback_list(matrix, kind="random", hours=8, hours_a_case=8, seed=Seed(1))
    living = (a_residence("ane", "home"), a_residence("bo", "other"), a_residence("cille", "third"))
    seen = lawful(load_legal_bases(), on=DAY, phase="operation")
    found = gather_fallback_evidence(checked(*living, *known, needless), seen, matrix, worklist, as_of=AS_OF)
    return {type(each): each for each in found}


def test_of_a_fallback_everything_but_the_model_is_measured(of_a_fallback) -> None:
    assert set(of_a_fallback) == {RegisterEvidence, BasisEvidence, RandomArmEvidence, OperationEvidence}
    arm = of_a_fallback[RandomArmEvidence]
    assert (arm.listed, arm.known_last_year, arm.committed) == (1, 2, False)
    assert arm.known_on == (days_ago(90), days_ago(30))
    assert arm.share_of_hours == pytest.approx(1.0) and arm.smallest_probability == pytest.approx(1 / 3)


def test_the_burden_counts_every_needless_case_random_ones_too(of_a_fallback) -> None:
    work = of_a_fallback[OperationEvidence]
    assert work.needless_per_1000 == pytest.approx(1_000.0)
    assert (work.first_looks, work.churn) == (0, None)
