from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib

import numpy as np
import polars as pl
import pytest

from governance.errors import AuditLogBroken
from governance.impact.facts import CaseFact, EffectFact, Facts, arm_of, cohort_of
from governance.settings import Settings
from service.impact.drawn_pools import make_logged_pools, make_register_pools
from service.impact.estimating import build_estimates, effect_saving_ore, mature_cases, savings_of
from service.impact.expected import CasePromise, Logged, LoggedRun, OwnCase, _table, promises_of
from service.logged_lists import LOGGED_COLUMNS, benefit_promises, with_lists
from service.random_arm import Seed
from service.worklist import fill_capacity

DAY = dt.date(2026, 6, 30)
LISTED = dt.date(2025, 1, 10)
SETTINGS = Settings()
A_WHILE = dt.timedelta(days=SETTINGS.list_days + SETTINGS.label_delay_days + SETTINGS.appeal_days)


def case(place: int, *, opened=LISTED, channel="random", probability=0.5, outcome="no_change", **changed) -> CaseFact:
    told = {
        "case_id": f"c{place}", "address_id": f"a{place}", "opened_on": opened, "closed_on": opened, "channel": channel,
        "arm": arm_of(channel), "cohort": cohort_of(opened), "selection_probability": probability, "hours": 4.0,
        "outcome": outcome,
    }  # fmt: skip
    return CaseFact(**(told | changed))


def effect(of: int, **changed) -> EffectFact:
    told = {
        "effect_id": f"e{of}", "case_id": f"c{of}", "person_id": "p", "grant_id": "g", "benefit": "friplads",
        "administration": "BUF", "effect": "stopped", "monthly_change_ore": -1_000, "effective_from": LISTED,
        "reclaim_ore": 500, "recorded_on": LISTED, "reversed_on": None, "months_forward": 10, "municipal_permille": 800,
    }  # fmt: skip
    return EffectFact(**(told | changed))


def facts(cases, effects=(), as_of=DAY) -> Facts:
    return Facts(cases=tuple(cases), effects=tuple(effects), money=(), costs=(), as_of=as_of, hourly_cost_ore=70_000)


def test_a_saving_is_forward_and_reclaim_by_the_municipal_share_while_it_stands() -> None:
    assert effect_saving_ore(effect(1), DAY) == 8_400
    assert effect_saving_ore(effect(1, reversed_on=DAY), DAY) == 0
    assert effect_saving_ore(effect(1, reversed_on=DAY + dt.timedelta(days=1)), DAY) == 8_400
    assert effect_saving_ore(effect(1, effect="increased", monthly_change_ore=1_000), DAY) == 0
    assert effect_saving_ore(effect(1, municipal_permille=0, administration="STATE"), DAY) == 0


def test_registers_alone_give_the_pool_by_the_cases_drawn_and_mature() -> None:
    young = case(9, opened=DAY - dt.timedelta(days=30), probability=0.001)
    known = facts([case(1), case(2), case(3, channel="rule_list", probability=None), young], [effect(1), effect(3)])
    pools = make_register_pools(known, savings_of(known), mature_cases(known, settings=SETTINGS))
    assert pools.drawn.saving.tolist() == [8_400, 0] and pools.immature == 1
    assert pools.listings["pool"].size == 4 and list(pools.listings) == ["pool"]
    assert pools.controlled_saving.tolist() == [8_400, 0, 8_400]
    rows = {(row.target, row.estimator): row for row in build_estimates(known, settings=SETTINGS).arm.rows}
    assert rows["pool", "horvitz_thompson"].total_ore == 16_800
    assert rows["pool", "naive"].total_ore == pytest.approx(2 * 8_400 / 3 * 4)
    for target, estimator in (("pool", "doubly_robust"), ("model", "hajek"), ("rules", "with_list")):
        assert rows[target, estimator].total_ore is None and "ikke logget" in rows[target, estimator].note_da


