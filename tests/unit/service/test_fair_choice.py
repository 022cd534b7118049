"""What the ranking may do about a gap: never without an approval, and then no more than the cap asks."""

from __future__ import annotations

import contextlib
import datetime as dt
import inspect
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.as_of import AsOf
from governance.errors import GateClosed, UsageError
from governance.gate.approvals import Approval
from service.fair_choice import (
    CAP,
    Choice,
    bounded,
    choose_with_penalty,
    choose_within_quotas,
    fill,
    gap_drivers,
    group_names,
    make_pool,
    ratios,
)
from service.mitigation import mitigated_list, standing_approval
from service.random_arm import Seed
from service.rank_request import RankRequest
from tests.gates import HandClock
from tests.unit.training.simulated import INPUTS, QUICK, a_matrix, labels_of
from training.adults import ATTRIBUTES
from training.group_share import infer_share
from training.ranking_model import fit_ranking_model

DAY = dt.date(2024, 6, 1)
SIZE = 400
HOURS = 120.0
IMMIGRANT = ("origin", "immigrant")


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
        approved, scores, adults, groups=[IMMIGRANT], hours=HOURS, on=DAY, cap=cap
    )  # fmt: skip


def with_penalty(approved: Approval, inferred: pl.DataFrame | None = None) -> Choice:
    scores, adults = a_town()
    known = adults.select("unit_id", share=(pl.col("origin") == "immigrant").cast(pl.Float64))
    return choose_with_penalty(
        approved, scores, adults, known if inferred is None else inferred, group=IMMIGRANT,
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
    assert choice.ratios_before[IMMIGRANT] > 1.5
    assert choice.ratios_after[IMMIGRANT] <= CAP
    assert 0.8 < choice.net_after_ore / choice.net_before_ore < 1
    assert len(choice.listed) == HOURS / 3
    assert len(set(choice.listed)) == len(choice.listed)


def test_where_no_list_meets_the_cap_the_most_even_one_stands_and_not_an_empty_one() -> None:
    scores, adults = a_town()
    both = [IMMIGRANT, ("origin", "danish")]
    choice = choose_within_quotas(approval("quota"), scores, adults, groups=both, hours=HOURS, on=DAY, cap=0.001)
    assert choice.listed
    assert 1 < max(choice.ratios_after.values()) <= max(choice.ratios_before.values())


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
    assert choice.ratios_after[IMMIGRANT] <= CAP < choice.ratios_before[IMMIGRANT]
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
    pool = make_pool(scores, some, grounds=["origin"])
    assert pool.names == (("origin", "danish"), IMMIGRANT)
    assert pool.of_all.sum() == pytest.approx((1 - scores["hit_probability"].gather_every(2, 1)).sum())


def test_the_ratio_of_a_pool_is_that_of_its_rows() -> None:
    scores, adults = a_town()
    pool = make_pool(scores, adults, grounds=["origin"])
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


def test_one_line_of_the_product_takes_a_mitigation_and_only_past_the_question_for_its_approval() -> None:
    from tests.contract.source_tree import module_files, shown

    modules = {
        shown(path): path.read_text(encoding="utf-8")
        for path in module_files("governance", "features", "training", "service")
    }
    for choosing, users in (
        ("service.fair_choice", ["service/mitigation.py"]),
        # a night asks for the approval before it begins; only the list takes the mitigation
        ("service.mitigation", ["service/jobs/night_request.py", "service/rank.py"]),
    ):
        assert [name for name, text in modules.items() if f"from {choosing} import" in text] == users
        assert not [name for name, text in modules.items() if f"import {choosing}" in text]
    # the list is given what was asked for, which without a standing approval is nothing
    assert inspect.signature(mitigated_list).parameters["approval"].default is inspect.Parameter.empty
    assert (
        modules["service/rank.py"].count("mitigated_list(")
        == modules["service/rank.py"].count("standing_approval(")
        == 1
    )
    assert "mitigated_list" not in modules["service/jobs/night_request.py"]
    assert RankRequest.__dataclass_fields__["mitigation"].default == "none"


def a_request(kind: str, *, as_of: dt.date = DAY, every_candidate: bool = False) -> RankRequest:
    return RankRequest(
        directory=Path(), as_of=AsOf(as_of), hours=1.0, out=Path(), every_candidate=every_candidate, model=None,
        random_share=0.0, seed=Seed(1), mitigation=kind,
    )  # fmt: skip


class AStore:
    """A store on a day whose log holds no approval but those given."""

    def __init__(self, patch: pytest.MonkeyPatch, today: dt.date, *approvals: Approval) -> None:
        self.clock = HandClock(today)
        patch.setattr("governance.gate.approvals._signed", lambda _: list(approvals))

    def reading(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


@pytest.mark.parametrize("kind", ["quota", "group_blind"])
@pytest.mark.parametrize(
    ("as_of", "today", "stands"),
    [(0, 0, True), (-30, 0, True), (0, 1, False), (1, 0, False), (-1, 1, False), (1, -1, False)],
)
def test_an_approval_must_stand_on_the_day_of_the_list_and_on_the_day_it_is_made(
    kind: str, as_of: int, today: int, stands: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, now = (DAY + dt.timedelta(days=days) for days in (as_of, today))
    store = AStore(monkeypatch, now, approval(kind))
    if stands:
        assert standing_approval(a_request(kind, as_of=day), store=store) == approval(kind)
    else:
        with pytest.raises(GateClosed):
            standing_approval(a_request(kind, as_of=day), store=store)


def test_the_newest_of_the_kind_stands_whatever_else_was_approved_since(monkeypatch: pytest.MonkeyPatch) -> None:
    store = AStore(monkeypatch, DAY, approval("quota"), approval("group_blind"))
    assert standing_approval(a_request("quota"), store=store) == approval("quota")
    with pytest.raises(GateClosed):
        standing_approval(a_request("group_blind"), store=AStore(monkeypatch, DAY, approval("quota")))


def test_nothing_is_asked_where_nothing_is_wanted_and_no_other_word_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    store = AStore(monkeypatch, DAY, approval("quota"), approval("group_blind"))
    assert standing_approval(a_request("none"), store=store) is None
    for request in (a_request("reweighing"), a_request("quota", every_candidate=True)):
        with pytest.raises(UsageError):
            standing_approval(request, store=store)


def test_several_grounds_are_held_at_once_and_a_union_of_values_too() -> None:
    scores, adults = a_town()
    random = np.random.default_rng(9)
    foreign = (adults["origin"] == "immigrant").to_numpy()
    origin = np.where(foreign, random.choice(["descendant", "immigrant"], SIZE), "danish")
    sex = np.where(random.random(SIZE) < 0.3 + 0.4 * foreign, "F", "M")
    mixed = adults.with_columns(origin=pl.Series(origin), sex=pl.Series(sex))
    names = group_names(mixed, grounds=["sex", "origin"])
    assert ("origin", "not danish") in names and len(names) == 6
    choice = choose_within_quotas(approval("quota"), scores, mixed, groups=names, hours=HOURS, on=DAY)
    assert choice.ratios_before["origin", "not danish"] > 1.5 and choice.ratios_before["sex", "F"] > CAP
    assert max(choice.ratios_after.values()) <= CAP


def test_groups_of_a_few_are_not_capped() -> None:
    _, adults = a_town()
    few = adults.with_columns(
        origin=pl.when(pl.int_range(pl.len()) < 10).then(pl.lit("descendant")).otherwise("origin")
    )
    assert ("origin", "descendant") not in group_names(few, grounds=["origin"], least_share=0.05)
    assert {IMMIGRANT, ("origin", "danish"), ("origin", "not danish")} == set(
        group_names(few, grounds=["origin"], least_share=0.05)
    )


def test_what_was_drawn_is_not_chosen_and_still_counts_among_all() -> None:
    scores, adults = a_town()
    drawn = scores["unit_id"].sample(40, seed=1).to_list()
    pool, whole = (make_pool(scores, adults, grounds=["origin"], drawn=out) for out in (drawn, ()))
    assert not set(pool.units) & set(drawn) and set(whole.units) & set(drawn)
    assert (pool.of_all == whole.of_all).all()
