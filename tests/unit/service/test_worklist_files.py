"""Figures on the list are whole øre that add up, and the caseworkers' file holds nothing else."""

from __future__ import annotations

import polars as pl

from service.worklist_files import CASEWORKER_COLUMNS, PARQUET_COLUMNS, caseworker_rows, worklist_rows
from training.bundle import Reasons


def listed(**changes: object) -> pl.DataFrame:
    row = {
        "rank": 1, "unit_id": "u", "address_id": "home", "arm": "priority", "selection_probability": 1.0,
        "hit_probability": 0.3, "hit_low": 0.2, "hit_high": 0.4, "expected_bif_ore": 100.4, "expected_buf_ore": 200.4,
        "expected_kff_ore": 300.4, "expected_municipal_ore": 601.2, "expected_society_ore": 700.6,
        "expected_hours": 2.0, "expected_net_ore": 601.2 - 140.0, "net_low_ore": -5.6, "net_high_ore": 900.6,
        "legal_basis": "cpr_10",
    }  # fmt: skip
    return pl.DataFrame([row | changes])


REASONS = [Reasons("u", ("A", "B"), (), (), 0.0)]


def rows_of(frame: pl.DataFrame, reasons=REASONS) -> pl.DataFrame:
    return worklist_rows(frame, reasons, model_version="m/1", run_id="r")


def test_the_municipal_amount_is_the_sum_of_what_is_written() -> None:
    row = rows_of(listed()).row(0, named=True)
    assert [row[f"expected_{name}_ore"] for name in ("bif", "buf", "kff", "municipal", "society")] == [
        100,
        200,
        300,
        600,
        701,
    ]
    # rounded before the sum: the net is that sum less the whole cost
    assert row["expected_net_ore"] == 600 - 140
    assert (row["net_low_ore"], row["net_high_ore"]) == (-6, 901)


def test_society_saves_no_less_than_the_municipality_after_rounding_either() -> None:
    amounts = {f"expected_{name}_ore": 100.6 for name in ("bif", "buf", "kff")}
    row = rows_of(listed(**amounts, expected_municipal_ore=301.8, expected_society_ore=301.8)).row(0, named=True)
    assert (row["expected_municipal_ore"], row["expected_society_ore"]) == (303, 303)


def test_reasons_stand_in_order_between_bars() -> None:
    row = rows_of(listed()).row(0, named=True)
    assert (row["reasons_for"], row["reasons_against"]) == ("A | B", "")


def test_reasons_find_their_case_and_the_order_stays() -> None:
    both = pl.concat([listed(unit_id="v", rank=1), listed(unit_id="u", rank=2)])
    rows = rows_of(both, [Reasons("u", ("for u",), (), (), 0.0), Reasons("v", ("for v",), (), (), 0.0)])
    assert rows["reasons_for"].to_list() == ["for v", "for u"]


def test_columns_are_those_of_the_contract_and_no_unit_id() -> None:
    rows = rows_of(listed())
    assert tuple(rows.columns) == PARQUET_COLUMNS
    assert caseworker_rows(rows).columns == [*CASEWORKER_COLUMNS, "approval"]
    hidden = {"arm", "selection_probability", "hit_probability", "expected_net_ore", "expected_hours"}
    assert hidden & set(caseworker_rows(rows).columns) == set()


def test_an_empty_list_has_the_same_columns() -> None:
    rows = rows_of(listed().clear(), [])
    assert (rows.height, tuple(rows.columns)) == (0, PARQUET_COLUMNS)