def draws(**changed) -> pl.DataFrame:
    """Five candidates; a0 may not be drawn, a1 and a2 were, a1 and a3 stand on our list whatever is drawn."""
    told = {
        "unit_id": ["a0", "a1", "a2", "a3", "a4"], "selection_probability": [0.0, 0.5, 0.5, 0.5, 0.5],
        "drawn": [False, True, True, False, False], "promised_ore": [100.0] * 5, "hit_probability": [0.2] * 5,
        "hours": [4.0] * 5, "listed_by_model": [True, True, False, True, False],
        "listed_by_rules": [False, False, True, True, False], "listed_by_logistic": [False, True, True, False, False],
        "certain": [True, True, False, True, False],
    }  # fmt: skip
    return pl.DataFrame(told | changed)


def logged(table: pl.DataFrame | None, cases: int = 3, as_of: dt.date = LISTED, promises=None) -> Logged:
    rows = pl.DataFrame(
        {
            "rank": [1, 2, 3], "address_id": ["a1", "a2", "a3"], "hit_probability": [0.2] * 3,
            "expected_bif_ore": [60, 60, 60], "expected_buf_ore": [40, 40, 40], "expected_kff_ore": [0, 0, 0],
            "expected_municipal_ore": [100, 100, 100],
        }
    )  # fmt: skip
    own = tuple(OwnCase(f"c{place}", "run", place) for place in range(1, cases + 1))
    return Logged({"run": LoggedRun("run", as_of, rows, table, promises)}, own)


def known() -> Facts:
    return facts([case(1), case(2), case(3, channel="model", probability=1.0)], [effect(1), effect(3)])


def ripe(facts_=None) -> frozenset[str]:
    return mature_cases(facts_ or known(), settings=SETTINGS)


def test_a_case_counts_once_it_is_decided_and_beyond_an_appeal_and_a_year_is_the_longest() -> None:
    day = dt.timedelta(days=1)
    old = DAY - (SETTINGS.label_delay_days + SETTINGS.appeal_days) * day
    appealable = DAY - (SETTINGS.appeal_days - 1) * day
    longest = DAY - (365 + SETTINGS.appeal_days) * day
    cases = [
        case(1, opened=old), case(2, opened=old + day), case(3, opened=old, closed_on=None),
        case(4, opened=old, closed_on=appealable), case(5, opened=longest, closed_on=None),
        case(6, opened=longest + day, closed_on=None),
    ]  # fmt: skip
    assert ripe(facts(cases)) == {"c1", "c5"}


def test_a_draw_waits_for_its_slowest_case_and_so_does_a_month_of_the_registers() -> None:
    """What is not decided yet is neither nothing nor left out: the quick ones would speak for the slow."""
    slow = facts([case(1), case(2, closed_on=None), case(3, channel="model")], [effect(1)], as_of=LISTED + A_WHILE)
    assert "c1" in ripe(slow)
    assert make_logged_pools(slow, logged(draws()), savings_of(slow), ripe(slow), settings=SETTINGS) is None
    alone = make_register_pools(slow, savings_of(slow), ripe(slow))
    assert (len(alone.drawn), alone.immature) == (0, 1)
    decided = facts([case(1), case(2), case(3, channel="model")], [effect(1)], as_of=LISTED + A_WHILE)
    made = make_logged_pools(decided, logged(draws()), savings_of(decided), ripe(decided), settings=SETTINGS)
    assert made is not None and len(made.drawn) == 2
    assert len(make_register_pools(decided, savings_of(decided), ripe(decided)).drawn) == 2


