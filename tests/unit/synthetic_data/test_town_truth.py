"""The planted truth is what it says: calibrated, built from what is known, exact in its expectation; options bite."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from contract_checker import read
from towns import CATALOGUE, a_town, decided, holding

from synthetic_data import codes, severity
from synthetic_data.block import Block
from synthetic_data.prices import build_prices
from synthetic_data.simulate import Shared, simulate_block
from synthetic_data.situation import Situation, observe
from synthetic_data.town import TRUTH_FORMS, TownPlan, _history
from synthetic_data.write import Ids, build_tables

DAY = dt.date(2024, 6, 1)


def a_block(**plan: object) -> tuple[Block, Shared, Situation]:
    """One simulated block of 3,000 persons, its truth, and the situation at the last day."""
    asked = TownPlan(**{"persons": 3_000, "seed": 11, "cases": 300, **plan})  # type: ignore[arg-type]
    history = _history(asked)
    prices = build_prices(CATALOGUE, months=history.months)
    block, shared = simulate_block(0, persons=asked.persons, share=1.0, history=history, prices=prices, shared=None)
    return block, shared, observe(block, day=int(history.months[history.simulated]))


def test_hits_come_as_often_as_the_planted_probability_says(tmp_path: Path) -> None:
    out = a_town(tmp_path, persons=20_000, cases=3_000, seed=21)
    cases = decided(out).sort("hit_probability", "case_id").with_row_index("place")
    tenths = cases.group_by((pl.col("place") * 8) // cases.height).agg(
        pl.col("hit").sum(), pl.col("hit_probability").sum().alias("expected"),
        (pl.col("hit_probability") * (1 - pl.col("hit_probability"))).sum().sqrt().alias("sd"),
    )  # fmt: skip
    distance = ((tenths["hit"] - tenths["expected"]) / tenths["sd"]).abs()
    assert distance.max() < 4.0
    assert tenths["hit"].max() > 10 * (tenths["hit"].min() + 1)


@pytest.mark.parametrize("form", TRUTH_FORMS)
def test_every_form_gives_rare_hits_that_can_be_told_apart(form: str) -> None:
    _, shared, situation = a_block(truth_form=form, cases=60)
    probability = shared.truth.hit_probability(situation, elapsed=1.0)[situation.candidates]
    assert 0.015 < probability.mean() < 0.07
    assert np.quantile(probability, 0.98) > 5 * np.quantile(probability, 0.5)
    assert probability.max() < 0.83


def test_towns_differ_in_their_truth() -> None:
    _, one, situation = a_block(truth_form="additive", cases=60)
    _, other, _ = a_block(truth_form="additive", cases=60, seed=12)
    rows = situation.candidates
    both = [shared.truth.logit(situation, elapsed=0.0)[rows] for shared in (one, other)]
    assert 0.3 < np.corrcoef(both)[0, 1] < 0.97


def test_drift_moves_the_truth_and_no_drift_does_not() -> None:
    def likeness(shared: Shared, situation: Situation) -> tuple[float, float]:
        rows = situation.candidates
        first, last = (shared.truth.logit(situation, elapsed=part)[rows] for part in (0.0, 1.0))
        return float(np.corrcoef(first, last)[0, 1]), float(last.mean() - first.mean())

    _, moving, situation = a_block(drift=True, cases=60)
    _, still, _ = a_block(cases=60)
    assert likeness(still, situation) == pytest.approx((1.0, 0.0))
    alike, risen = likeness(moving, situation)
    assert alike < 0.97
    assert abs(risen) > 0.01


def test_discrimination_controls_one_group_needlessly(tmp_path: Path) -> None:
    def needless_ratio(out: Path) -> float:
        """Share of candidate addresses with a resident of foreign origin controlled without result, against the rest."""
        registers = read(out)
        origin = registers["protected"].select("person_id", foreign=pl.col("origin") != "danish")
        group = registers["residence"].join(origin, on="person_id").group_by("address_id").agg(pl.col("foreign").any())
        needless = decided(out).filter(~pl.col("hit") & pl.col("channel").is_in(["rule_list", "own_lead"]))
        pool = pl.read_parquet(out / "truth" / "address_truth.parquet").join(group, on="address_id")
        chosen = needless.join(group, on="address_id")
        odds = [frame["foreign"].mean() / (1 - frame["foreign"].mean()) for frame in (chosen, pool)]
        return float(odds[0] / odds[1])

    plain = needless_ratio(a_town(tmp_path / "plain", persons=10_000, cases=1_000, seed=31))
    planted = needless_ratio(a_town(tmp_path / "planted", persons=10_000, cases=1_000, seed=31, discriminate=True))
    assert plain < 1.6
    assert planted > 1.5 * plain


def test_the_situation_is_what_the_written_registers_show() -> None:
    block, _, situation = a_block()
    ids = Ids(block, seed=11)
    tables = {
        name: pl.DataFrame(pl.from_arrow(table))
        for name, table in build_tables(block, ids, as_of=situation.day).items()
    }
    addresses = pl.DataFrame({"address_id": pl.from_arrow(ids.of("a"))})
    home = holding(tables["residence"], DAY)
    person = holding(tables["person"], DAY).select("person_id", "birth_date")
    adult = home.join(person, on="person_id").filter(
        (pl.lit(DAY) - pl.col("birth_date")).dt.total_days() / 365.25 >= 18
    )
    stands = tables["residence"].filter(pl.col("retracted_on").is_null())
    year_ago = DAY - dt.timedelta(365)
    grants = holding(tables["benefit_grant"], DAY).join(home.select("person_id", "address_id"), on="person_id")
    heard = tables["signal"].filter(pl.col("recorded_on") > DAY - dt.timedelta(730))
    mail = heard.filter((pl.col("kind") == "returned_mail") & (pl.col("recorded_on") > year_ago))
    elsewhere = holding(tables["relation"], DAY).filter(pl.col("kind") == "spouse").join(
        home.select("person_id", mine="address_id"), on="person_id"
    ).join(home.select(related_id="person_id", theirs="address_id"), on="related_id").filter(
        (pl.col("mine") != pl.col("theirs")) & pl.col("person_id").is_in(grants["person_id"].implode())
    ).select(address_id="mine").unique()  # fmt: skip
    seen = {
        "adults": adult, "care_of_residents": home.filter("care_of"), "grants": grants, "returned_mail_12m": mail,
        "tips_24m": heard.filter(pl.col("kind") == "citizen_tip"), "spouse_elsewhere": elsewhere,
        "arrivals_12m": stands.filter((pl.col("valid_from") > year_ago) & (pl.col("valid_from") <= DAY)),
        "departures_12m": stands.filter((pl.col("valid_to") > year_ago) & (pl.col("valid_to") <= DAY)),
    }  # fmt: skip
    for name, rows in seen.items():
        counted = addresses.join(rows.group_by("address_id").len(), on="address_id", how="left", maintain_order="left")
        assert np.array_equal(counted["len"].fill_null(0).to_numpy(), situation[name]), name
        assert situation[name].sum() > 0, name


def test_the_expected_saving_is_the_mean_of_the_drawn_effects() -> None:
    rng = np.random.default_rng(5)
    count = 200_000
    for theme in range(len(severity.THEMES)):
        for benefit, left in ((codes.KONTANTHJAELP, 12), (codes.FRIPLADS, 5), (codes.BOLIGSTOETTE, 0)):
            months = np.full(count, left)
            drawn = severity.draw_effects(
                rng, theme=np.full(count, theme), benefit=np.full(count, benefit), left=months
            )  # fmt: skip
            forward = np.where(np.isin(drawn.effect, (codes.STOPPED, codes.REDUCED)), left, 0)
            worth = drawn.share * (forward + drawn.reclaim_months) * ~drawn.reversed
            expected = severity.AFFECTED[theme, benefit] * severity.SHARE[theme, benefit] * (1 - severity.REVERSED)
            expected *= float(severity._months_worth(months[:1])[0])
            assert worth.sum() / count == pytest.approx(expected, rel=0.02)


def test_months_left_and_refunds_follow_the_contract() -> None:
    ends = np.array([severity.NO_DAY, 0, 31, 400, 10_000])
    assert severity.months_left(ends, 0).tolist() == [12, 0, 1, 12, 12]
    prices = build_prices(CATALOGUE, months=np.array([18_000, 19_200]))
    days = np.array([0, 27, 28, 200, 364, 30, 30, 30])
    benefit = np.array([0, 0, 0, 0, 0, codes.FRIPLADS, codes.HELBREDSTILLAEG, codes.BOLIGSTOETTE])
    kept = [0.2, 0.2, 0.6, 0.7, 0.8, 1.0, 0.5, 0.0]
    assert prices.municipal_share(benefit, days).tolist() == pytest.approx(kept)
    assert prices.rates_ore[:, codes.FOLKEPENSION_ENLIG, codes.SINGLE].tolist() == [360_000, 390_000]
    assert prices.rates_ore[0, codes.KONTANTHJAELP, codes.SINGLE_PROVIDER] == 1_535_500
