"""An adversary with nothing but the JSON, the total, and which combinations of values exist, solves for small groups.

The attack shares nothing with the code that hides: it reads counts back out of the published quotients and asks a
linear programme for the largest size that each hidden group can have. Under the threshold means it is found out.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from governance.fairness import measure

MIN_CELL = 10
KINDS = ("tp", "fp", "fn", "tn")


def town(seed: int, rows: int) -> pl.DataFrame:
    """Skewed groups: `age` lies within `band`, `twin` is `age` by other names, `sex` is free."""
    rng = np.random.default_rng(seed)
    values = rng.integers(3, 8)
    weights = rng.dirichlet(np.full(values, 0.5))
    age = rng.choice(values, rows, p=weights)
    return pl.DataFrame({
        "selected": rng.integers(0, 2, rows),
        "hit": rng.integers(0, 2, rows),
        "age": [f"age {each}" for each in age],
        "twin": [f"twin {9 - each}" for each in age],
        "band": [f"band {each // 2}" for each in age],
        "sex": rng.choice(["F", "M"], rows, p=[0.8, 0.2]),
    })  # fmt: skip


def counts_read_back(group: dict) -> dict[str, float]:
    """The four confusion counts of a shown group, from its published quotients alone."""
    figure = {name: group["metrics"][name]["value"] for name in group["metrics"]}
    n = group["n"]
    selected, fp = figure["selection_rate"] * n, figure["false_positive_share"] * n
    tp = selected - fp
    fnr, fpr = figure["false_negative_rate"], figure["false_positive_rate"]
    if fnr is not None and fnr < 1:
        fn = tp * fnr / (1 - fnr)
    elif fpr:
        fn = n - selected - fp * (1 - fpr) / fpr
    else:
        return {}
    return {"tp": round(tp), "fp": round(fp), "fn": round(fn), "tn": round(n - selected - fn)}


def cells_of(combos: pl.DataFrame, column: str) -> list[str]:
    parts = column.split(" & ")
    return [" & ".join(row) for row in combos.select(parts).iter_rows()]


def largest_sizes(document: dict, combos: pl.DataFrame, totals: dict[str, int]) -> dict[tuple[str, str], float]:
    """For each hidden group the most rows it can have, given all that the document says."""
    members = {column: np.array(cells_of(combos, column)) for column in document["groups"]}
    atoms, kinds = combos.height, len(KINDS)
    left, right = [np.kron(np.eye(kinds)[place], np.ones(atoms)) for place in range(kinds)], list(totals.values())
    hidden = []
    for column, groups in document["groups"].items():
        for label, group in groups.items():
            within = (members[column] == label).astype(float)
            if group["suppressed"]:
                hidden.append((column, label, within))
                continue
            left.append(np.tile(within, kinds))
            right.append(group["n"])
            for kind, count in counts_read_back(group).items():
                left.append(np.kron(np.eye(kinds)[KINDS.index(kind)], within))
                right.append(count)
    found = {}
    for column, label, within in hidden:
        solved = linprog(-np.tile(within, kinds), A_eq=np.array(left), b_eq=np.array(right, dtype=float))
        assert solved.status == 0, "the counts read back contradict each other"
        found[column, label] = -solved.fun
    return found


def found_out(table: pl.DataFrame, document: dict) -> list[tuple[str, str]]:
    """The small groups whose size the adversary can prove to be small."""
    plain = [column for column in document["groups"] if " & " not in column]
    combos = table.select(plain).unique()
    outcome = {"tp": (1, 1), "fp": (1, 0), "fn": (0, 1), "tn": (0, 0)}
    totals = {
        kind: table.filter((pl.col("selected") == selected) & (pl.col("hit") == hit)).height
        for kind, (selected, hit) in outcome.items()
    }
    largest = largest_sizes(document, combos, totals)
    shown = [
        group["n"] for groups in document["groups"].values() for group in groups.values() if not group["suppressed"]
    ]
    assert all(n >= MIN_CELL for n in shown)
    return [cell for cell, most in largest.items() if most < MIN_CELL - 1e-6 and table.height >= MIN_CELL]


COLUMNS = [["age"], ["age", "sex"], ["age", "band"], ["age", "twin"], ["age", "band", "sex"], ["sex", "band"]]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(20, 160),
    columns=st.sampled_from(COLUMNS),
    intersections=st.booleans(),
)
def test_no_small_group_is_found_out(seed: int, rows: int, columns: list[str], intersections: bool) -> None:
    table = town(seed, rows)
    report = measure(table, groups=columns, min_cell=MIN_CELL, intersections=intersections, resamples=2)
    assert found_out(table, report.as_document()) == []


@pytest.mark.parametrize("stays", ["smallest", "complements"])
def test_the_attack_finds_what_lesser_rules_leave(monkeypatch: pytest.MonkeyPatch, stays: str) -> None:
    """The adversary is real: hiding the small groups alone, or column by column alone, is found out."""
    if stays == "smallest":
        monkeypatch.setattr("governance.disclosure._hide_complements", lambda *given, **named: False)
    monkeypatch.setattr("governance.disclosure._proved_small", lambda *given, **named: [])
    columns = ["age"] if stays == "smallest" else ["age", "band", "sex"]
    tables = (town(seed, 80) for seed in range(30))
    assert any(
        found_out(
            table,
            measure(
                table, groups=columns, min_cell=MIN_CELL, intersections=stays == "complements", resamples=2
            ).as_document(),
        )
        for table in tables
    )
