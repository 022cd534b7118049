"""Is the glass-box twin as good as the ensemble? Told from cases drawn by lot, which neither of the two picked.

Each quarter's two lists are those that the models trained before it would have made of the candidates of the day; each
drawn case stands for 1/π candidates. The same rows give what a list would have brought, by three estimators. Must not
decide what is promoted. (The gap on the cases that other policies selected is in `ComparisonEvidence.ahead`: a side
figure, no ground for choosing either form.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from governance.impact.estimators import Estimated, bootstrap, doubly_robust, horvitz_thompson, self_normalised
from governance.rules.evidence import Interval, TwinEvidence
from training.evaluate import Evaluation, JudgedFold
from training.inputs import Array
from training.pool_list import CAPACITY_SHARE, drawn_by_lot, enough_drawn

QUARTERS = 4
RESAMPLES = 1_000
PER_CANDIDATES = 1_000
FORMS = ("model", "twin")
RESTS_ON = (
    f"cases drawn by lot with a logged probability, of quarters after each model was trained; a list of "
    f"{CAPACITY_SHARE:.0%} of all hours"
)

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ListValue:
    """Municipal saving of the list of one form, øre per 1,000 candidates, by one estimator; `cases` drawn by lot."""

    form: str
    estimator: str
    ore: Estimated
    cases: int
    rests_on: str = RESTS_ON


@dataclass(frozen=True)
class _Drawn:
    """The drawn cases of all folds in one row; by form [n]: `chosen`, what was `promised` of them, and of their pools
    the `share` that is listed and the promise per candidate."""

    saving: Array
    probability: Array
    household: npt.NDArray[np.object_]
    chosen: dict[str, Array]
    promised: dict[str, Array]
    pool_share: dict[str, Array]
    pool_promise: dict[str, Array]

    def __len__(self) -> int:
        return len(self.saving)


def twin_evidence(evaluation: Evaluation, *, rng: np.random.Generator, resamples: int = RESAMPLES) -> TwinEvidence:
    """The gap in captured saving, percentage points, ensemble minus twin, self-normalised, redrawn by household.

    `gap_points` is None unless each of the last `QUARTERS` quarters has drawn cases, at least `LEAST_DRAWN` in all,
    `LEAST_SAVED` of which brought a saving (`training.pool_list` says why).
    """
    quarters = sum(bool(drawn_by_lot(fold.cases).any()) for fold in evaluation.tested[-QUARTERS:])
    cases = sum(int(drawn_by_lot(fold.cases).sum()) for fold in evaluation.tested[-QUARTERS:])
    absent = TwinEvidence(gap_points=None, quarters=quarters, cases=cases)
    drawn = _drawn(evaluation.tested[-QUARTERS:])
    if drawn is None or quarters < QUARTERS:
        return absent
    gap = bootstrap(lambda rows: _gap_points(drawn, rows), drawn.household, draws=resamples, random=rng)
    return replace(absent, gap_points=Interval(gap.total, gap.low, gap.high, len(drawn)))


def list_values(
    evaluation: Evaluation, *, rng: np.random.Generator, resamples: int = RESAMPLES
) -> tuple[ListValue, ...]:
    """What the list of each form would have brought, by each estimator; empty where too few cases were drawn by lot."""
    drawn = _drawn(evaluation.tested)
    if drawn is None:
        return ()
    seed = int(rng.integers(2**63))
    return tuple(
        ListValue(form, name, _bootstrapped(drawn, estimate, form, seed, resamples), len(drawn))
        for form in FORMS
        for name, estimate in ESTIMATORS.items()
    )


def _bootstrapped(drawn: _Drawn, estimate: Estimator, form: str, seed: int, resamples: int) -> Estimated:
    # The same households for each figure, so that the figures can be set beside each other.
    random = np.random.default_rng(seed)
    return bootstrap(lambda rows: estimate(drawn, form, rows), drawn.household, draws=resamples, random=random)


def _candidates(drawn: _Drawn, rows: Rows) -> float:
    """How many candidates (of all draws together) the drawn cases stand for."""
    return float((1 / drawn.probability[rows]).sum())


def _by_horvitz_thompson(drawn: _Drawn, form: str, rows: Rows) -> float:
    total = horvitz_thompson(drawn.chosen[form][rows], drawn.saving[rows], drawn.probability[rows])
    return total / _candidates(drawn, rows) * PER_CANDIDATES


def _self_normalised(drawn: _Drawn, form: str, rows: Rows) -> float:
    share = horvitz_thompson(drawn.pool_share[form][rows], np.ones(len(rows)), drawn.probability[rows])
    total = self_normalised(drawn.chosen[form][rows], drawn.saving[rows], drawn.probability[rows], chosen_in_pool=share)
    return total / _candidates(drawn, rows) * PER_CANDIDATES


def _doubly_robust(drawn: _Drawn, form: str, rows: Rows) -> float:
    promise = horvitz_thompson(drawn.pool_promise[form][rows], np.ones(len(rows)), drawn.probability[rows])
    total = doubly_robust(
        drawn.chosen[form][rows], drawn.saving[rows], drawn.probability[rows], drawn.promised[form][rows],
        expected_in_pool=promise,
    )  # fmt: skip
    return total / _candidates(drawn, rows) * PER_CANDIDATES


Estimator = Callable[[_Drawn, str, Rows], float]
ESTIMATORS: dict[str, Estimator] = {
    "horvitz_thompson": _by_horvitz_thompson,
    "self_normalised": _self_normalised,
    "doubly_robust": _doubly_robust,
}


def _gap_points(drawn: _Drawn, rows: Rows) -> float:
    all_of_it = float((drawn.saving[rows] / drawn.probability[rows]).sum()) / _candidates(drawn, rows) * PER_CANDIDATES
    ensemble, twin = (_self_normalised(drawn, form, rows) for form in FORMS)
    return 100 * (ensemble - twin) / all_of_it if all_of_it > 0 else 0.0


def _drawn(tested: tuple[JudgedFold, ...]) -> _Drawn | None:
    """The drawn cases of the folds, or None where they are too few to estimate a total from."""
    if not all(fold.lists for fold in tested) or not enough_drawn([fold.cases for fold in tested]):
        return None
    rows = [drawn_by_lot(fold.cases) for fold in tested]

    def joined(column: Callable[[JudgedFold], Array]) -> Array:
        whole = [
            np.broadcast_to(column(fold), len(fold.cases))[drawn] for fold, drawn in zip(tested, rows, strict=True)
        ]
        return np.concatenate(whole)

    def by_form(column: Callable[[JudgedFold, str], Array]) -> dict[str, Array]:
        return {form: joined(partial(_of_form, column, form)) for form in FORMS}

    return _Drawn(
        saving=joined(lambda fold: fold.cases.municipal_saving),
        probability=joined(lambda fold: fold.cases.selection_probability),
        household=np.concatenate([fold.cases.household[drawn] for fold, drawn in zip(tested, rows, strict=True)]),
        chosen=by_form(_chosen),
        promised=by_form(_promised),
        pool_share=by_form(_pool_share),
        pool_promise=by_form(_pool_promise),
    )


def _of_form(column: Callable[[JudgedFold, str], Array], form: str, fold: JudgedFold) -> Array:
    return column(fold, form)


def _chosen(fold: JudgedFold, form: str) -> Array:
    return fold.lists[form].takes(fold.scored[form])


def _promised(fold: JudgedFold, form: str) -> Array:
    return fold.scored[form]["expected_municipal_ore"].to_numpy()


def _pool_share(fold: JudgedFold, form: str) -> Array:
    return np.array(fold.lists[form].share)


def _pool_promise(fold: JudgedFold, form: str) -> Array:
    return np.array(fold.lists[form].promised_ore)
