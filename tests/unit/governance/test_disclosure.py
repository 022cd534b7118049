"""Which groups stay unsaid, table by table as one would do it by hand."""

from __future__ import annotations

import polars as pl
import pytest

from governance import disclosure
from governance.disclosure import suppressed_cells


def hidden(cells: list[tuple], *names: str, min_cell: int = 10, crossed: bool = False) -> dict[str, set[str]]:
    """Hidden labels by partition; `cells` are (label of each name ..., rows)."""
    atoms = pl.DataFrame([(*map(str, cell[:-1]), 0, cell[-1]) for cell in cells], orient="row",
                         schema=[*names, "kind", "count"])  # fmt: skip
    partitions = {name: (name,) for name in names}
    if crossed:
        atoms = atoms.with_columns(pl.concat_str(*names, separator="/").alias("cross"))
        partitions["cross"] = tuple(names)
    return {name: set(labels) for name, labels in
            suppressed_cells(atoms, partitions=partitions, min_cell=min_cell).items()}  # fmt: skip


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hidden([("a", 10), ("b", 10), ("c", 400)], "g") == {"g": set()}


def test_one_small_group_takes_the_next_smallest_along() -> None:
    assert hidden([("a", 3), ("b", 40), ("c", 30), ("d", 50)], "g") == {"g": {"a", "c"}}


def test_two_small_groups_hide_each_other_once_they_are_large_together() -> None:
    assert hidden([("a", 6), ("b", 7), ("c", 30), ("d", 50)], "g") == {"g": {"a", "b"}}


def test_two_small_groups_that_are_small_together_need_a_third() -> None:
    assert hidden([("a", 3), ("b", 4), ("c", 30), ("d", 50)], "g") == {"g": {"a", "b", "c"}}


def test_of_two_groups_none_can_be_shown_when_one_is_small() -> None:
    assert hidden([("a", 3), ("b", 400)], "g") == {"g": {"a", "b"}}


@pytest.mark.parametrize("min_cell", [0, 1])
def test_no_size_hides_nothing(min_cell: int) -> None:
    assert hidden([("a", 1), ("b", 400)], "g", min_cell=min_cell) == {"g": set()}


def test_the_smallest_size_shown_is_the_one_asked_for() -> None:
    assert hidden([("a", 9), ("b", 20), ("c", 30)], "g", min_cell=9) == {"g": set()}
    assert hidden([("a", 9), ("b", 20), ("c", 30)], "g", min_cell=10) == {"g": {"a", "b"}}


def test_a_band_does_not_give_away_the_age_within_it() -> None:
    """17 (3) hides with 60 (12); the band of 17 and 18 with 18 shown would say 3, so 18 is hidden too."""
    cells = [("17", "young", 3), ("18", "young", 40), ("60", "old", 12), ("61", "old", 50)]
    found = hidden(cells, "age", "band")
    assert found["band"] == set() and found["age"] == {"17", "18", "60"}


def test_intersections_hide_in_rectangles() -> None:
    cells = [("a", "F", 4), ("a", "M", 30), ("b", "F", 40), ("b", "M", 50), ("c", "F", 60), ("c", "M", 70)]
    found = hidden(cells, "g", "s", crossed=True)
    assert found["g"] == found["s"] == set()
    assert found["cross"] == {"a/F", "a/M", "b/F", "b/M"}


def test_parts_of_a_hidden_group_are_hidden() -> None:
    cells = [("a", "F", 4), ("b", "F", 30), ("b", "M", 50), ("c", "F", 60), ("c", "M", 70)]
    found = hidden(cells, "g", "s", crossed=True)
    assert found["g"] == {"a", "b"} and {"a/F", "b/F", "b/M"} <= found["cross"]


def test_too_many_patterns_hide_more_and_not_less(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [(f"a{place}", f"b{place % 7}", 4 + place) for place in range(14)]
    exact = hidden(cells, "a", "b")
    monkeypatch.setattr(disclosure, "MOST_PATTERNS", 0)
    simple = hidden(cells, "a", "b")
    assert all(exact[name] <= simple[name] for name in exact)
