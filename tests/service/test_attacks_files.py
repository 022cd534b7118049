"""What a command writes about persons is for its owner alone; what others must check is for everybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.audit.publishing import Publisher
from service.cli import main


@pytest.fixture
def usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_mask")
def test_what_a_command_writes_is_for_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert capsys.readouterr().out
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "worklist.csv").write_text("address_id\n", encoding="utf-8")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "lists", tmp_path / "lists" / "worklist.csv")]
    assert modes == [0o700, 0o600]


@pytest.mark.usefixtures("usual_mask")
def test_checkpoints_can_be_read_by_whoever_checks_them(tmp_path: Path) -> None:
    os.umask(0o077)
    directory = tmp_path / "checkpoints"
    Publisher(directory=directory, keys=tmp_path / "keys").make_directory()
    assert directory.stat().st_mode & 0o777 == 0o755
