"""The list keeps to its hours, never lists a loss by priority, and has one order."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.random_arm import Seed
from service.worklist import Worklist, by_net_per_hour, fill_capacity, rank_all

GENERAL, SIGNAL = "retssikkerhedsloven_11a", "cpr_10"
SEED = Seed(11)


def scored(*rows: tuple[str, float, float], basis: str = GENERAL, chance: float = 0.3) -> pl.DataFrame:
    """Candidates as (unit id, expected net in øre, expected hours)."""
    return pl.DataFrame(
        {
            "unit_id": [unit for unit, _, _ in rows],
            "address_id": [unit for unit, _, _ in rows],
            "legal_basis": [basis] * len(rows),
            "hit_probability": [chance] * len(rows),
            "expected_municipal_ore": [net + 70_000 * hours for _, net, hours in rows],
            "expected_net_ore": [float(net) for _, net, _ in rows],
            "expected_hours": [float(hours) for _, _, hours in rows],
        },
        schema={
            **dict.fromkeys(("unit_id", "address_id", "legal_basis"), pl.String),
            **dict.fromkeys(
                ("hit_probability", "expected_municipal_ore", "expected_net_ore", "expected_hours"), pl.Float64
            ),
        },
    )


def units(worklist: Worklist) -> list[str]:
    return worklist.rows["unit_id"].to_list()


def by_priority(scores: pl.DataFrame, hours: float) -> Worklist:
    return fill_capacity(scores, hours=hours, random_share=0.0, seed=SEED)


def test_what_an_hour_brings_decides_and_not_the_whole_sum() -> None:
    scores = scored(("large", 900_000, 10), ("small", 500_000, 2), ("middle", 600_000, 5))
    assert units(by_priority(scores, 100)) == ["small", "middle", "large"]


def test_equal_cases_stand_by_unit_id() -> None:
    scores = scored(("c", 100, 1), ("a", 100, 1), ("b", 200, 2))
    assert units(by_priority(scores, 100)) == ["a", "b", "c"]
    assert by_net_per_hour(scores.reverse())["unit_id"].to_list() == ["a", "b", "c"]


def test_what_costs_more_than_it_saves_is_not_listed() -> None:
    scores = scored(("gain", 1, 5), ("even", 0, 1), ("loss", -1, 1))
    assert units(by_priority(scores, 100)) == ["gain"]


def test_a_case_that_does_not_fit_is_passed_over_for_one_that_does() -> None:
    scores = scored(("first", 900, 6), ("second", 700, 6), ("third", 100, 4))
    assert units(by_priority(scores, 10)) == ["first", "third"]


def test_a_case_that_just_fits_is_taken() -> None:
    worklist = by_priority(scored(("first", 900, 6), ("second", 100, 4)), 10)
    assert worklist.hours_used == 10


def test_rank_counts_from_one() -> None:
    worklist = by_priority(scored(("b", 2, 1), ("a", 1, 1)), 10)
    assert worklist.rows.select("rank", "unit_id").rows() == [(1, "b"), (2, "a")]
    assert worklist.rows["rank"].dtype == pl.Int64


def test_an_empty_list_is_a_list() -> None:
    for scores in (scored(), scored(("loss", -1, 1))):
        worklist = fill_capacity(scores, hours=10, random_share=0.05, seed=SEED)
        assert worklist.rows.filter(pl.col("arm") == "priority").height == 0
        assert worklist.draws.height == scores.height


candidates = st.lists(
    st.tuples(st.integers(-(10**7), 10**7), st.floats(0.5, 80), st.booleans(), st.floats(0.01, 0.9)), max_size=40
)


@settings(max_examples=150, deadline=None)
@given(rows=candidates, hours=st.floats(0.5, 400), share=st.floats(0, 0.99), seed=st.integers(0, 2**63 - 1))
def test_whatever_the_candidates_the_list_keeps_its_promises(rows, hours, share, seed) -> None:
    scores = pl.concat(
        [scored(), *(
            scored((f"u{n:02d}", net, took), basis=GENERAL if general else SIGNAL, chance=chance)
            for n, (net, took, general, chance) in enumerate(rows)
        )]
    )  # fmt: skip
    worklist = fill_capacity(scores, hours=hours, random_share=share, seed=Seed(seed))
    listed = worklist.rows
    assert worklist.hours_used <= hours + 1e-9
    assert listed["expected_hours"].sum() == pytest.approx(worklist.hours_used)
    assert listed["unit_id"].n_unique() == listed.height
    assert listed["rank"].to_list() == list(range(1, listed.height + 1))
    priority, drawn = (listed.filter(pl.col("arm") == arm) for arm in ("priority", "random"))
    assert (priority["expected_net_ore"] > 0).all()
    assert (
        priority["unit_id"].to_list()
        == by_net_per_hour(priority.drop("net_per_hour", strict=False))["unit_id"].to_list()
    )
    assert sorted(worklist.draws["unit_id"]) == sorted(scores["unit_id"])
    assert set(drawn["unit_id"]) == set(worklist.draws.filter("drawn")["unit_id"])
    assert worklist.draws["selection_probability"].sum() == pytest.approx(drawn.height)
    assert set(drawn["legal_basis"]) <= {GENERAL}
    others = scores.filter(pl.col("legal_basis") == SIGNAL)["unit_id"].to_list()
    assert worklist.draws.filter(pl.col("unit_id").is_in(others))["selection_probability"].sum() == 0


def many(count: int = 200) -> pl.DataFrame:
    random = np.random.default_rng(5)
    rows = zip(random.integers(-200_000, 900_000, count), random.uniform(2, 20, count), strict=True)
    return scored(*((f"u{n:03d}", int(net), float(hours)) for n, (net, hours) in enumerate(rows)))


def test_the_order_of_the_candidates_does_not_matter() -> None:
    scores = many()
    one, other = (
        fill_capacity(rows, hours=300, random_share=0.1, seed=SEED)
        for rows in (scores, scores.sample(fraction=1.0, shuffle=True, seed=2))
    )
    assert one.rows.equals(other.rows)
    assert one.draws.equals(other.draws)


def test_a_basis_of_both_kinds_may_be_drawn() -> None:
    scores = many(40).with_columns(legal_basis=pl.lit(f"{GENERAL}+{SIGNAL}"))
    worklist = fill_capacity(scores, hours=100, random_share=0.5, seed=SEED)
    assert worklist.draws["drawn"].sum() > 0


def test_the_random_cases_stand_at_places_of_every_kind() -> None:
    scores = many()
    places = []
    for seed in range(300):
        rows = fill_capacity(scores, hours=300, random_share=0.05, seed=Seed(seed)).rows
        drawn = rows.filter(pl.col("arm") == "random")
        places += [(rank - 0.5) / rows.height for rank in drawn["rank"]]
    assert len(places) > 250
    # the mean of uniform places is one half, give or take four standard errors
    assert abs(np.mean(places) - 0.5) < 4 * np.sqrt(1 / 12 / len(places))
    assert min(places) < 0.05
    assert max(places) > 0.95


def test_all_are_ranked_at_a_loss_too() -> None:
    worklist = rank_all(scored(("loss", -5, 1), ("gain", 5, 1), ("even", 0, 1)))
    assert units(worklist) == ["gain", "even", "loss"]
    assert set(worklist.rows["arm"]) == {"priority"}
    assert worklist.draws["selection_probability"].sum() == 0
    assert not worklist.draws["drawn"].any()
