"""How people move in a month, and how late and how wrongly the residence register hears of it.

The rates are monthly; they give about 9 % in, 9 % out and as many moves within the town a year.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic_data.block import Block
from synthetic_data.calendar import Span, reporting_lags
from synthetic_data.codes import AUTHORITY, IMPORT
from synthetic_data.columns import NO_DAY, Ints
from synthetic_data.dwellings import INSTITUTION, is_dwelling
from synthetic_data.population import add_people, make_newcomers, record_kin
from synthetic_data.population import record_people as record_new_people
from synthetic_data.population import record_residences as record_new_residences
from synthetic_data.registration import adults, draw, follow_family, free, register_moves, revise_person, vacant

_LEAVING_TOWN = 0.0058  # share of families a month
_FAMILY_MOVES = 0.0065
_PARTING = 0.0016  # share of couples a month
_LEAVING_HOME = 0.022  # share of young adults at their parents' a month
_JOINING = 0.0042  # share of adults without a partner at home a month
_BACK_HOME = 0.0025
_UNDONE = 0.012  # share of last month's moves


def move_people(block: Block, span: Span) -> None:
    """All moves of one month."""
    _undo_moves(block, span)
    _leave_town(block, span)
    _part_couples(block, span)
    _leave_home(block, span)
    _join_others(block, span)
    _move_families(block, span)
    _come_to_town(block, span)
    _correct_care_of(block, span)


def _register_families(block: Block, span: Span, leaders: Ints, target: Ints, *, channel: Any, care_of: Any) -> Ints:
    """Move each leader's family to the leader's target; returns the movers."""
    movers, position = follow_family(block, leaders)
    on = span.recording_days(block.rng, len(leaders))
    lags = np.maximum(reporting_lags(block.rng, len(leaders)), on - span.after)
    free_now = block.people["touched"][movers] != span.number
    own = np.isin(movers, leaders)
    keep = free_now | own
    movers, position = movers[keep], position[keep]
    free(block, span, movers)
    channel, care_of = np.broadcast_to(channel, len(leaders)), np.broadcast_to(care_of, len(leaders))
    register_moves(
        block, movers, target[position], on=on[position], lags=lags[position], channel=channel[position],
        care_of=care_of[position],
    )  # fmt: skip
    return np.asarray(movers)


def _channels(block: Block, count: int) -> Ints:
    return np.asarray(block.rng.choice(3, count, p=[0.76, 0.20, 0.04]))


def _undo_moves(block: Block, span: Span) -> None:
    """Fortrydelse: last month's move is taken back; the new row and the end of the old one are retracted."""
    people, facts = block.people, block.residence_facts
    recent = np.flatnonzero(
        (people["moved_in_month"] == span.number - 1) & (people["previous_address"] >= 0)
        & (people["address"] >= 0) & (people["closed_row"] >= 0) & (people["residence_row"] >= 0)
    )  # fmt: skip
    back = free(block, span, draw(block, recent, _UNDONE))
    on = span.recording_days(block.rng, len(back))
    facts.retract(people["residence_row"][back], on=on)
    restored = facts.correct(people["closed_row"][back], on=on, valid_to=NO_DAY)
    people["residence_row"][back] = restored
    people["address"][back] = facts["address"][restored]
    people["channel"][back] = facts["channel"][restored]
    people["care_of"][back] = facts["care_of"][restored]
    people["moved_on"][back] = facts["valid_from"][restored]
    people["late_days"][back] = on - facts["valid_from"][restored]
    people["closed_row"][back] = -1
    people["previous_address"][back] = -1


def _leave_town(block: Block, span: Span) -> None:
    """Out of the municipality: half abroad (CPR status 80), the rest simply have no residence row from then on."""
    people = block.people
    grown = adults(block, span.first)
    young = span.first - people["birth"][grown] < 40 * 365
    leaders = free(block, span, draw(block, grown, np.where(young, 1.5, 0.45) * _LEAVING_TOWN))
    movers = _register_families(block, span, leaders, np.full(len(leaders), -1), channel=0, care_of=False)
    abroad = movers[block.rng.random(len(movers)) < 0.35]
    revise_person(block, abroad, since=people["moved_on"][abroad], on=_recorded(block, abroad), status=80)


