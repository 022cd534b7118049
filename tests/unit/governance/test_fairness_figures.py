"""The ten metrics: published figures to the last digit, definitions row by row, and what must have no figure."""

from __future__ import annotations

import json
import math

import numpy as np
import polars as pl
import pytest

from governance.errors import UsageError
from governance.fairness import measure
from governance.fairness.metrics import METRICS, NAMES, REPRESENTATION
from tests.decision_tables import decided, figures, random_table, value

# ProPublica's confusion counts of COMPAS, two-year recidivism, "medium or high" as selected
BLACK = decided(race="African-American", tn=990, fp=805, fn=532, tp=1369)
WHITE = decided(race="Caucasian", tn=1139, fp=349, fn=461, tp=505)


def compas() -> pl.DataFrame:
    return pl.concat([BLACK, WHITE])


@pytest.mark.parametrize(
    ("race", "metric", "published"),
    [
        ("African-American", "false_positive_rate", "44.85"),
        ("African-American", "false_negative_rate", "27.99"),
        ("African-American", "precision", "62.97"),
        ("Caucasian", "false_positive_rate", "23.45"),
        ("Caucasian", "false_negative_rate", "47.72"),
        ("Caucasian", "precision", "59.13"),
    ],
)
def test_published_figures_come_out_to_the_last_digit(race: str, metric: str, published: str) -> None:
    assert f"{100 * value(measure(compas(), groups=['race']), 'race', race, metric):.2f}" == published


def test_published_small_groups_are_shown_at_the_default_size() -> None:
    """Groups as small as the 31 and 11 rows of two in that table, with false positives one can count on a hand."""
    table = pl.concat([
        compas(),
        decided(race="Asian", tn=21, fp=2, fn=3, tp=5),
        decided(race="Native American", tn=3, fp=3, fn=0, tp=5),
    ])  # fmt: skip
    report = measure(table, groups=["race"])
    assert value(report, "race", "Asian", "false_positive_rate") == 2 / 23
    assert value(report, "race", "Native American", "false_negative_rate") == 0
    assert not any(group.suppressed for group in report.groups["race"].values())


def test_every_metric_is_its_quotient_exactly() -> None:
    found = figures(measure(compas(), groups=["race"]), "race", "Caucasian")
    assert found == {
        "selection_rate": 854 / 2454,
        "share_selected": 854 / (854 + 2174),
        "share_random": None,
        "representation_ratio": None,
        "precision": 505 / 854,
        "false_discovery_rate": 349 / 854,
        "false_positive_rate": 349 / 1488,
        "false_negative_rate": 461 / 966,
        "false_positive_share": 349 / 2454,
        "needless_per_1000": 349_000 / 2454,
    }


def test_the_metrics_are_the_ten_of_the_shape() -> None:
    assert {metric.name for metric in METRICS} | {REPRESENTATION} == set(NAMES)
    document = measure(compas(), groups=["race"]).as_document()
    assert list(document) == ["groups", "notes"]
    for group in document["groups"]["race"].values():
        assert list(group) == ["n", "suppressed", "metrics", "ratios"]
        assert list(group["metrics"]) == list(group["ratios"]) == list(NAMES)
        assert all(list(each) == ["value", "low", "high"] for each in group["metrics"].values())


def random_beside_list() -> pl.DataFrame:
    listed = pl.concat([decided(sex="F", tp=6, fp=6, tn=8, fn=4), decided(sex="M", tp=5, fp=3, tn=20, fn=4)])
    drawn = pl.concat([decided(sex="F", tp=2, tn=8), decided(sex="M", tp=3, tn=27)])
    return pl.concat([listed.with_columns(channel=pl.lit("model")), drawn.with_columns(channel=pl.lit("random"))])


