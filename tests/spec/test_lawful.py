"""What may be looked at: columns, benefits and features held to the bases of a day and a phase."""

from __future__ import annotations

import polars as pl
import pytest
from builders import AS_OF, DAY, a_grant, a_payment, a_residence, a_signal, a_world, days_ago, units_of

from features.build import STAKES, build_matrix
from features.definitions import load_catalogue_of_features
from features.engines import PolarsEngine
from features.lawful import (
    LawfulEngine,
    basis_evidence,
    candidate_grounds,
    lawful_features,
    lawful_registers,
    left_out,
    missing_for,
    require_benefits,
    require_features,
)
from features.lineage import STRUCTURE
from governance.errors import GateClosed, UsageError
from governance.legal_bases import Lawful, lawful
from governance.registers import TABLES
from tests.written_bases import changed, lapsed, without_benefit, without_column


def seen(*changes, phase: str = "operation") -> Lawful:
    return lawful(changed(*changes), on=DAY, phase=phase)


WORLD = a_world(
    a_residence("ane", "home", care_of=True), a_grant("ane", grant_id="g"),
    a_grant("ane", grant_id="f", benefit="friplads"),
    *(a_payment("ane", grant_id="g", month=days_ago(days).replace(day=1), amount_ore=123_400) for days in (10, 40, 70)),
    a_signal("home"),
)  # fmt: skip


def matrix(*changes, **asked) -> dict[str, object]:
    built = build_matrix(PolarsEngine(WORLD), units_of("home"), lawful=seen(*changes), **asked)
    return built.row(0, named=True)


def test_with_the_shipped_bases_the_matrix_is_the_one_of_the_catalogue() -> None:
    free = build_matrix(PolarsEngine(WORLD), units_of("home"), with_fact_dates=True)
    held = build_matrix(PolarsEngine(WORLD), units_of("home"), with_fact_dates=True, lawful=seen())
    assert held.equals(free, null_equal=True)
    assert left_out(seen()) == ()
    assert lawful_features(seen()) == tuple(load_catalogue_of_features())


@pytest.mark.parametrize("table", TABLES)
def test_every_column_without_a_basis_is_empty_in_every_row(table: str) -> None:
    through = PolarsEngine(lawful_registers(WORLD, seen())).table(table)
    engine = LawfulEngine(PolarsEngine(WORLD), seen())
    for rows in (engine.collect(through), engine.collect(engine.table(table))):
        if table not in STRUCTURE:
            assert rows.is_empty()
        else:
            uncovered = [name for name in rows.columns if f"{table}.{name}" not in seen().scored]
            assert all(rows[name].is_null().all() for name in uncovered)
    assert engine.collect(engine.table(table)).schema == PolarsEngine(WORLD).table(table).collect().to_native().schema


def test_without_a_key_or_a_time_the_register_has_no_row() -> None:
    engine = LawfulEngine(PolarsEngine(WORLD), seen(without_column("signal.recorded_on", phase="operation")))
    assert engine.collect(engine.table("signal")).is_empty()
    assert not engine.collect(engine.table("residence")).is_empty()


def test_a_feature_without_basis_is_unknown_and_the_others_stand() -> None:
    row = matrix(without_column("residence.care_of", phase="operation"))
    assert row["care_of_residents"] is None
    assert row["observations"] is None
    assert (row["adults"], row["citizen_tips"]) == (1.0, 1.0)
    assert missing_for("care_of_residents", seen(without_column("residence.care_of", phase="operation"))) == (
        "column residence.care_of",
    )


def test_a_feature_falls_with_its_basis_though_its_columns_stand() -> None:
    only_grants = seen(lapsed(phase="operation", code="cpr_10", on=DAY))
    assert "basis cpr_10" in missing_for("observations", only_grants)
    assert "returned_mail" not in lawful_features(only_grants)
    assert "care_of_residents" in lawful_features(only_grants)


def test_grants_of_a_benefit_without_basis_are_not_there() -> None:
    row, whole = matrix(without_benefit("friplads", phase="operation")), matrix()
    assert (row["grants_running"], whole["grants_running"]) == (1.0, 2.0)
    assert row["daycare_amount"] == 0.0 < whole["daycare_amount"]
    assert row["stake_buf_ore"] == 0.0 < whole["stake_buf_ore"]


def test_without_payments_the_rate_is_at_stake() -> None:
    row, whole = matrix(without_column("benefit_payment.month", phase="operation")), matrix()
    assert row["monthly_amount"] is None
    assert row["grants_running"] == 2.0
    assert whole["stake_society_ore"] - row["stake_society_ore"] == 123_400 - 215_300


def test_only_grants_of_the_benefits_asked_for_are_staked_and_features_are_what_they_are() -> None:
    row, whole = matrix(staked=["friplads"]), matrix()
    features = [name for name in whole if name not in STAKES]
    assert {name: row[name] for name in features} == {name: whole[name] for name in features}
    assert row["stake_society_ore"] == whole["stake_buf_ore"] == row["stake_buf_ore"]


def test_evidence_names_what_was_used_without_basis() -> None:
    held = seen(without_column("residence.care_of", phase="operation"))
    assert basis_evidence(held, used=lawful_features(held)).used_without_basis == ()
    forced = basis_evidence(held, used=["care_of_residents", "adults"])
    assert forced.used_without_basis == ("feature care_of_residents: column residence.care_of",)
    assert (forced.on, forced.phase, forced.left_out) == (AS_OF.day, "operation", left_out(held))


def test_by_name_without_basis_is_refused_and_unknown_is_a_wrong_word() -> None:
    held = seen(without_benefit("friplads", phase="operation"))
    require_benefits(["boligstoette"], held)
    require_features(["adults"], held)
    for refuse, name in ((require_benefits, "luftkastel"), (require_features, "shoe_size")):
        with pytest.raises(UsageError):
            refuse([name], held)
    with pytest.raises(GateClosed):
        require_benefits(["boligstoette", "friplads"], held)


def test_the_grounds_are_those_that_stand() -> None:
    assert candidate_grounds(seen()) == ("retssikkerhedsloven_11a", "cpr_10")
    assert candidate_grounds(seen(lapsed(phase="operation", code="cpr_10", on=DAY))) == ("retssikkerhedsloven_11a",)
    without = [without_benefit(code, phase="operation") for code in seen().benefits]
    assert candidate_grounds(seen(*without)) == ("cpr_10",)


def test_the_world_holds_what_the_tests_speak_of() -> None:
    assert WORLD.table("benefit_payment").select(pl.len()).collect().item() == 3
