"""A real local Spark gives the very matrix that Polars gives: one declaration, two engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from world_changes import same

from features.build import build_matrix
from features.definitions import load_catalogue_of_features
from features.engines import PolarsEngine, SparkEngine, make_local_spark
from governance.benefits import load_catalogue
from governance.registers import load_registers
from synthetic_data.town import TownPlan, write_town

PLAN = TownPlan(persons=2_000, seed=11)
# compiling and re-planning hundreds of tiny stages takes longer than running them, and so does polishing machine code
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}

pytestmark = [
    pytest.mark.slow,
    # pyspark says so of its own pandas API at import, which nothing here uses: rows travel as Parquet and Arrow
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture
def session() -> Iterator[Any]:
    session = make_local_spark(SMALL)
    session.sparkContext.setLogLevel("ERROR")
    yield session
    end(session)


def end(session: Any) -> None:
    """Stop the session and the Java behind it, which would otherwise keep its gigabyte until the tests are over."""
    from pyspark import SparkContext

    session.stop()
    gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


def _units(addresses: pl.DataFrame) -> pl.DataFrame:
    """Every address at the last day, and every tenth a year before."""
    today = addresses.select(unit_id="address_id", address_id="address_id", as_of=pl.lit(PLAN.as_of))
    earlier = pl.concat_str("unit_id", pl.lit("-before"))
    before = today.gather_every(10).with_columns(unit_id=earlier, as_of=pl.col("as_of").dt.offset_by("-1y"))
    return pl.concat([today, before])


def test_spark_gives_the_matrix_that_polars_gives(session: Any, tmp_path: Path) -> None:
    town, scratch = tmp_path / "town", tmp_path / "scratch"
    town.mkdir()
    scratch.mkdir()
    write_town(town, PLAN, catalogue=load_catalogue().as_rows())
    registers = load_registers(town)
    units = _units(registers.table("address").select("address_id").unique().sort("address_id").collect())
    by_polars = build_matrix(PolarsEngine(registers), units, with_fact_dates=True)
    by_spark = build_matrix(SparkEngine(registers, session, scratch=scratch), units, with_fact_dates=True)
    assert same(by_polars, by_spark)
    varied = by_polars.select(pl.col(list(load_catalogue_of_features())).n_unique() > 1).row(0)
    assert sum(varied) > len(varied) * 0.9
