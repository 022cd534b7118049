"""How the controls of an invented year ended, as the case files would hold it: steps, decisions, and what was paid.

Nobody worked on these cases, so they hold no letters and no notes; the town's registers say what came of them. Must not
know how they were chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from governance.as_of import danish_moment
from governance.audit.events import instant
from governance.store.opening import Act
from service.cases.tables import CASES, EFFECTS, MONEY, STEPS

ACTOR = "demonstration"
NOON = dt.time(12)
PAID_AFTER, GIVEN_UP_AFTER = dt.timedelta(days=60), dt.timedelta(days=150)
PAID_TENTHS = 7
"""Of every claim so many tenths are paid; the rest is written off where nobody can pay it."""
_ENDING = (("propose", "opened", "proposed"), ("announce", "proposed", "announced"), ("close", "announced", "closed"))
_WITHOUT_DECISION = (("close", "opened", "closed"),)
Row = Mapping[str, Any]


def keep_ended(act: Act, row: sa.RowMapping, told: Row, effects: Sequence[Row], *, until: dt.date) -> None:
    """A listed case as it stood on the day `until`: opened, and decided and closed where the registers say so.

    `told` and `effects` are its rows of `control_case` and `control_effect`.
    """
    version = int(row["version"]) + 1
    _step(act, row, version, ("open", "listed", "opened"), told["opened_on"])
    columns: dict[str, Any] = {"opened_on": f"{told['opened_on']}", "state": "opened"}
    if told["closed_on"] is not None:
        proposal = version + 1
        for version, step in enumerate(_ENDING if effects else _WITHOUT_DECISION, start=proposal):
            _step(act, row, version, step, told["closed_on"])
        for effect in effects:
            _decided(act, row, effect, proposal=proposal, until=until)
        columns |= {"closed_on": f"{told['closed_on']}", "outcome": told["outcome"], "state": "closed"}
    changed = sa.update(CASES).where(CASES.c.case_id == row["case_id"])
    act.connection.execute(changed.values(version=version, **columns))


def _step(act: Act, row: sa.RowMapping, version: int, step: tuple[str, str, str], day: dt.date) -> None:
    code, before, after = step
    columns = {
        "case_id": row["case_id"], "version": version, "at": _at(day), "step": code, "actor": ACTOR,
        "from_state": before, "to_state": after, "reason": "", "details": "{}",
    }  # fmt: skip
    act.connection.execute(sa.insert(STEPS), [columns])


def _decided(act: Act, row: sa.RowMapping, effect: Row, *, proposal: int, until: dt.date) -> None:
    names = ("effect_id", "person_id", "grant_id", "benefit", "effect", "monthly_change_ore", "reclaim_ore")
    columns = {name: effect[name] for name in names}
    columns |= {"case_id": row["case_id"], "proposal": proposal, "effective_from": f"{effect['effective_from']}"}
    act.connection.execute(sa.insert(EFFECTS), [columns])
    paid = effect["reclaim_ore"] * PAID_TENTHS // 10 if effect["reversed_on"] is None else 0
    lost = effect["reclaim_ore"] - paid if paid and hopeless(effect) else 0
    for kind, amount, day in (
        ("collected", paid, effect["recorded_on"] + PAID_AFTER),
        ("written_off", lost, effect["recorded_on"] + GIVEN_UP_AFTER),
    ):
        if amount and day < until:
            money = {"money_id": f"{effect['effect_id']}-{kind}", "effect_id": effect["effect_id"], "at": _at(day),
                     "kind": kind, "amount_ore": amount, "on_day": f"{day}"}  # fmt: skip
            act.connection.execute(sa.insert(MONEY), [money])


def _at(day: dt.date) -> str:
    return instant(danish_moment(day, NOON))


def hopeless(effect: Row) -> bool:
    """Every other claim, whichever way they come."""
    return bool(effect["reclaim_ore"] // 100 % 2)