def test_a_logged_draw_knows_every_candidate_and_what_is_certain() -> None:
    made = make_logged_pools(known(), logged(draws()), savings_of(known()), ripe(), settings=SETTINGS)
    assert made is not None and made.draws == 1 and made.cohorts == ("2025-Q1",)
    assert made.drawn.saving.tolist() == [8_400, 0] and made.certain.tolist() == [1, 0]
    pool, model, rules = (made.listings[name] for name in ("pool", "model", "rules"))
    assert (pool.size, model.size, rules.size) == (4, 2, 2)
    assert (pool.certain_ore, model.certain_ore, rules.certain_ore) == (16_800, 16_800, 8_400)
    assert rules.of_drawn.tolist() == [0, 1] and rules.of_controlled.tolist() == [0, 1, 1]
    rows = {
        (row.target, row.estimator): row
        for row in build_estimates(known(), logged(draws()), settings=SETTINGS).arm.rows
    }
    assert rows["model", "with_list"].total_ore == rows["model", "with_list"].low_ore == 16_800
    assert rows["rules", "with_list"].total_ore == pytest.approx(8_400 + 100 + 2 * (0 - 100))
    assert rows["logistic", "horvitz_thompson"].total_ore == 16_800


def test_drawn_cases_that_nobody_opened_weigh_on_those_that_were() -> None:
    made = make_logged_pools(known(), logged(draws(), cases=1), savings_of(known()), ripe(), settings=SETTINGS)
    assert made is not None
    assert made.drawn.probability.tolist() == [0.25]


def test_what_nobody_opened_of_the_certain_is_neither_nothing_nor_its_bare_promise() -> None:
    """Twenty stand on the list whatever is drawn, two of them drawn as well; nobody opens one of the twenty."""
    units = [f"a{place}" for place in range(1, 31)]
    table = pl.DataFrame(
        {
            "unit_id": units, "selection_probability": [0.1] * 30, "drawn": [each in ("a1", "a2", "a30") for each in units],
            "promised_ore": [1_000.0] * 30, "hit_probability": [0.2] * 30, "hours": [4.0] * 30,
            "listed_by_model": [place < 20 for place in range(30)], "listed_by_rules": [False] * 30,
            "listed_by_logistic": [False] * 30, "certain": [place < 20 for place in range(30)],
        }
    )  # fmt: skip
    rows = pl.DataFrame({"rank": range(1, 31), "address_id": units})

    def pool(opened: int):
        run = LoggedRun("run", LISTED, rows, table, None)
        own = [OwnCase(f"c{place}", "run", place) for place in (*range(1, opened + 1), 30)]
        known = facts([case(place) for place in (*range(1, opened + 1), 30)], [effect(1), effect(2)])
        made = make_logged_pools(
            known, Logged({"run": run}, tuple(own)), savings_of(known), ripe(known), settings=SETTINGS
        )
        assert made is not None
        return made

    saved = 2 * 8_400
    assert pool(20).listings["pool"].certain_ore == saved
    most = pool(19)
    assert most.listings["pool"].certain_ore == pytest.approx(20_000 + (saved - 19_000) / 0.95)
    assert most.listings["pool"].certain_promised_ore == 20_000 and most.certain.tolist() == [1, 1, 0]
    few = pool(17)
    assert few.listings["pool"].certain_ore == few.listings["pool"].certain_promised_ore == 0
    assert few.certain.tolist() == [0, 0, 0]


def test_a_draw_that_is_not_ripe_is_counted_and_left_out() -> None:
    late = DAY - dt.timedelta(days=SETTINGS.label_delay_days + SETTINGS.appeal_days + SETTINGS.list_days - 1)
    assert (
        make_logged_pools(known(), logged(draws(), as_of=late), savings_of(known()), ripe(), settings=SETTINGS) is None
    )
    both = logged(draws())
    young = logged(draws(), as_of=late).runs["run"]
    two = Logged({**both.runs, "young": dataclasses.replace(young, run_id="young")}, both.cases)
    made = make_logged_pools(known(), two, savings_of(known()), ripe(), settings=SETTINGS)
    assert made is not None and (made.draws, made.immature) == (1, 1)


