"""The closed loop: the product steers, the judge alone sees the truth, the same seed gives the same figures."""

from __future__ import annotations

import ast
import dataclasses
import importlib
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.build import build_matrix
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.errors import UsageError
from governance.legal_bases import lawful, load_legal_bases
from governance.settings import Settings
from service.impact.simulate import product, world
from service.impact.simulate.figures import as_seen, build_figures, true_savings
from service.impact.simulate.judge import Totals, Truth, best_possible, judge
from service.impact.simulate.plan import DEFAULT_ARMS, SimulationPlan, policies
from service.impact.simulate.shown import build_tables, document
from service.impact.simulate.summary import build_summary
from service.impact.simulate.world import World, simulate_world
from synthetic_data import planted
from synthetic_data.stepping import SteppedPlan, begin_town

PLAN = SimulationPlan(
    seed=3, quarters=2, worlds=1, arms=(0.25,), persons=2_500, controls=24, history_cases=260, redraws=3
)
TIMES = {"cpu_seconds"}


@cache
def a_world(seed: int = 3) -> World:
    return simulate_world(dataclasses.replace(PLAN, seed=seed), 0, settings=Settings(), report=lambda _: None)


def lists_of(ran: World) -> list[list[tuple[object, ...]]]:
    return [each.proposal.worklist.rows.rows() for steered in ran.steered for each in steered.quarters]


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_times(each) for key, each in value.items() if key not in TIMES}
    return [without_times(each) for each in value] if isinstance(value, list | tuple) else value


def test_a_policy_lists_the_same_whatever_the_truth_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def turned_over(town: object) -> planted.Planted:
        seen = planted.see_planted(town)  # type: ignore[arg-type]
        return dataclasses.replace(
            seen, chance=seen.chance[::-1] / 2, saving_ore=seen.saving_ore[::-1], hours=seen.hours * 3
        )

    told_truly = a_world()
    monkeypatch.setattr(world, "see_planted", turned_over)
    lied_to = simulate_world(PLAN, 0, settings=Settings(), report=lambda _: None)
    assert lists_of(lied_to) == lists_of(told_truly)
    worth = [[each.judged.net_ore for each in ran.steered[0].quarters] for ran in (lied_to, told_truly)]
    assert worth[0] != worth[1]


def test_the_products_part_imports_nothing_that_knows_a_town() -> None:
    for module in (product, importlib.import_module("service.impact.simulate.plan")):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        assert not [
            name for name in imported if name.startswith("synthetic_data") or name.endswith((".judge", ".world"))
        ]


def test_the_same_seed_gives_the_same_figures_and_another_does_not() -> None:
    again = simulate_world(PLAN, 0, settings=Settings(), report=lambda _: None)
    figures = [without_times(dataclasses.asdict(build_figures(ran))) for ran in (again, a_world(), a_world(4))]
    assert figures[0] == figures[1]
    assert figures[0] != figures[2]


def test_what_was_opened_comes_back_and_is_learned_from() -> None:
    retrained, frozen, rules = a_world().steered
    assert [each.policy.ranks for each in (retrained, frozen, rules)] == ["model", "model", "rules"]
    assert retrained.quarters[1].labels > retrained.quarters[0].labels == frozen.quarters[1].labels
    opened = pl.concat([each.cases for each in rules.quarters])
    assert opened.height == opened["case_id"].n_unique()
    assert rules.outcomes.filter(pl.col("case_id").is_in(opened["case_id"].implode()))["saving_ore"].sum() > 0


def test_random_cases_are_drawn_with_the_probability_that_is_logged() -> None:
    listed = a_world().steered[0].quarters[0]
    random = listed.cases.filter(pl.col("arm") == "random")
    drawn = listed.proposal.worklist.draws.filter("drawn")
    assert sorted(random["unit_id"]) == sorted(drawn["unit_id"])
    assert drawn["selection_probability"].min() > 0


def test_what_is_certain_is_controlled_however_the_draw_falls() -> None:
    start = world._begin(PLAN, 0, settings=Settings())
    policy = policies((0.25,))[0]
    for number in range(25):
        proposal = product.propose(
            start.pool, policy=policy, model=start.model, capacity=start.capacity, seed=world.Seed(number)
        )
        certain = proposal.candidates.filter("by_list")["unit_id"]
        assert certain.len() > 3
        assert set(certain) <= set(proposal.worklist.rows["unit_id"])


def test_rows_kept_from_quarter_to_quarter_are_those_that_would_be_built_anew(tmp_path: Path) -> None:
    settings = Settings()
    town = begin_town(
        SteppedPlan(persons=2_500, seed=9, cases=260, steered_months=12), catalogue=load_catalogue().as_rows()
    )
    kept = None
    for month in range(3):
        delivered = product.load_delivered(
            town.deliver(tmp_path / str(month)), as_of=AsOf(town.known_at), settings=settings
        )
        kept = product.learn(delivered, kept)
        for _ in range(3):
            town.advance()
    seen = lawful(load_legal_bases(), on=delivered.as_of.day, phase="development")
    anew = product.learn(delivered)
    assert kept is not None
    assert len(anew.cases) > 100
    for name in (field.name for field in dataclasses.fields(anew.cases)):
        np.testing.assert_array_equal(getattr(kept.cases, name), getattr(anew.cases, name))
    units = kept.rows.select("unit_id", "address_id", "as_of")
    assert build_matrix(delivered.engine, units, lawful=seen).equals(kept.rows)


