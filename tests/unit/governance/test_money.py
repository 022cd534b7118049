"""Whole øre as Danes read them, and guesses that cannot pass for sums."""

from __future__ import annotations

import pytest

from governance.money import Estimate, Ore, as_danish_number, as_kroner


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1000, 0, "1.000"),
        (1234567.5, 1, "1.234.567,5"),
        (-1234.5, 2, "-1.234,50"),
        (0.25, 2, "0,25"),
    ],
)
def test_danish_numbers(value: float, decimals: int, text: str) -> None:
    assert as_danish_number(value, decimals) == text


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [(123_400, 0, "1.234 kr."), (123_450, 2, "1.234,50 kr."), (-50, 1, "-0,5 kr."), (10**11, 0, "1.000.000.000 kr.")],
)
def test_kroner(amount: int, decimals: int, text: str) -> None:
    assert as_kroner(Ore(amount), decimals=decimals) == text


def test_an_estimate_lies_in_its_interval() -> None:
    assert Estimate(Ore(5), Ore(5), Ore(5)).mean == 5
    for low, high in ((6, 7), (1, 4)):
        with pytest.raises(ValueError, match="interval"):
            Estimate(Ore(5), Ore(low), Ore(high))


def test_an_estimate_does_not_add_to_a_sum() -> None:
    with pytest.raises(TypeError):
        Ore(5) + Estimate(Ore(5), Ore(4), Ore(6))  # type: ignore[operator]
