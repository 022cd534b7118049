"""What the ranking may do about a gap: never without an approval, and then no more than the cap asks."""

from __future__ import annotations

import datetime as dt
import inspect

import numpy as np
import polars as pl
import pytest

from governance.errors import GateClosed
from governance.gate.approvals import Approval
from service.fair_choice import (
    CAP,
    Choice,
    bounded,
    choose_with_penalty,
    choose_within_quotas,
    fill,
    gap_drivers,
    make_pool,
    ratios,
)
from tests.unit.training.simulated import INPUTS, QUICK, a_matrix, labels_of
from training.adults import ATTRIBUTES
from training.group_share import infer_share
from training.ranking_model import fit_ranking_model

DAY = dt.date(2024, 6, 1)
SIZE = 400
HOURS = 120.0


def approval(kind: str, *, expires: dt.date = DAY) -> Approval:
    return Approval("approval-1", kind, "a test", expires)


def a_town(*, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """400 candidates of one adult and three hours each; the foreign third stands higher on the list than it should."""
    random = np.random.default_rng(seed)
    foreign = random.random(SIZE) < 1 / 3
    units = [f"u{number:03d}" for number in range(SIZE)]
    scores = pl.DataFrame(
        {
            "unit_id": units, "hit_probability": random.uniform(0.05, 0.5, SIZE), "expected_hours": np.full(SIZE, 3.0),
            "expected_net_ore": random.normal(20_000, 50_000, SIZE) + 40_000 * foreign,
        }
    )  # fmt: skip
    adults = pl.DataFrame({"unit_id": units, "address_id": units}).with_columns(
        **{name: pl.lit("one") for name in ATTRIBUTES}
    )
    return scores, adults.with_columns(origin=pl.Series(np.where(foreign, "immigrant", "danish")))


def within_quotas(approved: Approval, *, cap: float = CAP) -> Choice:
    scores, adults = a_town()
    return choose_within_quotas(
        approved, scores, adults, attribute="origin", groups=["immigrant"], hours=HOURS, on=DAY, cap=cap
    )  # fmt: skip


def with_penalty(approved: Approval, inferred: pl.DataFrame | None = None) -> Choice:
    scores, adults = a_town()
    known = adults.select("unit_id", share=(pl.col("origin") == "immigrant").cast(pl.Float64))
    return choose_with_penalty(
        approved, scores, adults, known if inferred is None else inferred, attribute="origin", group="immigrant",
        hours=HOURS, on=DAY,
    )  # fmt: skip


@pytest.mark.parametrize("option", [choose_within_quotas, choose_with_penalty])
def test_an_approval_is_asked_for_and_has_no_default(option) -> None:
    first = next(iter(inspect.signature(option).parameters.values()))
    assert first.name == "approval"
    assert first.default is inspect.Parameter.empty


@pytest.mark.parametrize(
    ("option", "approved"),
    [
        (within_quotas, approval("group_blind")),
        (with_penalty, approval("quota")),
        (within_quotas, approval("quota", expires=DAY - dt.timedelta(days=1))),
        (with_penalty, approval("group_blind", expires=DAY - dt.timedelta(days=1))),
    ],
)
def test_one_for_another_kind_or_lapsed_is_none(option, approved) -> None:
    with pytest.raises(GateClosed):
        option(approved)


def test_quotas_hold_the_cap_at_a_small_price() -> None:
    choice = within_quotas(approval("quota"))
    assert choice.ratios_before["immigrant"] > 1.5
    assert choice.ratios_after["immigrant"] <= CAP
    assert 0.8 < choice.net_after_ore / choice.net_before_ore < 1
    assert len(choice.listed) == HOURS / 3
    assert len(set(choice.listed)) == len(choice.listed)


def test_where_the_cap_holds_nothing_is_changed() -> None:
    choice = within_quotas(approval("quota"), cap=100.0)
    assert choice.ratios_after == choice.ratios_before
    assert choice.net_after_ore == choice.net_before_ore


def test_the_list_comes_best_first() -> None:
    scores, _ = a_town()
    rate = dict(zip(scores["unit_id"], scores["expected_net_ore"] / scores["expected_hours"], strict=True))
    taken = [rate[unit] for unit in within_quotas(approval("quota")).listed]
    assert taken == sorted(taken, reverse=True)
    assert min(taken) > 0


def test_a_penalty_on_what_is_inferred_closes_the_gap_where_it_can() -> None:
    choice = with_penalty(approval("group_blind"))
    assert choice.ratios_after["immigrant"] <= CAP < choice.ratios_before["immigrant"]
    assert choice.net_after_ore < choice.net_before_ore


def test_where_the_inputs_tell_nothing_the_plain_list_stands() -> None:
    scores, _ = a_town()
    flat = scores.select("unit_id", share=pl.lit(0.3))
    choice = with_penalty(approval("group_blind"), flat)
    assert choice.ratios_after == choice.ratios_before


def test_who_is_unknown_counts_in_no_group() -> None:
    scores, adults = a_town()
    some = adults.with_columns(
        origin=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("unknown")).otherwise("origin")
    )
    pool = make_pool(scores, some, attribute="origin")
    assert pool.names == ("danish", "immigrant")
    assert pool.of_all.sum() == pytest.approx((1 - scores["hit_probability"].gather_every(2, 1)).sum())


