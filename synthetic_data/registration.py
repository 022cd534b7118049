"""The acts of registering: a move, a new version of a person, and who is free to have one.

A person has at most one register event a month, so that versions of a fact follow each other cleanly. Knows no rates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic_data.block import Block
from synthetic_data.calendar import Span
from synthetic_data.columns import Floats, Ints
from synthetic_data.dwellings import is_dwelling


def register_moves(
    block: Block, movers: Ints, target: Ints, *, on: Ints, lags: Ints, channel: Any, care_of: Any
) -> None:
    """End the residence and open a new one (`target` -1: none), recorded `on`, holding since `lags` days before."""
    people, facts = block.people, block.residence_facts
    held = people["residence_row"][movers]
    since = np.clip(on - lags, facts["valid_from"][held] + 1, None)
    closed = facts.end(held, valid_to=since, on=on)
    people["previous_address"][movers] = people["address"][movers]
    people["address"][movers] = target
    people["closed_row"][movers] = closed
    staying = target >= 0
    stay = movers[staying]
    channel, care_of = np.broadcast_to(channel, len(movers)), np.broadcast_to(care_of, len(movers))
    people["residence_row"][stay] = facts.record(
        len(stay), person=stay, address=target[staying], channel=channel[staying], care_of=care_of[staying],
        valid_from=since[staying], recorded_on=on[staying],
    )  # fmt: skip
    people["residence_row"][movers[~staying]] = -1
    people["moved_on"][movers] = since
    people["moved_in_month"][movers] = people["touched"][movers]
    people["channel"][movers] = channel
    people["care_of"][movers] = care_of
    people["late_days"][movers] = on - since


def free(block: Block, span: Span, chosen: Ints) -> Ints:
    """Those of `chosen` who are registered here and have had no register event this month; they have now."""
    people = block.people
    chosen = chosen[(people["touched"][chosen] != span.number) & (people["address"][chosen] >= 0)]
    people["touched"][chosen] = span.number
    return chosen


def draw(block: Block, pool: Ints, share: float | Floats) -> Ints:
    """A random part of a pool."""
    return pool[block.rng.random(len(pool)) < share]


def follow_family(block: Block, leaders: Ints) -> tuple[Ints, Ints]:
    """Leaders with partner and minor children who live with them: persons, and the position of each one's leader."""
    people, day = block.people, int(block.people["birth"].max())
    leader = np.full(people.size, -1)
    leader[leaders] = np.arange(len(leaders))
    partner = people["partner"][leaders]
    joins = block.are_together(leaders, partner) & (leader[partner] < 0)
    leader[partner[joins]] = np.flatnonzero(joins)
    minors = np.flatnonzero((day - people["birth"] < 18 * 365) & (people["address"] >= 0) & (leader < 0))
    for role in ("parent1", "parent2"):
        parent = people[role][minors]
        goes = (leader[minors] < 0) & block.are_together(minors, parent) & (leader[parent] >= 0)
        leader[minors[goes]] = leader[parent[goes]]
    movers = np.flatnonzero(leader >= 0)
    return movers, leader[movers]


def vacant(block: Block, count: int) -> Ints:
    """Up to `count` empty dwellings, in random order."""
    empty = np.flatnonzero((block.occupants() == 0) & is_dwelling(block.dwellings))
    return block.rng.permutation(empty)[:count]


def adults(block: Block, day: int) -> Ints:
    """Registered persons of 18 and more."""
    return np.flatnonzero((block.people["address"] >= 0) & (day - block.people["birth"] >= 18 * 365.25))


def revise_person(block: Block, chosen: Ints, *, since: Ints, on: Ints, **changes: Any) -> None:
    """A new version of the CPR person row, in state and in the register."""
    people, facts = block.people, block.person_facts
    rows = people["person_row"][chosen]
    since = np.maximum(since, facts["valid_from"][rows] + 1)
    people["person_row"][chosen] = facts.succeed(rows, valid_from=since, on=on, **changes)
    for name, change in changes.items():
        people[name][chosen] = change
