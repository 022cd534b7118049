"""The columns of the list as they are written: whole øre, fixed names, and what a caseworker may see."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from training.bundle import Reasons

WHOLE_ORE = (
    "expected_bif_ore", "expected_buf_ore", "expected_kff_ore", "expected_society_ore", "net_low_ore", "net_high_ore",
)  # fmt: skip
PARQUET_COLUMNS = (
    "rank", "address_id", "arm", "selection_probability", "hit_probability", "hit_low", "hit_high",
    "expected_bif_ore", "expected_buf_ore", "expected_kff_ore", "expected_municipal_ore", "expected_society_ore",
    "expected_hours", "expected_net_ore", "net_low_ore", "net_high_ore", "legal_basis", "reasons_for",
    "reasons_against", "model_version", "run_id",
)  # fmt: skip
# No arm and no probability of the draw; nor a score or an amount, by which a random case could be told from the rest.
CASEWORKER_COLUMNS = (
    "rank", "address_id", "legal_basis", "reasons_for", "reasons_against", "model_version", "run_id",
)  # fmt: skip
BETWEEN_REASONS = " | "
NOT_APPROVED = "ikke godkendt"


def worklist_rows(listed: pl.DataFrame, reasons: Sequence[Reasons], *, model_version: str, run_id: str) -> pl.DataFrame:
    """The rows of the list in order, `PARQUET_COLUMNS`; money as whole øre (int64).

    The municipal amount is the sum of the three administrations as written, so that every figure adds up in the file.
    """
    whole = listed.with_columns(pl.col(WHOLE_ORE).round().cast(pl.Int64)).with_columns(
        case_cost=(pl.col("expected_municipal_ore") - pl.col("expected_net_ore")).round().cast(pl.Int64),
        expected_municipal_ore=pl.sum_horizontal("expected_bif_ore", "expected_buf_ore", "expected_kff_ore"),
    )
    said = pl.DataFrame(
        {
            "unit_id": [reason.unit_id for reason in reasons],
            "reasons_for": [BETWEEN_REASONS.join(reason.speaks_for) for reason in reasons],
            "reasons_against": [BETWEEN_REASONS.join(reason.speaks_against) for reason in reasons],
        },
        # an empty list is a list too
        schema={"unit_id": pl.String, "reasons_for": pl.String, "reasons_against": pl.String},
    )
    return (
        whole.join(said, on="unit_id", how="left", maintain_order="left")
        .with_columns(
            expected_net_ore=pl.col("expected_municipal_ore") - pl.col("case_cost"),
            # the municipality's part rounded up three times must not come to more than the whole
            expected_society_ore=pl.max_horizontal("expected_society_ore", "expected_municipal_ore"),
            model_version=pl.lit(model_version),
            run_id=pl.lit(run_id),
        )
        .select(PARQUET_COLUMNS)
    )


def caseworker_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """What goes to the caseworkers: `CASEWORKER_COLUMNS` and the mark that the list is not approved."""
    return rows.select(CASEWORKER_COLUMNS).with_columns(approval=pl.lit(NOT_APPROVED))
