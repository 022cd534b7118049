"""What is not told: cells of fewer than ten cases, and as few others as it takes that nobody can work them out.

Everything that is shown, in all sections together, is one set of sums over the same strata of the ledger. Whoever adds
and subtracts can have every combination of them, so what is asked is not whether a line of a table gives a cell away,
but whether any combination at all is about fewer than ten cases. What was told before counts too: the change since an
earlier report is a set of sums as well. Must not know what a cell means.

Beyond adding and subtracting nothing is promised: that an amount is above 0 narrows what is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from service.impact.report_model import SMALLEST_CELL

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
_ZERO = 1e-9
NEVER = 2**62
MOST_TIMES, MOST_IN_A_STRATUM = 3, 12
"""Two rows of up to so many times ten cases are taken together, and so many rows of one stratum."""
MOST_TRIED = 60
"""Sums that are tried again once all is safe; each costs an elimination."""


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Sums that may be shown: `names` [n], `weights` [n, s] of each stratum in each sum (-1, 0, 1), `present` [s, c]
    whether a case has a part in a stratum, `importance` [n]: what matters least is hidden first.

    `told` [m, s] are weights of further sums that are known already and cannot be hidden any more.
    """

    names: tuple[str, ...]
    weights: Floats
    present: Flags
    importance: Counts
    told: Floats | None = None

    @property
    def all_weights(self) -> Floats:
        """Of the named sums, and after them of what is known already."""
        return self.weights if self.told is None else np.concatenate([self.weights, self.told])


@dataclass(frozen=True)
class _Known:
    """The rows of shown sums, reduced: `rows` [k, g] and `made_of` [k, n], one pivot column each."""

    rows: Floats
    made_of: Floats
    pivots: Counts


def cases_of(sums: Sums) -> Counts:
    """How many cases each sum is about."""
    return _crowds(sums.weights, sums.present)


def hidden_sums(
    sums: Sums, *, least: int = SMALLEST_CELL, hidden: Iterable[str] = (), tried: int = MOST_TRIED
) -> frozenset[str]:
    """The names of what is not shown, those in `hidden` among them; so many are `tried` again that others needed.

    Afterwards no linear combination that elimination finds is about 1 to `least` - 1 cases, and no sum of so few can
    be worked out from the others.
    """
    weights, present = _grouped(sums)
    cases = cases_of(sums)
    known = np.zeros(len(weights) - len(cases), dtype=bool)
    small = np.concatenate([(cases > 0) & (cases < least), known])
    gone = small.copy()
    gone[: len(cases)] |= np.isin(np.array(sums.names, dtype=object), list(hidden))
    rank = np.lexsort((cases, sums.importance))
    order = np.full(len(weights), NEVER)
    order[rank] = np.arange(len(rank))
    must = gone.copy()
    while given_away := list(_given_away(weights, present, gone, small, order, least)):
        for parts in given_away:
            if not gone[parts].any():
                gone[parts[np.argmin(order[parts])]] = True
    _show_again(
        gone,
        must,
        order,
        tried,
        lambda: next(iter(_given_away(weights, present, gone, small, order, least)), None) is None,
    )
    return frozenset(name for name, one in zip(sums.names, gone[: len(cases)], strict=True) if one)


def _show_again(gone: Flags, must: Flags, order: Counts, tried: int, is_safe: Callable[[], bool]) -> None:
    """Of what was hidden for the sake of others, show again what was not needed after all: what matters most first."""
    extra = np.flatnonzero(gone & ~must)
    for place in extra[np.argsort(-order[extra])][:tried]:
        gone[place] = False
        gone[place] = not is_safe()


def _crowds(rows: Floats, present: Flags) -> Counts:
    """How many cases have a part in each row."""
    from scipy import sparse

    touched = sparse.csr_array(np.abs(rows) > _ZERO, dtype=np.int32) @ sparse.csr_array(present, dtype=np.int32)
    return np.asarray((touched > 0).sum(axis=1), dtype=np.int64).ravel()