def test_a_run_from_before_lists_were_logged_says_not_logged() -> None:
    old = draws().select("unit_id", "selection_probability", "drawn")
    rows = {
        (row.target, row.estimator): row for row in build_estimates(known(), logged(old), settings=SETTINGS).arm.rows
    }
    # the registers' own probabilities still give the pool
    assert rows["pool", "horvitz_thompson"].total_ore == 16_800
    assert all("ikke logget" in row.note_da for (target, _), row in rows.items() if target != "pool")


def test_a_list_that_one_draw_did_not_log_is_not_guessed() -> None:
    half = draws().with_columns(listed_by_logistic=pl.lit(None, pl.Boolean), certain=pl.lit(None, pl.Boolean))
    made = make_logged_pools(known(), logged(half), savings_of(known()), ripe(), settings=SETTINGS)
    assert made is not None and "logistic" not in made.listings
    assert made.listings["pool"].certain_ore is None and made.certain.sum() == 0
    rows = {
        (row.target, row.estimator): row for row in build_estimates(known(), logged(half), settings=SETTINGS).arm.rows
    }
    assert rows["pool", "with_list"].total_ore is None and "ikke logget" in rows["pool", "with_list"].note_da
    assert rows["pool", "doubly_robust"].total_ore is not None


def test_a_case_was_promised_what_stood_at_its_place() -> None:
    promises = pl.DataFrame({"unit_id": ["a1"], "benefit": ["friplads"], "promised_ore": [40.0]})
    found = promises_of(logged(draws(), promises=promises))
    assert found["c1"] == CasePromise("a1", 0.2, {"BIF": 60.0, "BUF": 40.0, "KFF": 0.0}, {"friplads": 40.0})
    assert found["c2"].by_benefit == {}
    rows = build_estimates(known(), logged(draws(), promises=promises), settings=SETTINGS).promise
    by = {(row.dimension, row.key): row for row in rows}
    assert by["all", "all"].promised_ore == 300 and by["all", "all"].realised_ore == 16_800
    assert by["administration", "BUF"].promised_ore == 120
    assert by["benefit", "friplads"].cases == 1 and by["benefit", "friplads"].realised_ore == 8_400
    assert by["cohort", "2025-Q1"].cases == 3


def test_a_list_without_a_model_promised_nothing() -> None:
    run = logged(draws()).runs["run"]
    nothing = run.rows.with_columns(expected_municipal_ore=pl.lit(None, pl.Int64))
    assert promises_of(Logged({"run": dataclasses.replace(run, rows=nothing)}, logged(draws()).cases)) == {}


def test_prevalence_looks_at_concluded_drawn_cases_alone() -> None:
    cases = [case(place) for place in range(40)]
    cases += [
        case(50, outcome="registration_corrected"),
        case(51, outcome="referred"),
        case(52, channel="tip", outcome="benefit_changed"),
    ]
    rows = {
        row.what: row
        for row in build_estimates(
            facts(cases, [effect(3), effect(52), effect(4, reversed_on=DAY)]), settings=SETTINGS
        ).prevalence
    }
    assert (rows["any"].cases, rows["registration"].found, rows["payment"].found, rows["any"].found) == (41, 1, 1, 2)


def test_what_was_logged_and_altered_since_is_refused(tmp_path) -> None:
    settings = Settings(home=tmp_path)
    folder = tmp_path / "runs" / "run"
    folder.mkdir(parents=True)
    draws().write_parquet(folder / "draw.parquet")
    seal = hashlib.sha256((folder / "draw.parquet").read_bytes()).hexdigest()
    assert _table(settings, "run", "draw.parquet", {"draw_sha256": seal}).equals(draws())
    assert _table(settings, "run", "draw.parquet", {}).equals(draws())
    assert _table(settings, "run", "promise.parquet", {}) is None
    with pytest.raises(AuditLogBroken):
        _table(settings, "run", "draw.parquet", {"draw_sha256": "0" * 64})


class Plain:
    """A model of which only the plain rival is asked."""

    def __init__(self, chance) -> None:
        self.chance = chance
        self.inputs = type("Inputs", (), {"names": ()})()

    def plain_chance(self, _matrix):
        return self.chance


