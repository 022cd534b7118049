"""Tips, returned mail, notices and lists: noisy everywhere, denser where the situation is doubtful."""

from __future__ import annotations

import numpy as np

from synthetic_data.block import Block
from synthetic_data.calendar import Span
from synthetic_data.codes import DATA_UNIT_LIST, SIGNALS
from synthetic_data.columns import Floats, Ints

_KIND_SHARES = (0.13, 0.38, 0.13, 0.09, 0.08, 0.12, 0.07)
_SIGNALS_A_MONTH = 0.0062  # an inhabited address, on average
_EMPTY_WEIGHT = 0.35  # an address where nobody is registered, against an ordinary one
_NAMED = 0.7
_DOUBT_SLOPE = 0.62


def receive_signals(block: Block, span: Span, doubt: Floats) -> None:
    """One month's signals; `doubt` per address is standard normal-like and only known to the town."""
    weight = _weights(block, doubt)
    lists = _draw(block, weight, _SIGNALS_A_MONTH)
    kind = block.rng.choice(len(SIGNALS), len(lists), p=_KIND_SHARES)
    record_signals(block, lists, kind, on=span.recording_days(block.rng, len(lists)))


def seed_signals(block: Block, *, day: int) -> None:
    """What came in during the year before the first day."""
    lists = _draw(block, _weights(block, np.zeros(block.dwellings.size)), 12 * _SIGNALS_A_MONTH)
    kind = block.rng.choice(len(SIGNALS), len(lists), p=_KIND_SHARES)
    record_signals(block, lists, kind, on=day - block.rng.integers(1, 365, len(lists)))


def record_signals(block: Block, address: Ints, kind: Ints, *, on: Ints) -> None:
    """Store signals; most name one of the residents, data unit lists always do when there is one."""
    named = (block.rng.random(len(address)) < _NAMED) | (kind == DATA_UNIT_LIST)
    person = np.where(named, _one_resident(block)[address], -1)
    block.signals.add(len(address), address=address, person=person, kind=kind, recorded=on)


def _weights(block: Block, doubt: Floats) -> Floats:
    lived_in = block.occupants() > 0
    return np.where(lived_in, np.exp(_DOUBT_SLOPE * np.clip(doubt, -1.5, 4.0)), _EMPTY_WEIGHT)


def _draw(block: Block, weight: Floats, rate: float) -> Ints:
    expected = rate * weight / weight.mean()
    return np.repeat(np.arange(len(weight)), block.rng.poisson(expected))


def _one_resident(block: Block) -> Ints:
    people = np.flatnonzero(
        (block.people["address"] >= 0) & (block.people["birth"] < block.people["birth"].max() - 6570)
    )
    someone = np.full(block.dwellings.size, -1)
    someone[block.people["address"][people]] = people
    return someone
