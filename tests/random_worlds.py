"""Lawful worlds of chance in contract form.

Dates cluster around `builders.DAY` and around the windows that features look through, so that every boundary is met. A
world is named by its seed: the seed in a failing example is the counterexample.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from builders import DAY, a_frame, days_ago

from governance.registers import BENEFIT_CODES, TABLES, Registers

Cells = dict[str, Any]
Rows = dict[str, list[Cells]]
WINDOWS_DAYS = (0, 1, 2, 90, 182, 183, 184, 364, 365, 366, 729, 730, 731, 1094, 1095, 1096)
DELAYS_DAYS = (0, 0, 0, 1, 5, 40, 200, 400)
LIFETIMES_DAYS = (0, 1, 30, 200, 700)
LAST_DAYS_AGO = -150
KINDS = ("spouse", "registered_partner", "parent", "parent", "custody")
BASES = (
    "single",
    "single_provider",
    "single_provider",
    "couple",
    "couple_provider",
    "living_at_home",
    "living_out",
    "living_out",
)
SIGNALS = (
    "citizen_tip", "returned_mail", "moving_notice_mismatch", "landlord_notice", "other_authority", "data_unit_list",
    "caseworker_notice",
)  # fmt: skip
OUTCOMES = ("no_change", "registration_corrected", "benefit_changed", "benefit_changed", "referred", "inconclusive")


@dataclass(frozen=True)
class Cast:
    """Who and what there is."""

    persons: tuple[str, ...]
    addresses: tuple[str, ...]
    grants: Mapping[str, tuple[str, str]]
    cases: tuple[str, ...]
    births: Mapping[str, dt.date] = field(default_factory=dict)


def address_ids(registers: Registers) -> list[str]:
    return registers.table("address").select("address_id").unique().sort("address_id").collect()["address_id"].to_list()


def a_random_world(seed: int, *, persons: int = 14, addresses: int = 5) -> Registers:
    """A lawful world: versions, corrections, undone rows, late records, some recorded after `DAY`."""
    rng = random.Random(seed)
    cast = _cast(rng, persons, addresses)
    rows: Rows = {name: [] for name in TABLES}
    for address in cast.addresses:
        rows["address"] += _versions(rng, _long_intervals(rng), keyed("address", cast, address))
    for person in cast.persons:
        rows["person"] += _versions(rng, _long_intervals(rng, cast.births[person]), keyed("person", cast, person))
        rows["residence"] += _versions(rng, _intervals(rng), keyed("residence", cast, person))
    for pair in sorted({tuple(rng.sample(cast.persons, 2)) for _ in range(2 * persons)}):
        rows["relation"] += _versions(rng, _long_intervals(rng), keyed("relation", cast, pair))
    for grant in cast.grants:
        rows["benefit_grant"] += _versions(rng, _intervals(rng), keyed("benefit_grant", cast, grant))
        rows["benefit_payment"] += [a_random_payment(rng, cast, grant) for _ in range(rng.choice((0, 1, 4, 9)))]
    rows["signal"] = [a_random_signal(rng, cast) for _ in range(2 * addresses)]
    rows["control_case"] = [a_random_case(rng, cast, name) for name in cast.cases]
    rows["control_effect"] = [a_random_effect(rng, cast) | {"effect_id": f"e{n}"} for n in range(addresses)]
    return registers_of(rows)


def registers_of(rows: Mapping[str, list[Cells]]) -> Registers:
    return Registers(frames={name: a_frame(name, _distinct(rows[name])).lazy() for name in TABLES})


def rows_of(registers: Registers) -> Rows:
    return {name: registers.table(name).collect().to_dicts() for name in TABLES}


def _distinct(rows: list[Cells]) -> list[Cells]:
    return list({repr(sorted(row.items())): row for row in rows}.values())


def _cast(rng: random.Random, persons: int, addresses: int) -> Cast:
    people = tuple(f"p{n}" for n in range(persons))
    births = {name: _birth(rng) for name in people}
    grants = {f"g{n}": (rng.choice(people), rng.choice(BENEFIT_CODES)) for n in range(2 * persons)}
    cases = tuple(f"c{n}" for n in range(addresses))
    return Cast(people, tuple(f"a{n}" for n in range(addresses)), grants, cases, births)


def _birth(rng: random.Random) -> dt.date:
    eighteen = DAY.replace(year=DAY.year - 18) + dt.timedelta(days=rng.choice((-400, -1, 0, 1, 400)))
    return rng.choice((eighteen, days_ago(rng.randint(30, 6000)), days_ago(rng.randint(7000, 25_000))))


def _moments(rng: random.Random, count: int) -> list[dt.date]:
    offsets = {rng.choice((rng.choice(WINDOWS_DAYS), rng.randint(LAST_DAYS_AGO, 1500))) for _ in range(count)}
    return sorted(days_ago(offset) for offset in offsets)


def _intervals(rng: random.Random) -> list[tuple[dt.date, dt.date | None]]:
    """Disjoint periods, often one following at once on the other; the last may be open."""
    moments = _moments(rng, rng.randint(1, 5))
    ends = [*moments[1:], None if rng.random() < 0.7 else days_ago(LAST_DAYS_AGO - 9)]
    pairs = list(zip(moments, ends, strict=True))
    kept = [pair for pair in pairs if rng.random() < 0.85] or pairs[:1]
    return [
        (start, end) if end is None or rng.random() < 0.7 else (start, _between(rng, start, end)) for start, end in kept
    ]


def _between(rng: random.Random, start: dt.date, end: dt.date) -> dt.date:
    return start + dt.timedelta(days=rng.randint(1, max((end - start).days, 1)))


def _long_intervals(rng: random.Random, birth: dt.date = dt.date.min) -> list[tuple[dt.date, dt.date | None]]:
    start, turn = max(days_ago(2500), birth), days_ago(rng.choice(WINDOWS_DAYS))
    if turn <= start or rng.random() < 0.7:
        return [(start, None)]
    return [(start, turn), (turn, None)] if rng.random() < 0.8 else [(turn, None)]


def _versions(
    rng: random.Random,
    intervals: list[tuple[dt.date, dt.date | None]],
    make: Callable[[random.Random], Cells],
) -> list[Cells]:
    """The rows of one fact, recorded late, corrected and undone, never two known and holding on one day."""
    rows: list[Cells] = []
    earliest = dt.date.min
    for start, end in intervals:
        recorded = max(start + dt.timedelta(days=rng.choice(DELAYS_DAYS)), earliest)
        told = {"valid_from": start, "valid_to": end, "recorded_on": recorded, "retracted_on": None}
        fate = rng.choice(("stands", "stands", "closed late", "corrected", "undone"))
        if fate == "stands":
            rows.append(make(rng) | told)
            continue
        later = recorded + dt.timedelta(days=rng.choice(LIFETIMES_DAYS))
        first_end = None if fate == "closed late" else end
        rows.append(make(rng) | told | {"valid_to": first_end, "retracted_on": later})
        if fate != "undone":
            rows.append(make(rng) | told | {"recorded_on": later})
        earliest = later
    return rows


def keyed(register: str, cast: Cast, key: Any) -> Callable[[random.Random], Cells]:
    """A maker of a row of `register` about the fact `key`, everything else by chance."""
    if register == "person":
        return lambda rng: _person(rng) | {"person_id": key, "birth_date": cast.births[key]}
    if register == "address":
        return lambda rng: _address(rng) | {"address_id": key}
    if register == "residence":
        return lambda rng: _residence(rng, cast) | {"person_id": key}
    if register == "relation":
        kind = KINDS[sum(map(ord, "".join(key))) % len(KINDS)]
        return lambda rng: {"person_id": key[0], "related_id": key[1], "kind": kind}
    holder, benefit = cast.grants[key]
    return lambda rng: _grant(rng) | {"grant_id": key, "person_id": holder, "benefit": benefit}


def _person(rng: random.Random) -> Cells:
    return {
        "civil_status": rng.choice("UUGFEPOL"),
        "status": rng.choice((1, 1, 1, 1, 3, 70, 80, 90)),
        "address_protected": rng.random() < 0.06,
    }


def _address(rng: random.Random) -> Cells:
    return {
        "municipality_code": "0101", "road_code": rng.choice(("0001", "0001", "0002")), "house_number": "1", "floor": None,
        "door": None, "postal_code": rng.choice(("2100", "2100", "2200")), "district": rng.choice("ØNV"),
        "unit_use_code": rng.choice((120, 140, 140, 150, 160, 199, 200, 320)),
        "area_m2": rng.choice((None, 1, 67, 120)), "rooms": rng.choice((None, 0, 1, 3, 7)),
        "tenure": rng.choice(("rented", "rented", "owner", "cooperative", "unused", "unknown")),
    }  # fmt: skip


def _residence(rng: random.Random, cast: Cast) -> Cells:
    channel = rng.choice(("self_service", "counter", "authority", "import"))
    # some addresses are crowded, or relatives would never meet
    crowded = cast.addresses[:: max(len(cast.addresses) // 3, 1)]
    address = rng.choice(rng.choice((cast.addresses, crowded)))
    return {"address_id": address, "channel": channel, "care_of": rng.random() < 0.3}


def _grant(rng: random.Random) -> Cells:
    return {"basis": rng.choice(BASES), "children": rng.choice((0, 0, 1, 2, 4))}


def a_random_payment(rng: random.Random, cast: Cast, grant: str) -> Cells:
    holder, benefit = cast.grants[grant]
    month = days_ago(rng.randint(-40, 430)).replace(day=1)
    recorded = month + dt.timedelta(days=rng.choice((-20, 0, 0, 25, 60)))
    return {
        "grant_id": grant, "person_id": holder, "benefit": benefit, "month": month,
        "amount_ore": rng.choice((1, 99, 100_001, 215_300, 1_155_401)), "recorded_on": recorded,
    }  # fmt: skip


def a_random_signal(rng: random.Random, cast: Cast) -> Cells:
    return {
        "signal_id": f"s{rng.random()}", "address_id": rng.choice(cast.addresses),
        "person_id": rng.choice((None, rng.choice(cast.persons))), "kind": rng.choice(SIGNALS),
        "recorded_on": days_ago(rng.choice((rng.choice(WINDOWS_DAYS), rng.randint(-90, 800)))),
    }  # fmt: skip


def a_random_case(rng: random.Random, cast: Cast, case_id: str) -> Cells:
    opened = days_ago(rng.randint(-60, 900))
    closed = opened + dt.timedelta(days=rng.choice((0, 30, 200, 366)))
    outcome = rng.choice((*OUTCOMES, None))
    return {
        "case_id": case_id, "address_id": rng.choice(cast.addresses), "opened_on": opened, "channel": "rule_list",
        "selection_probability": None, "caseworker_id": "w1", "hours": 5.0,
        "closed_on": None if outcome is None else closed, "outcome": outcome,
    }  # fmt: skip


def a_random_effect(rng: random.Random, cast: Cast) -> Cells:
    recorded = days_ago(rng.choice((rng.choice(WINDOWS_DAYS), rng.randint(-90, 800))))
    reversed_on = rng.choice((None, recorded + dt.timedelta(days=rng.choice((0, 30, 400)))))
    grant = rng.choice(list(cast.grants))
    return {
        "case_id": rng.choice(cast.cases), "person_id": cast.grants[grant][0], "grant_id": grant,
        "benefit": cast.grants[grant][1], "effect": "stopped", "monthly_change_ore": -100, "effective_from": recorded,
        "reclaim_ore": 0, "recorded_on": recorded, "reversed_on": reversed_on,
    }  # fmt: skip


def write_world(registers: Registers, directory: Any) -> None:
    """The world as a directory of Parquet files, as the contract has it."""
    for name in TABLES:
        registers.table(name).collect().write_parquet(directory / f"{name}.parquet")