def test_no_list_beats_the_best_possible_and_the_best_list_is_it() -> None:
    net, hours = np.array([900.0, -50.0, 400.0, 300.0]), np.array([3.0, 1.0, 2.0, 1.0])
    assert best_possible(net, hours, 100.0) == 1_600
    assert best_possible(net, hours, 4.0) == 1_200
    assert best_possible(net, hours, 2.0) == 300 + 300
    for steered in a_world().steered:
        for each in steered.quarters:
            assert each.judged.net_ore < each.judged.best_net_ore
            assert each.judged.saving_ore < 1.02 * each.judged.best_saving_ore


def test_the_judge_counts_the_innocent_by_the_chance_that_nothing_is_wrong() -> None:
    proposal = a_world().steered[0].quarters[0].proposal
    units = proposal.candidates["unit_id"].to_list()
    ones = np.ones(len(units))
    told = planted.Planted(
        address_id=tuple(units), chance=ones / 4, saving_ore=8e6 * ones, hours=2 * ones, adults={"all adults": 3 * ones}
    )
    judged = judge(Truth(told, units, hourly_cost_ore=70_000), proposal, hours=100.0)
    listed = proposal.worklist.rows.height
    assert judged.needless == {"all adults": pytest.approx(listed * 3 * 0.75)}
    assert judged.innocent == {"all adults": pytest.approx(len(units) * 3 * 0.75)}
    assert judged.saving_ore == pytest.approx(listed * 2e6)
    assert judged.net_ore == pytest.approx(listed * (2e6 - 140_000))
    assert judged.hits == pytest.approx(listed / 4)


def test_an_evaluator_sees_registers_and_the_logged_draw_alone() -> None:
    steered = a_world().steered[0]
    listed = steered.quarters[0]
    cases = listed.cases.with_columns(saving_ore=pl.lit(100))
    seen = as_seen(listed, cases)
    draws = listed.proposal.worklist.draws
    assert seen.drawn.probability.sum() == pytest.approx(draws.filter("drawn")["selection_probability"].sum())
    assert seen.listings["pool"].size == draws.filter(pl.col("selection_probability") > 0).height
    assert seen.listings["pool"].of_drawn.all()
    assert seen.controlled_saving.tolist() == [100.0] * len(seen.controlled_saving)
    assert seen.listings["model"].certain_ore == seen.list_saving.sum() == 100.0 * seen.listings["model"].size


def test_an_estimate_is_held_against_what_came_of_the_list_and_what_the_rest_would_bring() -> None:
    listed = a_world().steered[0].quarters[0]
    seen = as_seen(listed, listed.cases.with_columns(saving_ore=pl.lit(7)))
    totals = Totals(pool=1_000.0, rules=300.0, list=400.0, rules_and_list=100.0)
    came = {name: listing.certain_ore for name, listing in seen.listings.items()}
    assert true_savings(totals, seen) == {
        "pool": 600.0 + came["pool"], "rules": 200.0 + came["rules"], "model": came["model"], "list": 400.0,
    }  # fmt: skip
    assert came["pool"] == came["model"] > came["rules"] >= 0


def test_what_everybody_would_save_is_known_of_the_quarters_that_are_drawn_again() -> None:
    retrained, frozen, rules = a_world().steered
    assert [bool(each.redrawn) for each in (retrained, frozen, rules)] == [True, False, False]
    assert all(each.of_all is None for each in frozen.quarters)
    for listed in retrained.quarters:
        assert listed.of_all is not None
        assert sorted(listed.of_all["unit_id"]) == sorted(listed.proposal.candidates["unit_id"])
        assert listed.of_all["saving_ore"].drop_nulls().min() >= 0
    # what all would save by luck, and on average by what is planted
    saved = sum(each.of_all["saving_ore"].sum() for each in retrained.quarters if each.of_all is not None)
    planted_mean = sum(each.totals.pool for each in retrained.quarters)
    assert 0.5 < saved / planted_mean < 1.7
    assert {row.cohorts for row in retrained.redrawn} == {3}


def test_futures_that_are_looked_into_change_nothing_of_the_course() -> None:
    plain = simulate_world(dataclasses.replace(PLAN, redraws=0), 0, settings=Settings(), report=lambda _: None)
    assert lists_of(plain) == lists_of(a_world())
    assert not plain.steered[0].redrawn


def test_every_policy_and_arm_is_shown_with_its_figures() -> None:
    figures = (build_figures(a_world()),)
    summary = build_summary(figures)
    assert [each.policy for each in summary.policies] == ["retrained, arm 25%", "frozen, arm 5%", "rules, arm 5%"]
    assert all(each.likeness.mean < 1 for each in summary.policies)
    tables = build_tables(summary)
    assert len(tables) == 6
    assert all(len(row) == len(table.header) for table in tables for row in table.rows)
    written = document(PLAN, summary, figures)
    assert written["plan"]["seed"] == 3  # type: ignore[index]


def test_the_defaults_are_three_arms_against_a_frozen_model_and_the_rules() -> None:
    names = [policy.name for policy in policies(DEFAULT_ARMS)]
    assert names == ["retrained, arm 2%", "retrained, arm 5%", "retrained, arm 10%", "frozen, arm 5%", "rules, arm 5%"]


@pytest.mark.parametrize(
    "wrong", [{"arms": ()}, {"arms": (0.0,)}, {"arms": (0.9,)}, {"arms": (0.1, 0.1)}, {"quarters": 0}, {"worlds": 0}, {"controls": 1}, {"seed": -1}]
)  # fmt: skip
def test_a_plan_that_cannot_be_run_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        dataclasses.replace(PLAN, **wrong)  # type: ignore[arg-type]
