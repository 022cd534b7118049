"""Who lives in a block on the first day, and newcomers: households, ages, couples, parents here and elsewhere.

Knows dwellings only as places with room; knows nothing of benefits or controls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic_data.block import Block
from synthetic_data.calendar import YEAR_DAYS
from synthetic_data.codes import CUSTODY, DIVORCED, MARRIED, PARENT, SPOUSE, UNMARRIED, WIDOWED
from synthetic_data.columns import Bools, Floats, Ints
from synthetic_data.dwellings import INSTITUTION, KOLLEGIUM, add_dwellings

# share, adults, youngest, oldest, couple, married share, mean number of further children, has children
_HOUSEHOLDS = np.array([
    (0.255, 1, 24, 66, 0, 0.00, 0.0, 0),   # single, working age
    (0.100, 1, 18, 29, 0, 0.00, 0.0, 0),   # young single
    (0.105, 1, 67, 92, 0, 0.00, 0.0, 0),   # single pensioner
    (0.045, 2, 19, 32, 0, 0.00, 0.0, 0),   # two sharing
    (0.020, 3, 19, 30, 0, 0.00, 0.0, 0),   # three sharing
    (0.150, 2, 21, 66, 1, 0.45, 0.0, 0),   # couple
    (0.060, 2, 67, 88, 1, 0.92, 0.0, 0),   # pensioner couple
    (0.155, 2, 26, 47, 1, 0.62, 0.8, 1),   # couple with children
    (0.080, 1, 23, 47, 0, 0.00, 0.6, 1),   # single provider
    (0.030, 2, 46, 62, 1, 0.80, 0.0, 2),   # couple with a grown-up child at home
])  # fmt: skip
_PERSONS_A_HOUSEHOLD = 1.85


@dataclass(frozen=True, kw_only=True)
class Newcomers:
    """Persons by household, not yet placed: `household` counts from 0, adults come first."""

    household: Ints
    birth: Ints
    sex: Ints
    partner: Ints  # position among these persons, or -1
    married: Bools
    parent1: Ints
    parent2: Ints

    @property
    def count(self) -> int:
        """Number of persons."""
        return len(self.household)


def settle(block: Block, *, persons: int, day: int) -> None:
    """Fill a new block: households, their addresses, kin elsewhere in town and the first register rows."""
    newcomers = make_newcomers(block.rng, persons=persons, day=day)
    households = int(newcomers.household[-1]) + 1
    sizes = np.bincount(newcomers.household)
    young = (day - newcomers.birth[_first_of(newcomers.household)]) < 28 * YEAR_DAYS
    in_rooms = (sizes == 1) & young & (block.rng.random(households) < 0.22)
    institutions = max(1, persons // 3000)
    rooms = int(in_rooms.sum()) + 3
    flats = int((households - in_rooms.sum()) * 1.07) + 10
    add_dwellings(block, flats=flats, rooms=rooms, institutions=institutions, first_day=day)
    address = _place(block, sizes, in_rooms)[newcomers.household]
    stay = np.minimum(block.rng.exponential(5 * YEAR_DAYS, households), 30 * YEAR_DAYS)
    moved_on = np.maximum(day - 1 - stay[newcomers.household].astype(np.int64), newcomers.birth)
    people = add_people(block, newcomers, address=address, moved_on=moved_on, month=-99, lag_limit=day - 1)
    _to_institutions(block, people, day)
    _find_kin(block, people, day)
    _part_some_couples(block, day)
    record_people(block, people)
    record_residences(block, people)
    record_kin(block, people)


def make_newcomers(rng: np.random.Generator, *, persons: int, day: int) -> Newcomers:
    """About `persons` persons in whole households, by the household mix of a large Danish city."""
    kinds = rng.choice(len(_HOUSEHOLDS), int(persons / _PERSONS_A_HOUSEHOLD * 1.3) + 8, p=_HOUSEHOLDS[:, 0])
    rows = _HOUSEHOLDS[kinds]
    adults = rows[:, 1].astype(np.int64)
    more = np.minimum(rng.poisson(rows[:, 6]), 3)
    children = np.where(rows[:, 7] == 1, 1 + more, np.where(rows[:, 7] == 2, 1, 0))
    last = int(np.searchsorted(np.cumsum(adults + children), persons)) + 1
    return _people_of(rng, rows[:last], adults[:last], children[:last], day)


def _people_of(rng: np.random.Generator, rows: Any, adults: Ints, children: Ints, day: int) -> Newcomers:
    sizes = adults + children
    household = np.repeat(np.arange(len(sizes)), sizes)
    start = np.cumsum(sizes) - sizes
    place = np.arange(len(household)) - start[household]
    row = rows[household]
    child = place >= adults[household]
    couple = (row[:, 4] == 1) & ~child
    partner = np.where(couple, start[household] + 1 - place, -1)
    age = _ages(rng, row, place, child, start[household])
    sex = rng.integers(0, 2, len(household))
    sex = np.where(couple & (place == 1) & (rng.random(len(sex)) < 0.98), 1 - sex[start[household]], sex)
    sex = np.where((row[:, 7] == 1) & (row[:, 1] == 1) & ~child & (rng.random(len(sex)) < 0.7), 1, sex)
    married = (rng.random(len(sizes)) < rows[:, 5])[household] & couple
    return Newcomers(
        household=household, birth=(day - age * YEAR_DAYS).astype(np.int64) - 1, sex=sex, partner=partner,
        married=married, parent1=np.where(child, start[household], -1),
        parent2=np.where(child & (row[:, 4] == 1), start[household] + 1, -1),
    )  # fmt: skip


def _ages(rng: np.random.Generator, row: Any, place: Ints, child: Bools, start: Ints) -> Floats:
    """Ages in years: partners close to each other, children at least 20 years younger than the first adult."""
    own = rng.uniform(row[:, 2], row[:, 3] + 1)
    second = np.clip(own[start] + rng.normal(0, 3.5, len(own)), 18.2, 95)
    age = np.where((row[:, 4] == 1) & (place == 1), second, own)
    minor = rng.uniform(0, np.clip(age[start] - 21, 1, 17.9))
    grown = rng.uniform(18.1, np.clip(age[start] - 21, 20, 27))
    return np.asarray(np.where(child, np.where(row[:, 7] == 2, grown, minor), age))


def _first_of(household: Ints) -> Ints:
    return np.searchsorted(household, np.arange(int(household[-1]) + 1))


def _place(block: Block, sizes: Ints, in_rooms: Bools) -> Ints:
    """Address of each household: larger households in larger flats, with much noise; a few where nobody may live."""
    dwellings, rng = block.dwellings, block.rng
    address = np.full(len(sizes), -1)
    rooms = rng.permutation(np.flatnonzero(dwellings["use"] == KOLLEGIUM))
    address[in_rooms] = rooms[: int(in_rooms.sum())]
    flats = rng.permutation(np.flatnonzero(dwellings["use"] < KOLLEGIUM))[: int((~in_rooms).sum())]
    by_area = flats[np.argsort(dwellings["area"][flats] + rng.normal(0, 22, len(flats)), kind="stable")]
    waiting = np.flatnonzero(~in_rooms)
    by_size = waiting[np.argsort(sizes[waiting] + rng.normal(0, 0.8, len(waiting)), kind="stable")]
    address[by_size] = by_area
    odd = rng.random(len(sizes)) < 0.0015
    address[odd] = rng.choice(np.flatnonzero(dwellings["use"] > INSTITUTION), int(odd.sum()))
    return address


def add_people(
    block: Block, newcomers: Newcomers, *, address: Ints, moved_on: Ints, month: int, lag_limit: int
) -> Ints:
    """State rows for newcomers; positions in `newcomers` become person numbers. No register row is written."""
    rng, base, count = block.rng, block.people.size, newcomers.count
    origin = rng.choice(3, int(newcomers.household[-1]) + 1, p=[0.74, 0.18, 0.08])[newcomers.household]
    shifted = {
        name: np.where(getattr(newcomers, name) >= 0, getattr(newcomers, name) + base, -1)
        for name in ("partner", "parent1", "parent2")
    }
    old = (lag_limit - newcomers.birth) > 30 * YEAR_DAYS
    single = np.where(old, rng.choice([UNMARRIED, DIVORCED, WIDOWED], count, p=[0.68, 0.24, 0.08]), UNMARRIED)
    return block.people.add(
        count, birth=newcomers.birth, sex=newcomers.sex, origin=origin, citizenship=_citizenships(rng, origin),
        disability=rng.random(count) < np.where(old, 0.045, 0.004),
        civil=np.where(newcomers.married, MARRIED, single), status=1, protected=rng.random(count) < 0.006,
        address=address, previous_address=-1, moved_on=moved_on, moved_in_month=month,
        channel=rng.choice(4, count, p=[0.62, 0.22, 0.03, 0.13]), care_of=rng.random(count) < 0.008,
        late_days=np.minimum(rng.integers(0, 15, count), np.maximum(lag_limit - moved_on, 0)),
        spouse=np.where(newcomers.married, shifted["partner"], -1), touched=month,
        person_row=-1, residence_row=-1, closed_row=-1, spouse_row=-1, **shifted,
    )  # fmt: skip


def _citizenships(rng: np.random.Generator, origin: Ints) -> Ints:
    draw = rng.random(len(origin))
    immigrant = np.where(draw < 0.30, 0, np.where(draw < 0.55, 1, 2))
    descendant = np.where(draw < 0.80, 0, 2)
    return np.where(origin == 0, np.where(draw < 0.99, 0, 1), np.where(origin == 1, immigrant, descendant))


def _to_institutions(block: Block, people: Ints, day: int) -> None:
    old = people[(block.ages(day)[people] >= 75) & (block.rng.random(len(people)) < 0.05)]
    old = old[block.people["partner"][old] < 0]
    homes = np.flatnonzero(block.dwellings["use"] == INSTITUTION)
    block.people["address"][old] = block.rng.choice(homes, len(old))


def _find_kin(block: Block, people: Ints, day: int) -> None:
    """The other parent of a single provider's children, and the parents of the young, among the town's own people."""
    state, rng, ages = block.people, block.rng, block.ages(day)
    lonely = people[(ages[people] < 18) & (state["parent2"][people] < 0) & (state["parent1"][people] >= 0)]
    mothers = np.unique(state["parent1"][lonely])
    single = people[(state["partner"][people] < 0) & (ages[people] >= 24) & (ages[people] <= 52)]
    fathers = rng.choice(np.setdiff1d(single, mothers), len(mothers))
    fits = (np.abs(ages[fathers] - ages[mothers]) < 13) & (rng.random(len(mothers)) < 0.95)
    other = np.full(state.size, -1)
    other[mothers[fits]] = fathers[fits]
    old_enough = ages[other[state["parent1"][lonely]]] - ages[lonely] >= 16
    state["parent2"][lonely] = np.where(old_enough, other[state["parent1"][lonely]], -1)
    young = people[(ages[people] >= 18) & (ages[people] < 30) & (state["parent1"][people] < 0)]
    young = young[rng.random(len(young)) < 0.35]
    elders = people[(ages[people] >= 44) & (ages[people] < 66)]
    parent = nearest_by_road(block, young, elders, near=rng.random(len(young)) < 0.12)
    fits = ages[parent] - ages[young] >= 19
    state["parent1"][young] = np.where(fits, parent, -1)
    state["parent2"][young] = np.where(fits, state["partner"][parent], -1)


def nearest_by_road(block: Block, seekers: Ints, pool: Ints, *, near: Bools) -> Ints:
    """For each seeker someone of `pool`: one on the same road where `near` and there is one, else anyone."""
    road, address = block.dwellings["road"], block.people["address"]
    chosen = block.rng.choice(pool, len(seekers))
    shuffled = block.rng.permutation(pool)
    by_road = shuffled[np.argsort(road[address[shuffled]], kind="stable")]
    at = np.searchsorted(road[address[by_road]], road[address[seekers]])
    return np.where(near, by_road[np.minimum(at, len(by_road) - 1)], chosen)


def _part_some_couples(block: Block, day: int) -> None:
    """Some spouses have been registered apart since before the first day."""
    state, rng = block.people, block.rng
    flats = rng.permutation(np.flatnonzero((block.occupants() == 0) & (block.dwellings["use"] < KOLLEGIUM)))
    spouses = np.flatnonzero(state["spouse"] > np.arange(state.size))
    leaving = spouses[rng.random(len(spouses)) < 0.03][: len(flats) // 4]
    state["address"][leaving] = flats[: len(leaving)]
    state["moved_on"][leaving] = np.maximum(day - rng.integers(30, 1500, len(leaving)), state["birth"][leaving] + 1)
    state["late_days"][leaving] = 3


def record_people(block: Block, people: Ints) -> None:
    """First CPR row of each person."""
    state = block.people
    state["person_row"][people] = block.person_facts.record(
        len(people), person=people, civil=state["civil"][people], status=state["status"][people],
        protected=state["protected"][people], valid_from=state["moved_on"][people],
        recorded_on=state["moved_on"][people] + state["late_days"][people],
    )  # fmt: skip


def record_residences(block: Block, people: Ints) -> None:
    """First residence row of each person."""
    state = block.people
    state["residence_row"][people] = block.residence_facts.record(
        len(people), person=people, address=state["address"][people], channel=state["channel"][people],
        care_of=state["care_of"][people], valid_from=state["moved_on"][people],
        recorded_on=state["moved_on"][people] + state["late_days"][people],
    )  # fmt: skip


def record_kin(block: Block, people: Ints) -> None:
    """Spouses both ways, parents, and custody until the child's eighteenth birthday."""
    state = block.people
    known = state["moved_on"] + state["late_days"]
    married = people[state["spouse"][people] >= 0]
    pair_day = np.maximum(state["moved_on"][married], state["moved_on"][state["spouse"][married]])
    state["spouse_row"][married] = block.relation_facts.record(
        len(married), person=married, related=state["spouse"][married], kind=SPOUSE, valid_from=pair_day,
        recorded_on=np.maximum(known[married], known[state["spouse"][married]]),
    )  # fmt: skip
    for role in ("parent1", "parent2"):
        child = people[state[role][people] >= 0]
        parent = state[role][child]
        days = {"valid_from": state["birth"][child], "recorded_on": np.maximum(known[child], state["birth"][child])}
        block.relation_facts.record(len(child), person=parent, related=child, kind=PARENT, **days)
        adult_on = (state["birth"][child] + 18 * YEAR_DAYS).astype(np.int64)
        together = block.are_together(child, parent) | (block.rng.random(len(child)) < 0.6)
        keep = together & (adult_on > known[child])
        block.relation_facts.record(
            int(keep.sum()), person=parent[keep], related=child[keep], kind=CUSTODY, valid_to=adult_on[keep],
            **{name: day[keep] for name, day in days.items()},
        )  # fmt: skip