def test_random_rows_count_as_the_sample_and_nowhere_else() -> None:
    report = measure(random_beside_list(), groups=["sex"], reference="M")
    found = figures(report, "sex", "F")
    assert report.groups["sex"]["F"].n == 34
    assert found["share_random"] == 10 / 40
    assert found["share_selected"] == 12 / 20  # the five drawn and marked as selected are none of them
    assert found["representation_ratio"] == pytest.approx((12 / 20) / (10 / 40), rel=1e-15)
    assert found["selection_rate"] == 12 / 24
    assert found["false_positive_rate"] == 6 / 14
    assert found["false_negative_rate"] == 4 / 10
    assert found["false_positive_share"] == 6 / 24
    assert found["needless_per_1000"] == 6000 / 34


@pytest.mark.parametrize("mark", ["random", " Random ", "RANDOM"])
def test_the_mark_of_the_sample_is_read_however_it_is_written(mark: str) -> None:
    written = random_beside_list().with_columns(pl.col("channel").replace("random", mark))
    assert measure(written, groups=["sex"]) == measure(random_beside_list(), groups=["sex"])


def test_what_a_random_row_says_of_selection_changes_nothing() -> None:
    table = random_beside_list()
    sampled = pl.col("channel") == "random"
    for said in (0, 1, None):
        changed = table.with_columns(pl.when(sampled).then(said).otherwise("selected").alias("selected"))
        assert measure(changed, groups=["sex"]) == measure(table, groups=["sex"])


def unlabelled(table: pl.DataFrame, *, where: pl.Expr) -> pl.DataFrame:
    return table.with_columns(pl.when(where).then(None).otherwise("hit").alias("hit"))


def test_error_rates_have_no_figure_where_nobody_unselected_is_known() -> None:
    table = unlabelled(compas(), where=pl.col("selected") == 0)
    report = measure(table, groups=["race"])
    found = figures(report, "race", "Caucasian")
    assert found["false_positive_rate"] is None and found["false_negative_rate"] is None
    assert found["precision"] == 505 / 854
    assert found["false_positive_share"] == 349 / 2454
    assert any("false_positive_rate" in note and "cannot be known" in note for note in report.notes)
    assert any("only for the controlled" in note and "precision" in note for note in report.notes)


def test_a_group_selected_whole_says_nothing_where_no_other_unselected_row_is_known() -> None:
    table = pl.concat([unlabelled(WHITE, where=pl.col("selected") == 0), decided(race="Asian", tp=20, fp=20)])
    found = figures(measure(table, groups=["race"]), "race", "Asian")
    assert found["false_positive_rate"] is None and found["false_negative_rate"] is None


def test_one_group_without_labels_among_its_unselected_does_not_take_the_other_down() -> None:
    table = unlabelled(compas(), where=(pl.col("selected") == 0) & (pl.col("race") == "Caucasian"))
    report = measure(table, groups=["race"])
    assert figures(report, "race", "Caucasian")["false_positive_rate"] is None
    assert value(report, "race", "African-American", "false_positive_rate") == 805 / 1795
    assert report.groups["race"]["Caucasian"].ratios["false_positive_rate"].value is None


def test_no_label_at_all_is_never_a_zero() -> None:
    found = figures(measure(unlabelled(compas(), where=pl.lit(True)), groups=["race"]), "race", "Caucasian")
    assert {name for name, figure in found.items() if figure is not None} == {"selection_rate", "share_selected"}


def test_a_group_with_nobody_selected_has_no_needless_control_and_no_precision() -> None:
    table = pl.concat([BLACK, decided(race="Other", tn=30, fn=10)])
    found = figures(measure(table, groups=["race"]), "race", "Other")
    assert found["needless_per_1000"] == 0 and found["selection_rate"] == 0
    assert found["precision"] is None and found["false_discovery_rate"] is None


def test_selected_without_a_known_hit_leave_precision_and_stay_in_the_rate() -> None:
    table = pl.concat([compas(), decided(race="Caucasian", unknown=146)])
    report = measure(table, groups=["race"])
    assert value(report, "race", "Caucasian", "precision") == 505 / 854
    assert value(report, "race", "Caucasian", "selection_rate") == 1000 / 2600
    assert any("lower bounds" in note for note in report.notes)


