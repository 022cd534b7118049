"""Which household gets which benefit on which basis, month by month, and what is paid.

The basis follows the register when a grant starts; when the household changes later, the grant often lags behind.
That lag is what address-registration control is about.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from synthetic_data import codes
from synthetic_data.block import Block
from synthetic_data.calendar import EPOCH, YEAR_DAYS, Span
from synthetic_data.columns import NO_DAY, Bools, Floats, Ints
from synthetic_data.prices import Prices
from synthetic_data.registration import adults

# a month: stop of a running grant; and the share of grants with a known last day, with its mean length in months
_STOPS = np.array([0.030, 0.040, 0.018, 0.018, 0.05, 0.012, 0.020, 0.014, 0.006])
_FINITE = np.array([0.10, 0.25, 0.85, 0.85, 1.0, 0.55, 0.30, 0.60, 0.05])
_LENGTH = np.array([12, 12, 14, 14, 4, 18, 18, 16, 24])
_RENEWED = 0.72
_BASIS_FOLLOWS = 0.10  # a grant's basis catches up with the register, a month
_LAST_PAID = 6
_GAP_PRONE = 0.10
_FOR_PROVIDERS = (codes.FRIPLADS, codes.SOESKENDERABAT, codes.BOERNETILSKUD)


def grant_first(block: Block, prices: Prices, *, day: int) -> None:
    """The grants that run on the first day, begun up to some years before."""
    holder, benefit, share = _eligible(block, day)
    chosen = block.rng.random(len(holder)) < share
    began = day - 1 - block.rng.exponential(1.0 / _STOPS[benefit[chosen]] * 30, chosen.sum()).astype(np.int64)
    began = np.maximum(began, block.person_facts["valid_from"][block.people["person_row"][holder[chosen]]])
    _start(block, holder[chosen], benefit[chosen], began=began, on=np.minimum(began + 12, day), day=day)
    _refresh_amounts(block, prices, 0)


def change_grants(block: Block, span: Span, prices: Prices) -> None:
    """One month's starts, stops, renewals and changes of basis, as decided and recorded in that month."""
    _stop(block, span)
    _renew(block, span)
    _follow_household(block, span)
    _miscount_children(block, span)
    _grant_new(block, span)
    _refresh_amounts(block, prices, span.number + 1)


def is_running(block: Block, day: int) -> Bools:
    """Which grants hold on a day, as known now."""
    grants = block.grants
    return np.asarray(grants["live"] & (grants["start"] <= day) & ((grants["end"] == NO_DAY) | (grants["end"] > day)))


def pay(block: Block, day: int) -> None:
    """The payment run for the month that starts on `day`, recorded two days before; some months are missed."""
    grants = block.grants
    running = np.flatnonzero(is_running(block, day))
    paid = running[block.rng.random(len(running)) >= grants["gap_share"][running]]
    grants["paid_months"][:] = (grants["paid_months"] << 1) & (2**_LAST_PAID - 1)
    grants["paid_months"][paid] |= 1
    month = dt.date.fromordinal(EPOCH.toordinal() + day).replace(day=1)
    block.payments.add(
        len(paid), grant=paid, month=(month - EPOCH).days, amount=grants["amount"][paid], recorded=day - 2
    )  # fmt: skip


def _eligible(block: Block, day: int) -> tuple[Ints, Ints, Floats]:
    """(person, benefit, prevalence among such persons) for everyone who could hold a grant."""
    people = block.people
    grown = adults(block, day)
    age = (day - people["birth"][grown]) / YEAR_DAYS
    small, children, provider = (counts[grown] for counts in _children(block, day))
    alone = ~block.are_together(grown, people["partner"][grown])
    head = alone | (people["partner"][grown] > grown)
    single_provider = alone & provider
    shares = {
        codes.KONTANTHJAELP: (age >= 30) * (age < 66) * np.where(single_provider, 0.28, np.where(alone, 0.10, 0.055)),
        codes.UDDANNELSESHJAELP: (age < 30) * np.where(alone, 0.12, 0.08),
        codes.FRIPLADS: (small > 0) * np.where(single_provider, 0.58, np.where(head & provider, 0.26, 0.0)),
        codes.SOESKENDERABAT: (children > 1) * head * provider * 0.45,
        codes.ENKELTYDELSE: np.where(age > 66, 0.012, 0.006),
        codes.HELBREDSTILLAEG: (age >= 67) * 0.13,
        codes.BOLIGSTOETTE: head * np.where(age >= 67, 0.18, np.where(single_provider, 0.34, 0.045)),
        codes.BOERNETILSKUD: single_provider * 0.80,
        codes.FOLKEPENSION_ENLIG: (age >= 67) * alone * 0.32,
    }
    found = [np.flatnonzero(share > 0) for share in shares.values()]
    holder = np.concatenate([grown[rows] for rows in found])
    benefit = np.concatenate([np.full(len(rows), code) for code, rows in zip(shares, found, strict=True)])
    share = np.concatenate([share[rows] for share, rows in zip(shares.values(), found, strict=True)])
    return holder, benefit, share.astype(np.float64)


