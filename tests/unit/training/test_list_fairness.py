"""The innocent-control ratio by hand, what never counts, and the table that an outsider may be given."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from governance.fairness import measure
from training.adults import ATTRIBUTES
from training.labels import Labels
from training.list_fairness import decisions_table, innocent_ratio, later_hits, list_fairness

DAY = dt.date(2024, 6, 1)
# six addresses; those of the first three hold women, of the last three men; two adults each
UNITS = [f"u{number}" for number in range(6)]
CHANCES = [0.5, 0.2, 0.0, 0.5, 0.2, 0.0]


def scores() -> pl.DataFrame:
    return pl.DataFrame({"unit_id": UNITS, "hit_probability": CHANCES})


def adults() -> pl.DataFrame:
    rows = pl.DataFrame({"unit_id": UNITS * 2, "address_id": [f"home of {unit}" for unit in UNITS * 2]})
    plain = rows.with_columns(
        person_id=pl.format("person {}", pl.int_range(pl.len())), **{name: pl.lit("one") for name in ATTRIBUTES}
    )
    return plain.with_columns(sex=pl.Series((["F"] * 3 + ["M"] * 3) * 2))


def listed(*units: str, arm: str = "priority", probability: float = 1.0) -> pl.DataFrame:
    schema = {"unit_id": pl.String, "arm": pl.String, "selection_probability": pl.Float64}
    return pl.DataFrame([(unit, arm, probability) for unit in units], schema=schema, orient="row")


def measured(rows: pl.DataFrame, *, min_cell: int = 1):
    evidence = list_fairness(
        scores(), rows, adults(), measured_on=DAY, min_cell=min_cell, rng=np.random.default_rng(1), resamples=200
    )  # fmt: skip
    return {(each.attribute, each.group): each.ratio for each in evidence.groups}, evidence


def test_the_share_of_the_innocent_who_are_controlled_group_against_rest() -> None:
    found, evidence = measured(listed("u0", "u1", "u3"))
    women, men = (0.5 + 0.8) / 2.3, 0.5 / 2.3
    assert found["sex", "F"].value == pytest.approx(women / men)
    assert found["sex", "M"].value == pytest.approx(men / women)
    assert found["sex", "F"].low <= found["sex", "F"].value <= found["sex", "F"].high
    assert (evidence.adults, evidence.measured_on) == (12, DAY)


def test_the_random_arm_never_counts_as_selected() -> None:
    drawn = listed("u4", "u5", arm="random", probability=0.1)
    assert measured(pl.concat([listed("u0", "u3"), drawn]))[0] == measured(listed("u0", "u3"))[0]


def test_a_small_group_or_a_small_rest_is_not_shown() -> None:
    assert measured(listed("u0", "u3"), min_cell=6)[0]["sex", "F"] is not None
    assert measured(listed("u0", "u3"), min_cell=7)[0]["sex", "F"] is None
    assert measured(listed("u0", "u3"))[0]["origin", "one"] is None


def test_an_empty_list_controls_nobody() -> None:
    assert all(ratio is None for ratio in measured(listed())[0].values())


def test_the_plain_ratio_is_the_same_figure() -> None:
    selected = np.array([1.0, 1, 0, 1, 0, 0])
    inside = np.array(([1.0] * 3 + [0.0] * 3) * 2)[:, None]
    ratio = innocent_ratio(np.array(CHANCES), selected, np.tile(np.arange(6), 2), inside)
    assert ratio[0] == pytest.approx(measured(listed("u0", "u1", "u3"))[0]["sex", "F"].value)


def test_the_table_holds_no_id_of_any_kind() -> None:
    table = decisions_table(scores(), listed("u0", "u3"), adults())
    assert table.columns == ["selected", "channel", "selection_probability", "hit", "score", *ATTRIBUTES]
    written = table.write_csv()
    assert not any(word in written for word in ("person", "home", "u0", "u3"))
    assert table.equals(decisions_table(scores().reverse(), listed("u3", "u0"), adults().reverse()))


def test_an_outsider_finds_our_ratio_in_it() -> None:
    rows = pl.concat([listed("u0", "u1", "u3"), listed("u5", arm="random", probability=0.1)])
    table = decisions_table(scores(), rows, adults())
    innocent = table.with_columns(
        innocent=1 - pl.col("score"), on=(pl.col("selected") == 1) & (pl.col("channel") != "random")
    )
    rates = {
        sex: group.filter("on")["innocent"].sum() / group["innocent"].sum()
        for (sex,), group in innocent.group_by("sex")
    }
    assert rates["F"] / rates["M"] == pytest.approx(measured(rows)[0]["sex", "F"].value)


def test_only_drawn_rows_have_a_probability_and_only_known_outcomes_a_hit() -> None:
    rows = pl.concat([listed("u0"), listed("u5", arm="random", probability=0.1)])
    hits = pl.DataFrame({"address_id": ["home of u0"], "hit": [True]})
    table = decisions_table(scores(), rows, adults(), hits=hits)
    assert (
        table.filter(pl.col("channel") == "random").select("selected", "selection_probability", "hit").rows()
        == [(1, 0.1, None)] * 2
    )
    assert table.filter(pl.col("hit").is_not_null()).select("selected", "hit", "score").rows() == [(1, 1, 0.5)] * 2
    assert table.filter(pl.col("channel") == "model")["selection_probability"].null_count() == 10


def test_later_hits_are_those_of_cases_opened_after_the_list() -> None:
    cases = pl.DataFrame(
        {
            "case_id": ["a", "b", "c"], "address_id": ["x", "x", "y"], "hit": [True, False, True],
            "opened_on": [DAY + dt.timedelta(days=9), DAY, DAY - dt.timedelta(days=1)],
        }
    )  # fmt: skip
    assert later_hits(Labels(cases, {}), since=DAY).rows() == [("x", False)]


def test_the_command_for_any_table_reads_it_and_counts_the_same() -> None:
    rows = pl.concat([listed("u0", "u1", "u3"), listed("u5", arm="random", probability=0.1)])
    hits = pl.DataFrame({"address_id": ["home of u0", "home of u3"], "hit": [False, True]})
    report = measure(decisions_table(scores(), rows, adults(), hits=hits), groups=["sex"], min_cell=1).as_document()
    women = report["groups"]["sex"]["F"]
    assert women["n"] == 6
    assert women["metrics"]["selection_rate"]["value"] == pytest.approx(4 / 6)
    assert women["metrics"]["precision"]["value"] == 0.0
    assert women["metrics"]["needless_per_1000"]["value"] == pytest.approx(1000 * 2 / 6)
