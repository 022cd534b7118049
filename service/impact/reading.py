"""Registers and our own cases as the facts of impact, as they were known at a day.

Registers say what was controlled and decided, whoever did it; what was paid of a claim and which model put a case
forward only our own cases know. Must not know what the facts add up to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import polars as pl
import sqlalchemy as sa

from governance.as_of import AsOf, danish_moment
from governance.audit.events import instant
from governance.benefits import Catalogue, load_catalogue
from governance.contracts import ContractReport, check_registers, require_acceptable, sound_registers
from governance.errors import DataContractError
from governance.impact.facts import (
    CaseFact,
    CostFact,
    CostKind,
    EffectFact,
    Facts,
    MoneyFact,
    MoneyKind,
    arm_of,
    cohort_of,
)
from governance.impact.saving import effects_with_grants, months_left, municipal_permille, require_payable
from governance.impact.tables import COSTS
from governance.registers import Registers
from governance.settings import Settings
from service.cases.tables import CASES, MONEY
from service.fallback import FALLBACK
from training.checked import require_summable

STALE = "stale"
"""The rule of a contract check that a register is old; it says nothing of decisions."""
MOST_HOURS = 1_000_000
"""Five hundred years of work on one case."""


def load_facts(
    registers: Registers,
    *,
    as_of: AsOf,
    hourly_cost_ore: int,
    connection: sa.Connection | None = None,
    catalogue: Catalogue | None = None,
) -> Facts:
    """All that is known at the close of `as_of`, by the ids of the registers, which must have passed their contract.

    Without a `connection` (a town that is not in this installation) no case is ours: no payments, no costs, no model.
    An effect is seen once its case is; a case that is closed later is open, without outcome and hours. Payments of
    effects that the registers do not have are among them: `facts_of_registers` leaves those out.
    """
    models = {} if connection is None else _models(connection)
    cases = _cases(registers, as_of.day, models)
    return Facts(
        cases=tuple(cases.values()),
        effects=_effects(registers, as_of, cases, catalogue or load_catalogue()),
        money=() if connection is None else _money(connection, as_of.day),
        costs=() if connection is None else _costs(connection, as_of.day),
        as_of=as_of.day,
        hourly_cost_ore=hourly_cost_ore,
    )


def load_decided(
    directory: Path, *, as_of: AsOf, settings: Settings, report: Callable[[str], None]
) -> tuple[Registers, ContractReport]:
    """The registers without the rows that their contract sets aside, and the report of the check.

    Unlike a list, which needs to know who lives where today, a decision does not grow old: registers whose newest
    residence, payment or signal is long past, or that have none, are as good. `DataContractError` when they break their
    contract otherwise.
    """
    report("checking the registers")
    checked = check_registers(directory, as_of=as_of, settings=settings)
    fresh_or_not = tuple(fault for fault in checked.table_faults if fault.rule != STALE)
    checked = replace(checked, table_faults=fresh_or_not)
    require_acceptable(checked)
    registers = sound_registers(directory, checked)
    require_summable(registers)
    return registers, checked


def with_own_words(facts: Facts, connection: sa.Connection) -> Facts:
    """The facts with the payments and costs that are known to `connection`."""
    return replace(facts, money=_money(connection, facts.as_of), costs=_costs(connection, facts.as_of))


def facts_of_registers(facts: Facts) -> Facts:
    """The facts without payments of effects that are not among them."""
    known = {each.effect_id for each in facts.effects}
    return replace(facts, money=tuple(each for each in facts.money if each.effect_id in known))


def _cases(registers: Registers, day: dt.date, models: Mapping[str, str]) -> dict[str, CaseFact]:
    rows = registers.table("control_case").filter(pl.col("opened_on") <= day).sort("opened_on", "case_id").collect()
    _require_lived(rows["hours"])
    return {row["case_id"]: _case(row, day, models.get(row["case_id"], "")) for row in rows.iter_rows(named=True)}


def _require_lived(hours: pl.Series) -> None:
    """Refuse hours that nobody lives (`DataContractError`): what they cost would leave whole øre (int64)."""
    beyond = int((hours.is_infinite() | (hours > MOST_HOURS)).sum())
    if beyond:
        raise DataContractError(
            f"{beyond} cases took more than {MOST_HOURS} hours each: no case takes that many.",
            item="control_case.hours",
            remedy="Export the register anew, with hours spent on the case.",
        )


def _case(row: Mapping[str, Any], day: dt.date, model: str) -> CaseFact:
    closed = row["closed_on"] is not None and row["closed_on"] <= day
    return CaseFact(
        case_id=row["case_id"],
        address_id=row["address_id"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"] if closed else None,
        channel=row["channel"],
        arm=arm_of(row["channel"]),
        cohort=cohort_of(row["opened_on"]),
        selection_probability=row["selection_probability"],
        hours=row["hours"] if closed else None,
        outcome=row["outcome"] if closed else None,
        model_version=model,
    )


def _effects(
    registers: Registers, as_of: AsOf, cases: Mapping[str, CaseFact], catalogue: Catalogue
) -> tuple[EffectFact, ...]:
    rows = [row for row in effects_with_grants(registers, as_of=as_of) if row["case_id"] in cases]
    facts = [_effect(row, as_of.day, cases[row["case_id"]].address_id, catalogue) for row in rows]
    require_payable([(each.monthly_change_ore * each.months_forward, each.reclaim_ore) for each in facts])
    return tuple(sorted(facts, key=lambda each: (each.recorded_on, each.effect_id)))


def _effect(row: Mapping[str, Any], day: dt.date, address_id: str, catalogue: Catalogue) -> EffectFact:
    benefit = catalogue.benefits[row["benefit"]]
    reversed_on = row["reversed_on"]
    return EffectFact(
        effect_id=row["effect_id"],
        case_id=row["case_id"],
        person_id=row["person_id"],
        grant_id=row["grant_id"],
        benefit=benefit.code,
        administration=benefit.administration,
        effect=row["effect"],
        monthly_change_ore=row["monthly_change_ore"],
        effective_from=row["effective_from"],
        reclaim_ore=row["reclaim_ore"],
        recorded_on=row["recorded_on"],
        reversed_on=reversed_on if reversed_on is not None and reversed_on <= day else None,
        months_forward=months_left(row, horizon_months=benefit.horizon_months),
        municipal_permille=municipal_permille(row, catalogue),
        household_id=address_id if benefit.affects == "household" else None,
    )


def _models(connection: sa.Connection) -> Mapping[str, str]:
    """The model that put each case of ours forward; none of those that were chosen without one."""
    asked = sa.select(CASES.c.case_id, CASES.c.model_version).where(CASES.c.model_version != FALLBACK)
    return {row.case_id: row.model_version for row in connection.execute(asked)}


def _money(connection: sa.Connection, day: dt.date) -> tuple[MoneyFact, ...]:
    """Payments and write-offs that were both made and recorded by the day."""
    known = (MONEY.c.on_day <= f"{day}") & (MONEY.c.at < instant(danish_moment(day + dt.timedelta(days=1))))
    return tuple(
        MoneyFact(
            row.money_id,
            row.effect_id,
            cast(MoneyKind, row.kind),
            int(row.amount_ore),
            dt.date.fromisoformat(row.on_day),
        )
        for row in connection.execute(sa.select(MONEY).where(known).order_by(MONEY.c.money_id))
    )


def _costs(connection: sa.Connection, day: dt.date) -> tuple[CostFact, ...]:
    """Costs borne by the day, whenever they were entered: the next booking takes each in, and earlier ones stand."""
    known = COSTS.c.on_day <= f"{day}"
    return tuple(
        CostFact(
            row.cost_id,
            cast(CostKind, row.kind),
            row.committee,
            int(row.amount_ore),
            dt.date.fromisoformat(row.on_day),
            row.text,
        )
        for row in connection.execute(sa.select(COSTS).where(known).order_by(COSTS.c.cost_id))
    )
