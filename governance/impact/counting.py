"""Which month of a grant counts by which effect: a month is never counted twice (decision 20).

Each standing effect gives øre to months. In the order in which decisions were recorded an effect counts in a month only
what goes beyond that which the effects it overlaps with already count there; money that comes in and money that the
citizen is owed are kept apart. Must not know an account or who pays.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from governance.impact.facts import CaseFact, EffectFact
from governance.impact.saving import following_month

MONTHS_A_YEAR = 12
Month = int
"""Months since the year 0: what matters is only that the next month is one more."""
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Gross:
    """Whole øre for society of one effect, by its two parts."""

    forward_ore: int
    reclaim_ore: int


def decided(effect: EffectFact) -> Gross:
    """What was decided, by registers.md: positive when public money is saved, negative when a citizen was owed it."""
    return Gross(-effect.monthly_change_ore * effect.months_forward, effect.reclaim_ore)


def count(effects: Iterable[EffectFact], cases: Mapping[str, CaseFact]) -> Mapping[str, Gross]:
    """`effect_id` → what of it counts; nothing of one that was set aside. `cases` by their id, at least theirs."""
    counted: dict[str, Gross] = {}
    months = _Counted()
    for effect in sorted(effects, key=lambda each: _turn(each, cases[each.case_id])):
        if effect.reversed_on is None:
            forward, reclaim = months.add(effect, forward_months(effect), reclaim_months(effect))
            counted[effect.effect_id] = Gross(forward, reclaim)
        else:
            counted[effect.effect_id] = Gross(0, 0)
    return counted


def _turn(effect: EffectFact, case: CaseFact) -> tuple[object, ...]:
    """In which order effects count: as recorded, of one day first that of the case opened first.

    Ids decide last: in the ledger they are pseudonyms, by whose key no figure may be settled.
    """
    own = (effect.effective_from, effect.monthly_change_ore, -effect.reclaim_ore, effect.effect, effect.benefit)
    of_case = (case.channel, case.model_version, effect.municipal_permille, effect.months_forward)
    return effect.recorded_on, case.opened_on, *own, *of_case, effect.effect_id


def meeting_keys(effect: EffectFact) -> tuple[Key, ...]:
    """By what two effects meet of which one names no grant.

    The same benefit of the same person, or at the same address where it is paid for the household.
    """
    person: Key = ("person", effect.person_id, effect.benefit)
    if effect.household_id is None:
        return (person,)
    return (person, ("household", effect.household_id, effect.benefit))


class _Counted:
    """What the effects so far count, by sign and month of each, and how to find those that one overlaps with.

    Two overlap when they change the same grant; where one of them names none, when a key of theirs meets.
    """

    def __init__(self) -> None:
        self._months: list[defaultdict[tuple[bool, Month], int]] = []
        self._by_grant: defaultdict[str, list[int]] = defaultdict(list)
        self._by_key: defaultdict[Key, list[int]] = defaultdict(list)
        self._by_key_without_grant: defaultdict[Key, list[int]] = defaultdict(list)

    def add(self, effect: EffectFact, *streams: Mapping[Month, int]) -> list[int]:
        """Count the effect after those before it; returns the øre that count of each stream."""
        others = [self._months[place] for place in self._overlapping(effect)]
        own: defaultdict[tuple[bool, Month], int] = defaultdict(int)
        sums = []
        for stream in streams:
            parts = {month: _beyond(amount, month, others) for month, amount in stream.items()}
            sums.append(sum(parts.values()))
            for month, part in parts.items():
                own[part < 0, month] += part
        self._remember(effect, own)
        return sums

    def _overlapping(self, effect: EffectFact) -> set[int]:
        by_key = self._by_key if effect.grant_id is None else self._by_key_without_grant
        met = {place for key in meeting_keys(effect) for place in by_key[key]}
        return met if effect.grant_id is None else met | set(self._by_grant[effect.grant_id])

    def _remember(self, effect: EffectFact, own: defaultdict[tuple[bool, Month], int]) -> None:
        place = len(self._months)
        self._months.append(own)
        for key in meeting_keys(effect):
            self._by_key[key].append(place)
            if effect.grant_id is None:
                self._by_key_without_grant[key].append(place)
        if effect.grant_id is not None:
            self._by_grant[effect.grant_id].append(place)


def _beyond(amount: int, month: Month, others: Iterable[Mapping[tuple[bool, Month], int]]) -> int:
    """What of the amount goes beyond what the others count in that month with the same sign."""
    already = sum(each.get((amount < 0, month), 0) for each in others)
    return min(amount - already, 0) if amount < 0 else max(amount - already, 0)


def forward_months(effect: EffectFact) -> Mapping[Month, int]:
    """Month → øre no longer paid (below 0: paid more), from the month after the decision or from when it has effect."""
    start = month_of(max(following_month(effect.recorded_on), effect.effective_from))
    return {start + place: -effect.monthly_change_ore for place in range(effect.months_forward)}


def reclaim_months(effect: EffectFact) -> Mapping[Month, int]:
    """Month → øre claimed back, spread evenly in whole øre from `effective_from` to the month of the decision."""
    last = month_of(effect.recorded_on)
    first = min(month_of(effect.effective_from), last)
    months = last - first + 1
    each, more = divmod(effect.reclaim_ore, months)
    return {first + place: each + (place < more) for place in range(months)}


def month_of(day: dt.date) -> Month:
    """The number of the month that the day is in."""
    return day.year * MONTHS_A_YEAR + day.month - 1
