"""Great Expectations suites, built from the register schema; nothing is declared twice.

The context lives in memory: no store, no file, no analytics, no progress bar (its own stores slow down with use and its
analytics would call out of the house). Must not know any table by name.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from governance.contracts import rules
from governance.registers import Column, Table

if TYPE_CHECKING:
    import pandas as pd

_EXPECTATION_RULES: Mapping[str, str] = {
    "expect_column_values_to_not_be_null": rules.MISSING_VALUE,
    "expect_column_values_to_be_in_set": rules.UNKNOWN_CODE,
    "expect_column_value_lengths_to_equal": rules.LENGTH,
    "expect_column_values_to_be_between": rules.OUT_OF_RANGE,
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a suite found: expectations evaluated, and each (row label, column, rule) that is broken."""

    expectations: int
    broken: frozenset[tuple[int, str, str]]


@cache
def load_great_expectations() -> ModuleType:
    """The library, imported when first used: it costs two CPU seconds.

    It imports PySpark where that is installed, and deprecated modules of the standard library; the warnings of that
    import are its own and say nothing of our use.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations
        import great_expectations.expectations
    module: ModuleType = great_expectations
    return module


def build_suite(table: Table) -> Any:
    """The `ExpectationSuite` of `table`: its columns, and nulls, codes, lengths and limits of each."""
    gx = load_great_expectations()
    columns = gx.expectations.ExpectTableColumnsToMatchSet(column_set=list(table.column_names), exact_match=True)
    cells = [expectation for column in table.columns for expectation in _expectations(column, table)]
    return gx.ExpectationSuite(name=table.name, expectations=[columns, *cells])


def _expectations(column: Column, table: Table) -> Iterator[Any]:
    expect = load_great_expectations().expectations
    if not column.nullable:
        yield expect.ExpectColumnValuesToNotBeNull(column=column.name)
    if column.codes:
        yield expect.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.codes))
    if column.length is not None:
        yield expect.ExpectColumnValueLengthsToEqual(column=column.name, value=column.length)
    if (column.above, column.at_least, column.at_most) != (None, None, None):
        yield expect.ExpectColumnValuesToBeBetween(
            column=column.name,
            min_value=column.at_least if column.above is None else column.above,
            strict_min=column.above is not None,
            max_value=column.at_most,
            **_limit_condition(column, table),
        )


def _limit_condition(column: Column, table: Table) -> dict[str, Any]:
    if column.limit_unless is None:
        return {}
    from great_expectations.expectations.row_conditions import Column as GxColumn

    exception = column.limit_unless
    codes = [code for code in table.column(exception.column).codes if code != exception.value]
    return {"row_condition": GxColumn(exception.column).is_in(codes)}


def run_suite(table: Table, rows: pd.DataFrame) -> Verdict:
    """Validate `rows` (index = row numbers, columns of the contract) by the suite of `table`.

    Raises RuntimeError when an expectation could not be evaluated: unknown is never taken for good.
    """
    outcome = _batch(table.name, rows).validate(build_suite(table), result_format={"result_format": "COMPLETE"})
    broken: set[tuple[int, str, str]] = set()
    for result in outcome.results:
        kind, column = result.expectation_config.type, result.expectation_config.kwargs.get("column")
        if result.exception_info.get("raised_exception", True):
            raise RuntimeError(f"{kind} on {table.name}.{column} could not be evaluated")
        if column is None and not result.success:
            raise RuntimeError(f"{kind} on {table.name} failed after the columns had been checked")
        if column is not None:
            labels = result.result.get("unexpected_index_list") or ()
            broken |= {(int(label), column, _EXPECTATION_RULES[kind]) for label in labels}
    return Verdict(expectations=len(outcome.results), broken=frozenset(broken))


def _batch(name: str, rows: pd.DataFrame) -> Any:
    definition = (
        make_context().data_sources.pandas_default.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
    )
    return definition.get_batch(batch_parameters={"dataframe": rows})


def make_context() -> Any:
    """An `EphemeralDataContext`: nothing on disk, nothing sent, nothing drawn on the screen."""
    gx = load_great_expectations()
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    settings = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=settings)
