"""What the registers show of every address at a month start: all that the planted truth may depend on.

Every number can be rebuilt from the register rows known at that day; nothing here knows whether a registration is
wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data import codes
from synthetic_data.benefits_paid import is_running
from synthetic_data.block import Block
from synthetic_data.calendar import MONTH_DAYS, YEAR_DAYS
from synthetic_data.columns import NO_DAY, Bools, Floats, Ints
from synthetic_data.dwellings import INSTITUTION

_MONTHS_CAP = 120.0
_FAR_AGE_YEARS = 40.0
_MAIL_CAP = 24.0


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Named float columns, one value an address; nan where the register does not say."""

    day: int
    columns: dict[str, Floats]
    granted: Bools  # a resident holds a running grant
    signalled: Bools  # a signal within 24 months
    protected: Bools

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    @property
    def candidates(self) -> Bools:
        """Addresses that the law lets the municipality look at: a resident with a running grant, or a signal."""
        return self.granted | self.signalled


@dataclass(frozen=True, kw_only=True)
class _Now:
    """Lookups shared by the groups of columns below."""

    day: int
    size: int
    here: Ints  # registered persons
    at: Ints  # their address
    age: Floats  # of every person, years
    grown: Ints  # registered adults
    occupants: Ints
    running: Ints  # running grants whose holder is registered
    holder: Ints
    home: Ints  # the holder's address

    def count(self, address: Ints) -> Floats:
        """How often each address occurs."""
        return np.bincount(address, minlength=self.size).astype(np.float64)

    def highest(self, address: Ints, value: Floats, *, none: float) -> Floats:
        """The highest value per address, `none` where there is none."""
        found = np.full(self.size, -np.inf)
        np.maximum.at(found, address, value)
        return np.where(np.isinf(found), none, found)


def observe(block: Block, *, day: int) -> Situation:
    """All situation columns at `day`, from what is known then."""
    now = _look(block, day)
    columns = {
        **_household(block, now), **_movement(block, now), **_against_register(block, now), **_other_parent(block, now),
        **_young(block, now), **_signals(block, now), **_controls(block, now), **_grants(block, now),
    }  # fmt: skip
    protected = now.count(now.at[block.people["protected"][now.here]]) > 0
    signalled = columns.pop("signals_24m") > 0
    return Situation(
        day=day, columns=columns, granted=now.count(now.home) > 0, signalled=signalled, protected=protected
    )  # fmt: skip


def _look(block: Block, day: int) -> _Now:
    people, grants = block.people, block.grants
    here = block.residents()
    age = (day - people["birth"]) / YEAR_DAYS
    running = np.flatnonzero(is_running(block, day))
    home = people["address"][grants["person"][running]]
    running, home = running[home >= 0], home[home >= 0]
    return _Now(
        day=day, size=block.dwellings.size, here=here, at=people["address"][here], age=age,
        grown=here[age[here] >= 18], occupants=block.occupants(), running=running, holder=grants["person"][running],
        home=home,
    )  # fmt: skip


def _household(block: Block, now: _Now) -> dict[str, Floats]:
    people, dwellings = block.people, block.dwellings
    adults = now.count(people["address"][now.grown])
    area = np.where(dwellings["area"] < 0, np.nan, dwellings["area"])
    rooms = np.where(dwellings["rooms"] < 0, np.nan, dwellings["rooms"])
    persons = np.where(now.occupants > 0, now.occupants, np.nan)
    youngest = -now.highest(people["address"][now.grown], -now.age[now.grown], none=-_FAR_AGE_YEARS)
    return {
        "adults": adults,
        "children": now.occupants - adults,
        "persons_per_room": now.occupants / rooms,
        "area_per_person": area / persons,
        "not_dwelling": (dwellings["use"] > INSTITUTION).astype(np.float64),
        "care_of_residents": now.count(now.at[people["care_of"][now.here]]),
        "youngest_adult_age": youngest,
        "nobody_registered": (now.occupants == 0).astype(np.float64),
    }


