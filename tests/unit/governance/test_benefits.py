"""The benefit catalogue: rates by basis and day, refund by week, and the municipality's share."""

from __future__ import annotations

import datetime as dt

import pytest

from governance.benefits import Benefit, Catalogue, Rate, RefundStep, load_catalogue

D = dt.date
ON = D(2020, 6, 1)
STEP = RefundStep(D(2016, 1, 1), (4, 26, 52), (0.8, 0.4, 0.3, 0.2))


@pytest.mark.parametrize(
    ("days", "share"),
    [
        (-5, 0.8), (0, 0.8), (6, 0.8), (7, 0.8), (27, 0.8), (28, 0.4), (181, 0.4), (182, 0.3), (363, 0.3), (364, 0.2),
        (5000, 0.2),
    ],
)  # fmt: skip
def test_the_refund_falls_by_weeks(days: int, share: float) -> None:
    assert STEP.share(days) == share
    assert load_catalogue().refund_step(ON).share(days) == share


@pytest.mark.parametrize(
    ("code", "share"),
    [
        ("friplads", 1.0), ("soeskenderabat", 1.0), ("enkeltydelse", 0.5), ("helbredstillaeg", 0.5),
        ("boligstoette", 0.0), ("boernetilskud", 0.0), ("folkepension_enlig", 0.0),
    ],
)  # fmt: skip
def test_the_share_that_stays_does_not_depend_on_weeks(code: str, share: float) -> None:
    for days in (None, 0, 1000):
        assert load_catalogue().municipal_share(code, on=ON, days_on_benefit=days) == share


@pytest.mark.parametrize("code", ["kontanthjaelp", "uddannelseshjaelp"])
@pytest.mark.parametrize(("days", "share"), [(0, 0.2), (28, 0.6), (182, 0.7), (364, 0.8), (None, 0.8)])
def test_the_share_that_stays_grows_with_the_weeks(code: str, days: int | None, share: float) -> None:
    assert load_catalogue().municipal_share(code, on=ON, days_on_benefit=days) == pytest.approx(share)


@pytest.mark.parametrize(
    ("code", "basis", "ore"),
    [
        ("kontanthjaelp", "single_provider", 1_535_500),
        ("kontanthjaelp", "single", 1_155_400),
        ("uddannelseshjaelp", "single_provider", 1_266_300),
        ("uddannelseshjaelp", "living_out", 633_100),
        ("uddannelseshjaelp", "living_at_home", 272_800),
        ("friplads", "single_provider", 236_100),
        ("boligstoette", "couple", 215_300),
    ],
)
def test_the_anchor_rates_of_2020(code: str, basis: str, ore: int) -> None:
    assert load_catalogue().benefits[code].monthly_rate_ore(basis=basis, on=ON) == ore


ADMINISTRATIONS = {
    "BIF": {"kontanthjaelp", "uddannelseshjaelp"},
    "BUF": {"friplads", "soeskenderabat"},
    "KFF": {"enkeltydelse", "helbredstillaeg"},
    "STATE": {"boligstoette", "boernetilskud", "folkepension_enlig"},
}


@pytest.mark.parametrize("administration", ADMINISTRATIONS)
def test_who_carries_a_benefit(administration: str) -> None:
    carried = {code for code, each in load_catalogue().benefits.items() if each.administration == administration}
    assert carried == ADMINISTRATIONS[administration]


def a_benefit(*rates: Rate, share: float = 0.0) -> Benefit:
    return Benefit("x", "x", "x", "an act", "STATE", "state", 12, "person", rates, share)


def test_a_rate_stands_from_its_day_until_the_next() -> None:
    benefit = a_benefit(Rate(D(2020, 1, 1), {"any": 100}, "s"), Rate(D(2021, 1, 1), {"any": 200, "couple": 150}, "s"))
    days = {D(2019, 1, 1): 100, D(2020, 12, 31): 100, D(2021, 1, 1): 200, D(2030, 1, 1): 200}
    assert {day: benefit.monthly_rate_ore(basis="single", on=day) for day in days} == days
    assert benefit.monthly_rate_ore(basis="couple", on=D(2021, 1, 1)) == 150


def test_steps_stand_from_their_day_too() -> None:
    later = RefundStep(D(2021, 1, 1), (10,), (0.5, 0.1))
    catalogue = Catalogue({}, (STEP, later))
    assert catalogue.refund_step(D(2010, 1, 1)) is STEP
    assert catalogue.refund_step(D(2020, 12, 31)) is STEP
    assert catalogue.refund_step(D(2021, 1, 1)) is later


def test_what_the_municipality_carries_of_a_state_benefit_is_in_the_catalogue() -> None:
    catalogue = Catalogue({"x": a_benefit(share=0.5)}, (STEP,))
    assert catalogue.municipal_share("x", on=ON, days_on_benefit=None) == 0.5


def test_the_plain_rows_hold_every_rate() -> None:
    rows = {row["code"]: row for row in load_catalogue().as_rows()}
    assert set(rows) == set(load_catalogue().benefits)
    assert {"from": "2015-01-01", "basis": "living_at_home", "ore": 272_800} in rows["uddannelseshjaelp"]["rates"]
    assert rows["kontanthjaelp"]["refund"] == "step"