def _recorded(block: Block, movers: Ints) -> Ints:
    return np.asarray(block.people["moved_on"][movers] + block.people["late_days"][movers])


def _part_couples(block: Block, span: Span) -> None:
    """One of a couple moves out alone; spouses stay married on paper for a while."""
    people = block.people
    couples = np.flatnonzero(people["partner"] > np.arange(people.size))
    couples = couples[block.are_together(couples, people["partner"][couples])]
    parting = draw(block, couples, _PARTING)
    leaver = np.where(block.rng.random(len(parting)) < 0.5, parting, people["partner"][parting])
    people["partner"][people["partner"][leaver]] = -1
    people["partner"][leaver] = -1
    leaver = free(block, span, leaver)
    _settle_alone(block, span, leaver, care_of_share=0.08)


def _settle_alone(block: Block, span: Span, movers: Ints, *, care_of_share: float) -> None:
    """Each to an empty dwelling, while there are any; a share to somebody else's address, c/o."""
    rng = block.rng
    homes = vacant(block, len(movers))
    movers = movers[: len(homes)]
    care_of = rng.random(len(movers)) < care_of_share
    hosts = _hosts(block, span, len(movers))
    target = np.where(care_of, block.people["address"][hosts], homes)
    target = np.where(target == block.people["address"][movers], homes, target)
    on = span.recording_days(rng, len(movers))
    lags = np.maximum(reporting_lags(rng, len(movers)), on - span.after)
    register_moves(
        block, movers, target, on=on, lags=lags, channel=_channels(block, len(movers)), care_of=care_of
    )  # fmt: skip


