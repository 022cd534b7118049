"""Our cases as rows of the registers `control_case` and `control_effect`: what a later delivery and a label read.

A case is told once it was opened, or rejected at its desk review; one that nobody looked at is no control. A decision
counts from the day it was announced. Hidden cases (address protection) and those whose address is forgotten
(retention) are left out and counted. Must not know what a label is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.as_of import danish_day
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.registers import POLARS_TYPES, TABLES
from service.cases.tables import CASES, EFFECTS, HOURS, REVERSALS, STEPS
from service.fallback import FALLBACK

PURPOSE = "outcomes"
CASEWORKER = "caseworker"
CONCLUDING = ("announced", "closed", "rejected")
"""States with which the municipality has had its say, for now or for good."""
MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Outcomes:
    """`cases`, `effects`: rows in contract columns and types, by id; `left_out`: reason → number of cases."""

    cases: pl.DataFrame
    effects: pl.DataFrame
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class _Past:
    """The steps of one case in order, as far as they tell how it went."""

    steps: Sequence[sa.RowMapping]

    def first(self, *states: str) -> sa.RowMapping | None:
        """The first step that came from elsewhere into one of `states`."""
        into = (step for step in self.steps if step["to_state"] in states and step["from_state"] != step["to_state"])
        return next(into, None)

    def last(self, code: str) -> sa.RowMapping | None:
        """The newest step of that code."""
        return next((step for step in reversed(self.steps) if step["step"] == code), None)


def load_outcomes(connection: sa.Connection, *, home: Path) -> Outcomes:
    """`build_outcomes` under the pseudonyms of this installation."""
    return build_outcomes(connection, caseworkers=load_pseudonyms(home, purpose=PURPOSE))


def build_outcomes(connection: sa.Connection, *, caseworkers: Pseudonyms) -> Outcomes:
    """Every control of ours in contract form (registers.md, *control_case* and *control_effect*)."""
    left_out: Counter[str] = Counter()
    past = {case: _Past(steps) for case, steps in _grouped(connection, STEPS, "case_id", "version").items()}
    hours = _hours(connection)
    cases, effects = [], []
    proposed = _grouped(connection, EFFECTS, "case_id", "effect_id")
    reversals = {row["effect_id"]: row["reversed_on"] for row in _rows(connection, REVERSALS, "effect_id")}
    for row in _rows(connection, CASES, "case_id"):
        steps = past.get(row["case_id"], _Past(()))
        told = _told(row, steps)
        reason = None if told is None else _unfit(row, told)
        if told is None or reason:
            left_out.update([reason] if reason else [])
            continue
        cases.append(told | _grounds(row, steps, caseworkers) | {"hours": hours.get(row["case_id"])})
        effects += _effects(steps, told, proposed.get(row["case_id"], ()), reversals)
    return Outcomes(_frame("control_case", cases), _frame("control_effect", effects), dict(left_out))


def _told(row: sa.RowMapping, past: _Past) -> dict[str, Any] | None:
    """When a case was opened and closed, and how it ended; None for one that is no control (yet)."""
    if row["state"] == "rejected":
        return _rejected(row, past)
    if row["opened_on"] is None:
        return None
    ended = past.first(*CONCLUDING)
    return {
        "opened_on": dt.date.fromisoformat(row["opened_on"]),
        "closed_on": None if ended is None else _day(ended),
        "outcome": None if ended is None else row["outcome"],
    }


def _rejected(row: sa.RowMapping, past: _Past) -> dict[str, Any] | None:
    """A desk review of registers is a control from its first look on (decision 14 says which found nothing)."""
    look, end = past.last("first_look"), past.first("rejected")
    if end is None:
        return None
    return {"opened_on": _day(end if look is None else look), "closed_on": _day(end), "outcome": row["outcome"]}


def _unfit(row: sa.RowMapping, told: Mapping[str, Any]) -> str | None:
    if row["hidden"]:
        return "protected_address"
    if not row["address_id"]:
        return "address_forgotten"
    return "no_outcome" if (told["closed_on"] is None) != (told["outcome"] is None) else None


def _grounds(row: sa.RowMapping, past: _Past, caseworkers: Pseudonyms) -> dict[str, Any]:
    """Which case at which address, how it was picked, and by a pseudonym who opened or rejected it."""
    began = past.first("opened", "rejected")
    who = began["actor"] if began is not None else row["owner"] or ""
    drawn = row["arm"] == "random"
    return {
        "case_id": row["case_id"],
        "address_id": row["address_id"],
        "channel": _channel(row),
        # whoever is chosen by priority was chosen for sure, and then by people: no draw, no probability
        "selection_probability": row["selection_probability"] if drawn else None,
        "caseworker_id": caseworkers.of(CASEWORKER, who),
    }


def _channel(row: sa.RowMapping) -> str:
    """`control_case.channel` of the list that brought it: by lot, by the old rules while stopped, or by the model."""
    if row["arm"] == "random":
        return "random"
    return "rule_list" if row["model_version"] == FALLBACK else "model"


def _effects(
    past: _Past, told: Mapping[str, Any], rows: Iterable[sa.RowMapping], reversals: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The effects of the proposal that was decided, once it was announced."""
    announced, decided = past.first("announced"), past.last("propose")
    if announced is None or decided is None or told["closed_on"] is None:
        return []
    return [
        {**row, "effective_from": dt.date.fromisoformat(row["effective_from"]), "recorded_on": _day(announced),
         "reversed_on": _day_or_none(reversals.get(row["effect_id"]))}
        for row in rows
        if row["proposal"] == decided["version"]
    ]  # fmt: skip


def _hours(connection: sa.Connection) -> dict[str, float]:
    total = sa.select(HOURS.c.case_id, sa.func.sum(HOURS.c.minutes)).group_by(HOURS.c.case_id)
    return {case: int(minutes) / MINUTES_AN_HOUR for case, minutes in connection.execute(total)}


def _rows(connection: sa.Connection, table: sa.Table, *order: str) -> Sequence[sa.RowMapping]:
    return connection.execute(sa.select(table).order_by(*(table.c[name] for name in order))).mappings().all()


def _grouped(connection: sa.Connection, table: sa.Table, key: str, *order: str) -> dict[str, list[sa.RowMapping]]:
    found: defaultdict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in _rows(connection, table, key, *order):
        found[row[key]].append(row)
    return dict(found)


def _day(step: sa.RowMapping) -> dt.date:
    return danish_day(step["at"])


def _day_or_none(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _frame(register: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    columns = TABLES[register].columns
    schema = {column.name: POLARS_TYPES[column.kind] for column in columns}
    return pl.DataFrame([[row[name] for name in schema] for row in rows], schema=schema, orient="row")
