"""The form of the directory: what stops the run, what is forgiven, and what the message says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.contracts import check_registers
from governance.contracts.structure import find_structure_faults, require_structure
from governance.errors import DataContractError
from governance.registers import TABLES, scan_register
from governance.settings import Settings
from tests.unit.governance.register_worlds import AS_OF, a_world, as_frame, write_world


def rewrite(file: Path, *expressions: pl.Expr) -> None:
    pl.read_parquet(file).with_columns(*expressions).write_parquet(file)


def cast(table: str, column: str, kind: Any) -> Callable[[Path], None]:
    return lambda directory: rewrite(directory / f"{table}.parquet", pl.col(column).cast(kind))


def drop(table: str, column: str) -> Callable[[Path], None]:
    return lambda directory: (
        pl.read_parquet(directory / f"{table}.parquet").drop(column).write_parquet(directory / f"{table}.parquet")
    )


def add(table: str, column: str) -> Callable[[Path], None]:
    return lambda directory: rewrite(directory / f"{table}.parquet", pl.lit("x").alias(column))


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def plant(directory: Path) -> None:
        (directory / name).write_bytes(content)

    return plant


def truncate(name: str) -> Callable[[Path], None]:
    return lambda directory: (directory / name).write_bytes((directory / name).read_bytes()[:200]) and None


def replace(name: str, other: str, content: bytes) -> Callable[[Path], None]:
    def plant(directory: Path) -> None:
        (directory / name).unlink()
        (directory / other).write_bytes(content)

    return plant


REFUSED: dict[str, tuple[Callable[[Path], None], str, str | None]] = {
    "missing table": (lambda d: (d / "signal.parquet").unlink(), "signal.parquet", None),
    "both forms": (write("signal.csv", b"signal_id,address_id,person_id,kind,recorded_on\n"), "signal.csv", None),
    "unknown Parquet table": (lambda d: as_frame("signal", []).write_parquet(d / "tips.parquet"), "tips.parquet", None),
    "unknown CSV table": (write("tips.csv", b"a\n1\n"), "tips.csv", None),
    "missing column": (drop("person", "status"), "person.parquet", "status"),
    "extra column": (add("person", "language"), "person.parquet", "language"),
    "missing CSV column": (
        replace("signal.parquet", "signal.csv", b"signal_id,address_id,person_id,kind\n"),
        "signal.csv",
        "recorded_on",
    ),
    "number as text": (cast("person", "status", pl.String), "person.parquet", "status"),
    "date as text": (cast("person", "birth_date", pl.String), "person.parquet", "birth_date"),
    "money as float": (cast("benefit_payment", "amount_ore", pl.Float64), "benefit_payment.parquet", "amount_ore"),
    "whole numbers as float": (cast("person", "status", pl.Float64), "person.parquet", "status"),
    "broken numbers": (
        lambda d: rewrite(d / "address.parquet", pl.lit(2.5).alias("rooms")),
        "address.parquet",
        "rooms",
    ),
    "text as number": (
        lambda d: rewrite(d / "person.parquet", pl.lit(7).alias("person_id")),
        "person.parquet",
        "person_id",
    ),
    "bool as number": (cast("person", "address_protected", pl.Int64), "person.parquet", "address_protected"),
    "an hour of the day": (
        lambda d: rewrite(d / "person.parquet", pl.lit(dt.datetime(2020, 1, 1, 7)).alias("birth_date")),
        "person.parquet",
        "birth_date",
    ),
    "not Parquet": (write("person.parquet", b"person_id,status\n"), "person.parquet", None),
    "empty file": (replace("signal.parquet", "signal.csv", b""), "signal.csv", None),
    "cut off": (truncate("person.parquet"), "person.parquet", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_another_form_is_refused_by_file_and_column(name: str, tmp_path: Path) -> None:
    plant, file, column = REFUSED[name]
    plant(write_world(a_world(), tmp_path))
    assert [(fault.file, fault.column) for fault in find_structure_faults(tmp_path)] == [(file, column)]
    with pytest.raises(DataContractError) as caught:
        check_registers(tmp_path, as_of=AS_OF, settings=Settings())
    assert caught.value.exit_code == 11
    assert file in caught.value.item
    assert column is None or column in caught.value.item
    assert caught.value.remedy


def pandas_of(table: str) -> Callable[[Path], None]:
    def plant(directory: Path) -> None:
        file = directory / f"{table}.parquet"
        frame = pl.read_parquet(file).to_pandas()
        frame.to_parquet(file, index=False)

    return plant


FORGIVEN: dict[str, tuple[str, Callable[[Path], None]]] = {
    "narrow integers": ("person", cast("person", "status", pl.Int32)),
    "unsigned integers": ("benefit_grant", cast("benefit_grant", "children", pl.UInt8)),
    "integers for floats": ("control_case", lambda d: rewrite(d / "control_case.parquet", pl.lit(4).alias("hours"))),
    "dictionary text": ("person", cast("person", "civil_status", pl.Categorical)),
    "midnight": ("residence", cast("residence", "valid_from", pl.Datetime("us"))),
    "no type where all is empty": ("address", lambda d: rewrite(d / "address.parquet", pl.lit(None).alias("door"))),
    "nullable integers as float": ("address", cast("address", "rooms", pl.Float64)),
    **{f"{table} by pandas": (table, pandas_of(table)) for table in TABLES},
}


@pytest.mark.parametrize("name", FORGIVEN)
def test_a_form_that_loses_nothing_is_read_as_the_contract_types(name: str, tmp_path: Path) -> None:
    table, plant = FORGIVEN[name]
    plant(write_world(a_world(), tmp_path))
    require_structure(tmp_path)
    expected = as_frame(table, a_world()[table])
    if name == "integers for floats":
        expected = expected.with_columns(pl.lit(4.0).alias("hours"))
    assert scan_register(tmp_path, table).collect().equals(expected)


def test_a_gap_explains_whole_numbers_as_float(tmp_path: Path) -> None:
    write_world(a_world(), tmp_path)
    amount = pl.when(pl.int_range(pl.len()) == 2).then(float("nan")).otherwise(pl.col("amount_ore").cast(pl.Float64))
    rewrite(tmp_path / "benefit_payment.parquet", amount.alias("amount_ore"))
    report = check_registers(tmp_path, as_of=AS_OF, settings=Settings())
    assert report.faults.rows() == [("benefit_payment", 2, "amount_ore", "missing-value", False)]


def test_files_of_other_kinds_and_directories_are_not_looked_at(tmp_path: Path) -> None:
    write_world(a_world(), tmp_path)
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "._person.parquet").write_bytes(b"what macOS leaves beside a file")
    (tmp_path / "world.json").write_text("{}")
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "secret.parquet").write_bytes(b"")
    assert find_structure_faults(tmp_path) == ()


def test_all_faults_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    tmp_path.joinpath("tips.csv").write_text("a\n")
    with pytest.raises(DataContractError, match=r"11 faults.*person\.parquet.*And 6 more"):
        require_structure(tmp_path)


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataContractError, match="no such directory"):
        require_structure(tmp_path / "nowhere")


def test_a_damaged_body_is_a_fault_of_the_file(tmp_path: Path) -> None:
    write_world(a_world(), tmp_path, form="csv")
    with (tmp_path / "signal.csv").open("ab") as file:
        file.write(b"s9,a1,,citizen_tip,2024-05-01,one,cell,too,many\n")
    with pytest.raises(DataContractError, match=r"signal\.csv"):
        check_registers(tmp_path, as_of=AS_OF, settings=Settings())
