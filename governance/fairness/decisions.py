"""From whatever a decisions table holds to one typed table: kind of row, weight, group labels.

Picky: a cell that is not what its column says stops the run with its place, never with its value. Everything after
this knows only the typed table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from governance.errors import DataContractError, UsageError
from governance.fairness.metrics import KINDS
from governance.fairness.reading import PLACE, shown_places

REQUIRED = ("selected", "hit")
OPTIONAL = ("channel", "selection_probability", "score")
MISSING = "(missing)"
RANDOM = "random"
_TRUTH = {"true": "1", "false": "0"}
_NO_PLAIN_VALUE = (pl.List, pl.Array, pl.Struct, pl.Object, pl.Binary, pl.Duration)
LEAST_PROBABILITY = 1e-100
"""Below it a weight, or the square of one, is no number any more."""


@dataclass(frozen=True)
class Decisions:
    """`rows` has `kind` (UInt8, place in KINDS), `weight`, `table_weight` (Float64), a String `group_column` each.

    `weight` is 1 / selection_probability, 1 where that is unknown. `table_weight` is what a row counts among *all*
    rows of its group: a random row weighs 1 there unless rows that are not random have a probability under 1 too.
    """

    rows: pl.DataFrame
    groups: tuple[str, ...]
    probabilities: bool
    table_weighted: bool


def group_column(name: str) -> str:
    """Where the labels of group column `name` stand in typed rows: a name that no column of ours has."""
    return f"group {name}"


def type_decisions(decisions: pl.DataFrame, *, groups: Sequence[str]) -> Decisions:
    """The typed table of a frame as `load_decisions` or anybody gives it.

    `DataContractError` names column and lines of what cannot be read; `UsageError` a group column that is not there.
    """
    wanted = tuple(dict.fromkeys(groups))
    _require_columns(decisions, wanted)
    typed = decisions.select(
        _place(decisions),
        _is_random(decisions).alias("random"),
        *(_number(decisions, name).alias(name) for name in (*REQUIRED, "selection_probability", "score")),
        *(_label(decisions, name).alias(group_column(name)) for name in wanted),
    )
    _refuse_faults(decisions, typed)
    return _build(typed, wanted)


def _build(typed: pl.DataFrame, groups: tuple[str, ...]) -> Decisions:
    # 1 and unknown weigh the same, so neither may change what the other rows count
    sampled = (pl.col("selection_probability") < 1).fill_null(False)
    probabilities = bool(typed.select(sampled.any()).item())
    table_weighted = bool(typed.select((sampled & ~pl.col("random")).any()).item())
    weight = (1 / pl.col("selection_probability")).fill_null(1.0)
    in_table = weight if table_weighted else pl.when("random").then(1.0).otherwise(weight)
    rows = typed.select(
        _kind().alias("kind"),
        weight.alias("weight"),
        in_table.alias("table_weight"),
        *(pl.col(group_column(name)) for name in groups),
    )
    return Decisions(rows, groups, probabilities, table_weighted)


def _kind() -> pl.Expr:
    """The place in KINDS: random, then selected hit, miss, unknown, then the same of the unselected."""
    outcome = pl.when(pl.col("hit") == 1).then(0).when(pl.col("hit") == 0).then(1).otherwise(2)
    decided = (
        pl.when(pl.col("selected") == 1).then(KINDS.index("selected_hit")).otherwise(KINDS.index("unselected_hit"))
    )
    return pl.when("random").then(KINDS.index("random")).otherwise(decided + outcome).cast(pl.UInt8)


def _require_columns(decisions: pl.DataFrame, groups: Sequence[str]) -> None:
    absent = [name for name in REQUIRED if name not in decisions.columns]
    if absent:
        # the columns there are stay unsaid: without a header they would be a person's values
        remedy = "Name the columns in the first line; leave the cells of hit empty where the outcome is unknown."
        raise DataContractError("The table lacks a column.", item=", ".join(absent), remedy=remedy)
    if decisions.is_empty():
        raise DataContractError("The table has no rows.", item="0 rows", remedy="Give one row a decision.")
    _require_plain(decisions, (*REQUIRED, *OPTIONAL, *groups))
    names = [name for name in decisions.columns if name != PLACE]
    unknown = [name for name in groups if name not in names]
    if unknown or not groups:
        what = "There is no such column to group by." if unknown else "No column to group by was named."
        raise UsageError(what, item=", ".join(unknown) or "--group", remedy=f"The columns are: {', '.join(names)}.")


def _require_plain(decisions: pl.DataFrame, names: Sequence[str]) -> None:
    nested = [f"column '{name}'" for name in names if isinstance(decisions.schema.get(name), _NO_PLAIN_VALUE)]
    if nested:
        remedy = "Split it into columns of one plain value a row."
        raise DataContractError(
            "A column holds lists, records or spans of time.", item=", ".join(nested), remedy=remedy
        )


def _place(decisions: pl.DataFrame) -> pl.Expr:
    there = PLACE in decisions.columns
    return pl.col(PLACE) if there else pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(PLACE)


def _is_random(decisions: pl.DataFrame) -> pl.Expr:
    if "channel" not in decisions.columns:
        return pl.lit(False)
    return (pl.col("channel").cast(pl.String).str.strip_chars().str.to_lowercase() == RANDOM).fill_null(False)


def _text(name: str) -> pl.Expr:
    """The cell without the blanks around it; null where nothing is left."""
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)


def _number(decisions: pl.DataFrame, name: str) -> pl.Expr:
    """Column `name` as Float64; null where the cell is empty or cannot be read, and where there is no such column."""
    if name not in decisions.columns:
        return pl.lit(None, pl.Float64)
    if decisions.schema[name].is_numeric():
        number = pl.col(name).cast(pl.Float64)
    else:
        number = _text(name).str.to_lowercase().replace(_TRUTH).cast(pl.Float64, strict=False)
    return number.fill_nan(None)


def _label(decisions: pl.DataFrame, name: str) -> pl.Expr:
    """The group value as text, exactly as it stands; `(missing)` where there is none."""
    kind = decisions.schema[name]
    if kind == pl.Boolean:
        text: pl.Expr = pl.when(pl.col(name)).then(pl.lit("True")).when(pl.col(name).not_()).then(pl.lit("False"))
    else:
        text = (pl.col(name).fill_nan(None) if kind.is_float() else pl.col(name)).cast(pl.String)
    return pl.when(text.str.strip_chars() != "").then(text).otherwise(pl.lit(MISSING))


def _refuse_faults(decisions: pl.DataFrame, typed: pl.DataFrame) -> None:
    faults = {
        name: places for name, wrong in _faults(decisions).items() if (places := _places(decisions, typed, wrong))
    }
    if not faults:
        return
    of = "lines" if PLACE in decisions.columns else "rows"
    raise DataContractError(
        "Some cells are not what their column holds.",
        item="; ".join(f"column '{name}', {shown_places(places, of=of)}" for name, places in faults.items()),
        remedy="Write selected as 0 or 1 (empty only in random rows), hit as 0, 1 or empty, "
        "selection_probability above 0 and at most 1 or empty, score as a number or empty.",
    )


def _faults(decisions: pl.DataFrame) -> dict[str, pl.Expr]:
    """Which rows break each column that there is, over the typed table with the cell's own `written …` flag."""
    unread = {name: pl.col(f"written {name}") & pl.col(name).is_null() for name in (*REQUIRED, "score")}
    probability = pl.col("selection_probability")
    outside = (probability < LEAST_PROBABILITY) | (probability > 1)
    no_decision = ~pl.col("random") & pl.col("selected").is_null()
    faults = {
        "selected": unread["selected"] | ~pl.col("selected").is_in([0.0, 1.0]) | no_decision,
        "hit": unread["hit"] | ~pl.col("hit").is_in([0.0, 1.0]),
        "selection_probability": (pl.col("written selection_probability") & probability.is_null()) | outside,
        "score": unread["score"] | pl.col("score").is_infinite(),
    }
    return {name: wrong for name, wrong in faults.items() if name in decisions.columns}


def _places(decisions: pl.DataFrame, typed: pl.DataFrame, wrong: pl.Expr) -> list[int]:
    written = {name: _written(decisions, name) for name in (*REQUIRED, "selection_probability", "score")}
    flags = decisions.select(flag.alias(f"written {name}") for name, flag in written.items())
    marked = pl.concat([typed, flags], how="horizontal")
    return marked.filter(wrong.fill_null(False)).get_column(PLACE).to_list()


def _written(decisions: pl.DataFrame, name: str) -> pl.Expr:
    """The cell has something in it; a NaN of a Parquet file, as other tools write an empty cell, has not."""
    if name not in decisions.columns:
        return pl.lit(False)
    if decisions.schema[name].is_numeric():
        return pl.col(name).cast(pl.Float64).fill_nan(None).is_not_null()
    return (_text(name).str.to_lowercase() != "nan").fill_null(False)
