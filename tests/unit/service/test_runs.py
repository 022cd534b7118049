"""A run is named by what its scores depend on, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.settings import Settings
from service.runs import keep_in_run, register_snapshot, run_identity, settings_hash


def test_the_snapshot_follows_the_bytes_of_the_registers(tmp_path) -> None:
    (tmp_path / "person.csv").write_text("a")
    first = register_snapshot(tmp_path)
    (tmp_path / "README.md").write_text("not a register")
    assert register_snapshot(tmp_path) == first
    (tmp_path / "person.csv").write_text("b")
    assert register_snapshot(tmp_path) != first


def test_the_same_bytes_in_another_register_are_another_snapshot(tmp_path) -> None:
    snapshots = set()
    for name in ("person.csv", "address.csv", "person.parquet"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_text("a")
        snapshots.add(register_snapshot(folder))
    assert len(snapshots) == 3


def test_a_large_register_is_read_to_its_end(tmp_path) -> None:
    for name, end in (("one", b"x"), ("two", b"y")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "person.csv").write_bytes(b"0" * (3 << 20) + end)
    assert register_snapshot(tmp_path / "one") != register_snapshot(tmp_path / "two")


@pytest.mark.parametrize("changed", [{"hourly_cost_ore": 1}, {"cool_off_months": 1}, {"quarantine_rows": 1}])
def test_a_setting_that_a_score_depends_on_is_part_of_the_name(changed) -> None:
    assert settings_hash(Settings(**changed)) != settings_hash(Settings())


@pytest.mark.parametrize("changed", [{"home": Path("elsewhere")}, {"threads": 7}, {"mlflow_uri": "sqlite:///x"}])
def test_where_state_lies_is_not(changed) -> None:
    assert settings_hash(Settings(**changed)) == settings_hash(Settings())


def test_the_name_of_a_run_depends_on_its_parts_and_not_on_their_order() -> None:
    name = run_identity({"a": 1, "b": 2})
    assert name == run_identity({"b": 2, "a": 1})
    assert name != run_identity({"a": 1, "b": 3})
    assert len(name) == 16


def test_files_of_a_run_stand_in_its_folder(tmp_path) -> None:
    path = keep_in_run(Settings(home=tmp_path), "abc", "draw.parquet")
    assert path == tmp_path / "runs" / "abc" / "draw.parquet"
    assert path.parent.is_dir()
