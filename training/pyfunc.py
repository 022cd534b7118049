"""The model in the form that any MLflow client can load and score with: a matrix in, scores out.

Imports MLflow at the top: import this module only where MLflow is wanted.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
from mlflow.pyfunc import PythonModel

from features.build import STAKES
from training.ranking_model import RankingModel


def input_columns(model: RankingModel) -> tuple[str, ...]:
    """What a matrix must hold to be scored: the model's inputs and the amounts at stake."""
    return (*model.inputs.names, *STAKES)


class RankingPyfunc(PythonModel):
    """Scores a matrix; `model` is the ranking model itself."""

    def __init__(self, model: RankingModel) -> None:
        self.model = model

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """The scores of `model_input` (float64 input columns), row by row in its order."""
        del context, params
        return predict(self.model, model_input)


def predict(model: RankingModel, rows: pd.DataFrame) -> pd.DataFrame:
    """Scores of a pandas frame that holds the model's input columns (others are ignored)."""
    columns = {name: pl.Series(name, rows[name].to_numpy(dtype="float64")) for name in input_columns(model)}
    matrix = pl.DataFrame(columns).with_columns(unit_id=pl.int_range(pl.len()).cast(pl.String))
    scores = model.score(matrix).drop("unit_id")
    return pd.DataFrame({column.name: column.to_numpy() for column in scores.iter_columns()}, index=rows.index)


def model_signature(model: RankingModel, example: pd.DataFrame) -> Any:
    """The signature by an example: every input a double, every score as the model gives it."""
    from mlflow.models import infer_signature

    return infer_signature(example, predict(model, example))
