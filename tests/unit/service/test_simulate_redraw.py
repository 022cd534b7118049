"""Arms drawn again and again from what is fixed: right by design, and telling where intervals do not hold."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from governance.impact.arm import BY_DESIGN
from service.impact.simulate.figures import WorldFigures
from service.impact.simulate.plan import SimulationPlan, drawn_again
from service.impact.simulate.redraw import Fixed, Redrawn, redraw
from service.impact.simulate.shown import build_tables
from service.impact.simulate.summary import build_summary
from service.random_arm import draw_probabilities
from tests.unit.service.test_simulate_summary import a_quarter, a_world

SIZE, DRAWN, DRAWS = 500, 60, 150


def a_fixed(seed: int, *, promise: float = 1.0) -> Fixed:
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.05, 0.5, SIZE)
    promised = chance * rng.gamma(2.0, 1_000, SIZE)
    saving = (rng.random(SIZE) < chance) * promised / chance * rng.uniform(0.3, 1.7, SIZE)
    certain = (promised >= np.sort(promised)[-40]).astype(float)
    return Fixed(
        probability=draw_probabilities(promised, size=DRAWN), chance=chance, promised=promise * promised, saving=saving,
        inside={"pool": np.ones(SIZE), "rules": (rng.random(SIZE) < 0.4).astype(float), "model": certain},
    )  # fmt: skip


def told(quarters: list[Fixed]) -> dict[tuple[str, str], Redrawn]:
    return {(each.target, each.estimator): each for each in redraw(quarters, arm=0.1, draws=DRAWS, seed=4)}


@pytest.mark.parametrize("promise", [1.0, 2.0])
def test_by_design_no_estimate_leans_whatever_was_promised(promise: float) -> None:
    found = told([a_fixed(seed, promise=promise) for seed in (1, 2)])
    assert set(found) == {(target, name) for target in ("pool", "rules", "model") for name in BY_DESIGN} - {
        ("model", "with_list")
    }
    for (_, estimator), row in found.items():
        if estimator != "hajek":
            assert abs(row.bias) < 4 * row.standard_error < 20
        assert row.cohorts == DRAWS


def test_intervals_of_fixed_savings_hold_and_are_counted() -> None:
    found = told([a_fixed(seed) for seed in (1, 2)])
    for estimator in BY_DESIGN:
        row = found["pool", estimator]
        assert row.told == DRAWS
        assert row.held + row.below + row.above == row.told
        assert 0.88 < row.held / row.told <= 1.0
    assert 20 < found["pool", "hajek"].saving_cases < 60
    assert found["rules", "hajek"].saving_cases < found["pool", "hajek"].saving_cases


def test_the_same_seed_draws_the_same_cohorts() -> None:
    quarters = [a_fixed(1)]
    rows = [redraw(quarters, arm=0.1, draws=10, seed=seed) for seed in (1, 1, 2)]
    assert rows[0] == rows[1] != rows[2]


def test_an_interval_that_is_too_short_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    from governance.impact import arm

    whole = arm.total_limits

    def shorter(*seen: object, **asked: object) -> object:
        ends = whole(*seen, **asked)  # type: ignore[arg-type]
        middle = (ends.low + ends.high) / 2
        return dataclasses.replace(ends, low=(ends.low + 3 * middle) / 4, high=(ends.high + 3 * middle) / 4)

    monkeypatch.setattr(arm, "total_limits", shorter)
    row = told([a_fixed(1), a_fixed(2)])["pool", "horvitz_thompson"]
    assert row.held / row.told < 0.6


def a_row(**given: object) -> Redrawn:
    return dataclasses.replace(
        Redrawn(
            arm=0.1, target="pool", estimator="hajek", cohorts=100, told=80, held=76, below=3, above=1, bias=2.0,
            standard_error=0.6, median_error=-4.0, saving_cases=12.0,
        ),
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def test_worlds_are_put_together_and_shown() -> None:
    def world(number: int, row: Redrawn) -> WorldFigures:
        return dataclasses.replace(a_world(number, a_quarter()), redrawn=(row,))

    summary = build_summary([world(1, a_row()), world(2, a_row(bias=-4.0, standard_error=0.8, told=20, held=18))])
    (found,) = summary.redrawn
    assert (found.bias, found.standard_error) == pytest.approx((-1.0, 0.5))
    assert (found.covered.cohorts, found.covered.covered, found.covered.without) == (100, 94, 100)
    assert (found.below, found.above) == pytest.approx((0.06, 0.02))
    table = build_tables(summary)[-1]
    assert table.title == "Drawn again"
    assert table.rows[0][:6] == ("10%", "pool", "hajek", "12.0", "-1.0 ± 0.5", "-4.0")
    assert build_tables(build_summary([a_world(1, a_quarter())]))[-1].title != "Drawn again"


def test_it_is_the_retrained_model_with_the_arm_in_use_that_is_drawn_from() -> None:
    assert drawn_again((0.02, 0.05, 0.1)).name == "retrained, arm 5%"
    assert drawn_again((0.2,)).name == "retrained, arm 20%"
    with pytest.raises(Exception, match="cannot be run"):
        SimulationPlan(seed=1, redraws=1)
