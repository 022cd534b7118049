"""The row rules of the register contract, written a second time and independently of the product."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

TIMES = {"valid_from": pl.Date, "valid_to": pl.Date, "recorded_on": pl.Date, "retracted_on": pl.Date}
TABLES: dict[str, dict[str, object]] = {
    "person": {"person_id": pl.String, "birth_date": pl.Date, "civil_status": pl.String, "status": pl.Int64,
               "address_protected": pl.Boolean, **TIMES},
    "residence": {"person_id": pl.String, "address_id": pl.String, "channel": pl.String, "care_of": pl.Boolean, **TIMES},
    "relation": {"person_id": pl.String, "related_id": pl.String, "kind": pl.String, **TIMES},
    "address": {"address_id": pl.String, "municipality_code": pl.String, "road_code": pl.String, "house_number": pl.String,
                "floor": pl.String, "door": pl.String, "postal_code": pl.String, "district": pl.String,
                "unit_use_code": pl.Int64, "area_m2": pl.Int64, "rooms": pl.Int64, "tenure": pl.String, **TIMES},
    "benefit_grant": {"grant_id": pl.String, "person_id": pl.String, "benefit": pl.String, "basis": pl.String,
                      "children": pl.Int64, **TIMES},
    "benefit_payment": {"grant_id": pl.String, "person_id": pl.String, "benefit": pl.String, "month": pl.Date,
                        "amount_ore": pl.Int64, "recorded_on": pl.Date},
    "signal": {"signal_id": pl.String, "address_id": pl.String, "person_id": pl.String, "kind": pl.String,
               "recorded_on": pl.Date},
    "control_case": {"case_id": pl.String, "address_id": pl.String, "opened_on": pl.Date, "channel": pl.String,
                     "selection_probability": pl.Float64, "caseworker_id": pl.String, "hours": pl.Float64,
                     "closed_on": pl.Date, "outcome": pl.String},
    "control_effect": {"effect_id": pl.String, "case_id": pl.String, "person_id": pl.String, "grant_id": pl.String,
                       "benefit": pl.String, "effect": pl.String, "monthly_change_ore": pl.Int64,
                       "effective_from": pl.Date, "reclaim_ore": pl.Int64, "recorded_on": pl.Date,
                       "reversed_on": pl.Date},
    "protected": {"person_id": pl.String, "sex": pl.String, "citizenship": pl.String, "origin": pl.String,
                  "disability_pension": pl.Boolean},
}  # fmt: skip
NULLABLE = {
    "floor", "door", "area_m2", "rooms", "valid_to", "retracted_on", "selection_probability", "hours", "closed_on",
    "outcome", "reversed_on",
}  # fmt: skip
CODES = {
    ("person", "civil_status"): set("UGFEPOLD"),
    ("person", "status"): {1, 3, 20, 30, 50, 60, 70, 80, 90},
    ("residence", "channel"): {"self_service", "counter", "authority", "import"},
    ("relation", "kind"): {"spouse", "registered_partner", "parent", "custody"},
    ("address", "tenure"): {"rented", "owner", "cooperative", "unused", "unknown"},
    ("benefit_grant", "basis"): {"single", "single_provider", "couple", "couple_provider", "living_at_home", "living_out"},
    ("signal", "kind"): {"citizen_tip", "returned_mail", "moving_notice_mismatch", "landlord_notice", "other_authority",
                         "data_unit_list", "caseworker_notice"},
    ("control_case", "channel"): {"rule_list", "own_lead", "tip", "data_unit", "random", "model"},
    ("control_case", "outcome"): {"no_change", "registration_corrected", "benefit_changed", "referred", "inconclusive", None},
    ("control_effect", "effect"): {"stopped", "reduced", "increased", "reclaim"},
    ("protected", "sex"): {"M", "F"},
    ("protected", "citizenship"): {"dk", "eu", "other"},
    ("protected", "origin"): {"danish", "immigrant", "descendant"},
}  # fmt: skip
BENEFITS = {
    "kontanthjaelp", "uddannelseshjaelp", "friplads", "soeskenderabat", "enkeltydelse", "helbredstillaeg", "boligstoette",
    "boernetilskud", "folkepension_enlig",
}  # fmt: skip
FACT_KEYS = {
    "person": ["person_id"], "residence": ["person_id"], "relation": ["person_id", "related_id", "kind"],
    "address": ["address_id"], "benefit_grant": ["grant_id"],
}  # fmt: skip
FAR = dt.date(9999, 1, 1)


def read(folder: Path) -> dict[str, pl.DataFrame]:
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def faults(registers: dict[str, pl.DataFrame], *, as_of: dt.date) -> list[str]:
    """Every broken rule as `table rule count`; an empty list is a clean town."""
    found = []
    for name, frame in registers.items():
        found += _shape(name, frame) + _codes(name, frame)
        if frame.is_duplicated().any():
            found.append(f"{name} row twice")
    for name in FACT_KEYS:
        found += _time(name, registers[name])
    return found + _keys(registers) + _ranges(registers) + _references(registers) + _fresh(registers, as_of)


def _shape(name: str, frame: pl.DataFrame) -> list[str]:
    if dict(frame.schema) != TABLES[name]:
        return [f"{name} schema {dict(frame.schema)}"]
    nullable = (
        NULLABLE
        | ({"person_id"} if name == "signal" else set())
        | ({"grant_id"} if name == "control_effect" else set())
    )
    return [
        f"{name} null {column}" for column in frame.columns if column not in nullable and frame[column].null_count()
    ]


def _codes(name: str, frame: pl.DataFrame) -> list[str]:
    wrong = [
        f"{name} code {c}" for (t, c), allowed in CODES.items() if t == name and not set(frame[c].unique()) <= allowed
    ]
    if "benefit" in frame.columns and not set(frame["benefit"].unique()) <= BENEFITS:
        wrong.append(f"{name} benefit")
    return wrong


def _time(name: str, frame: pl.DataFrame) -> list[str]:
    found = [
        (f"{name} valid_to", frame.filter(pl.col("valid_to") <= pl.col("valid_from")).height),
        (f"{name} retracted_on", frame.filter(pl.col("retracted_on") < pl.col("recorded_on")).height),
        (f"{name} versions", _double_versions(name, frame)),
    ]
    return [f"{rule} {count}" for rule, count in found if count]


def _double_versions(name: str, frame: pl.DataFrame) -> int:
    rows = frame.with_row_index("n").with_columns(
        pl.col("valid_to").fill_null(FAR), pl.col("retracted_on").fill_null(FAR)
    )
    pairs = rows.join(rows, on=FACT_KEYS[name], suffix="_2").filter(pl.col("n") < pl.col("n_2"))
    overlap = (
        (pl.col("valid_from") < pl.col("valid_to_2")) & (pl.col("valid_from_2") < pl.col("valid_to"))
        & (pl.col("recorded_on") < pl.col("retracted_on_2")) & (pl.col("recorded_on_2") < pl.col("retracted_on"))
    )  # fmt: skip
    return pairs.filter(overlap).height


def _keys(registers: dict[str, pl.DataFrame]) -> list[str]:
    keys = {"signal": "signal_id", "control_case": "case_id", "control_effect": "effect_id", "protected": "person_id"}
    return [f"{table} key" for table, key in keys.items() if registers[table][key].is_duplicated().any()]


def _ranges(registers: dict[str, pl.DataFrame]) -> list[str]:
    column = pl.col
    rules = {
        ("person", "birth_date"): column("birth_date") > column("recorded_on"),
        ("benefit_payment", "amount"): column("amount_ore") <= 0,
        ("benefit_payment", "month"): column("month").dt.day() != 1,
        ("benefit_grant", "children"): column("children") < 0,
        ("control_case", "hours"): column("hours") < 0,
        ("control_case", "probability"): (column("selection_probability") <= 0) | (column("selection_probability") > 1),
        ("control_case", "closed"): column("closed_on") < column("opened_on"),
        ("control_case", "outcome"): column("outcome").is_null() != column("closed_on").is_null(),
        ("control_effect", "reclaim"): column("reclaim_ore") < 0,
        ("control_effect", "change"): (column("monthly_change_ore") > 0) & (column("effect") != "increased"),
        ("control_effect", "reversed"): column("reversed_on") < column("recorded_on"),
        ("relation", "self"): column("person_id") == column("related_id"),
    }
    return [f"{t} {rule}" for (t, rule), broken in rules.items() if registers[t].filter(broken).height]


def _references(registers: dict[str, pl.DataFrame]) -> list[str]:
    known = {
        "person_id": set(registers["person"]["person_id"]), "address_id": set(registers["address"]["address_id"]),
        "grant_id": set(registers["benefit_grant"]["grant_id"]), "case_id": set(registers["control_case"]["case_id"]),
    }  # fmt: skip
    known["related_id"] = known["person_id"]
    return [
        f"{name} reference {column}"
        for name, frame in registers.items()
        for column in frame.columns
        if column in known and not set(frame[column].drop_nulls()) <= known[column]
    ]


def _fresh(registers: dict[str, pl.DataFrame], as_of: dt.date) -> list[str]:
    newest = {name: registers[name]["recorded_on"].max() for name in ("residence", "benefit_payment", "signal")}
    return [f"{name} stale {day}" for name, day in newest.items() if not (as_of - dt.timedelta(45) <= day <= as_of)]
