"""The flats, houses, rooms and other addresses of a block, and the corrections that the building register makes.

Knows nothing of persons.
"""

from __future__ import annotations

import numpy as np

from synthetic_data.block import Block
from synthetic_data.calendar import Span
from synthetic_data.codes import DISTRICT_SHARES
from synthetic_data.columns import NO_DAY, Bools, Columns, Ints

KOLLEGIUM = 150
INSTITUTION = 160
_NOT_DWELLINGS = (320, 330, 410, 510)
_ADDRESSES_A_ROAD = 60
_UNKNOWN_AREA_SHARE = 0.02
_CORRECTIONS_A_MONTH = 0.001


def add_dwellings(block: Block, *, flats: int, rooms: int, institutions: int, first_day: int) -> None:
    """Flats and houses first, then `rooms` in kollegier, institutions and a few addresses that nobody may live at."""
    elsewhere = max(4, flats // 80)
    rng = block.rng
    use = np.concatenate([
        rng.choice([140, 130, 120], flats, p=[0.94, 0.035, 0.025]),
        np.full(rooms, KOLLEGIUM), np.full(institutions, INSTITUTION), rng.choice(_NOT_DWELLINGS, elsewhere),
    ])  # fmt: skip
    count = len(use)
    area = _areas(rng, use)
    district = rng.choice(len(DISTRICT_SHARES), count, p=DISTRICT_SHARES)
    house = np.isin(use, (120, 130))
    block.dwellings.add(
        count, district=district, road=_roads(rng, district), house=rng.integers(1, 200, count),
        floor=np.where(house, -1, rng.integers(0, 6, count)), door=np.where(house, -1, rng.integers(0, 3, count)),
        use=use, area=area, rooms=np.where(area < 0, -1, np.clip(np.round(area / 29), 1, 40)),
        tenure=_tenures(rng, use), row=-1, open_case=False, cool_until=NO_DAY, last_hit=NO_DAY, last_control=NO_DAY,
    )  # fmt: skip
    _record_addresses(block, first_day=first_day)


def is_dwelling(dwellings: Columns) -> Bools:
    """Whether ordinary people move there: flats, houses and kollegium rooms."""
    return np.asarray(dwellings["use"] <= KOLLEGIUM)


def correct_addresses(block: Block, span: Span) -> None:
    """The building register finds that it had the area or the tenure wrong, or a flat was rebuilt."""
    dwellings = block.dwellings
    chosen = np.flatnonzero(block.rng.random(dwellings.size) < _CORRECTIONS_A_MONTH)
    on = span.recording_days(block.rng, len(chosen))
    area = np.clip(np.round(dwellings["area"][chosen] * block.rng.uniform(0.8, 1.25, len(chosen))), 12, 5000)
    area = np.where(dwellings["area"][chosen] < 0, block.rng.integers(40, 110, len(chosen)), area).astype(np.int64)
    rebuilt = block.rng.random(len(chosen)) < 0.3
    rows = dwellings["row"][chosen]
    dwellings["row"][chosen[~rebuilt]] = block.address_facts.correct(
        rows[~rebuilt], on=on[~rebuilt], area=area[~rebuilt]
    )
    began = np.maximum(on[rebuilt] - 20, block.address_facts["valid_from"][rows[rebuilt]] + 1)
    dwellings["row"][chosen[rebuilt]] = block.address_facts.succeed(
        rows[rebuilt], valid_from=began, on=on[rebuilt], area=area[rebuilt]
    )
    dwellings["area"][chosen] = area


def _areas(rng: np.random.Generator, use: Ints) -> Ints:
    count = len(use)
    area = np.clip(rng.lognormal(np.log(76), 0.34, count), 24, 260)
    area = np.where(use == KOLLEGIUM, rng.uniform(18, 38, count), area)
    area = np.where(use >= INSTITUTION, rng.lognormal(np.log(600), 0.6, count), area)
    return np.where(rng.random(count) < _UNKNOWN_AREA_SHARE, -1, np.round(area)).astype(np.int64)


def _roads(rng: np.random.Generator, district: Ints) -> Ints:
    """Road numbers 1 … 9999, each within one district; two doors on one road are neighbours."""
    here = max(1, len(district) // (10 * _ADDRESSES_A_ROAD))
    return np.asarray(1 + district * 990 + rng.integers(0, min(here, 989), len(district)))


def _tenures(rng: np.random.Generator, use: Ints) -> Ints:
    tenure = rng.choice(5, len(use), p=[0.55, 0.17, 0.25, 0.01, 0.02])
    return np.where(use > 199, rng.choice([3, 4], len(use)), tenure)


def _record_addresses(block: Block, *, first_day: int) -> None:
    dwellings = block.dwellings
    known = first_day - block.rng.integers(200, 3600, dwellings.size)
    columns = {name: dwellings[name] for name in ("use", "area", "rooms", "tenure")}
    dwellings["row"][:] = block.address_facts.record(
        dwellings.size, address=np.arange(dwellings.size), valid_from=known, recorded_on=known, **columns
    )