def _grouped(sums: Sums) -> tuple[Floats, Flags]:
    """Strata that stand in the same sums cannot be told apart: they become one."""
    whole = sums.all_weights
    used = (whole != 0).any(axis=0)
    weights, place = np.unique(whole[:, used], axis=1, return_inverse=True)
    present = np.zeros((weights.shape[1], sums.present.shape[1]), dtype=bool)
    np.logical_or.at(present, place.ravel(), sums.present[used])
    return weights, present


def _given_away(
    weights: Floats, present: Flags, gone: Flags, small: Flags, order: Counts, least: int
) -> Iterable[NDArray[np.int64]]:  # fmt: skip
    """Each combination of shown sums that says something of too few cases: the places of those that can be hidden.

    What was known already by itself cannot be helped and is left out.
    """
    shown = np.flatnonzero(~gone)
    few = present.sum(axis=1) < least
    # what many cases stand behind is eliminated first: what is left speaks of groups of few alone
    columns = np.concatenate([np.flatnonzero(~few), np.flatnonzero(few)])
    known = _reduced(weights[np.ix_(shown, columns)], len(shown))
    crowd = _crowds(known.rows, present[columns])
    wanted = weights[np.ix_(np.flatnonzero(small), columns)]
    shares = wanted[:, known.pivots]
    worked_out = np.abs(wanted - shares @ known.rows).max(axis=1, initial=0.0) < _ZERO
    of_few = known.made_of[(crowd > 0) & (crowd < least)]
    of_pairs = _of_pairs(known, crowd, present[columns], least)
    for made in (*of_few, *of_pairs, *(shares @ known.made_of)[worked_out]):
        parts = shown[np.abs(made) > _ZERO]
        parts = parts[order[parts] != NEVER]
        if len(parts):
            yield parts


def _of_pairs(known: _Known, crowd: Counts, present: Flags, least: int) -> Floats:
    """What any two reduced rows of not too many cases give together, where one cancels a stratum of the other."""
    near = np.flatnonzero((crowd > 0) & (crowd < MOST_TIMES * least))
    shared = np.flatnonzero((np.abs(known.rows[near]) > _ZERO).sum(axis=0) > 1)
    rows, made = [], []
    for column in shared:
        of_it = near[np.abs(known.rows[near, column]) > _ZERO][:MOST_IN_A_STRATUM]
        for one, other in combinations(of_it, 2):
            factor = known.rows[one, column] / known.rows[other, column]
            rows.append(known.rows[one] - factor * known.rows[other])
            made.append(known.made_of[one] - factor * known.made_of[other])
    if not rows:
        return np.zeros((0, known.made_of.shape[1]))
    together = _crowds(np.array(rows), present)
    return np.array(made)[(together > 0) & (together < least)]


def _reduced(matrix: Floats, size: int) -> _Known:
    """Gauss and Jordan: every pivot is 1 and alone in its column."""
    rows, made = matrix.copy(), np.eye(size)
    pivots: list[int] = []
    for column in range(rows.shape[1]):
        rest = np.abs(rows[len(pivots) :, column])
        if not len(rest) or rest.max() < _ZERO:
            continue
        place = len(pivots)
        best = place + int(rest.argmax())
        for each in (rows, made):
            each[[place, best]] = each[[best, place]]
        made[place] /= rows[place, column]
        rows[place] /= rows[place, column]
        _clear(rows, made, place, column)
        pivots.append(column)
    return _Known(rows[: len(pivots)], made[: len(pivots)], np.array(pivots, dtype=np.int64))


def _clear(rows: Floats, made: Floats, place: int, column: int) -> None:
    """Take the pivot's row out of every other that has something in its column."""
    others = np.flatnonzero(np.abs(rows[:, column]) > _ZERO)
    others = others[others != place]
    factors = rows[others, column]
    used, parts = np.flatnonzero(rows[place]), np.flatnonzero(made[place])
    rows[np.ix_(others, used)] -= np.outer(factors, rows[place, used])
    made[np.ix_(others, parts)] -= np.outer(factors, made[place, parts])
