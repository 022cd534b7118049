"""A strongly shrunk logistic regression: what holds with few labels, and the fallback with very few.

Own solver rather than scikit-learn's, because a fold may hold no hit at all, and because the sum of a row must not
depend on how many rows stand beside it (a matrix product's may).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.inputs import Array, Flags, Whole
from training.one_thread import on_one_thread

PENALTIES = (3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0)
NEWTON_STEPS = 30
INTERCEPT_PENALTY = 0.05


@dataclass(frozen=True)
class LinearPart:
    """Coefficients [folds, 2 x columns + 1] on standardised values, missing flags and a constant."""

    centre: Array
    scale: Array
    coefficients: Array

    def fold_logits(self, x: Array) -> Array:
        """`[n, folds]` logits, one column a member."""
        standardised = self._standardised(x)
        return np.column_stack([_dot(standardised, row) for row in self.coefficients])

    def member_logits(self, x: Array, place: int) -> Array:
        """`[n]` logits of one member."""
        return _dot(self._standardised(x), self.coefficients[place])

    def contributions(self, x: Array) -> tuple[Array, Array]:
        """Mean coefficient x standardised value, value and missing flag of a column together: `[n, columns]`, `[n]`."""
        mean = self.coefficients.mean(axis=0)
        told = self._standardised(x) * mean
        width = len(self.centre)
        return told[:, :width] + told[:, width:-1], told[:, -1].copy()

    def _standardised(self, x: Array) -> Array:
        return _standardise(x, self.centre, self.scale)


@on_one_thread()
def fit_linear(x: Array, hit: Flags, fold: Whole, *, directions: list[int] | None = None) -> LinearPart:
    """Fit one member a fold; the ridge penalty is the one with the least out-of-fold log loss.

    A coefficient that would run against its direction is left out.
    """
    known = np.isfinite(x)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, x, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, x - centre, 0.0) ** 2).sum(axis=0) / count)
    scale = np.where(spread > 0, spread, 1.0)
    z = _standardise(x, centre, scale)
    signs = np.r_[directions or [0] * x.shape[1], [0] * (x.shape[1] + 1)]
    tried = [_fit_folds(z, hit, fold, penalty, signs) for penalty in PENALTIES]
    losses = [_out_of_fold_loss(z, hit, fold, coefficients) for coefficients in tried]
    return LinearPart(centre=centre, scale=scale, coefficients=tried[int(np.argmin(losses))])


def _standardise(x: Array, centre: Array, scale: Array) -> Array:
    # an outlier (a debt, a rent of a palace) must not carry a whole case: four standard deviations are enough
    values = np.clip(np.nan_to_num((x - centre) / scale, nan=0.0), -4.0, 4.0)
    return np.column_stack([values, np.isnan(x).astype(np.float64), np.ones(len(x))])


def _fit_folds(z: Array, hit: Flags, fold: Whole, penalty: float, signs: Whole) -> Array:
    members = [fold != place for place in range(int(fold.max()) + 1)]
    return np.stack([_signed_ridge(z[rows], hit[rows], penalty, signs) for rows in members])


def _signed_ridge(z: Array, hit: Flags, penalty: float, signs: Whole) -> Array:
    kept = np.ones(z.shape[1], dtype=bool)
    beta = np.zeros(z.shape[1])
    # leaving one column out may turn another; each round leaves out at least one
    for _ in range(z.shape[1]):
        beta[:] = 0.0
        beta[kept] = ridge_logistic(z[:, kept], hit, penalty=penalty)
        against = beta * signs < 0
        if not against.any():
            break
        kept &= ~against
    return beta


def ridge_logistic(z: Array, hit: Flags, *, penalty: float) -> Array:
    """Coefficients [columns] of a logistic regression by Newton steps; the last column of `z` is the constant."""
    ridge = np.full(z.shape[1], penalty)
    ridge[-1] = INTERCEPT_PENALTY
    beta = np.zeros(z.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = sigmoid(z @ beta)
        slope = z.T @ (hit - chance) - ridge * beta
        step = np.linalg.solve((z * (chance * (1 - chance))[:, None]).T @ z + np.diag(ridge), slope)
        beta = beta + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-9:
            break
    return beta


def _out_of_fold_loss(z: Array, hit: Flags, fold: Whole, coefficients: Array) -> float:
    logits = np.einsum("nk,nk->n", z, coefficients[fold])
    return float(np.mean(np.logaddexp(0.0, logits) - hit * logits))


def _dot(z: Array, row: Array) -> Array:
    total = np.zeros(len(z))
    for place, weight in enumerate(row):
        total += z[:, place] * weight
    return total


def sigmoid(logits: Array) -> Array:
    """1 / (1 + exp(-logit)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float64)