def _movement(block: Block, now: _Now) -> dict[str, Floats]:
    people, facts = block.people, block.residence_facts
    stands = facts["retracted_on"] == NO_DAY
    year_ago = now.day - 365
    came = stands & (facts["valid_from"] > year_ago) & (facts["valid_from"] <= now.day)
    went = stands & (facts["valid_to"] != NO_DAY) & (facts["valid_to"] > year_ago) & (facts["valid_to"] <= now.day)
    months = np.minimum((now.day - people["moved_on"][now.here]) / MONTH_DAYS, _MONTHS_CAP)
    self_service = now.count(now.at[people["channel"][now.here] == codes.SELF_SERVICE])
    late = np.clip(people["late_days"][now.here], 0, 200).astype(np.float64)
    return {
        "months_since_move_in": -now.highest(now.at, -months, none=-_MONTHS_CAP),
        "arrivals_12m": now.count(facts["address"][came]),
        "departures_12m": now.count(facts["address"][went]),
        "self_service_share": self_service / np.maximum(now.occupants, 1),
        "late_days": now.highest(now.at, np.where(months < 36, late, 0.0), none=0.0),
    }


def _against_register(block: Block, now: _Now) -> dict[str, Floats]:
    """Grants as single against who else is registered, and spouses registered elsewhere."""
    people, grants = block.people, block.grants
    basis = grants["basis"][now.running]
    adults = np.bincount(people["address"][now.grown], minlength=now.size)
    others = adults[now.home] - 1 - _relatives(block, now)[now.holder]
    single = np.isin(basis, (codes.SINGLE, codes.SINGLE_PROVIDER, codes.LIVING_OUT))
    doubtful = single & (others > 0)
    provider = doubtful & (basis == codes.SINGLE_PROVIDER)
    gap = np.minimum(_age_gaps(block, now)[now.holder], _FAR_AGE_YEARS)
    spouse = people["spouse"][now.holder]
    apart = (spouse >= 0) & (people["address"][spouse] >= 0) & (people["address"][spouse] != now.home)
    return {
        "single_with_other_adult": now.count(now.home[doubtful]),
        "provider_with_other_adult": now.count(now.home[provider]),
        "age_gap_years": -now.highest(now.home[doubtful], -gap[doubtful], none=-_FAR_AGE_YEARS),
        "spouse_elsewhere": np.minimum(now.count(now.home[apart]), 1.0),
    }


def _relatives(block: Block, now: _Now) -> Ints:
    """Parents, grown-up children and their siblings at the same address, per person."""
    people = block.people
    found = np.zeros(people.size, dtype=np.int64)
    for role in ("parent1", "parent2"):
        parent = people[role][now.grown]
        here = block.are_together(now.grown, parent)
        child, parent = now.grown[here], parent[here]
        grown_children = np.bincount(parent, minlength=people.size)
        found += grown_children
        found[child] += 1
        if role == "parent1":
            found[child] += grown_children[parent] - 1
    return found


def _age_gaps(block: Block, now: _Now) -> Floats:
    """Years to the adult at the same address who is nearest in age."""
    order = now.grown[np.lexsort((now.age[now.grown], block.people["address"][now.grown]))]
    address, age = block.people["address"][order], now.age[order]
    gap = np.where(address[1:] == address[:-1], age[1:] - age[:-1], np.inf)
    nearest = np.minimum(np.append(gap, np.inf), np.insert(gap, 0, np.inf))
    gaps = np.full(block.people.size, np.inf)
    gaps[order] = nearest
    return gaps


def _other_parent(block: Block, now: _Now) -> dict[str, Floats]:
    """A single provider's child whose other parent is registered somewhere doubtful, lately, near, or was here."""
    people = block.people
    counts = np.bincount(now.holder[_provider_grants(block, now)], minlength=people.size) > 0
    minors = np.flatnonzero((people["address"] >= 0) & (now.age < 18) & (people["parent2"] >= 0))
    pairs = [(minors, people["parent1"][minors], people["parent2"][minors])]
    pairs.append((minors, people["parent2"][minors], people["parent1"][minors]))
    child, keeper, other = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    apart = counts[keeper] & block.are_together(child, keeper) & (people["address"][other] >= 0)
    apart &= people["address"][other] != people["address"][child]
    home, other = people["address"][child][apart], other[apart]
    return {name: np.minimum(now.count(home[found]), 1.0) for name, found in _doubts(block, now, home, other).items()}


def _provider_grants(block: Block, now: _Now) -> Bools:
    return np.asarray(block.grants["basis"][now.running] == codes.SINGLE_PROVIDER)


