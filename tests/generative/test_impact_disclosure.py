"""An attacker with every version of a report: on ledgers of chance, nothing that is shown adds up to a few cases.

The attack is not the defence turned round. The defence eliminates; the attacker takes a small group of cases, gathers
the strata that are theirs alone, and asks whether any combination whatever of the shown sums lies wholly within them:
for an orthonormal basis of the shown sums that is so if and only if a singular value of the group's columns is 1.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from governance.as_of import AsOf
from governance.store.opening import Store
from service.impact.making import MadeReport, make_report
from service.impact.strata import beside_earlier, build_sums
from service.impact.suppression import SMALLEST_CELL, Sums, hidden_sums
from tests.audit_logs import TickingClock, a_store
from tests.impact_histories import History, a_history, known, together
from tests.service.told_reports import FIRST, LATER, booked, read_book, shown_cells

SEEDS = (1, 2)
GROUPS = 1_500


def a_town(seed: int) -> History:
    """Some two hundred cases."""
    return together([a_history(1_000 * seed + each, name=f"h{each}") for each in range(90)])


def two_versions(store: Store, town: History) -> list[MadeReport]:
    made = []
    for day in (FIRST, LATER):
        booked(store, day, known(town, day, late=False))
        made.append(make_report(store, AsOf(day), settings=store.settings))
    return made


def seen(store: Store, versions: list[MadeReport]) -> Sums:
    """Everything that both versions show, over what stood then and what came since."""
    before, after = (each.kept.report for each in versions)
    then, now = read_book(store, before.booking), read_book(store, after.booking)
    sums, _ = build_sums(now, sorted(shown_cells(after)))
    return beside_earlier(sums, now, then=then, told=sorted(shown_cells(before)))


def betrayed(sums: Sums, *, rng: np.random.Generator, groups: int = GROUPS) -> list[frozenset[int]]:
    """Small groups of cases about whom some combination of the sums speaks, and about nobody else."""
    weights, place = np.unique(sums.all_weights, axis=1, return_inverse=True)
    present = np.zeros((weights.shape[1], sums.present.shape[1]), dtype=bool)
    np.logical_or.at(present, place.ravel(), sums.present)
    people = [frozenset(np.flatnonzero(row).tolist()) for row in present]
    _, values, basis = np.linalg.svd(weights, full_matrices=False)
    basis = basis[values > 1e-9 * values[0]]
    nobodys = np.array([not each for each in people])
    harmless = _wholly_within(basis, nobodys)
    found = []
    for group in _groups(people, rng, groups):
        theirs = np.array([each <= group for each in people])
        if _wholly_within(basis, theirs | nobodys) > harmless:
            found.append(group)
    return found


def _wholly_within(basis: np.ndarray, columns: np.ndarray) -> int:
    """How many independent combinations have nothing outside the columns."""
    if not columns.any():
        return 0
    return int((np.linalg.svd(basis[:, columns], compute_uv=False) > 1 - 1e-9).sum())


def _groups(people: list[frozenset[int]], rng: np.random.Generator, most: int) -> list[frozenset[int]]:
    """The cases of each small stratum, and such groups grown by small strata that meet them, up to nine cases."""
    small = [each for each in dict.fromkeys(people) if 0 < len(each) < SMALLEST_CELL]
    found = set(small)
    while small and len(found) < most:
        group = small[rng.integers(len(small))]
        for _ in range(rng.integers(1, 6)):
            near = [each for each in small if each & group and len(each | group) < SMALLEST_CELL] or small
            other = near[rng.integers(len(near))]
            group = group | other if len(group | other) < SMALLEST_CELL else group
        if group in found and rng.random() < 0.01:
            break
        found.add(group)
    return sorted(found, key=sorted)


@pytest.fixture(params=SEEDS)
def told(request: pytest.FixtureRequest, tmp_path: Path):
    store = a_store(tmp_path / "home", clock=TickingClock(), database=f"sqlite:///{tmp_path / 'told.db'}")
    yield store, two_versions(store, a_town(request.param))
    store.engine.dispose()


def test_no_combination_of_what_two_versions_show_is_about_a_few_cases(told) -> None:
    sums = seen(*told)
    assert len(sums.names) > 60
    assert betrayed(sums, rng=np.random.default_rng(1)) == []


def test_the_attacker_finds_what_is_given_away() -> None:
    """Thirty cases in three rows and a whole: one row of four, and a pair of sums that differ by four."""
    present = np.kron(np.eye(4, dtype=bool), np.ones((1, 10), dtype=bool))
    present[2, 24:30] = False
    weights = np.array([[1.0, 1, 1, 1], [1, 1, 0, 1], [0, 1, 0, 1]])
    sums = Sums(names=("all", "most", "some"), weights=weights, present=present, importance=np.arange(3))
    assert betrayed(sums, rng=np.random.default_rng(1)) == [frozenset({20, 21, 22, 23})]
    kept = [place for place, name in enumerate(sums.names) if name not in hidden_sums(sums)]
    safe = Sums(names=tuple(sums.names[each] for each in kept), weights=weights[kept], present=present,
                importance=np.arange(len(kept)))  # fmt: skip
    assert betrayed(safe, rng=np.random.default_rng(1)) == []
