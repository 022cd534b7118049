"""The control cases: opened on a policy's picks, closed months later, and what a hit changes in the registers.

A case's hit is one Bernoulli draw with the planted probability at its opening. Registers change only after the
decision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data import codes
from synthetic_data.benefits_paid import end_grants, is_running, rebase_grants
from synthetic_data.block import Block
from synthetic_data.calendar import OPENING_DAYS, Span
from synthetic_data.columns import NO_DAY, Bools, Floats, Ints
from synthetic_data.policy import Picks
from synthetic_data.registration import free, register_moves, vacant
from synthetic_data.severity import (
    CLOSING_MONTHS,
    CLOSING_SHARES,
    REGISTRATION_ONLY,
    draw_effects,
    expected_hours,
    months_left,
    theme_shares,
)
from synthetic_data.situation import Situation

CASEWORKERS = 8
_INCONCLUSIVE, _REFERRED = 0.05, 0.03
DECIDED = 1 - _INCONCLUSIVE - _REFERRED  # the share of cases that end with an answer
_COOL_OFF_DAYS = 365
_REGISTRATION_FOLLOWS = 0.75
_HOURS_SHAPE = 14.0


@dataclass(frozen=True, kw_only=True)
class _Decisions:
    """Cases decided this month with the day of the decision."""

    case: Ints
    on: Ints


def open_cases(block: Block, span: Span, picks: Picks, situation: Situation, probability: Floats) -> None:
    """Open a case per pick in the month's first days; the outcome is drawn when it closes."""
    rng, address = block.rng, picks.address
    count = len(address)
    shares = theme_shares(situation)[address]
    theme = (shares.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1).clip(max=shares.shape[1] - 1)
    hours = expected_hours(situation)[address]
    cases = block.cases.add(
        count, address=address, opened=rng.integers(span.first, span.first + OPENING_DAYS, count), month=span.number,
        channel=picks.channel, probability=picks.probability, caseworker=rng.integers(0, CASEWORKERS, count),
        hours=np.nan, closed=NO_DAY, close_month=span.number + rng.choice(CLOSING_MONTHS, count, p=CLOSING_SHARES),
        outcome=-1, hit_probability=probability[address], theme=theme,
        planned_hours=np.clip(hours * rng.gamma(_HOURS_SHAPE, 1 / _HOURS_SHAPE, count), 2.0, 20.0).round(1),
    )  # fmt: skip
    block.dwellings["open_case"][address] = True
    block.dwellings["last_control"][address] = block.cases["opened"][cases]
    _hold_grants(block, span, cases)


def _hold_grants(block: Block, span: Span, cases: Ints) -> None:
    """Remember the running grants of each case's residents; they are not changed otherwise while it is open."""
    case_at = np.full(block.dwellings.size, -1)
    case_at[block.cases["address"][cases]] = cases
    running = np.flatnonzero(is_running(block, span.first))
    home = block.people["address"][block.grants["person"][running]]
    held = (home >= 0) & (case_at[home] >= 0)
    grants, case = running[held], case_at[home[held]]
    block.case_grants.add(len(grants), case=case, grant=grants)
    block.grants["frozen_until"][grants] = block.cases["close_month"][case]


def close_cases(block: Block, span: Span, months: Ints) -> None:
    """Decide the cases whose month has come, write effects, and let the registers follow."""
    cases, rng = block.cases, block.rng
    due = np.flatnonzero((cases["close_month"] == span.number) & (cases["closed"] == NO_DAY))
    on = rng.integers(span.first + OPENING_DAYS, span.after - 1, len(due))
    draw = rng.random(len(due))
    hit = rng.random(len(due)) < cases["hit_probability"][due]
    outcome = np.where(hit, codes.REGISTRATION_CORRECTED, codes.NO_CHANGE)
    outcome = np.where(draw < _INCONCLUSIVE + _REFERRED, codes.REFERRED, outcome)
    outcome = np.where(draw < _INCONCLUSIVE, codes.INCONCLUSIVE, outcome)
    cases["closed"][due] = on
    cases["hours"][due] = cases["planned_hours"][due]
    cases["outcome"][due] = outcome
    decisions = _Decisions(case=due, on=on)
    _write_effects(block, span, decisions, months)
    _close_addresses(block, decisions)
    _correct_residence(block, span, decisions)


def _write_effects(block: Block, span: Span, decisions: _Decisions, months: Ints) -> None:
    cases, rng = block.cases, block.rng
    hits = np.zeros(cases.size, dtype=bool)
    closed = decisions.case[cases["outcome"][decisions.case] == codes.REGISTRATION_CORRECTED]
    hits[closed[rng.random(len(closed)) >= REGISTRATION_ONLY[cases["theme"][closed]]]] = True
    day_of = np.full(cases.size, NO_DAY)
    day_of[decisions.case] = decisions.on
    rows = np.flatnonzero(hits[block.case_grants["case"]])
    _, first = np.unique(
        block.case_grants["grant"][rows], return_index=True
    )  # a holder may have moved into another case
    case, grant = block.case_grants["case"][rows[first]], block.case_grants["grant"][rows[first]]
    effective = int(months[span.number + 1])
    benefit, left = block.grants["benefit"][grant], months_left(block.grants["end"][grant], effective)
    left = np.where(is_running(block, span.after)[grant], left, 0)
    drawn = draw_effects(rng, theme=cases["theme"][case], benefit=benefit, left=left)
    case, grant = case[drawn.row], grant[drawn.row]
    cases["outcome"][case] = codes.BENEFIT_CHANGED
    change = np.round(block.grants["amount"][grant] * drawn.share).astype(np.int64)
    sign = np.where(drawn.effect == codes.INCREASED, 1, np.where(drawn.effect == codes.RECLAIM, 0, -1))
    on = day_of[case]
    block.effects.add(
        len(case), case=case, grant=grant, effect=drawn.effect, monthly_change=change * sign, effective=effective,
        reclaim=change * drawn.reclaim_months, recorded=on,
        reversed=np.where(drawn.reversed, on + rng.integers(45, 240, len(case)), NO_DAY),
    )  # fmt: skip
    _change_grants(block, grant, effect=drawn.effect, share=drawn.share, effective=effective, on=on + 1)


