"""The draws that estimates rest on: logged pools with the cases that came of them, or registers' drawn cases alone.

A draw counts when none of its list can be opened any more and every case that was is mature. Drawn cases that nobody
opened weigh on those that were: π is taken times the share of the drawn that was opened, as if it were left to chance.
Must not know what is estimated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.impact.arm import Listing, Pools, joined_cohorts
from governance.impact.estimates import Target
from governance.impact.estimators import Array
from governance.impact.facts import CaseFact, Facts, cohort_of
from governance.impact.interval import Drawn, learned_spread
from governance.impact.maturation import is_old_enough
from governance.settings import Settings
from service.impact.expected import Logged, LoggedRun

LEAST_OPENED = 0.9
"""Share of what is controlled whatever is drawn that was in fact: of fewer the draw does not count as having any."""
LISTED: Mapping[Target, str] = {
    "model": "listed_by_model",
    "rules": "listed_by_rules",
    "logistic": "listed_by_logistic",
}


@dataclass(frozen=True)
class _Draw:
    """One draw with what came of it: `pool` has every candidate that could be drawn, `saving` null where no case was
    opened, `opened` the share of the drawn that was, `kept` that of what is controlled whatever is drawn."""

    run: LoggedRun
    pool: pl.DataFrame
    opened: float
    kept: float


def make_logged_pools(
    facts: Facts, logged: Logged, savings: Mapping[str, float], mature: frozenset[str], *, settings: Settings
) -> Pools | None:  # fmt: skip
    """The mature draws of our own lists together; None where there is none of which every candidate was logged."""
    drawn = [
        run for run in logged.runs.values() if run.says_lists and run.draws is not None and run.draws["drawn"].any()
    ]
    waiting = {case.run_id for case in logged.cases if case.case_id in savings and case.case_id not in mature}
    ripe = [run for run in drawn if run.run_id not in waiting and _is_ripe(run.as_of, facts.as_of, settings)]
    draws = [draw for run in ripe if (draw := _draw(run, logged, savings)) is not None]
    if not draws:
        return None
    return _joined(draws, immature=len(drawn) - len(ripe))


def make_register_pools(facts: Facts, savings: Mapping[str, float], mature: frozenset[str]) -> Pools:
    """The registers' drawn cases alone: a month is a draw, and 1/π of its cases sum to its candidates.

    Nothing is known of lists or promises, so only the pool is a target.
    """
    random = [case for case in facts.cases if case.channel == "random" and case.selection_probability]
    ripe = ripe_drawn(facts, mature)
    cases = [case for case in random if case.case_id in ripe]
    probability = np.array([case.selection_probability for case in cases], dtype=np.float64)
    controlled = np.array([savings[case.case_id] for case in facts.cases if case.case_id in mature], dtype=np.float64)
    pool = Listing(
        of_drawn=np.ones(len(cases)), of_controlled=np.ones(len(controlled)), size=float((1 / probability).sum()),
        promised_ore=None,
    )  # fmt: skip
    return Pools(
        drawn=Drawn(saving=np.array([savings[case.case_id] for case in cases], dtype=np.float64),
                    probability=probability),
        certain=np.zeros(len(cases)), controlled_saving=controlled, listings={"pool": pool},
        draws=len({_month(case) for case in cases}),
        cohorts=joined_cohorts([case.cohort for case in cases]),
        immature=len({_month(case) for case in random} - {_month(case) for case in cases}),
    )  # fmt: skip


def ripe_drawn(facts: Facts, mature: frozenset[str]) -> frozenset[str]:
    """The drawn cases of the months in which every drawn case is mature: the quick ones must not count first."""
    return of_ripe_months([case for case in facts.cases if case.channel == "random"], mature)


def of_ripe_months(cases: Sequence[CaseFact], mature: frozenset[str]) -> frozenset[str]:
    """Those of the cases that were opened in months of which none of them is still waiting to be mature."""
    waiting = {_month(case) for case in cases if case.case_id not in mature}
    return frozenset(case.case_id for case in cases if _month(case) not in waiting)


def _month(case: CaseFact) -> tuple[int, int]:
    return case.opened_on.year, case.opened_on.month


def _is_ripe(listed_on: dt.date, as_of: dt.date, settings: Settings) -> bool:
    last = listed_on + dt.timedelta(days=settings.list_days)
    return is_old_enough(
        last, as_of=as_of, label_delay_days=settings.label_delay_days, appeal_days=settings.appeal_days
    )  # fmt: skip


def _draw(run: LoggedRun, logged: Logged, savings: Mapping[str, float]) -> _Draw | None:
    """The draw with the savings of its opened cases; None when none of the drawn was opened."""
    assert run.draws is not None  # noqa: S101  asked before
    units = dict(zip(run.rows["rank"], run.rows["address_id"], strict=True))
    opened = [case for case in logged.cases if case.run_id == run.run_id and case.case_id in savings]
    came = pl.DataFrame(
        {
            "unit_id": [units[case.place] for case in opened if case.place in units],
            "saving": [savings[case.case_id] for case in opened if case.place in units],
        },
        schema={"unit_id": pl.String, "saving": pl.Float64},
    ).unique("unit_id", keep="first", maintain_order=True)
    pool = run.draws.filter(pl.col("selection_probability") > 0).join(
        came, on="unit_id", how="left", maintain_order="left"
    )
    share = _opened(pool.filter("drawn"))
    return _Draw(run, pool, share, _opened(pool.filter("certain"))) if share else None


def _opened(rows: pl.DataFrame) -> float:
    return 1 - rows["saving"].null_count() / rows.height if rows.height else 0.0


def _joined(draws: Sequence[_Draw], *, immature: int) -> Pools:
    pool = pl.concat(
        draw.pool.with_columns(opened=pl.lit(draw.opened), kept=pl.lit(draw.kept)) for draw in draws
    )  # fmt: skip
    sure = pl.col("certain").fill_null(value=False) & (pl.col("kept") >= LEAST_OPENED)
    pool = pool.with_columns(sure=sure, unlogged=pl.col("certain").is_null())
    controlled = pool.filter(pl.col("saving").is_not_null())
    drawn = controlled.filter("drawn")
    return Pools(
        drawn=Drawn(
            saving=_floats(drawn, "saving"),
            probability=_floats(drawn, "selection_probability") * _floats(drawn, "opened"),
            chance=_floats(drawn, "hit_probability"), promised=_floats(drawn, "promised_ore"),
            spread=learned_spread(
                _floats(controlled, "saving"),
                _floats(controlled, "promised_ore") / _floats(controlled, "hit_probability"),
            ),
        ),
        certain=_floats(drawn, "sure"), controlled_saving=_floats(controlled, "saving"),
        listings=_listings(pool, drawn), draws=len(draws),
        cohorts=joined_cohorts([cohort_of(draw.run.as_of) for draw in draws]), immature=immature,
    )  # fmt: skip


def _listings(pool: pl.DataFrame, drawn: pl.DataFrame) -> Mapping[Target, Listing]:
    """The targets that every draw logged."""
    named: dict[Target, pl.Expr] = {"pool": pl.lit(value=True)}
    named |= {target: pl.col(column) for target, column in LISTED.items() if not pool[column].null_count()}
    return {target: _listing(pool, drawn, of) for target, of in named.items()}


def _listing(pool: pl.DataFrame, drawn: pl.DataFrame, of: pl.Expr) -> Listing:
    """One target; of what is controlled whatever is drawn the few that nobody opened are taken by their promise, put
    right by what the others brought beyond theirs."""
    controlled = pool.filter(pl.col("saving").is_not_null())
    certain = pool.filter(of & pl.col("sure"))
    logged = not pool["unlogged"].any()
    beyond = ((pl.col("saving") - pl.col("promised_ore")) / pl.col("kept")).sum()
    return Listing(
        of_drawn=_floats(drawn.with_columns(of_it=of), "of_it"),
        of_controlled=_floats(controlled.with_columns(of_it=of), "of_it"),
        size=float(pool.filter(of).height), promised_ore=float(pool.filter(of)["promised_ore"].sum()),
        certain_ore=float(certain.select(pl.col("promised_ore").sum() + beyond).item()) if logged else None,
        certain_promised_ore=float(certain["promised_ore"].sum()) if logged else None,
    )  # fmt: skip


def _floats(table: pl.DataFrame, name: str) -> Array:
    return np.asarray(table[name].cast(pl.Float64).to_numpy(), dtype=np.float64)
