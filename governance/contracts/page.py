"""The contract as a page for municipalities, generated: what to export, in which form, and what is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from governance.contracts.rules import CONSEQUENCES, RULES
from governance.registers import TABLES, Column, Table
from governance.settings import Settings

_HEAD = """# The register contract

What a municipality exports, column by column. This page is generated from the schema that checks the files
(`governance/registers`); do not edit it by hand.

## Files

One directory, one file a register, each named as below: `person.parquet` or `person.csv`. All ten must be there, each
in one form only. Other Parquet or CSV files are refused; files of other kinds, and sub-directories, are not looked at.
A missing column and one that is not in the contract are refused alike: what is not in the contract is not read.

- **Parquet** is preferred: it carries the types. Accepted as well, because nothing is lost: narrower integers, integers
  in a float column, dictionary-encoded text, a timestamp at midnight for a date, a column without a type where it is
  all empty, and float64 of whole numbers in an int column that may be empty or is empty somewhere. Any other type
  stops the check; so do amounts of money written as float64 without a gap.
- **CSV** is UTF-8 with commas and one header line. Dates are `YYYY-MM-DD`, numbers have a decimal point, bools are
  `true`/`false` or `1`/`0`, and the empty cell means no value. A cell that cannot be read is a fault of its row.

Money is whole øre. Ids are opaque text: `person_id` is a keyed pseudonym, never the CPR number. Months are the first
day of the month.

## Time

A row of a versioned register is **known** from `recorded_on` until `retracted_on`, and **holds** from `valid_from`
until `valid_to`, each end day excluded. A late correction retracts the old row and inserts a new one. Rows recorded
after the day of the check are lawful and not seen.

## Registers
"""


def render_schema_page() -> str:
    """The page as Markdown, ending in a newline."""
    lines = [_HEAD, *(line for table in TABLES.values() for line in _table_lines(table)), *_rule_lines()]
    return "\n".join(lines) + "\n"


def _table_lines(table: Table) -> Iterator[str]:
    yield f"### {table.name}\n"
    yield f"{table.text} Source: {table.source}.\n"
    yield from _key_lines(table)
    yield "| column | type | meaning | rule |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type_text} | {column.text} | {'; '.join(_column_rules(column, table))} |"
    yield ""


def _key_lines(table: Table) -> Iterator[str]:
    if table.fact_key:
        yield f"Versioned; one fact is one {_names(table.fact_key)}.\n"
    if table.unique_key:
        yield f"`{table.unique_key}` is unique.\n"
    if table.freshness_column:
        yield f"The newest `{table.freshness_column}` must be recent (see Limits).\n"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _column_rules(column: Column, table: Table) -> Iterator[str]:
    if column.codes:
        yield "one of " + ", ".join(f"`{code}`" for code in column.codes)
    yield from _limits(column)
    if column.first_of_month:
        yield "a first day"
    for words, other in (
        ("after", column.after),
        ("not before", column.not_before),
        ("not after", column.not_after),
        ("not equal to", column.differs_from),
        ("empty exactly while so is", column.null_with),
    ):
        if other is not None:
            yield f"{words} `{other}`"
    for reference in table.references:
        if reference.column == column.name:
            yield f"in `{reference.table}.{reference.target}`"


def _limits(column: Column) -> Iterator[str]:
    exception = column.limit_unless
    unless = f" unless `{exception.column}` is `{exception.value}`" if exception else ""
    for sign, limit in ((">", column.above), ("≥", column.at_least), ("≤", column.at_most)):
        if limit is not None:
            yield f"{sign} {limit}{unless}"


def _rule_lines() -> Iterator[str]:
    limits = Settings()
    yield "## Rules on rows\n"
    yield "A row that breaks one is set aside, counted and listed; the rest goes on.\n"
    yield from _rule_table(RULES)
    yield "\nA row that leads only to rows set aside is set aside as a *consequence* and counted apart:\n"
    yield from _rule_table(CONSEQUENCES)
    yield "\n## Limits\n"
    yield (
        f"The check stops (exit code 11) when more than {limits.quarantine_share:.0%} of a register's rows and more "
        f"than {limits.quarantine_rows} rows are faulty, consequences not counted, or when the newest sound row of a "
        f"register that must be recent is more than {limits.freshness_days} days older than the day of the check. "
        "All three are settings."
    )


def _rule_table(rules: Mapping[str, str]) -> Iterator[str]:
    yield "| rule | a row is faulty when |"
    yield "|---|---|"
    for name, text in rules.items():
        yield f"| `{name}` | {text} |"
