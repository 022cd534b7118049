"""`adressekontrol business-case`: a proposal's standard tables from one file, and whether what it states is right."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Annotated

import typer

from governance.errors import DataContractError
from governance.impact.business_case.arithmetic import Worked, build_worked
from governance.impact.business_case.case import BusinessCase
from governance.impact.business_case.checking import Fault, find_faults, find_remarks
from governance.impact.business_case.document import as_conversion, as_document
from governance.impact.business_case.prices import Conversion, convert_case, load_price_index
from governance.impact.business_case.reading import load_case
from governance.impact.business_case.tables import (
    CaseTable,
    build_fault_table,
    build_price_table,
    build_remark_table,
    build_tables,
)
from service.cli.fitted import page_columns, say_fitted
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say, say_json

DECIMALS_OF_CONVERTED = 1


def business_case(
    file: Annotated[
        str, typer.Argument(help="A TOML file, or a shipped case: address_control, parkeringsbutik.", metavar="FILE")
    ],
    price_level: Annotated[
        int | None,
        typer.Option("--price-level", help="Year whose prices the tables are shown in; the file's own if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work out a proposal's standard tables and check what it states; exit 11 when a stated figure is wrong."""
    case = load_case(file)
    worked = build_worked(case)
    faults = find_faults(case, worked)
    shown, prices = _at_prices(case, price_level)
    # a factor common to all cannot move it, and the øre that conversion rounds must not
    converted = dataclasses.replace(build_worked(shown), payback_years=worked.payback_years)
    if as_json:
        document = as_document(shown, converted, faults)
        remarks = list(find_remarks(case, worked, faults))
        say_json({**document, "remarks": remarks, "price_conversion": as_conversion(prices) if prices else None})
    else:
        _say_case(shown, converted, prices)
        _say_faults(case, worked, faults)
    _refuse(case, faults)


def _at_prices(case: BusinessCase, year: int | None) -> tuple[BusinessCase, Conversion | None]:
    if year is None or year == case.price_level:
        return case, None
    index = load_price_index(settings_from_environment().price_index_file)
    return convert_case(case, index, to_year=year), index.conversion(from_year=case.price_level, to_year=year)


def _say_case(case: BusinessCase, worked: Worked, prices: Conversion | None) -> None:
    say(case.title)
    tables = build_tables(case, worked, decimals=DECIMALS_OF_CONVERTED if prices else None)
    for table in (*tables, *((build_price_table(prices),) if prices else ())):
        _say_table(table)


def _say_faults(case: BusinessCase, worked: Worked, faults: Sequence[Fault]) -> None:
    """In the file's own prices, also where the tables are in others."""
    noted = (build_remark_table(find_remarks(case, worked, faults)), build_fault_table(case, faults))
    for table in noted:
        if table.rows:
            _say_table(table)


def _say_table(table: CaseTable) -> None:
    say()
    say(table.title)
    say_fitted(table.header, table.rows, words=table.words, columns=page_columns())


def _refuse(case: BusinessCase, faults: Sequence[Fault]) -> None:
    if faults:
        raise DataContractError(
            f"{len(faults)} stated figures are wrong." if len(faults) > 1 else "One stated figure is wrong.",
            item=case.title,
            remedy="Correct what the file states, or its items; the expected figures stand above.",
        )