def _children(block: Block, day: int) -> tuple[Ints, Ints, Bools]:
    """Per person: own children under 6 and under 18 at the same address, and whether there are any."""
    people = block.people
    minors = np.flatnonzero((people["address"] >= 0) & (day - people["birth"] < 18 * YEAR_DAYS))
    small, children = np.zeros(people.size, dtype=np.int64), np.zeros(people.size, dtype=np.int64)
    for role in ("parent1", "parent2"):
        parent = people[role][minors]
        here = block.are_together(minors, parent)
        young = here & (day - people["birth"][minors] < 6 * YEAR_DAYS)
        children += np.bincount(parent[here], minlength=people.size)
        small += np.bincount(parent[young], minlength=people.size)
    return small, children, children > 0


def registered_basis(block: Block, holder: Ints, benefit: Ints, *, day: int) -> tuple[Ints, Ints]:
    """The basis and the number of children that the register supports for a grant."""
    people = block.people
    small, children, provider = (counts[holder] for counts in _children(block, day))
    couple = block.are_together(holder, people["partner"][holder])
    basis = np.where(couple, codes.COUPLE, codes.SINGLE) + provider
    education = benefit == codes.UDDANNELSESHJAELP
    at_home = block.are_together(holder, people["parent1"][holder])
    young = np.where(at_home, codes.LIVING_AT_HOME, codes.LIVING_OUT)
    basis = np.where(education & ~provider, young, basis)
    counted = np.where(np.isin(benefit, (codes.FRIPLADS,)), small, children)
    return basis.astype(np.int64), np.where(provider, counted, 0)


def _start(block: Block, holder: Ints, benefit: Ints, *, began: Ints, on: Ints, day: int) -> None:
    rng, count = block.rng, len(holder)
    basis, children = registered_basis(block, holder, benefit, day=day)
    months = np.maximum(rng.poisson(_LENGTH[benefit]), 1)
    floor = np.maximum(began, day - rng.integers(0, 300, count))
    end = np.where(rng.random(count) < _FINITE[benefit], (floor + months * 30.44).astype(np.int64), NO_DAY)
    end = np.where((end != NO_DAY) & (end <= np.maximum(on, day) + 25), np.maximum(on, day) + 60, end)
    rows = block.grant_facts.record(
        count, grant=block.grants.size + np.arange(count), basis=basis, children=children, valid_from=began,
        valid_to=end, recorded_on=on,
    )  # fmt: skip
    prone = rng.random(count) < _GAP_PRONE
    block.grants.add(
        count, person=holder, benefit=benefit, basis=basis, children=children, start=began, end=end, row=rows,
        live=True, factor=_factors(rng, benefit, children), gap_share=np.where(prone, 0.14, 0.006), frozen_until=-1,
        touched=-1, paid_months=2**_LAST_PAID - 1, amount=0,
    )  # fmt: skip


def _factors(rng: np.random.Generator, benefit: Ints, children: Ints) -> Floats:
    """What a household gets of the full rate: income test, number of children, rent."""
    count = len(benefit)
    income_tested = rng.uniform(0.25, 1.15, count) * np.maximum(children, 1) ** 0.75
    varied = rng.lognormal(-0.06, 0.35, count)
    table = np.ones((len(codes.BENEFITS), count))
    table[codes.KONTANTHJAELP] = rng.uniform(0.92, 1.0, count)
    table[codes.UDDANNELSESHJAELP] = rng.uniform(0.9, 1.0, count)
    table[codes.FRIPLADS] = income_tested
    table[codes.SOESKENDERABAT] = rng.uniform(0.4, 1.1, count)
    table[codes.BOERNETILSKUD] = 0.7 + 0.35 * np.maximum(children, 1)
    for code in (codes.ENKELTYDELSE, codes.HELBREDSTILLAEG, codes.BOLIGSTOETTE):
        table[code] = varied
    return np.asarray(table[benefit, np.arange(count)])


def _refresh_amounts(block: Block, prices: Prices, month: int) -> None:
    grants = block.grants
    rate = prices.rates_ore[month, grants["benefit"], grants["basis"]]
    grants["amount"][:] = np.maximum(np.round(rate * grants["factor"] / 100) * 100, 10_000).astype(np.int64)


def _changeable(block: Block, span: Span) -> Bools:
    """Running grants that no open control case holds still."""
    grants = block.grants
    return is_running(block, span.after) & (grants["frozen_until"] < span.number) & (grants["touched"] < span.number)


def _claim(block: Block, span: Span, chosen: Ints) -> Ints:
    """Mark grants as changed this month: one change a month keeps their versions in order."""
    block.grants["touched"][chosen] = span.number
    return chosen


def end_grants(block: Block, chosen: Ints, *, ends: Ints, on: Ints) -> None:
    """Stop grants at `ends`, recorded `on`."""
    grants = block.grants
    ends = np.maximum(ends, block.grant_facts["valid_from"][grants["row"][chosen]] + 1)
    grants["row"][chosen] = block.grant_facts.end(grants["row"][chosen], valid_to=ends, on=on)
    grants["end"][chosen] = ends


