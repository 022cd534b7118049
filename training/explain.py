"""Why a case stands where it stands: each input's part of the logit, adding up exactly to the score.

Additive terms (a pair split evenly), TreeSHAP of the trees (Lundberg et al. 2020) and coefficients, with the weights
of the ensemble; the level belongs to the base. Costs 100-380 predictions a row: explain what is listed. Must not put
words to it; the sentences live on the features.
"""

from __future__ import annotations

import polars as pl

from training.inputs import Array, design_matrix
from training.ranking_model import RankingModel


def contributions(model: RankingModel, matrix: pl.DataFrame) -> tuple[Array, Array]:
    """`[rows, inputs]` in logits, in the order of `model.inputs.names`, and the base `[rows]`.

    `base + contributions.sum(axis=1)` equals `hit_logit` within 1e-9.
    """
    told, base = model.hit.contributions(design_matrix(matrix, model.inputs))
    return told, base + model.level.shift
