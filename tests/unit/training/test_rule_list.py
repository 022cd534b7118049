"""The rule list adds points for what a control unit would look for, and learns nothing."""

from __future__ import annotations

import polars as pl
import pytest

from features.definitions import load_catalogue_of_features
from training.rule_list import POINTS, rule_score


def a_row(**seen: float | None) -> pl.DataFrame:
    return pl.DataFrame({name: [seen.get(name, 0.0)] for name in POINTS}, schema=dict.fromkeys(POINTS, pl.Float64))


def test_every_rule_looks_at_a_declared_feature() -> None:
    assert set(POINTS) <= set(load_catalogue_of_features())
    assert all(points > 0 for points in POINTS.values())


def test_nothing_seen_is_no_points() -> None:
    assert rule_score(a_row()).tolist() == [0.0]


@pytest.mark.parametrize("name", POINTS)
def test_an_observation_gives_its_points_twice_at_most(name: str) -> None:
    scores = [rule_score(a_row(**{name: times})).item() for times in (1.0, 2.0, 7.0)]
    assert scores == [POINTS[name], 2 * POINTS[name], 2 * POINTS[name]]


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_unknown_counts_nothing(unknown: float | None) -> None:
    assert rule_score(a_row(citizen_tips=unknown, returned_mail=1.0)).item() == POINTS["returned_mail"]


def test_points_add_up() -> None:
    assert rule_score(a_row(**dict.fromkeys(POINTS, 1.0))).item() == sum(POINTS.values())
