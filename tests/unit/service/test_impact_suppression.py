"""What is not told: nobody who adds and subtracts everything that is shown comes to fewer than ten cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pytest

from service.impact.suppression import Sums, cases_of, hidden_sums

Parts = Mapping[str, int]
LEAST = 10


def sums(cells: Mapping[str, Sequence[str]], cases: Parts, importance: Mapping[str, int] | None = None) -> Sums:
    """Cells as sums over parts; a part has so many cases, none of them in another."""
    parts = list(cases)
    present = np.zeros((len(parts), sum(cases.values())), dtype=bool)
    first = 0
    for place, name in enumerate(parts):
        present[place, first : first + cases[name]] = True
        first += cases[name]
    weights = np.array([[float(part in of) for part in parts] for of in cells.values()])
    importance = importance or {}
    order = np.array([importance.get(name, 1) for name in cells])
    return Sums(names=tuple(cells), weights=weights, present=present, importance=order)


def told(made: Sums, hidden: frozenset[str]) -> list[int]:
    return [place for place, name in enumerate(made.names) if name not in hidden]


def attacked(made: Sums, hidden: frozenset[str]) -> set[tuple[str, ...]]:
    """Every sum and difference of up to four shown cells that is about 1 to 9 cases."""
    found = set()
    for size in (1, 2, 3, 4):
        for chosen in combinations(told(made, hidden), size):
            for signs in np.array(np.meshgrid(*([[1, -1]] * size))).T.reshape(-1, size):
                left = signs @ made.weights[list(chosen)]
                crowd = made.present[np.abs(left) > 0].any(axis=0).sum()
                if 0 < crowd < LEAST:
                    found.add(tuple(made.names[each] for each in chosen))
    return found


BY_OFFICE = {"whole": ("bif", "buf", "kff"), "bif": ("bif",), "buf": ("buf",), "kff": ("kff",)}


def test_nothing_is_hidden_where_every_cell_is_of_ten() -> None:
    assert hidden_sums(sums(BY_OFFICE, {"bif": 10, "buf": 10, "kff": 10})) == frozenset()


def test_a_small_cell_takes_another_with_it_that_the_whole_would_give_away() -> None:
    made = sums(BY_OFFICE, {"bif": 40, "buf": 12, "kff": 3}, {"whole": 9})
    assert hidden_sums(made) == {"kff", "buf"}


def test_two_small_cells_are_not_enough_when_they_are_small_together() -> None:
    made = sums(BY_OFFICE, {"bif": 40, "buf": 3, "kff": 3}, {"whole": 9})
    assert hidden_sums(made) == {"kff", "buf", "bif"}


def test_a_difference_that_is_no_cell_of_any_table_is_not_given_away_either() -> None:
    made = sums({"whole": ("bif", "state"), "bif": ("bif",)}, {"bif": 40, "state": 4}, {"whole": 9})
    assert hidden_sums(made) == {"bif"}


def test_what_matters_least_is_hidden_and_what_was_hidden_for_nothing_is_shown_again() -> None:
    cells = {"net": ("saved", "owed"), "saved": ("saved",), "owed": ("owed",), "copy": ("saved",)}
    made = sums(cells, {"saved": 50, "owed": 2}, {"net": 9, "saved": 8, "copy": 1})
    hidden = hidden_sums(made)
    assert hidden == {"owed", "net"} or hidden == {"owed", "saved", "copy"}
    assert not attacked(made, hidden)


def test_a_cost_of_no_case_protects_nobody() -> None:
    made = sums({"cost": ("hours", "licence"), "licence": ("licence",)}, {"hours": 3, "licence": 0})
    assert hidden_sums(made) == {"cost"}


def test_what_was_told_before_counts() -> None:
    """Ten cases then, eleven now: the difference is the one that came."""
    made = sums({"now": ("then", "new")}, {"then": 10, "new": 1})
    before = np.array([[1.0, 0.0]])
    assert hidden_sums(made) == frozenset()
    assert hidden_sums(Sums(**{**vars(made), "told": before})) == {"now"}


def test_what_was_told_wrongly_before_is_no_reason_to_hide_for_ever() -> None:
    made = sums({"now": ("then", "new")}, {"then": 3, "new": 20})
    assert hidden_sums(Sums(**{**vars(made), "told": np.array([[1.0, 0.0]])})) == frozenset()


@pytest.mark.parametrize("seed", range(40))
def test_no_sum_or_difference_of_shown_cells_tells_of_few_cases(seed: int) -> None:
    random = np.random.default_rng(seed)
    grid = {f"{office}{year}": (office, year) for office in "abc" for year in "123"}
    cells: dict[str, Sequence[str]] = {"whole": tuple(grid)}
    cells |= {f"of {office}": tuple(name for name, each in grid.items() if each[0] == office) for office in "abc"}
    cells |= {f"in {year}": tuple(name for name, each in grid.items() if each[1] == year) for year in "123"}
    cells |= {name: (name,) for name in grid}
    made = sums(cells, {name: int(random.integers(0, 25)) for name in grid}, {"whole": 9, "of a": 5, "of b": 5})
    hidden = hidden_sums(made)
    assert not attacked(made, hidden)
    few = {name for name, cases in zip(made.names, cases_of(made), strict=True) if 0 < cases < LEAST}
    assert few <= hidden
