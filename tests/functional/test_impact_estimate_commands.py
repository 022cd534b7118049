"""`impact coverage` and `impact power` through the command line."""

from __future__ import annotations

import functools
import json

import pytest

from service import random_arm
from tests.functional.calls import call as called


@pytest.fixture
def call(tmp_path):
    return functools.partial(called, home=tmp_path)


FEW = ("impact", "coverage", "--cohorts", "20", "--drawn", "60", "--drawn", "300", "--seed", "3")


def test_coverage_prints_coverage_error_and_the_naive_figure_beside_it(call) -> None:
    told = call(*FEW)
    assert told.code == 0, told.err
    assert "not est." in told.out and "naive" in told.out and "biased" in told.out
    rows = json.loads(call(*FEW, "--json").out)["rows"]
    by = {(row["drawn"], row["kind"], row["target"], row["estimator"]): row for row in rows}
    pilot = by[300, "all", "pool", "horvitz_thompson"]
    assert pilot["cohorts"] == 180 and pilot["told"] > 150
    # so few cohorts tell little; that the coverage is right is shown by the tests of the interval
    assert pilot["coverage"] > 0.85
    small = by[60, "all", "pool", "horvitz_thompson"]
    assert small["told"] == 0 and small["coverage"] is None and small["holds"] is None
    assert by[300, "all", "pool", "naive"]["error"] > 1 and not by[300, "all", "pool", "naive"]["centred"]


def test_coverage_draws_by_the_services_own_formula(call, monkeypatch) -> None:
    asked: list[int] = []
    own = random_arm.draw_probabilities

    def spied(spread, *, size):
        asked.append(size)
        return own(spread, size=size)

    monkeypatch.setattr(random_arm, "draw_probabilities", spied)
    assert call(*FEW).code == 0
    assert set(asked) == {60, 300} and len(asked) == 2 * 20 * 8


@pytest.mark.parametrize(
    "wrong", [("--cohorts", "5"), ("--drawn", "3"), ("--drawn", "4000"), ("--seed", "-1")], ids=" ".join
)
def test_what_cannot_be_simulated_is_refused_before_the_work(call, wrong) -> None:
    asked = {"--seed": "1"} | dict([wrong])
    told = call("impact", "coverage", *(word for pair in asked.items() for word in pair))
    assert told.code == 2 and "remedy" in told.err


def test_power_shows_the_share_in_force_and_what_a_small_unit_cannot_tell(call) -> None:
    for share in (0.05, 0.03):
        rows = call("impact", "power", "--json", random_share=str(share)).document["rows"]
        assert [row["share"] for row in rows if row["chosen"]] == [share]
    assert "not estimable" in call("impact", "power", "--cases", "600").out
    assert call("impact", "power", "--cases", "10").code == 2
