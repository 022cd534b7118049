"""A town of the tests: its registers, in a module of its own so that processes can hand it to each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Town:
    """Registers in a directory and the day they are known at."""

    directory: Path
    as_of: str

    def rows(self, register: str) -> pl.DataFrame:
        return pl.read_parquet(self.directory / f"{register}.parquet")
