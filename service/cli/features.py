"""`adressekontrol features …`: what the model may look at, the matrix, and the rows behind a number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from governance.legal_bases import pull_of
from service.cli.options import (
    AsJson,
    AsOfText,
    ByFeature,
    Directory,
    day,
    existing,
    settings_from_environment,
    writable_file,
)
from service.cli.output import progress, say, say_json, say_left_out, say_table
from service.cli.state import opened_store

if TYPE_CHECKING:
    from features.reference import FeatureTrace

commands = typer.Typer(no_args_is_help=True, help="What the model may look at, and the rows behind a number.")


@commands.command("list")
def list_features(as_json: AsJson = False) -> None:
    """Every feature with text, unit, legal basis, registers and direction."""
    from features.definitions import load_catalogue_of_features

    rows: list[dict[str, Any]] = [
        {
            "name": declared.name,
            "family": declared.family,
            "text": declared.text,
            "unit": declared.unit,
            "legal_basis": declared.legal_basis,
            "registers": list(declared.registers),
            "direction": declared.direction,
        }
        for declared in load_catalogue_of_features().values()
    ]
    if as_json:
        say_json(rows)
        return
    columns = ("name", "family", "unit", "direction", "legal_basis", "text")
    say_table(columns, [[row[column] for column in columns] for row in rows])


@commands.command("build")
def build(
    directory: Directory,
    as_of: AsOfText,
    out: Annotated[Path, typer.Option("--out", help="The Parquet file to write.", metavar="F")],
    engine: Annotated[str, typer.Option("--engine", help="polars or spark (extra [spark]).")] = "polars",
    feature: ByFeature = None,
    as_json: AsJson = False,
) -> None:
    """The matrix of every candidate address at the close of the day."""
    from service.matrix_run import build_candidate_matrix

    writable_file(out)
    settings = settings_from_environment()
    with progress("features build") as report:
        built = build_candidate_matrix(
            existing(directory),
            as_of=day(as_of),
            engine_name=engine,
            settings=settings,
            report=report,
            features=tuple(feature or ()),
        )
    with opened_store(settings) as store, store.act("matrix.built", subject=built.lineage[:16]) as act:
        act.add(candidates=built.matrix.height, pull=pull_of(built.seen))
        out.parent.mkdir(parents=True, exist_ok=True)
        built.matrix.write_parquet(out)
    counts = {
        "considered": built.candidates.considered,
        "candidates": built.matrix.height,
        "excluded": dict(built.candidates.excluded),
        "left_out": list(built.left_out),
        "matrix": built.lineage,
        "out": str(out),
    }
    if as_json:
        say_json(counts)
        return
    say(f"{counts['candidates']} candidates of {counts['considered']} addresses considered, written to {out}")
    say_table(("left out because", "addresses"), list(built.candidates.excluded.items()))
    say_left_out(built.left_out)


@commands.command("explain")
def explain(
    directory: Directory,
    address: Annotated[str, typer.Argument(help="The address_id to explain.", metavar="ADDRESS")],
    as_of: AsOfText,
    as_json: AsJson = False,
) -> None:
    """The rows behind each number of one address, worked out again by the plain second route."""
    from service.matrix_run import explain_address_of

    settings = settings_from_environment()
    with opened_store(settings) as store, progress("features explain") as report:
        traces = explain_address_of(
            existing(directory), address, as_of=day(as_of), settings=settings, store=store, report=report
        )
    if as_json:
        say_json([{"feature": trace.name, "value": trace.value, "rows": _rows(trace)} for trace in traces])
        return
    for trace in traces:
        say(f"{trace.name} = {'unknown' if trace.value is None else f'{trace.value:g}'}")
        for row in _rows(trace):
            say("    " + "  ".join(f"{name}={value}" for name, value in row.items()))


def _rows(trace: FeatureTrace) -> list[dict[str, Any]]:
    return [
        {"register": row.register, **{name: _plain(value) for name, value in row.columns.items()},
         "recorded_on": row.recorded_on.isoformat()}
        for row in trace.rows
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