def _doubts(block: Block, now: _Now, home: Ints, other: Ints) -> dict[str, Bools]:
    people, dwellings = block.people, block.dwellings
    place = people["address"][other]
    crowded = now.occupants[place] * 16 > np.where(dwellings["area"][place] < 0, 10**6, dwellings["area"][place])
    moved_lately = now.day - people["moved_on"][other] < 365
    was_here = (people["previous_address"][other] == home) & (now.day - people["moved_on"][other] < 730)
    return {
        "parent_elsewhere_doubtful": crowded | people["care_of"][other] | (dwellings["use"][place] > INSTITUTION),
        "parent_elsewhere_recent": moved_lately,
        "parent_elsewhere_near": dwellings["road"][place] == dwellings["road"][home],
        "parent_left_here": was_here,
    }


def _young(block: Block, now: _Now) -> dict[str, Floats]:
    """Young persons paid as living out who are registered with, or next to, a parent."""
    people, road = block.people, block.dwellings["road"]
    out = block.grants["basis"][now.running] == codes.LIVING_OUT
    young, home = now.holder[out], now.home[out]
    with_parent, near_parent = np.zeros(len(young), dtype=bool), np.zeros(len(young), dtype=bool)
    for role in ("parent1", "parent2"):
        parent = people[role][young]
        place = people["address"][parent]
        here = (parent >= 0) & (place >= 0)
        with_parent |= here & (place == home)
        near_parent |= here & (place != home) & (road[place] == road[home])
    return {
        "living_out_with_parent": np.minimum(now.count(home[with_parent]), 1.0),
        "living_out_near_parent": np.minimum(now.count(home[near_parent]), 1.0),
    }


def _signals(block: Block, now: _Now) -> dict[str, Floats]:
    signals = block.signals
    fresh = (signals["recorded"] > now.day - 730) & (signals["recorded"] <= now.day)
    kind, address, recorded = signals["kind"][fresh], signals["address"][fresh], signals["recorded"][fresh]
    mail = kind == codes.RETURNED_MAIL
    mail_months = (now.day - recorded[mail]) / MONTH_DAYS
    counted = {
        "mismatches_24m": codes.MISMATCH, "tips_24m": codes.CITIZEN_TIP, "landlord_24m": codes.LANDLORD,
        "authority_24m": codes.OTHER_AUTHORITY, "data_unit_24m": codes.DATA_UNIT_LIST,
        "caseworker_24m": codes.CASEWORKER_NOTICE,
    }  # fmt: skip
    return {
        "returned_mail_12m": now.count(address[mail & (recorded > now.day - 365)]),
        "months_since_mail": -now.highest(address[mail], -mail_months, none=-_MAIL_CAP),
        "signals_24m": now.count(address),
        **{name: now.count(address[kind == code]) for name, code in counted.items()},
    }


def _controls(block: Block, now: _Now) -> dict[str, Floats]:
    last_hit, last = block.dwellings["last_hit"], block.dwellings["last_control"]
    return {
        "hit_within_36m": ((last_hit != NO_DAY) & (last_hit > now.day - 1095)).astype(np.float64),
        "months_since_control": np.where(last == NO_DAY, 60.0, np.minimum((now.day - last) / MONTH_DAYS, 60.0)),
    }


def _grants(block: Block, now: _Now) -> dict[str, Floats]:
    people, grants = block.people, block.grants
    paid = grants["paid_months"][now.running]
    missed = 6 - sum((paid >> place) & 1 for place in range(6))
    months = np.minimum((now.day - grants["start"][now.running]) / MONTH_DAYS, _MONTHS_CAP)
    minors = now.count(now.at[now.age[now.here] < 18])
    surplus = np.maximum(grants["children"][now.running] - minors[now.home], 0.0)
    moved_with = np.abs(grants["start"][now.running] - people["moved_on"][now.holder]) < 60
    holders = np.unique(now.holder)
    adults = now.count(people["address"][now.grown])
    return {
        "payment_gaps_6m": now.count(np.repeat(now.home, missed)),
        "grant_months": now.highest(now.home, months, none=0.0),
        "grants": now.count(now.home),
        "amount_kroner": np.bincount(now.home, grants["amount"][now.running] / 100, minlength=now.size),
        "benefit_adult_share": now.count(people["address"][holders]) / np.maximum(adults, 1.0),
        "uncounted_children": now.highest(now.home, surplus, none=0.0),
        "grant_after_move": np.minimum(now.count(now.home[moved_with]), 1.0),
    }
