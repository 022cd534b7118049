"""Where the declarations run: Polars inside the process, Apache Spark beyond one machine.

An engine hands out registers as Narwhals lazy frames in which every date is a whole number of days since 1970-01-01
(int64), so that the arithmetic of days is the same everywhere; it knows nothing of features.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw
import polars as pl

from governance.registers import TABLES, Registers

Frame = nw.LazyFrame[Any]


class Engine(Protocol):
    """What a place to compute must offer."""

    def table(self, name: str) -> Frame:
        """One register, dates as int64 days."""
        ...

    def rows(self, frame: pl.DataFrame) -> Frame:
        """A small frame of our own, such as the units to be computed."""
        ...

    def keep(self, frame: Frame) -> Frame:
        """The same frame, computed once because several views read it."""
        ...

    def collect(self, frame: Frame) -> pl.DataFrame:
        """The rows, in memory."""
        ...


def _as_frame(native: Any) -> Frame:
    frame: Frame = nw.from_native(native)
    return frame


def _days(name: str) -> Sequence[str]:
    return [column.name for column in TABLES[name].columns if column.kind == "date"]


class PolarsEngine:
    """Polars' lazy streaming engine over the checked registers."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    def table(self, name: str) -> Frame:
        """One register, dates as int64 days."""
        frame = self._registers.table(name)
        return nw.from_native(frame.with_columns(pl.col(_days(name)).cast(pl.Int32).cast(pl.Int64)))

    def rows(self, frame: pl.DataFrame) -> Frame:
        """A small frame of our own."""
        return nw.from_native(frame.lazy())

    def keep(self, frame: Frame) -> Frame:
        """Computed once, held in memory in Polars' columnar form."""
        return nw.from_native(self.collect(frame).lazy())

    def collect(self, frame: Frame) -> pl.DataFrame:
        """The rows, by the streaming engine."""
        native: pl.LazyFrame = frame.to_native()
        return native.collect(engine="streaming")


class SparkEngine:
    """Apache Spark over the same registers; the session is made and stopped by the caller."""

    def __init__(self, registers: Registers, session: Any, *, scratch: Path | None = None) -> None:
        self._registers = registers
        self._session = session
        self._scratch = scratch or Path(tempfile.mkdtemp(prefix="adressekontrol-spark-"))

    def table(self, name: str) -> Frame:
        """One register, dates as int64 days; the checked rows are handed over as Parquet."""
        path = self._scratch / f"{name}.parquet"
        if not path.exists():
            # One door to a row: what the contract check left out must be left out here too.
            frame = self._registers.table(name).with_columns(pl.col(_days(name)).cast(pl.Int32).cast(pl.Int64))
            frame.sink_parquet(path)
        return _as_frame(self._session.read.parquet(str(path)))

    def rows(self, frame: pl.DataFrame) -> Frame:
        """A small frame of our own, handed over as Parquet."""
        path = Path(tempfile.mkdtemp(dir=self._scratch)) / "rows.parquet"
        frame.write_parquet(path)
        return _as_frame(self._session.read.parquet(str(path)))

    def keep(self, frame: Frame) -> Frame:
        """Cached by Spark at first use."""
        return _as_frame(frame.to_native().cache())

    def collect(self, frame: Frame) -> pl.DataFrame:
        """The rows, through Arrow."""
        collected = frame.collect(backend="polars").to_native()
        assert isinstance(collected, pl.DataFrame)  # noqa: S101  narwhals types the backend loosely
        return collected


def make_local_spark(settings: Mapping[str, str] | None = None) -> Any:
    """A local Spark session on loopback, without its web page, in UTC."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("adressekontrol")
    chosen = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        # standard error belongs to whoever called, not to a bar that no script can read
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        **(settings or {}),
    }
    for name, value in chosen.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
