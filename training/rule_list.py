"""The rule list that the model must beat: points for what a control unit would look for, added up.

Plain and fixed, as such lists are: it learns nothing. Weights are our assumption of a sensible unit's practice.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

POINTS: Mapping[str, float] = {
    "single_with_other_adult": 3,
    "provider_with_one_adult": 2,
    "single_with_spouse": 4,
    "single_but_married": 3,
    "living_out_with_parent": 4,
    "not_resident_persons": 4,
    "children_not_registered": 2,
    "parent_elsewhere_lived_here": 2,
    "parent_elsewhere_doubtful": 2,
    "recent_care_of": 2,
    "care_of_residents": 1,
    "not_a_dwelling": 3,
    "returned_mail": 2,
    "moving_mismatches": 2,
    "landlord_notices": 2,
    "citizen_tips": 1,
    "authority_notices": 1,
    "caseworker_notices": 1,
    "data_unit_entries": 1,
    "earlier_hits": 2,
}
MOST_OF_ONE_KIND = 2.0


def rule_score(matrix: pl.DataFrame) -> NDArray[np.float64]:
    """`[rows]` points; each observation counts at most twice, unknown counts nothing."""
    total = np.zeros(matrix.height)
    for name, points in POINTS.items():
        seen = matrix[name].cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
        total += points * np.minimum(seen, MOST_OF_ONE_KIND)
    return total