def test_the_ratio_of_a_pool_is_that_of_its_rows() -> None:
    scores, adults = a_town()
    pool = make_pool(scores, adults, attribute="origin")
    taken = fill(pool, np.arange(len(pool.units)), hours=HOURS)
    listed = [unit for unit, chosen in zip(pool.units, taken, strict=True) if chosen]
    rows = adults.join(scores, on="unit_id").with_columns(
        innocent=1 - pl.col("hit_probability"), on=pl.col("unit_id").is_in(listed)
    )
    rates = {
        name: part.filter("on")["innocent"].sum() / part["innocent"].sum() for (name,), part in rows.group_by("origin")
    }
    assert ratios(pool, taken)[1] == pytest.approx(rates["immigrant"] / rates["danish"])


def test_the_input_that_drives_a_gap_is_found_and_can_be_bounded() -> None:
    history, pool = a_matrix(800, seed=1), a_matrix(300, seed=2)
    model = fit_ranking_model(
        history, labels_of(history), inputs=INPUTS, as_of=DAY, hourly_cost_ore=70_000, seed=1, base_plan=QUICK
    )  # fmt: skip
    adults = pool.select("unit_id", "address_id").with_columns(**{name: pl.lit("one") for name in ATTRIBUTES})
    tipped = adults.with_columns(origin=pl.when(pool["tips"] > 0).then(pl.lit("immigrant")).otherwise(pl.lit("danish")))
    driven = gap_drivers(model, pool, tipped, attribute="origin", group="immigrant")
    assert driven["input"][0] == "tips"
    assert driven["gap"].is_sorted(descending=True)
    held = bounded(pool, ["rooms"])
    assert held["rooms"].drop_nans().max() < pool["rooms"].drop_nans().max()
    assert held.drop("rooms").equals(pool.drop("rooms"))


def test_a_share_is_inferred_from_the_inputs_of_other_addresses() -> None:
    pool = a_matrix(600, seed=3)
    adults = pool.select("unit_id", "address_id").with_columns(
        origin=pl.when(pool["tips"] > 0).then(pl.lit("immigrant")).otherwise(pl.lit("danish"))
    )
    asked = {"attribute": "origin", "group": "immigrant", "rng": np.random.default_rng(1)}
    found = infer_share(pool, adults, features=["tips", "noise"], **asked)
    assert found["unit_id"].equals(pool["unit_id"])
    assert found.filter(pool["tips"] > 0)["share"].min() > found.filter(pool["tips"] == 0)["share"].max()
    blind = infer_share(pool, adults, features=["noise"], **asked)
    assert abs(np.corrcoef(blind["share"], pool["tips"] > 0)[0, 1]) < 0.25


def test_no_line_of_the_product_takes_a_mitigation_unasked() -> None:
    from tests.contract.source_tree import module_files, shown

    modules = module_files("governance", "features", "training", "service")
    users = [shown(path) for path in modules if "fair_choice" in path.read_text(encoding="utf-8")]
    assert users == []
