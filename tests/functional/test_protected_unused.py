"""A list is the same when the register `protected` is emptied, and nothing of it is in any file, log or message."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.functional.calls import HOURS, call

SPECIAL = re.compile(r"\b(immigrant|descendant|disability_pension|citizenship|førtidspension)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def emptied(town, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("emptied") / "town"
    shutil.copytree(town.directory, directory)
    path = directory / "protected.parquet"
    pl.read_parquet(path).clear().write_parquet(path)
    return directory


def test_the_list_is_identical_without_it(every, emptied, town, tmp_path) -> None:
    words = ("rank", emptied, "--as-of", town.as_of, "--hours", HOURS, "--out", tmp_path / "list", "--all", "--json")
    assert call(*words, home=every.home).code == 0
    rows = pl.read_parquet(tmp_path / "list" / "worklist.parquet")
    assert rows.drop("run_id").equals(every.rows.drop("run_id"))
    written = (tmp_path / "list" / "worklist.csv").read_text(encoding="utf-8")
    own = (every.out / "worklist.csv").read_text(encoding="utf-8")
    assert written.replace(rows["run_id"][0], "run") == own.replace(every.rows["run_id"][0], "run")


def test_no_file_and_no_message_of_a_list_names_it(listed) -> None:
    texts = [path.read_text(encoding="utf-8") for path in listed.out.iterdir() if path.suffix in (".csv", ".json")]
    cells = listed.rows.select(pl.col(pl.String)).write_csv()
    for text in (*texts, cells, ",".join(listed.rows.columns), listed.called.out, listed.called.err):
        assert not SPECIAL.search(text)
    assert SPECIAL.search("origin: immigrant"), "the pattern finds what it looks for"