def test_reference_is_the_largest_group_or_the_one_asked_for() -> None:
    largest, asked = measure(compas(), groups=["race"]), measure(compas(), groups=["race"], reference="Caucasian")
    assert largest.references == {"race": "African-American"} and asked.references == {"race": "Caucasian"}
    assert any("'African-American', the largest" in note for note in largest.notes)
    ratio = asked.groups["race"]["African-American"].ratios["false_positive_rate"]
    assert ratio.value == pytest.approx((805 / 1795) / (349 / 1488), rel=1e-15)
    assert ratio.low < ratio.value < ratio.high
    assert {each.value for each in asked.groups["race"]["Caucasian"].ratios.values()} == {1.0, None}


def test_a_reference_holds_for_the_columns_that_have_it() -> None:
    table = random_table(seed=3, rows=400)
    report = measure(table, groups=["a", "b"], reference="x")
    assert report.references["b"] == "x" and report.references["a"] in set(table["a"])
    with pytest.raises(UsageError, match="reference"):
        measure(table, groups=["a", "b"], reference="nobody")


def test_missing_group_values_are_a_group_and_never_the_reference_by_default() -> None:
    table = pl.concat([BLACK.with_columns(race=pl.lit(None, pl.String)), WHITE])
    report = measure(table, groups=["race"])
    assert report.groups["race"]["(missing)"].n == 3696
    assert report.references == {"race": "Caucasian"}


def test_same_rows_in_any_order_give_the_same_report() -> None:
    table = random_table(seed=5, rows=3000, probabilities=True)
    shuffled = table.sample(fraction=1, shuffle=True, seed=1)
    assert measure(table, groups=["a", "b"]) == measure(shuffled, groups=["a", "b"])


def test_no_number_that_json_does_not_know_and_every_interval_holds_its_figure() -> None:
    for seed in range(5):
        report = measure(random_table(seed=seed, rows=60), groups=["a", "b"], min_cell=1, intersections=True)
        json.dumps(report.as_document(), allow_nan=False)
        for column in report.groups.values():
            for group in column.values():
                for estimate in (*group.metrics.values(), *group.ratios.values()):
                    if estimate.value is not None:
                        assert estimate.low <= estimate.value <= (math.inf if estimate.high is None else estimate.high)


def test_ratio_interval_covers_what_it_should() -> None:
    """Ratios of two groups with the same true rate of needless controls: about 95 of 100 intervals hold 1."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(40):
        counts = rng.binomial(400, 0.2, size=2)
        table = pl.concat([decided(g=f"{place}", fp=int(k), tn=400 - int(k)) for place, k in enumerate(counts)])
        ratio = measure(table, groups=["g"], reference="0", resamples=400).groups["g"]["1"].ratios["selection_rate"]
        held += ratio.low <= 1 <= ratio.high
    assert 34 <= held <= 40


def test_a_group_that_the_sample_never_drew_has_no_ratio_and_gives_none() -> None:
    """Over nothing its over-representation is no number; as a reference it must not make everybody else's ratio 0."""
    table = pl.concat([random_beside_list(), decided(sex="X", tp=50, fp=50).with_columns(channel=pl.lit("model"))])
    report = measure(table, groups=["sex"], reference="X")
    assert figures(report, "sex", "X")["representation_ratio"] is None
    assert figures(report, "sex", "X")["share_random"] == 0
    assert report.groups["sex"]["F"].metrics["representation_ratio"].value is not None
    assert report.groups["sex"]["F"].ratios["representation_ratio"].value is None
    assert report.groups["sex"]["F"].ratios["share_random"].value is None


@pytest.mark.parametrize(("tp", "fp", "fn", "tn"), [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)])
def test_a_table_of_one_row_is_a_table(tp: int, fp: int, fn: int, tn: int) -> None:
    report = measure(decided(g="A", tp=tp, fp=fp, fn=fn, tn=tn), groups=["g"], min_cell=0)
    assert value(report, "g", "A", "selection_rate") == tp + fp
    assert value(report, "g", "A", "needless_per_1000") == 1000 * fp
