"""Random tables through three routes: ours, fairlearn's MetricFrame over the rows, and sklearn's confusion matrices."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from fairlearn import metrics
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, precision_score

from governance.fairness import measure
from tests.decision_tables import figures, random_table

RATES = ("selection_rate", "false_positive_rate", "false_negative_rate")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), rows=st.integers(40, 400), weighted=st.booleans())
def test_rates_are_those_of_fairlearn_and_sklearn(seed: int, rows: int, weighted: bool) -> None:
    table = random_table(seed=seed, rows=rows, probabilities=weighted)
    report = measure(table, groups=["a"], min_cell=0, resamples=2)
    kept = table.filter(pl.col("channel") != "random").with_columns(
        w=1 / pl.col("selection_probability") if weighted else pl.lit(1.0)
    )
    weight = kept["w"].to_numpy()
    frame = metrics.MetricFrame(
        metrics={name: getattr(metrics, name) for name in RATES},
        y_true=kept["hit"].to_numpy(),
        y_pred=kept["selected"].to_numpy(),
        sensitive_features=kept["a"].to_numpy(),
        sample_params={name: {"sample_weight": weight} for name in RATES},
    ).by_group
    for group, part in kept.partition_by("a", as_dict=True).items():
        found = figures(report, "a", group[0])
        for name in RATES:
            if found[name] is not None:
                assert found[name] == pytest.approx(frame.loc[group[0], name], abs=1e-12)
        (tn, fp), (fn, tp) = confusion_matrix(part["hit"], part["selected"], labels=[0, 1], sample_weight=part["w"])
        if tp + fp:
            precision = precision_score(part["hit"], part["selected"], sample_weight=part["w"], zero_division=0.0)
            assert found["precision"] == pytest.approx(precision, abs=1e-12)
            assert found["false_discovery_rate"] == pytest.approx(fp / (tp + fp), abs=1e-12)
        assert found["false_positive_share"] == pytest.approx(fp / (tp + fp + fn + tn), abs=1e-12)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_shares_of_all_groups_add_up_to_one(seed: int) -> None:
    report = measure(random_table(seed=seed, rows=300, blanks=0.3), groups=["a", "b"], min_cell=0, resamples=2)
    for column in report.groups.values():
        for share in ("share_selected", "share_random"):
            assert np.isclose(sum(group.metrics[share].value for group in column.values()), 1)