def scored(size: int = 60) -> pl.DataFrame:
    random = np.random.default_rng(2)
    saving = random.gamma(1.0, 300_000, size)
    return pl.DataFrame(
        {
            "unit_id": [f"a{place:03d}" for place in range(size)], "address_id": [f"a{place:03d}" for place in range(size)],
            "legal_basis": ["retssikkerhedsloven_11a"] * size, "hit_probability": random.uniform(0.05, 0.5, size),
            "expected_municipal_ore": saving, "expected_hours": random.uniform(2, 6, size),
            "months_bif": [2.0] * size, "months_buf": [3.0] * size, "months_kff": [1.0] * size,
        }
    ).with_columns(expected_net_ore=pl.col("expected_municipal_ore") - pl.col("expected_hours") * 70_000)  # fmt: skip


@pytest.fixture
def matrix(monkeypatch):
    monkeypatch.setattr("service.logged_lists.rule_score", lambda table: np.arange(table.height, dtype=np.float64))
    stakes = dict.fromkeys(("stake_bif_ore", "stake_buf_ore", "stake_kff_ore", "stake_society_ore"), 1.0)
    return scored().select("unit_id").with_columns(**{name: pl.lit(value) for name, value in stakes.items()})


def test_every_list_holds_the_same_hours_and_its_own_best(matrix) -> None:
    scores, seed = scored(), Seed(5)
    made = fill_capacity(scores, hours=40, random_share=0.2, seed=seed)
    chance = np.linspace(0.9, 0.1, 60)
    table = with_lists(made, scores, matrix, model=Plain(chance), hours=40, seed=seed).draws
    assert table.columns == ["unit_id", "selection_probability", "drawn", *LOGGED_COLUMNS]
    assert table.select(made.draws.columns).equals(made.draws)
    for name in ("listed_by_model", "listed_by_rules", "listed_by_logistic"):
        assert 30 < table.filter(name)["hours"].sum() <= 40
    assert table.filter("listed_by_rules")["unit_id"].max() == "a059"
    assert "a000" in table.filter("listed_by_logistic")["unit_id"]
    assert table["promised_ore"].to_list() == scores["expected_municipal_ore"].to_list()


def test_what_is_certain_is_controlled_whatever_is_drawn(matrix) -> None:
    scores = scored()
    certain: set[str] = set()
    for value in range(40):
        made = fill_capacity(scores, hours=60, random_share=0.2, seed=Seed(value))
        table = with_lists(made, scores, matrix, model=Plain(None), hours=60, seed=Seed(value)).draws
        certain = set(table.filter("certain")["unit_id"])
        assert certain and certain <= set(made.rows["unit_id"])
        assert table["listed_by_logistic"].null_count() == 60


def test_a_list_in_another_order_than_the_models_has_nothing_certain(matrix) -> None:
    made = fill_capacity(scored(), hours=40, random_share=0.2, seed=Seed(1))
    table = with_lists(
        made, scored(), matrix, model=Plain(None), hours=40, seed=Seed(1), as_ranked=False
    ).draws  # fmt: skip
    assert table["certain"].null_count() == 60


def test_the_promise_by_benefit_sums_to_that_of_the_administration() -> None:
    stakes = pl.DataFrame(
        {
            "unit_id": ["a001", "a001", "a002"], "benefit": ["friplads", "soeskenderabat", "kontanthjaelp"],
            "administration": ["BUF", "BUF", "BIF"], "stake_ore": [1_000.0, 500.0, 2_000.0],
        }
    )  # fmt: skip
    found = benefit_promises(scored(), stakes)
    chance = dict(zip(scored()["unit_id"], scored()["hit_probability"], strict=True))
    assert found["promised_ore"].to_list() == pytest.approx(
        [chance["a001"] * 3_000, chance["a001"] * 1_500, chance["a002"] * 4_000]
    )