def _change_grants(block: Block, grant: Ints, *, effect: Ints, share: Floats, effective: int, on: Ints) -> None:
    """Stopped grants end, reduced ones run on as a couple's or at home, increased ones get more."""
    grants = block.grants
    stopped, reduced = grant[effect == codes.STOPPED], effect == codes.REDUCED
    end_grants(block, stopped, ends=np.full(len(stopped), effective), on=on[effect == codes.STOPPED])
    changed = grant[reduced]
    basis = grants["basis"][changed]
    follows = np.array([codes.COUPLE, codes.COUPLE_PROVIDER, codes.COUPLE, codes.COUPLE_PROVIDER,
                        codes.LIVING_AT_HOME, codes.LIVING_AT_HOME])[basis]  # fmt: skip
    rebase_grants(
        block, changed, basis=follows, children=grants["children"][changed], since=np.full(len(changed), effective),
        on=on[reduced],
    )  # fmt: skip
    grants["factor"][changed] *= 1 - share[reduced]
    grants["factor"][grant[effect == codes.INCREASED]] *= 1 + share[effect == codes.INCREASED]


def _close_addresses(block: Block, decisions: _Decisions) -> None:
    cases, dwellings = block.cases, block.dwellings
    address, outcome = cases["address"][decisions.case], cases["outcome"][decisions.case]
    dwellings["open_case"][address] = False
    clean = outcome == codes.NO_CHANGE
    dwellings["cool_until"][address[clean]] = decisions.on[clean] + _COOL_OFF_DAYS
    hit = is_hit(outcome)
    dwellings["last_hit"][address[hit]] = decisions.on[hit]


def is_hit(outcome: Ints) -> Bools:
    """A benefit changed or a registration was corrected."""
    return np.isin(outcome, (codes.REGISTRATION_CORRECTED, codes.BENEFIT_CHANGED))


def _correct_residence(block: Block, span: Span, decisions: _Decisions) -> None:
    """After most hits somebody's residence is ended (gone, pro forma, too many) or the missing partner moves in."""
    cases, rng, people = block.cases, block.rng, block.people
    hit = is_hit(cases["outcome"][decisions.case]) & (rng.random(len(decisions.case)) < _REGISTRATION_FOLLOWS)
    case, on = decisions.case[hit], decisions.on[hit] + 1
    address = cases["address"][case]
    day_of = np.full(block.dwellings.size, NO_DAY)
    day_of[address] = on
    couple = np.zeros(block.dwellings.size, dtype=bool)
    couple[address] = cases["theme"][case] == 1
    here = block.residents()
    movable = here[(day_of[people["address"][here]] != NO_DAY) & (span.first - people["birth"][here] > 18 * 366)]
    _, first = np.unique(people["address"][movable], return_index=True)
    person = movable[first]
    partner = _missing_partner(block, person)
    arrives = couple[people["address"][person]] & (partner >= 0)
    home = people["address"][person].copy()
    _bring_in(block, span, partner[arrives], home[arrives], person[arrives], day_of)
    _send_out(block, span, person[~couple[home]], day_of)


def _missing_partner(block: Block, person: Ints) -> Ints:
    """The spouse who is registered elsewhere, if any."""
    spouse = block.people["spouse"][person]
    apart = (spouse >= 0) & ~block.are_together(person, spouse)
    return np.where(apart & (block.people["address"][spouse] >= 0), spouse, -1)


def _bring_in(block: Block, span: Span, arriving: Ints, home: Ints, person: Ints, day_of: Ints) -> None:
    open_now = block.people["touched"][arriving] != span.number
    arriving, home, person = arriving[open_now], home[open_now], person[open_now]
    arriving, first = np.unique(arriving, return_index=True)
    home, person = home[first], person[first]
    free(block, span, arriving)
    register_moves(
        block, arriving, home, on=day_of[home], lags=np.full(len(home), 1), channel=codes.AUTHORITY, care_of=False
    )  # fmt: skip
    block.people["partner"][arriving] = person
    block.people["partner"][person] = arriving


def _send_out(block: Block, span: Span, leaving: Ints, day_of: Ints) -> None:
    """To an empty dwelling, or out of the register of this town."""
    leaving = free(block, span, leaving)
    homes = vacant(block, len(leaving))
    target = np.full(len(leaving), -1)
    target[: len(homes)] = homes
    target = np.where(block.rng.random(len(leaving)) < 0.4, -1, target)
    on = day_of[block.people["address"][leaving]]
    register_moves(
        block, leaving, target, on=on, lags=block.rng.integers(0, 40, len(leaving)), channel=codes.AUTHORITY,
        care_of=False,
    )  # fmt: skip