def rebase_grants(block: Block, chosen: Ints, *, basis: Ints, children: Ints, since: Ints, on: Ints) -> None:
    """The grant runs on, on a new basis from `since`."""
    grants = block.grants
    rows = grants["row"][chosen]
    since = np.maximum(since, block.grant_facts["valid_from"][rows] + 1)
    grants["row"][chosen] = block.grant_facts.succeed(rows, valid_from=since, on=on, basis=basis, children=children)
    grants["basis"][chosen] = basis
    grants["children"][chosen] = children


def _stop(block: Block, span: Span) -> None:
    """Natural stops; the grants of those who left or died stop soon; a few were never meant and are retracted."""
    grants, rng = block.grants, block.rng
    open_now = np.flatnonzero(_changeable(block, span))
    gone = block.people["address"][grants["person"][open_now]] < 0
    stops = rng.random(len(open_now)) < np.where(gone, 0.75, _STOPS[grants["benefit"][open_now]] * 0.75)
    chosen = _claim(block, span, open_now[stops])
    on = span.recording_days(rng, len(chosen))
    mistake = (rng.random(len(chosen)) < 0.02) & (grants["start"][chosen] > span.first - 70)
    block.grant_facts.retract(grants["row"][chosen[mistake]], on=on[mistake])
    grants["live"][chosen[mistake]] = False
    end_grants(block, chosen[~mistake], ends=np.full((~mistake).sum(), span.after), on=on[~mistake])


def _renew(block: Block, span: Span) -> None:
    """A grant near its last day is prolonged under the same id, the household looked at anew."""
    grants, rng = block.grants, block.rng
    near = np.flatnonzero(_changeable(block, span) & (grants["end"] != NO_DAY) & (grants["end"] <= span.after + 31))
    near = near[(rng.random(len(near)) < _RENEWED) & (grants["benefit"][near] != codes.ENKELTYDELSE)]
    near = _claim(block, span, near)
    on = span.recording_days(rng, len(near))
    ends = grants["end"][near] + np.maximum(rng.poisson(_LENGTH[grants["benefit"][near]]), 3) * 30
    grants["row"][near] = block.grant_facts.correct(grants["row"][near], on=on, valid_to=ends)
    grants["end"][near] = ends


def _follow_household(block: Block, span: Span) -> None:
    """Some grants catch up with what the register says of the household."""
    grants, rng = block.grants, block.rng
    open_now = np.flatnonzero(_changeable(block, span) & (grants["start"] < span.first - 60))
    open_now = open_now[rng.random(len(open_now)) < _BASIS_FOLLOWS]
    holder, benefit = grants["person"][open_now], grants["benefit"][open_now]
    basis, children = registered_basis(block, holder, benefit, day=span.after)
    singles_only = np.isin(benefit, (codes.FOLKEPENSION_ENLIG, codes.BOERNETILSKUD))
    differs = (basis != grants["basis"][open_now]) | (children != grants["children"][open_now])
    over = singles_only & np.isin(basis, (codes.COUPLE, codes.COUPLE_PROVIDER))
    over |= np.isin(benefit, _FOR_PROVIDERS) & np.isin(basis, (codes.SINGLE, codes.COUPLE))
    on = span.recording_days(rng, len(open_now))
    since = np.full(len(open_now), span.after)
    end_grants(block, open_now[over], ends=since[over], on=on[over])
    change = differs & ~over
    _claim(block, span, open_now[over | change])
    rebase_grants(
        block, open_now[change], basis=basis[change], children=children[change], since=since[change], on=on[change]
    )


def _miscount_children(block: Block, span: Span) -> None:
    """A clerk corrects, or mistypes, the number of children that a grant counts."""
    grants, rng = block.grants, block.rng
    counted = np.flatnonzero(_changeable(block, span) & (grants["children"] > 0) & (grants["start"] < span.first))
    counted = _claim(block, span, counted[rng.random(len(counted)) < 0.004])
    on = span.recording_days(rng, len(counted))
    children = np.maximum(grants["children"][counted] + rng.choice([-1, 1], len(counted)), 1)
    grants["row"][counted] = block.grant_facts.correct(grants["row"][counted], on=on, children=children)
    grants["children"][counted] = children


def _grant_new(block: Block, span: Span) -> None:
    holder, benefit, share = _eligible(block, span.after)
    has = np.zeros((len(codes.BENEFITS), block.people.size), dtype=bool)
    running = np.flatnonzero(is_running(block, span.after))
    has[block.grants["benefit"][running], block.grants["person"][running]] = True
    finite_loss = _FINITE[benefit] * (1 - _RENEWED) / _LENGTH[benefit]
    hazard = share / (1 - share) * (_STOPS[benefit] * 0.75 + finite_loss + 0.006)
    chosen = ~has[benefit, holder] & (block.rng.random(len(holder)) < hazard)
    holder, benefit = holder[chosen], benefit[chosen]
    on = span.recording_days(block.rng, len(holder))
    began = np.minimum(on + block.rng.integers(-60, 20, len(holder)), span.after)
    began = np.maximum(began, block.people["birth"][holder] + 18 * 365)
    _start(block, holder, benefit, began=began, on=on, day=span.after)
