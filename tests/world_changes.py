"""What may be done to a world without changing what was known on a day: undone rows, and another future."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from builders import days_ago
from random_worlds import (
    OUTCOMES,
    Cast,
    Cells,
    Rows,
    a_random_case,
    a_random_effect,
    a_random_payment,
    a_random_signal,
    keyed,
    registers_of,
    rows_of,
)

from governance.registers import Registers


def _cast_of(rows: Rows) -> Cast:
    return Cast(
        tuple(sorted({row["person_id"] for row in rows["person"]})),
        tuple(sorted({row["address_id"] for row in rows["address"]})),
        {row["grant_id"]: (row["person_id"], row["benefit"]) for row in rows["benefit_grant"]},
        tuple(sorted({row["case_id"] for row in rows["control_case"]})),
        {row["person_id"]: row["birth_date"] for row in rows["person"]},
    )


def _any_version(rng: random.Random, cast: Cast, register: str) -> Cells:
    keys: Mapping[str, Callable[[], Any]] = {
        "person": lambda: rng.choice(cast.persons), "address": lambda: rng.choice(cast.addresses),
        "residence": lambda: rng.choice(cast.persons), "relation": lambda: tuple(rng.sample(cast.persons, 2)),
        "benefit_grant": lambda: rng.choice(list(cast.grants)),
    }  # fmt: skip
    start = days_ago(rng.randint(-30, 1200))
    end = rng.choice((None, None, start + dt.timedelta(days=rng.randint(1, 900))))
    return keyed(register, cast, keys[register]())(rng) | {"valid_from": start, "valid_to": end}


def _versioned(cast: Cast) -> list[str]:
    registers = ["person", "address", "residence", "relation", "benefit_grant"]
    return registers if cast.grants else registers[:-1]


def with_undone_rows(registers: Registers, *, seed: int, day: dt.date) -> Registers:
    """The world with rows in every versioned register that were recorded and corrected away again by `day`."""
    rng, rows = random.Random(seed), rows_of(registers)
    cast = _cast_of(rows)
    for register in _versioned(cast):
        for _ in range(len(cast.persons)):
            retracted = day - dt.timedelta(days=rng.choice((0, 0, 1, 100)))
            recorded = retracted - dt.timedelta(days=rng.choice((0, 1, 200)))
            times = {"recorded_on": recorded, "retracted_on": retracted}
            rows[register].append(_any_version(rng, cast, register) | times)
    return registers_of(rows)


def with_a_future(registers: Registers, *, seed: int, day: dt.date) -> Registers:
    """The world in which other things happen after `day`, in every register: new rows, corrections, undone rows, reversals.

    Nothing that was known at the close of `day` differs.
    """
    rng, rows = random.Random(seed), rows_of(registers)
    cast = _cast_of(rows)
    for register in _versioned(cast):
        _rewrite_versions(rng, rows, cast, register, day)
    for register, make in (
        ("benefit_payment", lambda: a_random_payment(rng, cast, rng.choice(list(cast.grants)))),
        ("signal", lambda: a_random_signal(rng, cast)),
        (
            "control_effect",
            lambda: a_random_effect(rng, cast) | {"effect_id": f"later{rng.random()}", "reversed_on": None},
        ),
    ):
        listed = make if cast.grants or register == "signal" else None
        rows[register] = [row for row in rows[register] if row["recorded_on"] <= day or rng.random() < 0.5]
        rows[register] += [listed() | {"recorded_on": _after(rng, day)} for _ in range(8) if listed]
    rows["control_effect"] = [_reversed_later(rng, row, day) for row in rows["control_effect"]]
    rows["control_case"] = [_closed_later(rng, row, day) for row in rows["control_case"]]
    rows["control_case"] += [
        a_random_case(rng, cast, f"later{n}") | {"opened_on": _after(rng, day), "closed_on": None, "outcome": None}
        for n in range(4)
    ]
    return registers_of(rows)


def _after(rng: random.Random, day: dt.date) -> dt.date:
    return day + dt.timedelta(days=rng.choice((1, 1, 2, 40, 400)))


def _rewrite_versions(rng: random.Random, rows: Rows, cast: Cast, register: str, day: dt.date) -> None:
    rewritten = []
    for row in rows[register]:
        if row["recorded_on"] > day and rng.random() < 0.5:
            continue
        if row["retracted_on"] is None or row["retracted_on"] > day:
            undone_on = rng.choice((None, max(_after(rng, day), row["recorded_on"])))
            row["retracted_on"] = undone_on
        rewritten.append(row)
    for _ in range(len(cast.persons)):
        recorded = _after(rng, day)
        rewritten.append(_any_version(rng, cast, register) | {"recorded_on": recorded, "retracted_on": None})
    rows[register] = rewritten


def _reversed_later(rng: random.Random, row: Cells, day: dt.date) -> Cells:
    stands = row["reversed_on"] is None or row["reversed_on"] > day
    return row | {"reversed_on": rng.choice((None, max(_after(rng, day), row["recorded_on"])))} if stands else row


def _closed_later(rng: random.Random, row: Cells, day: dt.date) -> Cells:
    if row["closed_on"] is not None and row["closed_on"] <= day:
        return row
    closed = rng.choice((None, max(_after(rng, day), row["opened_on"])))
    return row | {"closed_on": closed, "outcome": None if closed is None else rng.choice(OUTCOMES)}


def same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    """Equal in names, types, order and every value, null equal to null."""
    return left.equals(right, null_equal=True) and left.schema == right.schema