def _hosts(block: Block, span: Span, count: int) -> Ints:
    """Whom one stays with: a third of them with the few who take in many, which makes crowded addresses."""
    grown = adults(block, span.first)
    few = grown[: max(1, len(grown) // 600)]
    many = block.rng.random(count) < 0.35
    return np.asarray(np.where(many, block.rng.choice(few, count), block.rng.choice(grown, count)))


def _leave_home(block: Block, span: Span) -> None:
    """Young adults to a place of their own, some of it on their parents' road; some come back."""
    people = block.people
    young = adults(block, span.first)
    young = young[(span.first - people["birth"][young] < 30 * 365) & (people["partner"][young] < 0)]
    at_home = block.are_together(young, people["parent1"][young])
    leaving = free(block, span, draw(block, young[at_home], _LEAVING_HOME))
    near = draw(block, leaving, 0.25)
    _settle_alone(block, span, np.setdiff1d(leaving, near), care_of_share=0.06)
    _settle_near(block, span, near)
    away = young[~at_home & (people["parent1"][young] >= 0)]
    away = away[people["address"][people["parent1"][away]] >= 0]
    back = free(block, span, draw(block, away, _BACK_HOME))
    _register_families(
        block, span, back, people["address"][people["parent1"][back]],
        channel=_channels(block, len(back)), care_of=False,
    )  # fmt: skip


def _settle_near(block: Block, span: Span, movers: Ints) -> None:
    homes = vacant(block, block.dwellings.size)
    road = block.dwellings["road"]
    by_road = homes[np.argsort(road[homes], kind="stable")]
    if len(by_road) == 0:
        return
    at = np.searchsorted(road[by_road], road[block.people["address"][movers]])
    target = by_road[np.minimum(at, len(by_road) - 1)]
    target, first = np.unique(target, return_index=True)
    movers = movers[first]
    on = span.recording_days(block.rng, len(movers))
    register_moves(
        block, movers, target, on=on, lags=reporting_lags(block.rng, len(movers)).clip(0), channel=0, care_of=False
    )  # fmt: skip


def _join_others(block: Block, span: Span) -> None:
    """Adults move in with another adult: a new couple, a flatmate, or c/o."""
    people, rng = block.people, block.rng
    lone = adults(block, span.first)
    lone = lone[people["partner"][lone] < 0]
    lone = lone[block.dwellings["use"][people["address"][lone]] < INSTITUTION]
    joining = free(block, span, draw(block, lone, _JOINING))
    hosts = rng.choice(lone, len(joining))
    gap = np.abs(people["birth"][hosts] - people["birth"][joining])
    fits = (gap < 14 * 365) & (people["address"][hosts] != people["address"][joining])
    fits &= (people["touched"][hosts] != span.number) & ~np.isin(hosts, joining)
    joining, hosts = joining[fits], hosts[fits]
    hosts, first = np.unique(hosts, return_index=True)
    joining = joining[first]
    care_of = rng.random(len(joining)) < 0.14
    _register_families(
        block, span, joining, people["address"][hosts], channel=_channels(block, len(joining)), care_of=care_of
    )  # fmt: skip
    couple = ~care_of & (rng.random(len(joining)) < 0.65)
    people["partner"][joining[couple]] = hosts[couple]
    people["partner"][hosts[couple]] = joining[couple]


def _move_families(block: Block, span: Span) -> None:
    people = block.people
    grown = adults(block, span.first)
    grown = grown[block.dwellings["use"][people["address"][grown]] < INSTITUTION]
    young = span.first - people["birth"][grown] < 40 * 365
    leaders = free(block, span, draw(block, grown, np.where(young, 1.5, 0.5) * _FAMILY_MOVES))
    homes = vacant(block, len(leaders))
    leaders = leaders[: len(homes)]
    care_of = block.rng.random(len(leaders)) < 0.015
    _register_families(block, span, leaders, homes, channel=_channels(block, len(leaders)), care_of=care_of)


def _come_to_town(block: Block, span: Span) -> None:
    """New households from other municipalities and from abroad, to empty dwellings (8 % of them to other people's)."""
    rng = block.rng
    wanted = _wanted(block)
    homes = vacant(block, int(wanted * 0.60) + 1)
    newcomers = make_newcomers(rng, persons=max(2, min(wanted, int(len(homes) * 1.8) + 2)), day=span.first)
    households = int(newcomers.household[-1]) + 1
    target = np.where(
        rng.random(households) < 0.06, rng.choice(block.people["address"][adults(block, span.first)], households), -1
    )
    spare = np.concatenate([homes, rng.choice(block.dwellings.size, households)])[:households]
    spare = np.where(is_dwelling(block.dwellings)[spare], spare, 0)
    address = np.where(target >= 0, target, spare)[newcomers.household]
    on = span.recording_days(rng, households)
    lags = np.maximum(reporting_lags(rng, households), on - span.after)
    moved_on = np.maximum(on - lags, span.first - 200)[newcomers.household]
    moved_on = np.maximum(moved_on, newcomers.birth)
    people = add_people(
        block, newcomers, address=address, moved_on=moved_on, month=span.number, lag_limit=span.after
    )  # fmt: skip
    block.people["late_days"][people] = on[newcomers.household] - moved_on
    block.people["channel"][people] = rng.choice([IMPORT, AUTHORITY, 0], len(people), p=[0.5, 0.05, 0.45])
    block.people["care_of"][people] |= (target >= 0)[newcomers.household]
    record_new_people(block, people)
    record_new_residences(block, people)
    record_kin(block, people)


def _wanted(block: Block) -> int:
    """Newcomers that keep the block at its size."""
    return max(2, block.persons - len(block.residents()))


def _correct_care_of(block: Block, span: Span) -> None:
    """The register finds that a c/o mark was wrong, or missing."""
    people = block.people
    marked = block.residents()
    rate = np.where(people["care_of"][marked], 0.02, 0.00015)
    chosen = free(block, span, draw(block, marked, rate))
    on = span.recording_days(block.rng, len(chosen))
    care_of = ~people["care_of"][chosen]
    people["residence_row"][chosen] = block.residence_facts.correct(
        people["residence_row"][chosen], on=on, care_of=care_of
    )
    people["care_of"][chosen] = care_of
    people["closed_row"][chosen] = -1
