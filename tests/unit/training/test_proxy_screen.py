"""The proxy screen: a planted proxy is caught by its name, noise is not, and small groups are named, not guessed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from training.adults import ATTRIBUTES
from training.proxy_screen import MATRIX, Screened, screen, screen_proxies

ADDRESSES = 600


def town(*, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """600 addresses of two adults each; `proxy` is origin with noise, one in eight addresses of no known origin."""
    random = np.random.default_rng(seed)
    foreign = random.random(ADDRESSES) < 0.25
    units = [f"u{number}" for number in range(ADDRESSES)]
    matrix = pl.DataFrame(
        {
            "unit_id": units, "noise": random.normal(size=ADDRESSES), "proxy": foreign + random.normal(0, 0.4, ADDRESSES),
            "gap": np.where(random.random(ADDRESSES) < 0.5, np.nan, 1.0),
            "half": np.where(foreign, random.permutation(ADDRESSES), random.permutation(ADDRESSES)).astype(float),
        }
    )  # fmt: skip
    origin = np.where(np.arange(ADDRESSES) % 8 == 0, "unknown", np.where(foreign, "immigrant", "danish"))
    adults = pl.DataFrame({"unit_id": units * 2, "address_id": units * 2})
    adults = adults.with_columns(**{name: pl.lit("one") for name in ATTRIBUTES})
    return matrix, adults.with_columns(
        origin=pl.Series(list(origin) * 2), sex=pl.Series(["F"] * ADDRESSES + ["M"] * ADDRESSES)
    )


def screened(*features: str, attribute: str = "origin") -> Screened:
    matrix, adults = town()
    return screen(matrix, adults, features=features, attributes=(attribute,), rng=np.random.default_rng(3))


def areas(found: Screened) -> dict[tuple[str, str], float]:
    return {(each.subject, each.group): each.area.value for each in found.separations}


def test_a_planted_proxy_is_caught_alone_and_in_the_matrix() -> None:
    found = areas(screened("noise", "proxy"))
    assert found["proxy", "immigrant"] > 0.9
    assert found[MATRIX, "immigrant"] > 0.9
    assert found["noise", "immigrant"] < 0.6


def test_without_it_the_matrix_tells_nothing() -> None:
    assert areas(screened("noise", "gap"))[MATRIX, "immigrant"] < 0.6


def test_both_sides_of_a_pair_say_the_same() -> None:
    found = areas(screened("proxy"))
    assert found["proxy", "danish"] == pytest.approx(found["proxy", "immigrant"], abs=1e-9)


def test_a_proxy_needs_no_direction() -> None:
    matrix, adults = town()
    # the group stands in the middle, the rest on both sides of it
    sides = pl.int_range(pl.len()) % 2
    hidden = matrix.with_columns(away=pl.when(pl.col("proxy") > 0.5).then(0.5).otherwise(sides))
    found = areas(screen(hidden, adults, features=["away"], attributes=("origin",), rng=np.random.default_rng(3)))
    assert found["away", "immigrant"] > 0.8


def test_who_is_unknown_is_no_group_and_no_part_of_the_rest() -> None:
    found = screened("proxy")
    assert {each.group for each in found.separations} == {"danish", "immigrant"}
    known = 2 * (ADDRESSES - ADDRESSES // 8)
    assert sum(each.area.count for each in found.separations if each.subject == "proxy") == known


def test_small_groups_are_named_and_not_measured() -> None:
    matrix, adults = town()
    few = adults.with_columns(
        citizenship=pl.when(pl.int_range(pl.len()) < 29).then(pl.lit("eu")).otherwise(pl.lit("dk"))
    )
    found = screen(matrix, few, features=["noise"], attributes=("citizenship",), rng=np.random.default_rng(3))
    assert found.separations == ()
    assert found.not_measurable == ("citizenship dk", "citizenship eu")


def test_a_sample_holds_whole_addresses(monkeypatch) -> None:
    monkeypatch.setattr("training.proxy_screen.MOST_ADULTS", 400)
    found = screened("proxy")
    assert 300 < sum(each.area.count for each in found.separations if each.subject == "proxy") <= 400
    assert areas(found)["proxy", "immigrant"] > 0.85


def test_the_evidence_holds_every_ground_and_is_the_same_twice() -> None:
    matrix, adults = town()
    day = dt.date(2024, 6, 1)

    def evidence():
        return screen_proxies(matrix, adults, features=["noise"], measured_on=day, rng=np.random.default_rng(4))

    assert evidence() == evidence()
    assert evidence().measured_on == day
    assert {each.attribute for each in evidence().separations} == {"sex", "origin"}
